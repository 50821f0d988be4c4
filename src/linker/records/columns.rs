//! Columns of tokens, a place a row.

use std::ops::Range;

use rayon::prelude::*;

use super::number::Numbered;
use super::{Further, NONE, OfRecipe, TokenNo};
use crate::format::token_table::{self, ABSENT};
use crate::format::{FormatError, Table};
use crate::linker::LinkError;
use crate::linker::starts::starts;
use crate::token::TOKEN_BYTES;

/// Records whose numbers are put in their places by one thread at a time.
pub(super) const RECORDS_PER_STEP: usize = 1 << 13;

/// A token, a reference or [`ABSENT`] as it is read.
pub(super) type Bytes = [u8; TOKEN_BYTES];

/// Which record each row of all tables is of.
#[derive(Default)]
pub(super) struct OwnedRows {
    /// In ascending order. Rows of withdrawn records count as the next record's; they are empty.
    pub owners: Vec<u32>,
    /// The rows of withdrawn records.
    pub withdrawn: Vec<usize>,
}

/// Reads columns of all tables, a place a row and [`ABSENT`] where there is no token; the tables are
/// read on all threads.
pub(super) fn read_columns(
    tables: &[Table],
    names: &[&str],
    rows: &OwnedRows,
    columns: &mut [Vec<Bytes>],
) -> Result<(), FormatError> {
    let parts = columns.iter_mut().map(|column| parted(tables, column));
    let mut by_table: Vec<Vec<&mut [Bytes]>> = tables.iter().map(|_| Vec::new()).collect();
    for part in parts {
        by_table.iter_mut().zip(part).for_each(|(parts, part)| parts.push(part));
    }
    tables.par_iter().zip(by_table).try_for_each(|(table, parts)| {
        let mut parts = names.iter().zip(parts);
        parts.try_for_each(|(name, part)| {
            token_table::read_into(table, name, ABSENT, part).map(|_| ())
        })
    })?;
    for column in columns {
        rows.withdrawn.iter().for_each(|row| column[*row] = ABSENT.0);
    }
    Ok(())
}

/// The share of each table in places of which there is one a row of all tables.
pub(super) fn parted<'c>(tables: &[Table], mut column: &'c mut [Bytes]) -> Vec<&'c mut [Bytes]> {
    let part = |table: &Table| {
        let rows = usize::try_from(table.manifest.rows).unwrap_or(usize::MAX);
        column.split_off_mut(..rows).expect("there is a place a row")
    };
    tables.iter().map(part).collect()
}

/// The rows of consecutive records, given which record each row is of.
pub(super) fn rows_of(owners: &[u32], records: Range<usize>) -> Range<usize> {
    let until = |end: usize| owners.partition_point(|owner| (*owner as usize) < end);
    until(records.start)..until(records.end)
}

/// Puts the first numbers of some recipes into their places, `width` of them a record, given which
/// record each row is of.
pub(super) fn put(places: &mut [TokenNo], width: usize, owners: &[u32], columns: &[Numbered]) {
    let steps = places.par_chunks_mut(width * RECORDS_PER_STEP).enumerate();
    steps.for_each(|(step, places)| {
        let start = step * RECORDS_PER_STEP;
        let rows = rows_of(owners, start..start + places.len() / width);
        for column in columns {
            for (owner, number) in owners[rows.clone()].iter().zip(column.numbers(rows.clone())) {
                let record = *owner as usize - start;
                let place = &mut places[record * width + usize::from(column.recipe)];
                if *place == NONE {
                    *place = number;
                }
            }
        }
    });
}

impl Further {
    /// Sorts the further tokens of all recipes by record; those of one record stay in the order of
    /// recipes.
    pub fn of(records: usize, columns: &[(u8, Vec<(u32, TokenNo)>)]) -> Result<Self, LinkError> {
        let all: usize = columns.iter().map(|(_, column)| column.len()).sum();
        u32::try_from(all).map_err(|_| LinkError::TooManyRecords)?;
        if all == 0 {
            return Ok(Self::default());
        }
        let owners = columns.iter().flat_map(|(_, column)| column);
        let starts = starts(records, owners.map(|(owner, _)| *owner as usize));
        let mut next = starts.clone();
        let mut tokens = vec![OfRecipe::new(0, NONE); all];
        for (recipe, column) in columns {
            for (owner, token) in column {
                let place = &mut next[*owner as usize];
                tokens[*place as usize] = OfRecipe::new(*recipe, *token);
                *place += 1;
            }
        }
        Ok(Self { starts, tokens })
    }
}
