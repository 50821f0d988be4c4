//! The scoring model: how probable each level of agreement is for each class of pairs.
//!
//! Four classes: two records of one person, of siblings, of twins, and of strangers. With one
//! class for all that is not a match, surname, birth date and address would outweigh any
//! disagreement of forenames and take twins for one child. Evidence is the ratio of probabilities
//! (Fellegi and Sunter, 1969), comparisons taken as independent within a class; m is fitted by
//! expectation maximisation from published rates, the rest is fixed.

use std::collections::BTreeMap;

use super::evidence::{Comparison, Level, Of, UNKNOWN};

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

/// Twin pairs for each pair of one person across datasets, and for each record within one: three
/// children in a hundred are of a multiple birth (Office for National Statistics, Birth
/// characteristics in England and Wales). Held fixed, since twins and misspelt forenames look
/// alike to a fit.
const TWINS_ACROSS: f64 = 0.03;
const TWINS_WITHIN: f64 = 0.015;

/// Only pairs that are of one person with at least this probability teach the rates of
/// disagreement: uncertain ones would teach a fit its own mistakes.
const CONFIDENT: f64 = 0.9;

/// Whether the records of a pair are of one dataset. Most people of two datasets are in both;
/// few are in one dataset twice: the two kinds of pairs have shares of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Within {
    /// Of two datasets.
    Across = 0,
    /// Of one dataset.
    Within = 1,
}

/// Candidate pairs by what they show.
pub(super) type Counts = BTreeMap<(Within, Vec<Level>), u64>;

/// How many pairs there are, candidates or not, and how many might be of one person.
#[derive(Clone, Copy, Debug)]
pub(super) struct Population {
    pub pairs: f64,
    pub expected: f64,
    /// Pairs of twins, if the expected number of pairs is found.
    pub twins: f64,
}

impl Population {
    /// Pairs across datasets of these sizes: half the people of the smaller one may be in both.
    pub fn across(sizes: &[u64]) -> Self {
        let mut pairs = 0.0;
        let mut expected = 0.0;
        for (place, size) in sizes.iter().enumerate() {
            for other in &sizes[place + 1..] {
                pairs += count(*size) * count(*other);
                expected += count(*size.min(other)) / 2.0;
            }
        }
        Self { pairs, expected, twins: expected * TWINS_ACROSS }.at_least_one()
    }

    /// Pairs within datasets of these sizes: one record in a hundred may be a duplicate.
    pub fn within(sizes: &[u64]) -> Self {
        let records: f64 = sizes.iter().map(|size| count(*size)).sum();
        let pairs = sizes.iter().map(|size| count(*size) * (count(*size) - 1.0) / 2.0).sum();
        Self { pairs, expected: records / 100.0, twins: records * TWINS_WITHIN }.at_least_one()
    }

    fn at_least_one(self) -> Self {
        Self { pairs: self.pairs.max(4.0), expected: self.expected.max(1.0), ..self }
    }

    /// The share of each class when so many pairs are of one person and of siblings.
    fn shares(self, same: f64, siblings: f64) -> [f64; CLASSES] {
        // A hundredth of what was expected keeps a class from dying out in small data.
        let least = self.expected / 100.0;
        let mut share = [same + least, siblings + least, self.twins, 0.0].map(|n| n / self.pairs);
        share[STRANGER] = (1.0 - share.iter().sum::<f64>()).max(f64::MIN_POSITIVE);
        share
    }
}

/// A fitted model.
pub(super) struct Model {
    /// The share of each class among all pairs, across and within datasets.
    share: [[f64; CLASSES]; 2],
    /// For each comparison, each level's probability in each class.
    levels: Vec<Vec<[f64; CLASSES]>>,
}

/// The evidence for a link.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Weight {
    /// The log2 odds of the same person against all else: whether there is a link.
    pub odds: f64,
    /// The log2 odds of the same person against strangers: which of several links comes first.
    pub against_strangers: f64,
}

impl Model {
    /// Fits the model to the candidate pairs, out of all pairs across and within datasets.
    pub fn fit(comparisons: &[Comparison], counts: &Counts, populations: [Population; 2]) -> Self {
        let share = populations.map(|p| p.shares(p.expected, p.expected));
        let levels = comparisons.iter().map(|comparison| published(comparison.of)).collect();
        let mut model = Self { share, levels };
        for _ in 0..ROUNDS {
            model = model.round(comparisons, counts, populations);
        }
        model
    }

