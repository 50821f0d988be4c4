//! What `sealink audit` says of token tables, against figures worked out without it.

mod extract;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use super::people::nhs_number;
use super::quality::{DATASETS, made_up};
use super::support::{Project, assert_nothing_in, names_below, run, sealink};
use super::tables;

/// Two recipes that keep the limits by their definition, and one that the spec accepts by name.
const SPEC: &str = r#"
protocol    = "sealink/1"
project     = "trial"
datasets    = ["a", "b"]
accept_risk = ["bare"]
[fields]
nhs_number    = "nhs_number"
forename      = "name"
surname       = "name"
date_of_birth = "date"
[recipes]
nhs         = ["nhs_number"]
bare        = ["forename.every_word"]
forename_ym = ["forename.every_word", "date_of_birth.year_month"]
surname_ym  = ["surname.every_word", "date_of_birth.year_month"]
"#;

const SOURCE: &str = r#"
record_id = "id"
[fields]
nhs_number    = "nhs"
forename      = "forename"
surname       = "surname"
date_of_birth = "dob"
"#;

/// What the attacker knows of names; `Orsolya` is commoner in the table than it thinks.
const NAMES: [(&str, f64); 5] =
    [("Zanthe", 0.30), ("Quillon", 0.20), ("Orsolya", 0.15), ("Wystan", 0.10), ("Yvaine", 0.05)];
const YEARS: [(u32, f64); 2] = [(2010, 0.5), (2011, 0.3)];

struct Child {
    name: &'static str,
    year: u32,
    month: u32,
}

/// So many children of each name and month that names differ in number, and months often do not.
fn children() -> Vec<Child> {
    let weights = [9, 5, 7, 3, 2];
    let mut children = Vec::new();
    for ((name, _), weight) in NAMES.iter().zip(weights) {
        for (year, _) in YEARS {
            for month in 1..=12 {
                let number = weight * if year == 2010 { 3 } else { 2 } + (month * 7 + weight) % 4;
                children.extend((0..number).map(|_| Child { name, year, month }));
            }
        }
    }
    children
}

/// Agency `a` of these children, of whom every fifth has no forename; a third share one surname and
/// birth month. Seven have NHS numbers of the block for tests.
fn audited() -> (Project, Vec<Child>) {
    let project = Project::new(SPEC);
    let children = children();
    let mut csv = "id,nhs,forename,surname,dob\n".to_owned();
    for (row, child) in children.iter().enumerate() {
        let Child { name, year, month } = child;
        let row = row as u64;
        let number =
            nhs_number(if row < 7 { 999_000_100 + 20 * row } else { 450_000_000 + 20 * row });
        let _ = writeln!(
            csv,
            "{row},{number},{name},Surname{},{year}-{month:02}-{:02}",
            letters(row),
            1 + row % 28
        );
    }
    for row in 0..500_u64 {
        let number = nhs_number(470_000_000 + 20 * row);
        let _ = writeln!(csv, "x{row},{number},,Throckmorton,2012-01-{:02}", 1 + row % 28);
    }
    project.agency("a", &format!("dataset = \"a\"{SOURCE}"), csv).ends(0);
    let mut list = "kind,value,share\n".to_owned();
    NAMES.iter().for_each(|(name, share)| _ = writeln!(list, "forename,{name},{share}"));
    YEARS.iter().for_each(|(year, share)| _ = writeln!(list, "birth_year,{year},{share}"));
    project.put("public.csv", list);
    (project, children)
}

/// A number as letters, since digits are no part of a name.
fn letters(number: u64) -> String {
    number.to_string().bytes().map(|digit| char::from(digit - b'0' + b'a')).collect()
}

fn audit(project: &Project) -> Command {
    let mut command = sealink("audit");
    command.arg(project.table("a", "tokens")).args(["--format", "json"]);
    command
}

fn with_spec(project: &Project) -> Command {
    let mut command = audit(project);
    command.arg("--spec").arg(project.at("linkage.toml"));
    command.arg("--frequencies").arg(project.at("public.csv"));
    command
}

fn with_key(project: &Project) -> Command {
    let mut command = with_spec(project);
    command.arg("--with-key").arg(project.at("linkage.key"));
    command
}

fn column<'v>(report: &'v Value, name: &str) -> &'v Value {
    let columns = report["tables"][0]["columns"].as_array().expect("columns");
    columns.iter().find(|column| column["recipe"] == name).expect("the column")
}

