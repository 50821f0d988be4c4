//! Records that an agency lists: those that go nowhere, those that nothing may ever be tied to, and
//! those that it takes back after they were delivered.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use super::families::{METHODS, N1, Record, agencies_of, people_of};
use super::people::{self, LINKAGE, csv, rows};
use super::support::{Project, Ran, assert_nothing_in, files_below, run, sealink};
use super::tables;

/// Appends a section to a dataset's mapping, and writes its lists.
fn list(project: &Project, dataset: &str, records: &str, lists: &[(&str, &str)]) {
    let path = project.at(format!("{dataset}/source.toml"));
    let text = fs::read_to_string(&path).expect("the mapping");
    let text = text.split("\n[records]").next().expect("a text").to_owned();
    fs::write(path, format!("{text}\n[records]\n{records}\n")).expect("a file");
    for (name, text) in lists {
        project.put(&format!("{dataset}/{name}"), text);
    }
}

/// Pseudonymises once more, and gives the summary.
fn again(project: &Project, dataset: &str) -> serde_json::Value {
    run(project.pseudonymise(dataset).args(["--format", "json"])).ends(0).json()
}

/// A project of the mechanism's spec with some people in a and b, who overlap.
fn of_people(datasets: &[&str]) -> Project {
    let project = Project::new(LINKAGE);
    for (place, dataset) in (0..).zip(datasets) {
        let rows = rows(place + 1, place * 20..place * 20 + 60);
        project.agency(dataset, &people::source(dataset), csv(&rows)).ends(0);
    }
    project
}

fn reference(project: &Project, dataset: &str, id: &str) -> String {
    let refs = tables::read(&project.table(dataset, "refs"));
    let place = refs.texts("record_id").iter().position(|other| other == id);
    refs.texts("record_ref").swap_remove(place.expect("the record is there"))
}

fn rows_of(path: &Path, record_ref: &str) -> usize {
    let refs = tables::read(path).texts("record_ref");
    refs.iter().filter(|other| *other == record_ref).count()
}

/// A child before adoption, after it under a new name and number in the same agency, and twice
/// elsewhere.
const BEFORE: Record<'_> = ["a1", N1, "Amelia", "Hartley", "2012-03-04", "AM1 2AB"];

fn alike(id: &str) -> Record<'_> {
    let [_, rest @ ..] = BEFORE;
    [id, rest[0], rest[1], rest[2], rest[3], rest[4]]
}

