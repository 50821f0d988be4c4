//! Who was linked: by dataset, by the identifiers that records have, and by set of datasets.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::every_two::every_two;
use super::people::{People, Step};
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

/// Who was linked, in counts: those of parts of the records add up, if no person is in two parts.
#[derive(Clone, Debug)]
pub(super) struct Coverage {
    /// By dataset.
    of_dataset: Vec<OfDataset>,
    /// How many people have how many records.
    pub sizes: BTreeMap<u64, u64>,
    /// People by the datasets that they are in, as bits; none if there are too many datasets.
    sets: BTreeMap<u64, u64>,
    /// For each two datasets, by their places, the people who are in both.
    both: BTreeMap<[usize; 2], u64>,
}

/// What became of the records of a dataset, in counts.
#[derive(Clone, Debug)]
struct OfDataset {
    linked: u64,
    duplicates_only: u64,
    single: u64,
    people: u64,
    /// People with more than one record here.
    twice: u64,
    /// For each recipe, the records that have a token of it: linked to another dataset, and not.
    with_token: Vec<[u64; 2]>,
}

impl Coverage {
    /// Nobody, of so many datasets and recipes.
    pub fn new(datasets: usize, recipes: usize) -> Self {
        let with_token = vec![[0; 2]; recipes];
        let none =
            OfDataset { linked: 0, duplicates_only: 0, single: 0, people: 0, twice: 0, with_token };
        Self {
            of_dataset: vec![none; datasets],
            sizes: BTreeMap::new(),
            sets: BTreeMap::new(),
            both: every_two(datasets).map(|two| (two, 0)).collect(),
        }
    }

    /// Of these people.
    pub fn of(records: &Records, people: &People) -> Self {
        let none = || Self::new(records.datasets.len(), records.recipes());
        let counted = people.steps().fold(none, |mut coverage, step| {
            coverage.count_all(records, &step);
            coverage
        });
        counted.reduce(none, |mut all, part| {
            all.add(&part);
            all
        })
    }

    /// Counts the people of a step.
    fn count_all(&mut self, records: &Records, step: &Step<'_>) {
        // Records lie far apart: on their own, the processor waits for many of them at once.
        let present: Vec<u32> =
            step.records.iter().map(|record| records.present(*record)).collect();
        let place = |record: &RecordIx| usize::from(records.dataset_of(*record).0);
        let of: Vec<(usize, u32)> = step.records.iter().map(place).zip(present).collect();
        let (mut rest, mut held) = (of.as_slice(), Vec::new());
        for size in step.sizes() {
            let person;
            (person, rest) = rest.split_at(size);
            self.count(person, &mut held);
        }
    }

    /// Counts a person, given the dataset of each record, in ascending order, and the recipes in
    /// which it has a token, as bits; `held` is room for the datasets that the person is in.
    fn count(&mut self, person: &[(usize, u32)], held: &mut Vec<usize>) {
        held.clear();
        for here in person.chunk_by(|a, b| a.0 == b.0) {
            held.push(here[0].0);
            let dataset = &mut self.of_dataset[here[0].0];
            dataset.people += 1;
            dataset.twice += u64::from(here.len() > 1);
        }
        self.count_sets(held, 1);
        *self.sizes.entry(person.len() as u64).or_default() += 1;
        let linked = held.len() > 1;
        for (place, mut present) in person.iter().copied() {
            let dataset = &mut self.of_dataset[place];
            match (linked, person.len() > 1) {
                (true, _) => dataset.linked += 1,
                (false, true) => dataset.duplicates_only += 1,
                (false, false) => dataset.single += 1,
            }
            while present != 0 {
                let recipe = present.trailing_zeros() as usize;
                dataset.with_token[recipe][usize::from(!linked)] += 1;
                present &= present - 1;
            }
        }
    }

    /// Counts people who are in these datasets, given in ascending order, and in no other.
    fn count_sets(&mut self, held: &[usize], people: u64) {
        if self.of_dataset.len() <= MOST_IN_SETS {
            let set = held.iter().fold(0u64, |set, dataset| set | 1 << dataset);
            *self.sets.entry(set).or_default() += people;
        }
        for two in every_two(held.len()) {
            *self.both.entry(two.map(|place| held[place])).or_default() += people;
        }
    }

    /// Adds those of another part of the records.
    pub fn add(&mut self, part: &Self) {
        for (all, part) in self.of_dataset.iter_mut().zip(&part.of_dataset) {
            all.linked += part.linked;
            all.duplicates_only += part.duplicates_only;
            all.single += part.single;
            all.people += part.people;
            all.twice += part.twice;
            for (all, part) in all.with_token.iter_mut().zip(&part.with_token) {
                all.iter_mut().zip(part).for_each(|(all, part)| *all += part);
            }
        }
        add_all(&mut self.sizes, &part.sizes);
        add_all(&mut self.sets, &part.sets);
        add_all(&mut self.both, &part.both);
    }

    /// Adds all records that were in no part, each a person: given for each dataset how many records
    /// it has in all, and of these how many with a token of each recipe.
    pub fn add_singles(&mut self, records: &[u64], with_token: &[Vec<u64>]) {
        for (place, (records, with_token)) in records.iter().zip(with_token).enumerate() {
            let dataset = &mut self.of_dataset[place];
            let single = records - dataset.linked - dataset.duplicates_only - dataset.single;
            for ([linked, other], all) in dataset.with_token.iter_mut().zip(with_token) {
                *other = all - *linked;
            }
            if single > 0 {
                dataset.single += single;
                dataset.people += single;
                *self.sizes.entry(1).or_default() += single;
                self.count_sets(&[place], single);
            }
        }
    }

    /// How many people there are.
    pub fn people(&self) -> u64 {
        self.sizes.values().sum()
    }

    /// For each two datasets, by their places, the people who are in both.
    pub const fn both(&self) -> &BTreeMap<[usize; 2], u64> {
        &self.both
    }

    /// For each dataset, the people with more than one record in it.
    pub fn twice(&self) -> impl Iterator<Item = u64> {
        self.of_dataset.iter().map(|dataset| dataset.twice)
    }

    /// For each dataset, what became of its records.
    pub fn datasets(&self, linkage: &Linkage) -> impl Iterator<Item = DatasetLinks> {
        self.of_dataset.iter().map(|dataset| {
            let recipes = linkage.recipes.iter().map(|recipe| recipe.id.clone());
            DatasetLinks {
                linked: dataset.linked,
                duplicates_only: dataset.duplicates_only,
                single: dataset.single,
                people: dataset.people,
                with_token: recipes.zip(dataset.with_token.iter().copied()).collect(),
            }
        })
    }

    /// For each set of datasets, the people who are in these and in no other.
    pub fn combinations(&self, names: &[&str]) -> Vec<Combination> {
        let mut sets = self.sets.clone();
        if names.len() <= ALL_SETS_UP_TO {
            (1..1u64 << names.len()).for_each(|set| _ = sets.entry(set).or_default());
        }
        let combination = |(set, people): (u64, u64)| {
            let held = names.iter().enumerate().filter(|(place, _)| set & (1 << place) != 0);
            Combination { datasets: held.map(|(_, name)| (*name).to_owned()).collect(), people }
        };
        sets.into_iter().map(combination).collect()
    }
}

/// Adds counts by name to others.
pub(super) fn add_all<K: Copy + Ord>(all: &mut BTreeMap<K, u64>, part: &BTreeMap<K, u64>) {
    for (name, count) in part {
        *all.entry(*name).or_default() += count;
    }
}
