//! The same keys and contents give the same bytes, whatever the threads and the order.

use std::fs;
use std::path::Path;

use super::people::{EXTRACT, LINKAGE, Random, csv, rows, source};
use super::support::{Project, assert_nothing_in, names_below, run};

/// Everything in a folder, by name.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let names = names_below(folder).into_iter();
    names.map(|name| (name.clone(), fs::read(folder.join(name)).expect("read"))).collect()
}

#[track_caller]
fn assert_same(wanted: &[(String, Vec<u8>)], folder: &Path, what: &str) {
    let found = contents(folder);
    assert!(!found.is_empty(), "{what} wrote nothing");
    for (wanted, found) in wanted.iter().zip(&found) {
        assert!(wanted == found, "{} differs: {what}", found.0);
    }
    assert_eq!(wanted.len(), found.len());
}

fn three_agencies() -> Project {
    let project = Project::new(LINKAGE);
    for (place, (dataset, people)) in
        (1..).zip([("a", 0..1200), ("b", 400..1400), ("c", 1000..1600)])
    {
        let records = csv(&rows(place, people));
        project.agency(dataset, &source(dataset), records).ends(0);
    }
    project
}

#[test]
fn threads_and_row_order_and_splitting_do_not_change_an_agencys_files() {
    let project = Project::new(LINKAGE);
    let mut rows = rows(1, 0..2600);
    assert!(rows.len() >= 3000, "{}", rows.len());
    project.agency("a", &source("a"), csv(&rows)).ends(0);
    let wanted = contents(&project.at("a/out"));
    assert_eq!(wanted.len(), 5);
    let again = |what: &str, inputs: &[&str], arguments: &[&str]| {
        let mut command = project.pseudonymise_nothing("a");
        command.args(arguments).args(inputs.iter().map(|input| project.at(input)));
        fs::remove_dir_all(project.at("a/out")).expect("the last run's files are removed");
        run(&mut command).ends(0);
        assert_same(&wanted, &project.at("a/out"), what);
    };
    for threads in ["1", "2", "8"] {
        again(&format!("{threads} threads"), &["a/records.csv"], &["--threads", threads]);
    }
    let (first, second) = rows.split_at(1234);
    project.put("a/first.csv", csv(first));
    project.put("a/second.csv", csv(second));
    again("two inputs", &["a/first.csv", "a/second.csv"], &["--threads", "3"]);
    again("two inputs, the other way round", &["a/second.csv", "a/first.csv"], &[]);
    for memory in ["64KiB", "500KB", "1GiB"] {
        again(memory, &["a/first.csv", "a/second.csv"], &["--memory", memory]);
    }
    for seed in 1..4 {
        Random(seed).shuffle(&mut rows);
        project.put("a/shuffled.csv", csv(&rows));
        again("other row order", &["a/shuffled.csv"], &[]);
    }
}

#[test]
fn a_few_large_records_are_written_alike_whatever_the_memory() {
    let project = Project::new(LINKAGE);
    let note = "x".repeat(60_000);
    let rows: Vec<String> = (0..12).map(|id| format!("{id},ANN,{note}")).collect();
    project.put("a/records.csv", format!("id,forename,note\n{}\n", rows.join("\n")));
    let source = "dataset = \"a\"\nrecord_id = \"id\"\n[fields]\nforename = \"forename\"\n\
                  [columns]\npayload = [\"note\"]\n";
    project.put("a/source.toml", source);
    run(&mut project.pseudonymise("a")).ends(0);
    let wanted = contents(&project.at("a/out"));
    run(project.pseudonymise("a").args(["--memory", "64KiB"])).ends(0);
    assert_same(&wanted, &project.at("a/out"), "little memory");
}

#[test]
fn ids_that_repeat_are_told_alike_whatever_the_memory() {
    let project = Project::new(LINKAGE);
    let ids = |from: u32| (from..from + 900).map(|id| format!("{id},ANN"));
    let file = |rows: Vec<String>| format!("id,forename\n{}\n", rows.join("\n"));
    project.put("a/first.csv", file(ids(0).collect()));
    project.put("a/second.csv", file(ids(880).collect()));
    project.put("a/third.csv", file(ids(2000).chain(ids(870).take(3)).collect()));
    let source = "dataset = \"a\"\nrecord_id = \"id\"\n[fields]\nforename = \"forename\"\n";
    project.put("a/source.toml", source);
    for memory in ["64KiB", "200KB", "1GiB"] {
        let mut command = project.pseudonymise_nothing("a");
        command.args(["--memory", memory]);
        command.args(["first", "second", "third"].map(|f| project.at(format!("a/{f}.csv"))));
        run(&mut command).ends(1).says(&[
            "row 2 of input 2 has the id of row 882 of input 1, the first of 23 such cases",
        ]);
        assert_nothing_in(project.at("a/out"));
    }
}

