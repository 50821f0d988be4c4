//! How far linked people agree in payload columns, beside the same from the extract's own tables.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use serde_json::Value;

use super::super::people::{LINKAGE, csv, rows, source};
use super::super::support::{Project, assert_nothing_in, run};
use super::{DATASETS, table};

const ALL: &str = "extract = \"x\"\n[datasets.a]\ncolumns = [\"*\"]\n[datasets.b]\ncolumns = [\"*\"]\n\
                   [datasets.c]\ncolumns = [\"*\"]\n";

const AGREEMENTS: &str = r#"
[[agreement]]
name    = "birth_year"
columns = { c = "birth_year", b = "birth_year", a = "birth_year" }

[[agreement]]
name    = "remark"
columns = { a = "remark", b = { column = "remark", codes = { "PLAIN" = "", "-" = "@Home" } } }
error   = 0.25

[[agreement]]
name    = "month"
columns = { a = { column = "seen", format = "%d/%m/%Y", coarsen = "month" }, c = { column = "seen", format = "%d/%m/%Y", coarsen = "month" } }
"#;

fn linked(people: [std::ops::Range<u64>; 3]) -> Project {
    let project = Project::new(LINKAGE);
    for ((place, dataset), people) in (1..).zip(DATASETS).zip(people) {
        let source = source(dataset)
            .replace("\"remark\",", "\"remark\",\n    { field = \"sex\", name = \"sex\" },");
        project.agency(dataset, &source, csv(&rows(place, people))).ends(0);
    }
    run(&mut project.link(&DATASETS)).ends(0);
    project
}

fn agreement(project: &Project, spec: &str) -> Value {
    project.put("extract.toml", spec);
    let ran = run(project.extract(&DATASETS).args(["--format", "json"])).ends(0);
    ran.json()["agreement"].clone()
}

/// What a dataset's extract says of each person in a column.
fn said(
    project: &Project,
    dataset: &str,
    column: &str,
    meaning: impl Fn(&str) -> String,
) -> BTreeMap<String, BTreeSet<String>> {
    let table = table(project, dataset);
    let mut said: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (person, cell) in table.texts("person_id").into_iter().zip(table.cells(column)) {
        let meaning = meaning(cell.unwrap_or_default().trim());
        if !meaning.is_empty() {
            said.entry(person).or_default().insert(meaning);
        }
    }
    said
}

type Said = BTreeMap<String, BTreeSet<String>>;

/// People compared, those who agree, and the share that would by chance.
#[expect(clippy::cast_precision_loss, reason = "they are few")]
fn naive(one: &Said, other: &Said) -> (u64, u64, f64) {
    let both: Vec<_> = one.iter().filter_map(|(p, a)| Some((a, other.get(p)?))).collect();
    let alike = |a: &BTreeSet<String>, b: &BTreeSet<String>| a.len() == 1 && a == b;
    let agreeing = both.iter().filter(|(a, b)| alike(a, b)).count();
    let mut by_chance = 0;
    for (a, _) in &both {
        by_chance += both.iter().filter(|(_, b)| alike(a, b)).count();
    }
    (both.len() as u64, agreeing as u64, by_chance as f64 / (both.len() * both.len()) as f64)
}

