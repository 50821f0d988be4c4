//! Records that the agency lists by its own ids: some go nowhere, others stay without a token.
//!
//! A list protects someone, so it is never half obeyed: one that cannot be read to its last row
//! stops the run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::array::{Array, AsArray};

use super::error::AgencyError;
use super::read::{self, Batch, ColumnAs, Input, Wanted, WantedColumn};
use super::tally::{ListTally, ListedTally};
use crate::spec::{Source, TextLayout};

/// The column of ids in a list that does not name it as the source does.
pub(super) const RECORD_ID: &str = "record_id";

/// What happens to a listed record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Nothing of it is written.
    LeftOut,
    /// It is written without tokens.
    Sealed,
}

/// The listed records, and how many rows each was found to have.
pub(super) struct Listed {
    leave_out: List,
    seal: List,
    is_none: bool,
}

impl Listed {
    /// Reads the lists of a source.
    ///
    /// # Errors
    /// If a list is not there or cannot be read, lacks the column, or has a row without an id.
    pub fn read(source: &Source) -> Result<Self, AgencyError> {
        let read = |paths: &[PathBuf]| read_lists(paths, &source.layout, &source.record_id);
        let leave_out = read(&source.records.leave_out)?;
        let mut seal = read(&source.records.seal)?;
        seal.retain(|id| !leave_out.contains(id));
        let is_none = source.records.is_empty();
        Ok(Self { leave_out: List::of(leave_out), seal: List::of(seal), is_none })
    }

    /// What happens to the record of a row, which is counted.
    pub fn fate(&self, id: &str) -> Option<Fate> {
        if self.leave_out.count(id) {
            Some(Fate::LeftOut)
        } else {
            self.seal.count(id).then_some(Fate::Sealed)
        }
    }

    /// What came of the lists, if there are any.
    pub fn tally(&self) -> Option<ListedTally> {
        let tally = ListedTally { leave_out: self.leave_out.tally(), seal: self.seal.tally() };
        (!self.is_none).then_some(tally)
    }
}

/// Ids in ascending order, and for each the rows found so far. Batches are looked at on several
/// threads, so each counts for itself; the sums do not depend on their order.
struct List {
    ids: Vec<String>,
    rows: Vec<AtomicU64>,
}

impl List {
    fn of(ids: BTreeSet<String>) -> Self {
        let rows = ids.iter().map(|_| AtomicU64::new(0)).collect();
        Self { ids: ids.into_iter().collect(), rows }
    }

    /// Whether the id is listed; then its row is counted.
    fn count(&self, id: &str) -> bool {
        let place = self.ids.binary_search_by(|listed| listed.as_str().cmp(id));
        place.is_ok_and(|place| {
            self.rows[place].fetch_add(1, Ordering::Relaxed);
            true
        })
    }

    fn tally(&self) -> ListTally {
        let rows = || self.rows.iter().map(|rows| rows.load(Ordering::Relaxed));
        let (listed, records) = (self.ids.len() as u64, rows().filter(|n| *n > 0).count() as u64);
        ListTally { listed, records, rows: rows().sum(), not_found: listed - records }
    }
}

/// The ids on these lists, in the column named `column` or else `record_id`.
///
/// # Errors
/// As [`Listed::read`].
pub(super) fn read_lists(
    paths: &[PathBuf],
    layout: &TextLayout,
    column: &str,
) -> Result<BTreeSet<String>, AgencyError> {
    let mut ids = BTreeSet::new();
    for path in paths {
        let opened = read::open(&[Input::Path(path.clone())], layout)?;
        let has = |name: &str| opened.columns().iter().any(|column| column == name);
        let name = if has(RECORD_ID) && !has(column) { RECORD_ID } else { column };
        let wanted = WantedColumn { name: name.to_owned(), read_as: ColumnAs::Text };
        let mut batches = opened.select(&Wanted { columns: vec![wanted] })?;
        while let Some(chunk) = batches.next_chunk() {
            take(path, &chunk?.parse()?, &mut ids)?;
        }
    }
    Ok(ids)
}

fn take(path: &Path, batch: &Batch, ids: &mut BTreeSet<String>) -> Result<(), AgencyError> {
    let wrong = |row, what| Err(AgencyError::ListedRow { file: path.to_owned(), row, what });
    if let Some(bad) = batch.bad_rows.first() {
        return wrong(bad.row, "the row has more or fewer fields than the header");
    }
    let column = batch.columns[0].as_string_opt::<i32>().expect("the reader gives ids as text");
    for (place, row) in batch.rows.iter().enumerate() {
        let id = if column.is_null(place) { "" } else { column.value(place) };
        if id.trim().is_empty() {
            return wrong(row, "the row has no record id");
        }
        ids.insert(id.to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_counts_records_and_their_rows() {
        let list = List::of(["b", "a", "c"].map(str::to_owned).into());
        assert!(list.count("a") && list.count("a") && list.count("c"));
        assert!(!list.count("A") && !list.count("a ") && !list.count(""));
        assert_eq!(list.tally(), ListTally { listed: 3, records: 2, rows: 3, not_found: 1 });
    }
}
