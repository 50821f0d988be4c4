//! What a researcher gets.

mod agreement;
mod opened;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use super::people::{EXTRACT, LINKAGE, csv, rows, source};
use super::support::{Project, run};
use super::tables::{self, Parquet};

const DATASETS: [&str; 3] = ["a", "b", "c"];
const BESIDE_TABLES: [&str; 6] =
    ["README.txt", "datapackage.json", "example.R", "example.py", "example.sql", "report.html"];
const TABLES: [&str; 4] = ["people", "a", "b", "c"];

fn extracted() -> Project {
    let project = Project::new(LINKAGE);
    for (place, (dataset, people)) in (1..).zip([("a", 0..400), ("b", 200..600), ("c", 100..300)]) {
        project.agency(dataset, &source(dataset), csv(&rows(place, people))).ends(0);
    }
    project.put("extract.toml", EXTRACT);
    run(&mut project.link(&DATASETS)).ends(0);
    run(project.extract(&DATASETS).arg("--csv")).ends(0);
    project
}

fn table(project: &Project, name: &str) -> Parquet {
    tables::read(&project.at(format!("extract/{name}.parquet")))
}

/// The people of each serial number of a dataset.
fn person_of_serial(table: &Parquet) -> BTreeMap<String, String> {
    table.texts("serial").into_iter().zip(table.texts("person_id")).collect()
}

#[test]
fn rows_are_in_the_order_of_person_id_and_carry_no_reference() {
    let project = extracted();
    for name in TABLES {
        let table = table(&project, name);
        let people = table.texts("person_id");
        assert!(!people.is_empty() && people.is_sorted(), "{name}");
        assert!(people.iter().all(|id| id.len() == 33 && id.starts_with('p')), "{name}");
        assert!(!table.names().contains(&"record_ref") && !table.names().contains(&"record_id"));
    }
    let people = table(&project, "people").texts("person_id");
    assert!(people.windows(2).all(|pair| pair[0] < pair[1]), "a person stands twice");
}

#[test]
fn a_person_has_one_id_in_every_dataset() {
    let project = extracted();
    let of_linker = project.people(&DATASETS);
    // Each record's serial number is its row in the input; its id is the first cell.
    let mut extract_id_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut linker_id_of: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for dataset in DATASETS {
        let input =
            fs::read_to_string(project.at(format!("{dataset}/records.csv"))).expect("the input");
        let ids: Vec<&str> =
            input.lines().skip(1).map(|line| line.split(',').next().expect("an id")).collect();
        for (serial, person) in person_of_serial(&table(&project, dataset)) {
            let id = ids[serial.parse::<usize>().expect("a serial number")];
            let linker = &of_linker[&(dataset.to_owned(), id.to_owned())];
            extract_id_of.entry(linker.clone()).or_default().insert(person.clone());
            linker_id_of.entry(person).or_default().insert(linker.clone());
        }
    }
    assert!(extract_id_of.len() > 500);
    assert!(extract_id_of.values().all(|ids| ids.len() == 1), "a person has two ids");
    assert!(linker_id_of.values().all(|ids| ids.len() == 1), "two people have one id");
    let shared: usize = linker_id_of.len();
    let people = table(&project, "people");
    assert_eq!(people.rows(), shared);
    for (place, person) in people.texts("person_id").iter().enumerate() {
        for dataset in DATASETS {
            let held = people.texts(&format!("in_{dataset}"))[place] == "true";
            let rows = table_people(&project, dataset).contains(person);
            assert_eq!(held, rows, "{dataset}");
            if place > 20 {
                return;
            }
        }
    }
}

fn table_people(project: &Project, dataset: &str) -> BTreeSet<String> {
    table(project, dataset).texts("person_id").into_iter().collect()
}

#[test]
fn ids_mean_nothing_in_another_extract_or_under_another_key() {
    let project = extracted();
    let ids = || table(&project, "people").texts("person_id").into_iter().collect::<BTreeSet<_>>();
    let first = ids();
    let linker: BTreeSet<String> =
        project.people(&DATASETS).into_values().map(|id| format!("p{id}")).collect();
    assert!(first.is_disjoint(&linker), "the linker's own ids are shown");

    project.put("extract.toml", EXTRACT.replace("trial-1", "trial-2"));
    run(&mut project.extract(&DATASETS)).ends(0);
    let second = ids();
    assert_eq!(first.len(), second.len());
    assert!(first.is_disjoint(&second), "two extracts can be joined by person_id");

    project.put("extract.toml", EXTRACT);
    project.put_key("linker.key", "linker", 77);
    run(&mut project.extract(&DATASETS)).ends(0);
    assert!(first.is_disjoint(&ids()), "the ids do not depend on the linker's key");

    project.put_key("linker.key", "linker", 2);
    run(&mut project.extract(&DATASETS)).ends(0);
    assert_eq!(first, ids(), "the same extract has other ids");
}

