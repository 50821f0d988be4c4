//! `profile`: what each kind of column is taken for, what is pointed out, and what is proposed.

mod kinds;
mod mixed_up;
mod proposals;
mod ready;
mod refused;

use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::support::{Ran, run, sealink};

/// The command that looks into a file.
fn profile(input: &Path) -> Command {
    let mut command = sealink("profile");
    command.arg(input);
    command
}

/// What is said of a file, for machines.
#[track_caller]
fn profiled(input: &Path, words: &[&str]) -> Value {
    run(profile(input).args(words).args(["--format", "json"])).ends(0).json()
}

/// What a column seems to be and how sure that is, by its name or, if it has none, its place.
fn seems<'v>(said: &'v Value, column: &str) -> (&'v str, &'v str) {
    let found = of_column(said, column);
    (found["seems"].as_str().expect("a word"), found["sure"].as_str().expect("a word"))
}

fn of_column<'v>(said: &'v Value, column: &str) -> &'v Value {
    let all = said["columns"].as_array().expect("columns");
    let found = all.iter().find(|one| one["name"] == column);
    found.unwrap_or_else(|| panic!("no column {column} in {said:#}"))
}

/// The count of a notice about a column, if there is one.
fn notice(said: &Value, code: &str) -> Option<u64> {
    let all = said["warnings"].as_array().expect("warnings");
    all.iter().find(|one| one["code"] == code).map(|one| one["count"].as_u64().expect("a count"))
}

/// The proposal for a file.
#[track_caller]
fn proposal(input: &Path, out: &Path, words: &[&str]) -> (Ran, String) {
    let ran = run(profile(input).args(words).arg("--out").arg(out)).ends(0);
    (ran, std::fs::read_to_string(out).expect("it was written"))
}
