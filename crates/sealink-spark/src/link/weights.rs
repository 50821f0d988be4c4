//! Which pairs are links or worth a look: by kinds of evidence, of which there are far fewer than
//! pairs.

use sealink::linker::LinkError;
use sealink::linker::engine::{Outcome, Pattern, Scoring, Setting, Weight};

use super::{Run, no_value};
use crate::plan::{TELLING, TO_WEIGH, WEIGH_BITS};
use crate::session::Values;

impl Run<'_> {
    /// Weighs all pairs, and finds the links.
    pub(super) fn find_links(
        &self,
        patterns: &[Pattern],
        scoring: &Scoring,
        round: usize,
        outcome: &mut Outcome<'_>,
    ) -> Result<(), LinkError> {
        self.stage("weigh");
        let columns: Vec<usize> = scoring.name_columns().collect();
        self.session.run(&self.plan.place(round))?;
        self.count_placed(scoring, outcome)?;
        if !columns.is_empty() {
            self.session.run(&self.plan.names(&columns))?;
        }
        self.session.put(TO_WEIGH, to_weigh(scoring, patterns.len()))?;
        self.session.run(&self.plan.weighed(columns.len()))?;
        self.session.put(TELLING, self.telling(patterns, scoring, outcome)?)?;
        Ok(self.session.run(&self.plan.links())?)
    }

    fn count_placed(&self, scoring: &Scoring, outcome: &mut Outcome<'_>) -> Result<(), LinkError> {
        self.session.rows(&self.plan.count_placed(), |batch| -> Result<(), LinkError> {
            let (setting, pattern) = (batch.i32("setting")?, batch.i32("p")?);
            let pairs = batch.i64("pairs")?;
            for row in 0..batch.rows() {
                let setting = setting.get(row).and_then(|place| usize::try_from(place).ok());
                let setting = setting.and_then(|place| scoring.settings().get(place));
                let setting = *setting.ok_or_else(|| no_value("setting"))?;
                let pattern = pattern.get(row).ok_or_else(|| no_value("p"))?.cast_unsigned();
                let pairs = pairs.get(row).ok_or_else(|| no_value("pairs"))?.unsigned_abs();
                outcome.compared(pairs);
                outcome.placed(setting, pattern, pairs);
            }
            Ok(())
        })
    }

    /// The kinds of evidence that make a link or are worth a look.
    fn telling(
        &self,
        patterns: &[Pattern],
        scoring: &Scoring,
        outcome: &mut Outcome<'_>,
    ) -> Result<Vec<(&'static str, Values)>, LinkError> {
        let (mut telling, mut links) = (Vec::new(), Vec::new());
        self.session.rows(&self.plan.kinds_of_evidence(), |batch| -> Result<(), LinkError> {
            let (kinds, pairs) = (batch.text("evidence")?, batch.i64("pairs")?);
            for row in 0..batch.rows() {
                let evidence = kinds.get(row).ok_or_else(|| no_value("evidence"))?;
                let pairs = pairs.get(row).ok_or_else(|| no_value("pairs"))?.unsigned_abs();
                let (pattern, weight) = weigh(scoring, evidence)?;
                outcome.weighed(&weight, pairs);
                if scoring.is_telling(&weight) {
                    let agree = patterns[pattern as usize].agree;
                    telling.push(Some(evidence.to_owned()));
                    links.push(Some(scoring.is_link(agree, &weight)));
                }
            }
            Ok(())
        })?;
        Ok(vec![("evidence", Values::Text(telling)), ("link", Values::Bool(links))])
    }
}

/// For each pattern, in which settings a pair must be weighed, as bits of some numbers.
fn to_weigh(scoring: &Scoring, patterns: usize) -> Vec<(&'static str, Values)> {
    let numbers = scoring.settings().len().div_ceil(WEIGH_BITS);
    let numbers_of = |pattern: usize| {
        let mut settings = vec![0i64; numbers];
        let number = u32::try_from(pattern).expect("patterns have 32-bit numbers");
        for setting in scoring.settings().iter().filter(|s| scoring.must_weigh(**s, number)) {
            settings[setting.place() / WEIGH_BITS] |= 1 << (setting.place() % WEIGH_BITS);
        }
        settings
    };
    let all: Vec<(usize, Vec<i64>)> = (0..patterns)
        .map(|pattern| (pattern, numbers_of(pattern)))
        .filter(|(_, settings)| settings.iter().any(|bits| *bits != 0))
        .collect();
    let pattern = |(pattern, _): &(usize, Vec<i64>)| i32::try_from(*pattern).ok();
    vec![
        ("p", Values::I32(all.iter().map(pattern).collect())),
        ("settings", Values::I64List(all.into_iter().map(|(_, bits)| Some(bits)).collect())),
    ]
}

/// The pattern and the weight of a kind of evidence.
pub(super) fn weigh(scoring: &Scoring, evidence: &str) -> Result<(u32, Weight), LinkError> {
    let unreadable = || LinkError::Engine("Spark's column evidence cannot be read".to_owned());
    let mut parts = evidence.split('|');
    let mut number = || parts.next()?.parse::<u32>().ok();
    let (setting, pattern) = number().zip(number()).ok_or_else(unreadable)?;
    let setting: Option<&Setting> = scoring.settings().get(setting as usize);
    let others = |list: &str| -> Option<Vec<u32>> {
        let numbers = list.split(',').filter(|number| !number.is_empty());
        numbers.map(|number| number.parse().ok()).collect()
    };
    let others: Option<Vec<Vec<u32>>> = parts.map(others).collect();
    let (setting, others) = setting.zip(others).ok_or_else(unreadable)?;
    Ok((pattern, scoring.weight(*setting, pattern, &others)))
}
