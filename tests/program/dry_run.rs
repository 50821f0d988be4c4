//! `pseudonymise --dry-run`: what a run would take, and nothing written.

use std::fs;
use std::process::Stdio;

use super::people::{LINKAGE, csv, rows, source};
use super::support::{Project, names_below, run};

fn agency(people: std::ops::Range<u64>) -> Project {
    let project = Project::new(LINKAGE);
    project.put("a/source.toml", source("a"));
    project.put("a/records.csv", csv(&rows(1, people)));
    project
}

#[test]
fn a_dry_run_writes_nothing_and_is_near_to_what_a_run_takes() {
    let project = agency(0..3000);
    let before = names_below(&project.at("a"));
    let told = run(project.pseudonymise("a").args(["--dry-run", "--format", "json"])).ends(0);
    assert!(!project.at("a/out").exists());
    let keys = names_below(&project.at("a")).len() - before.len();
    assert_eq!(keys, 1, "the agency key of the test's own");

    let done = run(project.pseudonymise("a").args(["--format", "json"])).ends(0).json();
    let told = told.json();
    assert_eq!(told["rows"], done["rows"], "a small file is looked at whole");
    let out = project.at("a/out");
    let tables = names_below(&out).into_iter().filter(|name| name.ends_with(".parquet"));
    let size = |name: String| fs::metadata(out.join(name)).expect("it is there").len();
    let taken: u64 = tables.map(size).sum();
    let estimated = told["disk_bytes"].as_u64().expect("a number");
    assert!((taken..3 * taken).contains(&(estimated + estimated / 4)), "{estimated} for {taken}");
}

#[test]
fn a_dry_run_tells_what_would_wait_on_disk() {
    let project = agency(0..3000);
    let mut command = project.pseudonymise("a");
    let told = run(command.args(["--dry-run", "--memory", "64KiB"])).ends(0).stdout;
    assert!(told.starts_with("nothing was written"), "{told}");
    assert!(told.contains("more while it runs"), "{told}");
}

#[test]
fn of_standard_input_there_is_no_estimate() {
    let project = agency(0..3);
    let mut command = project.pseudonymise_nothing("a");
    let input = fs::File::open(project.at("a/records.csv")).expect("it is there");
    let ran = run(command.args(["--dry-run", "-"]).stdin(Stdio::from(input)));
    ran.ends(2).says(&["standard input", "name files"]);
}