/// A small number as a float.
fn number(count: usize) -> f64 {
    f64::from(u32::try_from(count).expect("small"))
}

#[track_caller]
fn assert_near(found: &Value, wanted: f64) {
    let found = found.as_f64().expect("a number");
    assert!((found - wanted).abs() < 1e-9 * wanted.abs().max(1.0), "{found} is not {wanted}");
}

#[test]
fn figures_are_those_of_a_naive_count() {
    let (project, _) = audited();
    let report = run(&mut audit(&project)).ends(5).json();
    let table = tables::read(&project.table("a", "tokens"));
    let records = number(table.texts("record_ref").into_iter().collect::<BTreeSet<_>>().len());
    assert_eq!(report["tables"][0]["records"].as_f64(), Some(records));
    for name in ["nhs", "bare", "forename_ym", "surname_ym"] {
        let mut counts: BTreeMap<String, f64> = BTreeMap::new();
        table.cells(name).into_iter().flatten().for_each(|t| *counts.entry(t).or_default() += 1.0);
        let mut sorted: Vec<f64> = counts.values().copied().collect();
        sorted.sort_by(|a, b| b.total_cmp(a));
        let all: f64 = sorted.iter().sum();
        let found = column(&report, name);
        assert_near(&found["distinct"], number(counts.len()));
        assert_near(&found["tokens"], all);
        assert_near(&found["largest_count"], sorted[0]);
        for (place, share) in found["largest_shares"].as_array().expect("ten").iter().enumerate() {
            assert_near(share, sorted[place] / records);
        }
        let alone = number(sorted.iter().filter(|count| **count < 1.5).count());
        assert_near(&found["unique_share"], alone / number(counts.len()));
        assert_near(&found["null_share"], 1.0 - all / records);
        let entropy: f64 = sorted.iter().map(|c| -(c / all) * (c / all).log2()).sum();
        assert_near(&found["entropy_bits"], entropy);
        assert_near(&found["min_entropy_bits"], -(sorted[0] / all).log2());
        let pairs: f64 = sorted.iter().map(|count| count * (count - 1.0)).sum();
        assert_near(&found["neighbours"], pairs / records);
    }
    let bare = column(&report, "bare");
    assert_eq!((&bare["outcome"], &bare["exceeded"][0]), (&"fail".into(), &"largest_share".into()));
    assert_eq!(bare["not_judged"][0], "rank_match", "without a spec there is no recipe to guess");
}

#[test]
fn a_spec_names_what_it_waives_and_what_it_does_not() {
    let (project, _) = audited();
    let report = run(&mut with_spec(&project)).ends(5).json();
    assert_eq!(report["passed"], false);
    assert_eq!(column(&report, "bare")["outcome"], "waived");
    assert_eq!(column(&report, "nhs")["outcome"], "pass");
    // Five hundred children of one surname and birth month.
    let surname = column(&report, "surname_ym");
    assert_eq!(
        (&surname["outcome"], &surname["exceeded"][0]),
        (&"fail".into(), &"largest_share".into())
    );

    let rules = "[audit]\nlargest_share = 0.9\nrank_match = 0.9\nrank_top20 = 20\n";
    project.edit_spec("[fields]", &format!("{rules}[fields]"));
    let report = run(&mut with_spec(&project)).ends(0).json();
    assert_eq!(column(&report, "surname_ym")["outcome"], "pass");
    assert_eq!(report["limits"]["rank_top20"], 20);
}

#[test]
fn what_is_named_with_the_key_is_what_a_naive_match_names() {
    let (project, children) = audited();
    let report = run(&mut with_key(&project)).ends(5).json();
    let records = report["tables"][0]["records"].as_f64().expect("a number");
    let bare = column(&report, "bare");
    // By number the names are Zanthe, Orsolya, Quillon, Wystan, Yvaine: all but two are right.
    let of = |name: &str| number(children.iter().filter(|child| child.name == name).count());
    assert!(of("Orsolya") > of("Quillon") && of("Quillon") > of("Wystan"));
    let right = of("Zanthe") + of("Wystan") + of("Yvaine");
    assert_near(&bare["exact"]["records"], right);
    assert_near(&bare["exact"]["share"], right / records);
    assert_near(&bare["exact"]["top20"], 3.0);
    let best = bare["best_case"]["share"].as_f64().expect("a share");
    assert!(best > 0.5, "who knows every share names most: {best}");
    assert_eq!(bare["exceeded"], serde_json::json!(["largest_share", "rank_match", "rank_top20"]));

    let (named, top) = naive(&children);
    assert!(named > 10.0 && top > 0.5, "the comparison must be of something: {named}, {top}");
    let months = &column(&report, "forename_ym")["exact"];
    assert_near(&months["records"], named);
    assert_near(&months["top20"], top);
}

