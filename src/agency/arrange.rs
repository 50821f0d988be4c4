//! Rows in the order of their record references, so that nothing of the source's order is left.

mod gather;
mod repeats;
mod waiting;

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::compute::interleave;
use arrow::row::{RowConverter, SortField};
use rayon::prelude::*;

use super::tokenise::{ABSENT, Tokenised};
use crate::format::ROW_GROUP_ROWS;
use crate::token::Token;

pub(super) use gather::Gathered;
use repeats::Repeats;

/// What was tokenised, or all of it whose references lie between two, in order.
pub(super) struct Arranged {
    parts: Vec<Tokenised>,
    /// Token rows by reference.
    token_rows: Vec<At>,
    /// Source rows by reference.
    rows: Vec<At>,
    /// Whether a record's token rows may come from several source rows, and so need laying anew.
    several_rows: bool,
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
    fn new(parts: Vec<Tokenised>, several_rows: bool) -> Self {
        let token_rows = sorted(&parts, |part| part.refs.iter().copied());
        let rows = sorted(&parts, |part| part.rows.iter().map(|row| row.record_ref));
        let mut arranged = Self { parts, token_rows, rows, several_rows };
        if several_rows {
            arranged.order_by_payload();
        }
        arranged
    }

    /// How many distinct records there are.
    pub fn records(&self) -> u64 {
        self.rows.chunk_by(same_record).count() as u64
    }

    /// Token rows, slice by slice: the references, and a column a recipe. Where a record has
    /// several rows, each of its distinct tokens stands once, in ascending order from the top.
    pub fn token_slices(&self) -> impl Iterator<Item = (Vec<Token>, Vec<Vec<Token>>)> {
        let slices = Slices { rest: &self.token_rows, whole_records: self.several_rows };
        slices.map(|slice| self.lay(slice))
    }

    fn lay(&self, slice: &[At]) -> (Vec<Token>, Vec<Vec<Token>>) {
        let columns = self.parts.first().map_or(0, |part| part.tokens.len());
        if self.several_rows {
            return self.lay_anew(slice, columns);
        }
        let refs = slice.iter().map(|at| at.record_ref).collect();
        let gather = |column| slice.iter().map(|at| self.token(*at, column)).collect();
        (refs, (0..columns).into_par_iter().map(gather).collect())
    }

    /// Lays the tokens of each record as one list a column, though they come from several rows.
    fn lay_anew(&self, slice: &[At], columns: usize) -> (Vec<Token>, Vec<Vec<Token>>) {
        let groups: Vec<&[At]> = slice.chunk_by(same_record).collect();
        let heights: Vec<usize> = groups
            .par_iter()
            .map(|group| match group {
                [_] => 1,
                _ => (0..columns).map(|c| self.distinct(group, c).len()).max().unwrap_or(0).max(1),
            })
            .collect();
        let refs = groups
            .iter()
            .zip(&heights)
            .flat_map(|(group, height)| std::iter::repeat_n(group[0].record_ref, *height))
            .collect();
        let tokens = (0..columns)
            .into_par_iter()
            .map(|column| {
                let mut out = Vec::with_capacity(slice.len());
                for (group, height) in groups.iter().zip(&heights) {
                    if let [one] = group {
                        out.push(self.token(*one, column));
                    } else {
                        let end = out.len() + height;
                        out.extend(self.distinct(group, column));
                        out.resize(end, ABSENT);
                    }
                }
                out
            })
            .collect();
        (refs, tokens)
    }

    fn token(&self, at: At, column: usize) -> Token {
        self.parts[at.part as usize].tokens[column][at.place as usize]
    }

    fn distinct(&self, group: &[At], column: usize) -> BTreeSet<Token> {
        let tokens = group.iter().map(|at| self.token(*at, column));
        tokens.filter(|token| *token != ABSENT).collect()
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
        Slices { rest: &self.rows, whole_records: true }.map(|slice| {
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
        let places: Vec<(usize, usize)> = slice.iter().map(|at| self.place(*at)).collect();
        interleave(&borrowed, &places).expect("the parts' columns are of one type")
    }

    /// The part and the row in its columns.
    fn place(&self, at: At) -> (usize, usize) {
        let part = at.part as usize;
        (part, self.parts[part].rows[at.place as usize].row as usize)
    }

    /// The input, counted from 1, and the row in it.
    fn source(&self, at: At) -> (usize, u64) {
        let row = &self.parts[at.part as usize].rows[at.place as usize];
        (row.input as usize + 1, row.source_row)
    }

    fn order_by_payload(&mut self) {
        let columns = self.parts.first().map_or(&[][..], |part| &part.payload);
        if columns.is_empty() {
            return;
        }
        let fields = columns.iter().map(|c| SortField::new(c.data_type().clone())).collect();
        let converter = RowConverter::new(fields).expect("payload columns can be ordered");
        let mut rows = std::mem::take(&mut self.rows);
        for group in rows.chunk_by_mut(same_record).filter(|group| group.len() > 1) {
            let payload = self.payload(group);
            let keys = converter.convert_columns(&payload).expect("the converter has their types");
            let mut order: Vec<usize> = (0..group.len()).collect();
            order.sort_by_key(|place| keys.row(*place));
            let ordered: Vec<At> = order.into_iter().map(|place| group[place]).collect();
            group.copy_from_slice(&ordered);
        }
        self.rows = rows;
    }
}

fn same_record(a: &At, b: &At) -> bool {
    a.record_ref == b.record_ref
}

fn sorted<'p, R: Iterator<Item = Token>>(
    parts: &'p [Tokenised],
    refs: impl Fn(&'p Tokenised) -> R,
) -> Vec<At> {
    let mut rows = Vec::with_capacity(parts.iter().map(|part| refs(part).count()).sum());
    for (part, tokenised) in (0..).zip(parts) {
        let places = (0..).zip(refs(tokenised));
        rows.extend(places.map(|(place, record_ref)| At { record_ref, part, place }));
    }
    rows.par_sort_unstable();
    rows
}

/// Runs of a row group each, or a little more if records are to be whole.
struct Slices<'a> {
    rest: &'a [At],
    whole_records: bool,
}

impl<'a> Iterator for Slices<'a> {
    type Item = &'a [At];

    fn next(&mut self) -> Option<&'a [At]> {
        let mut end = ROW_GROUP_ROWS.min(self.rest.len());
        let parts = |end: usize| {
            end > 0 && end < self.rest.len() && same_record(&self.rest[end - 1], &self.rest[end])
        };
        while self.whole_records && parts(end) {
            end += 1;
        }
        let (slice, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!slice.is_empty()).then_some(slice)
    }
}
