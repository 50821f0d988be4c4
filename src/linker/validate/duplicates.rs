//! How many partners a record has in a dataset that should hold each person once: second partners
//! are false links, and from how many there are follows how many first partners are false too
//! (Blakely and Salmond, 2002).
//!
//! Of the records of one dataset, a share p is linked to its true partner in another, and besides
//! each is linked to false ones, a Poisson number of mean l. So none has (1 − p)e^−l of them, and
//! one or none e^−l + l(1 − p)e^−l; there are as many such equations as unknowns, so that their
//! solution is the one of maximum likelihood. The predictive value is p / (p + l).

use std::collections::BTreeMap;

use serde::Serialize;

use super::interval::byar;
use crate::linker::pairs::Pair;
use crate::linker::records::{DatasetIx, RecordIx, Records};

/// What is taken for granted.
const ASSUMES: &str = "a person has one true partner at most in the other dataset, whose duplicates \
    were all found; false partners come by a Poisson law, alike for all records; the interval is \
    that of the number of records with several partners (Byar); links are taken as scored, before \
    rivals and constraints forbid some, so that those of the person map are better, and of two \
    directions that in which more is found tells more";

/// Halvings of the interval in which the mean of false partners is sought.
const HALVINGS: usize = 200;

/// What the numbers of partners say of every two datasets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct DuplicateCounts {
    /// From every dataset to every other.
    pub between: Vec<FromTo>,
    /// What is taken for granted.
    pub assumes: &'static str,
}

/// What the numbers of partners say of links from one dataset to another.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct FromTo {
    /// The dataset whose records are counted.
    pub from: String,
    /// The dataset whose people are their partners.
    pub to: String,
    /// How many records have how many partners.
    #[serde(flatten)]
    pub partners: Partners,
    /// What follows from them; nothing if there are no links.
    #[serde(flatten)]
    pub solution: Option<Solution>,
}

impl DuplicateCounts {
    /// What the links between two datasets say, in the direction in which more is found: in the
    /// other one, few duplicates that were overlooked pass for many false links.
    #[must_use]
    pub fn telling(&self, datasets: &[String; 2]) -> Option<Solution> {
        let of = |way: &&FromTo| datasets.contains(&way.from) && datasets.contains(&way.to);
        let solutions = self.between.iter().filter(of).filter_map(|way| way.solution);
        solutions.max_by(|a, b| a.found.total_cmp(&b.found))
    }
}

/// How many records of a dataset have how many partners in another.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Partners {
    /// Records with none.
    pub none: u64,
    /// Records with one.
    pub one: u64,
    /// Records with two or more.
    pub several: u64,
}

/// What follows from how many partners there are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Solution {
    /// The share of records that are linked to their true partner: p.
    pub found: f64,
    /// False partners of a record: l.
    pub false_partners: f64,
    /// The share of links that are true.
    pub ppv: f64,
    /// The ends of its interval.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Counts partners and says what follows. `ties` are links as scored, `people` each record's person.
pub(super) fn duplicates(records: &Records, ties: &[Pair], people: &[u32]) -> DuplicateCounts {
    // A record, the dataset of its partner and the partner.
    let mut partners: Vec<(RecordIx, DatasetIx, u32)> = ties
        .iter()
        .flat_map(|pair| [(pair.first, pair.second), (pair.second, pair.first)])
        .map(|(own, other)| (own, records.dataset_of(other), people[other.index()]))
        .collect();
    partners.sort_unstable();
    partners.dedup();
    let mut counts: BTreeMap<[DatasetIx; 2], Partners> = BTreeMap::new();
    for several in partners.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let count = counts.entry([records.dataset_of(several[0].0), several[0].1]).or_default();
        *(if several.len() == 1 { &mut count.one } else { &mut count.several }) += 1;
    }
    let pairs = records.pairs_of_datasets().into_iter();
    let between = pairs.flat_map(|[a, b]| [[a, b], [b, a]]).map(|[from, to]| {
        let mut partners = counts.get(&[from, to]).copied().unwrap_or_default();
        let name = |dataset| records.dataset(dataset).name.clone();
        partners.none =
            records.dataset(from).records.len() as u64 - partners.one - partners.several;
        FromTo { from: name(from), to: name(to), partners, solution: solve(partners) }
    });
    DuplicateCounts { between: between.collect(), assumes: ASSUMES }
}

