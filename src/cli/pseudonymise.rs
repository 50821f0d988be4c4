//! `sealink pseudonymise`: an agency's records become tables of tokens, payload and references.

mod dry_run;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use serde::Serialize;

use super::disclosure::DisclosureArguments;
use super::failure::{Done, Failure};
use super::files;
use super::keys::KeyArguments;
use super::memory::MemoryArguments;
use super::say::{Say, count, counted};
use super::sealing::{SealingArguments, SealingParts};
use crate::agency::{self, FieldTally, Input, Pseudonymise, Pseudonymised, Tally};
use crate::token::hex;

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  sealink pseudonymise --spec linkage.toml --source health/source.toml \\
      --key linkage.key --agency-key health/agency.key --out health/out records.csv

Writes to the folder, replacing what an earlier run left there:
  <dataset>.tokens.parquet    for the linker; with --seal-to a delivery instead, so that no
                              clear token touches the disk
  <dataset>.payload.parquet   for the researcher or safe haven
  <dataset>.refs.parquet      stays with you: which reference is which of your records
  <dataset>.quality.json      what was read and refused, in counts
  <dataset>.quality.html      the same to read, with what leaves and what to mend; exact, so for you
With --disclosure also, for others:
  <dataset>.quality.release.html, .json    the report without small counts")]
pub struct PseudonymiseArguments {
    /// The agreed linkage.
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
    /// Your description of your file.
    #[arg(long, value_name = "FILE")]
    source: PathBuf,
    /// The project's linkage key.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
    /// Your own key, for the record references.
    #[arg(long, value_name = "FILE")]
    agency_key: PathBuf,
    /// The folder for the tables.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Write nothing; tell about how long it would take, and how much memory and disk.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    memory: MemoryArguments,
    #[command(flatten)]
    disclosure: DisclosureArguments,
    #[command(flatten)]
    sealing: SealingArguments,
    #[command(flatten)]
    keys: KeyArguments,
    /// CSV or Parquet files with your records; `-` is CSV on standard input.
    #[arg(value_name = "INPUT", required = true)]
    inputs: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Summary<'s> {
    dataset: &'s str,
    spec: String,
    key: String,
    canary: String,
    files: Vec<String>,
    #[serde(flatten)]
    tally: &'s Tally,
}

pub fn run(arguments: &PseudonymiseArguments, say: &Say) -> Result<Done, Failure> {
    let linkage = files::linkage(&arguments.spec)?;
    let source = files::source(&arguments.source, &linkage)?;
    let keys = arguments.keys.open()?;
    let linkage_key = keys.linkage(&arguments.key, &linkage.project)?;
    let agency_key = keys.agency(&arguments.agency_key, &linkage.project)?;
    let parts = arguments.sealing.read(&keys)?;
    let sealing = parts.as_ref().map(SealingParts::sealing);
    let job = Pseudonymise {
        linkage: &linkage,
        source: &source,
        linkage_key: &linkage_key,
        agency_key: &agency_key,
        inputs: &inputs(&arguments.inputs),
        out: arguments.out.clone(),
        seal: sealing.as_ref(),
        memory: arguments.memory.bytes(),
        release: arguments.disclosure.policy(&linkage.project)?,
    };
    if arguments.dry_run {
        let begun = Instant::now();
        let estimate = agency::estimate(&job)?;
        return dry_run::tell(&estimate, begun.elapsed(), job.memory, say);
    }
    let done = agency::pseudonymise(&job, &say.progress())?;
    warn(&done.tally, say);
    let summary = Summary {
        dataset: &source.dataset,
        spec: hex(&linkage.fingerprint()),
        key: hex(&done.key_check.0),
        canary: hex(&done.canary),
        files: done.files.iter().map(|path| path.display().to_string()).collect(),
        tally: &done.tally,
    };
    say.summary(&text(&summary, &done), &summary);
    Ok(ending(&done.tally))
}

/// Whether whole records were left out.
pub fn ending(tally: &Tally) -> Done {
    if tally.rows_left_out() > 0 { Done::RecordsLeftOut } else { Done::Whole }
}

/// Tells of lists that name records which the inputs do not have.
pub fn warn(tally: &Tally, say: &Say) {
    let Some(listed) = &tally.listed else { return };
    for (list, counts) in [("leave_out", listed.leave_out), ("seal", listed.seal)] {
        if counts.not_found > 0 {
            let ids = counted(counts.not_found, "id", "ids");
            say.warning(&format!(
                "{ids} listed under {list} in [records] of the source mapping, but not found"
            ));
        }
    }
}

/// Inputs as the agency reads them.
pub fn inputs(paths: &[PathBuf]) -> Vec<Input> {
    paths.iter().map(|path| Input::from(path.as_path())).collect()
}

fn text(summary: &Summary<'_>, done: &Pseudonymised) -> String {
    format!(
        "{}: {} tokenised\n  spec fingerprint  {}\n  key check value   {}\n  canary digest     {}\n\n{}\n\nwrote {}",
        summary.dataset,
        counted(done.tally.records, "record", "records"),
        summary.spec,
        summary.key,
        summary.canary,
        tally_text(&done.tally),
        summary.files.join("\n      "),
    )
}

/// A tally as a table, with what to mend below it.
pub fn tally_text(tally: &Tally) -> String {
    let mut text = format!(
        "  {} read, {} used, {} left out\n",
        counted(tally.rows, "row", "rows"),
        count(tally.used_rows),
        count(tally.rows_left_out())
    );
    for (reason, rows) in &tally.left_out {
        let places: Vec<String> = tally
            .left_out_rows
            .iter()
            .filter(|row| row.reason == *reason)
            .take(5)
            .map(|row| format!("row {} of input {}", row.row, row.input))
            .collect();
        let _ = writeln!(text, "    {reason}: {} ({}, ..)", count(*rows), places.join(", "));
    }
    if let Some(listed) = &tally.listed {
        let lists = [("left out as", listed.leave_out), ("sealed as", listed.seal)];
        for (what, counts) in lists.into_iter().filter(|(_, counts)| counts.listed > 0) {
            let _ = writeln!(
                text,
                "  {what} listed: {} in {}; {} on the list",
                counted(counts.records, "record", "records"),
                counted(counts.rows, "row", "rows"),
                counted(counts.listed, "id", "ids"),
            );
        }
    }
    let _ = writeln!(
        text,
        "\n  {:<16}{:>12}{:>12}{:>12}{:>12}",
        "field", "accepted", "blank", "refused", "odd"
    );
    for (name, field) in &tally.fields {
        let _ = writeln!(
            text,
            "  {name:<16}{:>12}{:>12}{:>12}{:>12}",
            count(field.accepted),
            count(field.blank),
            count(field.refused.values().sum()),
            count(field.warned.values().sum()),
        );
    }
    for (name, field) in &tally.fields {
        details(&mut text, name, field);
    }
    for (code, meaning) in tally.meanings() {
        let _ = writeln!(text, "  {code}: {meaning}");
    }
    text.truncate(text.trim_end().len());
    text
}

fn details(text: &mut String, name: &str, field: &FieldTally) {
    let list = |counts: &BTreeMap<&'static str, u64>| {
        let each = counts.iter().map(|(reason, n)| format!("{reason} {}", count(*n)));
        each.collect::<Vec<_>>().join(", ")
    };
    if !field.refused.is_empty() {
        let _ = writeln!(text, "  {name}: refused {}", list(&field.refused));
    }
    if !field.warned.is_empty() {
        let _ = writeln!(text, "  {name}: odd {}", list(&field.warned));
    }
}
