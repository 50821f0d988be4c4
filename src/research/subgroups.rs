//! The rows of a dataset in groups by a column of the extract, linked and not.

use std::collections::BTreeMap;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::cast;
use arrow::datatypes::DataType;

use super::join::ExtractedDataset;

/// The most groups of a column; the rest is one group of its own.
pub const MOST_GROUPS: usize = 40;

/// The groups of rows whose cell is empty, and of those beyond the most.
const NOT_KNOWN: &str = "not known";
const OTHERS: &str = "all others";

/// The groups of a column in the order of their values, each with its rows linked and not.
pub(super) struct Groups {
    pub column: String,
    pub groups: Vec<(String, [u64; 2])>,
}

/// The groups of a dataset by those of the named columns that it has.
pub(super) fn of(dataset: &ExtractedDataset, wanted: &[String], linked: &[bool]) -> Vec<Groups> {
    let columns = dataset.columns.iter().zip(dataset.data.iter().skip(1));
    let wanted = columns.filter(|(column, _)| wanted.contains(&column.name));
    let groups = wanted.filter_map(|(column, data)| {
        Some(Groups { column: column.name.clone(), groups: groups(data, linked)? })
    });
    groups.collect()
}

/// None if the column cannot be told as text.
fn groups(data: &ArrayRef, linked: &[bool]) -> Option<Vec<(String, [u64; 2])>> {
    let text = cast(data, &DataType::Utf8).ok()?;
    let mut known: BTreeMap<&str, [u64; 2]> = BTreeMap::new();
    let mut unknown = [0; 2];
    for (cell, linked) in text.as_string_opt::<i32>()?.iter().zip(linked) {
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

/// How many cells hold something.
pub(super) fn filled(data: &ArrayRef) -> u64 {
    let held = data.len() - data.null_count();
    let blank = cast(data, &DataType::Utf8).ok().and_then(|text| {
        let text = text.as_string_opt::<i32>()?;
        Some(text.iter().flatten().filter(|cell| cell.trim().is_empty()).count())
    });
    (held - blank.unwrap_or(0)) as u64
}
