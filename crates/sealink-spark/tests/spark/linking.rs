//! The files that come from a cluster are those that the linker makes alone, byte for byte.

use std::path::{Path, PathBuf};
use std::process::Command;

use sealink::format::FormatError;
use sealink_spark::session::Error;

use super::agencies::{Agencies, SCORED, sealink};
use super::cluster::{Cluster, Engine};
use super::session::all;

fn gives_the_same_files(engine: Engine, people: u32) {
    let Some(cluster) = Cluster::of(engine) else { return };
    let agencies = Agencies::of(people);
    let alone = agencies.linked_alone(&[]);
    let clustered = agencies.linked_on(cluster, &[], |_| {});
    clustered.is(&alone, &SCORED);
}

/// As many people as a plain test has time for.
const PEOPLE: u32 = 20_000;

#[test]
fn a_cluster_gives_the_same_files() {
    gives_the_same_files(Engine::Spark, PEOPLE);
}

#[test]
fn small_blocks_withdrawn_and_sealed_records_and_a_given_model_change_nothing() {
    rare_rules_change_nothing(Engine::Spark);
}

#[test]
fn they_change_nothing_on_sail() {
    rare_rules_change_nothing(Engine::Sail);
}

fn rare_rules_change_nothing(engine: Engine) {
    let Some(cluster) = Cluster::of(engine) else { return };
    let agencies = Agencies::of(PEOPLE / 4);
    agencies.linked_alone(&[]);
    let model = agencies.at("first.json");
    std::fs::copy(agencies.at("alone/model.json"), &model).expect("it was written");
    let sealed = agencies.at("sealed.csv");
    std::fs::write(&sealed, some_references(&agencies)).expect("the folder is ours");
    withdraw_some(&agencies);
    agencies.replace("largest_block = 1000", "largest_block = 6");
    agencies.replace("threshold = 0.5", "threshold = 0.99999");
    agencies.replace("review    = 0.1", "review    = 0.0001");
    agencies.replace("free_of_duplicates = []", "free_of_duplicates = [\"education\"]");
    for more in [vec!["--sealed", &sealed], vec!["--sealed", &sealed, "--model", &model]] {
        let alone = agencies.linked_alone(&more);
        let clustered = agencies.linked_on(cluster, &more, |_| {});
        clustered.is(&alone, &SCORED);
        let report = String::from_utf8_lossy(&alone.0["linkage.json"]);
        let rare = ["\"split\"", "below the threshold", "close to a link", "kept apart by"];
        for told in rare {
            assert!(report.contains(told), "the report tells {told}");
        }
    }
}

#[test]
fn match_keys_link_on_a_cluster_as_they_do_alone() {
    links_by_match_keys(Engine::Spark);
}

#[test]
fn match_keys_link_on_sail_as_they_do_alone() {
    links_by_match_keys(Engine::Sail);
}

fn links_by_match_keys(engine: Engine) {
    let Some(cluster) = Cluster::of(engine) else { return };
    let agencies = Agencies::of(PEOPLE / 4);
    agencies.replace("method    = \"scored\"", "method = \"match_keys\"");
    agencies.replace("free_of_duplicates = []", "free_of_duplicates = [\"education\"]");
    let alone = agencies.linked_alone(&[]);
    let clustered = agencies.linked_on(cluster, &[], |_| {});
    clustered.is(&alone, &["linkage.html", "linkage.json", "person_map.parquet"]);
}

#[test]
fn an_interrupted_run_leaves_nothing_on_the_cluster() {
    is_interrupted(Engine::Spark);
}

#[test]
fn an_interrupted_run_leaves_nothing_on_sail() {
    is_interrupted(Engine::Sail);
}

fn is_interrupted(engine: Engine) {
    let Some(cluster) = Cluster::of(engine) else { return };
    let agencies = Agencies::of(1_000);
    let ended = agencies.run_on(cluster, &[], |stage, process| {
        // By then the records' table is there.
        if stage == "block" {
            let mut kill = Command::new("kill");
            let sent = kill.args(["-INT", &process.to_string()]).status();
            assert!(sent.expect("it runs").success(), "the run is interrupted");
        }
    });
    assert_eq!(ended.status.code(), Some(130), "{}", ended.told);
    assert!(ended.told.ends_with("interrupted\n"), "{}", ended.told);
    ended.leaves_nothing(cluster);
    assert!(!Path::new(&agencies.at("clustered/person_map.parquet")).exists(), "there is no map");
}

#[test]
fn a_quiet_run_prints_nothing() {
    let Some(cluster) = Cluster::of(Engine::Sail) else { return };
    let agencies = Agencies::of(1_000);
    let run = agencies.command(cluster, &["-q"]).output().expect("it is built");
    assert!(run.status.success() && run.stdout.is_empty() && run.stderr.is_empty(), "{run:?}");
}

