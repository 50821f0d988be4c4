//! Which pairs are links: by kinds of evidence, of which there are far fewer than pairs.

use sealink::linker::LinkError;
use sealink::linker::engine::{Scoring, Setting, Weight};

use super::Run;
use super::spark_pairs::SparkPairs;
use crate::plan::{LINKING, MAY_BITS, MAY_LINK};
use crate::session::Values;

impl Run<'_> {
    /// Finds the links, and gives how many pairs were compared.
    pub(super) fn find_links(
        &self,
        scoring: &Scoring,
        pairs: &SparkPairs<'_>,
    ) -> Result<u64, LinkError> {
        self.stage("weigh");
        let columns: Vec<usize> = scoring.name_columns().collect();
        let patterns = pairs.patterns().len();
        self.session.run(&self.plan.place(pairs.round().unwrap_or_default()))?;
        if !columns.is_empty() {
            self.session.run(&self.plan.names(&columns))?;
        }
        self.session.put(MAY_LINK, may_link(scoring, patterns))?;
        self.session.run(&self.plan.hopeful(columns.len()))?;
        let mut linking = Vec::new();
        self.session.rows(&self.plan.kinds_of_evidence(), |batch| -> Result<(), LinkError> {
            for evidence in batch.text("evidence")?.iter().flatten() {
                let (pattern, weight) = weigh(scoring, evidence)?;
                if scoring.is_link(pairs.patterns()[pattern as usize].agree, &weight) {
                    linking.push(Some(evidence.to_owned()));
                }
            }
            Ok(())
        })?;
        self.session.put(LINKING, vec![("evidence", Values::Text(linking))])?;
        self.session.run(&self.plan.links())?;
        self.number(&self.plan.compared(), "pairs")
    }
}

/// For each pattern, in which settings a pair may be a link, as bits of some numbers.
fn may_link(scoring: &Scoring, patterns: usize) -> Vec<(&'static str, Values)> {
    let numbers = scoring.settings().len().div_ceil(MAY_BITS);
    let numbers_of = |pattern: usize| {
        let mut may = vec![0i64; numbers];
        let number = u32::try_from(pattern).expect("patterns have 32-bit numbers");
        for setting in scoring.settings().iter().filter(|s| scoring.may_link(**s, number)) {
            may[setting.place() / MAY_BITS] |= 1 << (setting.place() % MAY_BITS);
        }
        may
    };
    let all: Vec<(usize, Vec<i64>)> = (0..patterns)
        .map(|pattern| (pattern, numbers_of(pattern)))
        .filter(|(_, may)| may.iter().any(|bits| *bits != 0))
        .collect();
    let pattern = |(pattern, _): &(usize, Vec<i64>)| i32::try_from(*pattern).ok();
    vec![
        ("p", Values::I32(all.iter().map(pattern).collect())),
        ("may", Values::I64List(all.into_iter().map(|(_, may)| Some(may)).collect())),
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