    /// One round of expectation maximisation: the shares, and m of the same person.
    fn round(
        &self,
        comparisons: &[Comparison],
        counts: &Counts,
        populations: [Population; 2],
    ) -> Self {
        let mut found = [[0.0; CLASSES]; 2];
        let prior =
            |c: &Comparison| published(c.of).iter().map(|p| p[SAME] * PRIOR_PAIRS).collect();
        let mut levels: Vec<Vec<f64>> = comparisons.iter().map(prior).collect();
        for ((within, shown), n) in counts {
            let classes = self.classes(*within, shown);
            for (found, class) in found[*within as usize].iter_mut().zip(classes) {
                *found += class * count(*n);
            }
            let taught = levels.iter_mut().zip(shown).filter(|_| classes[SAME] >= CONFIDENT);
            for (comparison, level) in taught.filter(|(_, level)| **level != UNKNOWN) {
                comparison[usize::from(*level)] += classes[SAME] * count(*n);
            }
        }
        let mut next = Self { share: self.share, levels: self.levels.clone() };
        for ((share, found), population) in next.share.iter_mut().zip(found).zip(populations) {
            *share = population.shares(found[SAME], found[SIBLING]);
        }
        for (to, from) in next.levels.iter_mut().zip(&levels) {
            let total: f64 = from.iter().sum();
            for (level, weight) in to.iter_mut().zip(from) {
                level[SAME] = weight / total;
            }
        }
        next
    }

    /// The probability of each class, given the levels.
    fn classes(&self, within: Within, shown: &[Level]) -> [f64; CLASSES] {
        let mut classes = self.share[within as usize];
        for (levels, level) in self.levels.iter().zip(shown) {
            if *level != UNKNOWN {
                for (class, probability) in classes.iter_mut().zip(levels[usize::from(*level)]) {
                    *class *= probability;
                }
            }
        }
        let total: f64 = classes.iter().sum();
        classes.map(|class| class / total)
    }

    /// The evidence that the levels give.
    pub fn weight(&self, within: Within, shown: &[Level]) -> Weight {
        let classes = self.classes(within, shown);
        // Odds beyond 2^60 either way tell nothing more.
        let odds = |others: f64| (classes[SAME] / others).log2().clamp(-60.0, 60.0);
        Weight {
            odds: odds(classes[SIBLING] + classes[TWIN] + classes[STRANGER]),
            against_strangers: odds(classes[STRANGER]),
        }
    }
}

/// The probability that goes with a match weight.
pub(super) fn probability(weight: f64) -> f64 {
    1.0 / (1.0 + (-weight).exp2())
}

#[expect(clippy::cast_precision_loss, reason = "counts of pairs need no more than 53 bits here")]
fn count(n: u64) -> f64 {
    n as f64
}

