//! A Parquet file with a manifest: how sealink opens one, and (`writer`) writes one.

use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, SchemaRef};
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};

use super::bounded::{self, BoundedReader, Refused};
use super::checksum::{self, Verdict};
use super::error::{FormatError, Problem};
use super::footer::{Footer, FooterError};
use super::manifest::{MANIFEST_KEY, Manifest, TableKind};
use crate::reason::reason;
use crate::token::TOKEN_BYTES;

pub use writer::{Column, ROW_GROUP_ROWS, TableWriter};

mod writer;

/// Rows a read batch.
const BATCH_ROWS: usize = 65_536;

/// The same where there are other columns than tokens: texts may be long.
const TEXT_BATCH_ROWS: usize = 8192;

/// The type of a column of tokens, references or person ids.
#[must_use]
pub fn token_type() -> DataType {
    DataType::FixedSizeBinary(i32::try_from(TOKEN_BYTES).expect("16 is small"))
}

/// A table opened for reading: its manifest has been read, its columns not yet.
pub struct Table {
    path: PathBuf,
    file: File,
    metadata: ArrowReaderMetadata,
    /// What the table says of itself.
    pub manifest: Manifest,
}

impl Table {
    /// Opens a table of any kind.
    ///
    /// # Errors
    /// If the file cannot be read or is not one of sealink's.
    pub fn open_any(path: &Path) -> Result<Self, FormatError> {
        let failed = |problem| FormatError::new(path, problem);
        let unreadable = |error: std::io::Error| failed(Problem::Read(reason(&error)));
        let file = File::open(path).map_err(unreadable)?;
        let footer = Footer::read(&file).map_err(|error| failed(no_footer(error)))?;
        match checksum::judge(&file, &footer).map_err(unreadable)? {
            Verdict::Whole => {}
            Verdict::Unmarked => return Err(failed(Problem::NotSealink)),
            Verdict::Altered => return Err(failed(Problem::Altered)),
        }
        // The checksum finds damage; who made the file to do harm made that too.
        bounded::check_footer(&footer).map_err(|reason| failed(refused(reason)))?;
        let metadata = guarded(|| ArrowReaderMetadata::load(&file, reader_options()))
            .ok_or_else(|| failed(Problem::NotParquet))?;
        let manifest = manifest_of(&metadata).ok_or_else(|| failed(Problem::NotSealink))?;
        let rows = u64::try_from(metadata.metadata().file_metadata().num_rows()).unwrap_or(0);
        if rows != manifest.rows {
            return Err(failed(Problem::Rows { found: rows, wanted: manifest.rows }));
        }
        Ok(Self { path: path.to_owned(), file, metadata, manifest })
    }

    /// Opens a table of one kind.
    ///
    /// # Errors
    /// As [`Table::open_any`], and if the table is of another kind.
    pub fn open(path: &Path, wanted: TableKind) -> Result<Self, FormatError> {
        let table = Self::open_any(path)?;
        table.expect_kind(wanted)?;
        Ok(table)
    }

    /// Takes the table for what it was to be.
    ///
    /// # Errors
    /// If it is of another kind.
    pub fn expect_kind(&self, wanted: TableKind) -> Result<(), FormatError> {
        if self.manifest.format == wanted.name() {
            return Ok(());
        }
        let found = self.manifest.format.clone();
        Err(FormatError::new(&self.path, Problem::WrongKind { found, wanted }))
    }

