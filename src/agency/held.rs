//! Rows that have been read and wait for the door, known by their references.

use std::hint::black_box;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, UInt32Array};
use arrow::compute::take;

use super::listed::{Fate, Listed};
use super::plan::{Plan, RECORD_ID};
use super::read::Batch;
use super::record::Record;
use super::tally::{FieldTally, Tally};
use crate::key::RecordRefs;
use crate::token::{Messages, Token};

/// References made together.
const REFS_AT_ONCE: usize = 1024;

/// Rows of a batch that become part of a record, in the order of their references.
pub(super) struct Held {
    pub rows: Vec<HeldRow>,
    /// The batch's columns, as long.
    pub columns: Vec<ArrayRef>,
}

/// A row that becomes part of a record.
#[derive(Clone, Copy)]
pub(super) struct HeldRow {
    pub record_ref: Token,
    /// The row in the input.
    pub source_row: u64,
    /// The input, counted from 0.
    pub input: u16,
    /// Whether its record may have no token.
    pub sealed: bool,
}

impl Held {
    /// Gives the rows of a batch their references, and counts those that are left out.
    pub fn of(batch: &Batch, listed: &Listed, refs: &RecordRefs) -> (Self, Tally) {
        let (admitted, tally) = admit(batch, listed);
        let ids = text(&batch.columns[RECORD_ID]);
        let refs = references(admitted.iter().map(|row| cell(ids, row.place as usize)), refs);
        let mut order: Vec<(Token, Admitted)> = refs.into_iter().zip(admitted).collect();
        order.sort_unstable_by_key(|(record_ref, row)| (*record_ref, row.place));
        let places: UInt32Array = order.iter().map(|(_, row)| row.place).collect();
        let in_order = |column| take(column, &places, None).expect("the rows are of the batch");
        let input = u16::try_from(batch.input).expect("inputs are named one by one");
        let row = |(record_ref, Admitted { source_row, sealed, .. })| HeldRow {
            record_ref,
            source_row,
            input,
            sealed,
        };
        let columns = batch.columns.iter().map(|column| in_order(column)).collect();
        (Self { rows: order.into_iter().map(row).collect(), columns }, tally)
    }

    /// About how many bytes of memory it takes.
    pub fn bytes(&self) -> u64 {
        let columns = self.columns.iter().map(|column| column.get_array_memory_size());
        (columns.sum::<usize>() + self.rows.len() * size_of::<HeldRow>()) as u64
    }
}

/// A row of a batch that becomes part of a record.
struct Admitted {
    /// Its place in the batch.
    place: u32,
    /// Its row in the input.
    source_row: u64,
    /// Whether its record may have no token.
    sealed: bool,
}

/// The rows of a batch that become part of a record; the others are counted.
fn admit(batch: &Batch, listed: &Listed) -> (Vec<Admitted>, Tally) {
    let mut tally = Tally {
        rows: batch.rows.len() as u64 + batch.bad_rows.len() as u64,
        blank_lines: batch.blank_lines,
        ..Tally::default()
    };
    for bad in &batch.bad_rows {
        tally.leave_out(batch.input + 1, bad.row, bad.kind.code());
    }
    let ids = text(&batch.columns[RECORD_ID]);
    let mut admitted = Vec::with_capacity(batch.rows.len());
    for (place, source_row) in (0..).zip(batch.rows.iter()) {
        let id = cell(ids, place as usize);
        if id.trim().is_empty() {
            tally.leave_out(batch.input + 1, source_row, "no_record_id");
            continue;
        }
        match listed.fate(id) {
            Some(Fate::LeftOut) => {}
            fate => {
                let sealed = fate == Some(Fate::Sealed);
                admitted.push(Admitted { place, source_row, sealed });
            }
        }
    }
    tally.used_rows = admitted.len() as u64;
    tally.left_out_rows.sort_by_key(|left_out| left_out.row);
    (admitted, tally)
}

/// The references of records with these ids.
fn references<'i>(mut ids: impl Iterator<Item = &'i str>, refs: &RecordRefs) -> Vec<Token> {
    let mut messages = Messages::default();
    let mut all = Vec::new();
    loop {
        messages.clear();
        ids.by_ref().take(REFS_AT_ONCE).for_each(|id| refs.push(id, &mut messages));
        if messages.is_empty() {
            return all;
        }
        refs.refs(&messages, &mut all);
    }
}

/// Reads the rows of a batch that become part of a record, and counts what became of all; nothing
/// is made of them.
pub(super) fn count(batch: &Batch, plan: &Plan<'_>, listed: &Listed, record: &mut Record) -> Tally {
    let (admitted, mut tally) = admit(batch, listed);
    let cells = Cells::of(plan, &batch.columns);
    let mut counts = vec![FieldTally::default(); plan.fields.len()];
    for row in admitted {
        cells.read(row.place as usize, plan, record, &mut counts);
    }
    tally.fields = plan.named(counts);
    tally
}

/// The cells of the source's fields, column by column in the plan's order.
pub(super) struct Cells<'c>(Vec<&'c StringArray>);

impl<'c> Cells<'c> {
    /// Those of a batch's columns.
    pub fn of(plan: &Plan<'_>, columns: &'c [ArrayRef]) -> Self {
        let places = plan.fields.iter().flat_map(|field| &field.columns);
        Self(places.map(|place| text(&columns[*place])).collect())
    }

    /// The cells of a row, each with the number of its column.
    pub fn of_row(&self, row: usize) -> impl Iterator<Item = (usize, &'c str)> {
        self.0.iter().enumerate().map(move |(number, column)| (number, cell(column, row)))
    }

    /// Has where a row's cells begin brought near.
    pub fn fetch(&self, row: usize) {
        self.0.iter().for_each(|column| _ = black_box(column.value_offsets()[row]));
    }

    /// Reads a row into the record, and counts what became of its cells.
    pub fn read(
        &self,
        row: usize,
        plan: &Plan<'_>,
        record: &mut Record,
        counts: &mut [FieldTally],
    ) {
        record.clear();
        let mut columns = self.0.iter().enumerate();
        for (field, counts) in plan.fields.iter().zip(counts) {
            for (number, column) in columns.by_ref().take(field.columns.len()) {
                record.absorb(number, field.source, field.kind, cell(column, row), counts);
            }
        }
    }
}

fn text(column: &ArrayRef) -> &StringArray {
    column.as_string_opt::<i32>().expect("the reader gives identifiers as text")
}

fn cell(column: &StringArray, row: usize) -> &str {
    if column.is_null(row) { "" } else { column.value(row) }
}
