//! A Parquet input. The file may be hostile: what the library does with it may fail or panic, and
//! sizes that the file declares are not believed ([`crate::format::bounded`]).
//!
//! The types are those of the Parquet schema itself. An Arrow schema that a writer left in the
//! metadata only says which whole numbers are times. Text is read as views into the file's pages,
//! so that a dictionary of one long value, used a million times, takes no more room than the page.

use std::fs::File;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ArrowReaderOptions};
use parquet::basic::Type as PhysicalType;
use parquet::file::metadata::ParquetMetaData;

use super::error::ReadError;
use super::fault::Fault;
use super::labels::Labels;
use super::rows::RowNumbers;
use super::{Batch, ColumnAs, Wanted, cells, header};
use crate::format::bounded::{self, BoundedReader, Refused};
use crate::format::footer::{Footer, FooterError};
use crate::guard::guarded;

/// The row of the first record: the header is row 1, as in a spreadsheet.
const FIRST_ROW: u64 = 2;

/// A Parquet input whose metadata has been read.
pub(super) struct ParquetTable {
    name: String,
    file: File,
    size: u64,
    metadata: Arc<ParquetMetaData>,
    /// The file's columns, in the types in which they are read.
    fields: Vec<Arc<Field>>,
    columns: Vec<String>,
}

impl ParquetTable {
    pub(super) fn open(name: String, file: File) -> Result<Self, ReadError> {
        let size = file.metadata().map_or(0, |metadata| metadata.len());
        let (metadata, fields) = load(&file).map_err(|fault| ReadError::of_input(&name, fault))?;
        let trimmed = |field: &Arc<Field>| field.name().trim_matches(' ').to_owned();
        let columns: Vec<_> = fields.iter().map(trimmed).collect();
        match header::check_names(&columns) {
            Ok(()) if columns.is_empty() => Err(ReadError::of_input(name, Fault::NoHeader)),
            Ok(()) => Ok(Self { name, file, size, metadata, fields, columns }),
            Err((column, fault)) => {
                Err(ReadError::at(name, None, column.map(|number| (number, None)), fault))
            }
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }

    pub(super) fn size(&self) -> u64 {
        self.size
    }

    /// The reader, and the type of each wanted column.
    pub(super) fn select(
        self,
        input: usize,
        wanted: &Wanted,
    ) -> Result<(ParquetReader, Vec<DataType>), ReadError> {
        let failed = |fault| ReadError::of_input(&self.name, fault);
        let places = header::find(&self.columns, wanted).map_err(failed)?;
        let types = places.iter().zip(&wanted.columns).map(|(place, column)| {
            let found = self.fields[*place].data_type();
            cells::type_read_as(found, column.read_as).map_err(|wanted| Fault::UnsupportedType {
                column: column.name.clone(),
                found: type_name(found),
                wanted,
            })
        });
        let types = types.collect::<Result<Vec<_>, _>>().map_err(failed)?;
        let declared_rows = self.metadata.file_metadata().num_rows();
        let mut roots = places.clone();
        roots.sort_unstable();
        roots.dedup();
        let reader = build(self.metadata, self.fields, self.file, &roots)
            .map_err(|refused| ReadError::of_input(&self.name, fault(refused)))?;
        let place_in_batch =
            |place: &usize| roots.binary_search(place).expect("every place is among the roots");
        let picks = places.iter().map(place_in_batch).zip(wanted.columns.iter().map(|c| c.read_as));

        let reader = ParquetReader {
            reader: Some(reader),
            picks: picks.collect(),
            labels: Labels::new(input, self.name, &self.columns, wanted),
            places: places.into(),
            row: FIRST_ROW,
            size: self.size,
            declared_rows: u64::try_from(declared_rows).unwrap_or(0),
        };
        Ok((reader, types))
    }
}

/// The records of a Parquet input.
pub(super) struct ParquetReader {
    reader: Option<BoundedReader>,
    /// For each wanted column its place among the columns that are read.
    picks: Arc<[(usize, ColumnAs)]>,
    /// For each wanted column its place in the file.
    places: Arc<[usize]>,
    labels: Arc<Labels>,
    row: u64,
    size: u64,
    declared_rows: u64,
}

impl ParquetReader {
    /// By rows, because the library reads the file's columns here and there.
    pub(super) fn position(&self) -> u64 {
        let done = (self.row - FIRST_ROW).min(self.declared_rows);
        let bytes = u128::from(self.size) * u128::from(done);
        let bytes = bytes / u128::from(self.declared_rows.max(1));
        u64::try_from(bytes).expect("no more than the size")
    }

