//! The scoring model: how probable each level of agreement is for each class of pairs.
//!
//! Four classes: two records of one person, of siblings, of twins, and of strangers. With one
//! class for all that is not a match, surname, birth date and address would outweigh any
//! disagreement of forenames and take twins for one child. Evidence is the ratio of probabilities
//! (Fellegi and Sunter, 1969), comparisons taken as independent within a class; m is fitted by
//! expectation maximisation from published rates, the rest is fixed.

mod file;
mod prior;
mod published;

use super::evidence::{Comparison, Level, Of, UNKNOWN};
pub use file::{ModelError, ModelFile};
pub use prior::{Population, Setting};
use prior::{Rates, count};
use published::published;

/// What two records may be to each other.
const CLASSES: usize = 4;
/// The class of pairs of one person.
const SAME: usize = 0;
const SIBLING: usize = 1;
const TWIN: usize = 2;
const STRANGER: usize = 3;

/// How many pairs the published rates count for against the data.
const PRIOR_PAIRS: f64 = 200.0;
const ROUNDS: usize = 25;

/// Odds beyond 2^60 either way tell nothing more.
pub(super) const MOST_ODDS: f64 = 60.0;

/// The least that a looser level keeps of its probability when the counts leave nothing for it.
const LEAST_LOOSER: f64 = 0.2;

/// How many candidate pairs show the same.
pub struct Tally<'l> {
    pub setting: Setting,
    pub levels: &'l [Level],
    pub pairs: u64,
}

/// A fitted model.
pub struct Model {
    /// Across, and within datasets.
    populations: [Population; 2],
    rates: [Rates; 2],
    /// For each two datasets, the share of records of the one that have a partner in the other.
    pub covered: Vec<[f64; 2]>,
    /// For each comparison, each level's probability in each class.
    levels: Vec<Vec<Likelihood>>,
    /// The pairs of one person that the published rates count for, at each level.
    prior_pairs: Vec<Vec<f64>>,
}

/// The evidence for a link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Weight {
    /// The log2 odds of the same person against all else: whether there is a link.
    pub odds: f64,
    /// The log2 odds of the same person against strangers: which of several links comes first.
    pub against_strangers: f64,
    /// The probability that the two are strangers.
    pub stranger: f64,
    /// Whether neither record has a better partner in the other's dataset.
    pub sole: bool,
}

/// The probability in each class of what two records show.
pub type Likelihood = [f64; CLASSES];

impl Model {
    /// The model before any pair was seen.
    pub fn new(comparisons: &[Comparison], populations: [Population; 2]) -> Self {
        Self {
            populations,
            rates: Rates::START,
            covered: Vec::new(),
            prior_pairs: comparisons
                .iter()
                .map(|c| published(c.of).iter().map(|level| level[SAME] * PRIOR_PAIRS).collect())
                .collect(),
            levels: comparisons.iter().map(|comparison| published(comparison.of)).collect(),
        }
    }

