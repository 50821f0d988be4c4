//! The ready mappings of national returns: each fits a sample of its return, is recognised by its
//! header, and goes through to tokens.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::support::{Project, run, sealink};
use super::super::tables;
use super::{profile, profiled, proposal, seems};

/// The mappings, each with how many of the five children of its sample have a token at least.
/// Sex and date of birth alone make none, so that SSDA903, children in need and Annex A link by UPN
/// or not at all.
const READY: [(&str, usize); 10] = [
    ("school-census", 5),
    ("school-census-gender", 5),
    ("ssda903-header", 3),
    ("children-in-need", 4),
    ("children-in-need-gender", 4),
    ("annex-a", 0),
    ("csds-mpi", 5),
    ("mhsds-mpi", 5),
    ("mps-request", 5),
    ("police-nominals", 4),
];

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/ready").join(format!("{name}.csv"))
}

/// A project whose one agency has a sample as its records.
fn project(name: &str, source: &str) -> Project {
    let project = Project::of_template(&["health", "education", "social_care", "police"]);
    project.put("a/source.toml", source);
    project.put("a/records.csv", fs::read(sample(name)).expect("a sample"));
    project
}

/// Asserts that a mapping takes a sample to tokens.
#[track_caller]
fn assert_goes_through(name: &str, source: &str, with_tokens: usize) {
    let project = project(name, source);
    let mut check = sealink("check");
    check.arg("--spec").arg(project.at("linkage.toml"));
    check.arg("--source").arg(project.at("a/source.toml")).arg(project.at("a/records.csv"));
    let checked = run(check.args(["--format", "json"])).ends(0).json();
    for (field, counts) in checked["input"]["fields"].as_object().expect("fields") {
        let refused = counts["refused"].as_object().expect("counts");
        let is_placeholder =
            |reason: &String| reason.contains("placeholder") || reason.contains("pseudo");
        assert!(refused.keys().all(is_placeholder), "{name}, {field}: {counts}");
    }
    let done = run(project.pseudonymise("a").args(["--format", "json"])).ends(0).json();
    let dataset = done["dataset"].as_str().expect("a name");
    let tokens = tables::read(&project.at(format!("a/out/{dataset}.tokens.parquet")));
    let columns: Vec<Vec<Option<String>>> = tokens
        .names()
        .into_iter()
        .filter(|column| *column != "record_ref")
        .map(|column| tokens.cells(column))
        .collect();
    let refs = tokens.texts("record_ref");
    let mut filled: Vec<&String> = (0..tokens.rows())
        .filter(|row| columns.iter().any(|cells| cells[*row].is_some()))
        .map(|row| &refs[row])
        .collect();
    filled.dedup();
    assert_eq!(filled.len(), with_tokens, "{name}");
}

#[test]
fn every_ready_mapping_takes_a_sample_of_its_return_to_tokens() {
    for (name, with_tokens) in READY {
        let shown = run(sealink("profile").args(["--ready", name])).ends(0);
        assert_goes_through(name, &shown.stdout, with_tokens);
    }
}

#[test]
fn what_is_proposed_for_a_sample_goes_through_as_well() {
    for (name, with_tokens) in READY {
        let folder = tempfile::tempdir().expect("a folder");
        let (_, source) = proposal(&sample(name), &folder.path().join("source.toml"), &[]);
        assert!(!source.contains("DECIDE:"), "{source}");
        assert_goes_through(name, &source, with_tokens);
    }
}

#[test]
fn every_return_is_recognised_by_its_header_and_the_list_is_whole() {
    let listed = run(sealink("profile").arg("--list").args(["--format", "json"])).ends(0).json();
    let listed = listed["ready"].as_array().expect("mappings");
    assert_eq!(listed.len(), READY.len());
    for (name, _) in READY {
        assert!(listed.iter().any(|ready| ready["name"] == name), "{name}");
        let said = profiled(&sample(name), &[]);
        assert_eq!(said["looks_like"]["name"], name);
        assert_eq!(said["looks_like"]["missing"].as_array().map(Vec::len), Some(0), "{name}");
    }
}

#[test]
fn a_return_with_a_renamed_column_and_another_case_is_recognised() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = fs::read_to_string(sample("ssda903-header")).expect("a sample");
    let (header, rows) = text.split_once('\n').expect("a header");
    let path = folder.path().join("header.csv");
    fs::write(&path, format!("{}\n{rows}", header.to_lowercase().replace("sex", "gender")))
        .expect("a file");
    let said = profiled(&path, &[]);
    assert_eq!(said["looks_like"]["name"], "ssda903-header");
    assert_eq!(said["looks_like"]["renamed"][0][0], "SEX");
    assert_eq!(said["looks_like"]["renamed"][0][1], "gender");
    assert_eq!(seems(&said, "gender"), ("sex", "sure"));
    let told = run(&mut profile(&path)).ends(0);
    assert!(told.stdout.contains("SEX is called gender here"), "{}", told.stdout);
    let (_, source) = proposal(&path, &folder.path().join("source.toml"), &[]);
    assert_goes_through_as(&path, &source);
}

/// Asserts that a mapping fits a file.
#[track_caller]
fn assert_goes_through_as(records: &Path, source: &str) {
    let project = Project::of_template(&["social_care"]);
    let source = project.put("source.toml", source);
    let mut check = sealink("check");
    check.arg("--spec").arg(project.at("linkage.toml")).arg("--source").arg(source);
    run(check.arg(records)).ends(0);
}

#[test]
fn a_ready_mapping_is_written_for_a_dataset_and_an_unknown_one_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().join("source.toml");
    let mut command = sealink("profile");
    command.args(["--ready", "csds-mpi", "--dataset", "clinic"]).arg("--out").arg(&out);
    run(&mut command).ends(0);
    let written = fs::read_to_string(&out).expect("it was written");
    assert!(written.contains("dataset   = \"clinic\""));
    run(&mut command).ends(2).says(&["is there already"]);
    run(sealink("profile").args(["--ready", "csds-mpi", "--dataset", "a\"b"]))
        .ends(2)
        .says(&["a dataset is named with"]);
    run(sealink("profile").args(["--ready", "nonsense"])).ends(2).says(&["school-census"]);
}
