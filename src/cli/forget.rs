//! `sealink forget`: takes withdrawn records out of tables that were made before.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::failure::{Done, Failure};
use super::say::{Say, count, counted};
use crate::format::withdrawals::{ForgetError, Forgotten, Withdrawals, apply};
use crate::format::write::replace_all;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sealink forget --withdrawn health.withdrawn.parquet --in-place \\
      health.tokens.parquet linked/person_map.parquet linked/review.parquet
  sealink forget --withdrawn health.withdrawn.parquet --out after health.payload.parquet

Writes each table anew without the withdrawn records, all tables or none. A person map keeps the
others as they were linked: link the token tables again, with the withdrawals beside them, if a
withdrawn record may have tied others together. Extracts hold no references: make them again.")]
pub struct ForgetArguments {
    /// The agencies' tables of withdrawn records; may be given several times.
    #[arg(long, value_name = "FILE", required = true)]
    withdrawn: Vec<PathBuf>,
    /// The folder for the new tables, under their old names.
    #[arg(long, value_name = "DIR", required_unless_present = "in_place")]
    out: Option<PathBuf>,
    /// Put the new tables in the place of the old ones.
    #[arg(long, conflicts_with = "out")]
    in_place: bool,
    /// Token, payload and reference tables, person maps and lists for review.
    #[arg(value_name = "TABLE", required = true)]
    tables: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Summary {
    tables: Vec<Lighter>,
}

/// A table, and what was taken out of it.
#[derive(Serialize)]
struct Lighter {
    file: String,
    records_removed: u64,
    rows_removed: u64,
}

pub fn run(arguments: &ForgetArguments, say: &Say) -> Result<Done, Failure> {
    let withdrawn = arguments.withdrawn.iter().map(|path| Withdrawals::read(path));
    let withdrawn = withdrawn.collect::<Result<Vec<_>, _>>()?;
    let places = places(arguments)?;
    let mut summary = Summary { tables: Vec::new() };
    let mut files = Vec::new();
    for (table, place) in arguments.tables.iter().zip(&places) {
        let Forgotten { file, records, rows } = apply(table, &withdrawn, place)?;
        let file_name = place.display().to_string();
        summary.tables.push(Lighter {
            file: file_name,
            records_removed: records,
            rows_removed: rows,
        });
        files.push(file);
    }
    replace_all(files)?;
    say.summary(&text(&summary), &summary);
    Ok(Done::Whole)
}

/// Where each table goes; no two go to one place.
fn places(arguments: &ForgetArguments) -> Result<Vec<PathBuf>, Failure> {
    let place = |table: &PathBuf| match &arguments.out {
        None => table.clone(),
        Some(folder) => folder.join(table.file_name().unwrap_or_default()),
    };
    let places: Vec<PathBuf> = arguments.tables.iter().map(place).collect();
    let mut taken = BTreeSet::new();
    for (table, place) in arguments.tables.iter().zip(&places) {
        let path = place.display();
        if !taken.insert(place) {
            return Err(Failure::usage(format!("{path}: two of the tables would be written here")));
        }
        if arguments.out.is_some() && is_same(table, place) {
            let message = "is the table itself; give another folder, or --in-place to replace it";
            return Err(Failure::usage(format!("{path}: {message}")));
        }
    }
    Ok(places)
}

fn is_same(one: &Path, other: &Path) -> bool {
    let both = [one, other].map(|path| path.canonicalize().ok());
    both[0].is_some() && both[0] == both[1]
}

fn text(summary: &Summary) -> String {
    let mut text = String::new();
    for table in &summary.tables {
        let records = counted(table.records_removed, "record", "records");
        let rows = count(table.rows_removed);
        let _ = writeln!(text, "{}: {records} taken out, in rows: {rows}", table.file);
    }
    text.truncate(text.trim_end().len());
    text
}

impl From<ForgetError> for Failure {
    fn from(error: ForgetError) -> Self {
        match error {
            ForgetError::Mismatch { .. } => Self::not_together(error),
            ForgetError::Format(error) => error.into(),
        }
    }
}
