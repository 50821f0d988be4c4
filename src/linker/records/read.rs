//! From tables to records.

use rayon::prelude::*;

use super::columns::{Bytes, OwnedRows, parted, put, read_columns};
use super::number::{Numbered, number};
use super::{AllShared, Dataset, Further, NONE, Records, Shared};
use crate::format::token_table::{self, ABSENT};
use crate::format::{FormatError, Problem, Table};
use crate::linker::LinkError;
use crate::linker::room::Room;
use crate::linker::withdrawn::Withdrawn;
use crate::observe::Observer;
use crate::spec::{Linkage, RecipeIx};
use crate::token::{TOKEN_BYTES, Token};

/// The most columns that are held at once.
const MOST_COLUMNS: usize = 8;

/// Bytes that a row of a column takes while it is numbered: the token and its number, what it is
/// sorted by, and its place in a group.
const BYTES_OF_ROW: u64 = 32;

/// Places of token numbers that one thread fills at a time.
const PLACES_PER_STEP: usize = 1 << 20;

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
    let all = rows.owners.len();
    let at_once = that_fit(all as u64, room).min(recipes.len());
    // Each asked for by itself, since memory that the system gives is empty: a copy would be written.
    let mut columns: Vec<Vec<Bytes>> = (0..at_once).map(|_| vec![ABSENT.0; all]).collect();
    let threads = rayon::current_num_threads().div_ceil(at_once.max(1));
    let mut numbered: Vec<Numbered> = (0..at_once).map(|_| Numbered::default()).collect();
    for recipes in recipes.chunks(at_once.max(1)) {
        let columns = &mut columns[..recipes.len()];
        let names = recipes.iter().map(|recipe| &*linkage.recipes[recipe.index()].id);
        read_columns(tables, &names.collect::<Vec<_>>(), &rows, columns)?;
        let numbered = &mut numbered[..recipes.len()];
        let groups = recipes.par_iter().zip(&*columns).zip(&mut *numbered);
        let groups = groups.map(|((recipe, tokens), numbered)| {
            number(*recipe, tokens, &rows.owners, threads, numbered)
        });
        let groups: Vec<Shared> = groups.collect();
        put(&mut records.first, records.recipes, &rows.owners, numbered);
        let more = numbered.par_iter().map(|column| (column.recipe, column.further(&rows.owners)));
        further.par_extend(more);
        groups.into_iter().try_for_each(|groups| shared.add(groups, room))?;
        observer.advance(recipes.len() as u64);
    }
    drop((columns, numbered));
    records.further = Further::of(records.len(), &further)?;
    Ok((records, shared))
}

/// How many columns to hold at once: one a thread, if they fit.
fn that_fit(rows: u64, room: &Room<'_>) -> usize {
    let fit = room.share() / (rows * BYTES_OF_ROW).max(1);
    let fit = usize::try_from(fit).unwrap_or(MOST_COLUMNS);
    rayon::current_num_threads().min(MOST_COLUMNS).min(fit).max(1)
}

/// Bytes that the columns take that are held at once, of tables of so many rows.
pub(in crate::linker) fn bytes_of_columns(rows: u64, room: &Room<'_>) -> u64 {
    rows * BYTES_OF_ROW * that_fit(rows, room) as u64
}

/// Numbers the records, and says of each row of the tables which record it is of.
fn number_records(
    linkage: &Linkage,
    tables: &[Table],
    withdrawn: &Withdrawn,
) -> Result<(Records, OwnedRows), LinkError> {
    let too_many = |_| LinkError::TooManyRecords;
    u16::try_from(tables.len()).map_err(too_many)?;
    let all = tables.iter().fold(0u64, |all, table| all.saturating_add(table.manifest.rows));
    let all = u32::try_from(all).map_err(too_many)? as usize;
    // Rows that a file is too small to prove are counted before there is room for them.
    let unproven = tables.par_iter().filter(|table| !table.has_bytes_for(TOKEN_BYTES));
    unproven.try_for_each(|table| token_table::read_refs(table).map(drop))?;
    let mut refs = vec![ABSENT.0; all];
    let parts = parted(tables, &mut refs);
    let read = tables.par_iter().zip(parts);
    read.try_for_each(|(table, part)| token_table::read_refs_into(table, part))?;

    let mut numbering = Numbering { refs, kept: 0, rows: OwnedRows::default(), withdrawn: 0 };
    numbering.rows.owners.reserve_exact(all);
    let mut datasets = Vec::with_capacity(tables.len());
    for table in tables {
        datasets.push(numbering.number(linkage, table, withdrawn)?);
    }
    let Numbering { mut refs, kept, rows, withdrawn } = numbering;
    refs.truncate(kept as usize);
    refs.shrink_to_fit();
    let recipes = linkage.recipes.len();
    let mut first = vec![NONE; kept as usize * recipes];
    // Written, and by all threads: a page that is read before it is written is given twice.
    first.par_chunks_mut(PLACES_PER_STEP).for_each(|places| places.fill(NONE));
    let records = Records {
        ends: datasets.iter().map(|dataset: &Dataset| dataset.records.end).collect(),
        datasets,
        refs: refs.into_iter().map(Token).collect(),
        first,
        further: Further::default(),
        recipes,
        any_name: any_name(linkage),
        withdrawn,
    };
    Ok((records, rows))
}

/// The numbering of records under way.
struct Numbering {
    /// The references of the records numbered so far, and those of all rows that follow.
    refs: Vec<Bytes>,
    /// How many records have a number.
    kept: u32,
    rows: OwnedRows,
    /// How many records were withdrawn.
    withdrawn: u64,
}

impl Numbering {
    /// Numbers the records of the next table.
    fn number(
        &mut self,
        linkage: &Linkage,
        table: &Table,
        withdrawn: &Withdrawn,
    ) -> Result<Dataset, LinkError> {
        let name = table.manifest.dataset.clone().unwrap_or_default();
        let (start, dropped) = (self.kept, self.withdrawn);
        let (mut last, mut is_withdrawn) = (None, false);
        let row = self.rows.owners.len();
        let rows = usize::try_from(table.manifest.rows).map_err(|_| LinkError::TooManyRecords)?;
        for row in row..row + rows {
            let record_ref = self.refs[row];
            if last.replace(record_ref) != Some(record_ref) {
                is_withdrawn = withdrawn.contains(&name, Token(record_ref));
                if is_withdrawn {
                    self.withdrawn += 1;
                } else {
                    self.refs[self.kept as usize] = record_ref;
                    self.kept += 1;
                }
            }
            if is_withdrawn {
                self.rows.withdrawn.push(row);
            }
            self.rows.owners.push(self.kept - u32::from(!is_withdrawn));
        }
        let found = u64::from(self.kept - start) + self.withdrawn - dropped;
        if found != table.manifest.records {
            let problem = Problem::Rows { found, wanted: table.manifest.records };
            return Err(FormatError::new(table.path(), problem).into());
        }
        Ok(Dataset {
            free_of_duplicates: linkage.dataset(&name).is_some_and(|d| d.free_of_duplicates),
            name,
            records: start..self.kept,
        })
    }
}

/// The recipes of which a part takes names from several fields, as bits.
pub(in crate::linker) fn any_name(linkage: &Linkage) -> u32 {
    let recipes = (0..).map(RecipeIx).zip(&linkage.recipes);
    recipes
        .filter(|(_, recipe)| recipe.parts.iter().any(|part| linkage.takes_any_name(part)))
        .fold(0, |bits, (place, _)| bits | place.bit())
}
