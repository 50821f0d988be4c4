//! `sealink extract`: payloads and the person map become a research extract.

mod agreement;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::failure::{Done, Failure};
use super::files;
use super::keys::KeyArguments;
use super::say::{Say, counted};
use crate::count::Policy;
use crate::format::{Table, TableKind};
use crate::research::{self, Agreements, Extracted, MakeExtract};
use crate::spec::Extract;

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  sealink extract --spec extract.toml --map linked/person_map.parquet --key linker.key \\
      --out extract health.payload.parquet education.payload.parquet

Writes to the folder, replacing what an earlier run left there:
  people.parquet      one row a person: which datasets hold it, how the link was made
  <dataset>.parquet   the dataset's columns, by person
  README.txt          how to cite the extract and how to open it
  example.sql|py|R    who is in which datasets, and all of them joined, for DuckDB, Python and R
  report.html         the same to read: dictionary, coverage, linkage by group, without small counts
  datapackage.json    what every table and column is, with labels

Where the spec names columns that say the same of a person in several datasets ([[agreement]]),
the summary and datapackage.json tell how far linked people agree in them, and how many of the
links are true by that.")]
pub struct ExtractArguments {
    /// What the extract holds.
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
    /// The linker's person map.
    #[arg(long, value_name = "FILE")]
    map: PathBuf,
    /// The linker's key.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// The folder for the extract.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write CSV files too.
    #[arg(long)]
    csv: bool,
    /// The data package of the extract that was released before: counts of the report that differ
    /// from it by a few are not told.
    #[arg(long, value_name = "FILE")]
    earlier: Option<PathBuf>,
    #[command(flatten)]
    keys: KeyArguments,
    /// The payload tables, one a dataset.
    #[arg(value_name = "PAYLOAD", required = true)]
    payloads: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Summary<'a> {
    extract: String,
    people: u64,
    rows: BTreeMap<String, u64>,
    records_without_payload: BTreeMap<String, u64>,
    cells_left_empty: BTreeMap<String, BTreeMap<String, u64>>,
    agreement: Option<&'a Agreements>,
    files: Vec<String>,
}

pub fn run(arguments: &ExtractArguments, say: &Say) -> Result<Done, Failure> {
    let file = arguments.spec.display().to_string();
    let extract = Extract::parse(&file, &files::text(&arguments.spec)?)?;
    let map = Table::open(&arguments.map, TableKind::PersonMap)?;
    let linker_key = arguments.keys.open()?.linker(&arguments.key, &map.manifest.project)?;
    let job = MakeExtract {
        extract: &extract,
        map: &map,
        linker_key: &linker_key,
        payloads: &arguments.payloads,
        out: arguments.out.clone(),
        csv: arguments.csv,
        policy: policy(arguments, &extract, &map.manifest.project)?,
    };
    let done = research::extract(&job, &say.progress())?;
    let summary = summary(&extract, &done);
    say.summary(&text(&summary), &summary);
    Ok(Done::Whole)
}

/// The rules of the spec, and what was told before.
fn policy(
    arguments: &ExtractArguments,
    extract: &Extract,
    project: &str,
) -> Result<Policy, Failure> {
    let earlier = arguments.earlier.as_deref();
    let earlier = earlier.map(|path| super::disclosure::earlier(path, project)).transpose()?;
    Ok(Policy::new(extract.report.disclosure, earlier.unwrap_or_default()))
}

fn summary<'a>(extract: &Extract, done: &'a Extracted) -> Summary<'a> {
    let datasets = || done.datasets.iter();
    Summary {
        extract: extract.id.clone(),
        people: done.people,
        rows: datasets().map(|d| (d.name.clone(), d.rows)).collect(),
        records_without_payload: datasets().map(|d| (d.name.clone(), d.without_payload)).collect(),
        cells_left_empty: datasets().map(|d| (d.name.clone(), d.left_empty.clone())).collect(),
        agreement: done.agreement.as_ref(),
        files: done.files.iter().map(|path| path.display().to_string()).collect(),
    }
}

fn text(summary: &Summary<'_>) -> String {
    let people = counted(summary.people, "person", "people");
    let mut text = format!("extract {}: {people}\n", summary.extract);
    for (dataset, rows) in &summary.rows {
        let _ = write!(text, "  {dataset}: {}", counted(*rows, "row", "rows"));
        let without = summary.records_without_payload[dataset];
        if without > 0 {
            let _ = write!(text, ", {} without payload", counted(without, "record", "records"));
        }
        text.push('\n');
        for (column, cells) in summary.cells_left_empty[dataset].iter().filter(|(_, n)| **n > 0) {
            let cells = counted(*cells, "cell", "cells");
            let _ = writeln!(
                text,
                "    {column}: {cells} left empty, as they could not be made coarser"
            );
        }
    }
    if let Some(agreements) = summary.agreement {
        text.push_str(&agreement::text(agreements));
    }
    let _ = write!(text, "\nwrote {}", summary.files.join("\n      "));
    text
}