/// Where fitting starts: for the same person the error rates of UK health records validated by
/// NHS number (Cardinal et al., BMC Medical Informatics and Decision Making 23, 2023), with room
/// for poorer sources; for strangers how often two people share a name, date or place; siblings
/// share surname and address, twins the birth date too.
///
/// Columns: same person, siblings, twins, strangers.
fn published(of: Of) -> Vec<[f64; CLASSES]> {
    match of {
        Of::GivenName => vec![
            [0.937, 0.004, 0.0007, 0.006],
            [0.020, 0.004, 0.003, 0.003],
            [0.020, 0.012, 0.030, 0.012],
            [0.015, 0.020, 0.040, 0.016],
            [0.008, 0.960, 0.9263, 0.963],
        ],
        Of::FamilyName => vec![
            [0.92, 0.85, 0.93, 0.003],
            [0.001, 0.001, 0.001, 0.001],
            [0.020, 0.020, 0.015, 0.009],
            [0.015, 0.015, 0.010, 0.010],
            [0.044, 0.114, 0.044, 0.977],
        ],
        Of::AnyName => vec![[0.50, 0.03, 0.03, 0.010], [0.50, 0.97, 0.97, 0.990]],
        Of::Date => vec![
            [0.970, 0.0002, 0.970, 0.00016],
            [0.006, 0.0002, 0.006, 0.00006],
            [0.019, 0.008, 0.019, 0.009],
            [0.005, 0.9916, 0.005, 0.99078],
        ],
        Of::Postcode => vec![
            [0.70, 0.75, 0.75, 0.0002],
            [0.03, 0.03, 0.03, 0.002],
            [0.05, 0.04, 0.04, 0.010],
            [0.22, 0.18, 0.18, 0.9878],
        ],
        Of::Sex => vec![[0.993, 0.50, 0.63, 0.50], [0.007, 0.50, 0.37, 0.50]],
        Of::Identifier => {
            vec![[0.990, 0.0005, 0.0010, 0.000_002], [0.010, 0.9995, 0.9990, 0.999_998]]
        }
        Of::Code => {
            vec![[0.80, 0.30, 0.30, 0.0005], [0.08, 0.05, 0.05, 0.0095], [0.12, 0.65, 0.65, 0.990]]
        }
        Of::Text => {
            vec![[0.75, 0.60, 0.60, 0.02], [0.12, 0.08, 0.08, 0.04], [0.13, 0.32, 0.32, 0.94]]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GIVEN: usize = 0;
    const FAMILY: usize = 1;
    const DATE: usize = 2;

    fn comparisons() -> Vec<Comparison> {
        [Of::GivenName, Of::FamilyName, Of::Date, Of::Postcode]
            .map(|of| Comparison { name: format!("{of:?}"), of })
            .to_vec()
    }

    fn fitted(counts: &Counts) -> Model {
        let sizes = [1000, 1000];
        let populations = [Population::across(&sizes), Population::within(&sizes)];
        Model::fit(&comparisons(), counts, populations)
    }

    #[test]
    fn every_level_of_every_class_has_a_probability() {
        for of in [
            Of::GivenName,
            Of::FamilyName,
            Of::AnyName,
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
        let model = fitted(&Counts::new());
        let known = model.weight(Within::Across, &[0, 0, 0, UNKNOWN]);
        let more = model.weight(Within::Across, &[0, 0, 0, 0]);
        let less = model.weight(Within::Across, &[0, 0, 0, 3]);
        assert!(less.against_strangers < known.against_strangers);
        assert!(known.against_strangers < more.against_strangers);
    }

    #[test]
    fn a_child_is_linked_and_its_twin_is_not() {
        let model = fitted(&Counts::new());
        let same = model.weight(Within::Across, &[0, 0, 0, 0]);
        let twin = model.weight(Within::Across, &[4, 0, 0, 0]);
        assert!(probability(same.odds) > 0.99);
        assert!(probability(twin.odds) < 0.5);
        assert!(twin.against_strangers > 0.0, "all but the forename speaks for the twin");
    }

    #[test]
    fn duplicates_within_a_dataset_need_more_evidence() {
        let model = fitted(&Counts::new());
        let shown = [0, 0, 2, UNKNOWN];
        let across = model.weight(Within::Across, &shown);
        let within = model.weight(Within::Within, &shown);
        assert!(within.odds < across.odds);
    }

    #[test]
    fn fitting_learns_how_often_the_same_person_differs() {
        let mut counts = Counts::new();
        counts.insert((Within::Across, vec![0, 0, 0, 0]), 400);
        counts.insert((Within::Across, vec![0, 0, 0, 3]), 600);
        let postcode = &fitted(&counts).levels[3];
        assert!(postcode[3][SAME] > 0.4, "most pairs differ in postcode: {}", postcode[3][SAME]);
        let given = &fitted(&counts).levels[GIVEN];
        assert!(given[0][SAME] > published(Of::GivenName)[0][SAME]);
        assert!(
            fitted(&counts).levels[FAMILY].len() == 5 && fitted(&counts).levels[DATE].len() == 4
        );
    }

    #[test]
    fn many_twins_do_not_teach_that_forenames_differ() {
        let mut counts = Counts::new();
        counts.insert((Within::Across, vec![0, 0, 0, 0]), 400);
        counts.insert((Within::Across, vec![4, 0, 0, 0]), 40);
        let model = fitted(&counts);
        assert!(probability(model.weight(Within::Across, &[4, 0, 0, 0]).odds) < 0.5);
    }
}
