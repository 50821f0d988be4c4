//! `person_map.parquet`: which person each record is of, and how that was decided.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float32Array, StringArray};
use arrow::datatypes::{DataType, Field, Float32Type, Schema};

use super::error::{FormatError, Problem};
use super::manifest::{Manifest, TableKind};
use super::table::{ROW_GROUP_ROWS, Table, TableWriter, token_type};
use super::token_table::{ABSENT, full_column, read_column};
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
    pub fn write(&mut self, rows: &[Mapped<'_>]) -> Result<(), FormatError> {
        let tokens = |get: fn(&Mapped<'_>) -> Token| -> ArrayRef {
            Arc::new(full_column(rows.iter().map(get).collect()))
        };
        self.0.write(vec![
            Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.dataset))),
            tokens(|r| r.record_ref),
            tokens(|r| r.person_id),
            Arc::new(StringArray::from_iter_values(rows.iter().map(|r| r.link_status))),
            Arc::new(rows.iter().map(|r| r.match_weight).collect::<Float32Array>()),
            Arc::new(rows.iter().map(|r| r.probability).collect::<Float32Array>()),
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
    /// Each record's status.
    pub link_status: Vec<String>,
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
        table.read(&COLUMNS, |columns| map.take(columns))?;
        Ok(map)
    }

    fn take(&mut self, columns: &[ArrayRef]) -> Result<(), Problem> {
        let text = |place: usize| {
            columns[place]
                .as_string_opt::<i32>()
                .filter(|column| arrow::array::Array::null_count(*column) == 0)
                .ok_or_else(|| Problem::Column(COLUMNS[place].to_owned()))
        };
        read_column(&columns[1], COLUMNS[1], ABSENT, &mut self.record_ref)?;
        read_column(&columns[2], COLUMNS[2], ABSENT, &mut self.person_id)?;
        let probability = columns[5]
            .as_primitive_opt::<Float32Type>()
            .ok_or_else(|| Problem::Column(COLUMNS[5].to_owned()))?;
        self.probability.extend(probability);
        self.link_status.extend(text(3)?.iter().flatten().map(str::to_owned));
        for name in text(0)?.iter().flatten() {
            let known = self.datasets.iter().rposition(|dataset| dataset == name);
            let place = known.unwrap_or_else(|| {
                self.datasets.push(name.to_owned());
                self.datasets.len() - 1
            });
            let place = u16::try_from(place).map_err(|_| Problem::Column("dataset".to_owned()))?;
            self.dataset.push(place);
        }
        Ok(())
    }
}
