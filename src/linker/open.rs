//! Opening token tables, and only such as belong together.

use std::fmt;
use std::path::PathBuf;

use rayon::prelude::*;

use super::LinkError;
use crate::format::{FormatError, Manifest, Table, TableKind, token_table};
use crate::spec::Linkage;
use crate::token::{PROTOCOL, hex};

/// A table that does not belong with the others, and in what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The table.
    pub path: PathBuf,
    /// In what it differs.
    pub what: &'static str,
    /// What it has.
    pub found: String,
    /// What was wanted.
    pub wanted: String,
    /// Where the wanted value is from.
    pub from: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: has the {} {}, but {} has {}",
            self.path.display(),
            self.what,
            self.found,
            self.from,
            self.wanted
        )
    }
}

/// Opens the tables, on all threads, since each is read once to compare its checksum.
pub(super) fn read(paths: &[PathBuf]) -> Result<Vec<Table>, FormatError> {
    paths.par_iter().map(|path| Table::open_any(path)).collect()
}

/// The token tables in the spec's order of datasets, whatever the order of their paths, if they
/// belong together.
pub(super) fn belonging(linkage: &Linkage, tables: Vec<Table>) -> Result<Vec<Table>, LinkError> {
    for table in &tables {
        table.expect_kind(TableKind::Tokens)?;
    }
    let mismatches = mismatches(linkage, &tables);
    if !mismatches.is_empty() {
        return Err(LinkError::Mismatch(mismatches));
    }
    for table in &tables {
        token_table::check_columns(table, linkage.recipes.iter().map(|recipe| recipe.id.as_str()))?;
    }
    let mut tables = tables;
    tables.sort_by_key(|table| place(linkage, &table.manifest));
    Ok(tables)
}

fn place(linkage: &Linkage, manifest: &Manifest) -> Option<usize> {
    linkage.datasets.iter().position(|dataset| Some(&dataset.name) == manifest.dataset.as_ref())
}

fn mismatches(linkage: &Linkage, tables: &[Table]) -> Vec<Mismatch> {
    let mut found = Vec::new();
    let fingerprint = hex(&linkage.fingerprint());
    let Some(first) = tables.first() else { return found };
    for table in tables {
        let manifest = &table.manifest;
        let mut check = |what, has: &str, wanted: &str, from: String| {
            if has != wanted {
                let (path, found_value) = (table.path().to_owned(), has.to_owned());
                let wanted = wanted.to_owned();
                found.push(Mismatch { path, what, found: found_value, wanted, from });
            }
        };
        check("protocol", &manifest.protocol, PROTOCOL, "this program".to_owned());
        check("project", &manifest.project, &linkage.project, "the spec".to_owned());
        check("spec fingerprint", &manifest.spec, &fingerprint, "the spec".to_owned());
        let other = first.path().display().to_string();
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        let (own, first_own) = (text(&manifest.rekeyed), text(&first.manifest.rekeyed));
        check("check value of the linker's own key", &own, &first_own, other.clone());
        let (key, first_key) = (text(&manifest.key), text(&first.manifest.key));
        check("key check value", &key, &first_key, other.clone());
        let (canary, first_canary) = (text(&manifest.canary), text(&first.manifest.canary));
        check("canary digest", &canary, &first_canary, other);
        if place(linkage, manifest).is_none() {
            let names: Vec<&str> = linkage.datasets.iter().map(|d| d.name.as_str()).collect();
            check("dataset", &text(&manifest.dataset), &names.join(", "), "the spec".to_owned());
        }
    }
    for (i, table) in tables.iter().enumerate() {
        let twin = tables[..i].iter().find(|t| t.manifest.dataset == table.manifest.dataset);
        found.extend(twin.map(|twin| Mismatch {
            path: table.path().to_owned(),
            what: "dataset",
            found: table.manifest.dataset.clone().unwrap_or_default(),
            wanted: "it too; give each dataset once".to_owned(),
            from: twin.path().display().to_string(),
        }));
    }
    found
}
