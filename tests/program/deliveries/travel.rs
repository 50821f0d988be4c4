//! What travels arrives as it was, and to its reader alone.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use super::super::people::{EXTRACT, csv, rows};
use super::super::support::{names_below, run, sealink};
use super::super::tables;
use super::post::{AGENCIES, Post};

/// Who is with whom, whatever their numbers.
fn partition(post: &Post) -> Vec<Vec<(String, String)>> {
    let mut people: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for (record, person) in post.project.people(&AGENCIES) {
        people.entry(person).or_default().push(record);
    }
    let mut people: Vec<_> = people.into_values().collect();
    people.sort();
    people
}

#[test]
fn linking_deliveries_gives_the_map_that_linking_tables_gives() {
    let post = Post::new(300);
    let deliveries = AGENCIES.map(|agency| post.sealed(agency, 1));
    run(&mut post.project.link(&AGENCIES)).ends(0);
    let plain = fs::read(post.at("linked/person_map.parquet")).expect("read");
    let mut command = sealink("link");
    command.arg("--spec").arg(post.at("linkage.toml")).arg("--out").arg(post.at("from-post"));
    post.receive(&mut command);
    command.args(&deliveries);
    run(&mut command).ends(0);
    assert_eq!(fs::read(post.at("from-post/person_map.parquet")).expect("read"), plain);
    let left = names_below(&post.at("from-post"));
    assert_eq!(
        left,
        ["linkage.html", "linkage.json", "model.json", "person_map.parquet", "review.parquet"]
    );
    assert!(post.at("received.json").exists());
    // One delivery and one plain table do as well, and the same delivery may be linked again.
    let mut command = sealink("link");
    command.arg("--spec").arg(post.at("linkage.toml")).arg("--out").arg(post.at("mixed"));
    post.receive(&mut command);
    command.arg(&deliveries[0]).arg(post.project.table("b", "tokens"));
    run(&mut command).ends(0);
    assert_eq!(fs::read(post.at("mixed/person_map.parquet")).expect("read"), plain);
}

#[test]
fn tokens_sealed_while_they_are_made_are_those_sealed_later() {
    let post = Post::new(200);
    let clear = fs::read(post.project.table("a", "tokens")).expect("read");
    fs::remove_dir_all(post.at("a/out")).expect("removed");
    let mut command = post.project.pseudonymise("a");
    command.arg("--seal-to").arg(post.at("linker.identity.pub"));
    command.arg("--sign").arg(post.at("a.signing")).arg("--agency").arg("agency a");
    run(&mut command).ends(0);
    let names = names_below(&post.at("a/out"));
    let delivery = "a.tokens.0001.delivery";
    let inside =
        ["a.quality.json.age", "a.tokens.parquet.age", "manifest.json", "manifest.json.minisig"];
    let mut wanted: Vec<String> = inside.iter().map(|name| format!("{delivery}/{name}")).collect();
    wanted.splice(
        0..0,
        ["a.payload.parquet", "a.quality.html", "a.quality.json", "a.refs.parquet"]
            .map(str::to_owned),
    );
    wanted.sort();
    assert_eq!(names, wanted, "no clear token table is left");
    run(&mut post.open(&[post.at("a/out").join(delivery)])).ends(0);
    assert_eq!(fs::read(post.at("inbox/a.tokens.parquet")).expect("read"), clear);
    // A second run would overwrite the first delivery.
    run(&mut command).ends(1).says(&[delivery, "exists"]);
}

#[test]
fn re_keyed_tokens_link_as_before_and_none_that_was_delivered_is_left() {
    let post = Post::new(300);
    let deliveries = AGENCIES.map(|agency| post.sealed(agency, 1));
    run(&mut post.project.link(&AGENCIES)).ends(0);
    let before = partition(&post);
    let mut command = post.open(&deliveries);
    command.arg("--rekey").arg(post.at("linker.key"));
    run(&mut command).ends(0);
    for agency in AGENCIES {
        let raw = tables::read(&post.project.table(agency, "tokens"));
        let stored = tables::read(&post.at(&format!("inbox/{agency}.tokens.parquet")));
        assert_eq!(raw.texts("record_ref"), stored.texts("record_ref"));
        for recipe in raw.names().into_iter().filter(|name| *name != "record_ref") {
            let (raw, stored) = (raw.cells(recipe), stored.cells(recipe));
            let absent = |cell: &Option<String>| cell.is_none();
            assert_eq!(
                raw.iter().map(absent).collect::<Vec<_>>(),
                stored.iter().map(absent).collect::<Vec<_>>()
            );
            let known: std::collections::BTreeSet<&String> = raw.iter().flatten().collect();
            assert!(!known.is_empty());
            assert!(stored.iter().flatten().all(|token| !known.contains(token)), "{recipe}");
        }
    }
    let link = |tables: [PathBuf; 2]| {
        let mut command = sealink("link");
        command.arg("--spec").arg(post.at("linkage.toml")).arg("--out").arg(post.at("linked"));
        run(command.args(tables))
    };
    let stored = AGENCIES.map(|agency| post.at(&format!("inbox/{agency}.tokens.parquet")));
    link(stored.clone()).ends(0);
    assert_eq!(partition(&post), before);
    link([stored[0].clone(), post.project.table("b", "tokens")])
        .ends(4)
        .says(&["linker's own key"]);
}

