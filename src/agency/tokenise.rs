//! The door from cleartext to tokens: a batch of rows goes in, token rows come out.

mod lists;
mod payload;
mod recipes;
mod row_parts;
mod rows;

use std::sync::{Mutex, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray, StringArray};

use super::listed::{Fate, Listed};
use super::plan::{Plan, RECORD_ID};
use super::read::Batch;
use super::record::{Record, Taken};
use super::tally::{FieldTally, Tally};
pub(super) use crate::format::token_table::ABSENT;
use crate::key::RecordRefs;
use crate::token::Token;

pub(super) use lists::{TokenLists, append};
pub(super) use recipes::{Block, Tokeniser};
use rows::{Rows, references};

/// A batch after the door, in the order of the references: nothing of it but the payload and the
/// ids is cleartext.
pub(super) struct Tokenised {
    /// The rows that became part of a record. All that follows is as long.
    pub rows: Vec<TokenisedRow>,
    /// For each recipe, the rows' tokens.
    pub tokens: Vec<TokenLists>,
    /// The record ids.
    pub ids: StringArray,
    /// The payload's columns.
    pub payload: Vec<ArrayRef>,
}

/// A row that became part of a record.
#[derive(Clone, Copy)]
pub(super) struct TokenisedRow {
    pub record_ref: Token,
    /// The row in the input.
    pub source_row: u64,
    /// The input, counted from 0.
    pub input: u16,
    /// How many tokens it has of the recipe of which it has most.
    pub height: u8,
}

impl Tokenised {
    /// About how many bytes of memory it takes.
    pub fn bytes(&self) -> u64 {
        let tokens = self.tokens.iter().map(TokenLists::bytes).sum::<usize>();
        let texts = self.payload.iter().map(|column| column.get_array_memory_size());
        let texts = self.ids.get_array_memory_size() + texts.sum::<usize>();
        (tokens + self.rows.len() * size_of::<TokenisedRow>() + texts) as u64
    }
}

/// What an agency's rows are tokenised with, the same on every thread.
pub(super) struct Door<'d> {
    pub plan: &'d Plan<'d>,
    pub listed: &'d Listed,
    pub tokeniser: &'d Tokeniser<'d>,
    pub refs: &'d RecordRefs,
    pub buffers: Buffers,
}

impl Door<'_> {
    /// Tokenises a batch, in the order of its references, and counts what became of it.
    pub fn tokenise(&self, batch: &Batch) -> (Tokenised, Tally) {
        let refs = references(text(&batch.columns[RECORD_ID]), self.refs);
        let mut order: Vec<u32> = (0..).take(refs.len()).collect();
        order.sort_unstable_by_key(|place| (refs[*place as usize], *place));

        let mut record = self.buffers.take(self.plan, &self.tokeniser.taken);
        let mut rows = Rows::new(self, refs.len());
        let input = u16::try_from(batch.input).expect("inputs are named one by one");
        let order = order.into_iter();
        let mut tally = absorb(batch, order, self.plan, self.listed, &mut record, |row, record| {
            rows.push(&row, refs[row.place as usize], input, record);
        });
        self.buffers.give_back(record);
        (rows.finish(batch, &mut tally), tally)
    }
}

/// Normalises a batch and counts what became of it; no token is made.
pub(super) fn count(batch: &Batch, plan: &Plan<'_>, listed: &Listed, buffers: &Buffers) -> Tally {
    let mut record = buffers.take(plan, &Taken::nothing(plan.linkage));
    let tally = absorb(batch, 0.., plan, listed, &mut record, |_, _| {});
    buffers.give_back(record);
    tally
}

/// Records' buffers that are not in use: what they know of a column's cells outlives a batch.
#[derive(Default)]
pub(super) struct Buffers(Mutex<Vec<Record>>);

impl Buffers {
    fn take(&self, plan: &Plan<'_>, taken: &Taken) -> Record {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        free.unwrap_or_else(|| Record::new(taken.clone(), plan.kinds()))
    }

    fn give_back(&self, record: Record) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    }
}

/// A row that became part of a record.
struct TakenRow {
    /// Its place in the batch.
    place: u32,
    /// Its row in the input.
    source_row: u64,
    /// Whether its record may have no token.
    sealed: bool,
}

/// Normalises the rows of a batch in some order, hands those that are part of a record to `take`
/// with their values, and counts what became of all.
fn absorb(
    batch: &Batch,
    order: impl Iterator<Item = u32>,
    plan: &Plan<'_>,
    listed: &Listed,
    record: &mut Record,
    mut take: impl FnMut(TakenRow, &Record),
) -> Tally {
    let mut tally = Tally {
        rows: batch.rows.len() as u64 + batch.bad_rows.len() as u64,
        blank_lines: batch.blank_lines,
        ..Tally::default()
    };
    for bad in &batch.bad_rows {
        tally.leave_out(batch.input + 1, bad.row, bad.kind.code());
    }
    let source_rows: Vec<u64> = batch.rows.iter().collect();
    let ids = text(&batch.columns[RECORD_ID]);
    let columns: Vec<Vec<&StringArray>> = plan
        .fields
        .iter()
        .map(|field| field.columns.iter().map(|column| text(&batch.columns[*column])).collect())
        .collect();
    let mut counts = vec![FieldTally::default(); plan.fields.len()];
    for place in order.take(source_rows.len()) {
        let row = place as usize;
        let source_row = source_rows[row];
        record.clear();
        let id = Some(cell(ids, row)).filter(|id| !id.trim().is_empty());
        let fate = id.and_then(|id| listed.fate(id));
        if fate == Some(Fate::LeftOut) {
            continue;
        }
        let mut number = 0..;
        for ((field, columns), counts) in plan.fields.iter().zip(&columns).zip(&mut counts) {
            for (column, number) in columns.iter().zip(&mut number) {
                record.absorb(number, field.source, field.kind, cell(column, row), counts);
            }
        }
        match id {
            Some(_) => {
                tally.used_rows += 1;
                take(TakenRow { place, source_row, sealed: fate == Some(Fate::Sealed) }, record);
            }
            None => tally.leave_out(batch.input + 1, source_row, "no_record_id"),
        }
    }
    tally.left_out_rows.sort_by_key(|left_out| left_out.row);
    let names =
        plan.fields.iter().map(|field| plan.linkage.field_at(field.source.field).name.clone());
    tally.fields = names.zip(counts).collect();
    tally
}

fn text(column: &ArrayRef) -> &StringArray {
    column.as_string_opt::<i32>().expect("the reader gives identifiers as text")
}

fn cell(column: &StringArray, row: usize) -> &str {
    if column.is_null(row) { "" } else { column.value(row) }
}
