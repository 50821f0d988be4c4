//! The rows of a dataset in groups by a column of the extract, linked and not.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef};

use super::coarsen::texts;

/// The most groups of a column; the rest is one group of its own.
pub const MOST_GROUPS: usize = 40;

/// The groups of rows whose cell is empty, and of those beyond the most.
const NOT_KNOWN: &str = "not known";
const OTHERS: &str = "all others";

/// The groups of rows by a column's cells, each row linked or not; none if the column cannot be told
/// as text.
pub(super) fn of(cells: &[ArrayRef], linked: &[bool]) -> Option<Vec<(String, [u64; 2])>> {
    let texts = texts(cells)?;
    let mut known: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    let mut unknown = [0; 2];
    for (cell, linked) in texts.iter().flatten().zip(linked) {
        let cell = cell.map(str::trim).filter(|cell| !cell.is_empty());
        let rows = cell.map_or(&mut unknown, |cell| known.entry(cell).or_default());
        rows[usize::from(!linked)] += 1;
    }
    // Which values are shown depends on their order, not on how many rows they have.
    let (mut groups, mut others) = (Vec::new(), [0; 2]);
    for (value, rows) in known {
        if groups.len() < MOST_GROUPS {
            groups.push((value.to_owned(), rows));
        } else {
            others = [others[0] + rows[0], others[1] + rows[1]];
        }
    }
    for (name, rows) in [(OTHERS, others), (NOT_KNOWN, unknown)] {
        if rows != [0; 2] {
            groups.push((name.to_owned(), rows));
        }
    }
    Some(groups)
}

/// How many cells of these batches hold something.
pub(super) fn filled(cells: &[ArrayRef]) -> u64 {
    let held: usize = cells.iter().map(|cells| cells.len() - cells.null_count()).sum();
    let texts = texts(cells).unwrap_or_default();
    let blank = texts.iter().flatten().flatten().filter(|cell| cell.trim().is_empty()).count();
    (held - blank) as u64
}
