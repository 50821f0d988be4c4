//! Pairs by group: against a list of every pair, and tables that do not do.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::super::digests::hex;
use super::super::people::{LINKAGE, Random};
use super::super::support::{Project, Ran, run};
use super::{Labelled, command, counts, random_records, share, write};

fn by(map: &Path, truth: &Path, column: &str) -> Ran {
    run(command(map, truth).args(["--format", "json", "--by", column]))
}

/// The argument for a column of the project's table of groups.
fn column(project: &Project, name: &str) -> String {
    format!("{}:{name}", project.at("groups.csv").display())
}

/// Some records' values; the others are not listed.
fn random_groups<'r>(random: &mut Random, records: &'r [Labelled]) -> Vec<Option<&'r str>> {
    let value =
        |at: u64| [None, Some("x"), Some("y"), Some("")][usize::try_from(at).expect("small")];
    let mut groups: Vec<_> = records.iter().map(|_| value(random.below(4))).collect();
    groups[0] = Some("x");
    groups
}

/// The pairs with a record in a group, by looking at every pair of records.
fn by_hand(records: &[Labelled], of: &[Option<&str>], group: Option<&str>, across: bool) -> Value {
    let [mut both, mut found, mut truth] = [0; 3];
    for (at, (a, group_of_a)) in records.iter().zip(of).enumerate() {
        for (b, group_of_b) in records.iter().zip(of).skip(at + 1) {
            let touched = *group_of_a == group || *group_of_b == group;
            if touched && !(across && a.agency == b.agency) {
                both += u64::from(a.person == b.person && a.entity == b.entity);
                found += u64::from(a.person == b.person);
                truth += u64::from(a.entity == b.entity);
            }
        }
    }
    json!({ "both": both, "found": found, "truth": truth })
}

#[test]
fn groups_equal_a_count_of_every_pair() {
    let project = Project::new(LINKAGE);
    let mut random = Random(31);
    for _ in 0..25 {
        let records = random_records(&mut random);
        let (map, truth) = write(&project, &records, &BTreeSet::new());
        let groups = random_groups(&mut random, &records);
        let mut table = "side,record_id,agency\n".to_owned();
        for (record, group) in records.iter().zip(&groups) {
            if let Some(group) = group {
                let _ = writeln!(table, "{group},{},{}", hex(&record.record.0), record.agency);
            }
        }
        table += "elsewhere,0000,a\n";
        project.put("groups.csv", table);
        let found = by(&map, &truth, &column(&project, "side")).ends(0).json();
        assert_eq!(found["by"][0]["column"], "side");
        let mut sizes: BTreeMap<(bool, Option<&str>), u64> = BTreeMap::new();
        for group in &groups {
            *sizes.entry((group.is_none(), *group)).or_default() += 1;
        }
        let found = found["by"][0]["groups"].as_array().expect("groups");
        assert_eq!(found.len(), sizes.len(), "by value, those not listed last");
        for (((_, value), size), found) in sizes.into_iter().zip(found) {
            assert_eq!((&found["value"], &found["records"]), (&json!(value), &json!(size)));
            for (side, across) in [("all", false), ("across", true)] {
                let wanted = by_hand(&records, &groups, value, across);
                assert_eq!(counts(&found[side]), wanted, "{value:?} {side}");
                for name in ["precision", "recall"] {
                    if !found[side][name].is_null() {
                        share(&found[side][name]);
                    }
                }
            }
        }
    }
}

/// 150 children with two records each, of whom some are linked: all of `x`, two thirds of `y`,
/// and the one of `rare`, who is not linked.
fn some_linked(project: &Project) -> (PathBuf, PathBuf) {
    let mut records = Vec::new();
    let mut table = "agency,record_id,side\n".to_owned();
    for child in 0..301 {
        let side = if child == 300 { "rare" } else { ["x", "y"][usize::from(child % 2 == 1)] };
        let linked = side == "x" || (side == "y" && child % 3 != 0);
        for (at, agency) in (0..).zip(["a", "b"]) {
            let record = super::token(2 * child + at);
            let person = super::token(1000 + if linked { 2 * child } else { 2 * child + at });
            let _ = writeln!(table, "{agency},{},{side}", hex(&record.0));
            records.push(Labelled { agency, record, entity: child, person, probability: None });
        }
    }
    records.sort_by_key(|record| (record.agency, record.record));
    project.put("groups.csv", table);
    write(project, &records, &BTreeSet::new())
}

