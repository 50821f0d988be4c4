//! The records of all tables, numbered, with each token as a small number.
//!
//! Records are numbered by the spec's order of datasets and then by reference, so that a number
//! depends on the tables' contents alone. Columns are read one recipe at a time; a token's number
//! says whether two records share it, which is all that comparing needs.

use std::collections::BTreeSet;
use std::ops::Range;

use rayon::prelude::*;

use super::LinkError;
use super::withdrawn::Withdrawn;
use crate::format::token_table::{self, ABSENT};
use crate::format::{FormatError, Problem, Table};
use crate::observe::Observer;
use crate::spec::{Linkage, RecipeIx};
use crate::token::Token;

/// A record, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct RecordIx(pub u32);

impl RecordIx {
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A dataset, by its place among the opened tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct DatasetIx(pub u16);

/// A token's number in its column: [`NONE`], [`ALONE`], or a number that all records with the
/// token share.
pub(super) type TokenNo = u32;

/// The record has no token here.
pub(super) const NONE: TokenNo = 0;
/// No other record has this token.
pub(super) const ALONE: TokenNo = 1;
const FIRST_SHARED: TokenNo = 2;

/// One dataset's records.
pub(super) struct Dataset {
    pub name: String,
    pub free_of_duplicates: bool,
    /// Its records' numbers.
    pub records: Range<u32>,
}

/// The records of all tables.
pub(super) struct Records {
    pub datasets: Vec<Dataset>,
    /// Each record's reference.
    pub refs: Vec<Token>,
    dataset_of: Vec<DatasetIx>,
    /// Where each record's rows begin, and an end.
    first_row: Vec<u32>,
    /// Each row's token number in each recipe's column, row by row: what two records are compared
    /// in lies together.
    tokens: Vec<TokenNo>,
    recipes: usize,
    /// For each record, the recipes in which it has a token, as bits.
    present: Vec<u32>,
    /// The recipes that take any name of a record, as bits.
    pub any_name: u32,
    /// Records that were withdrawn and so have no number.
    pub withdrawn: u64,
}

/// For each recipe, the groups of records that share a token.
pub(super) struct Shared {
    pub recipe: RecipeIx,
    records: Vec<RecordIx>,
    ends: Vec<usize>,
}

impl Shared {
    /// The groups; each has at least two records, in ascending order.
    pub fn groups(&self) -> impl Iterator<Item = &[RecordIx]> {
        (0..self.ends.len()).map(|place| {
            let start = if place == 0 { 0 } else { self.ends[place - 1] };
            &self.records[start..self.ends[place]]
        })
    }
}

impl Records {
    /// How many records there are.
    pub const fn len(&self) -> usize {
        self.refs.len()
    }

    /// The dataset of a record.
    pub fn dataset_of(&self, record: RecordIx) -> DatasetIx {
        self.dataset_of[record.index()]
    }

    /// Whether two records are of one dataset.
    pub fn within(&self, a: RecordIx, b: RecordIx) -> bool {
        self.dataset_of(a) == self.dataset_of(b)
    }

    /// A dataset by its place.
    pub fn dataset(&self, dataset: DatasetIx) -> &Dataset {
        &self.datasets[usize::from(dataset.0)]
    }

    /// The numbers of these records; else how many are not there.
    pub fn find(&self, listed: &[(String, Token)]) -> Result<BTreeSet<RecordIx>, u64> {
        let mut found = BTreeSet::new();
        let mut missing = 0;
        for (name, record_ref) in listed {
            let dataset = self.datasets.iter().find(|dataset| dataset.name == *name);
            let place = dataset.and_then(|dataset| {
                let range = dataset.records.start as usize..dataset.records.end as usize;
                let place = self.refs[range].binary_search(record_ref).ok()?;
                Some(RecordIx(dataset.records.start + u32::try_from(place).ok()?))
            });
            match place {
                Some(record) => _ = found.insert(record),
                None => missing += 1,
            }
        }
        if missing == 0 { Ok(found) } else { Err(missing) }
    }

    /// Every two datasets, in the spec's order.
    pub fn pairs_of_datasets(&self) -> Vec<[DatasetIx; 2]> {
        let all: Vec<DatasetIx> = (0..).map(DatasetIx).take(self.datasets.len()).collect();
        let later = |(place, a): (usize, &DatasetIx)| {
            let pair = *a;
            all[place + 1..].iter().map(move |b| [pair, *b]).collect::<Vec<_>>()
        };
        all.iter().enumerate().flat_map(later).collect()
    }

    /// The rows of a record, each with a token number a recipe.
    pub fn rows(&self, record: RecordIx) -> impl Iterator<Item = &[TokenNo]> + Clone {
        let rows = self.first_row[record.index()]..self.first_row[record.index() + 1];
        let tokens = rows.start as usize * self.recipes..rows.end as usize * self.recipes;
        self.tokens[tokens].chunks_exact(self.recipes)
    }

    /// The token numbers of a record in one recipe's column.
    pub fn tokens(&self, record: RecordIx, recipe: usize) -> impl Iterator<Item = TokenNo> + Clone {
        self.rows(record).map(move |row| row[recipe]).filter(|token| *token != NONE)
    }

    /// The recipes in which a record has a token, as bits.
    pub fn present(&self, record: RecordIx) -> u32 {
        self.present[record.index()]
    }