    /// The file, as the caller named it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The columns.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        self.metadata.schema()
    }

    /// Whether the file has so many bytes for each row that it claims. Without, a claim may be false,
    /// and room for it is not to be made before the rows have been read.
    #[must_use]
    pub fn has_bytes_for(&self, bytes_of_row: usize) -> bool {
        let claimed = self.manifest.rows.saturating_mul(bytes_of_row as u64);
        self.file.metadata().is_ok_and(|file| claimed <= file.len())
    }

    /// Reads some columns, batch by batch, giving each batch to `take`, its columns in the order
    /// asked for.
    ///
    /// # Errors
    /// If a column is not there, the file is damaged, or `take` finds something wrong.
    pub fn read(
        &self,
        columns: &[&str],
        mut take: impl FnMut(&[ArrayRef]) -> Result<(), Problem>,
    ) -> Result<(), FormatError> {
        self.batches(columns, |batch| take(batch).map_err(|problem| self.failed(problem)))
    }

    /// The same for a `take` that fails in a way of its own.
    pub(super) fn batches<E: From<FormatError>>(
        &self,
        columns: &[&str],
        mut take: impl FnMut(&[ArrayRef]) -> Result<(), E>,
    ) -> Result<(), E> {
        let places = columns
            .iter()
            .map(|name| self.schema().index_of(name))
            .collect::<Result<Vec<usize>, _>>()
            .map_err(|_| self.failed(self.first_missing(columns)))?;
        let mut reader = self.reader(&places).map_err(|problem| self.failed(problem))?;
        let mut rows = 0;
        while let Some((batch, _)) = reader.next_batch().map_err(|e| self.failed(refused(e)))? {
            rows += batch.num_rows() as u64;
            let asked: Vec<ArrayRef> =
                columns.iter().filter_map(|name| batch.column_by_name(name).cloned()).collect();
            take(&asked)?;
        }
        if rows == self.manifest.rows {
            Ok(())
        } else {
            Err(self.failed(Problem::Rows { found: rows, wanted: self.manifest.rows }).into())
        }
    }

    /// What is wrong with this file.
    pub(super) fn failed(&self, problem: Problem) -> FormatError {
        FormatError::new(&self.path, problem)
    }

    /// Reads a column of tokens straight into places of which there is one a row, with `absent` for
    /// each null, and gives how many rows are null. None if it is not laid out as sealink does it:
    /// then [`Table::read`] reads it, or tells what is wrong.
    pub(super) fn read_plain(
        &self,
        column: &str,
        absent: [u8; TOKEN_BYTES],
        mut places: &mut [[u8; TOKEN_BYTES]],
    ) -> Option<usize> {
        let metadata = self.metadata.metadata();
        let schema = metadata.file_metadata().schema_descr();
        let is_it = |leaf: &usize| schema.column(*leaf).path().parts() == [column];
        let leaf = (0..schema.num_columns()).find(is_it)?;
        let mut nulls = 0;
        for group in metadata.row_groups() {
            let rows = usize::try_from(group.num_rows()).ok()?;
            let own = places.split_off_mut(..rows)?;
            nulls += bounded::read_plain(&self.file, group, leaf, absent, own)?;
        }
        places.is_empty().then_some(nulls)
    }

    /// Reads some columns, batch by batch, and writes what `change` makes of each.
    ///
    /// # Errors
    /// As [`Table::read`], and if the writer fails.
    pub fn copy(
        &self,
        columns: &[&str],
        writer: &mut TableWriter,
        mut change: impl FnMut(&[ArrayRef]) -> Result<Vec<ArrayRef>, Problem>,
    ) -> Result<(), FormatError> {
        self.batches(columns, |batch| {
            writer.write(change(batch).map_err(|problem| self.failed(problem))?)
        })
    }

    fn reader(&self, places: &[usize]) -> Result<BoundedReader, Problem> {
        let file = self.file.try_clone().map_err(|error| Problem::Read(reason(&error)))?;
        let has_text =
            places.iter().any(|place| *self.schema().field(*place).data_type() != token_type());
        let batch_rows = if has_text { TEXT_BATCH_ROWS } else { BATCH_ROWS };
        BoundedReader::new(file, &self.metadata, places, batch_rows).map_err(refused)
    }

    fn first_missing(&self, columns: &[&str]) -> Problem {
        let missing = columns.iter().find(|name| self.schema().index_of(name).is_err());
        Problem::Column((*missing.expect("a column is missing")).to_owned())
    }
}

fn reader_options() -> ArrowReaderOptions {
    ArrowReaderOptions::new().with_skip_arrow_metadata(true)
}

fn manifest_of(metadata: &ArrowReaderMetadata) -> Option<Manifest> {
    let pairs = metadata.metadata().file_metadata().key_value_metadata()?;
    let json = pairs.iter().find(|pair| pair.key == MANIFEST_KEY)?.value.as_ref()?;
    serde_json::from_str(json).ok()
}

/// Runs the Parquet library over bytes from outside; its errors and its panics become `None`.
fn guarded<T>(work: impl FnOnce() -> parquet::errors::Result<T>) -> Option<T> {
    crate::guard::guarded(work)?.ok()
}

fn no_footer(error: FooterError) -> Problem {
    match error {
        FooterError::Io(error) => Problem::Read(reason(&error)),
        FooterError::NotParquet => Problem::NotParquet,
        FooterError::TooLarge => Problem::Beyond(Refused::Footer),
    }
}

fn refused(reason: Refused) -> Problem {
    match reason {
        Refused::Damaged => Problem::NotParquet,
        other => Problem::Beyond(other),
    }
}