#[test]
fn csv_holds_what_parquet_holds_with_formulas_disarmed() {
    let project = extracted();
    let mut disarmed = 0;
    for name in TABLES {
        let table = table(&project, name);
        let mut reader =
            csv::Reader::from_path(project.at(format!("extract/{name}.csv"))).expect("the CSV");
        let header: Vec<String> =
            reader.headers().expect("a header").iter().map(str::to_owned).collect();
        assert_eq!(header, table.names());
        let columns: Vec<Vec<Option<String>>> =
            header.iter().map(|column| table.cells(column)).collect();
        let mut rows = 0;
        for (row, record) in reader.records().enumerate() {
            let record = record.expect("a row");
            for (cell, column) in record.iter().zip(&columns) {
                let wanted = column[row].clone().unwrap_or_default();
                assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "a formula: {cell}");
                let armed = wanted.starts_with(['=', '+', '-', '@', '\t', '\r']);
                disarmed += u32::from(armed);
                assert_eq!(cell, if armed { format!("'{wanted}") } else { wanted });
            }
            rows += 1;
        }
        assert_eq!(rows, table.rows(), "{name}");
    }
    assert!(disarmed > 50, "{disarmed}");
}

#[test]
fn columns_are_chosen_and_made_coarser() {
    let project = extracted();
    let all = table(&project, "a");
    assert_eq!(all.names(), ["person_id", "serial", "seen", "remark", "birth_year", "district"]);
    let is = |text: &str, shape: &str| {
        text.len() == shape.len()
            && text
                .chars()
                .zip(shape.chars())
                .all(|(c, s)| if s == '9' { c.is_ascii_digit() } else { c == s })
    };
    assert!(all.cells("birth_year").iter().flatten().all(|year| is(year, "9999")));
    let districts = all.cells("district");
    assert!(
        districts.iter().flatten().all(|d| d.starts_with("AM") && d.len() <= 4),
        "{districts:?}"
    );
    assert!(districts.iter().flatten().count() > 300);

    let chosen = table(&project, "b");
    assert_eq!(chosen.names(), ["person_id", "serial", "seen_month", "remark_area"]);
    assert!(chosen.texts("seen_month").iter().all(|month| is(month, "2024-99")));
    let areas: BTreeSet<String> = chosen.cells("remark_area").into_iter().flatten().collect();
    assert_eq!(areas, BTreeSet::from(["M".to_owned()]), "only a whole postcode has an area");
    let ran = run(project.extract(&DATASETS).args(["--format", "json"])).ends(0).json();
    let left_empty = ran["cells_left_empty"]["b"]["remark_area"].as_u64().expect("a count");
    let blank = "remarks without any text are not counted as lost";
    assert!(left_empty > 100 && left_empty < chosen.rows() as u64, "{left_empty}: {blank}");
    assert_eq!(table(&project, "c").names(), ["person_id", "serial", "remark"]);
}

#[test]
fn the_data_package_lists_every_file_and_column() {
    let project = extracted();
    let bytes = fs::read(project.at("extract/datapackage.json")).expect("the data package");
    let package: serde_json::Value = serde_json::from_slice(&bytes).expect("JSON");
    assert_eq!(package["title"], "A trial");
    let resources = package["resources"].as_array().expect("a list");
    let mut paths = BTreeSet::new();
    for resource in resources {
        let path = resource["path"].as_str().expect("a path");
        paths.insert(path.to_owned());
        let (name, _) = path.split_once('.').expect("an ending");
        let fields = resource["schema"]["fields"].as_array().expect("a list");
        let described: Vec<&str> =
            fields.iter().map(|field| field["name"].as_str().expect("a name")).collect();
        assert_eq!(described, table(&project, name).names(), "{path}");
        for field in fields {
            assert!(!field["description"].as_str().expect("a text").is_empty(), "{path}: {field}");
            assert!(field["type"].is_string());
        }
    }
    let files = super::support::names_below(&project.at("extract")).into_iter();
    let files: BTreeSet<String> =
        files.filter(|name| !BESIDE_TABLES.contains(&name.as_str())).collect();
    assert_eq!(paths, files);
    let text = String::from_utf8(bytes).expect("text");
    assert!(text.contains("Month in which the child was seen"));
}

#[test]
fn a_dataset_that_the_extract_does_not_list_is_not_in_it() {
    let project = extracted();
    fs::remove_dir_all(project.at("extract")).expect("removed");
    project.put("extract.toml", "extract = \"x\"\n[datasets.a]\ncolumns = [\"serial\"]\n");
    run(&mut project.extract(&["a"])).ends(0);
    let mut files = super::support::names_below(&project.at("extract"));
    files.retain(|name| !BESIDE_TABLES.contains(&name.as_str()));
    assert_eq!(files, ["a.parquet", "people.parquet"]);
    let people = table(&project, "people");
    assert_eq!(
        people.texts("person_id").into_iter().collect::<BTreeSet<_>>(),
        table_people(&project, "a")
    );
    assert!(!people.names().contains(&"in_b"), "the table tells who else holds a person");
}
