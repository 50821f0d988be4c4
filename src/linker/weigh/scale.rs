//! From what a pair shows to its weight.

use super::evidence::Comparison;
use super::explain::{Explained, explain};
use super::frequency::MOST_BITS;
use super::histogram::bin;
use super::model::{Likelihood, Model, Setting, Weight, among_strangers};
use super::shown::Shown;

/// What rounding may add to the most that a pair's odds can be, in bits, amply.
const ROUNDING: f64 = 1e-6;

/// A fitted model, and what each pattern shows.
pub struct Scale {
    pub model: Model,
    pub shown: Shown,
    comparisons: Vec<Comparison>,
    /// For each set of levels, its probability in each class.
    likelihoods: Vec<Likelihood>,
}

/// What pairs are looked through for.
pub struct Pass {
    /// The log2 odds of the least probable pair that may decide something.
    pub telling: f64,
    /// The log2 odds of the least probable link.
    pub least: f64,
    /// For each setting, how much better partners speak against a pair.
    against: Vec<f64>,
    /// For each setting and, within it, each set of levels: if no pair of them can be found however
    /// rare its names, where their weight stands in the histogram.
    hopeless: Vec<Option<usize>>,
    /// How many sets of levels there are.
    sets: usize,
}

impl Scale {
    pub fn new(model: Model, shown: Shown, comparisons: Vec<Comparison>) -> Self {
        Self { likelihoods: shown.likelihoods(&model), model, shown, comparisons }
    }

    /// The place of the set of levels that a pattern shows.
    pub fn shown(&self, pattern: u32) -> usize {
        self.shown.of_pattern[pattern as usize] as usize
    }

    /// How the weight of a set of levels comes about.
    pub fn explain(&self, shown: usize) -> Explained {
        explain(&self.model, &self.comparisons, &self.shown.levels[shown])
    }

    /// The weight of a pair whose names are so much commoner than on average.
    pub fn weight(&self, setting: Setting, pattern: u32, common: f64) -> Weight {
        let likelihood = self.likelihoods[self.shown(pattern)];
        self.model.weight(setting, among_strangers(likelihood, common))
    }

    /// What to look for in all pairs, given how many pairs of datasets there are.
    pub fn pass(&self, pairs_of_datasets: usize, telling: f64, least: f64) -> Pass {
        let settings = Setting::all(pairs_of_datasets);
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
        Pass { telling, least, against, hopeless, sets: self.likelihoods.len() }
    }
}

impl Pass {
    /// If no pair of a setting that shows a set of levels can be found: the bin of its weight.
    pub fn hopeless(&self, setting: Setting, shown: usize) -> Option<usize> {
        self.hopeless[setting.place() * self.sets + shown]
    }

    /// How much better partners speak against a pair of a setting, in bits.
    pub fn against(&self, setting: Setting) -> f64 {
        self.against[setting.place()]
    }
}
