//! The people of an extract: their new numbers, and which datasets hold them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float32Array, StringArray, UInt32Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};

use super::MakeExtract;
use crate::format::person_map::{PersonMap, SINGLE};
use crate::token::{Token, hex};

/// With at most so many datasets, sets of them that hold nobody are listed too.
const ALL_SETS_UP_TO: usize = 5;

/// The people of an extract, in the order of their new numbers.
pub(super) struct People {
    /// For each record of the map, its person's place in this list.
    pub of_record: Vec<u32>,
    people: Vec<Person>,
    datasets: Vec<String>,
}

struct Person {
    id: Token,
    /// Records in each dataset of the extract.
    records: Vec<u32>,
    /// The status of the first linked record, in the map's order.
    status: String,
    /// The least probable link that holds a record of the person.
    probability: Option<f32>,
}

impl People {
    /// Numbers everyone who has a record in a dataset of the extract.
    pub fn new(job: &MakeExtract<'_>, map: &PersonMap) -> Self {
        let ids = job.linker_key.person_ids(&job.extract.id);
        let datasets: Vec<String> = job.extract.datasets.iter().map(|d| d.name.clone()).collect();
        let mut linker_ids = map.person_id.clone();
        linker_ids.sort_unstable();
        linker_ids.dedup();
        let mut keyed: Vec<(Token, u32)> =
            (0..).zip(&linker_ids).map(|(place, person)| (ids.of(*person), place)).collect();
        keyed.sort_unstable();
        let mut place_of = vec![0; keyed.len()];
        for (new, (_, old)) in (0u32..).zip(&keyed) {
            place_of[*old as usize] = new;
        }
        let person = |(id, _): &(Token, u32)| Person {
            id: *id,
            records: vec![0; datasets.len()],
            status: SINGLE.to_owned(),
            probability: None,
        };
        let mut people: Vec<Person> = keyed.iter().map(person).collect();
        let mut of_record = Vec::with_capacity(map.person_id.len());
        for record in 0..map.person_id.len() {
            let old = linker_ids.binary_search(&map.person_id[record]).expect("all were listed");
            let place = place_of[old];
            of_record.push(place);
            people[place as usize].take(map, record, &datasets);
        }
        Self { of_record, people, datasets }
    }

    /// A person's number in the extract: `p` and 32 hexadecimal digits, so that no program takes
    /// it for a number or a formula.
    pub fn id(&self, place: u32) -> String {
        text_id(self.people[place as usize].id)
    }

    /// Whether a person, by place, is in several datasets of the extract.
    pub fn is_linked(&self, place: u32) -> bool {
        self.people[place as usize].held().count() > 1
    }

    /// How many people are in each set of datasets and in no other; with a few datasets sets that
    /// hold nobody too.
    pub fn sets(&self) -> Vec<(Vec<String>, u64)> {
        let mut sets: BTreeMap<Vec<usize>, u64> = BTreeMap::new();
        if self.datasets.len() <= ALL_SETS_UP_TO {
            let all = 1..1usize << self.datasets.len();
            let with = |set: usize| (0..self.datasets.len()).filter(move |d| set & (1 << d) != 0);
            all.for_each(|set| _ = sets.entry(with(set).collect()).or_default());
        }
        for person in self.shown() {
            *sets.entry(person.held().collect()).or_default() += 1;
        }
        let names = |set: Vec<usize>| set.iter().map(|d| self.datasets[*d].clone()).collect();
        sets.into_iter().map(|(set, people)| (names(set), people)).collect()
    }

    /// How many people have a record in the extract.
    pub fn len(&self) -> usize {
        self.shown().count()
    }

    /// How many places [`Self::of_record`] tells of.
    pub const fn places(&self) -> usize {
        self.people.len()
    }

    /// How many people have records in both datasets of the extract.
    pub fn in_both(&self, datasets: [&str; 2]) -> u64 {
        let place = |name| self.datasets.iter().position(|dataset| dataset == name);
        let [Some(one), Some(other)] = datasets.map(place) else { return 0 };
        let both = |person: &&Person| person.records[one] > 0 && person.records[other] > 0;
        self.people.iter().filter(both).count() as u64
    }

    fn shown(&self) -> impl Iterator<Item = &Person> {
        self.people.iter().filter(|person| person.records.iter().any(|n| *n > 0))
    }

    /// The table of people.
    pub fn table(&self) -> (SchemaRef, Vec<ArrayRef>) {
        let mut fields = vec![Field::new("person_id", DataType::Utf8, false)];
        let ids = self.shown().map(|person| text_id(person.id));
        let mut columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from_iter_values(ids))];
        for (place, dataset) in self.datasets.iter().enumerate() {
            fields.push(Field::new(format!("in_{dataset}"), DataType::Boolean, false));
            let held = self.shown().map(|person| Some(person.records[place] > 0));
            columns.push(Arc::new(held.collect::<BooleanArray>()));
        }
        fields.push(Field::new("records", DataType::UInt32, false));
        let records = self.shown().map(|person| person.records.iter().sum::<u32>());
        columns.push(Arc::new(UInt32Array::from_iter_values(records)));
        fields.push(Field::new("link_status", DataType::Utf8, false));
        let status = self.shown().map(|person| person.status.as_str());
        columns.push(Arc::new(StringArray::from_iter_values(status)));
        fields.push(Field::new("probability", DataType::Float32, true));
        let probability = self.shown().map(|person| person.probability);
        columns.push(Arc::new(probability.collect::<Float32Array>()));
        (Arc::new(Schema::new(fields)), columns)
    }
}

impl Person {
    /// The places of the datasets that hold the person.
    fn held(&self) -> impl Iterator<Item = usize> {
        self.records.iter().enumerate().filter(|(_, records)| **records > 0).map(|(at, _)| at)
    }

    fn take(&mut self, map: &PersonMap, record: usize, datasets: &[String]) {
        let name = &map.datasets[usize::from(map.dataset[record])];
        if let Some(place) = datasets.iter().position(|dataset| dataset == name) {
            self.records[place] += 1;
        }
        let status = &map.link_status[record];
        if self.status == SINGLE && status != SINGLE {
            self.status.clone_from(status);
        }
        if let Some(p) = map.probability[record] {
            self.probability = Some(self.probability.map_or(p, |least| least.min(p)));
        }
    }
}

fn text_id(id: Token) -> String {
    format!("p{}", hex(&id.0))
}
