//! The candidate pairs as Spark holds them.

use sealink::linker::engine::{Kinds, OddsOf, Pairs, Pattern, Setting, every_two};

use super::patterns::packed;
use crate::plan::{FACETS, Plan};
use crate::session::{Error, Session, Step, Values};

/// The pairs of a run, with the partners found last.
pub(super) struct SparkPairs<'s> {
    session: &'s Session,
    plan: &'s Plan,
    patterns: &'s [Pattern],
    odds: Option<OddsOf>,
    /// How often partners have been found.
    rounds: usize,
}

impl<'s> SparkPairs<'s> {
    pub const fn new(session: &'s Session, plan: &'s Plan, patterns: &'s [Pattern]) -> Self {
        Self { session, plan, patterns, odds: None, rounds: 0 }
    }

    /// The round in which partners were found last.
    pub const fn round(&self) -> Option<usize> {
        self.rounds.checked_sub(1)
    }

    /// Tells the cluster what is known of each pattern.
    fn put(&self, kinds: Option<&Kinds>) -> Result<(), Error> {
        let column = |of: &dyn Fn(&Pattern) -> i32| {
            Values::I32(self.patterns.iter().map(|pattern| Some(of(pattern))).collect())
        };
        let numbers = 0..self.patterns.len();
        let integer = |number: u32| Some(number.cast_signed());
        let kind = |place: usize| kinds.map_or(Some(0), |kinds| integer(kinds.of_pattern[place]));
        let odds = |within: bool| {
            let odds = |place: usize| {
                let number = u32::try_from(place).expect("patterns have 32-bit numbers");
                Some(self.odds.as_ref().map_or(0.0, |odds| odds.of(number, within)))
            };
            Values::F32(numbers.clone().map(odds).collect())
        };
        let columns = vec![
            ("agree", column(&|pattern| pattern.agree.cast_signed())),
            ("known", column(&|pattern| pattern.known.cast_signed())),
            ("names", column(&|pattern| packed(pattern.names))),
            ("p", Values::I32(numbers.clone().map(|p| i32::try_from(p).ok()).collect())),
            ("kind", Values::I32(numbers.clone().map(kind).collect())),
            ("odds_within", odds(true)),
            ("odds_across", odds(false)),
        ];
        self.session.put(FACETS, columns)
    }
}

impl Pairs for SparkPairs<'_> {
    type Error = Error;

    fn count(&mut self, kinds: &Kinds) -> Result<Vec<u64>, Error> {
        self.put(Some(kinds))?;
        let datasets = self.plan.sources.len();
        let settings = Setting::all(every_two(datasets).count()).len();
        let mut counts = vec![0; settings * kinds.len()];
        self.session.rows(&self.plan.counts(self.round()), |batch| {
            let (setting, kind) = (batch.i32("setting")?, batch.i32("kind")?);
            let pairs = batch.i64("pairs")?;
            for row in 0..batch.rows() {
                let place = |number: Option<i32>| usize::try_from(number.unwrap_or_default());
                let place = place(setting.get(row))
                    .and_then(|setting| Ok(setting * kinds.len() + place(kind.get(row))?));
                let count = place.ok().and_then(|place| counts.get_mut(place));
                let count = count.ok_or(Error::Damaged(Step::Rows))?;
                *count += pairs.get(row).unwrap_or_default().unsigned_abs();
            }
            Ok::<(), Error>(())
        })?;
        Ok(counts)
    }

    fn find_partners(&mut self, odds: OddsOf) -> Result<(), Error> {
        self.odds = Some(odds);
        self.put(None)?;
        self.session.run(&self.plan.partners(self.rounds))?;
        self.rounds += 1;
        Ok(())
    }

    fn partnered(&mut self, least: f32) -> Result<Vec<[u64; 2]>, Error> {
        let datasets = self.plan.sources.len();
        let mut found = vec![0u64; datasets * datasets];
        if let Some(round) = self.round() {
            self.session.rows(&self.plan.partnered(round, least), |batch| {
                let (own, other) = (batch.i64("ds_own")?, batch.i64("ds")?);
                let records = batch.i64("records")?;
                for row in 0..batch.rows() {
                    let place = |number: Option<i64>| {
                        usize::try_from(number.unwrap_or_default()).unwrap_or_default()
                    };
                    found[place(own.get(row)) * datasets + place(other.get(row))] =
                        records.get(row).unwrap_or_default().unsigned_abs();
                }
                Ok::<(), Error>(())
            })?;
        }
        let both = |[a, b]: [usize; 2]| [found[a * datasets + b], found[b * datasets + a]];
        Ok(every_two(datasets).map(both).collect())
    }
}
