//! Every kind of column of the made-up agencies is recognised, with its name and without.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use serde_json::Value;
use tempfile::TempDir;

use super::super::support::{run, sealink};
use super::{of_column, profiled, seems};

/// Made-up agencies.
fn agencies(people: &str) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mut synth = sealink("synth");
    synth.args(["--people", people, "--seed", "5"]).arg("--out").arg(folder.path());
    run(&mut synth).ends(0);
    folder
}

/// The same records under a header of c1, c2, ...
fn without_names(records: &Path) -> (PathBuf, Vec<String>) {
    let text = fs::read_to_string(records).expect("records");
    let (header, rows) = text.split_once('\n').expect("a header");
    let names: Vec<String> = header.trim_end().split(',').map(str::to_owned).collect();
    let numbered: Vec<String> = (1..=names.len()).map(|place| format!("c{place}")).collect();
    let path = records.with_file_name("nameless.csv");
    fs::write(&path, format!("{}\n{rows}", numbered.join(","))).expect("a file");
    (path, names)
}

/// What each column of the made-up files is; what is not here is a code or another date.
const MEANT: [(&str, &str); 21] = [
    ("record_id", "record_id"),
    ("nhs_number", "nhs_number"),
    ("upn", "upn"),
    ("former_upn", "former_upn"),
    ("uln", "uln"),
    ("forename", "forename"),
    ("other_forename", "other_forename"),
    ("preferred_forename", "other_forename"),
    ("alias_forename", "other_forename"),
    ("middle_names", "middle_names"),
    ("surname", "surname"),
    ("other_surname", "other_surname"),
    ("preferred_surname", "other_surname"),
    ("alias_surname", "other_surname"),
    ("date_of_birth", "date_of_birth"),
    ("dob", "date_of_birth"),
    ("sex", "sex"),
    ("gender", "sex"),
    ("postcode", "postcode"),
    ("previous_postcode", "other_postcode"),
    ("uprn", "uprn"),
];

/// Of these the values alone tell, even if others of their like are in the file.
const TOLD: [&str; 8] =
    ["record_id", "nhs_number", "upn", "uln", "forename", "surname", "date_of_birth", "postcode"];

fn meant(name: &str) -> Option<&'static str> {
    MEANT.iter().find(|(column, _)| *column == name).map(|(_, meaning)| *meaning)
}

#[test]
fn every_column_of_the_made_up_agencies_is_recognised_with_its_name_and_without() {
    let folder = agencies("3000");
    for agency in ["health", "education", "social_care", "police"] {
        let records = folder.path().join(agency).join("records.csv");
        let (nameless, names) = without_names(&records);
        let named = profiled(&records, &[]);
        let said = profiled(&nameless, &["--header"]);
        for (place, name) in names.iter().enumerate() {
            let (by_name, sure) = seems(&named, name);
            let (by_values, certain) = seems(&said, &format!("c{}", place + 1));
            let Some(meaning) = meant(name) else {
                assert!(["code", "other_date"].contains(&by_name), "{agency} {name}: {by_name}");
                // Nothing that is no identifier is taken for one without asking.
                let is_plain = ["code", "other_date"].contains(&by_values);
                assert!(is_plain || certain == "unsure", "{agency} {name}: {by_values}");
                continue;
            };
            assert_eq!((by_name, sure), (meaning, "sure"), "{agency} {name}");
            if TOLD.contains(&meaning) {
                assert_eq!((by_values, certain), (meaning, "likely"), "{agency} {name}");
            }
        }
    }
}

#[test]
fn values_tell_sex_and_middle_names_but_a_person_decides() {
    let folder = agencies("3000");
    let records = folder.path().join("health/records.csv");
    let (nameless, names) = without_names(&records);
    let said = profiled(&nameless, &["--header"]);
    for (name, meaning) in [("gender", "sex"), ("middle_names", "middle_names"), ("uprn", "uprn")] {
        let place = names.iter().position(|other| other == name).expect("it is there") + 1;
        assert_eq!(seems(&said, &format!("c{place}")), (meaning, "unsure"), "{name}");
    }
}

#[test]
fn counts_are_those_that_check_finds() {
    let folder = agencies("1500");
    for agency in ["health", "social_care"] {
        let records = folder.path().join(agency).join("records.csv");
        let said = profiled(&records, &[]);
        let mut check = sealink("check");
        check.arg("--spec").arg(folder.path().join("linkage.toml"));
        check.arg("--source").arg(folder.path().join(agency).join("source.toml"));
        let checked = run(check.arg(&records).args(["--format", "json"])).ends(0).json();
        let fields = &checked["input"]["fields"];
        let dob = if agency == "health" { "date_of_birth" } else { "dob" };
        for (column, field) in
            [("nhs_number", "nhs_number"), (dob, "date_of_birth"), ("gender", "sex")]
        {
            let (found, field) = (of_column(&said, column), &fields[field]);
            assert_eq!(found["valid"], field["accepted"], "{agency} {column}");
            let told: u64 = ["missing", "placeholder", "refused"]
                .iter()
                .map(|word| found[word].as_u64().expect("a count"))
                .sum();
            assert_eq!(told, blank_or_refused(field), "{agency} {column}");
        }
    }
}

fn blank_or_refused(field: &Value) -> u64 {
    let refused = field["refused"].as_object().expect("counts");
    let count = |value: &Value| value.as_u64().expect("a count");
    count(&field["blank"]) + refused.values().map(count).sum::<u64>()
}

#[test]
fn threads_and_the_kind_of_file_have_no_say() {
    let folder = agencies("1500");
    let records = folder.path().join("education/records.csv");
    let one = profiled(&records, &["--threads", "1"]);
    assert_eq!(one, profiled(&records, &["--threads", "4"]));
    let parquet = as_parquet(&records);
    let same = profiled(&parquet, &[]);
    assert_eq!(one["columns"], same["columns"]);
    assert!(same["csv"].is_null());
}

/// The same records as a table of text; an empty cell is null.
fn as_parquet(records: &Path) -> PathBuf {
    let mut reader = csv::Reader::from_path(records).expect("records");
    let names: Vec<String> =
        reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let rows: Vec<csv::StringRecord> =
        reader.records().collect::<Result<_, _>>().expect("good rows");
    let column = |place: usize| -> ArrayRef {
        let cells = rows.iter().map(|row| Some(&row[place]).filter(|cell| !cell.is_empty()));
        Arc::new(cells.collect::<StringArray>())
    };
    let columns = names.iter().enumerate().map(|(place, name)| (name, column(place)));
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let path = records.with_extension("parquet");
    let file = fs::File::create(&path).expect("a file");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a table");
    writer.write(&batch).expect("room");
    writer.close().expect("room");
    path
}

#[test]
fn many_different_values_are_counted_up_to_a_bound() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("many.csv");
    let rows: String = (0..70_000).map(|n| format!("R{n},{}\n", n % 1000)).collect();
    fs::write(&path, format!("record_id,ethnicity\n{rows}")).expect("a file");
    let said = profiled(&path, &[]);
    let id = of_column(&said, "record_id");
    assert_eq!(
        (id["distinct"].as_u64(), id["distinct_is_more"].as_bool()),
        (Some(65_536), Some(true))
    );
    assert_eq!(seems(&said, "record_id"), ("record_id", "sure"));
    let other = of_column(&said, "ethnicity");
    assert_eq!(
        (other["distinct"].as_u64(), other["distinct_is_more"].as_bool()),
        (Some(1000), Some(false))
    );
}
