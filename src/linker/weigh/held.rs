//! The candidate pairs that this program holds.

use rayon::prelude::*;

use super::fit::Pairs;
use super::kinds::Kinds;
use super::model::Setting;
use super::rivals::Rivals;
use super::shown::OddsOf;
use crate::format::FormatError;
use crate::linker::pairs::{Candidates, Pair, PatternNo};
use crate::linker::records::{DatasetIx, RecordIx, Records};

/// The candidate pairs, and the best partners of their records once they have been found.
pub(super) struct Held<'h> {
    records: &'h Records,
    pub candidates: &'h Candidates<'h>,
    /// Every two datasets.
    pub datasets: Vec<[DatasetIx; 2]>,
    rivals: Option<Rivals<'h>>,
}

impl<'h> Held<'h> {
    pub fn new(records: &'h Records, candidates: &'h Candidates<'h>) -> Self {
        Self { records, candidates, datasets: records.pairs_of_datasets(), rivals: None }
    }

    /// Has what is asked of records that lie far apart brought near.
    pub fn fetch(&self, records: &[RecordIx]) {
        if let Some(rivals) = &self.rivals {
            rivals.fetch(records);
        }
    }

    /// Where a pair stands, given better partners if they have been found.
    pub fn setting(&self, pair: Pair, pattern: PatternNo) -> Setting {
        let of = [pair.first, pair.second].map(|record| self.records.dataset_of(record));
        if of[0] == of[1] {
            return Setting::Within;
        }
        let Some(rivals) = &self.rivals else { return Setting::Across };
        let datasets = self.place_of(of);
        Setting::Among { datasets, opposed: rivals.opposed(pair, pattern) }
    }

    /// The place of two datasets, of which the first comes first, among all two.
    fn place_of(&self, [first, second]: [DatasetIx; 2]) -> u16 {
        let all = self.records.datasets.len();
        let (first, second) = (usize::from(first.0), usize::from(second.0));
        let before = first * (2 * all - first - 1) / 2;
        u16::try_from(before + second - first - 1).expect("pairs of datasets are few")
    }
}

impl Pairs for Held<'_> {
    type Error = FormatError;

    fn count(&mut self, kinds: &Kinds) -> Result<Vec<u64>, FormatError> {
        let held = &*self;
        let none = || vec![0u64; Setting::all(held.datasets.len()).len() * kinds.len()];
        let mut counts = none();
        for steps in held.candidates.steps() {
            let steps = steps?;
            let some = steps.par_iter().fold(none, |mut counts, step| {
                for (pair, pattern) in step.pairs_ahead(|seconds| held.fetch(seconds)) {
                    let kind = kinds.of_pattern[pattern as usize] as usize;
                    counts[held.setting(pair, pattern).place() * kinds.len() + kind] += 1;
                }
                counts
            });
            counts = added(counts, some.reduce(none, added));
        }
        Ok(counts)
    }

    fn find_partners(&mut self, odds: OddsOf) -> Result<(), FormatError> {
        self.rivals = None;
        self.rivals = Some(Rivals::new(self.records, self.candidates, odds)?);
        Ok(())
    }

    fn partnered(&mut self, least: f32) -> Result<Vec<[u64; 2]>, FormatError> {
        let of = |pair: &[DatasetIx; 2]| {
            self.rivals.as_ref().map_or([0, 0], |rivals| rivals.partnered(*pair, least))
        };
        Ok(self.datasets.iter().map(of).collect())
    }
}

fn added(mut counts: Vec<u64>, more: Vec<u64>) -> Vec<u64> {
    counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
    counts
}
