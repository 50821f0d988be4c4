//! Which tables are meant: files as they are, and of folders what is in them.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::failure::Failure;
use crate::format::{Table, TableKind};
use crate::reason::reason;

/// The tables of one kind.
pub enum Found {
    Tokens(Vec<PathBuf>),
    Extract(Vec<PathBuf>),
}

/// Finds the tables and what they are, by their own manifests.
pub fn found(paths: &[PathBuf]) -> Result<Found, Failure> {
    let (mut tokens, mut extract) = (Vec::new(), Vec::new());
    for path in paths {
        let in_folder = if path.is_dir() { Some(below(path)?) } else { None };
        for file in in_folder.as_deref().unwrap_or(std::slice::from_ref(path)) {
            if file.extension().is_some_and(|extension| extension == "csv") {
                let hint = "an audit reads Parquet: give the folder, or the .parquet files in it";
                return Err(Failure::usage(format!("{}: {hint}", file.display())));
            }
            let kind = Table::open_any(file)?.manifest.format;
            if kind == TableKind::Tokens.name() {
                tokens.push(file.clone());
            } else if kind == TableKind::Extract.name() {
                extract.push(file.clone());
            } else if in_folder.is_none() {
                let message = format!("{}: is a {kind}; this takes", file.display());
                return Err(Failure::not_together(format!("{message} token tables or an extract")));
            }
        }
    }
    match (tokens.is_empty(), extract.is_empty()) {
        (false, true) => Ok(Found::Tokens(tokens)),
        (true, false) => Ok(Found::Extract(extract)),
        (true, true) => {
            Err(Failure::read_or_write("the folder has no token table or extract (.parquet)"))
        }
        (false, false) => Err(Failure::usage("give token tables or an extract, not both at once")),
    }
}

/// The Parquet files in a folder, in order.
fn below(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let failed = |error: &std::io::Error| {
        Failure::read_or_write(format!("{}: {}", folder.display(), reason(error)))
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| failed(&error))? {
        let path = entry.map_err(|error| failed(&error))?.path();
        if path.extension().is_some_and(|extension| extension == "parquet") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
