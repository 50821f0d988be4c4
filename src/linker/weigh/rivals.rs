//! Rivals: whether a record has a better partner in a dataset than the one it is compared with.
//!
//! Most people are in a dataset once. So a record that has no better partner there speaks for the
//! pair, the more so the more of its dataset's records have one; and a better partner speaks
//! against it.

use fixedbitset::FixedBitSet;
use rayon::prelude::*;

use super::best::{Best, Likely, Partner};
use super::shown::OddsOf;
use crate::format::FormatError;
use crate::linker::pairs::{Candidates, Pair, PatternNo, Step};
use crate::linker::records::{DatasetIx, RecordIx, Records};

/// A partner opposes another if it is not worse by this, in bits.
const MARGIN: f32 = 1.0;

/// For each record and each dataset, its two best partners that are likely of the same person.
pub struct Rivals<'r> {
    records: &'r Records,
    candidates: &'r Candidates<'r>,
    odds: OddsOf,
    best: Best,
    /// The records that likely have a duplicate in their dataset.
    twice: FixedBitSet,
}

impl<'r> Rivals<'r> {
    /// Finds the best partners.
    pub fn new(
        records: &'r Records,
        candidates: &'r Candidates<'r>,
        odds: OddsOf,
    ) -> Result<Self, FormatError> {
        let twice = FixedBitSet::with_capacity(records.len());
        let mut rivals = Self { records, candidates, odds, best: Best::default(), twice };
        let mut likely: Vec<Vec<Likely>> = Vec::new();
        for steps in candidates.steps() {
            likely.par_extend(steps?.par_iter().map(|step| rivals.likely(step)));
        }
        for (pair, _) in
            likely.iter().flatten().filter(|(pair, _)| records.within(pair.first, pair.second))
        {
            rivals.twice.insert(pair.first.index());
            rivals.twice.insert(pair.second.index());
        }
        rivals.best = Best::of(records, &likely);
        Ok(rivals)
    }

    /// The pairs that are more likely of one person than not.
    fn likely(&self, step: &Step) -> Vec<Likely> {
        let mut likely = Vec::new();
        for (first, seconds, patterns) in step.runs() {
            for (second, pattern) in seconds.iter().zip(patterns) {
                let either = self.odds.of(*pattern, false).max(self.odds.of(*pattern, true));
                if either > 0.0 {
                    let pair = Pair { first, second: *second };
                    let odds = self.odds.of(*pattern, self.records.within(first, *second));
                    likely.extend((odds > 0.0).then_some((pair, odds)));
                }
            }
        }
        likely
    }

    /// Has the best partners of records that lie far apart brought near.
    pub fn fetch(&self, records: &[RecordIx]) {
        self.best.fetch(records);
    }

    /// For each record of a pair, given its pattern, whether it has a better partner in the
    /// other's dataset.
    pub fn opposed(&self, pair: Pair, pattern: PatternNo) -> [bool; 2] {
        let Pair { first, second } = pair;
        let odds = self.odds.of(pattern, self.records.within(first, second));
        [self.has_better(first, second, odds), self.has_better(second, first, odds)]
    }

    /// Whether `own` has, in the dataset of `other`, a better partner who is not `other`'s
    /// duplicate; the pair itself has these odds.
    fn has_better(&self, own: RecordIx, other: RecordIx, odds: f32) -> bool {
        let best = self.best.of_record(own);
        if best.is_empty() {
            return false;
        }
        let there = &self.records.dataset(self.records.dataset_of(other)).records;
        let better = best.iter().filter(|rival| {
            rival.record != other && rival.odds > odds - MARGIN && there.contains(&rival.record.0)
        });
        better.map(|rival| rival.record).any(|rival| !self.alike(rival, other))
    }

    fn alike(&self, a: RecordIx, b: RecordIx) -> bool {
        if !(self.twice.contains(a.index()) && self.twice.contains(b.index())) {
            return false;
        }
        let pattern = self.candidates.find(Pair::of(a, b));
        pattern.is_some_and(|pattern| self.odds.of(pattern, self.records.within(a, b)) > 0.0)
    }

    /// How many records of each of two datasets have a partner in the other one, at these odds or
    /// better.
    pub fn partnered(&self, [a, b]: [DatasetIx; 2], least: f32) -> [u64; 2] {
        [(a, b), (b, a)].map(|(own, other)| {
            let there = &self.records.dataset(other).records;
            let partner = |best: &Partner| best.odds >= least && there.contains(&best.record.0);
            let found = |record: &u32| self.best.of_record(RecordIx(*record)).iter().any(partner);
            self.records.dataset(own).records.clone().into_par_iter().filter(found).count() as u64
        })
    }
}
