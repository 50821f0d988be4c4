//! The parts of several rows, side by side: each is looked up by many recipes.

use crate::agency::reading::{Chunk, Part, Parts};
use crate::agency::record::Record;

/// The parts of the rows.
#[derive(Default)]
pub(super) struct RowParts {
    parts: Parts,
    /// For each row, the first part of each choice and then the row's end.
    first: Vec<u32>,
    rows: usize,
}

impl RowParts {
    /// How many rows there are.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Forgets the rows.
    pub fn clear(&mut self) {
        self.parts.clear();
        self.first.clear();
        self.rows = 0;
    }

    /// Adds a row with a record's parts, or with none.
    pub fn push(&mut self, record: &Record, with_parts: bool) {
        for (reading, choices) in record.readings() {
            let before = self.parts.count();
            match reading.filter(|_| with_parts) {
                None => self.first.extend(std::iter::repeat_n(before, choices)),
                Some(reading) => {
                    let (parts, first) = reading.parts();
                    self.parts.append(parts);
                    self.first.extend(first.iter().map(|part| before + part));
                }
            }
        }
        self.first.push(self.parts.count());
        self.rows += 1;
    }

    /// The rows.
    pub fn each(&self) -> impl Iterator<Item = Row<'_>> {
        let of_a_row = self.first.len().checked_div(self.rows).unwrap_or(1);
        let parts = &self.parts;
        self.first.chunks_exact(of_a_row).map(move |first| Row { parts, first })
    }
}

/// One of the rows.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    parts: &'r Parts,
    first: &'r [u32],
}

impl<'r> Row<'r> {
    /// How many parts there are of a choice.
    #[inline]
    pub fn count(self, choice: usize) -> usize {
        (self.first[choice + 1] - self.first[choice]) as usize
    }

    /// One of the parts of a choice, and the chunks it is in.
    #[inline]
    pub fn part(self, choice: usize, place: usize) -> (Part, &'r [Chunk]) {
        let part = self.parts.parts[self.first[choice] as usize + place];
        (part, part.chunks(&self.parts.chunks))
    }
}
