//! The truth and the map, as one label of each for every record.

use std::collections::{BTreeMap, BTreeSet};

use super::columns::{Name, TWICE, each_record};
use super::groups::{self, Grouping};
use super::{By, Evaluate, EvaluateError, MOST_AGENCIES};
use crate::format::person_map::PersonMap;
use crate::format::{FormatError, Problem, Table, record_tables};
use crate::token::{Token, hex};

/// The records of the truth, each with its true entity, its person and its groups.
#[derive(Default)]
pub(super) struct Labelled {
    pub agencies: Vec<String>,
    pub records: Vec<Record>,
    pub unlisted: u64,
    pub extra: u64,
    /// People with records that the truth lacks.
    pub people_with_extra: BTreeSet<u64>,
    pub groupings: Vec<Grouping>,
}

/// One record of the truth.
pub(super) struct Record {
    /// A place in the list of agencies.
    pub agency: usize,
    pub entity: u64,
    pub person: u64,
    /// That of the link by which the map holds the record in its person.
    pub probability: Option<f32>,
}

/// What the map says of a record.
struct Found {
    person: Token,
    probability: Option<f32>,
}

pub(super) fn read(job: &Evaluate, by: &[By]) -> Result<Labelled, EvaluateError> {
    let truth = truth(job)?;
    let mut found = found(job)?;
    let agencies: BTreeSet<&String> = truth.keys().map(|(agency, _)| agency).collect();
    let agencies: Vec<String> = agencies.into_iter().cloned().collect();
    let names: Vec<&Name> = truth.keys().collect();
    let groupings = by.iter().map(|by| groups::read(by, &names)).collect::<Result<_, _>>()?;
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
        let found = found.remove(name);
        let person = match &found {
            Some(found) => *persons.entry(found.person).or_insert_with(&mut fresh),
            None => {
                unlisted += 1;
                fresh()
            }
        };
        let agency = agencies.binary_search(&name.0).expect("every agency was listed");
        let probability = found.and_then(|found| found.probability);
        records.push(Record { agency, entity: entities.of(entity), person, probability });
    }
    let extra = found.len() as u64;
    if extra > 0 && !job.ignore_extra {
        return Err(EvaluateError::Extra(extra));
    }
    let people_with_extra =
        found.values().filter_map(|found| persons.get(&found.person).copied()).collect();
    Ok(Labelled { agencies, records, unlisted, extra, people_with_extra, groupings })
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

/// The entity of each record.
fn truth(job: &Evaluate) -> Result<BTreeMap<Name, String>, EvaluateError> {
    let mut truth = BTreeMap::new();
    let mut agencies = BTreeSet::new();
    each_record(&job.truth, "entity_id", |name, entity| {
        if !agencies.contains(&name.0) {
            agencies.insert(name.0.clone());
        }
        if agencies.len() > MOST_AGENCIES {
            return Err(format!("names one agency too many: there may be {MOST_AGENCIES}"));
        }
        let first = truth.insert(name, entity).is_none();
        if first { Ok(()) } else { Err(TWICE.to_owned()) }
    })?;
    Ok(truth)
}

/// What the map says of each record, by the record's name.
fn found(job: &Evaluate) -> Result<BTreeMap<Name, Found>, EvaluateError> {
    let map = PersonMap::of(&Table::open_any(&job.map)?)?;
    if map.probability.iter().flatten().any(|probability| !(0.0..=1.0).contains(probability)) {
        let problem = Problem::Column("probability".to_owned());
        return Err(FormatError { path: job.map.clone(), problem }.into());
    }
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
            let found = Found { person: map.person_id[row], probability: map.probability[row] };
            Ok(((dataset, id), found))
        })
        .collect()
}
