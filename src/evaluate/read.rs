//! The truth and the map, as one label of each for every record.

use std::collections::{BTreeMap, BTreeSet};

use super::{Evaluate, EvaluateError};
use crate::format::person_map;
use crate::format::record_tables;
use crate::token::{Token, hex};

/// A record with its true entity and its person.
pub(super) struct Labelled {
    pub agencies: Vec<String>,
    pub records: Vec<Record>,
    pub unlisted: u64,
    pub extra: u64,
}

/// One record of the truth.
pub(super) struct Record {
    /// A place in the list of agencies.
    pub agency: usize,
    pub entity: u64,
    pub person: u64,
}

/// Agency and record id.
type Name = (String, String);

pub(super) fn read(job: &Evaluate) -> Result<Labelled, EvaluateError> {
    let truth = truth(job)?;
    let mut people = people(job)?;
    let agencies: BTreeSet<String> = truth.keys().map(|(agency, _)| agency.clone()).collect();
    let agencies: Vec<String> = agencies.into_iter().collect();
    let mut entities = Numbers::default();
    let mut persons: BTreeMap<Token, u64> = BTreeMap::new();
    let mut next_person = 0;
    let mut fresh = || {
        next_person += 1;
        next_person
    };
    let mut records = Vec::with_capacity(truth.len());
    let mut unlisted = 0;
    for (name, entity) in &truth {
        let person = match people.remove(name) {
            Some(person) => *persons.entry(person).or_insert_with(&mut fresh),
            None => {
                unlisted += 1;
                fresh()
            }
        };
        let agency = agencies.binary_search(&name.0).expect("every agency was listed");
        records.push(Record { agency, entity: entities.of(entity), person });
    }
    let extra = people.len() as u64;
    if extra > 0 && !job.ignore_extra {
        return Err(EvaluateError::Extra(extra));
    }
    Ok(Labelled { agencies, records, unlisted, extra })
}

/// Numbers for names, in the order in which they come.
#[derive(Default)]
struct Numbers(BTreeMap<String, u64>);

impl Numbers {
    fn of(&mut self, name: &str) -> u64 {
        let next = self.0.len() as u64;
        *self.0.entry(name.to_owned()).or_insert(next)
    }
}

fn truth(job: &Evaluate) -> Result<BTreeMap<Name, String>, EvaluateError> {
    let problem = |what: String| EvaluateError::Truth { path: job.truth.clone(), what };
    let mut reader =
        csv::Reader::from_path(&job.truth).map_err(|_| problem("cannot be read".to_owned()))?;
    let header = reader.headers().map_err(|_| problem("has no header".to_owned()))?.clone();
    let place = |name: &str| {
        header
            .iter()
            .position(|column| column == name)
            .ok_or_else(|| problem(format!("has no column `{name}`")))
    };
    let places = [place("agency")?, place("record_id")?, place("entity_id")?];
    let mut truth = BTreeMap::new();
    for (row, record) in (2u64..).zip(reader.records()) {
        let record = record.map_err(|_| problem(format!("row {row} is malformed")))?;
        let [agency, id, entity] = places.map(|place| record[place].to_owned());
        if truth.insert((agency, id), entity).is_some() {
            return Err(problem(format!("row {row} names a record a second time")));
        }
    }
    Ok(truth)
}

/// The person of each record, by the record's name.
fn people(job: &Evaluate) -> Result<BTreeMap<Name, Token>, EvaluateError> {
    let (_, map) = person_map::read(&job.map)?;
    let mut ids: BTreeMap<(String, Token), String> = BTreeMap::new();
    for path in &job.refs {
        let (table, pairs) = record_tables::read_refs(path)?;
        let dataset = table.manifest.dataset.unwrap_or_default();
        ids.extend(pairs.into_iter().map(|(record, id)| ((dataset.clone(), record), id)));
    }
    (0..map.record_ref.len())
        .map(|row| {
            let dataset = map.datasets[usize::from(map.dataset[row])].clone();
            let record = map.record_ref[row];
            let id = if job.refs.is_empty() {
                hex(&record.0)
            } else {
                ids.remove(&(dataset.clone(), record)).ok_or(EvaluateError::NoRefs)?
            };
            Ok(((dataset, id), map.person_id[row]))
        })
        .collect()
}
