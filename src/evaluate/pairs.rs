//! Counting pairs from the sizes of what they share, without listing any.
//!
//! Of n records, m of them in a group, the pairs with a record in the group are all pairs but
//! those of the n − m others.

use std::collections::BTreeMap;

use serde::Serialize;

use super::read::{Labelled, Record};
use crate::interval::{Estimate, Ratio, share};

/// Pairs found and true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pairs {
    /// Pairs both found and true.
    pub both: u64,
    /// Pairs found.
    pub found: u64,
    /// Pairs true.
    pub truth: u64,
}

/// How well the pairs found agree with those that are true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Agreement {
    /// How many there are.
    #[serde(flatten)]
    pub pairs: Pairs,
    /// The share of found pairs that are true, people being the clusters of its interval; none if
    /// none was found.
    pub precision: Option<Estimate>,
    /// The share of true pairs that were found, entities being the clusters of its interval; none
    /// if none is true.
    pub recall: Option<Estimate>,
    /// The harmonic mean of the two; none if no pair was found or true.
    pub f1: Option<f64>,
}

/// Which pairs are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Slice {
    All,
    Across,
    Within,
    /// Of two agencies, the first before the second or the same.
    Agencies(usize, usize),
    /// With at least one record in a group: a grouping's place, a value's place in it, and
    /// whether only pairs of different agencies count.
    Group(usize, usize, bool),
}

/// How often pairs were found, and found rightly.
pub(super) struct Tallies {
    /// By entity: of the true pairs, those found.
    recall: BTreeMap<Slice, Ratio>,
    /// By person: of the found pairs, those true.
    precision: BTreeMap<Slice, Ratio>,
}

impl Tallies {
    /// Counts the pairs of all records.
    pub fn new(labelled: &Labelled) -> Self {
        Self {
            recall: ratios(labelled, |record| record.entity, |record| record.person),
            precision: ratios(labelled, |record| record.person, |record| record.entity),
        }
    }

    pub fn all(&self) -> Agreement {
        self.agreement(Slice::All)
    }

    pub fn across(&self) -> Agreement {
        self.agreement(Slice::Across)
    }

    pub fn within(&self) -> Agreement {
        self.agreement(Slice::Within)
    }

    pub fn agencies(&self, first: usize, second: usize) -> Agreement {
        self.agreement(Slice::Agencies(first, second))
    }

    pub fn group(&self, grouping: usize, value: usize, across: bool) -> Agreement {
        self.agreement(Slice::Group(grouping, value, across))
    }

    fn agreement(&self, slice: Slice) -> Agreement {
        let recall = self.recall.get(&slice).copied().unwrap_or_default();
        let precision = self.precision.get(&slice).copied().unwrap_or_default();
        let pairs = Pairs { both: recall.part, found: precision.whole, truth: recall.whole };
        Agreement {
            pairs,
            precision: precision.estimate(),
            recall: recall.estimate(),
            f1: share(2 * pairs.both, pairs.found + pairs.truth),
        }
    }
}

/// Of the pairs within each outer set, those within an inner set too, slice by slice.
fn ratios(
    labelled: &Labelled,
    outer: impl Fn(&Record) -> u64,
    inner: impl Fn(&Record) -> u64,
) -> BTreeMap<Slice, Ratio> {
    let records = &labelled.records;
    let mut order: Vec<usize> = (0..records.len()).collect();
    order.sort_unstable_by_key(|at| (outer(&records[*at]), inner(&records[*at])));
    let mut ratios: BTreeMap<Slice, Ratio> = BTreeMap::new();
    let mut counts: BTreeMap<Slice, [u64; 2]> = BTreeMap::new();
    for set in order.chunk_by(|a, b| outer(&records[*a]) == outer(&records[*b])) {
        counts.clear();
        for part in set.chunk_by(|a, b| inner(&records[*a]) == inner(&records[*b])) {
            count(labelled, part, |slice, pairs| counts.entry(slice).or_default()[0] += pairs);
        }
        count(labelled, set, |slice, pairs| counts.entry(slice).or_default()[1] += pairs);
        for (slice, [part, whole]) in &counts {
            ratios.entry(*slice).or_default().add(*part, *whole);
        }
    }
    ratios
}