/// The expectation of matching names with months by rank: how many children are rightly named, and
/// how many of the first twenty values.
fn naive(children: &[Child]) -> (f64, f64) {
    let mut counts: BTreeMap<(&str, u32, u32), u32> = BTreeMap::new();
    children.iter().for_each(|c| *counts.entry((c.name, c.year, c.month)).or_default() += 1);
    let mut guesses = Vec::new();
    for (name, share) in NAMES {
        for (year, of_year) in YEARS {
            for month in 1..=12 {
                let days = match month {
                    2 => 28.0,
                    4 | 6 | 9 | 11 => 30.0,
                    _ => 31.0,
                };
                guesses.push(((name, year, month), share * of_year * days / 365.0));
            }
        }
    }
    assert_eq!(guesses.len(), counts.len(), "every guess occurs");
    let like = |a: f64, b: f64| (a - b).abs() < 1e-12;
    let (mut named, mut first) = (0.0, 0.0);
    for (value, share) in &guesses {
        let count = counts[value];
        let before = counts.values().filter(|other| **other > count).count();
        let same = counts.values().filter(|other| **other == count).count();
        let guessed_before =
            guesses.iter().filter(|(_, s)| *s > *share && !like(*s, *share)).count();
        let guessed_same = guesses.iter().filter(|(_, s)| like(*s, *share)).count();
        let places = |end: usize| {
            let end = end.min(before + same).min(guessed_before + guessed_same);
            number(end.saturating_sub(before.max(guessed_before)))
        };
        let ways = number(same * guessed_same);
        named += f64::from(count) * places(usize::MAX) / ways;
        first += places(20) / ways;
    }
    (named, first)
}

#[test]
fn every_planted_number_is_recovered_and_none_of_a_record_is_told() {
    let (project, children) = audited();
    let ran = run(with_key(&project).arg("--out").arg(project.at("report"))).ends(5);
    let report = ran.json();
    let dictionary = &report["dictionary"];
    assert_eq!((&dictionary["planted"], &dictionary["recovered"]), (&1000.into(), &1000.into()));
    assert_eq!(dictionary["found_in_table"], 7, "the seven of the block for tests");
    assert_eq!(dictionary["all_numbers"], 909_090_910);
    let rate = report["this_run"]["numbers_per_second"].as_f64().expect("a rate");
    let seconds = report["this_run"]["seconds_for_all_numbers"].as_f64().expect("seconds");
    assert!(rate > 1000.0 && (rate * seconds / 909_090_910.0 - 1.0).abs() < 1e-6);

    assert_eq!(names_below(&project.at("report")), ["audit.json", "audit.md"]);
    let mut text = ran.stdout + &ran.stderr;
    for file in ["audit.json", "audit.md"] {
        text += &std::fs::read_to_string(project.at("report").join(file)).expect("a report");
    }
    let text = text.to_lowercase();
    let told =
        ["throckmorton", "999000", "2012-01"].into_iter().chain(children.iter().map(|c| c.name));
    for value in told {
        assert!(!text.contains(&value.to_lowercase()), "{value} is told");
    }
}

#[test]
fn reports_are_the_same_bytes_whatever_the_threads() {
    let (project, _) = audited();
    let reports = ["1", "3"].map(|threads| {
        let out = project.at(threads);
        run(with_key(&project).args(["--threads", threads, "--out"]).arg(&out)).ends(5);
        ["audit.json", "audit.md"].map(|file| std::fs::read(out.join(file)).expect("a report"))
    });
    assert_eq!(reports[0], reports[1]);
    let report: Value = serde_json::from_slice(&reports[0][0]).expect("JSON");
    for key in ["audit", "passed", "with_spec", "with_key", "limits", "tables", "dictionary"] {
        assert!(report.get(key).is_some(), "the report lacks {key}");
    }
    assert!(report.get("this_run").is_none(), "a clock is in the file");
    let text = String::from_utf8(reports[0][1].clone()).expect("text");
    for heading in ["What was checked", "is assumed to have", "Result: Failed.", "is not covered"] {
        assert!(text.contains(heading), "the text lacks {heading:?}");
    }
}

