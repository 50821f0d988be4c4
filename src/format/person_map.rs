//! `person_map.parquet`: which person each record is of, and how that was decided.

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, Float32Array, StringArray};
use arrow::datatypes::{DataType, Field, Float32Type, Schema};

use super::error::{FormatError, Problem};
use super::manifest::{Manifest, TableKind};
use super::table::{Column, ROW_GROUP_ROWS, Table, TableWriter, token_type};
use super::token_column::TokenColumn;
use super::token_table::{ABSENT, read_column};
use super::write::NewFile;
use crate::token::Token;

/// The `link_status` of a record that is alone in its person.
pub const SINGLE: &str = "single";

const COLUMNS: [&str; 6] =
    ["dataset", "record_ref", "person_id", "link_status", "match_weight", "probability"];

/// One record of the map.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapped<'m> {
    /// The dataset's name.
    pub dataset: &'m str,
    /// The record.
    pub record_ref: Token,
    /// The person, in the linker's own numbering.
    pub person_id: Token,
    /// The rule or stage that linked the record, or [`SINGLE`].
    pub link_status: &'m str,
    /// The link that holds the record in its cluster, its strongest, in log2 odds; none for a
    /// single record and for links decided by rule.
    pub match_weight: Option<f32>,
    /// The probability of that link; none where there is no weight.
    pub probability: Option<f32>,
}

/// Writes the map; records come in the order of dataset and reference.
///
/// # Errors
/// If the file cannot be written.
pub fn write<'m>(
    path: &Path,
    mut records: impl ExactSizeIterator<Item = Mapped<'m>>,
    manifest: Manifest,
) -> Result<NewFile, FormatError> {
    let mut writer = MapWriter::create(path)?;
    while records.len() > 0 {
        let rows: Vec<Mapped<'m>> = records.by_ref().take(ROW_GROUP_ROWS).collect();
        writer.write(&rows)?;
    }
    writer.close(manifest)
}

/// Writes a map, some records at a time.
pub struct MapWriter(TableWriter);

impl MapWriter {
    /// Begins the map.
    ///
    /// # Errors
    /// If the file cannot be begun.
    pub fn create(path: &Path) -> Result<Self, FormatError> {
        let fields = vec![
            Field::new("dataset", DataType::Utf8, false),
            Field::new("record_ref", token_type(), false),
            Field::new("person_id", token_type(), false),
            Field::new("link_status", DataType::Utf8, false),
            Field::new("match_weight", DataType::Float32, true),
            Field::new("probability", DataType::Float32, true),
        ];
        Ok(Self(TableWriter::create(path, Arc::new(Schema::new(fields)))?))
    }

    /// Adds the next records, in the order of dataset and reference.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn write<'m>(&mut self, rows: &[Mapped<'m>]) -> Result<(), FormatError> {
        let tokens = |get: fn(&Mapped<'_>) -> Token| {
            Column::from(TokenColumn::full(rows.iter().map(get).collect()))
        };
        let texts = |get: fn(&Mapped<'m>) -> &'m str| {
            Column::Other(Arc::new(StringArray::from_iter_values(rows.iter().map(get))))
        };
        let numbers = |get: fn(&Mapped<'_>) -> Option<f32>| {
            Column::Other(Arc::new(rows.iter().map(get).collect::<Float32Array>()))
        };
        self.0.write([
            texts(|r| r.dataset),
            tokens(|r| r.record_ref),
            tokens(|r| r.person_id),
            texts(|r| r.link_status),
            numbers(|r| r.match_weight),
            numbers(|r| r.probability),
        ])
    }

    /// Ends the map with its manifest, whose records are counted here. The file still waits to be
    /// published.
    ///
    /// # Errors
    /// If the end cannot be written.
    pub fn close(self, manifest: Manifest) -> Result<NewFile, FormatError> {
        let records = self.0.rows();
        self.0.close(Manifest { records, ..manifest })
    }
}

