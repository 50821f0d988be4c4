//! Nothing of a source's row order is left in what leaves the agency, or in an extract.

use std::collections::BTreeMap;

use super::people::{LINKAGE, csv, rows, source};
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
fn assert_random(what: &str, numbers: &[u64]) {
    assert!(is_random(numbers), "{what}: rho is {}", spearman(numbers));
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

#[test]
fn no_output_keeps_the_order_of_the_input() {
    let project = Project::new(LINKAGE);
    for (place, (dataset, people)) in
        (1..).zip([("a", 0..PEOPLE), ("b", PEOPLE / 2..PEOPLE + PEOPLE / 2)])
    {
        // Each row is a record of its own, whose id is its place in the file.
        let numbered: Vec<String> = rows(place, people)
            .iter()
            .enumerate()
            .map(|(place, row)| format!("{place},{}", row.split_once(',').expect("an id").1))
            .collect();
        project.agency(dataset, &source(dataset), csv(&numbered)).ends(0);
    }
    project.put(
        "extract.toml",
        "extract = \"x\"\n[datasets.a]\ncolumns = [\"*\"]\n[datasets.b]\ncolumns = [\"serial\"]\n",
    );
    run(&mut project.link(&["a", "b"])).ends(0);
    run(project.extract(&["a", "b"]).arg("--csv")).ends(0);

    let refs = tables::read(&project.table("a", "refs"));
    let ids: Vec<u64> = refs.texts("record_id").iter().map(|id| number(id)).collect();
    assert_random("references", &ids);
    let place_of: BTreeMap<String, u64> = refs.texts("record_ref").into_iter().zip(ids).collect();
    let by_reference = |references: Vec<String>| -> Vec<u64> {
        let mut distinct = references;
        distinct.dedup();
        distinct.iter().map(|reference| place_of[reference]).collect()
    };
    let tokens = tables::read(&project.table("a", "tokens"));
    assert_random("tokens", &by_reference(tokens.texts("record_ref")));
    let payload = tables::read(&project.table("a", "payload"));
    let serials = |table: &tables::Parquet| -> Vec<u64> {
        table.texts("serial").iter().map(|serial| number(serial)).collect()
    };
    assert_random("payload", &serials(&payload));

    let map = tables::read(&project.at("linked/person_map.parquet"));
    let of_a = map.texts("dataset").iter().filter(|dataset| *dataset == "a").count();
    assert_random("person map", &by_reference(map.texts("record_ref")[..of_a].to_vec()));

    let mut first_of = BTreeMap::new();
    for dataset in ["a", "b"] {
        let extract = tables::read(&project.at(format!("extract/{dataset}.parquet")));
        assert_random(&format!("extract of {dataset}"), &serials(&extract));
        if dataset == "a" {
            for (person, serial) in extract.texts("person_id").into_iter().zip(serials(&extract)) {
                first_of.entry(person).or_insert(serial);
            }
        }
    }
    let people = tables::read(&project.at("extract/people.parquet")).texts("person_id");
    let people: Vec<u64> =
        people.iter().filter_map(|person| first_of.get(person).copied()).collect();
    assert_eq!(people.len(), first_of.len());
    let enough = people.len() >= 10_000;
    assert!(enough, "{} people", people.len());
    assert_random("people", &people);
    let text = std::fs::read_to_string(project.at("extract/a.csv")).expect("the CSV file");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let column = reader.headers().expect("a header").iter().position(|name| name == "serial");
    let column = column.expect("the serial is in the extract");
    let serials: Vec<u64> =
        reader.records().map(|record| number(&record.expect("a row")[column])).collect();
    assert_random("CSV of a", &serials);
}
