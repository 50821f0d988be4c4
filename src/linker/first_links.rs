//! For each record, its first and so its strongest link.

use std::hint::black_box;

use super::pairs::Pair;
use super::records::RecordIx;

/// How a link came about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LinkedBy {
    /// The place of the strictest match key that the link satisfies, if any.
    pub key: Option<usize>,
    /// Its match weight, where links are scored.
    pub weight: Option<f64>,
}

/// The first link of each record, in a few bytes a record.
pub(super) struct FirstLinks {
    /// The place of the match key, [`NO_KEY`] or [`UNLINKED`].
    keys: Vec<u16>,
    /// The match weights; none at all where links are not scored.
    weights: Vec<f64>,
}

const UNLINKED: u16 = u16::MAX;
const NO_KEY: u16 = UNLINKED - 1;

impl FirstLinks {
    /// No links yet, of this many records.
    pub fn decided_by_rule(records: usize) -> Self {
        Self { keys: vec![UNLINKED; records], weights: Vec::new() }
    }

    /// No links yet, of this many records; each link will have a weight.
    pub fn scored(records: usize) -> Self {
        Self { keys: vec![UNLINKED; records], weights: vec![0.0; records] }
    }

    /// Has what is known of records that lie far apart brought near.
    pub fn fetch(&self, records: impl Iterator<Item = RecordIx>) {
        let touched = records.map(|record| {
            let weight = self.weights.get(record.index()).map_or(0, |weight| weight.to_bits());
            u64::from(self.keys[record.index()]) ^ weight
        });
        black_box(touched.fold(0, |all, one| all ^ one));
    }

    /// Takes a link of two records; those that have an earlier one keep it.
    pub fn add(&mut self, pair: Pair, by: LinkedBy) {
        let key = by.key.map_or(NO_KEY, |key| u16::try_from(key).unwrap_or(NO_KEY).min(NO_KEY));
        for record in [pair.first, pair.second].map(RecordIx::index) {
            if self.keys[record] == UNLINKED {
                self.keys[record] = key;
                if let (Some(place), Some(weight)) = (self.weights.get_mut(record), by.weight) {
                    *place = weight;
                }
            }
        }
    }

    /// The first link of a record, if it has any.
    pub fn of(&self, record: RecordIx) -> Option<LinkedBy> {
        match self.keys[record.index()] {
            UNLINKED => None,
            key => Some(LinkedBy {
                key: (key != NO_KEY).then_some(usize::from(key)),
                weight: self.weights.get(record.index()).copied(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn pair(first: u32, second: u32) -> Pair {
        Pair { first: RecordIx(first), second: RecordIx(second) }
    }

    #[test]
    fn a_record_keeps_its_first_link() {
        let first = LinkedBy { key: Some(2), weight: Some(20.5) };
        let second = LinkedBy { key: None, weight: Some(7.25) };
        let mut links = FirstLinks::scored(4);
        links.add(pair(0, 2), first);
        links.add(pair(1, 2), second);
        let found = [0, 1, 2, 3].map(|record| links.of(RecordIx(record)));
        assert_eq!(found, [Some(first), Some(second), Some(first), None]);
    }

    #[test]
    fn links_by_rule_have_no_weight() {
        let by = LinkedBy { key: Some(0), weight: None };
        let mut links = FirstLinks::decided_by_rule(2);
        links.add(pair(0, 1), by);
        assert_eq!([0, 1].map(|record| links.of(RecordIx(record))), [Some(by), Some(by)]);
    }
}
