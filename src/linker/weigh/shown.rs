//! What the different agreement patterns show.

use rayon::prelude::*;

use super::evidence::{Comparisons, Level};
use super::fit::single_precision;
use super::model::{Likelihood, Model, Setting};
use crate::linker::compare::Pattern;

/// What each of the different patterns shows: many show the same.
pub struct Shown {
    /// The different sets of levels, in ascending order.
    pub levels: Vec<Vec<Level>>,
    /// For each pattern, the place of its set of levels.
    pub of_pattern: Vec<u32>,
    /// For each pattern, the recipes that agree, as bits.
    pub agree: Vec<u32>,
}

/// The log2 odds of a pair by its pattern, within and across datasets, when nothing is known of
/// better partners.
#[derive(Clone, Debug)]
pub struct OddsOf {
    /// Of two records of one dataset.
    pub within: Vec<f32>,
    /// Of records of two datasets.
    pub across: Vec<f32>,
}

impl OddsOf {
    /// The odds of one pattern.
    #[must_use]
    pub fn of(&self, pattern: u32, within: bool) -> f32 {
        (if within { &self.within } else { &self.across })[pattern as usize]
    }
}

impl Shown {
    pub fn new(comparisons: &Comparisons, patterns: &[Pattern]) -> Self {
        let of: Vec<Vec<Level>> = patterns.par_iter().map(|p| comparisons.levels(*p)).collect();
        let mut levels = of.clone();
        levels.par_sort_unstable();
        levels.dedup();
        let number = |set: &Vec<Level>| {
            let place = levels.binary_search(set).expect("every pattern's levels are among them");
            u32::try_from(place).expect("there are fewer sets than patterns")
        };
        let of_pattern = of.par_iter().map(number).collect();
        Self { of_pattern, agree: patterns.iter().map(|p| p.agree).collect(), levels }
    }

    /// The probability of each set of levels in each class.
    pub fn likelihoods(&self, model: &Model) -> Vec<Likelihood> {
        self.levels.iter().map(|levels| model.likelihood(levels)).collect()
    }

    /// The odds of each pattern, while nothing is known of better partners.
    pub fn odds(&self, model: &Model) -> OddsOf {
        let likelihoods = self.likelihoods(model);
        let odds_in = |setting| -> Vec<f32> {
            let odds = |l: &Likelihood| single_precision(model.weight(setting, *l).odds);
            let odds: Vec<f32> = likelihoods.iter().map(odds).collect();
            self.of_pattern.iter().map(|set| odds[*set as usize]).collect()
        };
        OddsOf { within: odds_in(Setting::Within), across: odds_in(Setting::Across) }
    }
}
