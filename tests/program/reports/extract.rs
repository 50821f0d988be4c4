//! The report of an extract.

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;

use serde_json::Value;

use super::super::support::{assert_nothing_in, run, sealink};
use super::super::tables;
use super::{Demo, read};

/// The command that makes the demonstration's extract again, by another spec.
fn extract(demo: &Demo, spec: &str) -> Command {
    fs::write(demo.at("extract.toml"), spec).expect("a file");
    let mut command = sealink("extract");
    command.arg("--spec").arg(demo.at("extract.toml")).arg("--out").arg(demo.at("extract"));
    command.arg("--map").arg(demo.at("linker/person_map.parquet"));
    command.arg("--key").arg(demo.at("linker/linker.key")).args(demo.tables("payload"));
    command
}

fn report(demo: &Demo, folder: &str) -> Value {
    let text = read(&demo.at(&format!("{folder}/datapackage.json")));
    let package: Value = serde_json::from_str(&text).expect("JSON");
    package["sealink"]["report"].clone()
}

/// Rows of a table of the extract by sex: of people in several datasets, and of others.
fn by_sex(demo: &Demo, dataset: &str) -> BTreeMap<String, [u32; 2]> {
    let at = |table: &str| demo.at(&format!("research/extract/{table}.parquet"));
    let people = tables::read(&at("people"));
    let held: Vec<Vec<String>> = ["health", "education", "social_care", "police"]
        .map(|name| people.texts(&format!("in_{name}")))
        .to_vec();
    let several = |person: usize| held.iter().filter(|in_it| in_it[person] == "true").count() > 1;
    let ids = people.texts("person_id");
    let place: BTreeMap<&String, usize> = ids.iter().enumerate().map(|(n, id)| (id, n)).collect();
    let table = tables::read(&at(dataset));
    let mut rows: BTreeMap<String, [u32; 2]> = BTreeMap::new();
    for (person, sex) in table.texts("person_id").iter().zip(table.cells("sex")) {
        let side = usize::from(!several(place[person]));
        rows.entry(sex.unwrap_or_default()).or_default()[side] += 1;
    }
    rows
}

#[test]
fn linkage_rates_by_group_are_those_of_the_extracts_own_tables() {
    let demo = Demo::new();
    let report = report(&demo, "research/extract");
    let groups = report["subgroups"].as_array().expect("groups");
    let education = groups
        .iter()
        .find(|one| one["dataset"] == "education" && one["column"] == "sex")
        .expect("education has a sex");
    let truth = by_sex(&demo, "education");
    let told = education["groups"].as_array().expect("groups");
    assert_eq!(told.len(), 2, "{told:?}");
    for group in told {
        let [linked, other] = truth[group["value"].as_str().expect("a value")];
        assert_eq!(group["linked"], linked);
        assert_eq!(group["rows"], linked + other);
        let rate = f64::from(linked) / f64::from(linked + other);
        let [share, low, high] =
            ["share", "low", "high"].map(|end| group["rate"][end].as_f64().expect("a share"));
        assert!((share - rate).abs() < 1e-12 && low < rate && rate < high);
    }
    let page = read(&demo.at("research/extract/report.html"));
    assert!(page.contains("education: sex") && page.contains("smaller groups together"));
    assert!(page.contains("Ethnic group, school census codes"), "the dictionary is there");
}

#[test]
fn no_small_count_of_an_extract_is_told_by_any_rules() {
    let demo = Demo::new();
    let spec = read(&demo.at("agreed/extract.toml"));
    for (rules, most, base) in [("opensafely", 7, 5), ("hes", 7, 5), ("threshold-10", 9, 1)] {
        run(&mut extract(&demo, &spec.replace("\"threshold-10\"", &format!("\"{rules}\""))))
            .ends(0);
        let report = report(&demo, "extract");
        assert_eq!(report["disclosure"], rules);
        for (name, count) in report["counts"].as_object().expect("counts") {
            let Some(number) = count.as_u64() else { continue };
            assert!(
                number % base == 0 && (number == 0 || number > most),
                "{rules}: {name} {number}"
            );
        }
        let text = read(&demo.at("extract/datapackage.json"));
        let package: Value = serde_json::from_str(&text).expect("JSON");
        for column in package["sealink"]["agreement"]["columns"].as_array().expect("columns") {
            for pair in column["pairs"].as_array().expect("pairs") {
                let compared = pair["compared"].as_u64();
                assert!(compared.is_none_or(|n| n % base == 0), "{rules}: {pair}");
            }
        }
    }
}

