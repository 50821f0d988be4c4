//! How a match weight comes about, comparison by comparison.

use serde::Serialize;

use super::evidence::{Comparison, Level, UNKNOWN};
use super::model::{Model, Setting};

/// How the weight of two records of different datasets comes about that show some levels of
/// agreement: names as common as on average, nothing known of better partners.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explained {
    /// The log2 odds against a stranger before anything is compared.
    pub before: f64,
    /// What each comparison adds of which something is known.
    pub steps: Vec<Step>,
    /// What is taken off since siblings and twins agree in much.
    pub family: f64,
    /// The match weight: the sum of all.
    pub match_weight: f64,
}

/// What a comparison adds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Step {
    /// The comparison.
    pub comparison: String,
    /// The level of agreement.
    pub level: &'static str,
    /// log2 of how much more often records of one person show it than those of strangers.
    pub bits: f64,
}

/// Explains a set of levels.
pub fn explain(model: &Model, comparisons: &[Comparison], shown: &[Level]) -> Explained {
    let before = model.weight(Setting::Across, [1.0; 4]).against_strangers;
    let known = comparisons.iter().zip(shown).enumerate().filter(|(_, (_, l))| **l != UNKNOWN);
    let steps = known.map(|(place, (comparison, level))| Step {
        comparison: comparison.name.clone(),
        level: comparison.of.levels()[usize::from(*level)],
        bits: model.bits(place, *level),
    });
    let steps: Vec<Step> = steps.collect();
    let match_weight = model.weight(Setting::Across, model.likelihood(shown)).odds;
    let against_strangers = before + steps.iter().map(|step| step.bits).sum::<f64>();
    Explained { before, steps, family: match_weight - against_strangers, match_weight }
}