#[test]
fn a_sealed_record_is_tied_to_nothing_though_all_others_agree_with_it_in_everything() {
    for method in METHODS {
        let agencies: [(&str, &[Record<'_>]); 3] =
            [("a", &[BEFORE]), ("b", &[alike("b1"), alike("b2")]), ("c", &[alike("c1")])];
        let project = agencies_of(method, &[], &agencies);
        let datasets = ["a", "b", "c"];
        run(&mut project.link(&datasets)).ends(0);
        let all = ["a1", "b1", "b2", "c1"];
        assert_eq!(people_of(&project, &datasets), [all.to_vec()], "they are alike ({method})");
        // Whichever of the four is sealed, the other three are one child.
        for (sealed, dataset) in [("a1", "a"), ("b1", "b"), ("b2", "b"), ("c1", "c")] {
            for dataset in datasets {
                list(&project, dataset, "", &[]);
            }
            list(&project, dataset, "seal = \"s.csv\"", &[("s.csv", &format!("id\n{sealed}\n"))]);
            for dataset in datasets {
                again(&project, dataset);
            }
            for extra in [&[][..], &["--validate"]] {
                run(project.link(&datasets).args(extra)).ends(0);
                let mut people = people_of(&project, &datasets);
                people.sort_by_key(Vec::len);
                let rest: Vec<&str> = all.into_iter().filter(|id| *id != sealed).collect();
                assert_eq!(people, [vec![sealed], rest], "{method}");
            }
            if method == "scored" {
                let review = tables::read(&project.at("linked/review.parquet"));
                let refs = [review.texts("record_ref"), review.texts("other_ref")].concat();
                assert!(!refs.contains(&reference(&project, dataset, sealed)));
            }
        }
    }
}

#[test]
fn a_sealed_record_has_no_token_of_any_recipe() {
    // It has one row of nulls, however many rows it has in the source.
    let project = of_people(&["a", "b"]);
    let id = first_of_several_rows(&project);
    let record = reference(&project, "a", &id);
    let payload = rows_of(&project.table("a", "payload"), &record);
    assert!(payload > 1);
    list(&project, "a", "seal = [\"s.csv\"]", &[("s.csv", &format!("record_id,why\n{id},x\n"))]);
    let summary = again(&project, "a");
    let counts = serde_json::json!({ "listed": 1, "records": 1, "rows": payload, "not_found": 0 });
    assert_eq!(summary["listed"]["seal"], counts);
    let tokens = tables::read(&project.table("a", "tokens"));
    let place = tokens.texts("record_ref").iter().position(|other| *other == record);
    let place = place.expect("the record is still there");
    for recipe in tokens.names().into_iter().filter(|name| *name != "record_ref") {
        assert_eq!(tokens.cells(recipe)[place], None, "{recipe}");
    }
    for (kind, rows) in [("tokens", 1), ("refs", 1), ("payload", payload)] {
        assert_eq!(rows_of(&project.table("a", kind), &record), rows, "{kind}");
    }
}

/// The id of a record of a that has several rows.
fn first_of_several_rows(project: &Project) -> String {
    let records = fs::read_to_string(project.at("a/records.csv")).expect("records");
    let ids: Vec<&str> =
        records.lines().skip(1).map(|l| l.split(',').next().unwrap_or("")).collect();
    let pair = ids.windows(2).find(|pair| pair[0] == pair[1]).expect("somebody has two rows");
    pair[0].to_owned()
}

#[test]
fn sealing_a_record_gives_all_others_the_people_that_leaving_it_out_gives() {
    let datasets = ["a", "b", "c"];
    for method in METHODS {
        let project = of_people(&datasets);
        let rules = format!("{LINKAGE}\n[linking]\nmethod = \"{method}\"\n");
        project.put("linkage.toml", rules);
        run(&mut project.link(&datasets)).ends(0);
        // A fitted model depends on how many records there are, so all runs have the first one's.
        let model = fs::read(project.at("linked/model.json"));
        let model = model.ok().map(|model| project.put("model.json", model));
        // Records that are linked, so that sealing them matters.
        let linked: Vec<String> = people_of(&project, &datasets)
            .into_iter()
            .filter(|person| person.len() > 2)
            .filter_map(|person| person.into_iter().find(|id| id.starts_with("2-")))
            .take(8)
            .collect();
        assert_eq!(linked.len(), 8);
        let listed = format!("id\n{}\n", linked.join("\n"));
        let people = |records: &str| {
            list(&project, "b", records, &[("l.csv", &listed)]);
            again(&project, "b");
            let mut command = project.link(&datasets);
            run(command.args(model.iter().flat_map(|path| ["--model".into(), path.clone()])))
                .ends(0);
            people_of(&project, &datasets)
        };
        let left_out = people("leave_out = \"l.csv\"");
        let (alone, others): (Vec<Vec<String>>, Vec<Vec<String>>) =
            people("seal = \"l.csv\"").into_iter().partition(|person| linked.contains(&person[0]));
        assert_eq!(others, left_out, "{method}");
        assert!(alone.iter().all(|person| person.len() == 1) && alone.len() == linked.len());
    }
}

#[test]
fn a_record_that_is_left_out_is_in_no_output() {
    let project = of_people(&["a"]);
    let id = first_of_several_rows(&project);
    let record = reference(&project, "a", &id);
    let (rows, records) = {
        let summary = again(&project, "a");
        assert_eq!(summary.get("listed"), None, "without lists there is nothing to tell");
        (summary["used_rows"].as_u64(), summary["records"].as_u64())
    };
    let own = rows_of(&project.table("a", "payload"), &record) as u64;
    // A record on both lists is left out.
    let lists = "leave_out = [\"l.csv\", \"more.csv\"]\nseal = \"l.csv\"";
    list(
        &project,
        "a",
        lists,
        &[
            ("l.csv", &format!("date,id\n2025-01-01,{id}\n,{id}\n")),
            ("more.csv", "id\nno-such-id\n"),
        ],
    );
    let ran = run(project.pseudonymise("a").args(["--format", "json"])).ends(0);
    let summary = ran.says(&["1 id listed under leave_out", "not found"]);
    assert!(!summary.stderr.contains(&id) && !summary.stderr.contains("no-such-id"));
    let summary = summary.json();
    let counts = serde_json::json!({ "listed": 2, "records": 1, "rows": own, "not_found": 1 });
    assert_eq!(summary["listed"]["leave_out"], counts);
    assert_eq!(summary["listed"]["seal"]["listed"], 0);
    assert_eq!(summary["used_rows"].as_u64(), rows.map(|rows| rows - own));
    assert_eq!(summary["records"].as_u64(), records.map(|records| records - 1));
    assert_eq!(summary["left_out"], serde_json::json!({}));
    for kind in ["tokens", "payload", "refs"] {
        assert_eq!(rows_of(&project.table("a", kind), &record), 0, "{kind}");
    }
    for file in files_below(&project.at("a/out")) {
        let bytes = fs::read(&file).expect("a file");
        assert!(memchr::memmem::find(&bytes, id.as_bytes()).is_none(), "{}", file.display());
    }
    let report = fs::read_to_string(project.at("a/out/a.quality.json")).expect("a report");
    assert!(report.contains("\"leave_out\"") && !report.contains("no-such-id"));
}

#[test]
fn checking_counts_the_lists_too() {
    let project = of_people(&["a"]);
    let id = first_of_several_rows(&project);
    list(&project, "a", "leave_out = \"l.csv\"", &[("l.csv", &format!("id\n{id}\nno-such-id\n"))]);
    let mut command = sealink("check");
    command.arg("--spec").arg(project.at("linkage.toml"));
    command.arg("--source").arg(project.at("a/source.toml")).arg(project.at("a/records.csv"));
    let ran = run(&mut command).ends(0).says(&["1 id listed under leave_out"]);
    assert!(ran.stdout.contains("left out as listed: 1 record"), "{}", ran.stdout);
}

#[test]
fn a_list_that_cannot_be_read_to_its_end_stops_the_run() {
    let project = of_people(&["a"]);
    fs::remove_dir_all(project.at("a/out")).expect("the tables go");
    let stops = |text: Option<&str>, code: i32, says: &[&str]| {
        for key in ["leave_out", "seal"] {
            list(&project, "a", &format!("{key} = \"list.csv\""), &[]);
            let _ = fs::remove_file(project.at("a/list.csv"));
            if let Some(text) = text {
                project.put("a/list.csv", text);
            }
            run(&mut project.pseudonymise("a")).ends(code).says(says);
            assert_nothing_in(project.at("a/out"));
        }
    };
    stops(None, 1, &["list.csv", "could not be read"]);
    stops(Some(""), 1, &["list.csv", "the file is empty"]);
    stops(Some("1-2-0\n"), 1, &["list.csv", "no column named \"id\""]);
    stops(Some("id,why\n1-2-0,x\n1-3-0\n"), 1, &["list.csv, row 3", "more or fewer fields"]);
    stops(Some("id,why\n1-2-0,x\n ,x\n"), 1, &["list.csv, row 3", "no record id"]);
    stops(Some("id\n\"1-2-0\n"), 1, &["list.csv", "never closed"]);
    // The list is looked at before the records are: these are not there at all.
    fs::remove_file(project.at("a/records.csv")).expect("they go");
    stops(None, 1, &["list.csv"]);
    list(&project, "a", "seals = \"list.csv\"\nleave_out = \"\"", &[]);
    run(&mut project.pseudonymise("a")).ends(2).says(&["no `seals`", "`leave_out` takes the path"]);
}

/// Withdraws these records of a dataset.
fn withdraw(project: &Project, dataset: &str, ids: &[&str]) -> Ran {
    let list = project.put("withdraw.csv", format!("record_id\n{}\n", ids.join("\n")));
    let mut command = sealink("withdraw");
    command.arg("--refs").arg(project.table(dataset, "refs")).arg("--list").arg(list);
    run(command.arg("--out").arg(project.at("withdrawn")).args(["--format", "json"]))
}

#[test]
fn a_withdrawn_record_is_linked_no_more_and_extracted_no_more() {
    let datasets = ["a", "b"];
    let project = of_people(&datasets);
    project.put(
        "extract.toml",
        "extract = \"t-1\"\n[datasets.a]\ncolumns = [\"*\"]\n[datasets.b]\ncolumns = [\"*\"]\n",
    );
    run(&mut project.link(&datasets)).ends(0);
    let person = people_of(&project, &datasets).into_iter().find(|person| person.len() > 1);
    let id = person.expect("somebody is in both").into_iter().find(|id| id.starts_with("1-"));
    let id = id.expect("one record is of a");
    let record = reference(&project, "a", &id);
    let before = tables::read(&project.at("linked/person_map.parquet")).rows();

    let summary = withdraw(&project, "a", &[&id]).ends(0).json();
    assert_eq!((&summary["withdrawn"], &summary["not_found"]), (&1.into(), &0.into()));
    let withdrawn = project.at("withdrawn/a.withdrawn.parquet");
    let table = tables::read(&withdrawn);
    assert_eq!(
        (table.names(), table.texts("record_ref")),
        (vec!["record_ref"], vec![record.clone()])
    );
    assert!(table.metadata[0].1.contains("\"withdrawals/1\""));

    let report =
        run(project.link(&datasets).arg(&withdrawn).args(["--format", "json"])).ends(0).json();
    assert_eq!(report["withdrawn"], 1);
    let map = project.at("linked/person_map.parquet");
    assert_eq!((tables::read(&map).rows(), rows_of(&map, &record)), (before - 1, 0));
    // The payload still has the record, and an extract refuses it until it has forgotten.
    run(&mut project.extract(&datasets)).ends(4).says(&["a.payload.parquet", "person map lacks"]);
    run(sealink("forget")
        .arg("--withdrawn")
        .arg(&withdrawn)
        .arg("--in-place")
        .arg(project.table("a", "payload")))
    .ends(0);
    run(&mut project.extract(&datasets)).ends(0);
    // A later delivery that has the record again changes nothing.
    again(&project, "a");
    run(project.link(&datasets).arg(&withdrawn)).ends(0);
    assert_eq!(rows_of(&map, &record), 0);
}

#[test]
fn tables_that_forget_are_those_that_never_knew() {
    let project = of_people(&["a"]);
    let ids = [first_of_several_rows(&project), "1-1-0".to_owned()];
    withdraw(&project, "a", &[&ids[0], &ids[1]]).ends(0);
    let tables = ["tokens", "payload", "refs"].map(|kind| project.table("a", kind));
    let mut command = sealink("forget");
    command.arg("--withdrawn").arg(project.at("withdrawn/a.withdrawn.parquet"));
    let ran = run(command.arg("--out").arg(project.at("after")).args(&tables)).ends(0);
    assert!(ran.stdout.contains("2 records taken out"), "{}", ran.stdout);
    let listed = format!("id\n{}\n", ids.join("\n"));
    list(&project, "a", "leave_out = \"l.csv\"", &[("l.csv", &listed)]);
    again(&project, "a");
    for path in &tables {
        let after = project.at("after").join(path.file_name().expect("a file"));
        assert!(fs::read(&after).expect("read") == fs::read(path).expect("read"), "{after:?}");
    }
}

#[test]
fn a_person_map_and_a_review_list_forget_records_of_the_dataset_alone() {
    let third = ["c1", "", "Amelia", "Hartley", "2012-03-05", "AM1 2AB"];
    let project = agencies_of(
        "scored",
        &["b"],
        &[("a", &[BEFORE]), ("b", &[alike("b1"), alike("b2")]), ("c", &[third])],
    );
    let datasets = ["a", "b", "c"];
    run(&mut project.link(&datasets)).ends(0);
    let paths = ["person_map", "review"].map(|name| project.at(format!("linked/{name}.parquet")));
    let [map, review] = paths.each_ref().map(|path| tables::read(path));
    let (b1, b2) = (reference(&project, "b", "b1"), reference(&project, "b", "b2"));
    let names = |b: &str, table: &tables::Parquet| -> BTreeSet<usize> {
        let sides = [table.texts("record_ref"), table.texts("other_ref")];
        (0..table.rows()).filter(|row| sides.iter().any(|side| side[*row] == b)).collect()
    };
    let of_pair = names(&b1, &review);
    assert!(!of_pair.is_empty() && !names(&b2, &review).is_empty(), "both stand in pairs");
    withdraw(&project, "b", &["b1"]).ends(0);
    run(sealink("forget")
        .arg("--withdrawn")
        .arg(project.at("withdrawn/b.withdrawn.parquet"))
        .arg("--in-place")
        .args(&paths))
    .ends(0);
    let [map_after, review_after] = paths.each_ref().map(|path| tables::read(path));
    assert_eq!(map_after.rows(), map.rows() - 1);
    assert!(!map_after.texts("record_ref").contains(&b1));
    assert_eq!(review_after.rows(), review.rows() - of_pair.len());
    assert!(names(&b1, &review_after).is_empty());
    assert!(map_after.metadata[0].1.contains(&format!("\"records\":{}", map.rows() - 1)));
}

#[test]
fn withdrawals_of_others_are_refused() {
    let project = of_people(&["a", "b"]);
    withdraw(&project, "a", &["1-1-0", "no-such-id"]).ends(3).says(&["1 listed id is not in"]);
    let withdrawn = project.at("withdrawn/a.withdrawn.parquet");
    fs::rename(&withdrawn, project.at("of_a.parquet")).expect("it is moved");
    withdraw(&project, "a", &["no-such-id"]).ends(4).says(&["none of the records on the list"]);
    assert_nothing_in(project.at("withdrawn"));

    let other = Project::new(&LINKAGE.replace("\"trial\"", "\"another\""));
    other.agency("a", &people::source("a"), csv(&rows(1, 0..30))).ends(0);
    withdraw(&other, "a", &["1-1-0"]).ends(0);
    let of_other = other.at("withdrawn/a.withdrawn.parquet");
    run(project.link(&["a", "b"]).arg(&of_other))
        .ends(4)
        .says(&["project another", "spec fingerprint"]);
    run(project.link(&["b"]).arg(project.at("of_a.parquet"))).ends(4).says(&["has the dataset a"]);
    assert_nothing_in(project.at("linked"));

    let forget = |withdrawn: &Path, table: &Path| {
        let mut command = sealink("forget");
        command.arg("--withdrawn").arg(withdrawn).arg("--out").arg(project.at("after"));
        let ran = run(command.arg(project.table("a", "payload")).arg(table));
        assert_nothing_in(project.at("after"));
        ran
    };
    forget(&of_other, &project.table("a", "tokens")).ends(4).says(&["the project"]);
    let of_a = project.at("of_a.parquet");
    forget(&of_a, &project.table("b", "tokens")).ends(4).says(&["is of the dataset b"]);
    forget(&of_a, &of_a).ends(4).says(&["is a withdrawals/1"]);
    forget(&of_a, &project.at("a/records.csv")).ends(1);
    forget(&project.table("a", "refs"), &project.table("a", "tokens")).ends(4);
    forget(&of_a, &project.table("a", "payload")).ends(2).says(&["two of the tables"]);
}
