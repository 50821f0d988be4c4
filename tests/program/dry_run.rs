//! `pseudonymise --dry-run` and `link --dry-run`: what a run would take, and nothing written.

use std::fs;
use std::process::Stdio;

use sealink::linker::{Link, Trial};
use sealink::observe::Silent;
use sealink::spec::Linkage;

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

const DATASETS: [&str; 3] = ["a", "b", "c"];

/// The token tables of three agencies that know many of the same people.
fn tables() -> Project {
    let project = Project::new(LINKAGE);
    for (number, dataset) in (1..).zip(DATASETS) {
        let records = csv(&rows(number, 0..1500));
        project.agency(dataset, &source(dataset), records).ends(0);
    }
    project
}

#[test]
fn a_dry_run_of_a_linkage_writes_nothing_and_counts_as_the_linkage_does() {
    let project = tables();
    let link = || project.link(&DATASETS);
    let told = run(link().args(["--dry-run", "--format", "json"])).ends(0).json();
    assert!(!project.at("linked").exists());
    let done = run(link().args(["--format", "json"])).ends(0).json();
    for same in ["records", "candidate_pairs"] {
        assert_eq!(told[same], done[same]);
    }
    let of = |name| fs::metadata(project.at("linked").join(name)).expect("it is there").len();
    let written = of("person_map.parquet") + of("review.parquet");
    let estimated = told["disk_bytes"].as_u64().expect("a number");
    assert!((written / 2..written * 2).contains(&estimated), "{estimated} for {written}");
}

#[test]
fn a_dry_run_of_a_linkage_tells_what_would_wait_on_disk_and_lets_nothing_wait() {
    let project = tables();
    let link = |more: &[&str]| {
        run(project.link(&DATASETS).args(["--memory", "64KiB", "--format", "json"]).args(more))
    };
    let told = link(&["--dry-run"]).ends(0).json();
    assert!(!project.at("linked").exists());
    let waited = link(&[]).ends(0).json()["waited_on_disk"].as_u64().expect("a number");
    let estimated = told["waiting_on_disk_bytes"].as_u64().expect("a number");
    assert!((waited / 10 * 9..waited / 10 * 11).contains(&estimated), "{estimated} for {waited}");
}

#[test]
fn some_pairs_are_enough_to_tell_about_how_many_there_are() {
    let project = tables();
    let linkage = Linkage::parse("linkage.toml", LINKAGE).expect("a spec");
    let job = Link {
        linkage: &linkage,
        tables: &DATASETS.map(|dataset| project.table(dataset, "tokens")),
        out: project.at("linked"),
        expect_no_overlap: false,
        model: None,
        sealed: &[],
        validate: false,
        memory: 1 << 30,
        release: None,
    };
    let trial = Trial::open(&job, &Silent).expect("tables");
    let all = trial.link(u64::MAX, &Silent).expect("all");
    let some = trial.link(all.in_blocks / 4, &Silent).expect("some");
    assert_eq!((all.one_in, all.all_pairs()), (1, all.pairs));
    assert!(some.one_in > 3 && some.pairs < all.pairs / 3, "{some:?}");
    let near = all.pairs / 10 * 8..all.pairs / 10 * 12;
    assert!(near.contains(&some.all_pairs()), "{some:?} of {all:?}");
    assert!(!project.at("linked").exists());
}

#[test]
fn a_dry_run_of_a_linkage_refuses_what_the_linkage_would_refuse() {
    let project = tables();
    let again = run(project.link(&["a", "b", "a"]).arg("--dry-run"));
    again.ends(4).says(&["give each dataset once"]);
    fs::create_dir(project.at("a.delivery")).expect("a folder");
    let mut command = project.link(&["b"]);
    let delivery = run(command.arg("--dry-run").arg(project.at("a.delivery")));
    delivery.ends(2).says(&["--dry-run writes nothing", "sealink open"]);
}
