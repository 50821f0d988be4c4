//! `review.parquet`: pairs of records for a person to look at, by reference and evidence alone.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float32Array, StringArray};
use arrow::datatypes::{DataType, Field, Schema};

use super::error::FormatError;
use super::manifest::Manifest;
use super::table::{ROW_GROUP_ROWS, TableWriter, token_type};
use super::token_table::full_column;
use super::write::NewFile;
use crate::token::Token;

/// A pair for review.
#[derive(Clone, Debug, PartialEq)]
pub struct Reviewed<'r> {
    /// Why the pair is listed.
    pub reason: String,
    /// The datasets of the two records.
    pub dataset: [&'r str; 2],
    /// The two records.
    pub record_ref: [Token; 2],
    /// The match weight, in log2 odds.
    pub match_weight: f32,
    /// The probability that goes with it.
    pub probability: f32,
    /// The recipes in which the two agree, by a blank between them.
    pub agree: String,
    /// The recipes that both have and in which they differ.
    pub differ: String,
    /// The blocking recipes that made them a candidate pair.
    pub found_by: String,
}

/// Writes the list.
///
/// # Errors
/// If the file cannot be written.
pub fn write(
    path: &Path,
    pairs: &[Reviewed<'_>],
    manifest: Manifest,
) -> Result<NewFile, FormatError> {
    let mut writer = ReviewWriter::create(path)?;
    for rows in pairs.chunks(ROW_GROUP_ROWS) {
        writer.write(rows)?;
    }
    writer.close(manifest)
}

/// Writes a list, some pairs at a time.
pub struct ReviewWriter(TableWriter);

impl ReviewWriter {
    /// Begins the list.
    ///
    /// # Errors
    /// If the file cannot be begun.
    pub fn create(path: &Path) -> Result<Self, FormatError> {
        let text = |name: &str| Field::new(name, DataType::Utf8, false);
        let fields = vec![
            text("reason"),
            text("dataset"),
            Field::new("record_ref", token_type(), false),
            text("other_dataset"),
            Field::new("other_ref", token_type(), false),
            Field::new("match_weight", DataType::Float32, false),
            Field::new("probability", DataType::Float32, false),
            text("agree"),
            text("differ"),
            text("found_by"),
        ];
        Ok(Self(TableWriter::create(path, Arc::new(Schema::new(fields)))?))
    }

    /// Adds the next pairs, in the order of their records.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn write(&mut self, rows: &[Reviewed<'_>]) -> Result<(), FormatError> {
        let texts = |get: &dyn Fn(&Reviewed<'_>) -> String| -> ArrayRef {
            Arc::new(StringArray::from_iter_values(rows.iter().map(get)))
        };
        let refs = |side: usize| -> ArrayRef {
            Arc::new(full_column(rows.iter().map(|r| r.record_ref[side]).collect()))
        };
        let numbers = |get: fn(&Reviewed<'_>) -> f32| -> ArrayRef {
            Arc::new(rows.iter().map(get).collect::<Float32Array>())
        };
        self.0.write(vec![
            texts(&|r| r.reason.clone()),
            texts(&|r| r.dataset[0].to_owned()),
            refs(0),
            texts(&|r| r.dataset[1].to_owned()),
            refs(1),
            numbers(|r| r.match_weight),
            numbers(|r| r.probability),
            texts(&|r| r.agree.clone()),
            texts(&|r| r.differ.clone()),
            texts(&|r| r.found_by.clone()),
        ])
    }

    /// Ends the list with its manifest, whose records are counted here. The file still waits to be
    /// published.
    ///
    /// # Errors
    /// If the end cannot be written.
    pub fn close(self, manifest: Manifest) -> Result<NewFile, FormatError> {
        let records = self.0.rows();
        self.0.close(Manifest { records, ..manifest })
    }
}
