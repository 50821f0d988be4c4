//! The tables that the program itself writes, and reads again in another role.

use std::path::{Path, PathBuf};

use arrow::array::ArrayRef;
use sealink::format::{FormatError, Table, TableKind};

use super::people::{LINKAGE, csv, rows, source};
use super::support::{Project, run};
use super::tried::{Alterations, Outcome};

/// A project of few people, all its files written.
pub fn linked() -> Project {
    let project = Project::new(LINKAGE);
    for (place, dataset) in (1..).zip(["a", "b", "c"]) {
        project.agency(dataset, &source(dataset), csv(&rows(place, 0..12))).ends(0);
    }
    run(&mut project.link(&["a", "b", "c"])).ends(0);
    project
}

/// Every kind of table that is read again, and where it is.
pub fn tables(project: &Project) -> Vec<(TableKind, PathBuf)> {
    vec![
        (TableKind::Tokens, project.table("a", "tokens")),
        (TableKind::Payload, project.table("a", "payload")),
        (TableKind::Refs, project.table("a", "refs")),
        (TableKind::PersonMap, project.at("linked/person_map.parquet")),
        (TableKind::Review, project.at("linked/review.parquet")),
    ]
}

/// All columns of a table, batch by batch.
fn read(path: &Path, kind: TableKind) -> Result<Vec<ArrayRef>, FormatError> {
    let table = Table::open(path, kind)?;
    let names: Vec<&str> = table.schema().fields().iter().map(|f| f.name().as_str()).collect();
    let mut all = Vec::new();
    table.read(&names, |columns| {
        all.extend_from_slice(columns);
        Ok(())
    })?;
    Ok(all)
}

fn no_damage_goes_unseen(most: usize) {
    let project = linked();
    for (kind, path) in tables(&project) {
        let good = std::fs::read(&path).expect("a table");
        let content = read(&path, kind).expect("a whole table");
        let alterations = Alterations { name: kind.name(), good: &good, most };
        let [cuts, flips] = alterations.tried(|path| match read(path, kind) {
            Ok(found) if found == content => Outcome::Same,
            Ok(_) => Outcome::Silent,
            Err(error) => {
                assert!(error.to_string().len() > path.as_os_str().len() + 10, "{error}");
                Outcome::Refused
            }
        });
        assert_eq!(cuts.refused, cuts.all(), "{}", kind.name());
        assert_eq!(flips.refused, flips.all(), "{}", kind.name());
    }
}

#[test]
fn a_cut_or_a_turned_bit_in_a_table_is_always_noticed() {
    no_damage_goes_unseen(600);
}

#[test]
#[ignore = "tries every bit: minutes"]
fn every_cut_and_every_turned_bit_in_a_table_is_noticed() {
    no_damage_goes_unseen(usize::MAX);
}
