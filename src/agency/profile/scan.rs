//! Counts the cells of a chunk, column by column.

use std::hash::{DefaultHasher, Hasher as _};

use arrow::array::{Array as _, AsArray as _};

use super::cell::{self, Probe};
use super::column::Column;
use super::pairs::{self, Cells, Pairs};
use crate::agency::read::Batch;
use crate::spec::{FieldIx, Kind, SourceField};

/// What was counted of a part of the inputs.
pub struct Scanned {
    /// Rows read.
    pub rows: u64,
    /// Rows with too few or too many fields.
    pub left_out: u64,
    pub columns: Vec<Column>,
    pub pairs: Pairs,
}

/// Hashes of different values that all columns together may keep, about: 16 bytes each.
const MOST_KEPT: usize = 1 << 22;

/// Different values of one column that are counted one by one, unless there are many columns.
pub const MOST_DISTINCT: usize = 1 << 16;

/// Probes of cells that may come again that all columns of a chunk together may keep.
const MOST_PROBES: usize = 1 << 18;

/// The same of one column.
const PROBES: usize = 1 << 11;

/// The most different values of one column that are counted one by one, of so many columns.
pub fn bound(columns: usize) -> usize {
    MOST_DISTINCT.min(MOST_KEPT / columns.max(1))
}

impl Scanned {
    /// Nothing yet.
    pub fn new(columns: usize) -> Self {
        let column = || Column::new(bound(columns));
        let columns = std::iter::repeat_with(column).take(columns).collect();
        Self { rows: 0, left_out: 0, columns, pairs: Pairs::new() }
    }

    /// Of a chunk.
    pub fn of(batch: &Batch) -> Self {
        let mut scanned = Self::new(batch.columns.len());
        let (rows, bad) = (batch.rows.len() as u64, batch.bad_rows.len() as u64);
        (scanned.rows, scanned.left_out) = (rows + bad, bad);
        let known = (MOST_PROBES / batch.columns.len().max(1)).min(PROBES).next_power_of_two();
        let mut all = Vec::with_capacity(batch.columns.len());
        for (column, array) in scanned.columns.iter_mut().zip(&batch.columns) {
            let (mut cells, mut probes) = (Cells::default(), Probes::new(known));
            let values = array.as_string::<i32>();
            for row in 0..values.len() {
                let cell = if values.is_valid(row) { values.value(row) } else { "" };
                cells.push(probes.count(cell, column));
            }
            all.push(cells);
        }
        scanned.pairs = pairs::compare(&scanned.columns, &all);
        scanned
    }

    /// Takes what was counted of a further part.
    pub fn merge(&mut self, other: &Self) {
        self.rows += other.rows;
        self.left_out += other.left_out;
        self.columns.iter_mut().zip(&other.columns).for_each(|(all, part)| all.merge(part));
        pairs::merge(&mut self.pairs, &other.pairs);
    }
}

/// Probes of a column's last different cells, by the cells' hashes.
struct Probes {
    known: Vec<Option<(u64, Probe)>>,
    plain: SourceField,
    out: String,
}

impl Probes {
    fn new(known: usize) -> Self {
        let plain = SourceField::plain(FieldIx(0), Kind::Text);
        Self { known: vec![None; known], plain, out: String::new() }
    }

    /// Counts a cell, and gives its probe if it is not blank.
    fn count(&mut self, cell: &str, column: &mut Column) -> Option<&Probe> {
        if cell.is_empty() || cell::is_blank(cell, &mut self.out) {
            column.add_blank();
            return None;
        }
        let hash = hash(cell);
        let mask = self.known.len() as u64 - 1;
        let place = usize::try_from(hash & mask).expect("it is within the mask");
        let known = &mut self.known[place];
        if known.is_none_or(|(other, _)| other != hash) {
            *known = Some((hash, cell::probe(cell, &self.plain, &mut self.out)));
        }
        let (_, probe) = known.as_ref().expect("it was just set");
        column.add(hash, probe);
        Some(probe)
    }
}

/// A hash that is the same in every run.
fn hash(cell: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(cell.trim().as_bytes());
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_that_comes_again_counts_again() {
        let (mut column, mut probes) = (Column::new(100), Probes::new(2));
        for cell in ["M", "F", "M", "", " ", "Smith", "M "] {
            probes.count(cell, &mut column);
        }
        assert_eq!((column.cells, column.blank, column.filled()), (7, 2, 5));
        assert_eq!((column.sex[0], column.sex[1], column.names.surnames), (3, 1, 1));
        assert_eq!(column.distinct.counted().values, 3);
    }

    #[test]
    fn many_columns_share_what_may_be_kept() {
        assert_eq!(bound(10), MOST_DISTINCT);
        assert_eq!(bound(4096), 1024);
    }
}
