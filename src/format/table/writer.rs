//! Writing a table: a row group at a time, its columns encoded on all threads.

mod column;
mod tokens;

use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::ArrowRowGroupWriterFactory;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::Result as ParquetResult;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use rayon::prelude::*;

use crate::format::checksum::{self, Checked};
use crate::format::error::{FormatError, Problem, writing};
use crate::format::manifest::{CHECKSUM_KEY, MANIFEST_KEY, Manifest};
use crate::format::write::NewFile;
use crate::guard::guarded;
use crate::reason::reason;
pub use column::Column;
use column::Encoded;

/// Rows a row group: a token column's share of one is then a megabyte, read in one go.
pub const ROW_GROUP_ROWS: usize = 65_536;

/// Bytes that are checked and written at a time: the checksum's widest code wants many.
const WRITTEN_AT_ONCE: usize = 1 << 20;

/// Where a table's bytes go.
type Sink = BufWriter<Checked<NewFile>>;

/// A table under way. Its bytes depend on its rows alone, not on how many are written at once.
pub struct TableWriter {
    writer: SerializedFileWriter<Sink>,
    groups: ArrowRowGroupWriterFactory,
    schema: SchemaRef,
    path: PathBuf,
    /// Rows that do not fill a row group yet: runs of columns, in order.
    waiting: Vec<Vec<Column>>,
    waiting_rows: usize,
    /// Row groups written.
    written: usize,
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
        let begin = || {
            let columns = ArrowSchemaConverter::new().convert(&schema)?;
            let properties = Arc::new(properties());
            let sink = BufWriter::with_capacity(WRITTEN_AT_ONCE, Checked::new(file));
            SerializedFileWriter::new(sink, columns.root_schema_ptr(), properties)
        };
        let writer = begin().map_err(|error| FormatError::new(&path, writing(&error)))?;
        let groups = ArrowRowGroupWriterFactory::new(&writer, Arc::clone(&schema));
        let (waiting, waiting_rows, written, rows) = (Vec::new(), 0, 0, 0);
        Ok(Self { writer, groups, schema, path, waiting, waiting_rows, written, rows })
    }

    /// Adds rows, given as columns in the schema's order.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn write<C: Into<Column>>(
        &mut self,
        columns: impl IntoIterator<Item = C>,
    ) -> Result<(), FormatError> {
        let columns: Vec<Column> = columns.into_iter().map(Into::into).collect();
        let rows = self.checked_rows(&columns).map_err(|problem| self.failed(problem))?;
        self.rows += rows as u64;
        let (mut rest, mut left) = (columns, rows);
        while left >= ROW_GROUP_ROWS - self.waiting_rows {
            let take = ROW_GROUP_ROWS - self.waiting_rows;
            self.waiting.push(rest.iter().map(|column| column.slice(0, take)).collect());
            rest = rest.iter().map(|column| column.slice(take, left - take)).collect();
            left -= take;
            self.end_group()?;
        }
        if left > 0 {
            self.waiting.push(rest);
            self.waiting_rows += left;
        }
        Ok(())
    }

    /// How many rows the columns have, if they are as the schema says.
    fn checked_rows(&self, columns: &[Column]) -> Result<usize, Problem> {
        let fields = self.schema.fields();
        let rows = columns.first().map_or(0, Column::rows);
        let fit = fields.len() == columns.len()
            && fields.iter().zip(columns).all(|(field, column)| column.fits(field))
            && columns.iter().all(|column| column.rows() == rows);
        let differ = || Problem::Write("the columns differ from the schema".to_owned());
        fit.then_some(rows).ok_or_else(differ)
    }

    /// Encodes the rows that wait as a row group.
    fn end_group(&mut self) -> Result<(), FormatError> {
        let waiting = std::mem::take(&mut self.waiting);
        self.waiting_rows = 0;
        let (writer, groups, schema) = (&mut self.writer, &self.groups, &self.schema);
        let number = self.written;
        self.written += 1;
        write_group(writer, groups, schema, number, &waiting)
            .map_err(|problem| self.failed(problem))
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
        if !self.waiting.is_empty() {
            self.end_group()?;
        }
        manifest.rows = self.rows;
        let json = serde_json::to_string(&manifest).expect("a manifest is plain text and numbers");
        for (key, value) in [(MANIFEST_KEY, json), (CHECKSUM_KEY, checksum::placeholder())] {
            self.writer.append_key_value_metadata(KeyValue::new(key.to_owned(), value));
        }
        let Self { writer, path, .. } = self;
        let failed = |problem| FormatError::new(&path, problem);
        let ended = guarded(|| end(writer)).unwrap_or_else(|| Err(unencoded()));
        ended.map_err(failed)
    }

    fn failed(&self, problem: Problem) -> FormatError {
        FormatError::new(&self.path, problem)
    }
}

/// Encodes each column of a row group on a thread of its own, and writes them in order.
fn write_group(
    writer: &mut SerializedFileWriter<Sink>,
    groups: &ArrowRowGroupWriterFactory,
    schema: &SchemaRef,
    number: usize,
    runs: &[Vec<Column>],
) -> Result<(), Problem> {
    // The library panics where it gets no memory to compress in: here and below.
    let columns = guarded(|| groups.create_column_writers(number)).ok_or_else(unencoded)?;
    let columns = columns.map_err(|error| writing(&error))?;
    let described = writer.schema_descr();
    let encoded = columns.into_par_iter().enumerate().map(|(place, column)| {
        let runs: Vec<&Column> = runs.iter().map(|columns| &columns[place]).collect();
        let encode = || Encoded::of(&runs, schema.field(place), described.column(place), column);
        guarded(encode).ok_or_else(unencoded)?.map_err(|error| writing(&error))
    });
    let encoded: Vec<Encoded> = encoded.collect::<Result<_, _>>()?;
    let append = || -> ParquetResult<()> {
        let mut group = writer.next_row_group()?;
        encoded.into_iter().try_for_each(|chunk| chunk.append(&mut group))?;
        group.close().map(|_| ())
    };
    guarded(append).ok_or_else(unencoded)?.map_err(|error| writing(&error))
}

/// Writes what is under way and the footer, with the checksum in it.
fn end(mut writer: SerializedFileWriter<Sink>) -> Result<NewFile, Problem> {
    let unwritten = |error: std::io::Error| Problem::Write(reason(&error));
    writer.flush().map_err(unwritten)?;
    writer.inner_mut().get_mut().hold_back();
    let sink = writer.into_inner().map_err(|error| writing(&error))?;
    let checked = sink.into_inner().map_err(|error| unwritten(error.into_error()))?;
    checked.finish().map_err(unwritten)
}

fn unencoded() -> Problem {
    Problem::Write("the table could not be encoded; is there memory left?".to_owned())
}

fn properties() -> WriterProperties {
    WriterProperties::builder()
        .set_created_by("sealink".to_owned())
        .set_statistics_enabled(EnabledStatistics::None)
        .set_offset_index_disabled(true)
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .build()
}
