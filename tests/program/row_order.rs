//! Nothing of a source's row order is left in what leaves the agency, or in an extract.

use std::collections::{BTreeMap, BTreeSet};

use super::people::{LINKAGE, csv, nhs_number, rows, source};
use super::support::{Project, run};
use super::tables;

const PEOPLE: u64 = 10_500;

/// Spearman's rank correlation between places and distinct numbers: 1 for the same order.
#[expect(clippy::cast_precision_loss, reason = "ranks are far below 2^53")]
fn spearman(numbers: &[u64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    let n = numbers.len() as f64;
    let squares: f64 = numbers
        .iter()
        .enumerate()
        .map(|(place, number)| {
            let rank = sorted.binary_search(number).expect("it is among them");
            (place as f64 - rank as f64).powi(2)
        })
        .sum();
    1.0 - 6.0 * squares / (n * (n * n - 1.0))
}

#[expect(clippy::cast_precision_loss, reason = "a count of rows")]
fn is_random(numbers: &[u64]) -> bool {
    assert!(numbers.len() >= 10_000, "{}", numbers.len());
    spearman(numbers).abs() < 4.0 / (numbers.len() as f64).sqrt()
}

#[track_caller]
#[expect(clippy::cast_precision_loss, reason = "a count of rows")]
fn assert_random(what: &str, numbers: &[u64]) {
    assert!(is_random(numbers), "{what}: rho is {}", spearman(numbers));
    let limit = 4.0 / (numbers.len() as f64).sqrt();
    eprintln!(
        "{what:<34}{:>8} rows, rho {:>7.4} (below {limit:.4})",
        numbers.len(),
        spearman(numbers)
    );
}

fn number(text: &str) -> u64 {
    text.parse().expect("a number")
}

#[test]
fn the_measure_tells_order_from_its_absence() {
    let up: Vec<u64> = (0..10_000).collect();
    assert!((spearman(&up) - 1.0).abs() < 1e-12);
    let down: Vec<u64> = up.iter().rev().copied().collect();
    assert!((spearman(&down) + 1.0).abs() < 1e-12);
    // Shuffled, but only within batches of a thousand.
    let batches: Vec<u64> = up.chunks(1000).flat_map(|batch| batch.iter().rev().copied()).collect();
    assert!(!is_random(&batches));
    let mut random = up;
    super::people::Random(5).shuffle(&mut random);
    assert!(is_random(&random));
}

/// The column `serial` of a table, which is the place of each row in the input.
fn serials(table: &tables::Parquet) -> Vec<u64> {
    table.texts("serial").iter().map(|serial| number(serial)).collect()
}

/// The place in the input of each record of a dataset, whose ids are places; by reference.
fn places(project: &Project, dataset: &str) -> BTreeMap<String, u64> {
    let refs = tables::read(&project.table(dataset, "refs"));
    let ids: Vec<u64> = refs.texts("record_id").iter().map(|id| number(id)).collect();
    assert_random(&format!("references of {dataset}"), &ids);
    refs.texts("record_ref").into_iter().zip(ids).collect()
}

/// The places of these references, each once.
fn placed(places: &BTreeMap<String, u64>, mut references: Vec<String>) -> Vec<u64> {
    references.dedup();
    references.iter().map(|reference| places[reference]).collect()
}

/// The column `serial` of a CSV file.
fn csv_serials(project: &Project, path: &str) -> Vec<u64> {
    let text = std::fs::read_to_string(project.at(path)).expect("the CSV file");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let column = reader.headers().expect("a header").iter().position(|name| name == "serial");
    let column = column.expect("the serial is in the extract");
    reader.records().map(|record| number(&record.expect("a row")[column])).collect()
}

/// Two agencies with these rows; an id is the row's place in the file.
fn agencies(rows: [Vec<String>; 2]) -> Project {
    let project = Project::new(LINKAGE);
    for (dataset, rows) in ["a", "b"].into_iter().zip(rows) {
        let numbered: Vec<String> = (0..)
            .zip(&rows)
            .map(|(place, row)| format!("{place},{}", row.split_once(',').expect("an id").1))
            .collect();
        project.agency(dataset, &source(dataset), csv(&numbered)).ends(0);
    }
    project
}

/// An extract of both datasets, in a folder of its name.
fn extract(project: &Project, id: &str) {
    let columns = "[datasets.a]\ncolumns = [\"*\"]\n[datasets.b]\ncolumns = [\"serial\"]\n";
    project.put("extract.toml", format!("extract = \"{id}\"\n{columns}"));
    run(project.extract(&["a", "b"]).arg("--csv")).ends(0);
    std::fs::rename(project.at("extract"), project.at(id)).expect("a folder");
}

#[test]
fn no_output_keeps_the_order_of_the_input() {
    let project = agencies([rows(1, 0..PEOPLE), rows(2, PEOPLE / 2..PEOPLE + PEOPLE / 2)]);
    run(&mut project.link(&["a", "b"])).ends(0);
    let map = tables::read(&project.at("linked/person_map.parquet"));
    let of = map.texts("dataset");
    for dataset in ["a", "b"] {
        let places = places(&project, dataset);
        let tokens = tables::read(&project.table(dataset, "tokens"));
        let tokens = placed(&places, tokens.texts("record_ref"));
        assert_random(&format!("tokens of {dataset}"), &tokens);
        let payload = tables::read(&project.table(dataset, "payload"));
        assert_random(&format!("payload of {dataset}"), &serials(&payload));
        let mapped = of.iter().zip(map.texts("record_ref")).filter(|(of, _)| *of == dataset);
        let mapped = placed(&places, mapped.map(|(_, reference)| reference).collect());
        assert_random(&format!("person map of {dataset}"), &mapped);
    }
    extract(&project, "one");
    extract(&project, "two");
    for dataset in ["a", "b"] {
        let table = |id: &str| tables::read(&project.at(format!("{id}/{dataset}.parquet")));
        let [one, two] = ["one", "two"].map(|id| serials(&table(id)));
        assert_random(&format!("extract of {dataset}"), &one);
        assert_random(&format!("another extract of {dataset}"), &two);
        let in_one: BTreeMap<u64, u64> = one.into_iter().zip(0..).collect();
        let between: Vec<u64> = two.iter().map(|serial| in_one[serial]).collect();
        assert_random(&format!("one extract of {dataset} and the other"), &between);
        let csv = csv_serials(&project, &format!("one/{dataset}.csv"));
        assert_random(&format!("CSV of {dataset}"), &csv);
    }
    assert_random("people", &people(&project));
}

/// For each person of the extract, in its order, the place of the person's first row in `a`.
fn people(project: &Project) -> Vec<u64> {
    let extract = tables::read(&project.at("one/a.parquet"));
    let mut first_of = BTreeMap::new();
    for (person, serial) in extract.texts("person_id").into_iter().zip(serials(&extract)) {
        let first = first_of.entry(person).or_insert(serial);
        *first = serial.min(*first);
    }
    let people = tables::read(&project.at("one/people.parquet")).texts("person_id");
    let people: Vec<u64> =
        people.iter().filter_map(|person| first_of.get(person).copied()).collect();
    assert_eq!(people.len(), first_of.len());
    people
}

#[test]
fn the_list_for_review_keeps_no_order() {
    // The same people with other numbers, which a veto holds apart: every pair is listed.
    let with_numbers = |opening: u64| -> Vec<String> {
        let people = (0..PEOPLE).zip(0..);
        let row = |(person, place): (u64, u64)| {
            let row = rows(1, person..person + 1).swap_remove(0);
            let rest = row.splitn(3, ',').nth(2).expect("more cells").to_owned();
            format!("{place},{},{rest}", nhs_number(opening + 3 * person))
        };
        people.map(row).collect()
    };
    let project = agencies([with_numbers(400_000_000), with_numbers(600_000_000)]);
    run(project.link(&["a", "b"]).arg("--expect-no-overlap")).ends(0);
    let review = tables::read(&project.at("linked/review.parquet"));
    for (column, dataset) in [("record_ref", "a"), ("other_ref", "b")] {
        let places = places(&project, dataset);
        let mut seen = BTreeSet::new();
        let references = review.texts(column).into_iter();
        let once = references.filter(|reference| seen.insert(reference.clone())).collect();
        assert_random(&format!("list for review, {dataset}"), &placed(&places, once));
    }
}
