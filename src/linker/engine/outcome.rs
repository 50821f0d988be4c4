//! What a run comes to, from the counts of its parts.

use std::collections::BTreeMap;

use super::basis::{Basis, PairOf};
use super::batch::Decided;
use super::scoring::Facts;
use crate::linker::LinkSummary;
use crate::linker::coverage::Coverage;
use crate::linker::decide::KeyCount;
use crate::linker::review::{Reason, reason};
use crate::linker::summary::{Counts, reason_name};
use crate::linker::weigh::{Histogram, Setting, Weight, bin};
use crate::linker::weighed::{Shares, Weighed};
use crate::spec::Linkage;

/// What a run comes to: every pair is counted once, every batch added once.
pub struct Outcome<'o> {
    basis: Basis<'o>,
    candidate_pairs: u64,
    coverage: Coverage,
    keys: Vec<KeyCount>,
    review: BTreeMap<Reason, u64>,
    shares: Shares,
    histogram: Histogram,
}

/// A pair worth a look, its records by the engine's numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Doubt {
    /// The record that comes first.
    pub first: u64,
    /// The other.
    pub second: u64,
    /// The number of its pattern.
    pub pattern: u32,
    /// Why it is worth a look.
    pub reason: String,
    /// Its log2 odds.
    pub weight: f64,
}

impl<'o> Outcome<'o> {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(basis: Basis<'o>) -> Self {
        let Basis { linkage, tables, .. } = basis;
        Self {
            basis,
            candidate_pairs: 0,
            coverage: Coverage::new(tables.datasets.len(), linkage.recipes.len()),
            keys: vec![
                KeyCount::default();
                linkage.rules.match_keys.len() + usize::from(basis.scoring.is_some())
            ],
            review: BTreeMap::new(),
            shares: Shares::default(),
            histogram: Histogram::default(),
        }
    }

    /// Counts candidate pairs.
    pub const fn compared(&mut self, pairs: u64) {
        self.candidate_pairs += pairs;
    }

    /// Counts the weights of all pairs of a setting and a pattern, unless each must be weighed.
    pub fn placed(&mut self, setting: Setting, pattern: u32, pairs: u64) {
        let bin = self.basis.scoring.map(|scoring| scoring.bin_unweighed(setting, pattern));
        if let Some(bin) = bin.flatten() {
            self.histogram.count(bin, pairs);
        }
    }

    /// Counts pairs that had to be weighed, by their weight.
    pub fn weighed(&mut self, weight: &Weight, pairs: u64) {
        self.histogram.count(bin(weight.odds), pairs);
    }

    /// Adds what was decided of a batch.
    pub fn add(&mut self, decided: &Decided) {
        self.coverage.add(&decided.coverage);
        self.keys.iter_mut().zip(&decided.keys).for_each(|(all, part)| all.add(part));
        decided
            .review
            .iter()
            .for_each(|(why, pairs)| *self.review.entry(*why).or_default() += pairs);
        self.shares.add(&decided.shares);
    }

    /// Counts a telling pair of two components, given the places of its records' datasets and the odds
    /// of the best link of each record in the other's dataset, where there is one. Gives the doubt
    /// if it is worth a look.
    pub fn apart(
        &mut self,
        pair: &PairOf,
        datasets: [usize; 2],
        best: [Option<f64>; 2],
    ) -> Option<Doubt> {
        let Basis { linkage, patterns, .. } = self.basis;
        let PairOf { first, second, pattern, weight } = *pair;
        let (scoring, weight) = self.basis.scoring.zip(weight)?;
        if scoring.reaches(&weight) && datasets[0] != datasets[1] {
            self.shares.refused(scoring.scale.shown(pattern));
        }
        let more = scoring.more_than_identifiers(patterns[pattern as usize].agree);
        let why = reason(&linkage.rules, weight.odds, more, best)?;
        *self.review.entry(why).or_default() += 1;
        Some(doubt(linkage, &self.basis.names(), [first, second], pattern, why, weight.odds))
    }

    /// Tells what was done; `sealed` records were linked to none.
    #[must_use]
    pub fn summary(mut self, facts: &Facts, sealed: u64) -> LinkSummary {
        let Basis { linkage, tables, scoring, .. } = self.basis;
        self.coverage.add_singles(&facts.records, &facts.tokens);
        let held: u64 = tables.datasets.iter().map(|dataset| dataset.records).sum();
        let names = self.basis.names().into_iter();
        let weighed = scoring.map(|scoring| {
            Weighed::of(&linkage.rules, &scoring.scale, &self.histogram, &self.shares)
        });
        Counts {
            linkage,
            datasets: names.zip(facts.records.iter().copied()).collect(),
            candidate_pairs: self.candidate_pairs,
            blocks: facts.blocks.clone(),
            sealed,
            withdrawn: held - facts.records.iter().sum::<u64>(),
            coverage: self.coverage,
            keys: self.keys,
            review: self.review,
            match_weights: weighed,
        }
        .summary()
    }
}

/// A doubt under its name.
pub(super) fn doubt(
    linkage: &Linkage,
    names: &[&str],
    [first, second]: [u64; 2],
    pattern: u32,
    why: Reason,
    weight: f64,
) -> Doubt {
    Doubt { first, second, pattern, reason: reason_name(linkage, names, why), weight }
}
