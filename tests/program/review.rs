//! What a person should look at, records that must be tied to nothing, and a linkage done again.

use std::fs;

use super::families::{METHODS, N1, N2, Record, agencies_of, people_of};
use super::support::{Project, run};
use super::tables::{self, Parquet};

const AMELIA: Record<'_> = ["a1", "", "Amelia", "Hartley", "2012-03-04", "AM1 2AB"];
const SAME: Record<'_> = ["b1", "", "Amelia", "Hartley", "2012-03-04", "AM1 2AB"];

fn review(project: &Project) -> Parquet {
    tables::read(&project.at("linked/review.parquet"))
}

/// The reference of a record, in hexadecimal digits.
fn reference(project: &Project, dataset: &str, id: &str) -> String {
    let refs = tables::read(&project.table(dataset, "refs"));
    let place = refs.texts("record_id").iter().position(|other| other == id);
    refs.texts("record_ref").swap_remove(place.expect("the record is there"))
}

#[test]
fn a_link_that_a_veto_forbids_is_listed_by_name() {
    let numbered = |record: Record<'static>, number: &'static str| -> Record<'static> {
        let [id, _, rest @ ..] = record;
        [id, number, rest[0], rest[1], rest[2], rest[3]]
    };
    let project =
        agencies_of("scored", &[], &[("a", &[numbered(AMELIA, N1)]), ("b", &[numbered(SAME, N2)])]);
    run(project.link(&["a", "b"]).arg("--expect-no-overlap")).ends(0);
    let pairs = review(&project);
    assert_eq!(pairs.texts("reason"), ["kept apart by different_nhs_numbers"]);
    assert_eq!(pairs.texts("record_ref"), [reference(&project, "a", "a1")]);
    assert_eq!(pairs.texts("other_ref"), [reference(&project, "b", "b1")]);
    assert_eq!(pairs.texts("differ"), ["nhs"]);
    assert!(pairs.texts("agree")[0].contains("forename_dob surname_dob"));
    assert!(pairs.texts("found_by")[0].contains("any_name_dob"));
}

#[test]
fn two_partners_as_good_are_listed_and_neither_is_linked() {
    let partner = |id: &'static str, postcode: &'static str| -> Record<'static> {
        [id, "", "Amelia", "Hartley", "2012-03-04", postcode]
    };
    let first = ["a1", "", "Amelia", "Hartley", "2012-03-04", ""];
    let project = agencies_of(
        "scored",
        &["a", "b"],
        &[("a", &[first]), ("b", &[partner("b1", "AM1 2AB"), partner("b2", "CM9 9ZZ")])],
    );
    run(project.link(&["a", "b"]).arg("--expect-no-overlap")).ends(0);
    assert_eq!(people_of(&project, &["a", "b"]), [["a1"], ["b1"], ["b2"]]);
    let pairs = review(&project);
    assert_eq!(pairs.rows(), 2);
    for reason in pairs.texts("reason") {
        assert!(
            ["another partner is as good", "below the threshold"].contains(&&*reason),
            "{reason}"
        );
    }
}

#[test]
fn a_sealed_record_is_tied_to_nothing_by_either_method() {
    for method in METHODS {
        let third = ["c1", "", "Amelia", "Hartley", "2012-03-04", "AM1 2AB"];
        let project =
            agencies_of(method, &[], &[("a", &[AMELIA]), ("b", &[SAME]), ("c", &[third])]);
        let datasets = ["a", "b", "c"];
        let list = project.put(
            "sealed.csv",
            format!("dataset,record_ref\nb,{}\n", reference(&project, "b", "b1")),
        );
        run(project.link(&datasets).arg("--sealed").arg(&list)).ends(0);
        assert_eq!(people_of(&project, &datasets), [vec!["a1", "c1"], vec!["b1"]]);
        if method == "scored" {
            let listed = review(&project);
            let sealed = reference(&project, "b", "b1");
            let refs = [listed.texts("record_ref"), listed.texts("other_ref")].concat();
            assert!(!refs.contains(&sealed), "a sealed record is not shown beside another");
        }
        let report = fs::read_to_string(project.at("linked/linkage.json")).expect("a report");
        assert!(report.contains("\"sealed\": 1"), "{report}");
    }
}