/// Reads an opened map part by part, some thousand records at a time, in its order.
///
/// # Errors
/// If the table is not a whole person map, or `take` fails.
pub fn read_parts<E: From<FormatError>>(
    table: &Table,
    mut take: impl FnMut(&[Mapped<'_>]) -> Result<(), E>,
) -> Result<(), E> {
    table.expect_kind(TableKind::PersonMap)?;
    table.batches(&COLUMNS, |columns| {
        let part = Part::of(columns).map_err(|problem| table.failed(problem))?;
        let records: Vec<Mapped<'_>> = (0..part.refs.len()).map(|row| part.record(row)).collect();
        take(&records)
    })
}

/// Some records of a map.
struct Part<'p> {
    datasets: &'p StringArray,
    refs: Vec<Token>,
    people: Vec<Token>,
    statuses: &'p StringArray,
    weights: &'p Float32Array,
    probabilities: &'p Float32Array,
}

impl<'p> Part<'p> {
    fn of(columns: &'p [ArrayRef]) -> Result<Self, Problem> {
        let tokens = |place: usize| {
            let mut tokens = Vec::new();
            read_column(&columns[place], COLUMNS[place], ABSENT, &mut tokens).map(|()| tokens)
        };
        Ok(Self {
            datasets: texts(&columns[0], COLUMNS[0])?,
            refs: tokens(1)?,
            people: tokens(2)?,
            statuses: texts(&columns[3], COLUMNS[3])?,
            weights: numbers(&columns[4], COLUMNS[4])?,
            probabilities: numbers(&columns[5], COLUMNS[5])?,
        })
    }

    fn record(&self, row: usize) -> Mapped<'p> {
        let number = |of: &Float32Array| of.is_valid(row).then(|| of.value(row));
        Mapped {
            dataset: self.datasets.value(row),
            record_ref: self.refs[row],
            person_id: self.people[row],
            link_status: self.statuses.value(row),
            match_weight: number(self.weights),
            probability: number(self.probabilities),
        }
    }
}

fn texts<'c>(column: &'c ArrayRef, name: &str) -> Result<&'c StringArray, Problem> {
    let texts = column.as_string_opt::<i32>().filter(|texts| texts.null_count() == 0);
    texts.ok_or_else(|| Problem::Column(name.to_owned()))
}

fn numbers<'c>(column: &'c ArrayRef, name: &str) -> Result<&'c Float32Array, Problem> {
    let numbers = column.as_primitive_opt::<Float32Type>();
    numbers.ok_or_else(|| Problem::Column(name.to_owned()))
}

/// A map read back, column by column.
#[derive(Debug, Default)]
pub struct PersonMap {
    /// Each record's dataset, as a place in `datasets`.
    pub dataset: Vec<u16>,
    /// The datasets' names.
    pub datasets: Vec<String>,
    /// Each record's reference.
    pub record_ref: Vec<Token>,
    /// Each record's person.
    pub person_id: Vec<Token>,
    /// Each record's status, as a place in `statuses`.
    pub link_status: Vec<u16>,
    /// The statuses.
    pub statuses: Vec<String>,
    /// Each record's probability.
    pub probability: Vec<Option<f32>>,
}

impl PersonMap {
    /// Reads an opened person map.
    ///
    /// # Errors
    /// If the table is not a whole person map.
    pub fn of(table: &Table) -> Result<Self, FormatError> {
        table.expect_kind(TableKind::PersonMap)?;
        let mut map = Self::default();
        let (mut datasets, mut statuses) = (Numbers::default(), Numbers::default());
        table.read(&COLUMNS, |columns| {
            datasets.take(&columns[0], COLUMNS[0], &mut map.dataset)?;
            read_column(&columns[1], COLUMNS[1], ABSENT, &mut map.record_ref)?;
            read_column(&columns[2], COLUMNS[2], ABSENT, &mut map.person_id)?;
            statuses.take(&columns[3], COLUMNS[3], &mut map.link_status)?;
            map.probability.extend(numbers(&columns[5], COLUMNS[5])?);
            Ok(())
        })?;
        (map.datasets, map.statuses) = (datasets.texts, statuses.texts);
        Ok(map)
    }
}

/// The different texts of a column that has few, numbered as they come.
#[derive(Default)]
struct Numbers {
    texts: Vec<String>,
    number_of: HashMap<String, u16>,
}

impl Numbers {
    /// Adds the number of each of these texts to `numbers`.
    fn take(
        &mut self,
        column: &ArrayRef,
        name: &str,
        numbers: &mut Vec<u16>,
    ) -> Result<(), Problem> {
        // Most are as the one before.
        let mut last = None;
        for text in texts(column, name)?.iter().flatten() {
            let number = match last {
                Some((same, number)) if same == text => number,
                _ => self.number(text).ok_or_else(|| Problem::Column(name.to_owned()))?,
            };
            last = Some((text, number));
            numbers.push(number);
        }
        Ok(())
    }

    fn number(&mut self, text: &str) -> Option<u16> {
        if let Some(number) = self.number_of.get(text) {
            return Some(*number);
        }
        let number = u16::try_from(self.texts.len()).ok()?;
        self.texts.push(text.to_owned());
        self.number_of.insert(text.to_owned(), number);
        Some(number)
    }
}
