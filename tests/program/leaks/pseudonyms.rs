//! Pseudonyms stay where they belong: an extract holds no token, reference or person id of the
//! linker, and nothing but the token tables holds a token.

use std::collections::BTreeSet;

use super::super::support::{Project, run};
use super::super::tables;
use super::pipeline::Flock;
use super::search::Search;
use super::sweep::{Surface, Sweep};

/// The values of these columns of a table, in hexadecimal digits.
fn values(project: &Project, path: &str, wanted: impl Fn(&str) -> bool) -> BTreeSet<String> {
    let table = tables::read(&project.at(path));
    let names: Vec<&str> = table.names().into_iter().filter(|name| wanted(name)).collect();
    names.iter().flat_map(|name| table.cells(name)).flatten().collect()
}

/// How many of these are found in the folders or files.
fn found(flock: &Flock, needles: &BTreeSet<String>, paths: &[&str]) -> usize {
    let search = Search::of_tokens(needles);
    let mut sweep = Sweep::new(&search, &[]);
    let root = flock.project.at("");
    for path in paths {
        let path = root.join(path);
        if path.is_dir() {
            assert!(sweep.folder(&path, &root) > 0);
        } else {
            sweep.file(&path, &root);
        }
    }
    assert!(sweep.surfaces().contains(&Surface::Files));
    let found: BTreeSet<&String> = sweep.hits().iter().map(|(_, _, hit)| &hit.value).collect();
    found.len()
}

#[test]
fn pseudonyms_of_one_role_are_not_in_the_files_of_another() {
    let flock = Flock::new(150, 20);
    let project = &flock.project;
    let mut tokens = BTreeSet::new();
    let mut references = BTreeSet::new();
    for dataset in ["a", "b"] {
        run(&mut project.pseudonymise(dataset)).ends(3);
        let table = format!("{dataset}/out/{dataset}.tokens.parquet");
        tokens.extend(values(project, &table, |name| name != "record_ref"));
        references.extend(values(project, &table, |name| name == "record_ref"));
    }
    run(&mut flock.link()).ends(0);
    run(&mut flock.extract()).ends(0);
    let map = "linked/person_map.parquet";
    let people = values(project, map, |name| name == "person_id");
    let all: BTreeSet<String> =
        [&tokens, &references, &people].into_iter().flatten().cloned().collect();
    assert!(tokens.len() > 1000 && references.len() > 150 && people.len() > 100);

    assert_eq!(found(&flock, &all, &["extract"]), 0);
    let others = ["a/out/a.payload.parquet", "a/out/a.refs.parquet", "a/out/a.quality.json"];
    assert_eq!(found(&flock, &tokens, &[&others[..], &["linked", "extract"]].concat()), 0);
    assert_eq!(found(&flock, &people, &["a/out", "b/out", "extract"]), 0);
    // The control: each is found where it belongs.
    assert_eq!(found(&flock, &tokens, &["a/out", "b/out"]), tokens.len());
    assert_eq!(found(&flock, &references, &[map]), references.len());
    assert_eq!(found(&flock, &people, &[map]), people.len());
    let extracted = values(project, "extract/people.parquet", |name| name == "person_id");
    let extracted = extracted.iter().map(|id| id.trim_start_matches('p').to_owned()).collect();
    assert_eq!(found(&flock, &extracted, &["extract"]), extracted.len());
    assert_eq!(found(&flock, &extracted, &["linked", "a/out", "b/out"]), 0);
}