    /// Fits the model to the candidate pairs.
    pub fn fit(&mut self, tallies: &[Tally<'_>]) {
        for _ in 0..ROUNDS {
            self.round(tallies);
        }
    }

    /// One round of expectation maximisation: the shares, and m of the same person.
    fn round(&mut self, tallies: &[Tally<'_>]) {
        let mut found = [[0.0; CLASSES]; 2];
        let mut levels = self.prior_pairs.clone();
        for tally in tallies {
            let classes = self.classes(tally.setting, tally.levels);
            let pairs = count(tally.pairs);
            for (found, class) in found[tally.setting.kind()].iter_mut().zip(classes) {
                *found += class * pairs;
            }
            for (taught, level) in levels.iter_mut().zip(tally.levels) {
                if *level != UNKNOWN {
                    taught[usize::from(*level)] += classes[SAME] * pairs;
                }
            }
        }
        for (place, found) in found.into_iter().enumerate() {
            let most = self.populations[place].most;
            self.rates[place] = self.rates[place].found(found, most, Rates::START[place]);
        }
        for (to, from) in self.levels.iter_mut().zip(&levels) {
            let total: f64 = from.iter().sum();
            for (level, weight) in to.iter_mut().zip(from) {
                level[SAME] = weight / total;
            }
        }
    }

    /// How probable it is that two strangers agree at a level or a stricter one that implies it.
    pub fn strangers_agree(&self, comparison: usize, level: Level) -> f64 {
        let levels = &self.levels[comparison];
        let same = levels[0][STRANGER];
        if level == 0 { same } else { same + levels[usize::from(level)][STRANGER] }
    }

    /// Multiplies the probabilities that strangers agree at a level or a stricter one, each by a
    /// factor given as its logarithm; what is left is the probability that they differ.
    pub fn correct(&mut self, factors: &[((usize, Level), f64)]) {
        let wanted = |((comparison, level), factor): &((usize, Level), f64)| {
            (*comparison, *level, self.strangers_agree(*comparison, *level) * factor.exp())
        };
        let wanted: Vec<_> = factors.iter().map(wanted).collect();
        for (comparison, level, agree) in wanted {
            let levels = &mut self.levels[comparison];
            let same = if level == 0 { 0.0 } else { levels[0][STRANGER] };
            let least = LEAST_LOOSER * levels[usize::from(level)][STRANGER];
            levels[usize::from(level)][STRANGER] = (agree - same).clamp(least, 0.5);
        }
        for levels in &mut self.levels {
            let (last, others) = levels.split_last_mut().expect("a comparison has levels");
            let agree: f64 = others.iter().map(|level| level[STRANGER]).sum();
            last[STRANGER] = (1.0 - agree).max(0.01);
        }
    }

    /// The probability of these levels in each class.
    pub fn likelihood(&self, shown: &[Level]) -> Likelihood {
        let mut likelihood = [1.0; CLASSES];
        for (levels, level) in self.levels.iter().zip(shown) {
            if *level != UNKNOWN {
                let level = levels[usize::from(*level)];
                for (class, probability) in likelihood.iter_mut().zip(level) {
                    *class *= probability;
                }
            }
        }
        likelihood
    }

    /// How much more often records of one person show a level than those of strangers, in bits.
    pub fn bits(&self, comparison: usize, level: Level) -> f64 {
        let level = self.levels[comparison][usize::from(level)];
        (level[SAME] / level[STRANGER]).log2()
    }

    /// The share of each class among pairs that stand so.
    fn prior(&self, setting: Setting) -> Likelihood {
        let kind = setting.kind();
        setting.weigh(self.rates[kind].shares(self.populations[kind]), &self.covered)
    }

    /// The probability of each class, given the levels.
    fn classes(&self, setting: Setting, shown: &[Level]) -> Likelihood {
        let classes = times(self.prior(setting), self.likelihood(shown));
        let total: f64 = classes.iter().sum();
        classes.map(|class| class / total)
    }

    /// The evidence for a pair.
    pub fn weight(&self, setting: Setting, likelihood: Likelihood) -> Weight {
        let classes = times(self.prior(setting), likelihood);
        let odds = |others: f64| (classes[SAME] / others).log2().clamp(-MOST_ODDS, MOST_ODDS);
        Weight {
            odds: odds(classes[SIBLING] + classes[TWIN] + classes[STRANGER]),
            against_strangers: odds(classes[STRANGER]),
            stranger: classes[STRANGER] / classes.iter().sum::<f64>(),
            sole: matches!(setting, Setting::Among { opposed: [false, false], .. }),
        }
    }
}

fn times(a: Likelihood, b: Likelihood) -> Likelihood {
    let mut product = a;
    for (a, b) in product.iter_mut().zip(b) {
        *a *= b;
    }
    product
}

/// What two records show, if strangers show it so much more often than on average.
pub const fn among_strangers(mut likelihood: Likelihood, factor: f64) -> Likelihood {
    likelihood[STRANGER] *= factor;
    likelihood
}

/// The probability that goes with a match weight.
pub fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

/// The match weight that goes with a probability.
pub fn log2_odds(probability: f64) -> f64 {
    (probability / (1.0 - probability)).log2().clamp(-MOST_ODDS, MOST_ODDS)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: usize = 0;
    const FAMILY: usize = 1;
    const DATE: usize = 2;
    const POSTCODE: usize = 3;

    /// The level of names that differ.
    const OTHER_CHILD: Level = 7;
    /// The level of postcodes that differ.
    const MOVED: Level = 3;

    fn comparisons() -> Vec<Comparison> {
        [Of::GivenName, Of::FamilyName, Of::Date, Of::Postcode]
            .map(|of| Comparison { name: format!("{of:?}"), of })
            .to_vec()
    }

    fn fitted(shown: &[(&[Level], u64)]) -> Model {
        let sizes = [1000, 1000];
        let populations = [Population::across(&sizes), Population::within(&sizes)];
        let mut model = Model::new(&comparisons(), populations);
        let tally = |(levels, pairs)| Tally { setting: Setting::Across, levels, pairs };
        model.fit(&shown.iter().copied().map(tally).collect::<Vec<_>>());
        model
    }

    fn probability_of(model: &Model, setting: Setting, shown: &[Level]) -> f64 {
        probability(model.weight(setting, model.likelihood(shown)).odds)
    }

    #[test]
    fn every_level_of_every_class_has_a_probability() {
        for of in [
            Of::GivenName,
            Of::FamilyName,
            Of::AnyName,
            Of::MoreNames,
            Of::Date,
            Of::Postcode,
            Of::Sex,
            Of::Identifier,
            Of::Code,
            Of::Text,
        ] {
            let table = published(of);
            assert_eq!(table.len(), of.levels().len(), "{of:?}");
            for class in 0..CLASSES {
                let total: f64 = table.iter().map(|level| level[class]).sum();
                assert!((total - 1.0).abs() < 1e-6, "{of:?} class {class}: {total}");
            }
        }
    }

    #[test]
    fn unknown_is_neither_for_nor_against() {
        let model = fitted(&[]);
        let against = |shown: &[Level]| {
            model.weight(Setting::Across, model.likelihood(shown)).against_strangers
        };
        assert!(against(&[0, 0, 0, MOVED]) < against(&[0, 0, 0, UNKNOWN]));
        assert!(against(&[0, 0, 0, UNKNOWN]) < against(&[0, 0, 0, 0]));
    }

    #[test]
    fn a_child_is_linked_and_its_twin_is_not() {
        let model = fitted(&[]);
        assert!(probability_of(&model, Setting::Across, &[0, 0, 0, 0]) > 0.99);
        let twin = model.weight(Setting::Across, model.likelihood(&[OTHER_CHILD, 0, 0, 0]));
        assert!(probability(twin.odds) < 0.5);
        assert!(twin.against_strangers > 0.0, "all but the forename speaks for the twin");
    }

    #[test]
    fn a_better_partner_speaks_against_a_pair_and_none_speaks_for_it() {
        let mut model = fitted(&[]);
        model.covered = vec![[0.9, 0.6]];
        let shown = [OTHER_CHILD, 0, 0, 0];
        let among = |opposed| Setting::Among { datasets: 0, opposed };
        let alone = probability_of(&model, among([false, false]), &shown);
        let unknown = probability_of(&model, Setting::Across, &shown);
        let one = probability_of(&model, among([true, false]), &shown);
        let both = probability_of(&model, among([true, true]), &shown);
        assert!(alone > unknown && unknown > one && one > both, "{alone} {unknown} {one} {both}");
    }

    #[test]
    fn duplicates_within_a_dataset_need_more_evidence() {
        let model = fitted(&[]);
        let shown = [0, 0, 3, UNKNOWN];
        let within = probability_of(&model, Setting::Within, &shown);
        assert!(within < probability_of(&model, Setting::Across, &shown));
    }

    #[test]
    fn fitting_learns_how_often_the_same_person_differs() {
        let model = fitted(&[(&[0, 0, 0, 0], 400), (&[0, 0, 0, MOVED], 600)]);
        let moved = model.levels[POSTCODE][usize::from(MOVED)][SAME];
        assert!(moved > 0.4, "most pairs differ in postcode: {moved}");
        for certain in [GIVEN, FAMILY, DATE] {
            assert!(model.levels[certain][0][SAME] > published(comparisons()[certain].of)[0][SAME]);
        }
    }

    #[test]
    fn twins_do_not_teach_that_forenames_differ() {
        let model = fitted(&[(&[0, 0, 0, 0], 400), (&[OTHER_CHILD, 0, 0, 0], 20)]);
        assert!(probability_of(&model, Setting::Across, &[OTHER_CHILD, 0, 0, 0]) < 0.5);
    }

    #[test]
    fn a_correction_changes_how_often_strangers_agree_and_keeps_the_sum() {
        let mut model = fitted(&[]);
        let before = model.strangers_agree(GIVEN, 0);
        model.correct(&[((GIVEN, 0), 0.5f64.ln())]);
        assert!((model.strangers_agree(GIVEN, 0) / before - 0.5).abs() < 1e-9);
        let total: f64 = model.levels[GIVEN].iter().map(|level| level[STRANGER]).sum();
        assert!((total - 1.0).abs() < 1e-9);
    }
}