#[test]
fn rows_left_out_are_reported_alike_whatever_the_threads() {
    let project = Project::new(LINKAGE);
    let mut rows = rows(1, 0..2000);
    for place in (0..rows.len()).step_by(97) {
        rows[place] = "too,short".to_owned();
    }
    let blanks = ["", " ", "  "].into_iter().cycle();
    for (place, blank) in (5..rows.len()).step_by(53).zip(blanks) {
        let (_, rest) = rows[place].split_once(',').expect("the id is the first of several");
        rows[place] = format!("{blank},{rest}");
    }
    project.agency("a", &source("a"), csv(&rows)).ends(3);
    let quality = fs::read(project.at("a/out/a.quality.json")).expect("it is there");
    let quality: serde_json::Value = serde_json::from_slice(&quality).expect("it is JSON");
    let listed = quality["left_out_rows"].as_array().expect("a list");
    let listed: Vec<u64> = listed.iter().filter_map(|row| row["row"].as_u64()).collect();
    assert!(listed.len() > 50 && listed.is_sorted(), "{listed:?}");
    let wanted = contents(&project.at("a/out"));
    for threads in ["1", "2", "8"] {
        run(project.pseudonymise("a").args(["--threads", threads])).ends(3);
        assert_same(&wanted, &project.at("a/out"), &format!("{threads} threads"));
    }
}

#[test]
fn threads_and_table_order_do_not_change_people_or_the_report() {
    let project = three_agencies();
    for (method, files) in [("match_keys", 3), ("scored", 5)] {
        project.put("linkage.toml", format!("{LINKAGE}\n[linking]\nmethod = {method:?}\n"));
        run(&mut project.link(&["a", "b", "c"])).ends(0);
        let wanted = contents(&project.at("linked"));
        assert_eq!(wanted.len(), files);
        for (threads, datasets) in [
            ("1", ["a", "b", "c"]),
            ("2", ["c", "b", "a"]),
            ("8", ["b", "c", "a"]),
            ("8", ["a", "c", "b"]),
        ] {
            fs::remove_dir_all(project.at("linked")).expect("the last run's files are removed");
            run(project.link(&datasets).args(["--threads", threads])).ends(0);
            let what = format!("{method}, {threads} threads, {datasets:?}");
            assert_same(&wanted, &project.at("linked"), &what);
        }
    }
}

#[test]
fn the_memory_does_not_change_people_or_the_report() {
    let project = three_agencies();
    for (method, largest_block, files) in
        [("match_keys", 1000, 3), ("scored", 1000, 5), ("scored", 4, 5)]
    {
        let blocking = format!("[blocking]\nlargest_block = {largest_block}\n");
        let linking = format!("[linking]\nmethod = {method:?}\n");
        project.put("linkage.toml", format!("{LINKAGE}\n{blocking}\n{linking}"));
        let link = |memory: &str, threads: &str| {
            let mut command = project.link(&["a", "b", "c"]);
            command.args(["--validate", "--format", "json", "--memory", memory]);
            let waited = run(command.args(["--threads", threads])).ends(0).json();
            waited["waited_on_disk"].as_u64().unwrap_or_default()
        };
        assert_eq!(link("1GiB", "2"), 0, "it fits");
        let wanted = contents(&project.at("linked"));
        assert_eq!(wanted.len(), files);
        for (memory, threads) in [("64KiB", "1"), ("64KiB", "8"), ("300KB", "2")] {
            fs::remove_dir_all(project.at("linked")).expect("the last run's files are removed");
            let waited = link(memory, threads);
            assert!(waited > 100_000, "{waited} bytes waited");
            assert_same(&wanted, &project.at("linked"), &format!("{method}, {memory}"));
        }
    }
}

#[test]
fn threads_and_payload_order_do_not_change_an_extract() {
    let project = three_agencies();
    project.put("extract.toml", EXTRACT);
    run(&mut project.link(&["a", "b", "c"])).ends(0);
    run(project.extract(&["a", "b", "c"]).arg("--csv")).ends(0);
    let wanted = contents(&project.at("extract"));
    assert_eq!(wanted.len(), 14);
    for (threads, datasets) in [("1", ["c", "b", "a"]), ("8", ["b", "a", "c"])] {
        fs::remove_dir_all(project.at("extract")).expect("the last run's files are removed");
        run(project.extract(&datasets).args(["--csv", "--threads", threads])).ends(0);
        assert_same(&wanted, &project.at("extract"), &format!("{threads} threads, {datasets:?}"));
    }
}