    pub(super) fn next_chunk(&mut self) -> Option<Result<ParquetChunk, ReadError>> {
        let reader = self.reader.as_mut()?;
        let (rows, weight) = match reader.next_batch() {
            Ok(Some(batch)) => batch,
            Ok(None) => {
                self.reader = None;
                return None;
            }
            Err(refused) => {
                self.reader = None;
                return Some(Err(ReadError::at(
                    self.labels.name.clone(),
                    Some(self.row),
                    None,
                    fault(refused),
                )));
            }
        };
        let row = self.row;
        self.row += rows.num_rows() as u64;
        Some(Ok(ParquetChunk {
            rows,
            weight,
            row,
            picks: Arc::clone(&self.picks),
            places: Arc::clone(&self.places),
            labels: Arc::clone(&self.labels),
        }))
    }
}

/// Rows as the library gave them.
pub(super) struct ParquetChunk {
    rows: RecordBatch,
    weight: u64,
    row: u64,
    picks: Arc<[(usize, ColumnAs)]>,
    places: Arc<[usize]>,
    labels: Arc<Labels>,
}

impl ParquetChunk {
    pub(super) fn weight(&self) -> u64 {
        self.weight
    }

    pub(super) fn parse(self) -> Result<Batch, ReadError> {
        let read = |(&(pick, read_as), place): (&(usize, ColumnAs), &usize)| {
            let column: &ArrayRef = self.rows.column(pick);
            cells::read_as(column, read_as).map_err(|(at, fault)| {
                self.labels.error(self.row + at as u64, Some(place + 1), fault)
            })
        };
        Ok(Batch {
            input: self.labels.input,
            rows: RowNumbers::run(self.row, self.rows.num_rows()),
            columns: self.picks.iter().zip(&*self.places).map(read).collect::<Result<_, _>>()?,
            bad_rows: Vec::new(),
            blank_lines: 0,
        })
    }
}

/// Reads the metadata, and settles in which type each column is read.
fn load(file: &File) -> Result<(Arc<ParquetMetaData>, Vec<Arc<Field>>), Fault> {
    let footer = Footer::read(file).map_err(|error| match error {
        FooterError::Io(error) => Fault::Io(error.to_string()),
        FooterError::NotParquet => Fault::DamagedParquet,
        FooterError::TooLarge => Fault::FooterTooLarge,
    })?;
    bounded::check_footer(&footer).map_err(fault)?;
    guarded(|| load_checked(file)).and_then(Result::ok).ok_or(Fault::DamagedParquet)
}

fn load_checked(file: &File) -> parquet::errors::Result<(Arc<ParquetMetaData>, Vec<Arc<Field>>)> {
    let options = ArrowReaderOptions::new().with_skip_arrow_metadata(true);
    let plain = ArrowReaderMetadata::load(file, options)?;
    let metadata = Arc::clone(plain.metadata());
    let hinted = ArrowReaderMetadata::try_new(Arc::clone(&metadata), ArrowReaderOptions::new())?;
    let roots = metadata.file_metadata().schema_descr().root_schema().get_fields();
    let fields = plain.schema().fields().iter().zip(hinted.schema().fields()).zip(roots);
    let fields = fields.map(|((field, hint), root)| {
        let is_int96 = root.is_primitive() && root.get_physical_type() == PhysicalType::INT96;
        let read_as = match (field.data_type(), hint.data_type()) {
            (DataType::Utf8, _) => DataType::Utf8View,
            // Nanoseconds, the default, end in 2262, before the placeholder dates.
            (DataType::Timestamp(..), _) if is_int96 => {
                DataType::Timestamp(TimeUnit::Microsecond, None)
            }
            (DataType::Int64, DataType::Date64 | DataType::Timestamp(..)) => {
                hint.data_type().clone()
            }
            _ => return Arc::clone(field),
        };
        Arc::new(field.as_ref().clone().with_data_type(read_as))
    });
    let fields = fields.collect();
    Ok((metadata, fields))
}

fn build(
    metadata: Arc<ParquetMetaData>,
    fields: Vec<Arc<Field>>,
    file: File,
    roots: &[usize],
) -> Result<BoundedReader, Refused> {
    let options = ArrowReaderOptions::new().with_schema(Arc::new(Schema::new(fields)));
    let metadata = guarded(|| ArrowReaderMetadata::try_new(metadata, options));
    let metadata = metadata.and_then(Result::ok).ok_or(Refused::Damaged)?;
    BoundedReader::new(file, &metadata, roots, cells::BATCH_ROWS)
}

/// The library's own words may hold cells; a refusal's do not.
fn fault(refused: Refused) -> Fault {
    match refused {
        Refused::Damaged => Fault::DamagedParquet,
        Refused::Columns => Fault::TooManyColumns,
        Refused::Footer => Fault::FooterTooLarge,
        Refused::Rows => Fault::TooManyRows,
        Refused::Page => Fault::PageTooLarge,
        Refused::Batch => Fault::BatchTooLarge,
        Refused::Text => Fault::ExpandsTooMuch,
    }
}

fn type_name(found: &DataType) -> String {
    match found {
        DataType::List(_) | DataType::LargeList(_) | DataType::Map(..) => "list".to_owned(),
        DataType::Struct(_) => "struct".to_owned(),
        DataType::Binary | DataType::LargeBinary | DataType::FixedSizeBinary(_) => {
            "binary".to_owned()
        }
        simple => simple.to_string(),
    }
}