#[test]
fn a_copy_of_the_map_is_kept_on_the_cluster() {
    is_copied(Engine::Spark);
}

#[test]
fn a_copy_of_the_map_is_kept_on_sail() {
    is_copied(Engine::Sail);
}

fn is_copied(engine: Engine) {
    let Some(cluster) = Cluster::of(engine) else { return };
    let agencies = Agencies::of(1_000);
    let folder = format!("file://{}/copy", cluster.scratch("map copy's").display());
    let clustered = agencies.linked_on(cluster, &["--map-at", &folder], |_| {});
    clustered.is(&agencies.linked_alone(&[]), &SCORED);
    let copied = || {
        let sql = format!(
            "SELECT dataset, record_ref, person_id, link_status, match_weight, probability \
             FROM parquet.`{folder}` ORDER BY dataset, record_ref"
        );
        all(&cluster.session(), &sql, |batch, row| {
            let text = |name| Ok::<_, Error>(batch.text(name)?.get(row).map(str::to_owned));
            let bytes = |name| Ok::<_, Error>(batch.binary(name)?.get(row).map(<[u8]>::to_vec));
            let number = |name| Ok::<_, Error>(batch.f32(name)?.get(row));
            Ok((
                (text("dataset")?, bytes("record_ref")?, bytes("person_id")?),
                (text("link_status")?, number("match_weight")?, number("probability")?),
            ))
        })
    };
    let map = PathBuf::from(agencies.at("clustered/person_map.parquet"));
    let map = sealink::format::Table::open_any(&map).expect("it was written");
    let mut rows = Vec::new();
    sealink::format::person_map::read_parts(&map, |part| -> Result<(), FormatError> {
        rows.extend(part.iter().map(|record| {
            let bytes = |token: sealink::token::Token| Some(token.0.to_vec());
            (
                (
                    Some(record.dataset.to_owned()),
                    bytes(record.record_ref),
                    bytes(record.person_id),
                ),
                (Some(record.link_status.to_owned()), record.match_weight, record.probability),
            )
        }));
        Ok(())
    })
    .expect("it is whole");
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    assert!(rows.len() > 1_000 && copied() == rows, "the copy has the map's rows");

    let again = agencies.run_on(cluster, &["--map-at", &folder], |_, _| {});
    assert_eq!(again.status.code(), Some(1), "{}", again.told);
    assert!(again.told.contains("a table is there already"), "{}", again.told);
    assert!(!again.told.contains("\nsealink-spark: read"), "before any work: {}", again.told);
    again.leaves_nothing(cluster);
    assert!(copied() == rows, "the copy is as it was");
}

/// A list of records to seal: the first of education, by reference.
fn some_references(agencies: &Agencies) -> String {
    let mut list = "dataset,record_ref\n".to_owned();
    let table = PathBuf::from(agencies.at("out/education.tokens.parquet"));
    let table = sealink::format::Table::open_any(&table).expect("it was written");
    let refs = sealink::format::token_table::read_refs(&table).expect("it has references");
    let mut refs: Vec<_> = refs.iter().step_by(97).take(20).collect();
    refs.dedup();
    for record in refs {
        list.push_str(&format!("education,{}\n", sealink::token::hex(&record.0)));
    }
    list
}

/// Withdraws some records of health.
fn withdraw_some(agencies: &Agencies) {
    let records = std::fs::read_to_string(agencies.at("health/records.csv")).expect("written");
    let mut rows = records.lines();
    let header = rows.next().expect("it has a header");
    let id = header.split(',').next().expect("it has columns");
    let list: Vec<&str> = rows.step_by(53).filter_map(|row| row.split(',').next()).collect();
    let file = agencies.at("withdrawn.csv");
    std::fs::write(&file, format!("{id}\n{}\n", list.join("\n"))).expect("the folder is ours");
    let (refs, out) = (agencies.at("out/health.refs.parquet"), agencies.at("out"));
    sealink(&["withdraw", "--refs", &refs, "--list", &file, "--out", &out]);
}

#[test]
fn a_worker_that_dies_half_way_changes_nothing() {
    let Some(cluster) = Cluster::of(Engine::Spark) else { return };
    let agencies = Agencies::of(PEOPLE);
    let alone = agencies.linked_alone(&[]);
    let mut killed = None;
    let clustered = agencies.linked_on(cluster, &[], |stage| {
        if stage == "compare" {
            killed = Some(cluster.kill_worker(1));
        }
    });
    assert!(killed.is_some(), "it was ended while pairs were compared");
    clustered.is(&alone, &SCORED);
}

#[test]
fn a_sail_server_gives_the_same_files() {
    gives_the_same_files(Engine::Sail, PEOPLE);
}

#[test]
#[ignore = "it takes many minutes"]
fn a_cluster_gives_the_same_files_of_400_000_people() {
    gives_the_same_files(Engine::Spark, 400_000);
}
