//! Rules for the names of columns.

use std::collections::{BTreeMap, BTreeSet};

use super::fault::Fault;
use super::{MAX_COLUMNS, Wanted};

/// Checks a header's names, which come trimmed. An error carries the column, counted from 1.
pub(super) fn check_names(names: &[String]) -> Result<(), (Option<usize>, Fault)> {
    if names.len() > MAX_COLUMNS {
        return Err((None, Fault::TooManyColumns));
    }
    let mut seen = BTreeMap::new();
    for (name, number) in names.iter().zip(1..) {
        if name.is_empty() {
            return Err((Some(number), Fault::EmptyName));
        }
        if let Some(first) = seen.insert(name, number) {
            return Err((Some(number), Fault::DuplicateName { first }));
        }
    }
    Ok(())
}

/// Whether an input's columns are those of the first input, in any order.
///
/// Names of the other input are told only if it shares at least half of them with the first: else
/// its first row may be a person.
pub(super) fn check_same(first: &[String], name: &str, other: &[String]) -> Result<(), Fault> {
    let ours: BTreeSet<_> = first.iter().collect();
    let theirs: BTreeSet<_> = other.iter().collect();
    if ours == theirs {
        return Ok(());
    }
    let shared = ours.intersection(&theirs).count();
    let (first, expected) = (name.to_owned(), ours.len());
    if shared * 2 < theirs.len() || shared == 0 {
        return Err(Fault::NotThisHeader { first, shared, expected });
    }
    let only = |a: &BTreeSet<&String>, b| a.difference(b).map(|&name| name.clone()).collect();
    Err(Fault::ColumnsDiffer { first, missing: only(&ours, &theirs), extra: only(&theirs, &ours) })
}

/// The place of each wanted column in a header.
pub(super) fn find(names: &[String], wanted: &Wanted) -> Result<Vec<usize>, Fault> {
    let place = |name: &String| {
        names.iter().position(|n| n == name).ok_or_else(|| match names.len() {
            1 => Fault::MissingInSingleColumn(name.clone()),
            _ => Fault::MissingColumn(name.clone()),
        })
    };
    wanted.columns.iter().map(|column| place(&column.name)).collect()
}
