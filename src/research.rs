//! The researcher's step: payloads and the person map become an extract.
//!
//! In an extract a person is a number that means nothing in another one; rows are in its order,
//! so that nothing of any source's order is left.

mod agreement;
mod coarsen;
mod csv_file;
mod dataset;
mod dictionary;
mod examples;
mod join;
mod payload;
mod people;
mod publish;
mod readme;
mod report;
mod subgroups;
mod table;

use std::path::PathBuf;

use agreement::Answers;
use dataset::Made;
use payload::Wanted;
use rayon::prelude::*;

use crate::count::Policy;
use crate::format::person_map::PersonMap;
use crate::format::{FormatError, Manifest, Table, TableKind};
use crate::key::LinkerKey;
use crate::observe::Observer;
use crate::spec::Extract;

pub use agreement::{
    ASSUMPTIONS, Agreement, Agreements, Compared, Count, Estimate, FEWEST, PairOfDatasets,
};
pub use dataset::ExtractedDataset;

/// One extract to make.
pub struct MakeExtract<'j> {
    /// What the extract holds.
    pub extract: &'j Extract,
    /// The linker's person map, opened.
    pub map: &'j Table,
    /// The linker's key.
    pub linker_key: &'j LinkerKey,
    /// The payload tables, in any order.
    pub payloads: &'j [PathBuf],
    /// The folder for the extract.
    pub out: PathBuf,
    /// Whether to write CSV files beside the Parquet files.
    pub csv: bool,
    /// The rules by which the report and the data package tell counts.
    pub policy: Policy,
}

/// What came of making an extract.
#[derive(Debug)]
pub struct Extracted {
    /// What each dataset gave.
    pub datasets: Vec<ExtractedDataset>,
    /// People in the extract.
    pub people: u64,
    /// How far linked people agree in the columns that the extract names for it, if any.
    pub agreement: Option<Agreements>,
    /// The files written; the data package comes last.
    pub files: Vec<PathBuf>,
}

/// Why an extract was not made.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// A table cannot be read or written.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The tables do not belong together.
    #[error("{}: {what}", path.display())]
    Mismatch {
        /// The table.
        path: PathBuf,
        /// In what it differs.
        what: String,
    },
    /// The extract spec does not fit the payloads.
    #[error("{}", .0.join("\n"))]
    Spec(Vec<String>),
}

/// Joins the payloads to the people and writes the extract.
///
/// # Errors
/// If the tables do not belong together, the extract spec names what they lack, or a file cannot
/// be written. Then no file of the extract is there.
pub fn extract(job: &MakeExtract<'_>, observer: &dyn Observer) -> Result<Extracted, ExtractError> {
    let payloads = open(job, &job.map.manifest)?.into_iter();
    let payloads = payloads.map(|table| Wanted::of(job.extract, table));
    let payloads: Vec<Wanted> = payloads.collect::<Result<_, _>>()?;
    lacking_subgroups(job.extract, &payloads)?;
    let map = PersonMap::of(job.map)?;
    let people = people::People::new(job, &map);
    observer.stage("join", Some(payloads.len() as u64));
    let make = |payload: &Wanted| {
        let made = dataset::make(job, payload, &map, &people);
        observer.advance(1);
        made
    };
    let made: Vec<Result<Made<'_>, ExtractError>> = payloads.par_iter().map(make).collect();
    let (mut datasets, mut files) = (Vec::new(), Vec::new());
    let mut answers = Answers::none(job.extract);
    for made in made {
        let made = made?;
        datasets.push(made.dataset);
        files.extend(made.files);
        answers.add(made.answers);
    }
    let base = job.policy.preset().base();
    publish::publish(job, datasets, files, &people, answers.agreements(&people, base))
}

/// The columns to compare groups by must be in the extract.
fn lacking_subgroups(extract: &Extract, payloads: &[Wanted]) -> Result<(), ExtractError> {
    let lacking = |name: &&String| {
        let name = name.as_str();
        !payloads.iter().any(|payload| payload.chosen.iter().any(|c| c.name == name))
    };
    let mistakes: Vec<String> = extract
        .report
        .subgroups
        .iter()
        .filter(lacking)
        .map(|name| {
            format!("no dataset of the extract has a column `{name}`, which [report] names")
        })
        .collect();
    if mistakes.is_empty() { Ok(()) } else { Err(ExtractError::Spec(mistakes)) }
}

/// Opens the payloads in the extract's order of datasets.
fn open(job: &MakeExtract<'_>, map: &Manifest) -> Result<Vec<Table>, ExtractError> {
    let mut tables = Vec::new();
    let mut mistakes = Vec::new();
    for path in job.payloads {
        let table = Table::open(path, TableKind::Payload)?;
        let mismatch = |what| ExtractError::Mismatch { path: path.clone(), what };
        for (has, wanted, what) in [
            (&table.manifest.project, &map.project, "project"),
            (&table.manifest.spec, &map.spec, "spec fingerprint"),
        ] {
            if has != wanted {
                return Err(mismatch(format!(
                    "has the {what} {has}, but the person map has {wanted}"
                )));
            }
        }
        let dataset = table.manifest.dataset.clone().unwrap_or_default();
        if job.extract.dataset(&dataset).is_none() {
            mistakes.push(format!("the extract spec has no [datasets.{dataset}]"));
        }
        if tables.iter().any(|other: &Table| other.manifest.dataset == table.manifest.dataset) {
            return Err(mismatch(format!("is a second payload of `{dataset}`")));
        }
        tables.push(table);
    }
    for dataset in &job.extract.datasets {
        if !tables.iter().any(|table| table.manifest.dataset.as_ref() == Some(&dataset.name)) {
            mistakes.push(format!(
                "no payload of `{}` was given, which the extract lists",
                dataset.name
            ));
        }
    }
    if !mistakes.is_empty() {
        return Err(ExtractError::Spec(mistakes));
    }
    let place = |table: &Table| {
        let datasets = &job.extract.datasets;
        datasets.iter().position(|d| Some(&d.name) == table.manifest.dataset.as_ref())
    };
    tables.sort_by_key(place);
    Ok(tables)
}
