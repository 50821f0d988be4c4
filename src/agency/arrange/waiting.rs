//! Sorted runs that wait on disk until everything has been read.
//!
//! References are as good as random, so their first byte parts them evenly: a run holds a batch of
//! rows for each of its values.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray, RecordBatch, UInt16Array, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use arrow::datatypes::{UInt16Type, UInt64Type};

use super::{Arranged, At};
use crate::agency::held::{Held, HeldRow};
use crate::format::token_table::{ABSENT, full_column, read_column};
use crate::format::write::{Run, Spill};
use crate::format::{FormatError, token_type};

/// Different first bytes of a reference.
pub(super) const BUCKETS: usize = 1 << 8;

/// Columns before the batch's: reference, input, row in it, whether it is sealed.
const OWN_COLUMNS: usize = 4;

/// The runs so far.
pub(super) struct Waiting {
    spill: Spill,
    runs: Vec<Run>,
    schema: SchemaRef,
    bytes: u64,
}

impl Waiting {
    /// None yet, of batches like these.
    pub fn new(within: &Path, parts: &[Held]) -> Result<Self, FormatError> {
        let first = parts.first().expect("what does not fit into memory is not nothing");
        let own = [token_type(), DataType::UInt16, DataType::UInt64, DataType::Boolean];
        let columns = first.columns.iter().map(|column| column.data_type().clone());
        let columns = own.into_iter().chain(columns).enumerate();
        let fields = columns.map(|(n, kind)| Field::new(n.to_string(), kind, true));
        Ok(Self {
            spill: Spill::create(within)?,
            runs: Vec::new(),
            schema: Arc::new(Schema::new(fields.collect::<Vec<_>>())),
            bytes: 0,
        })
    }

    /// How many bytes the runs took in memory.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds a run that took so many bytes.
    pub fn add(&mut self, arranged: &Arranged, bytes: u64) -> Result<(), FormatError> {
        let batches = (0..BUCKETS).map(|bucket| {
            let columns = columns(arranged, bucket_of(&arranged.rows, bucket));
            RecordBatch::try_new(Arc::clone(&self.schema), columns)
                .expect("the schema was made for these")
        });
        self.runs.push(self.spill.write(&self.schema, batches)?);
        self.bytes += bytes;
        Ok(())
    }

    /// What all runs hold of these buckets.
    pub fn parts(&mut self, buckets: &[usize]) -> Result<Vec<Held>, FormatError> {
        let mut parts = Vec::with_capacity(self.runs.len() * buckets.len());
        for run in &mut self.runs {
            for bucket in buckets {
                parts.push(part(&run.batch(*bucket)?));
            }
        }
        Ok(parts)
    }
}

/// The rows of a bucket.
fn bucket_of(rows: &[At], bucket: usize) -> &[At] {
    let before = |bucket| rows.partition_point(|at| usize::from(at.record_ref.0[0]) < bucket);
    &rows[before(bucket)..before(bucket + 1)]
}

fn columns(arranged: &Arranged, rows: &[At]) -> Vec<ArrayRef> {
    let of = |at: &At| arranged.row(*at);
    let inputs: UInt16Array = rows.iter().map(|at| of(at).input).collect();
    let numbers: UInt64Array = rows.iter().map(|at| of(at).source_row).collect();
    let sealed: BooleanArray = rows.iter().map(|at| Some(of(at).sealed)).collect();
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(full_column(rows.iter().map(|at| at.record_ref).collect())),
        Arc::new(inputs),
        Arc::new(numbers),
        Arc::new(sealed),
    ];
    let of_batch = arranged.parts().first().map_or(0, |part| part.columns.len());
    columns.extend((0..of_batch).map(|place| arranged.column(rows, place)));
    columns
}

/// A batch as it was written, as rows that wait.
fn part(batch: &RecordBatch) -> Held {
    let (own, columns) = batch.columns().split_at(OWN_COLUMNS);
    let mut refs = Vec::new();
    read_column(&own[0], "", ABSENT, &mut refs).expect("it was written as a column of tokens");
    let inputs = own[1].as_primitive::<UInt16Type>().values();
    let numbers = own[2].as_primitive::<UInt64Type>().values();
    let sealed = own[3].as_boolean().values();
    let rows = refs.into_iter().zip(inputs).zip(numbers).zip(sealed);
    let rows = rows.map(|(((record_ref, input), source_row), sealed)| HeldRow {
        record_ref,
        source_row: *source_row,
        input: *input,
        sealed,
    });
    Held { rows: rows.collect(), columns: columns.to_vec() }
}
