//! Who was linked: by dataset, by the identifiers that records have, and by set of datasets.

use std::collections::BTreeMap;

use serde::Serialize;

use super::people::People;
use super::records::{RecordIx, Records};
use crate::spec::Linkage;

/// With at most so many datasets, sets of them that hold nobody are listed too.
const ALL_SETS_UP_TO: usize = 5;

/// Of more datasets than this no sets are counted.
const MOST_IN_SETS: usize = 64;

/// What became of the records of a dataset.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct DatasetLinks {
    /// Records of people who are in another dataset too.
    pub linked: u64,
    /// Records of people who are in this dataset alone, more than once.
    pub duplicates_only: u64,
    /// Records that are linked to no other.
    pub single: u64,
    /// People with a record here.
    pub people: u64,
    /// For each recipe, the records that have a token of it: linked to another dataset, and not.
    pub with_token: BTreeMap<String, [u64; 2]>,
}

/// The people who are in these datasets and in no other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Combination {
    /// The datasets, in the spec's order.
    pub datasets: Vec<String>,
    /// How many people.
    pub people: u64,
}

/// Who was linked.
pub(super) struct Coverage {
    pub datasets: BTreeMap<String, DatasetLinks>,
    pub combinations: Vec<Combination>,
}

/// Counts who was linked.
pub(super) fn coverage(linkage: &Linkage, records: &Records, people: &People) -> Coverage {
    let mut datasets = vec![DatasetLinks::default(); records.datasets.len()];
    // By dataset, for each recipe.
    let mut with_token = vec![vec![[0u64; 2]; linkage.recipes.len()]; records.datasets.len()];
    let mut sets: BTreeMap<u64, u64> = BTreeMap::new();
    for person in people.iter() {
        let of = |record: &RecordIx| usize::from(records.dataset_of(*record).0);
        if records.datasets.len() <= MOST_IN_SETS {
            let held = person.iter().fold(0u64, |set, record| set | 1 << of(record));
            *sets.entry(held).or_default() += 1;
        }
        // Records are numbered by dataset.
        let linked = person.first().map(of) != person.last().map(of);
        let mut last = None;
        for record in person {
            let dataset = &mut datasets[of(record)];
            dataset.people += u64::from(last.replace(of(record)) != Some(of(record)));
            match (linked, person.len() > 1) {
                (true, _) => dataset.linked += 1,
                (false, true) => dataset.duplicates_only += 1,
                (false, false) => dataset.single += 1,
            }
            let mut present = records.present(*record);
            while present != 0 {
                let recipe = present.trailing_zeros() as usize;
                with_token[of(record)][recipe][usize::from(!linked)] += 1;
                present &= present - 1;
            }
        }
    }
    for (dataset, counts) in datasets.iter_mut().zip(with_token) {
        let recipes = linkage.recipes.iter().map(|recipe| recipe.id.clone());
        dataset.with_token = recipes.zip(counts).collect();
    }
    let names = records.datasets.iter().map(|dataset| dataset.name.clone());
    Coverage { datasets: names.zip(datasets).collect(), combinations: combinations(records, sets) }
}

fn combinations(records: &Records, mut sets: BTreeMap<u64, u64>) -> Vec<Combination> {
    if records.datasets.len() <= ALL_SETS_UP_TO {
        (1..1u64 << records.datasets.len()).for_each(|set| _ = sets.entry(set).or_default());
    }
    let combination = |(set, people): (u64, u64)| Combination {
        datasets: records
            .datasets
            .iter()
            .enumerate()
            .filter(|(place, _)| set & (1 << place) != 0)
            .map(|(_, dataset)| dataset.name.clone())
            .collect(),
        people,
    };
    sets.into_iter().map(combination).collect()
}