/// The agreements tell how many people two datasets share, which are sums of people by sets.
#[test]
fn what_agreements_tell_gives_no_hidden_set_of_datasets_away() {
    let demo = Demo::new();
    let text = read(&demo.at("research/extract/datapackage.json"));
    let package: Value = serde_json::from_str(&text).expect("JSON");
    let told = &package["sealink"]["report"];
    let sets = told["combinations"].as_array().expect("sets");
    let names = |list: &Value| -> Vec<String> {
        let names = list.as_array().expect("a list").iter();
        names.map(|name| name.as_str().expect("a name").to_owned()).collect()
    };
    let mut hidden: Vec<Vec<String>> = Vec::new();
    for set in sets.iter().filter(|set| set["people"].is_string()) {
        hidden.push(names(&set["datasets"]));
    }
    assert!(hidden.len() > 2, "there are sets to hide");
    let mut sums: Vec<Vec<String>> = vec![Vec::new()];
    for column in package["sealink"]["agreement"]["columns"].as_array().expect("columns") {
        let pairs = column["pairs"].as_array().expect("pairs").iter();
        sums.extend(pairs.filter(|p| p["linked"].is_u64()).map(|pair| names(&pair["datasets"])));
    }
    assert!(sums.len() > 6, "the people of two datasets are told");
    // Whoever takes off from a sum what is told of it finds two sets or more left, or none.
    for sum in &sums {
        let holds = |set: &&Vec<String>| sum.iter().all(|name| set.contains(name));
        let open: Vec<&Vec<String>> = hidden.iter().filter(holds).collect();
        assert!(open.len() != 1, "the people of {open:?} follow from those of {sum:?}");
    }
}

#[test]
fn a_later_extract_is_compared_with_an_earlier_one() {
    let demo = Demo::new();
    let spec = read(&demo.at("agreed/extract.toml"));
    let earlier = demo.at("research/extract/datapackage.json");
    run(extract(&demo, &spec).arg("--earlier").arg(&earlier)).ends(0);
    assert_eq!(report(&demo, "extract"), report(&demo, "research/extract"), "nothing has changed");
    // The same package, in which three people more were told of.
    let people = report(&demo, "research/extract")["people"].as_u64().expect("a count");
    let text = read(&earlier)
        .replace(&format!("\"people\": {people}"), &format!("\"people\": {}", people + 3));
    fs::write(demo.at("earlier.json"), text).expect("a file");
    run(extract(&demo, &spec).arg("--earlier").arg(demo.at("earlier.json"))).ends(0);
    assert!(report(&demo, "extract")["people"].is_string(), "three people fewer are told of");
}

#[test]
fn a_group_that_is_not_in_the_extract_and_exact_counts_are_refused() {
    let demo = Demo::new();
    let spec = read(&demo.at("agreed/extract.toml"));
    let with = |report: &str| spec.split("[report]").next().expect("a part").to_owned() + report;
    run(&mut extract(&demo, &with("[report]\nsubgroups = [\"shoe_size\"]\n")))
        .ends(2)
        .says(&["no dataset of the extract has a column `shoe_size`"]);
    run(&mut extract(&demo, &with("[report]\ndisclosure = \"exact\"\n")))
        .ends(2)
        .says(&["threshold-10, opensafely or hes"]);
    assert_nothing_in(demo.at("extract"));
}