#[test]
fn groups_have_intervals_and_a_spread_of_recall() {
    let project = Project::new(LINKAGE);
    let (map, truth) = some_linked(&project);
    let found = by(&map, &truth, &column(&project, "side")).ends(0).json();
    let groups = &found["by"][0];
    let spread = json!({ "recall": 1.0 - 100.0 / 150.0, "lowest": "y", "highest": "x" });
    for name in ["spread_all", "spread_across"] {
        let recall = |spread: &Value| spread["recall"].as_f64().expect("a difference");
        assert!((recall(&groups[name]) - recall(&spread)).abs() < 1e-9, "{groups:#}");
        assert_eq!(groups[name]["lowest"], "y", "one pair is too few for a spread");
        assert_eq!(groups[name]["highest"], "x");
    }
    // Wilson's intervals of 150 of 150 and of 100 of 150.
    let recalls: Vec<[f64; 3]> =
        (1..3).map(|at| share(&groups["groups"][at]["all"]["recall"])).collect();
    for (found, wanted) in recalls.iter().zip([[0.9750, 1.0, 1.0], [0.5879, 2.0 / 3.0, 0.7370]]) {
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-3, "{recalls:?}");
        }
    }
    let rare = &groups["groups"][0]["all"];
    assert_eq!((&rare["precision"], &rare["f1"]), (&Value::Null, &json!(0.0)));
    assert!((share(&rare["recall"])[2] - 0.7935).abs() < 1e-3, "a small group is shown too");
    // The whole: 250 of 301, each child a cluster of one pair.
    assert!((share(&found["all"]["recall"])[0] - 0.7840).abs() < 1e-3, "{found:#}");
    assert_eq!(found["all"]["precision"]["high"], 1.0);

    let text = run(command(&map, &truth).args(["--by", &column(&project, "side")])).ends(0).stdout;
    for line in ["by side, across datasets", "by side, all pairs", "  rare  ", "differs by 0.3333"]
    {
        assert!(text.contains(line), "no {line:?} in\n{text}");
    }
    assert!(!text.contains("(not listed)") && !text.contains("probability"), "{text}");
}

#[test]
fn several_columns_are_shown_each_and_values_cannot_steer_a_terminal() {
    let project = Project::new(LINKAGE);
    let (map, truth) = some_linked(&project);
    let table = std::fs::read_to_string(project.at("groups.csv")).expect("the table");
    let arguments = ["--by", &column(&project, "agency"), "--by", &column(&project, "side")];
    project.put("groups.csv", table.replace("rare", "\u{1b}[31mred"));
    run(command(&map, &truth).args(arguments)).ends(1).says(&["groups.csv", "malformed"]);
    project.put("groups.csv", table.replace("rare", "\u{202e}red").replace(",y", ","));
    let text = run(command(&map, &truth).args(arguments)).ends(0).stdout;
    assert!(text.contains("by agency") && text.contains("by side") && text.contains("(empty)"));
    assert!(!text.contains('\u{202e}'), "{text:?}");
    // Every pair has a record of each of the two agencies.
    let found =
        run(command(&map, &truth).args(["--format", "json"]).args(arguments)).ends(0).json();
    assert_eq!(counts(&found["by"][0]["groups"][0]["all"]), counts(&found["all"]));
    assert_eq!(found["by"].as_array().map(Vec::len), Some(2));
}

#[test]
fn a_table_of_groups_that_does_not_do_is_refused_without_its_values() {
    let project = Project::new(LINKAGE);
    let (map, truth) = some_linked(&project);
    let whole = std::fs::read_to_string(project.at("groups.csv")).expect("the table");
    let last = whole.lines().count();
    let line = whole.lines().nth(1).expect("a row").to_owned();
    let try_table = |table: &[u8], name: &str| {
        project.put("groups.csv", table);
        by(&map, &truth, &column(&project, name))
    };
    let next = format!("row {}", last + 1);
    let text = |text: String| text.into_bytes();
    try_table(whole.as_bytes(), "tradition").ends(1).says(&["no column `tradition`"]);
    try_table(&text(whole.replace("record_id", "id")), "side").ends(1).says(&["`record_id`"]);
    try_table(&text(whole.replace("agency,", "side,")), "side").ends(1).says(&["`agency`"]);
    try_table(&text(format!("{whole}{line}\n")), "side").ends(1).says(&[&next, "second time"]);
    try_table(&text(format!("{whole}secret\n")), "side").ends(1).says(&[&next, "malformed"]);
    try_table(&[whole.as_bytes(), b"a,\xff,secret\n"].concat(), "side").ends(1).says(&[&next]);
    try_table(b"agency,record_id,side,side\n", "side").ends(1).says(&["`side` twice"]);
    try_table(b"agency,record_id,side\na,zzz,secret\n", "side")
        .ends(1)
        .says(&["none of the truth"]);
    try_table(b"", "side").ends(1).says(&["no column"]);
    let many: String = (0..1001).fold("agency,record_id,side\n".to_owned(), |mut table, at| {
        let _ = writeln!(table, "a,{at},secret{at}");
        table
    });
    let refused = try_table(many.as_bytes(), "side").ends(1).says(&["`side`", "1000", "row 1002"]);
    assert!(!refused.stderr.contains("secret"), "{}", refused.stderr);

    let missing = format!("{}:side", project.at("nowhere.csv").display());
    by(&map, &truth, &missing).ends(1).says(&["nowhere.csv", "cannot be read"]);
    for argument in ["groups.csv", "groups.csv:", ":side", "C:/groups.csv"] {
        by(&map, &truth, argument).ends(2).says(&["--by", "colon"]);
    }
}
