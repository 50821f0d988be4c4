//! Sorted runs that wait on disk until everything has been read.
//!
//! References are as good as random, so their first byte parts them evenly: a run holds a batch of
//! rows for each of its values.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, ListArray, RecordBatch, UInt8Array, UInt16Array, UInt64Array,
};
use arrow::buffer::OffsetBuffer;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::datatypes::{UInt8Type, UInt16Type, UInt64Type};

use super::{Arranged, At};
use crate::agency::tokenise::{ABSENT, TokenLists, Tokenised, TokenisedRow};
use crate::format::token_table::{full_column, read_column};
use crate::format::write::{Run, Spill};
use crate::format::{FormatError, token_type};
use crate::token::Token;

/// Different first bytes of a reference.
pub(super) const BUCKETS: usize = 1 << 8;

/// Columns before the lists of tokens and the payload: reference, input, row in it, height, id.
const OWN_COLUMNS: usize = 5;

/// The runs so far.
pub(super) struct Waiting {
    spill: Spill,
    runs: Vec<Run>,
    schema: SchemaRef,
    recipes: usize,
    bytes: u64,
}

impl Waiting {
    /// None yet, of batches like these.
    pub fn new(within: &Path, parts: &[Tokenised]) -> Result<Self, FormatError> {
        let first = parts.first().expect("what does not fit into memory is not nothing");
        let own =
            [token_type(), DataType::UInt16, DataType::UInt64, DataType::UInt8, DataType::Utf8];
        let lists = first.tokens.iter().map(|_| DataType::List(item()));
        let payload = first.payload.iter().map(|column| column.data_type().clone());
        let columns = own.into_iter().chain(lists).chain(payload).enumerate();
        let fields = columns.map(|(n, kind)| Field::new(n.to_string(), kind, true));
        Ok(Self {
            spill: Spill::create(within)?,
            runs: Vec::new(),
            schema: Arc::new(Schema::new(fields.collect::<Vec<_>>())),
            recipes: first.tokens.len(),
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
            let columns = columns(arranged, bucket_of(&arranged.rows, bucket), self.recipes);
            RecordBatch::try_new(Arc::clone(&self.schema), columns)
                .expect("the schema was made for these")
        });
        self.runs.push(self.spill.write(&self.schema, batches)?);
        self.bytes += bytes;
        Ok(())
    }

    /// What all runs hold of these buckets.
    pub fn parts(&mut self, buckets: &[usize]) -> Result<Vec<Tokenised>, FormatError> {
        let mut parts = Vec::with_capacity(self.runs.len() * buckets.len());
        for run in &mut self.runs {
            for bucket in buckets {
                parts.push(part(&run.batch(*bucket)?, self.recipes));
            }
        }
        Ok(parts)
    }
}

fn item() -> FieldRef {
    Field::new("item", token_type(), false).into()
}

/// The rows of a bucket.
fn bucket_of(rows: &[At], bucket: usize) -> &[At] {
    let before = |bucket| rows.partition_point(|at| usize::from(at.record_ref.0[0]) < bucket);
    &rows[before(bucket)..before(bucket + 1)]
}

fn columns(arranged: &Arranged, rows: &[At], recipes: usize) -> Vec<ArrayRef> {
    let of = |at: &At| arranged.row(*at);
    let inputs: UInt16Array = rows.iter().map(|at| of(at).input).collect();
    let numbers: UInt64Array = rows.iter().map(|at| of(at).source_row).collect();
    let heights: UInt8Array = rows.iter().map(|at| of(at).height).collect();
    let mut columns: Vec<ArrayRef> = vec![
        Arc::new(full_column(rows.iter().map(|at| at.record_ref).collect())),
        Arc::new(inputs),
        Arc::new(numbers),
        Arc::new(heights),
        arranged.ids(rows),
    ];
    columns.extend((0..recipes).map(|recipe| lists(arranged, rows, recipe)));
    columns.extend(arranged.payload(rows));
    columns
}

fn lists(arranged: &Arranged, rows: &[At], recipe: usize) -> ArrayRef {
    let ends = OffsetBuffer::from_lengths(rows.iter().map(|at| arranged.tokens(*at, recipe).len()));
    let tokens = rows.iter().flat_map(|at| arranged.tokens(*at, recipe)).copied().collect();
    Arc::new(ListArray::new(item(), ends, Arc::new(full_column(tokens)), None))
}

/// A batch as it was written, as tokenised rows.
fn part(batch: &RecordBatch, recipes: usize) -> Tokenised {
    let columns = batch.columns();
    let inputs = columns[1].as_primitive::<UInt16Type>().values();
    let numbers = columns[2].as_primitive::<UInt64Type>().values();
    let heights = columns[3].as_primitive::<UInt8Type>().values();
    let rows = tokens(&columns[0]).into_iter().zip(inputs).zip(numbers).zip(heights);
    let rows = rows.map(|(((record_ref, input), source_row), height)| TokenisedRow {
        record_ref,
        source_row: *source_row,
        input: *input,
        height: *height,
    });
    let (lists, payload) = columns[OWN_COLUMNS..].split_at(recipes);
    Tokenised {
        rows: rows.collect(),
        tokens: lists.iter().map(token_lists).collect(),
        ids: columns[4].as_string::<i32>().clone(),
        payload: payload.to_vec(),
    }
}

fn token_lists(column: &ArrayRef) -> TokenLists {
    let lists = column.as_list::<i32>();
    let end = |end: &i32| u32::try_from(*end).expect("ends are not negative");
    let ends = lists.value_offsets().iter().skip(1).map(end).collect();
    TokenLists { tokens: tokens(lists.values()), ends }
}

fn tokens(column: &ArrayRef) -> Vec<Token> {
    let mut tokens = Vec::new();
    read_column(column, "", ABSENT, &mut tokens).expect("it was written as a column of tokens");
    tokens
}
