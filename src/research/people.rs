//! The people of an extract: their new numbers, and which datasets hold them.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float32Array, StringArray, UInt32Array};
use arrow::buffer::{Buffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use rayon::prelude::*;

use super::MakeExtract;
use crate::format::person_map::{PersonMap, SINGLE};
use crate::key::PersonIds;
use crate::token::{TOKEN_BYTES, Token, hex_digits};

/// With at most so many datasets, sets of them that hold nobody are listed too.
const ALL_SETS_UP_TO: usize = 5;

/// People whose numbers one thread makes at a time.
const PEOPLE_PER_STEP: usize = 1 << 12;

/// The people of an extract, in the order of their new numbers.
pub(super) struct People {
    /// For each record of the map, its person's place in this list.
    pub of_record: Vec<u32>,
    people: Vec<Person>,
    /// For each person, the records in each dataset of the extract.
    records: Vec<u32>,
    datasets: Vec<String>,
    statuses: Vec<String>,
}

struct Person {
    id: Token,
    /// The status of the first linked record, in the map's order, as a place in `statuses`; none if
    /// no record is linked.
    status: Option<u16>,
    /// The least probable link that holds a record of the person.
    probability: Option<f32>,
}

impl People {
    /// Numbers everyone who has a record in a dataset of the extract.
    pub fn new(job: &MakeExtract<'_>, map: &PersonMap) -> Self {
        let ids = job.linker_key.person_ids(&job.extract.id);
        let Numbered { ids, of_record } = Numbered::of(&ids, &map.person_id);
        let datasets: Vec<String> = job.extract.datasets.iter().map(|d| d.name.clone()).collect();
        let person = |id| Person { id, status: None, probability: None };
        let mut people = Self {
            records: vec![0; ids.len() * datasets.len()],
            people: ids.into_iter().map(person).collect(),
            of_record,
            datasets,
            statuses: map.statuses.clone(),
        };
        people.take(map);
        people
    }

    /// Notes what the map says of each person.
    fn take(&mut self, map: &PersonMap) {
        let shown = |name: &String| self.datasets.iter().position(|dataset| dataset == name);
        let shown: Vec<Option<usize>> = map.datasets.iter().map(shown).collect();
        let single = map.statuses.iter().position(|status| status == SINGLE);
        for (record, place) in self.of_record.iter().enumerate() {
            let place = *place as usize;
            if let Some(dataset) = shown[usize::from(map.dataset[record])] {
                self.records[place * self.datasets.len() + dataset] += 1;
            }
            let person = &mut self.people[place];
            let status = map.link_status[record];
            if person.status.is_none() && Some(usize::from(status)) != single {
                person.status = Some(status);
            }
            if let Some(p) = map.probability[record] {
                person.probability = Some(person.probability.map_or(p, |least| least.min(p)));
            }
        }
    }

    /// The numbers of these people in the extract: `p` and 32 hexadecimal digits, so that no program
    /// takes one for a number or a formula.
    pub fn ids(&self, places: impl Iterator<Item = u32>) -> StringArray {
        const LENGTH: usize = 1 + 2 * TOKEN_BYTES;
        let (mut text, mut count) = (Vec::with_capacity(places.size_hint().0 * LENGTH), 0);
        for place in places {
            text.push(b'p');
            text.extend_from_slice(&hex_digits(self.people[place as usize].id));
            count += 1;
        }
        let ends = OffsetBuffer::from_repeated_length(LENGTH, count);
        StringArray::new(ends, Buffer::from_vec(text), None)
    }

    /// Whether a person, by place, is in several datasets of the extract.
    pub fn is_linked(&self, place: u32) -> bool {
        self.held(place as usize).count() > 1
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
        let mut held = Vec::new();
        for place in self.shown() {
            held.clear();
            held.extend(self.held(place as usize));
            match sets.get_mut(&held) {
                Some(people) => *people += 1,
                None => _ = sets.insert(held.clone(), 1),
            }
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
        let both = |records: &&[u32]| records[one] > 0 && records[other] > 0;
        self.records.chunks_exact(self.datasets.len()).filter(both).count() as u64
    }

    /// The places of the people who have a record in the extract.
    pub fn shown(&self) -> impl Iterator<Item = u32> {
        let people = (0..).zip(self.records.chunks_exact(self.datasets.len().max(1)));
        people.filter(|(_, records)| records.iter().any(|n| *n > 0)).map(|(place, _)| place)
    }

    fn records(&self, place: usize) -> &[u32] {
        &self.records[place * self.datasets.len()..][..self.datasets.len()]
    }

    /// The places of the datasets that hold a person.
    fn held(&self, place: usize) -> impl Iterator<Item = usize> {
        self.records(place).iter().enumerate().filter(|(_, n)| **n > 0).map(|(at, _)| at)
    }

    /// The columns of the table of people.
    pub fn schema(&self) -> SchemaRef {
        let mut fields = vec![Field::new("person_id", DataType::Utf8, false)];
        let datasets = self.datasets.iter();
        fields.extend(datasets.map(|d| Field::new(format!("in_{d}"), DataType::Boolean, false)));
        fields.push(Field::new("records", DataType::UInt32, false));
        fields.push(Field::new("link_status", DataType::Utf8, false));
        fields.push(Field::new("probability", DataType::Float32, true));
        Arc::new(Schema::new(fields))
    }

    /// The rows of the table of these people.
    pub fn rows(&self, shown: &[u32]) -> Vec<ArrayRef> {
        let people = || shown.iter().map(|place| &self.people[*place as usize]);
        let records = || shown.iter().map(|place| self.records(*place as usize));
        let mut columns: Vec<ArrayRef> = vec![Arc::new(self.ids(shown.iter().copied()))];
        for dataset in 0..self.datasets.len() {
            let held = records().map(|records| Some(records[dataset] > 0));
            columns.push(Arc::new(held.collect::<BooleanArray>()));
        }
        let records = records().map(|records| records.iter().sum::<u32>());
        columns.push(Arc::new(UInt32Array::from_iter_values(records)));
        let status = |status: u16| self.statuses[usize::from(status)].as_str();
        let status = people().map(|person| person.status.map_or(SINGLE, status));
        columns.push(Arc::new(StringArray::from_iter_values(status)));
        let probability = people().map(|person| person.probability);
        columns.push(Arc::new(probability.collect::<Float32Array>()));
        columns
    }
}

/// The people of a map, numbered anew.
struct Numbered {
    /// In ascending order.
    ids: Vec<Token>,
    /// For each record of the map, the place of its person.
    of_record: Vec<u32>,
}

impl Numbered {
    /// Numbers the people, given each record's person in the linker's numbering.
    fn of(ids: &PersonIds, person_of: &[Token]) -> Self {
        let mut records = numbered(person_of);
        records.par_sort_unstable();
        let linker_ids: Vec<Token> =
            records.chunk_by(|a, b| a.0 == b.0).map(|records| records[0].0).collect();
        let steps = linker_ids.par_chunks(PEOPLE_PER_STEP);
        let ids: Vec<Token> = steps.flat_map_iter(|people| ids.of_all(people)).collect();
        drop(linker_ids);
        let mut keyed = numbered(&ids);
        keyed.par_sort_unstable();
        let mut place_of = vec![0; keyed.len()];
        for (new, (_, old)) in (0u32..).zip(&keyed) {
            place_of[*old as usize] = new;
        }
        let mut of_record = vec![0; person_of.len()];
        for (person, records) in place_of.iter().zip(records.chunk_by(|a, b| a.0 == b.0)) {
            records.iter().for_each(|(_, record)| of_record[*record as usize] = *person);
        }
        Self { ids: keyed.into_iter().map(|(id, _)| id).collect(), of_record }
    }
}

/// Each with its place.
fn numbered(ids: &[Token]) -> Vec<(Token, u32)> {
    let numbers = 0..u32::try_from(ids.len()).expect("a map has fewer than 2^32 records");
    ids.par_iter().copied().zip(numbers).collect()
}
