//! The linker's own key over the tokens: once a table is re-keyed, the linkage key no longer tells
//! who is in it, so that a stolen linkage database is of no use to a holder of the linkage key.

use std::path::Path;
use std::sync::Arc;

use arrow::array::ArrayRef;
use rayon::prelude::*;

use crate::format::token_table::{self, ABSENT};
use crate::format::{FormatError, Manifest, Problem, Table, TableKind, TableWriter};
use crate::key::{LinkerKey, Rekeying};
use crate::spec::Linkage;
use crate::token::{Token, hex};

/// Makes every token of a table anew with the linker's key, in the table's own place. References
/// stay as they are, since payloads and the person map meet in them.
///
/// # Errors
/// If the table is no token table of this spec, was re-keyed before, or cannot be read or written.
/// Then it is as it was.
pub fn rekey(path: &Path, linkage: &Linkage, key: &LinkerKey) -> Result<(), FormatError> {
    let table = Table::open(path, TableKind::Tokens)?;
    let recipes: Vec<&str> = linkage.recipes.iter().map(|recipe| recipe.id.as_str()).collect();
    token_table::check_columns(&table, recipes.iter().copied())?;
    if table.manifest.rekeyed.is_some() {
        return Err(FormatError { path: path.to_owned(), problem: Problem::Rekeyed });
    }
    let rekeyings: Vec<Rekeying> =
        recipes.iter().map(|recipe| key.rekeying(&linkage.project, recipe)).collect();
    let columns: Vec<&str> =
        std::iter::once(token_table::RECORD_REF).chain(recipes.iter().copied()).collect();
    let mut writer = TableWriter::create(path, token_table::schema(recipes.iter().copied()))?;
    table.copy(&columns, &mut writer, |batch| {
        let (refs, tokens) = batch.split_first().ok_or(Problem::NotParquet)?;
        let mut changed = vec![Arc::clone(refs)];
        let anew = tokens.par_iter().zip(&recipes).zip(&rekeyings);
        let anew = anew.map(|((column, recipe), rekeying)| anew_column(column, recipe, rekeying));
        changed.extend(anew.collect::<Result<Vec<ArrayRef>, _>>()?);
        Ok(changed)
    })?;
    let rekeyed = Some(hex(&key.rekeying_check(&linkage.project).0));
    writer.close(Manifest { rekeyed, ..table.manifest.clone() })?.publish()
}

fn anew_column(column: &ArrayRef, recipe: &str, key: &Rekeying) -> Result<ArrayRef, Problem> {
    let mut tokens = Vec::new();
    token_table::read_column(column, recipe, ABSENT, &mut tokens)?;
    let present = |token: &&mut Token| **token != ABSENT;
    let old: Vec<Token> = tokens.iter().copied().filter(|token| *token != ABSENT).collect();
    for (token, anew) in tokens.iter_mut().filter(present).zip(key.of(&old)) {
        *token = anew;
    }
    Ok(Arc::new(token_table::column(tokens, ABSENT)))
}