/// Counts the pairs within a set of records, slice by slice.
fn count(labelled: &Labelled, set: &[usize], mut add: impl FnMut(Slice, u64)) {
    if set.len() < 2 {
        return;
    }
    let all = pairs(set.len() as u64);
    let mut agencies: BTreeMap<usize, u64> = BTreeMap::new();
    for at in set {
        *agencies.entry(labelled.records[*at].agency).or_default() += 1;
    }
    let within = agencies.values().copied().map(pairs).sum();
    add(Slice::All, all);
    add(Slice::Within, within);
    add(Slice::Across, all - within);
    for (first, own) in &agencies {
        add(Slice::Agencies(*first, *first), pairs(*own));
        for (second, other) in agencies.range(first + 1..) {
            add(Slice::Agencies(*first, *second), own * other);
        }
    }
    for (place, grouping) in labelled.groupings.iter().enumerate() {
        let mut members: BTreeMap<usize, BTreeMap<usize, u64>> = BTreeMap::new();
        for at in set {
            let agency = labelled.records[*at].agency;
            *members.entry(grouping.of[*at]).or_default().entry(agency).or_default() += 1;
        }
        for (value, by_agency) in members {
            let touched = |all: u64, own: u64| pairs(all) - pairs(all - own);
            let all = touched(set.len() as u64, by_agency.values().sum());
            let within: u64 = by_agency.iter().map(|(a, own)| touched(agencies[a], *own)).sum();
            add(Slice::Group(place, value, false), all);
            add(Slice::Group(place, value, true), all - within);
        }
    }
}

/// The pairs of this many records.
const fn pairs(records: u64) -> u64 {
    records * records.saturating_sub(1) / 2
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::groups::Grouping;
    use super::*;

    /// Records of three agencies, four entities and people, and three groups.
    fn some_records() -> impl Strategy<Value = Vec<(usize, u64, u64, usize)>> {
        prop::collection::vec((0..3_usize, 0..4_u64, 0..4_u64, 0..3_usize), 0..14)
    }

    fn labelled(records: &[(usize, u64, u64, usize)]) -> Labelled {
        let values = ["x", "y", "z"].map(|value| Some(value.to_owned())).to_vec();
        let of = records.iter().map(|record| record.3).collect();
        Labelled {
            agencies: ["a", "b", "c"].map(str::to_owned).to_vec(),
            records: records
                .iter()
                .map(|(agency, entity, person, _)| Record {
                    agency: *agency,
                    entity: *entity,
                    person: *person,
                    probability: None,
                })
                .collect(),
            groupings: vec![Grouping { column: "g".to_owned(), values, of }],
            ..Labelled::default()
        }
    }

    proptest! {
        #[test]
        fn pairs_of_a_group_are_those_that_a_list_of_all_pairs_shows(records in some_records()) {
            let tallies = Tallies::new(&labelled(&records));
            for (value, across) in [(0, false), (1, false), (2, false), (0, true), (1, true)] {
                let mut wanted = Pairs::default();
                for (at, a) in records.iter().enumerate() {
                    for b in &records[at + 1..] {
                        let counts = (a.3 == value || b.3 == value) && !(across && a.0 == b.0);
                        let (truth, found) = (a.1 == b.1, a.2 == b.2);
                        wanted.both += u64::from(counts && truth && found);
                        wanted.found += u64::from(counts && found);
                        wanted.truth += u64::from(counts && truth);
                    }
                }
                prop_assert_eq!(tallies.group(0, value, across).pairs, wanted);
            }
        }
    }

    #[test]
    fn a_huge_cluster_is_counted_and_not_listed() {
        let records: Vec<_> = (0..300_000).map(|at| (at % 3, 0, 0, at % 3)).collect();
        let tallies = Tallies::new(&labelled(&records));
        assert_eq!(tallies.all().pairs.both, 300_000 * 299_999 / 2);
        let outside = 200_000 * 199_999 / 2;
        assert_eq!(tallies.group(0, 1, false).pairs.both, 300_000 * 299_999 / 2 - outside);
        assert_eq!(tallies.group(0, 1, true).pairs.both, 100_000 * 200_000);
    }
}
