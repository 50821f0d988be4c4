//! The weights of pairs, worked out where they are asked for.

use rayon::prelude::*;

use super::Weighing;
use super::evidence::Comparison;
use super::explain::{Explained, explain};
use super::frequency::{Frequencies, MOST_BITS};
use super::histogram::{Histogram, bin};
use super::model::{Likelihood, Model, Setting, Weight, among_strangers};
use super::rivals::Rivals;
use crate::format::FormatError;
use crate::linker::pairs::{Pair, PatternNo, Step};

/// What rounding may add to the most that a pair's odds can be, in bits, amply.
const ROUNDING: f64 = 1e-6;

/// Steps for each thread before what they gave is put together.
const STEPS_AT_ONCE: usize = 4;

/// The weight of every candidate pair.
pub(in crate::linker) struct Weights<'w> {
    weighing: Weighing<'w>,
    model: Model,
    rivals: Rivals<'w>,
    frequencies: &'w Frequencies<'w>,
    comparisons: Vec<Comparison>,
    /// For each set of levels, its probability in each class.
    likelihoods: Vec<Likelihood>,
}

/// A pair whose weight may decide something.
#[derive(Clone, Copy, Debug)]
pub(in crate::linker) struct Telling {
    pub pair: Pair,
    pub pattern: PatternNo,
    pub weight: Weight,
}

/// Pairs whose weight may decide something.
#[derive(Default)]
pub(in crate::linker) struct Found {
    /// In ascending order.
    pub telling: Vec<Telling>,
    /// The pairs that would reach the threshold if no better partner of their records were known.
    pub unopposed: Vec<(Pair, PatternNo)>,
    /// All pairs, by weight; names count as common as on average where a pair was not weighed.
    pub histogram: Histogram,
}

impl<'w> Weights<'w> {
    pub(super) fn new(
        weighing: Weighing<'w>,
        model: Model,
        rivals: Rivals<'w>,
        frequencies: &'w Frequencies<'w>,
        comparisons: Vec<Comparison>,
    ) -> Self {
        let likelihoods = weighing.levels.iter().map(|l| model.likelihood(l)).collect();
        Self { weighing, model, rivals, frequencies, comparisons, likelihoods }
    }

    /// How the weight of a set of levels comes about.
    pub fn explain(&self, shown: usize) -> Explained {
        explain(&self.model, &self.comparisons, &self.weighing.levels[shown])
    }

    /// The weight of a candidate pair.
    pub fn of(&self, pair: Pair, pattern: PatternNo) -> Weight {
        self.weight(self.setting(pair, pattern), pair, pattern)
    }

    /// The pairs whose log2 odds are at least `telling`, and those that would be links by the
    /// threshold `least` if no better partner were known.
    pub fn find(&self, telling: f64, least: f64) -> Result<Found, FormatError> {
        let settings = Setting::all(self.weighing.datasets.len());
        let against: Vec<f64> =
            settings.iter().map(|setting| setting.against(&self.model.covered)).collect();
        let hopeless = settings.iter().zip(&against).flat_map(|(setting, against)| {
            let bins = self.likelihoods.iter().map(|likelihood| {
                let rarest = among_strangers(*likelihood, (-MOST_BITS).exp2());
                let most = self.model.weight(*setting, rarest).odds + ROUNDING;
                let usual = self.model.weight(*setting, *likelihood).odds;
                (most < telling && most + against < least).then(|| bin(usual))
            });
            bins.collect::<Vec<_>>()
        });
        let hopeless = hopeless.collect();
        let pass = Pass { telling, least, against, hopeless };
        let mut all = Found::default();
        for steps in self.weighing.candidates.steps() {
            // A few at a time: what they gave is not in memory twice.
            for steps in steps?.chunks(STEPS_AT_ONCE * rayon::current_num_threads()) {
                let found: Vec<Found> =
                    steps.par_iter().map(|step| self.find_in(step, &pass)).collect();
                for found in found {
                    all.telling.extend(found.telling);
                    all.unopposed.extend(found.unopposed);
                    all.histogram.add(&found.histogram);
                }
            }
        }
        Ok(all)
    }

    fn find_in(&self, step: &Step, pass: &Pass) -> Found {
        let mut found = Found::default();
        for (pair, pattern) in step.pairs() {
            let setting = self.setting(pair, pattern);
            let place = setting.place() * self.likelihoods.len() + self.shown(pattern);
            if let Some(bin) = pass.hopeless[place] {
                found.histogram.count(bin);
                continue;
            }
            let weight = self.weight(setting, pair, pattern);
            found.histogram.count(bin(weight.odds));
            if weight.odds >= pass.telling {
                found.telling.push(Telling { pair, pattern, weight });
            }
            if weight.odds + pass.against[setting.place()] >= pass.least {
                found.unopposed.push((pair, pattern));
            }
        }
        found
    }

    fn setting(&self, pair: Pair, pattern: PatternNo) -> Setting {
        self.weighing.setting(Some(&self.rivals), pair, pattern)
    }

    /// The number of the set of levels that a pattern gives.
    pub fn shown(&self, pattern: PatternNo) -> usize {
        self.weighing.shown[pattern as usize] as usize
    }

    fn weight(&self, setting: Setting, pair: Pair, pattern: PatternNo) -> Weight {
        let common = self.frequencies.factor(pair.first, pair.second);
        self.model.weight(setting, among_strangers(self.likelihoods[self.shown(pattern)], common))
    }
}

/// What the pairs are looked through for.
struct Pass {
    telling: f64,
    least: f64,
    /// For each setting, how much better partners speak against a pair.
    against: Vec<f64>,
    /// For a setting and a set of levels, if no pair of them can be found however rare its names,
    /// where their weight stands in the histogram.
    hopeless: Vec<Option<usize>>,
}
