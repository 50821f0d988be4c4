//! Which rows of the source a batch holds, and which were left out.

/// The source's row number of each row of a batch: stored as runs, because rows are seldom left out.
#[derive(Default)]
pub struct RowNumbers {
    /// For each run of consecutive numbers: the index where it starts and its first number.
    runs: Vec<(usize, u64)>,
    len: usize,
}

impl RowNumbers {
    /// How many rows the batch has.
    #[must_use]
    pub fn len(&self) -> usize {
        self.len
    }

    /// The row numbers in order.
    pub fn iter(&self) -> impl Iterator<Item = u64> {
        let ends = self.runs.iter().skip(1).map(|(start, _)| *start).chain([self.len]);
        self.runs.iter().zip(ends).flat_map(|((start, first), end)| (*first..).take(end - start))
    }

    pub(super) fn push(&mut self, row: u64) {
        match self.runs.last() {
            Some((start, first)) if first + (self.len - start) as u64 == row => {}
            _ => self.runs.push((self.len, row)),
        }
        self.len += 1;
    }

    /// `len` consecutive rows.
    pub(super) fn run(first: u64, len: usize) -> Self {
        Self { runs: vec![(0, first)], len }
    }
}

/// A whole record that could not be read and was left out: its place and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadRow {
    /// Which of the inputs, counted from 0.
    pub input: usize,
    /// Its row: the header is row 1.
    pub row: u64,
    /// Why it was left out.
    pub kind: BadRowKind,
}

/// Why a record was left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BadRowKind {
    /// It has fewer fields than the header.
    TooFewFields {
        /// The record's fields.
        found: usize,
        /// The header's.
        expected: usize,
    },
    /// It has more fields than the header.
    TooManyFields {
        /// The record's fields.
        found: usize,
        /// The header's.
        expected: usize,
    },
}

impl BadRowKind {
    /// The word for it in reports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TooFewFields { .. } => "too_few_fields",
            Self::TooManyFields { .. } => "too_many_fields",
        }
    }

    /// Why a record of so many fields is left out, if it is.
    pub(super) fn of(found: usize, expected: usize) -> Option<Self> {
        use std::cmp::Ordering::{Equal, Greater, Less};
        match found.cmp(&expected) {
            Equal => None,
            Less => Some(Self::TooFewFields { found, expected }),
            Greater => Some(Self::TooManyFields { found, expected }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::RowNumbers;

    #[test]
    fn row_numbers_come_back_as_they_went_in() {
        let rows = [2, 3, 4, 7, 9, 10];
        let mut numbers = RowNumbers::default();
        rows.iter().for_each(|&row| numbers.push(row));
        assert_eq!(numbers.iter().collect::<Vec<_>>(), rows);
        assert_eq!(RowNumbers::run(5, 3).iter().collect::<Vec<_>>(), [5, 6, 7]);
        assert_eq!(RowNumbers::default().iter().count(), 0);
    }
}
