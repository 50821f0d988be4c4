//! One dataset of the extract: its payload by person, written a row group at a time.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, Schema};
use rayon::prelude::*;

use super::agreement::Answers;
use super::join::{Cells, order};
use super::payload::{Payload, Wanted};
use super::people::People;
use super::table::TableFiles;
use super::{ExtractError, MakeExtract, coarsen, dictionary, subgroups};
use crate::format::ROW_GROUP_ROWS;
use crate::format::person_map::PersonMap;
use crate::format::write::NewFile;
use crate::spec::{Coarsen, ExtractColumn};

/// One dataset of an extract.
#[derive(Debug)]
pub struct ExtractedDataset {
    /// The dataset's name.
    pub name: String,
    /// Rows.
    pub rows: u64,
    /// Records of the person map that have no payload.
    pub without_payload: u64,
    /// For each column that was made coarser, the cells that could not be and were left empty.
    pub left_empty: BTreeMap<String, u64>,
    /// Rows of people who are in another dataset too.
    pub(super) linked: u64,
    pub(super) columns: Vec<ShownColumn>,
}

/// A column of the extract, and what is told of its cells.
#[derive(Debug)]
pub(super) struct ShownColumn {
    pub told: ExtractColumn,
    pub data_type: DataType,
    /// Cells that hold something.
    pub filled: u64,
    /// Whether every cell that is not empty has a label.
    pub labelled: bool,
    /// If it is one to compare groups by, the groups in the order of their values, each with its rows
    /// linked and not.
    pub groups: Option<Vec<(String, [u64; 2])>>,
}

/// What a payload became.
pub(super) struct Made<'e> {
    pub dataset: ExtractedDataset,
    /// What it says in the columns to compare.
    pub answers: Answers<'e>,
    /// Its files, which wait to be published.
    pub files: Vec<NewFile>,
}

/// Makes the dataset of a payload.
pub(super) fn make<'e>(
    job: &MakeExtract<'e>,
    wanted: &Wanted,
    map: &PersonMap,
    people: &People,
) -> Result<Made<'e>, ExtractError> {
    let payload = wanted.read(job.extract, map, people)?;
    let answers = Answers::of(job.extract, &payload, people)?;
    let linked: Vec<bool> = payload.persons.iter().map(|place| people.is_linked(*place)).collect();
    let mut left_empty = BTreeMap::new();
    let (mut columns, mut cells) = (Vec::new(), Vec::new());
    for told in &wanted.chosen {
        let (shown, lost) = coarse(&payload, told)?;
        if told.coarsen != Coarsen::AsIs {
            left_empty.insert(told.name.clone(), lost);
        }
        let compared = job.extract.report.subgroups.contains(&told.name);
        columns.push(ShownColumn {
            data_type: wanted.type_shown(told),
            filled: subgroups::filled(&shown),
            labelled: dictionary::covers(&told.labels.values, &shown),
            groups: compared.then(|| subgroups::of(&shown, &linked)).flatten(),
            told: told.clone(),
        });
        cells.push(shown);
    }
    let Payload { persons, without_payload, .. } = payload;
    let dataset = ExtractedDataset {
        rows: persons.len() as u64,
        without_payload,
        left_empty,
        linked: linked.iter().filter(|linked| **linked).count() as u64,
        columns,
        name: wanted.name.clone(),
    };
    let files = write(job, &dataset, &persons, &Cells::of(cells), people)?;
    Ok(Made { dataset, answers, files })
}

/// The cells of a column as the extract shows them, in batches, and how many could not be made
/// coarser.
fn coarse(
    payload: &Payload<'_>,
    told: &ExtractColumn,
) -> Result<(Vec<ArrayRef>, u64), ExtractError> {
    let batches = payload.column(&told.column).par_iter();
    let coarse = batches.map(|cells| coarsen::coarsen(cells, told.coarsen, &told.format));
    let (cells, lost): (Vec<ArrayRef>, Vec<u64>) = coarse
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| payload.wanted.not_text(&told.column))?
        .into_iter()
        .unzip();
    Ok((cells, lost.into_iter().sum()))
}

/// Writes the rows by person.
fn write(
    job: &MakeExtract<'_>,
    dataset: &ExtractedDataset,
    persons: &[u32],
    cells: &Cells,
    people: &People,
) -> Result<Vec<NewFile>, ExtractError> {
    let mut fields = vec![Field::new("person_id", DataType::Utf8, false)];
    let shown = dataset.columns.iter();
    fields.extend(shown.map(|c| Field::new(&c.told.name, c.data_type.clone(), true)));
    let schema = Arc::new(Schema::new(fields));
    let mut files = TableFiles::create(job, &dataset.name, Some(&dataset.name), &schema)?;
    for rows in order(persons, cells).chunks(ROW_GROUP_ROWS) {
        let ids = people.ids(rows.iter().map(|row| persons[*row as usize]));
        let mut columns: Vec<ArrayRef> = vec![Arc::new(ids)];
        columns.extend(cells.rows(rows));
        files.write(columns)?;
    }
    Ok(files.close()?)
}
