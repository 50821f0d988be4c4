//! All figures of an evaluation: records and clusters from the sizes of the cells that entities and
//! people share.

use std::collections::BTreeMap;

use super::calibration::calibration;
use super::pairs::Tallies;
use super::read::{Labelled, Record};
use super::{AgencyPairs, BCubed, Clusters, Evaluation};

pub(super) fn count(labelled: &Labelled) -> Evaluation {
    let cells = sizes(labelled, |record| (record.entity, record.person));
    let entities = sizes(labelled, |record| record.entity);
    let people = sizes(labelled, |record| record.person);
    let tallies = Tallies::new(labelled);
    let by = (0..).zip(&labelled.groupings).map(|(place, by)| by.fare(place, &tallies));
    Evaluation {
        records: labelled.records.len() as u64,
        entities: entities.len() as u64,
        people: people.len() as u64,
        unlisted: labelled.unlisted,
        extra: labelled.extra,
        all: tallies.all(),
        across: tallies.across(),
        within: tallies.within(),
        b_cubed: b_cubed(labelled.records.len(), &cells, &entities, &people),
        clusters: clusters(&cells, &entities, &people),
        agencies: agencies(&labelled.agencies, &tallies),
        by: by.collect(),
        calibration: calibration(labelled),
    }
}

/// How many records have each key.
fn sizes<K: Ord>(labelled: &Labelled, key: impl Fn(&Record) -> K) -> BTreeMap<K, u64> {
    let mut sizes = BTreeMap::new();
    for record in &labelled.records {
        *sizes.entry(key(record)).or_default() += 1;
    }
    sizes
}

fn agencies(names: &[String], tallies: &Tallies) -> Vec<AgencyPairs> {
    let mut agencies = Vec::new();
    for first in 0..names.len() {
        for second in first..names.len() {
            agencies.push(AgencyPairs {
                agencies: [first, second].map(|agency| names[agency].clone()),
                pairs: tallies.agencies(first, second),
            });
        }
    }
    agencies
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^53")]
fn b_cubed(
    records: usize,
    cells: &BTreeMap<(u64, u64), u64>,
    entities: &BTreeMap<u64, u64>,
    people: &BTreeMap<u64, u64>,
) -> BCubed {
    let (mut precision, mut recall) = (0.0, 0.0);
    for ((entity, person), shared) in cells {
        let shared = *shared as f64;
        precision += shared * shared / people[person] as f64;
        recall += shared * shared / entities[entity] as f64;
    }
    BCubed { precision: precision / records as f64, recall: recall / records as f64 }
}

fn clusters(
    cells: &BTreeMap<(u64, u64), u64>,
    entities: &BTreeMap<u64, u64>,
    people: &BTreeMap<u64, u64>,
) -> Clusters {
    let mut people_of: BTreeMap<u64, u64> = BTreeMap::new();
    let mut entities_of: BTreeMap<u64, u64> = BTreeMap::new();
    let mut clusters = Clusters::default();
    for ((entity, person), shared) in cells {
        *people_of.entry(*entity).or_default() += 1;
        *entities_of.entry(*person).or_default() += 1;
        if *shared == entities[entity] && *shared == people[person] {
            clusters.exact += 1;
            clusters.exact_of_several += u64::from(*shared > 1);
        }
    }
    let several = |sizes: &BTreeMap<u64, u64>| sizes.values().filter(|n| **n > 1).count() as u64;
    clusters.entities_of_several = several(entities);
    clusters.people_of_several = several(people);
    clusters.mixed_people = several(&entities_of);
    clusters.split_entities = several(&people_of);
    clusters.largest_person = people.values().copied().max().unwrap_or(0);
    clusters
}

#[cfg(test)]
mod tests {
    use super::super::Pairs;
    use super::*;

    #[test]
    fn pairs_and_clusters_are_counted_as_by_hand() {
        let record = |agency, entity, person| Record { agency, entity, person, probability: None };
        let labelled = Labelled {
            agencies: vec!["a".to_owned(), "b".to_owned()],
            records: vec![
                record(0, 1, 1),
                record(1, 1, 1),
                record(0, 2, 2),
                record(1, 2, 3),
                record(1, 3, 3),
                record(0, 4, 4),
            ],
            ..Labelled::default()
        };
        let evaluation = count(&labelled);
        assert_eq!(evaluation.across.pairs, Pairs { both: 1, found: 1, truth: 2 });
        assert_eq!(evaluation.within.pairs, Pairs { both: 0, found: 1, truth: 0 });
        assert_eq!(evaluation.all.recall.map(|recall| recall.share), Some(0.5));
        assert_eq!(evaluation.within.recall, None);
        assert_eq!(evaluation.clusters.exact, 2);
        assert_eq!(evaluation.clusters.mixed_people, 1);
        assert_eq!(evaluation.clusters.split_entities, 1);
        assert!((evaluation.b_cubed.precision - 5.0 / 6.0).abs() < 1e-12);
        assert!((evaluation.b_cubed.recall - 5.0 / 6.0).abs() < 1e-12);
    }
}