    /// How many recipes there are.
    pub const fn recipes(&self) -> usize {
        self.recipes
    }
}

/// Reads the tables but for what was withdrawn, and finds for every recipe which records share a
/// token.
pub(super) fn read(
    linkage: &Linkage,
    tables: &[Table],
    withdrawn: &Withdrawn,
    observer: &dyn Observer,
) -> Result<(Records, Vec<Shared>), LinkError> {
    let (mut records, kept) = number(linkage, tables, withdrawn)?;
    let rows = *records.first_row.last().expect("there is always an end") as usize;
    let record_of_row = records.record_of_row(rows);
    records.tokens = vec![NONE; rows * records.recipes];
    records.present = vec![0; records.len()];
    observer.stage("read", Some(linkage.recipes.len() as u64));
    let mut shared = Vec::with_capacity(linkage.recipes.len());
    for (place, recipe) in (0..).zip(&linkage.recipes) {
        let tokens = column(tables, &recipe.id, &kept)?;
        let (numbers, groups) = number_tokens(RecipeIx(place), &tokens, &record_of_row);
        for (row, number) in numbers.into_iter().enumerate().filter(|(_, number)| *number != NONE) {
            records.tokens[row * records.recipes + usize::from(place)] = number;
            records.present[record_of_row[row].index()] |= RecipeIx(place).bit();
        }
        shared.push(groups);
        observer.advance(1);
    }
    Ok((records, shared))
}

/// Numbers the records, and says of each row of the tables whether its record has a number.
fn number(
    linkage: &Linkage,
    tables: &[Table],
    withdrawn: &Withdrawn,
) -> Result<(Records, Vec<bool>), LinkError> {
    let mut kept = Vec::new();
    let mut records = Records {
        datasets: Vec::new(),
        refs: Vec::new(),
        dataset_of: Vec::new(),
        first_row: Vec::new(),
        tokens: Vec::new(),
        recipes: linkage.recipes.len(),
        present: Vec::new(),
        any_name: any_name(linkage),
        withdrawn: 0,
    };
    let mut row = 0u64;
    for table in tables {
        let (start, dropped) = (records.refs.len(), records.withdrawn);
        let name = table.manifest.dataset.clone().unwrap_or_default();
        for group in token_table::read_refs(table)?.chunk_by(PartialEq::eq) {
            let stays = !withdrawn.contains(&name, group[0]);
            kept.resize(kept.len() + group.len(), stays);
            if !stays {
                records.withdrawn += 1;
                continue;
            }
            records.refs.push(group[0]);
            records.first_row.push(u32::try_from(row).map_err(|_| LinkError::TooManyRecords)?);
            row += group.len() as u64;
        }
        let number = |n: usize| u32::try_from(n).map_err(|_| LinkError::TooManyRecords);
        let numbers = number(start)?..number(records.refs.len())?;
        let found = u64::from(numbers.end - numbers.start) + records.withdrawn - dropped;
        if found != table.manifest.records {
            let problem = Problem::Rows { found, wanted: table.manifest.records };
            return Err(FormatError::new(table.path(), problem).into());
        }
        let dataset =
            u16::try_from(records.datasets.len()).map_err(|_| LinkError::TooManyRecords)?;
        records.dataset_of.resize(records.refs.len(), DatasetIx(dataset));
        records.datasets.push(Dataset {
            free_of_duplicates: linkage.dataset(&name).is_some_and(|d| d.free_of_duplicates),
            name,
            records: numbers,
        });
    }
    records.first_row.push(u32::try_from(row).map_err(|_| LinkError::TooManyRecords)?);
    Ok((records, kept))
}

/// The recipes of which a part takes names from several fields, as bits.
fn any_name(linkage: &Linkage) -> u32 {
    let recipes = (0..).map(RecipeIx).zip(&linkage.recipes);
    recipes
        .filter(|(_, recipe)| recipe.parts.iter().any(|part| linkage.takes_any_name(part)))
        .fold(0, |bits, (place, _)| bits | place.bit())
}

impl Records {
    fn record_of_row(&self, rows: usize) -> Vec<RecordIx> {
        let mut owners = Vec::with_capacity(rows);
        for (record, bounds) in (0..).zip(self.first_row.windows(2)) {
            owners.resize(bounds[1] as usize, RecordIx(record));
        }
        owners
    }
}

/// A column of all tables, in the rows that were kept.
fn column(tables: &[Table], recipe: &str, kept: &[bool]) -> Result<Vec<Token>, LinkError> {
    let mut tokens = Vec::with_capacity(kept.len());
    for table in tables {
        table.read(&[recipe], |columns| {
            columns.iter().try_for_each(|column| {
                token_table::read_column(column, recipe, ABSENT, &mut tokens)
            })
        })?;
    }
    let mut kept = kept.iter();
    tokens.retain(|_| kept.next() == Some(&true));
    Ok(tokens)
}

/// Numbers a column's tokens and lists the groups that share one.
fn number_tokens(
    recipe: RecipeIx,
    tokens: &[Token],
    record_of_row: &[RecordIx],
) -> (Vec<TokenNo>, Shared) {
    let mut present: Vec<(Token, u32)> = (0..)
        .zip(tokens)
        .filter(|(_, token)| **token != ABSENT)
        .map(|(row, token)| (*token, row))
        .collect();
    present.par_sort_unstable();
    let mut numbers = vec![NONE; tokens.len()];
    let mut shared = Shared { recipe, records: Vec::new(), ends: Vec::new() };
    let mut next = FIRST_SHARED;
    for group in present.chunk_by(|a, b| a.0 == b.0) {
        let owner = |at: &(Token, u32)| record_of_row[at.1 as usize];
        let alone = group.iter().all(|at| owner(at) == owner(&group[0]));
        let number = if alone { ALONE } else { next };
        for at in group {
            numbers[at.1 as usize] = number;
        }
        if !alone {
            next += 1;
            shared
                .records
                .extend(group.chunk_by(|a, b| owner(a) == owner(b)).map(|g| owner(&g[0])));
            shared.ends.push(shared.records.len());
        }
    }
    (numbers, shared)
}
