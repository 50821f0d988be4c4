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
pub(super) const CLASSES: usize = 4;
/// The class of pairs of one person.
pub(super) const SAME: usize = 0;
const SIBLING: usize = 1;
const TWIN: usize = 2;
const STRANGER: usize = 3;

/// How many pairs the published rates count for against the data.
const PRIOR_PAIRS: f64 = 200.0;
const ROUNDS: usize = 25;

/// Pairs that show the same levels.
pub(super) type Counts = BTreeMap<Vec<Level>, u64>;

/// A fitted model.
pub(super) struct Model {
    /// The share of each class among all pairs.
    share: [f64; CLASSES],
    /// For each comparison, each level's probability in each class.
    levels: Vec<Vec<[f64; CLASSES]>>,
}

impl Model {
    /// Fits the model to the candidate pairs, out of all pairs of records.
    pub fn fit(comparisons: &[Comparison], counts: &Counts, records: u64) -> Self {
        let all_pairs = pairs_of(records);
        let expected = count(records) / all_pairs;
        let mut model = Self {
            share: [expected, expected, expected * 0.03, 1.0],
            levels: comparisons.iter().map(|c| published(c.of)).collect(),
        };
        model.share[STRANGER] = 1.0 - model.share[..STRANGER].iter().sum::<f64>();
        for _ in 0..ROUNDS {
            model = model.round(comparisons, counts, all_pairs, expected);
        }
        model
    }

    /// One round of expectation maximisation: the shares, and m of the same person.
    fn round(
        &self,
        comparisons: &[Comparison],
        counts: &Counts,
        pairs: f64,
        expected: f64,
    ) -> Self {
        let mut share = [0.0; CLASSES];
        let mut levels: Vec<Vec<f64>> = comparisons
            .iter()
            .map(|c| published(c.of).iter().map(|p| p[SAME] * PRIOR_PAIRS).collect())
            .collect();
        for (shown, n) in counts {
            let classes = self.classes(shown);
            for class in 0..CLASSES {
                share[class] += classes[class] * count(*n);
            }
            for (comparison, level) in levels.iter_mut().zip(shown) {
                if *level != UNKNOWN {
                    comparison[usize::from(*level)] += classes[SAME] * count(*n);
                }
            }
        }
        let mut next = Self { share, levels: self.levels.clone() };
        // A handful of pairs keeps a class from dying out in small data.
        let floor = [expected, expected, expected * 0.03];
        for class in 0..STRANGER {
            next.share[class] = share[class].mul_add(1.0 / pairs, floor[class] * 0.01);
        }
        next.share[STRANGER] = 1.0 - next.share[..STRANGER].iter().sum::<f64>();
        for (to, from) in next.levels.iter_mut().zip(&levels) {
            let total: f64 = from.iter().sum();
            for (level, weight) in to.iter_mut().zip(from) {
                level[SAME] = weight / total;
            }
        }
        next
    }

    /// The probability of each class, given the levels.
    fn classes(&self, shown: &[Level]) -> [f64; CLASSES] {
        let mut classes = self.share;
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

    /// The match weight: the log2 odds of the same person against all else.
    pub fn weight(&self, shown: &[Level]) -> f64 {
        let same = self.classes(shown)[SAME];
        // Odds beyond 2^60 either way tell nothing more.
        (same / (1.0 - same)).log2().clamp(-60.0, 60.0)
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

fn pairs_of(records: u64) -> f64 {
    (count(records) * (count(records) - 1.0) / 2.0).max(1.0)
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
            [0.93, 0.010, 0.006, 0.006],
            [0.020, 0.004, 0.003, 0.003],
            [0.020, 0.012, 0.030, 0.012],
            [0.015, 0.020, 0.040, 0.016],
            [0.015, 0.954, 0.921, 0.963],
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
