//! From tables to records.

use rayon::prelude::*;

use super::columns::{Column, Numbered, OwnedRows, put};
use super::number::number;
use super::{AllShared, Dataset, Further, NONE, Records, Shared};
use crate::format::{FormatError, Problem, Table, token_table};
use crate::linker::LinkError;
use crate::linker::room::Room;
use crate::linker::withdrawn::Withdrawn;
use crate::observe::Observer;
use crate::spec::{Linkage, RecipeIx};

/// The most columns that are held at once.
const MOST_COLUMNS: usize = 8;

/// Bytes that a row of a column takes while it is numbered: the token, its record and its number,
/// and what it is sorted by.
const BYTES_OF_ROW: u64 = 40;

/// Reads the tables but for what was withdrawn, and finds for every recipe which records share a
/// token.
pub(in crate::linker) fn read(
    linkage: &Linkage,
    tables: &[Table],
    withdrawn: &Withdrawn,
    room: &Room<'_>,
    observer: &dyn Observer,
) -> Result<(Records, AllShared), LinkError> {
    let (mut records, rows) = number_records(linkage, tables, withdrawn)?;
    observer.stage("read", Some(linkage.recipes.len() as u64));
    let recipes: Vec<RecipeIx> = (0..).map(RecipeIx).take(linkage.recipes.len()).collect();
    let mut shared = AllShared::default();
    let mut further = Vec::new();
    let at_once = at_once(&rows, room);
    for recipes in recipes.chunks(at_once) {
        let columns = columns(linkage, tables, recipes, &rows)?;
        let numbered: Vec<(Numbered, Shared)> = recipes
            .par_iter()
            .zip(columns)
            .map(|(recipe, column)| number(*recipe, column))
            .collect();
        let (mut numbered, groups): (Vec<Numbered>, Vec<Shared>) = numbered.into_iter().unzip();
        put(&mut records.first, records.recipes, &numbered);
        further.extend(numbered.iter_mut().map(Numbered::take_further));
        groups.into_iter().try_for_each(|groups| shared.add(groups, room))?;
        observer.advance(recipes.len() as u64);
    }
    records.further = Further::of(records.len(), &further)?;
    records.mark_present();
    Ok((records, shared))
}

/// How many columns to hold at once: one a thread, if they fit.
fn at_once(rows: &[OwnedRows], room: &Room<'_>) -> usize {
    that_fit(rows.iter().map(OwnedRows::len).sum::<usize>() as u64, room)
}

fn that_fit(rows: u64, room: &Room<'_>) -> usize {
    let fit = room.share() / (rows * BYTES_OF_ROW).max(1);
    let fit = usize::try_from(fit).unwrap_or(MOST_COLUMNS);
    rayon::current_num_threads().min(MOST_COLUMNS).min(fit).max(1)
}

/// Bytes that the columns take that are held at once, of tables of so many rows.
pub(in crate::linker) fn bytes_of_columns(rows: u64, room: &Room<'_>) -> u64 {
    rows * BYTES_OF_ROW * that_fit(rows, room) as u64
}

/// The columns of some recipes, each of all tables; the tables are read on all threads.
fn columns(
    linkage: &Linkage,
    tables: &[Table],
    recipes: &[RecipeIx],
    rows: &[OwnedRows],
) -> Result<Vec<Column>, FormatError> {
    let names: Vec<&str> =
        recipes.iter().map(|recipe| linkage.recipes[recipe.index()].id.as_str()).collect();
    let tables = tables.par_iter().zip(rows);
    let parts: Vec<Vec<Column>> =
        tables.map(|(table, rows)| Column::read(table, &names, rows)).collect::<Result<_, _>>()?;
    let mut columns: Vec<Column> = names.iter().map(|_| Column::default()).collect();
    for part in parts {
        columns.iter_mut().zip(part).for_each(|(column, part)| column.append(part));
    }
    Ok(columns)
}

/// Numbers the records, and says of each row of each table which record it is of.
fn number_records(
    linkage: &Linkage,
    tables: &[Table],
    withdrawn: &Withdrawn,
) -> Result<(Records, Vec<OwnedRows>), LinkError> {
    u16::try_from(tables.len()).map_err(|_| LinkError::TooManyRecords)?;
    let recipes = linkage.recipes.len();
    let mut records = Records {
        datasets: Vec::new(),
        refs: Vec::new(),
        ends: Vec::new(),
        first: Vec::new(),
        further: Further::default(),
        recipes,
        present: Vec::new(),
        any_name: any_name(linkage),
        withdrawn: 0,
    };
    let mut rows = Vec::with_capacity(tables.len());
    for table in tables {
        rows.push(records.add(linkage, table, withdrawn)?);
    }
    let all: u64 = tables.iter().map(|table| table.manifest.rows).sum();
    u32::try_from(all).map_err(|_| LinkError::TooManyRecords)?;
    records.first = vec![NONE; records.len() * recipes];
    Ok((records, rows))
}

impl Records {
    /// Numbers the records of a table.
    fn add(
        &mut self,
        linkage: &Linkage,
        table: &Table,
        withdrawn: &Withdrawn,
    ) -> Result<OwnedRows, LinkError> {
        let number = |n: usize| u32::try_from(n).map_err(|_| LinkError::TooManyRecords);
        let name = table.manifest.dataset.clone().unwrap_or_default();
        let refs = token_table::read_refs(table)?;
        let (start, dropped) = (self.refs.len(), self.withdrawn);
        let mut rows = OwnedRows::with_capacity(refs.len());
        for group in refs.chunk_by(PartialEq::eq) {
            if withdrawn.contains(&name, group[0]) {
                self.withdrawn += 1;
                rows.extend(None, group.len());
            } else {
                rows.extend(Some(number(self.refs.len())?), group.len());
                self.refs.push(group[0]);
            }
        }
        let numbers = number(start)?..number(self.refs.len())?;
        let found = u64::from(numbers.end - numbers.start) + self.withdrawn - dropped;
        if found != table.manifest.records {
            let problem = Problem::Rows { found, wanted: table.manifest.records };
            return Err(FormatError::new(table.path(), problem).into());
        }
        self.ends.push(numbers.end);
        self.datasets.push(Dataset {
            free_of_duplicates: linkage.dataset(&name).is_some_and(|d| d.free_of_duplicates),
            name,
            records: numbers,
        });
        Ok(rows)
    }
}

/// The recipes of which a part takes names from several fields, as bits.
pub(in crate::linker) fn any_name(linkage: &Linkage) -> u32 {
    let recipes = (0..).map(RecipeIx).zip(&linkage.recipes);
    recipes
        .filter(|(_, recipe)| recipe.parts.iter().any(|part| linkage.takes_any_name(part)))
        .fold(0, |bits, (place, _)| bits | place.bit())
}
