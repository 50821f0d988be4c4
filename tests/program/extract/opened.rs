//! What tells a researcher how to cite an extract, open it and read its codes.

use std::fs;
use std::process::Command;

use serde_json::Value;

use super::super::people::{LINKAGE, csv, rows, source};
use super::super::support::{Project, run};
use super::DATASETS;

const LABELLED: &str = r#"
extract = "trial-1"
title   = "A trial"

[datasets.a]
columns = [
    "*",
    { column = "remark", label = "Remark", description = "What was noted", value_labels = { plain = "Nothing \"special\"" } },
    { column = "birth_year", label = "Year of birth" },
    { column = "birth_year", name = "born", value_labels = { YEARS } },
]

[datasets.b]
columns = ["serial"]

[datasets.c]
columns = ["serial"]
"#;

/// A project of linked datasets of the first people.
fn linked(people: u64) -> Project {
    let project = Project::new(LINKAGE);
    for (place, dataset) in (1..).zip(DATASETS) {
        project.agency(dataset, &source(dataset), csv(&rows(place, 0..people))).ends(0);
    }
    run(&mut project.link(&DATASETS)).ends(0);
    project
}

fn fields(project: &Project, table: &str) -> Vec<Value> {
    let bytes = fs::read(project.at("extract/datapackage.json")).expect("the data package");
    let package: Value = serde_json::from_slice(&bytes).expect("JSON");
    let resources = package["resources"].as_array().expect("a list").iter();
    let found = resources.into_iter().find(|one| one["name"] == table).expect("the table");
    found["schema"]["fields"].as_array().expect("a list").clone()
}

#[test]
fn labels_reach_the_data_package_and_the_report() {
    let project = linked(60);
    let years: Vec<String> = (1990..2030).map(|year| format!("{year} = \"Year {year}\"")).collect();
    project.put("extract.toml", LABELLED.replace("YEARS", &years.join(", ")));
    run(&mut project.extract(&DATASETS)).ends(0);
    let fields = fields(&project, "a");
    let names: Vec<&str> = fields.iter().map(|f| f["name"].as_str().expect("a name")).collect();
    let wanted = ["person_id", "serial", "seen", "remark", "birth_year", "born", "district"];
    assert_eq!(names, wanted, "what is told stands where the payload has it");

    let remark = &fields[3];
    assert_eq!(
        (&remark["title"], &remark["description"]),
        (&"Remark".into(), &"What was noted".into())
    );
    let labels = &remark["sealink:valueLabels"];
    assert_eq!(labels[0]["value"], "plain");
    assert_eq!(labels[0]["label"], "Nothing \"special\"");
    assert!(remark["categories"].is_null(), "other remarks would be refused or taken for missing");
    let born = &fields[5];
    assert_eq!(born["categories"].as_array().map(Vec::len), Some(40));
    assert_eq!(born["categories"][0]["label"], "Year 1990");
    assert!(born["sealink:valueLabels"].is_null() && born["title"].is_null());
    for field in self::fields(&project, "people") {
        assert!(!field["title"].as_str().expect("a label of the program's own").is_empty());
    }
    let page = fs::read_to_string(project.at("extract/report.html")).expect("the report");
    assert!(page.contains("Remark: What was noted") && page.contains("Year of birth: "));
}

#[test]
fn citation_and_examples_hold_the_spec_and_no_counts() {
    const TOLD: [&str; 4] = ["README.txt", "example.sql", "example.py", "example.R"];
    let told = |people| {
        let project = linked(people);
        project.put("extract.toml", LABELLED.replace("YEARS", ""));
        run(&mut project.extract(&DATASETS)).ends(0);
        TOLD.map(|name| fs::read_to_string(project.at(format!("extract/{name}"))).expect(name))
    };
    let [readme, sql, python, r] = told(60);
    assert_eq!([&readme, &sql, &python, &r].map(Clone::clone), told(61), "they depend on the data");
    for wanted in ["A trial", "extract trial-1", "a, b, c", "sealink ", "spec ", "people.parquet"] {
        assert!(readme.contains(wanted), "{wanted}: {readme}");
    }
    assert!(!readme.contains(".csv"), "it names files that are not there");
    for wanted in ["\"in_c\"", "\"a\".\"remark\" AS \"a.remark\"", "FROM 'b.parquet'"] {
        assert!(sql.contains(wanted), "{wanted}: {sql}");
    }
    assert!(python.contains("DATASETS = [\"a\", \"b\", \"c\"]\n"), "{python}");
    assert!(r.contains("datasets <- c(\"a\", \"b\", \"c\")\n"), "{r}");
}

#[test]
fn the_example_in_r_finds_everyone_and_says_what_it_lacks() {
    let mut asked = Command::new("Rscript");
    asked.args(["-e", "cat(requireNamespace('arrow') || requireNamespace('nanoparquet'))"]);
    let Ok(has_parquet) = asked.output() else {
        eprintln!("skipped: there is no Rscript here");
        return;
    };
    let project = linked(60);
    project.put("extract.toml", LABELLED.replace("YEARS", ""));
    let example = || {
        let mut command = Command::new("Rscript");
        command.arg("example.R").current_dir(project.at("extract"));
        run(&mut command)
    };
    run(&mut project.extract(&DATASETS)).ends(0);
    if has_parquet.stdout == b"FALSE" {
        example().ends(1).says(&["install the package arrow or nanoparquet"]);
    }
    run(project.extract(&DATASETS).arg("--csv")).ends(0);
    let people = fs::read_to_string(project.at("extract/people.csv")).expect("people");
    let told = example().ends(0).stdout;
    let all = format!("{} people in the joined table", people.lines().count() - 1);
    assert!(told.contains(&all) && told.contains("a + b + c"), "{told}");
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let project = linked(9);
    let twice = LABELLED.replace("name = \"born\"", "name = \"seen\"").replace("YEARS", "");
    project.put("extract.toml", twice);
    run(&mut project.extract(&DATASETS)).ends(2).says(&["two columns of `a`", "`seen`"]);
    assert!(!project.at("extract").exists());
}