#[test]
fn a_list_of_sealed_records_that_does_not_fit_stops_the_run() {
    let project = agencies_of("scored", &[], &[("a", &[AMELIA]), ("b", &[SAME])]);
    let link = |text: String| {
        let list = project.put("sealed.csv", text);
        run(project.link(&["a", "b"]).arg("--sealed").arg(list))
    };
    link(format!("dataset,record_ref\nb,{}\n", "0".repeat(32))).ends(4).says(&["1 of the records"]);
    link("dataset,record_ref\nb,12345\n".to_owned()).ends(1).says(&["row 2"]);
    link("dataset,reference\n".to_owned()).ends(1).says(&["no column `record_ref`"]);
    assert!(!project.at("linked/person_map.parquet").exists());
}

#[test]
fn a_model_repeats_a_linkage_and_is_refused_where_it_does_not_fit() {
    let project = agencies_of("scored", &[], &[("a", &[AMELIA]), ("b", &[SAME])]);
    let datasets = ["a", "b"];
    run(&mut project.link(&datasets)).ends(0);
    let read = |file: &str| fs::read(project.at("linked").join(file)).expect("a file");
    let files = ["person_map.parquet", "model.json", "review.parquet", "linkage.json"];
    let first = files.map(read);
    let model = project.put("model.json", &first[1]);
    run(project.link(&datasets).arg("--model").arg(&model)).ends(0);
    assert!(first == files.map(read), "the model gives the same files");

    let text = String::from_utf8(first[1].clone()).expect("text");
    for (from, to, code, says) in [
        ("linkage-model/1", "linkage-model/9", 1, "linkage-model/1"),
        ("\"forename\"", "\"nickname\"", 4, "forename"),
        ("\"swapped\"", "\"turned\"", 4, "other levels"),
        ("\"datasets\": [", "\"datasets\": [[", 1, "line"),
    ] {
        assert!(text.contains(from), "{from}");
        let other = project.put("other.json", stamped(&text.replacen(from, to, 1)));
        run(project.link(&datasets).arg("--model").arg(other)).ends(code).says(&[says]);
    }
}

/// A model that was altered, with the checksum that fits it.
fn stamped(text: &str) -> Vec<u8> {
    let digits = text.split("blake3:").nth(1).and_then(|rest| rest.get(..64)).expect("a checksum");
    sealink::format::checksum::stamped(text.replace(digits, &"0".repeat(64)).as_bytes())
}

#[test]
fn a_model_that_was_altered_is_refused() {
    let project = agencies_of("scored", &[], &[("a", &[AMELIA]), ("b", &[SAME])]);
    run(&mut project.link(&["a", "b"])).ends(0);
    let text = fs::read_to_string(project.at("linked/model.json")).expect("a model");
    let altered = text.replacen("0.", "0.0", 1);
    assert_ne!(text, altered);
    let other = project.put("other.json", altered);
    run(project.link(&["a", "b"]).arg("--model").arg(other)).ends(1).says(&["altered"]);
}

#[test]
fn a_block_that_is_too_large_is_split_by_the_other_recipes() {
    let names = ["Amelia", "Oscar", "Ivy", "Noah", "Freya", "Leo", "Elsie", "Arlo"];
    let records = |prefix: &str| -> Vec<[String; 6]> {
        let record = |(place, name): (usize, &&str)| {
            let id = format!("{prefix}{place}");
            [&*id, "", name, "Hartley", "2012-03-04", "AM1 2AB"].map(str::to_owned)
        };
        names.iter().enumerate().map(record).collect()
    };
    let (a, b) = (records("a"), records("b"));
    let borrowed = |records: &'static [[String; 6]]| -> Vec<Record<'static>> {
        records.iter().map(|record| record.each_ref().map(String::as_str)).collect()
    };
    let (a, b) = (borrowed(a.leak()), borrowed(b.leak()));
    let project = agencies_of("scored", &[], &[("a", &a), ("b", &b)]);
    project.edit_spec("largest_block = 1000", "largest_block = 4");
    let report = run(project.link(&["a", "b"]).args(["--format", "json"])).ends(0).json();
    let pairs: Vec<[String; 2]> =
        (0..names.len()).map(|place| [format!("a{place}"), format!("b{place}")]).collect();
    assert_eq!(people_of(&project, &["a", "b"]), pairs);
    let blocks = report["blocks"].as_array().expect("blocks");
    let split = |recipe: &str| {
        let block = blocks.iter().find(|block| block["recipe"] == recipe).expect("it blocks");
        block["split"]["records"].as_u64()
    };
    assert_eq!(split("postcode_dob"), Some(16));
    assert_eq!(split("nickname_dob"), None);
}