/// What follows from how many records have how many partners; nothing if none has any.
#[expect(clippy::cast_precision_loss, reason = "an estimate needs a few digits")]
fn solve(Partners { none, one, several }: Partners) -> Option<Solution> {
    if one + several == 0 {
        return None;
    }
    let n = (none + one + several) as f64;
    let linked = (one + several) as f64;
    let of = |several: f64| rates(none as f64 / n, several.min(linked) / n);
    let (fewest, most) = byar(several);
    let (found, false_partners) = of(several as f64);
    let value = |(found, false_partners): (f64, f64)| found / (found + false_partners);
    let [ppv, low, high] = [of(several as f64), of(most), of(fewest)].map(value);
    Some(Solution { found, false_partners, ppv, low, high })
}

/// The share of records linked to their true partner, and the mean of false partners, if these
/// shares have no partner and several. If more have several than a Poisson law gives without any
/// true partner, none was found.
fn rates(none: f64, several: f64) -> (f64, f64) {
    // e^-l + l P0 = 1 - P2 falls with l as long as p = 1 - P0 e^l is not below zero.
    let mut range = (0.0, -none.max(f64::MIN_POSITIVE).ln());
    for _ in 0..HALVINGS {
        let middle = f64::midpoint(range.0, range.1);
        let fewer = (-middle).exp() + middle * none > 1.0 - several;
        *(if fewer { &mut range.0 } else { &mut range.1 }) = middle;
    }
    let false_partners = range.0;
    ((1.0 - none * false_partners.exp()).max(0.0), false_partners)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many of n records have no, one and several partners, as expected.
    fn expected(n: f64, p: f64, l: f64) -> Partners {
        let none = (1.0 - p) * (-l).exp();
        let one = (1.0 - p).mul_add(l, p) * (-l).exp();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        let count = |share: f64| (n * share).round() as u64;
        Partners { none: count(none), one: count(one), several: count(1.0 - none - one) }
    }

    #[test]
    fn the_rates_that_made_the_counts_are_found_again() {
        for (p, l) in [(0.85, 0.03), (0.3, 0.2), (0.99, 0.001), (0.05, 1.0), (0.5, 0.0)] {
            let solution = solve(expected(1e12, p, l)).expect("there are links");
            assert!((solution.found - p).abs() < 1e-6, "{solution:?} of {p} {l}");
            assert!((solution.false_partners - l).abs() < 1e-6, "{solution:?} of {p} {l}");
            assert!((solution.ppv - p / (p + l)).abs() < 1e-5, "{solution:?} of {p} {l}");
        }
    }

    #[test]
    fn the_interval_is_as_wide_as_the_count_of_several_says() {
        // 0.85 and 0.03 of 10,000 give some 260 records with several.
        let solution = solve(expected(1e4, 0.85, 0.03)).expect("there are links");
        assert!(solution.low < solution.ppv && solution.ppv < solution.high);
        let width = (solution.high - solution.low) / (1.0 - solution.ppv);
        assert!((width - 2.0 * 1.96 / 260f64.sqrt()).abs() < 0.01, "{width} {solution:?}");
    }

    #[test]
    fn counts_of_zero_have_a_solution() {
        let of = |none, one, several| solve(Partners { none, one, several });
        assert_eq!(of(0, 0, 0), None);
        assert_eq!(of(100, 0, 0), None);
        let none_twice = of(100, 900, 0).expect("there are links");
        assert!((none_twice.ppv - 1.0).abs() < 1e-9 && (none_twice.found - 0.9).abs() < 1e-9);
        assert!(none_twice.low < 0.999 && none_twice.low > 0.99, "{none_twice:?}");
        let none_without = of(0, 900, 100).expect("there are links");
        assert!((none_without.found - 1.0).abs() < 1e-9);
        assert!((none_without.false_partners + 0.9f64.ln()).abs() < 1e-9, "{none_without:?}");
        // Several partners, and never one: no true link shows.
        for extreme in [of(900, 0, 100), of(0, 0, 100), of(0, 0, 1)] {
            let extreme = extreme.expect("there are links");
            assert!(extreme.ppv < 0.01 && extreme.low <= extreme.ppv, "{extreme:?}");
            assert!(extreme.false_partners.is_finite());
        }
    }
}
