//! The list of pairs for review.

use std::path::Path;

use sealink::linker::LinkError;
use sealink::linker::engine::{Basis, BestLink, Decided, Doubt, Outcome, Review};

use super::decide::pairs;
use super::{Run, no_value, token};
use crate::plan::{BEST, DOUBTS, place_of_dataset};
use crate::session::{Batch, Values};

/// Rows that are kept on the cluster at a time.
const ROWS: usize = 100_000;

/// What a list for review needs of each component, on its way to the cluster.
pub(super) struct Kept<'k> {
    run: &'k Run<'k>,
    best: Vec<BestLink>,
    doubts: Vec<Doubt>,
}

impl<'k> Kept<'k> {
    pub const fn new(run: &'k Run<'k>) -> Self {
        Self { run, best: Vec::new(), doubts: Vec::new() }
    }

    /// Takes what was decided of a bucket.
    pub fn add(&mut self, decided: Decided) -> Result<(), LinkError> {
        self.best.extend(decided.best);
        self.doubts.extend(decided.doubts);
        if self.best.len() >= ROWS {
            self.settle_best()?;
        }
        if self.doubts.len() >= ROWS { self.settle_doubts() } else { Ok(()) }
    }

    /// Looks at the pairs of a bucket that are apart.
    pub fn look_apart(
        &mut self,
        basis: &Basis<'_>,
        outcome: &mut Outcome<'_>,
        bucket: u64,
    ) -> Result<(), LinkError> {
        self.run.session.rows(
            &self.run.plan.apart_of(bucket),
            |batch| -> Result<(), LinkError> {
                let best = [batch.f64("best_a")?, batch.f64("best_b")?];
                for (row, pair) in pairs(basis, &batch)?.enumerate() {
                    let pair = pair?;
                    let datasets = [pair.first, pair.second].map(place_of_dataset);
                    let best = [best[0].get(row), best[1].get(row)];
                    self.doubts.extend(outcome.apart(&pair, datasets, best));
                }
                Ok(())
            },
        )?;
        if self.doubts.len() >= ROWS { self.settle_doubts() } else { Ok(()) }
    }

    /// Keeps the best links that are not yet on the cluster.
    pub fn settle_best(&mut self) -> Result<(), LinkError> {
        if self.best.is_empty() {
            return Ok(());
        }
        let best = std::mem::take(&mut self.best);
        let columns = vec![
            ("id", Values::I64(best.iter().map(|best| Some(best.record.cast_signed())).collect())),
            ("ds", Values::I32(best.iter().map(|best| i32::try_from(best.dataset).ok()).collect())),
            ("odds", Values::F64(best.iter().map(|best| Some(best.odds)).collect())),
        ];
        self.run.session.put(BEST, columns)?;
        Ok(self.run.session.run(&self.run.plan.keep_best())?)
    }

    /// Keeps the pairs for review that are not yet on the cluster.
    pub fn settle_doubts(&mut self) -> Result<(), LinkError> {
        if self.doubts.is_empty() {
            return Ok(());
        }
        let doubts = std::mem::take(&mut self.doubts);
        let number = |of: fn(&Doubt) -> u64| {
            Values::I64(doubts.iter().map(|doubt| Some(of(doubt).cast_signed())).collect())
        };
        let columns = vec![
            ("a", number(|doubt| doubt.first)),
            ("b", number(|doubt| doubt.second)),
            ("p", Values::I32(doubts.iter().map(|d| Some(d.pattern.cast_signed())).collect())),
            ("weight", Values::F64(doubts.iter().map(|doubt| Some(doubt.weight)).collect())),
            ("reason", Values::Text(doubts.into_iter().map(|doubt| Some(doubt.reason)).collect())),
        ];
        self.run.session.put(DOUBTS, columns)?;
        Ok(self.run.session.run(&self.run.plan.keep_doubts())?)
    }
}

impl Run<'_> {
    /// Writes the list from the pairs in order.
    pub(super) fn write_review<'r>(
        &self,
        basis: Basis<'r>,
        out: &Path,
    ) -> Result<Review<'r>, LinkError> {
        let mut review = Review::create(basis, out)?;
        self.session.rows(&self.plan.review(), |batch| add_to(&mut review, &batch))?;
        Ok(review)
    }
}

fn add_to(review: &mut Review<'_>, batch: &Batch) -> Result<(), LinkError> {
    let (first, second) = (batch.i64("a")?, batch.i64("b")?);
    let (pattern, reason, weight) = (batch.i32("p")?, batch.text("reason")?, batch.f64("weight")?);
    let (ref_a, ref_b) = (batch.binary("ref_a")?, batch.binary("ref_b")?);
    let found_by = batch.i32("found_by")?;
    for row in 0..batch.rows() {
        let doubt = Doubt {
            first: first.get(row).ok_or_else(|| no_value("a"))?.cast_unsigned(),
            second: second.get(row).ok_or_else(|| no_value("b"))?.cast_unsigned(),
            pattern: pattern.get(row).ok_or_else(|| no_value("p"))?.cast_unsigned(),
            reason: reason.get(row).ok_or_else(|| no_value("reason"))?.to_owned(),
            weight: weight.get(row).ok_or_else(|| no_value("weight"))?,
        };
        let datasets = [doubt.first, doubt.second].map(place_of_dataset);
        let refs = [
            token(ref_a.get(row).ok_or_else(|| no_value("ref_a"))?)?,
            token(ref_b.get(row).ok_or_else(|| no_value("ref_b"))?)?,
        ];
        let found_by = found_by.get(row).ok_or_else(|| no_value("found_by"))?.cast_unsigned();
        review.add(doubt, datasets, refs, found_by)?;
    }
    Ok(())
}
