//! Columns of tokens, without their gaps.

use arrow::array::Array;
use rayon::prelude::*;

use super::{Further, NONE, OfRecipe, TokenNo};
use crate::format::token_table::{self, ABSENT};
use crate::format::{FormatError, Table};
use crate::linker::LinkError;
use crate::linker::starts::starts;
use crate::token::{TOKEN_BYTES, Token};

/// Records whose numbers are put in their places by one thread at a time.
const RECORDS_PER_STEP: usize = 1 << 13;

/// Which record each row of a table is of.
pub(super) struct OwnedRows(Vec<u32>);

/// No record: it was withdrawn. There are fewer records than this.
const WITHDRAWN: u32 = u32::MAX;

impl OwnedRows {
    pub fn with_capacity(rows: usize) -> Self {
        Self(Vec::with_capacity(rows))
    }

    /// How many rows there are.
    pub const fn len(&self) -> usize {
        self.0.len()
    }

    /// Adds rows of a record, or of none.
    pub fn extend(&mut self, record: Option<u32>, rows: usize) {
        self.0.resize(self.0.len() + rows, record.unwrap_or(WITHDRAWN));
    }
}

/// The tokens of a recipe, each with its record; by ascending record.
#[derive(Default)]
pub(super) struct Column {
    pub tokens: Vec<Token>,
    pub owners: Vec<u32>,
}

impl Column {
    /// Reads these columns of a table.
    pub fn read(table: &Table, names: &[&str], rows: &OwnedRows) -> Result<Vec<Self>, FormatError> {
        let mut found: Vec<Self> = names.iter().map(|_| Self::default()).collect();
        let mut row = 0;
        table.read(names, |columns| {
            let mut read = 0;
            for ((column, name), found) in columns.iter().zip(names).zip(&mut found) {
                let owners = &rows.0[row..];
                token_table::read_runs(column, name, |start, tokens| {
                    found.take(tokens, &owners[start..start + tokens.len()]);
                })?;
                read = column.len();
            }
            row += read;
            Ok(())
        })?;
        Ok(found)
    }

    /// Takes a run of tokens, but for those of withdrawn records and those that stand for none.
    fn take(&mut self, tokens: &[[u8; TOKEN_BYTES]], owners: &[u32]) {
        let token = |bytes: &[u8; TOKEN_BYTES]| Token(*bytes);
        if !tokens.contains(&ABSENT.0) && !owners.contains(&WITHDRAWN) {
            self.tokens.extend(tokens.iter().map(token));
            self.owners.extend_from_slice(owners);
            return;
        }
        for (token, owner) in tokens.iter().map(token).zip(owners) {
            if token != ABSENT && *owner != WITHDRAWN {
                self.tokens.push(token);
                self.owners.push(*owner);
            }
        }
    }

    /// Adds the tokens of later records.
    pub fn append(&mut self, mut later: Self) {
        if self.tokens.is_empty() {
            *self = later;
        } else {
            self.tokens.append(&mut later.tokens);
            self.owners.append(&mut later.owners);
        }
    }
}

/// A recipe's token numbers: each record's first, and those beyond; by ascending record.
pub(super) struct Numbered {
    /// The recipe's place.
    pub recipe: u8,
    pub first: Vec<(u32, TokenNo)>,
    pub further: Vec<(u32, TokenNo)>,
}

impl Numbered {
    /// Takes out the tokens beyond each record's first, with the recipe's place.
    pub fn take_further(&mut self) -> (u8, Vec<(u32, TokenNo)>) {
        (self.recipe, std::mem::take(&mut self.further))
    }
}

/// Puts the first numbers of some recipes into their places, `width` of them a record.
pub(super) fn put(places: &mut [TokenNo], width: usize, columns: &[Numbered]) {
    let steps = places.par_chunks_mut(width * RECORDS_PER_STEP).enumerate();
    steps.for_each(|(step, places)| {
        let start = step * RECORDS_PER_STEP;
        let end = start + places.len() / width;
        for column in columns {
            let until =
                |end: usize| column.first.partition_point(|(owner, _)| (*owner as usize) < end);
            for (owner, number) in &column.first[until(start)..until(end)] {
                places[(*owner as usize - start) * width + usize::from(column.recipe)] = *number;
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
