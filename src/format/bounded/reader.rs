//! Rows of a Parquet file, batch by batch, within bounds.

use std::fs::File;
use std::sync::Arc;

use arrow::array::{Array, AsArray};
use arrow::datatypes::DataType;
use arrow::record_batch::RecordBatch;
use parquet::arrow::arrow_reader::{ArrowReaderMetadata, ParquetRecordBatchReader};
use parquet::arrow::{ProjectionMask, parquet_to_arrow_field_levels};
use parquet::basic::Type;
use parquet::errors::{ParquetError, Result as LibraryResult};

use super::budget::Budget;
use super::footer::{declared_rows, most_rows};
use super::pages::Groups;
use super::{FREE_TEXT, MAX_BATCH_TEXT, Refused, TEXT_A_BYTE};
use crate::guard::guarded;

/// The widest value of fixed width; a decimal has 32 bytes at most.
const MOST_WIDE: i32 = 64;

/// Reads batches.
pub struct BoundedReader {
    inner: ParquetRecordBatchReader,
    budget: Arc<Budget>,
    rows_left: u64,
    text_left: u64,
}

impl BoundedReader {
    /// A reader of the columns at these places. The file's footer has been checked.
    ///
    /// # Errors
    /// If the metadata claim what cannot be, or the library cannot read these columns.
    pub fn new(
        file: File,
        metadata: &ArrowReaderMetadata,
        columns: &[usize],
        batch_rows: usize,
    ) -> Result<Self, Refused> {
        let size = file.metadata().map_err(|_| Refused::Damaged)?.len();
        let rows = declared_rows(metadata.metadata())?;
        if rows > most_rows(size) {
            return Err(Refused::Rows);
        }
        let budget = Arc::new(Budget::default());
        let groups = Groups {
            file: Arc::new(file),
            size,
            metadata: Arc::clone(metadata.metadata()),
            rows: usize::try_from(rows).map_err(|_| Refused::Rows)?,
            budget: Arc::clone(&budget),
        };
        let inner = guarded(|| build(&groups, metadata, columns, batch_rows));
        let inner = inner.and_then(Result::ok).ok_or_else(|| budget.reason())?;
        let text_left = FREE_TEXT.saturating_add(size.saturating_mul(TEXT_A_BYTE));
        Ok(Self { inner, budget, rows_left: rows, text_left })
    }

    /// The next rows, with the bytes of the pages read for them; none after the last.
    ///
    /// # Errors
    /// If the file is damaged or expands to too much. Nothing can be read after that.
    pub fn next_batch(&mut self) -> Result<Option<(RecordBatch, u64)>, Refused> {
        self.budget.begin();
        let inner = &mut self.inner;
        let batch = match guarded(|| inner.next()) {
            Some(Some(Ok(batch))) => batch,
            Some(None) if self.rows_left == 0 => return Ok(None),
            _ => return Err(self.budget.reason()),
        };
        let rows = batch.num_rows() as u64;
        self.rows_left = self.rows_left.checked_sub(rows).ok_or(Refused::Damaged)?;
        let text = batch.columns().iter().map(|column| text_bytes(column)).sum();
        if text > MAX_BATCH_TEXT {
            return Err(Refused::Batch);
        }
        self.text_left = self.text_left.checked_sub(text).ok_or(Refused::Text)?;
        Ok(Some((batch, self.budget.batch() + text)))
    }
}

fn build(
    groups: &Groups,
    metadata: &ArrowReaderMetadata,
    columns: &[usize],
    batch_rows: usize,
) -> LibraryResult<ParquetRecordBatchReader> {
    let schema = metadata.metadata().file_metadata().schema_descr();
    let mask = ProjectionMask::roots(schema, columns.iter().copied());
    let read = (0..schema.num_columns()).filter(|leaf| mask.leaf_included(*leaf));
    for leaf in read.map(|leaf| schema.column(leaf)) {
        let is_wide =
            leaf.physical_type() == Type::FIXED_LEN_BYTE_ARRAY && leaf.type_length() > MOST_WIDE;
        if leaf.max_rep_level() > 0 || is_wide {
            return Err(ParquetError::General("a type that is not read".to_owned()));
        }
    }
    let fields = metadata.schema().fields();
    let levels = parquet_to_arrow_field_levels(schema, mask, Some(fields))?;
    let batch_rows = batch_rows.min(groups.rows);
    ParquetRecordBatchReader::try_new_with_row_groups(&levels, groups, batch_rows, None)
}

/// The bytes of a column of text, if it is one.
fn text_bytes(column: &dyn Array) -> u64 {
    match column.data_type() {
        DataType::Utf8View => column.as_string_view().total_bytes_len() as u64,
        DataType::Utf8 => column.as_string::<i32>().value_data().len() as u64,
        _ => 0,
    }
}
