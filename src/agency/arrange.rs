//! Rows in the order of their record references, so that nothing of the source's order is left.

mod gather;
mod repeats;
mod waiting;

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::interleave;
use arrow::row::{RowConverter, SortField};
use rayon::prelude::*;

use super::tokenise::{ABSENT, Tokenised, TokenisedRow, append};
use crate::format::ROW_GROUP_ROWS;
use crate::token::Token;

pub(super) use gather::Gathered;
use repeats::Repeats;

/// Source rows whose token rows are laid at a time.
const LAID_AT_ONCE: usize = ROW_GROUP_ROWS / 4;

/// What was tokenised, or all of it whose references lie between two, in order.
pub(super) struct Arranged {
    parts: Vec<Tokenised>,
    /// Source rows by reference.
    rows: Vec<At>,
}

/// Where a row is, led by what it is sorted by.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct At {
    record_ref: Token,
    part: u32,
    place: u32,
}

impl Arranged {
    /// Sorts what was tokenised. If `several_rows` may be of one record, they are ordered by their
    /// payload, so that the order of the input does not show.
    pub fn new(parts: Vec<Tokenised>, several_rows: bool) -> Self {
        let mut arranged = Self { rows: sorted(&parts), parts };
        if several_rows {
            arranged.order_by_payload();
        }
        arranged
    }

    /// How many distinct records there are.
    pub fn records(&self) -> u64 {
        self.rows.chunk_by(same_record).count() as u64
    }

    /// Token rows, slice by slice: the references, and a column a recipe. A record has as many
    /// token rows as it has tokens of the recipe of which it has most, and one at least; each
    /// column holds the record's tokens once, in ascending order from the top.
    pub fn token_slices(&self) -> impl Iterator<Item = (Vec<Token>, Vec<Vec<Token>>)> {
        self.slices(LAID_AT_ONCE).map(|slice| self.lay(slice))
    }

    fn lay(&self, slice: &[At]) -> (Vec<Token>, Vec<Vec<Token>>) {
        let columns = self.parts.first().map_or(0, |part| part.tokens.len());
        let records: Vec<&[At]> = slice.chunk_by(same_record).collect();
        let heights: Vec<usize> = records
            .par_iter()
            .map(|rows| match rows {
                [one] => usize::from(self.row(*one).height),
                _ => (0..columns).map(|c| self.distinct(rows, c).len()).max().unwrap_or(0),
            })
            .map(|height| height.max(1))
            .collect();
        let total = heights.iter().sum();
        let mut refs = Vec::with_capacity(total);
        for (rows, height) in records.iter().zip(&heights) {
            refs.resize(refs.len() + height, rows[0].record_ref);
        }
        let tokens = (0..columns).into_par_iter().map(|column| {
            let mut out = Vec::with_capacity(total);
            for (rows, height) in records.iter().zip(&heights) {
                let end = out.len() + height;
                match rows {
                    [one] => append(self.tokens(*one, column), &mut out),
                    _ => out.extend(self.distinct(rows, column)),
                }
                out.resize(end, ABSENT);
            }
            out
        });
        (refs, tokens.collect())
    }

    fn row(&self, at: At) -> &TokenisedRow {
        &self.parts[at.part as usize].rows[at.place as usize]
    }

    fn tokens(&self, at: At, column: usize) -> &[Token] {
        self.parts[at.part as usize].tokens[column].of(at.place as usize)
    }

    /// The tokens that several rows have of one recipe, each once, in ascending order.
    fn distinct(&self, rows: &[At], column: usize) -> Vec<Token> {
        let mut tokens: Vec<Token> =
            rows.iter().flat_map(|at| self.tokens(*at, column)).copied().collect();
        tokens.sort_unstable();
        tokens.dedup();
        tokens
    }

    /// Source rows, slice by slice: the references and the payload's columns.
    pub fn row_slices(&self) -> impl Iterator<Item = (Vec<Token>, Vec<ArrayRef>)> {
        self.rows.chunks(ROW_GROUP_ROWS).map(|slice| {
            let refs = slice.iter().map(|at| at.record_ref).collect();
            (refs, self.payload(slice))
        })
    }

    /// One reference and record id a record, slice by slice.
    pub fn record_slices(&self) -> impl Iterator<Item = (Vec<Token>, ArrayRef)> {
        self.slices(ROW_GROUP_ROWS).map(|slice| {
            let first: Vec<At> = slice.chunk_by(same_record).map(|group| group[0]).collect();
            (first.iter().map(|at| at.record_ref).collect(), self.ids(&first))
        })
    }

    fn ids(&self, slice: &[At]) -> ArrayRef {
        self.gather(slice, |part| Arc::new(part.ids.clone()))
    }

    fn payload(&self, slice: &[At]) -> Vec<ArrayRef> {
        let columns = self.parts.first().map_or(0, |part| part.payload.len());
        (0..columns)
            .into_par_iter()
            .map(|column| self.gather(slice, |part| part.payload[column].clone()))
            .collect()
    }

    fn gather(&self, slice: &[At], column: impl Fn(&Tokenised) -> ArrayRef) -> ArrayRef {
        let columns: Vec<ArrayRef> = self.parts.iter().map(column).collect();
        let borrowed: Vec<_> = columns.iter().map(AsRef::as_ref).collect();
        let place = |at: &At| (at.part as usize, at.place as usize);
        let places: Vec<(usize, usize)> = slice.iter().map(place).collect();
        interleave(&borrowed, &places).expect("the parts' columns are of one type")
    }

    /// The input, counted from 1, and the row in it.
    fn source(&self, at: At) -> (usize, u64) {
        let row = self.row(at);
        (usize::from(row.input) + 1, row.source_row)
    }

    /// Orders the rows of each record by their payload.
    fn order_by_payload(&mut self) {
        let columns = self.parts.first().map_or(&[][..], |part| &part.payload);
        if columns.is_empty() {
            return;
        }
        let fields = columns.iter().map(|c| SortField::new(c.data_type().clone())).collect();
        let converter = RowConverter::new(fields).expect("payload columns can be ordered");
        let ordered = self.slices(ROW_GROUP_ROWS).flat_map(|slice| {
            let keys = converter.convert_columns(&self.payload(slice));
            let keys = keys.expect("the converter has their types");
            let mut order: Vec<usize> = (0..slice.len()).collect();
            let records = order.chunk_by_mut(|a, b| same_record(&slice[*a], &slice[*b]));
            for record in records.filter(|record| record.len() > 1) {
                record.sort_by_key(|place| keys.row(*place));
            }
            order.into_iter().map(|place| slice[place])
        });
        self.rows = ordered.collect();
    }

    /// The rows, about so many at a time; no record is in two slices.
    fn slices(&self, rows: usize) -> Slices<'_> {
        Slices { rest: &self.rows, rows }
    }
}

fn same_record(a: &At, b: &At) -> bool {
    a.record_ref == b.record_ref
}

fn sorted(parts: &[Tokenised]) -> Vec<At> {
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
