//! The footer, walked over before the library parses it: a list in it may claim to be of any
//! length, and a structure of three bytes becomes one of hundreds in memory.

use parquet::file::metadata::ParquetMetaData;

use super::thrift::{Flaw, Thrift, kind};
use super::{FREE_ROWS, MAX_SCHEMA, MAX_STRUCTURES, ROWS_A_BYTE, Refused};
use crate::format::footer::Footer;

/// The fields of the footer that are looked at.
const SCHEMA: i64 = 2;
const ROWS: i64 = 3;

/// The field of a schema's node that says how many nodes are below it.
const CHILDREN: i64 = 5;

/// The most nodes above one another.
const MOST_DEEP: usize = 64;

/// Checks a file's footer.
///
/// # Errors
/// If it is damaged, or too large, or claims what a file of its size cannot hold.
pub fn check(footer: &Footer) -> Result<(), Refused> {
    let mut thrift = Thrift::new(footer.itself(), MAX_STRUCTURES);
    let (mut columns, mut rows) = (0, 0);
    thrift
        .structure(0, |thrift, number, kind| match (number, kind) {
            (SCHEMA, kind::LIST) => {
                let (of, nodes) = thrift.list()?;
                columns = nodes;
                if nodes > MAX_SCHEMA || of != kind::STRUCT {
                    return Err(Flaw::TooMany);
                }
                schema(thrift, nodes)?;
                Ok(true)
            }
            (ROWS, kind::I64) => {
                rows = thrift.size(kind)?;
                Ok(true)
            }
            _ => Ok(false),
        })
        .map_err(|flaw| if columns > MAX_SCHEMA { Refused::Columns } else { flaw.into() })?;
    if thrift.left() > 0 {
        return Err(Refused::Damaged);
    }
    if rows > most_rows(footer.file_size()) { Err(Refused::Rows) } else { Ok(()) }
}

/// Walks over the nodes of a schema, each of which says how many of those after it are below it:
/// the library goes down as deep as they claim.
fn schema(thrift: &mut Thrift<'_>, nodes: u64) -> Result<(), Flaw> {
    let mut open: Vec<u64> = Vec::new();
    for _ in 0..nodes {
        while open.last() == Some(&0) {
            open.pop();
        }
        if let Some(left) = open.last_mut() {
            *left -= 1;
        }
        let mut below = 0;
        thrift.structure(1, |thrift, number, kind| {
            if number == CHILDREN {
                below = thrift.size(kind)?;
            }
            Ok(number == CHILDREN)
        })?;
        open.push(below);
        if open.len() > MOST_DEEP {
            return Err(Flaw::Wrong);
        }
    }
    Ok(())
}

/// The most rows of a file of this size.
pub(super) const fn most_rows(size: u64) -> u64 {
    FREE_ROWS.saturating_add(size.saturating_mul(ROWS_A_BYTE))
}

/// The rows that the file claims, if its parts claim the same.
pub(super) fn declared_rows(metadata: &ParquetMetaData) -> Result<u64, Refused> {
    let whole = u64::try_from(metadata.file_metadata().num_rows()).map_err(|_| Refused::Damaged)?;
    let mut parts = 0_u64;
    for group in metadata.row_groups() {
        let rows = u64::try_from(group.num_rows()).map_err(|_| Refused::Damaged)?;
        parts = parts.checked_add(rows).ok_or(Refused::Damaged)?;
    }
    if parts == whole { Ok(whole) } else { Err(Refused::Damaged) }
}
