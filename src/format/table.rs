//! A Parquet file with a manifest: how sealink writes one, and opens one.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{DataType, Schema, SchemaRef};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;

use super::bounded::{self, BoundedReader, Refused};
use super::checksum::{self, Checked, Verdict};
use super::error::{FormatError, Problem, writing};
use super::manifest::{CHECKSUM_KEY, MANIFEST_KEY, Manifest, TableKind};
use super::write::NewFile;
use crate::reason::reason;
use crate::token::TOKEN_BYTES;

/// Rows a row group: a token column's share of one is then a megabyte, read in one go.
pub const ROW_GROUP_ROWS: usize = 65_536;

/// Rows a read batch.
const BATCH_ROWS: usize = 65_536;

/// The same where there are other columns than tokens: texts may be long.
const TEXT_BATCH_ROWS: usize = 8192;

/// A table under way.
pub struct TableWriter {
    writer: ArrowWriter<Checked<NewFile>>,
    schema: SchemaRef,
    path: PathBuf,
    rows: u64,
}

impl TableWriter {
    /// Begins a table with this schema. Columns of 16-byte tokens are written plain and
    /// uncompressed, since they are random; others are compressed. No column has statistics.
    ///
    /// # Errors
    /// If the file cannot be begun.
    pub fn create(path: &Path, schema: SchemaRef) -> Result<Self, FormatError> {
        Self::begin(NewFile::create(path)?, schema)
    }

    /// Begins a table in a file under way, as [`TableWriter::create`] does.
    ///
    /// # Errors
    /// If the table cannot be begun.
    pub fn begin(file: NewFile, schema: SchemaRef) -> Result<Self, FormatError> {
        let path = file.path().to_owned();
        let options = ArrowWriterOptions::new()
            .with_properties(properties(&schema))
            .with_skip_arrow_metadata(true);
        let file = Checked::new(file);
        let writer = ArrowWriter::try_new_with_options(file, Arc::clone(&schema), options)
            .map_err(|error| FormatError::new(&path, writing(&error)))?;
        Ok(Self { writer, schema, path, rows: 0 })
    }

    /// Adds rows, given as columns in the schema's order.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn write(&mut self, columns: Vec<ArrayRef>) -> Result<(), FormatError> {
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns).map_err(|_| {
            self.failed(Problem::Write("the columns differ from the schema".to_owned()))
        })?;
        self.rows += batch.num_rows() as u64;
        let writer = &mut self.writer;
        match crate::guard::guarded(|| writer.write(&batch)) {
            Some(written) => written.map_err(|error| self.failed(writing(&error))),
            // The library panics where it gets no memory to compress in.
            None => Err(self.failed(unencoded())),
        }
    }

    /// How many rows have been added.
    #[must_use]
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Ends the table with its manifest, whose rows are counted here. The file still waits to be
    /// published.
    ///
    /// # Errors
    /// If the end cannot be written.
    pub fn close(mut self, mut manifest: Manifest) -> Result<NewFile, FormatError> {
        manifest.rows = self.rows;
        let json = serde_json::to_string(&manifest).expect("a manifest is plain text and numbers");
        for (key, value) in [(MANIFEST_KEY, json), (CHECKSUM_KEY, checksum::placeholder())] {
            self.writer.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
        }
        let Self { writer, path, .. } = self;
        let failed = |problem| FormatError::new(&path, problem);
        let ended = crate::guard::guarded(|| end(writer)).unwrap_or_else(|| Err(unencoded()));
        ended.map_err(failed)
    }

    fn failed(&self, problem: Problem) -> FormatError {
        FormatError::new(&self.path, problem)
    }
}

/// Writes what is under way and the footer, with the checksum in it.
fn end(mut writer: ArrowWriter<Checked<NewFile>>) -> Result<NewFile, Problem> {
    let unwritten = |error: std::io::Error| Problem::Write(reason(&error));
    writer.flush().map_err(|error| writing(&error))?;
    writer.sync().map_err(unwritten)?;
    writer.inner_mut().hold_back();
    let file = writer.into_inner().map_err(|error| writing(&error))?;
    file.finish().map_err(unwritten)
}

fn unencoded() -> Problem {
    Problem::Write("the table could not be encoded; is there memory left?".to_owned())
}

fn properties(schema: &Schema) -> WriterProperties {
    let mut builder = WriterProperties::builder()
        .set_created_by("sealink".to_owned())
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_max_row_group_row_count(Some(ROW_GROUP_ROWS))
        .set_compression(Compression::ZSTD(ZstdLevel::default()));
    for field in schema.fields() {
        if *field.data_type() == token_type() {
            let column = ColumnPath::new(vec![field.name().clone()]);
            builder = builder
                .set_column_compression(column.clone(), Compression::UNCOMPRESSED)
                .set_column_dictionary_enabled(column, false);
        }
    }
    builder.build()
}

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
        match checksum::judge(&file).map_err(unreadable)? {
            Verdict::Whole => {}
            Verdict::Unmarked => return Err(failed(Problem::NotSealink)),
            Verdict::Altered => return Err(failed(Problem::Altered)),
            Verdict::NotParquet => return Err(failed(Problem::NotParquet)),
        }
        // The checksum finds damage; who made the file to do harm made that too.
        bounded::check_footer(&file).map_err(|reason| failed(refused(reason)))?;
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
        let failed = |problem| FormatError::new(&self.path, problem);
        let places = columns
            .iter()
            .map(|name| self.schema().index_of(name))
            .collect::<Result<Vec<usize>, _>>()
            .map_err(|_| failed(self.first_missing(columns)))?;
        let mut reader = self.reader(&places).map_err(failed)?;
        let mut rows = 0;
        while let Some((batch, _)) = reader.next_batch().map_err(|e| failed(refused(e)))? {
            rows += batch.num_rows() as u64;
            let asked: Vec<ArrayRef> =
                columns.iter().filter_map(|name| batch.column_by_name(name).cloned()).collect();
            take(&asked).map_err(failed)?;
        }
        if rows == self.manifest.rows {
            Ok(())
        } else {
            Err(failed(Problem::Rows { found: rows, wanted: self.manifest.rows }))
        }
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

fn refused(reason: Refused) -> Problem {
    match reason {
        Refused::Damaged => Problem::NotParquet,
        other => Problem::Beyond(other),
    }
}
