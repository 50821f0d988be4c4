//! Rows in the order of their record references, so that nothing of the source's order is left.

mod gather;
mod repeats;
mod waiting;

use arrow::array::{ArrayRef, UInt32Array};
use arrow::compute::{interleave, take};
use arrow::row::{RowConverter, SortField};
use rayon::prelude::*;

use super::held::{Held, HeldRow};
use super::plan::RECORD_ID;
use crate::token::Token;

pub(super) use gather::Gathered;
use repeats::Repeats;

/// Source rows that are tokenised at a time: their tokens stay near the core until they are laid.
const ROWS_AT_ONCE: usize = 1 << 12;

/// What was read, or all of it whose references lie between two, in order.
pub(super) struct Arranged {
    parts: Vec<Held>,
    /// Source rows by reference.
    rows: Vec<At>,
}

/// Where a row is, led by what it is sorted by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub record_ref: Token,
    part: u32,
    place: u32,
}

impl At {
    /// Which of the parts it is in.
    pub const fn part(self) -> usize {
        self.part as usize
    }

    /// Where in that part.
    pub const fn place(self) -> usize {
        self.place as usize
    }
}

impl Arranged {
    /// Sorts what was read.
    pub fn new(parts: Vec<Held>) -> Self {
        Self { rows: sorted(&parts), parts }
    }

    /// How many distinct records there are.
    pub fn records(&self) -> u64 {
        self.rows.chunk_by(same_record).count() as u64
    }

    /// What was read, in parts.
    pub fn parts(&self) -> &[Held] {
        &self.parts
    }

    pub fn row(&self, at: At) -> &HeldRow {
        &self.parts[at.part()].rows[at.place()]
    }

    /// The rows, a few thousand at a time; no record is in two slices.
    pub fn slices(&self) -> impl Iterator<Item = &[At]> {
        Slices { rest: &self.rows, rows: ROWS_AT_ONCE }
    }

    /// The ids of rows.
    pub fn ids(&self, rows: &[At]) -> ArrayRef {
        self.column(rows, RECORD_ID)
    }

    /// What rows have of the column at this place.
    pub fn column(&self, rows: &[At], place: usize) -> ArrayRef {
        let columns: Vec<_> = self.parts.iter().map(|part| part.columns[place].as_ref()).collect();
        let places: Vec<_> = rows.iter().map(|at| (at.part(), at.place())).collect();
        interleave(&columns, &places).expect("the parts' columns are of one type")
    }

    /// The input, counted from 1, and the row in it.
    fn source(&self, at: At) -> (usize, u64) {
        let row = self.row(at);
        (usize::from(row.input) + 1, row.source_row)
    }
}

/// The payload of rows, those of each record in an order of its own, so that the input's does not
/// show.
pub(super) fn by_payload(rows: &[At], payload: Vec<ArrayRef>) -> Vec<ArrayRef> {
    let mut order: Vec<u32> = (0..).take(rows.len()).collect();
    let at = |place: &u32| &rows[*place as usize];
    let mut several =
        order.chunk_by_mut(|a, b| same_record(at(a), at(b))).filter(|of_one| of_one.len() > 1);
    let Some(first) = several.next().filter(|_| !payload.is_empty()) else { return payload };
    let fields = payload.iter().map(|c| SortField::new(c.data_type().clone())).collect();
    let converter = RowConverter::new(fields).expect("payload columns can be ordered");
    let keys = converter.convert_columns(&payload).expect("the converter has their types");
    for of_one in std::iter::once(first).chain(several) {
        of_one.sort_by_key(|place| keys.row(*place as usize));
    }
    let order = UInt32Array::from(order);
    let in_order = |column: &ArrayRef| take(column, &order, None).expect("they are its rows");
    payload.iter().map(in_order).collect()
}

/// Whether two rows are of one record.
pub(super) fn same_record(a: &At, b: &At) -> bool {
    a.record_ref == b.record_ref
}

fn sorted(parts: &[Held]) -> Vec<At> {
    let mut rows = Vec::with_capacity(parts.iter().map(|part| part.rows.len()).sum());
    for (part, tokenised) in (0..).zip(parts) {
        let places = (0..).zip(&tokenised.rows);
        rows.extend(places.map(|(place, row)| At { record_ref: row.record_ref, part, place }));
    }
    rows.par_sort_unstable();
    rows
}

/// Runs of rows that never part a record; where they end depends on the references alone.
struct Slices<'a> {
    rest: &'a [At],
    rows: usize,
}

impl<'a> Iterator for Slices<'a> {
    type Item = &'a [At];

    fn next(&mut self) -> Option<&'a [At]> {
        let mut end = self.rows.min(self.rest.len());
        while end > 0 && end < self.rest.len() && same_record(&self.rest[end - 1], &self.rest[end])
        {
            end += 1;
        }
        let (slice, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!slice.is_empty()).then_some(slice)
    }
}
