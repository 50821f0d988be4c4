//! Sorted runs that wait on disk until everything has been read.
//!
//! References are as good as random, so their first byte parts them evenly: a run holds a batch of
//! token rows and a batch of source rows for each of its values.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, UInt32Array, UInt64Array};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef, UInt32Type, UInt64Type};

use super::{Arranged, At};
use crate::agency::tokenise::{ABSENT, Tokenised, TokenisedRow};
use crate::format::token_table::{full_column, read_column};
use crate::format::write::{Run, Spill};
use crate::format::{FormatError, token_type};
use crate::token::Token;

/// Different first bytes of a reference.
pub(super) const BUCKETS: usize = 1 << 8;

/// Columns of source rows before the payload's: reference, input, row in it, record id.
const OWN_COLUMNS: usize = 4;

/// The runs so far.
pub(super) struct Waiting {
    spill: Spill,
    /// Of each run, its token rows and its source rows.
    runs: Vec<[Run; 2]>,
    schemas: [SchemaRef; 2],
    bytes: u64,
}

impl Waiting {
    /// None yet, of batches like these.
    pub fn new(within: &Path, parts: &[Tokenised]) -> Result<Self, FormatError> {
        let first = parts.first().expect("what does not fit into memory is not nothing");
        let token = |n: usize| Field::new(n.to_string(), token_type(), false);
        let tokens = (0..=first.tokens.len()).map(token).collect::<Vec<_>>();
        let own = [token_type(), DataType::UInt32, DataType::UInt64, DataType::Utf8];
        let payload = first.payload.iter().map(|column| column.data_type().clone());
        let rows = own.into_iter().chain(payload).enumerate();
        let rows: Vec<Field> =
            rows.map(|(n, kind)| Field::new(n.to_string(), kind, true)).collect();
        let schemas = [tokens, rows].map(|fields| Arc::new(Schema::new(fields)));
        Ok(Self { spill: Spill::create(within)?, runs: Vec::new(), schemas, bytes: 0 })
    }

    /// How many bytes the runs took in memory.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds a run that took so many bytes.
    pub fn add(&mut self, arranged: &Arranged, bytes: u64) -> Result<(), FormatError> {
        let [tokens, rows] = &self.schemas;
        let token_rows = (0..BUCKETS).map(|bucket| token_batch(arranged, bucket, tokens));
        let token_rows = self.spill.write(tokens, token_rows)?;
        let source_rows = (0..BUCKETS).map(|bucket| row_batch(arranged, bucket, rows));
        let source_rows = self.spill.write(rows, source_rows)?;
        self.runs.push([token_rows, source_rows]);
        self.bytes += bytes;
        Ok(())
    }

    /// What all runs hold of these buckets.
    pub fn parts(&mut self, buckets: &[usize]) -> Result<Vec<Tokenised>, FormatError> {
        let mut parts = Vec::with_capacity(self.runs.len() * buckets.len());
        for [token_rows, source_rows] in &mut self.runs {
            for bucket in buckets {
                parts.push(part(&token_rows.batch(*bucket)?, &source_rows.batch(*bucket)?));
            }
        }
        Ok(parts)
    }
}

/// The rows of a bucket.
fn within(rows: &[At], bucket: usize) -> &[At] {
    let before =
        |bucket: usize| rows.partition_point(|at| usize::from(at.record_ref.0[0]) < bucket);
    let range: Range<usize> = before(bucket)..before(bucket + 1);
    &rows[range]
}

fn token_batch(arranged: &Arranged, bucket: usize, schema: &SchemaRef) -> RecordBatch {
    let rows = within(&arranged.token_rows, bucket);
    let refs: Vec<Token> = rows.iter().map(|at| at.record_ref).collect();
    let mut columns: Vec<ArrayRef> = vec![Arc::new(full_column(refs))];
    for column in 0..schema.fields().len() - 1 {
        let tokens: Vec<Token> = rows.iter().map(|at| arranged.token(*at, column)).collect();
        columns.push(Arc::new(full_column(tokens)));
    }
    RecordBatch::try_new(Arc::clone(schema), columns).expect("the schema was made for these")
}

fn row_batch(arranged: &Arranged, bucket: usize, schema: &SchemaRef) -> RecordBatch {
    let rows = within(&arranged.rows, bucket);
    let refs: Vec<Token> = rows.iter().map(|at| at.record_ref).collect();
    let source = |at: &At| &arranged.parts[at.part as usize].rows[at.place as usize];
    let inputs: UInt32Array = rows.iter().map(|at| source(at).input).collect();
    let numbers: UInt64Array = rows.iter().map(|at| source(at).source_row).collect();
    let mut columns: Vec<ArrayRef> =
        vec![Arc::new(full_column(refs)), Arc::new(inputs), Arc::new(numbers), arranged.ids(rows)];
    columns.extend(arranged.payload(rows));
    RecordBatch::try_new(Arc::clone(schema), columns).expect("the schema was made for these")
}

/// Batches as they were written, as tokenised rows.
fn part(token_rows: &RecordBatch, source_rows: &RecordBatch) -> Tokenised {
    let mut columns = token_rows.columns().iter().map(tokens);
    let refs = columns.next().expect("the references come first");
    let tokens_of: Vec<Vec<Token>> = columns.collect();
    let own = source_rows.columns();
    let inputs = own[1].as_primitive::<UInt32Type>().values();
    let numbers = own[2].as_primitive::<UInt64Type>().values();
    let rows = (0..).zip(tokens(&own[0])).zip(inputs).zip(numbers);
    let rows = rows.map(|(((row, record_ref), input), source_row)| TokenisedRow {
        record_ref,
        row,
        input: *input,
        source_row: *source_row,
    });
    Tokenised {
        rows: rows.collect(),
        refs,
        tokens: tokens_of,
        ids: own[3].as_string::<i32>().clone(),
        payload: own[OWN_COLUMNS..].to_vec(),
    }
}

fn tokens(column: &ArrayRef) -> Vec<Token> {
    let mut tokens = Vec::new();
    read_column(column, "", ABSENT, &mut tokens).expect("it was written as a column of tokens");
    tokens
}