#[test]
fn of_re_keyed_tokens_the_linkage_key_recovers_none() {
    let (project, _) = audited();
    for (role, file) in [("identity", "linker.identity"), ("signing", "a.signing")] {
        run(sealink("keygen").arg("--role").arg(role).arg("--out").arg(project.at(file))).ends(0);
    }
    let public = std::fs::read_to_string(project.at("a.signing.pub")).expect("a key");
    let public = public.lines().nth(1).expect("its line");
    let sender =
        format!("[[sender]]\nagency = \"a\"\npublic_key = \"{public}\"\ndatasets = [\"a\"]\n");
    let mut seal = sealink("seal");
    seal.arg("--to").arg(project.at("linker.identity.pub"));
    seal.arg("--sign").arg(project.at("a.signing")).args(["--agency", "a", "--out"]);
    run(seal.arg(project.at("outbox")).arg(project.table("a", "tokens"))).ends(0);
    let mut open = sealink("open");
    open.arg("--spec").arg(project.at("linkage.toml")).arg("--out").arg(project.at("inbox"));
    open.arg("--senders").arg(project.put("senders.toml", sender));
    open.arg("--identity").arg(project.at("linker.identity"));
    open.arg("--rekey").arg(project.at("linker.key"));
    run(open.arg(project.at("outbox/a.tokens.0001.delivery"))).ends(0);
    let audit = |table: PathBuf| {
        let mut command = sealink("audit");
        command.arg("--spec").arg(project.at("linkage.toml")).args(["--format", "json"]);
        command.arg("--with-key").arg(project.at("linkage.key"));
        run(command.arg(table)).ends(5).json()
    };
    assert_eq!(audit(project.table("a", "tokens"))["dictionary"]["found_in_table"], 7);
    let stored = audit(project.at("inbox/a.tokens.parquet"));
    assert_eq!(stored["dictionary"]["rekeyed"], true);
    assert_eq!(stored["dictionary"]["found_in_table"], 0);
}

#[test]
fn a_key_goes_with_its_own_table_alone() {
    let (project, _) = audited();
    project
        .agency(
            "b",
            &format!("dataset = \"b\"{SOURCE}"),
            "id,nhs,forename,surname,dob\n1,,A,B,2010-01-02\n",
        )
        .ends(0);
    let out = project.at("report");
    run(with_key(&project).arg(project.table("b", "tokens")).arg("--out").arg(&out))
        .ends(2)
        .says(&["never holds another agency's tokens"]);
    project.put_key("other.key", "linkage", 9);
    run(with_spec(&project).arg("--with-key").arg(project.at("other.key")))
        .ends(4)
        .says(&["linkage key"]);
    run(with_spec(&project).arg("--with-key").arg(project.at("linker.key"))).ends(2);
    run(audit(&project).arg("--with-key").arg(project.at("linkage.key"))).ends(2).says(&["--spec"]);
    project.edit_spec("project     = \"trial\"", "project     = \"other\"");
    run(&mut with_spec(&project)).ends(4).says(&["spec fingerprint"]);
    run(sealink("audit").arg(project.table("a", "payload"))).ends(4).says(&["payload/1"]);
    run(sealink("audit").arg(project.at("linkage.toml"))).ends(1);
    assert_nothing_in(&out);
}

#[test]
fn the_template_keeps_its_limits_on_made_up_agencies() {
    let project = made_up(3000, 7);
    let paths: Vec<PathBuf> = DATASETS.map(|dataset| project.table(dataset, "tokens")).to_vec();
    let mut command = sealink("audit");
    command.args(["--format", "json", "--spec"]).arg(project.at("linkage.toml")).args(paths);
    let report = run(&mut command).ends(0).json();
    let tables = report["tables"].as_array().expect("tables");
    assert_eq!(tables.len(), 4);
    for column in tables.iter().flat_map(|table| table["columns"].as_array().expect("columns")) {
        assert_eq!(column["outcome"], "pass", "{column}");
        assert!(column["not_attacked"].is_null(), "every recipe of the template can be judged");
    }
}
