//! What is believed of a pair before its records are compared: how many pairs are of each class, and
//! what it means that a record has no better partner.

use serde::{Deserialize, Serialize};

use super::{CLASSES, Likelihood, SAME, SIBLING, STRANGER};

/// Twin pairs for each pair of one person across datasets, and for each record within one: three
/// children in a hundred are of a multiple birth (Office for National Statistics, Birth
/// characteristics in England and Wales). Held fixed, since twins and misspelt forenames look
/// alike to a fit.
const TWINS_ACROSS: f64 = 0.03;
const TWINS_WITHIN: f64 = 0.015;

/// How often one of two records of one person has a better partner than the other.
const OPPOSED: f64 = 0.02;

/// The most that is believed of how many records of a dataset have a partner in another.
const MOST_COVERED: f64 = 0.95;

/// Where the two records of a pair stand: in one dataset or two, and whether either has a better
/// partner in the other's dataset.
///
/// Most people of two datasets are in both, few are in one dataset twice: the two kinds of pairs
/// have shares of their own. And a record of someone else would mostly have a partner of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Setting {
    /// In one dataset.
    Within,
    /// In two datasets; nothing is known of their other partners.
    Across,
    /// In two datasets, with what is known of better partners.
    Among {
        /// The place of these two among all pairs of datasets.
        datasets: u16,
        /// Whether the record of the first, and that of the second, has a better partner.
        opposed: [bool; 2],
    },
}

impl Setting {
    /// Every setting, each at its place, for so many pairs of datasets.
    #[must_use]
    pub fn all(pairs_of_datasets: usize) -> Vec<Self> {
        let among = (0..pairs_of_datasets).flat_map(|pair| {
            let datasets = u16::try_from(pair).expect("pairs of datasets are few");
            let sides = [[false, false], [true, false], [false, true], [true, true]];
            sides.map(|opposed| Self::Among { datasets, opposed })
        });
        [Self::Within, Self::Across].into_iter().chain(among).collect()
    }

    /// Its place among all.
    #[must_use]
    pub fn place(self) -> usize {
        match self {
            Self::Within => 0,
            Self::Across => 1,
            Self::Among { datasets, opposed: [first, second] } => {
                2 + 4 * usize::from(datasets) + usize::from(first) + 2 * usize::from(second)
            }
        }
    }

    /// Zero across datasets, one within.
    pub(super) const fn kind(self) -> usize {
        match self {
            Self::Across | Self::Among { .. } => 0,
            Self::Within => 1,
        }
    }

    /// How much the better partners of its records speak against a pair, in bits.
    pub(in crate::linker) fn against(self, covered: &[[f64; 2]]) -> f64 {
        let Self::Among { datasets, .. } = self else { return 0.0 };
        let odds = |setting: Self| {
            let share = setting.weigh([1.0; CLASSES], covered);
            (share[SAME] / share[STRANGER]).log2()
        };
        odds(Self::Among { datasets, opposed: [false; 2] }) - odds(self)
    }

    /// The shares of the classes, given which of the two records has a better partner. `covered`
    /// is, for each two datasets, the share of records of the one with a partner in the other.
    pub(in crate::linker) fn weigh(
        self,
        mut share: Likelihood,
        covered: &[[f64; 2]],
    ) -> Likelihood {
        if let Self::Among { datasets, opposed } = self {
            let covered = covered.get(usize::from(datasets)).copied().unwrap_or_default();
            for (opposed, covered) in opposed.into_iter().zip(covered) {
                let covered = covered.clamp(OPPOSED, MOST_COVERED);
                for (class, share) in share.iter_mut().enumerate() {
                    let often = if class == SAME { OPPOSED } else { covered };
                    *share *= if opposed { often } else { 1.0 - often };
                }
            }
        }
        share
    }
}

/// How many pairs there are, candidates or not, and how many at most are of one person.
#[derive(Clone, Copy, Debug)]
pub struct Population {
    pairs: f64,
    /// Pairs if every person is in every dataset, or is twice in each.
    pub most: f64,
}

impl Population {
    /// Pairs across datasets of these sizes.
    pub fn across(sizes: &[u64]) -> Self {
        let (mut pairs, mut most) = (0.0, 0.0);
        for (place, size) in sizes.iter().enumerate() {
            for other in &sizes[place + 1..] {
                pairs += count(*size) * count(*other);
                most += count(*size.min(other));
            }
        }
        Self { pairs: pairs.max(4.0), most: most.max(1.0) }
    }

    /// Pairs within datasets of these sizes.
    pub fn within(sizes: &[u64]) -> Self {
        let pairs: f64 = sizes.iter().map(|n| count(*n) * (count(*n) - 1.0) / 2.0).sum();
        let most: f64 = sizes.iter().map(|n| count(*n)).sum();
        Self { pairs: pairs.max(4.0), most: most.max(1.0) }
    }
}

/// How many pairs are of each class, for each pair that could be of one person at most.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rates {
    pub same: f64,
    pub sibling: f64,
    pub twin: f64,
}

impl Rates {
    /// Before any pair was seen: half the people of the smaller dataset are in both, and one record
    /// in a hundred is a duplicate.
    pub const START: [Self; 2] = [
        Self { same: 0.5, sibling: 0.5, twin: 0.5 * TWINS_ACROSS },
        Self { same: 0.01, sibling: 0.01, twin: TWINS_WITHIN },
    ];

    /// The rates when so many pairs were found. A hundredth of the start keeps a class from dying
    /// out in small data.
    pub fn found(self, classes: Likelihood, most: f64, start: Self) -> Self {
        Self {
            same: classes[SAME] / most + start.same / 100.0,
            sibling: classes[SIBLING] / most + start.sibling / 100.0,
            twin: self.twin,
        }
    }

    /// The share of each class among all pairs.
    pub fn shares(self, population: Population) -> Likelihood {
        let each = population.most / population.pairs;
        let mut share = [self.same, self.sibling, self.twin, 0.0].map(|rate| rate * each);
        share[STRANGER] = (1.0 - share.iter().sum::<f64>()).max(f64::MIN_POSITIVE);
        share
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of pairs need no more than 53 bits here")]
pub fn count(n: u64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_is_at_its_place() {
        let all = Setting::all(3);
        assert_eq!(all.len(), 14);
        for (place, setting) in all.into_iter().enumerate() {
            assert_eq!(setting.place(), place);
        }
    }
}
