//! Counting pairs, records and clusters from the sizes of the cells that entities and people
//! share, without listing any pair.

use std::collections::BTreeMap;

use super::read::Labelled;
use super::{AgencyPairs, BCubed, Clusters, Evaluation, Pairs};

/// Records of each agency in one cell.
type ByAgency = Vec<u64>;

pub(super) fn count(labelled: &Labelled) -> Evaluation {
    let cells = group(labelled, |record| (record.entity, record.person));
    let entities = group(labelled, |record| record.entity);
    let people = group(labelled, |record| record.person);
    let sizes = |groups: &BTreeMap<u64, ByAgency>| -> BTreeMap<u64, u64> {
        groups.iter().map(|(key, cell)| (*key, cell.iter().sum())).collect()
    };
    let (entity_sizes, person_sizes) = (sizes(&entities), sizes(&people));
    let mut agencies = Vec::new();
    let (mut across, mut within) = (Pairs::default(), Pairs::default());
    for a in 0..labelled.agencies.len() {
        for b in a..labelled.agencies.len() {
            let pairs = Pairs {
                both: pairs(cells.values(), a, b),
                found: pairs(people.values(), a, b),
                truth: pairs(entities.values(), a, b),
            };
            add(if a == b { &mut within } else { &mut across }, pairs);
            let names = [a, b].map(|agency| labelled.agencies[agency].clone());
            agencies.push(AgencyPairs { agencies: names, pairs });
        }
    }
    let mut all = within;
    add(&mut all, across);
    Evaluation {
        records: labelled.records.len() as u64,
        entities: entities.len() as u64,
        people: people.len() as u64,
        unlisted: labelled.unlisted,
        extra: labelled.extra,
        all,
        across,
        within,
        b_cubed: b_cubed(labelled.records.len(), &cells, &entity_sizes, &person_sizes),
        clusters: clusters(&cells, &entity_sizes, &person_sizes),
        agencies,
    }
}

fn group<K: Ord>(
    labelled: &Labelled,
    key: impl Fn(&super::read::Record) -> K,
) -> BTreeMap<K, ByAgency> {
    let mut groups: BTreeMap<K, ByAgency> = BTreeMap::new();
    for record in &labelled.records {
        let cell = groups.entry(key(record)).or_insert_with(|| vec![0; labelled.agencies.len()]);
        cell[record.agency] += 1;
    }
    groups
}

fn pairs<'g>(groups: impl Iterator<Item = &'g ByAgency>, a: usize, b: usize) -> u64 {
    groups
        .map(
            |cell| if a == b { cell[a] * cell[a].saturating_sub(1) / 2 } else { cell[a] * cell[b] },
        )
        .sum()
}

fn add(to: &mut Pairs, more: Pairs) {
    to.both += more.both;
    to.found += more.found;
    to.truth += more.truth;
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^53")]
fn b_cubed(
    records: usize,
    cells: &BTreeMap<(u64, u64), ByAgency>,
    entities: &BTreeMap<u64, u64>,
    people: &BTreeMap<u64, u64>,
) -> BCubed {
    let (mut precision, mut recall) = (0.0, 0.0);
    for ((entity, person), cell) in cells {
        let shared = cell.iter().sum::<u64>() as f64;
        precision += shared * shared / people[person] as f64;
        recall += shared * shared / entities[entity] as f64;
    }
    BCubed { precision: precision / records as f64, recall: recall / records as f64 }
}

fn clusters(
    cells: &BTreeMap<(u64, u64), ByAgency>,
    entities: &BTreeMap<u64, u64>,
    people: &BTreeMap<u64, u64>,
) -> Clusters {
    let mut people_of: BTreeMap<u64, u64> = BTreeMap::new();
    let mut entities_of: BTreeMap<u64, u64> = BTreeMap::new();
    let mut clusters = Clusters::default();
    for ((entity, person), cell) in cells {
        *people_of.entry(*entity).or_default() += 1;
        *entities_of.entry(*person).or_default() += 1;
        let shared: u64 = cell.iter().sum();
        if shared == entities[entity] && shared == people[person] {
            clusters.exact += 1;
            clusters.exact_of_several += u64::from(shared > 1);
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
    use super::super::read::Record;
    use super::*;

    #[test]
    fn pairs_and_clusters_are_counted_as_by_hand() {
        let record = |agency, entity, person| Record { agency, entity, person };
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
            unlisted: 0,
            extra: 0,
        };
        let evaluation = count(&labelled);
        assert_eq!(evaluation.across, Pairs { both: 1, found: 1, truth: 2 });
        assert_eq!(evaluation.within, Pairs { both: 0, found: 1, truth: 0 });
        assert_eq!(evaluation.all.recall(), Some(0.5));
        assert_eq!(evaluation.within.recall(), None);
        assert_eq!(evaluation.clusters.exact, 2);
        assert_eq!(evaluation.clusters.mixed_people, 1);
        assert_eq!(evaluation.clusters.split_entities, 1);
        assert!((evaluation.b_cubed.precision - 5.0 / 6.0).abs() < 1e-12);
        assert!((evaluation.b_cubed.recall - 5.0 / 6.0).abs() < 1e-12);
    }
}