#[test]
fn payload_person_map_and_extract_travel_too() {
    let post = Post::new(200);
    run(&mut post.project.link(&AGENCIES)).ends(0);
    post.project.put(
        "extract.toml",
        EXTRACT.replace("[datasets.c]\ncolumns = [\"serial\", \"remark\"]\n", ""),
    );
    run(post.project.extract(&AGENCIES).arg("--csv")).ends(0);
    let below = |folder: &str| {
        let names = names_below(&post.at(folder)).into_iter();
        names.map(|name| post.at(folder).join(name)).collect::<Vec<_>>()
    };
    let sent = [
        ("a", vec![post.project.table("a", "payload")]),
        ("b", vec![post.at("linked/person_map.parquet")]),
        ("b", below("extract")),
    ];
    for (agency, files) in &sent {
        run(&mut post.seal(agency, files)).ends(0);
    }
    let deliveries: Vec<PathBuf> = names_of_folders(&post);
    assert_eq!(deliveries.len(), 3);
    let mut command = sealink("open");
    command.args(["--project", "trial"]).arg("--out").arg(post.at("inbox"));
    post.receive(&mut command);
    run(command.args(&deliveries)).ends(0);
    for file in sent.iter().flat_map(|(_, files)| files) {
        let name = file.file_name().expect("a name");
        let arrived = fs::read(post.at("inbox").join(name)).expect("it arrived");
        assert_eq!(arrived, fs::read(file).expect("read"), "{}", name.to_string_lossy());
    }
    // Only a sender who may: `a` delivers its dataset, not what came of the linkage.
    fs::remove_dir_all(post.at("outbox")).expect("removed");
    run(&mut post.seal("a", &sent[1].1)).ends(0);
    let mut command = sealink("open");
    command.args(["--project", "trial"]).arg("--out").arg(post.at("inbox"));
    post.receive(&mut command);
    run(command.args(names_of_folders(&post))).ends(11).says(&["does not let"]);
}

fn names_of_folders(post: &Post) -> Vec<PathBuf> {
    let entries = fs::read_dir(post.at("outbox")).expect("listed");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    paths
}

#[test]
fn what_must_not_travel_or_not_together_is_not_sealed() {
    let post = Post::new(30);
    run(&mut post.project.link(&AGENCIES)).ends(0);
    let table = |kind| post.project.table("a", kind);
    for (files, says) in [
        (vec![table("refs")], "stays with its agency"),
        (vec![table("tokens"), table("payload")], "does not belong"),
        (vec![table("tokens"), post.project.table("b", "tokens")], "does not belong"),
        (vec![post.at("linked/review.parquet")], "not sent to anyone"),
        (vec![table("payload"), post.at("a/out/a.quality.json")], "may not travel"),
        (vec![table("tokens"), post.at("a/records.csv")], "may not travel"),
        (vec![table("tokens"), post.at("linkage.key")], "may not travel"),
        (vec![post.at("a/out/a.quality.json")], "no table"),
    ] {
        run(&mut post.seal("a", &files)).ends(4).says(&[says]);
    }
    assert!(names_below(&post.at("outbox")).is_empty());
}

#[test]
fn withdrawn_records_are_taken_out_of_what_was_delivered_before() {
    let post = Post::new(100);
    let first = post.sealed("a", 1);
    run(&mut post.open(&[first])).ends(0);
    let id = csv(&rows(1, 0..100))
        .lines()
        .nth(1)
        .and_then(|row| row.split(',').next().map(str::to_owned));
    let list = post.project.put("list.csv", format!("record_id\n{}\n", id.expect("a first row")));
    let mut command = sealink("withdraw");
    command.arg("--refs").arg(post.project.table("a", "refs"));
    run(command.arg("--list").arg(list).arg("--out").arg(post.at("a/out"))).ends(0);
    run(&mut post.seal("a", &[post.at("a/out/a.withdrawn.parquet")])).ends(0);
    let withdrawals = post.at("outbox/a.withdrawals.0001.delivery");
    let records = || {
        let refs = tables::read(&post.at("inbox/a.tokens.parquet")).texts("record_ref");
        refs.into_iter().collect::<std::collections::BTreeSet<_>>().len()
    };
    let before = records();
    run(&mut post.open(std::slice::from_ref(&withdrawals))).ends(0);
    assert_eq!(records(), before - 1);
    // Both deliveries in one go, into an empty folder, come to the same.
    fs::remove_dir_all(post.at("inbox")).expect("removed");
    run(&mut post.open(&[post.delivery("a", 1), withdrawals])).ends(0);
    assert_eq!(records(), before - 1);
}