#[test]
fn agreement_is_what_the_extract_shows() {
    let project = linked([0..400, 200..600, 100..300]);
    let told = agreement(&project, &format!("{ALL}{AGREEMENTS}"));
    let held = |dataset: &str| table(&project, dataset).texts("person_id");
    let held: BTreeMap<&str, BTreeSet<String>> =
        DATASETS.iter().map(|dataset| (*dataset, held(dataset).into_iter().collect())).collect();
    let meaning = |agreement: &str, dataset: &str, cell: &str| match (agreement, dataset) {
        ("remark", "b") if cell == "plain" => String::new(),
        ("remark", "b") if cell == "-" => "@home".to_owned(),
        ("month", _) => cell.split('/').skip(1).collect(),
        _ => cell.to_lowercase(),
    };
    let pairs: [(usize, &str, &[[&str; 2]]); 3] = [
        (0, "birth_year", &[["a", "b"], ["a", "c"], ["b", "c"]]),
        (1, "remark", &[["a", "b"]]),
        (2, "seen", &[["a", "c"]]),
    ];
    for (place, column, wanted) in pairs {
        let of = &told["columns"][place];
        let name = of["name"].as_str().expect("a name");
        let found = of["pairs"].as_array().expect("a list");
        assert_eq!(found.len(), wanted.len(), "{name}");
        for (pair, datasets) in found.iter().zip(wanted) {
            assert_eq!(pair["datasets"], Value::from(datasets.to_vec()));
            let [one, other] = datasets.map(|dataset| {
                said(&project, dataset, column, |cell| meaning(name, dataset, cell))
            });
            let (compared, agreeing, random) = naive(&one, &other);
            let linked = held[datasets[0]].intersection(&held[datasets[1]]).count();
            assert!(compared > 50, "{name} {datasets:?}");
            assert_eq!(pair["linked"], linked, "{name} {datasets:?}");
            assert_eq!(pair["compared"], compared, "{name} {datasets:?}");
            assert!((number(&pair["random"]) - random).abs() <= 0.0005, "{name} {datasets:?}");
            if agreeing == compared || compared - agreeing >= 10 {
                assert_eq!(pair["agreeing"], agreeing, "{name} {datasets:?}");
            } else {
                let range = format!("{} to {}", compared - 9, compared - 1);
                assert_eq!(pair["agreeing"], range, "{name} {datasets:?}");
            }
        }
    }
    // The birth years are of the people themselves; what was remarked is chance.
    let [years, remarks] = [0, 1].map(|place| &told["columns"][place]["overall"]);
    assert!(number(&years["true_links"]["low"]) > 0.95, "{years}");
    assert!(number(&remarks["true_links"]["low"]) < 0.1, "{remarks}");
    assert!(number(&remarks["true_links"]["high"]) < 0.3, "{remarks}");
    assert_eq!(told["columns"][1]["error"], 0.25);
    let bytes = fs::read(project.at("extract/datapackage.json")).expect("the data package");
    let package: Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(package["sealink"]["agreement"], told, "the researcher is told the same");
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

#[test]
fn what_is_compared_need_not_be_shown_and_what_is_not_asked_is_not_told() {
    let project = linked([0..150, 50..200, 100..250]);
    let shown = agreement(&project, &format!("{ALL}{AGREEMENTS}"));
    let bare = ALL.replace("\"*\"", "\"serial\"");
    assert_eq!(agreement(&project, &format!("{bare}{AGREEMENTS}")), shown);
    assert_eq!(table(&project, "a").names(), ["person_id", "serial"]);

    project.put("extract.toml", format!("{bare}{AGREEMENTS}"));
    let text = run(&mut project.extract(&DATASETS)).ends(0).stdout;
    for part in ["agreement in birth_year", "a × b", "together", "twins", "errors: 0.25"] {
        assert!(text.contains(part), "no {part:?} in\n{text}");
    }
    assert_eq!(agreement(&project, &bare), Value::Null);
    let package =
        fs::read_to_string(project.at("extract/datapackage.json")).expect("the data package");
    assert!(!package.contains("agreement"));
}

#[test]
fn codes_make_two_datasets_ways_of_writing_one() {
    let project = linked([0..150, 0..150, 0..3]);
    let sex = |columns: &str| {
        let spec = format!("{ALL}[[agreement]]\nname = \"sex\"\ncolumns = {{ {columns} }}\n");
        agreement(&project, &spec)["columns"][0]["overall"].clone()
    };
    let plain = sex("a = \"sex\", b = \"sex\"");
    assert_eq!(plain["agreeing"], plain["compared"]);
    let letters = "a = \"sex\", b = { column = \"sex\", codes = { F = \"female\", M = \"male\" } }";
    assert_eq!(sex(letters)["agreeing"], 0);
    assert_eq!(sex(letters)["true_links"]["share"], 0.0);
    let words = "a = { column = \"sex\", codes = { m = \"Male\", f = \"FEMALE\" } }";
    assert_eq!(sex(&letters.replace("a = \"sex\"", words)), plain);
    let unknown = "a = \"sex\", b = { column = \"sex\", codes = { F = \"\" } }";
    let (some, all) = (sex(unknown)["compared"].as_u64(), plain["compared"].as_u64());
    assert!(some > Some(10) && some < all, "{some:?} of {all:?}");
}

#[test]
fn few_people_are_not_counted() {
    let project = linked([0..100, 96..200, 50..100]);
    let told = agreement(&project, &format!("{ALL}{AGREEMENTS}"));
    let few = &told["columns"][0]["pairs"][0];
    assert_eq!(few["datasets"], Value::from(vec!["a", "b"]));
    assert_eq!([&few["linked"], &few["compared"]], ["fewer than 10"; 2].each_ref());
    for hidden in ["agreeing", "agreement", "random", "true_links"] {
        assert_eq!(few[hidden], Value::Null, "{hidden}");
    }
    // Nor do they follow from the sum.
    let [overall, many] = [&told["columns"][0]["overall"], &told["columns"][0]["pairs"][1]];
    assert_eq!(overall["compared"], many["compared"]);
    let text = run(&mut project.extract(&DATASETS)).ends(0).stdout;
    let line = text.lines().find(|line| line.contains("a × b")).expect("the pair's line");
    assert_eq!(line.matches("<10").count(), 2, "{line}");
    assert!(!line.contains('%') && line.matches('–').count() == 4, "{line}");
}

#[test]
fn an_agreement_that_does_not_fit_the_payloads_is_a_mistake_of_the_spec() {
    let project = linked([0..40, 0..40, 0..40]);
    for (columns, wanted) in [
        ("a = \"sex\", b = \"gender\"", ["`b`", "no column `gender`"]),
        ("a = \"record_ref\", b = \"sex\"", ["`a`", "no column `record_ref`"]),
        ("a = \"sex\", b = \"nhs_number\"", ["`b`", "no column `nhs_number`"]),
        ("a = \"sex\", d = \"sex\"", ["extract.toml:11", "[datasets.d]"]),
        ("a = \"sex\"", ["extract.toml:11", "two datasets"]),
    ] {
        project.put(
            "extract.toml",
            format!("{ALL}\n[[agreement]]\nname = \"sex\"\ncolumns = {{ {columns} }}\n"),
        );
        run(&mut project.extract(&DATASETS)).ends(2).says(&wanted);
        assert_nothing_in(project.at("extract"));
    }
}
