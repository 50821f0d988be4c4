//! Only tables that belong together are linked; the message names the file and what differs.

use std::fs;
use std::path::Path;

use super::people::{EXTRACT, LINKAGE, Random, csv, rows, source};
use super::support::{Project, Ran, assert_nothing_in, run, sealink};
use super::tables;

/// The mapping without payload taken from fields, so that kinds can change.
fn plain_source(dataset: &str) -> String {
    let source = source(dataset);
    let lines = source.lines().filter(|line| !line.contains("coarsen"));
    lines.collect::<Vec<_>>().join("\n")
}

/// A project with the datasets a and b, of which b was made after `change`; b's spec is then put
/// back.
fn with_changed_b(change: impl FnOnce(&Project)) -> Project {
    let project = Project::new(LINKAGE);
    project.agency("a", &plain_source("a"), csv(&rows(1, 0..60))).ends(0);
    change(&project);
    project.agency("b", &plain_source("b"), csv(&rows(2, 20..80))).ends(0);
    project.put("linkage.toml", LINKAGE);
    project
}

#[track_caller]
fn refused(project: &Project, says: &[&str]) -> Ran {
    let ran = run(&mut project.link(&["a", "b"])).ends(4).says(says);
    assert_nothing_in(project.at("linked"));
    ran
}

#[test]
fn tables_that_belong_together_are_linked() {
    let project = with_changed_b(|_| {});
    run(&mut project.link(&["a", "b"])).ends(0);
}

#[test]
fn a_table_made_with_another_key_is_refused() {
    let project = with_changed_b(|project| {
        project.put_key("linkage.key", "linkage", 99);
    });
    refused(&project, &["b.tokens.parquet", "key check value", "canary digest"]);
}

#[test]
fn a_table_of_another_project_is_refused() {
    let project = with_changed_b(|project| project.edit_spec("\"trial\"", "\"another\""));
    refused(&project, &["b.tokens.parquet", "has the project another", "trial"]);
}

#[test]
fn a_table_made_by_another_recipe_is_refused() {
    for (from, to) in [
        ("forename.soundex", "forename.metaphone"),
        ("[\"postcode\", \"date_of_birth\"]", "[\"date_of_birth\", \"postcode\"]"),
        ("names_year     =", "names_birth_year ="),
        ("[recipes]", "[recipes]\nmore = [\"sex\", \"postcode\", \"date_of_birth\"]"),
    ] {
        let project = with_changed_b(|project| {
            project.edit_spec(from, to);
            if from.starts_with("names_year") {
                project.edit_spec("\"names_year\"", "\"names_birth_year\"");
            }
        });
        refused(&project, &["b.tokens.parquet", "spec fingerprint"]);
    }
}

#[test]
fn a_table_made_with_another_kind_of_field_is_refused() {
    let change = |project: &Project| project.edit_spec("\"uk_postcode\"", "\"code\"");
    refused(&with_changed_b(change), &["b.tokens.parquet", "spec fingerprint", "canary digest"]);
}

#[test]
fn a_table_of_a_dataset_that_the_spec_lacks_is_refused() {
    let project = with_changed_b(|project| project.edit_spec("\"c\"]", "\"c\", \"z\"]"));
    project.edit_spec("\"c\"]", "\"c\", \"z\"]");
    project.agency("z", &plain_source("z"), csv(&rows(3, 0..60))).ends(0);
    project.put("linkage.toml", LINKAGE);
    run(&mut project.link(&["a", "z"])).ends(4).says(&["z.tokens.parquet", "dataset z", "a, b, c"]);
    assert_nothing_in(project.at("linked"));
}

#[test]
fn a_dataset_given_twice_is_refused() {
    let project = with_changed_b(|_| {});
    run(&mut project.link(&["a", "b", "a"])).ends(4).says(&["a.tokens.parquet", "dataset a"]);
    assert_nothing_in(project.at("linked"));
}

#[test]
fn every_difference_is_named_at_once() {
    let project = with_changed_b(|project| {
        project.put_key("linkage.key", "linkage", 99);
        project.edit_spec("\"trial\"", "\"another\"");
        project.edit_spec("forename.soundex", "forename.metaphone");
    });
    refused(&project, &["project another", "spec fingerprint", "key check value", "canary digest"]);
}

#[test]
fn a_changed_rule_is_no_reason_to_tokenise_anew() {
    let project = with_changed_b(|_| {});
    let rules = || {
        run(&mut project.link(&["a", "b"])).ends(0);
        let map = project.at("linked/person_map.parquet");
        let shown = run(sealink("inspect").arg(map).args(["--format", "json"])).ends(0).json();
        (shown["rules"].clone(), shown["spec"].clone())
    };
    let before = rules();
    project.edit_spec("unique = true", "unique = false");
    let after = rules();
    assert_ne!(before.0, after.0, "the map does not tell that its rules differ");
    assert_eq!(before.1, after.1);
}

#[test]
fn another_table_than_tokens_is_refused_as_one_that_does_not_belong() {
    let project = with_changed_b(|_| {});
    run(&mut project.link(&["a", "b"])).ends(0);
    let map = project.at("linked/person_map.parquet");
    for (other, kind) in [
        (project.table("b", "payload"), "payload/1"),
        (project.table("b", "refs"), "record-refs/1"),
        (map, "person-map/1"),
    ] {
        let out = project.at("again");
        let mut command = sealink("link");
        command.arg("--spec").arg(project.at("linkage.toml")).arg("--out").arg(&out);
        run(command.arg(project.table("a", "tokens")).arg(&other)).ends(4).says(&[
            other.to_str().expect("a plain name"),
            kind,
            "token-table/1",
        ]);
        assert_nothing_in(out);
    }
}

#[test]
fn no_overlap_never_ends_in_silence() {
    let project = Project::new(LINKAGE);
    for (place, (dataset, people)) in (1..).zip([("a", 0..40), ("b", 1000..1040), ("c", 20..60)]) {
        project.agency(dataset, &source(dataset), csv(&rows(place, people))).ends(0);
    }
    run(&mut project.link(&["a", "b"])).ends(4).says(&["--expect-no-overlap"]);
    assert_nothing_in(project.at("linked"));
    run(project.link(&["a", "b"]).arg("--expect-no-overlap")).ends(0);
    let map = tables::read(&project.at("linked/person_map.parquet"));
    let mut people =
        map.texts("person_id").into_iter().zip(map.texts("dataset")).collect::<Vec<_>>();
    people.sort();
    people.dedup();
    assert!(people.windows(2).all(|pair| pair[0].0 != pair[1].0), "a person is in both");
    // Where some pairs of datasets overlap, those that do not are named.
    let ran = run(&mut project.link(&["a", "b", "c"])).ends(0);
    ran.says(&["a and b share no person", "b and c share no person"]);
}

#[test]
fn a_table_cut_short_anywhere_is_refused() {
    let project = with_changed_b(|_| {});
    let path = project.table("b", "tokens");
    let whole = fs::read(&path).expect("the table");
    let mut random = Random(3);
    let cuts = (0..40).map(|_| random.below(whole.len() as u64)).chain([0, 1, 4, 8]);
    for cut in cuts.chain([1, 4, 8, 9].map(|less| whole.len() as u64 - less)) {
        fs::write(&path, &whole[..usize::try_from(cut).expect("small")]).expect("a file");
        run(&mut project.link(&["a", "b"])).ends(1).says(&["b.tokens.parquet"]);
        assert_nothing_in(project.at("linked"));
    }
}

#[test]
fn a_parquet_file_of_another_program_is_refused() {
    let project = with_changed_b(|_| {});
    let path = project.table("b", "tokens");
    let column: arrow::array::ArrayRef =
        std::sync::Arc::new(arrow::array::Int32Array::from(vec![1, 2]));
    let batch =
        arrow::array::RecordBatch::try_from_iter([("record_ref", column)]).expect("a batch");
    let mut bytes = Vec::new();
    let mut writer =
        parquet::arrow::ArrowWriter::try_new(&mut bytes, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    for other in [bytes, b"PAR1 and no more".to_vec(), b"id,name\n1,x\n".to_vec()] {
        fs::write(&path, other).expect("a file");
        let ran = run(&mut project.link(&["a", "b"])).says(&["b.tokens.parquet"]);
        assert!([Some(1), Some(4)].contains(&ran.code), "{}", ran.stderr);
        assert_nothing_in(project.at("linked"));
    }
}

/// Parquet has no checksum, so that a flip within a token cannot be seen in the table alone: it
/// makes one token meet no other. A flip elsewhere is refused or changes nothing that is read; and
/// none may crash.
#[test]
fn a_flipped_bit_is_refused_or_costs_one_token_at_most() {
    let project = with_changed_b(|_| {});
    let path = project.table("b", "tokens");
    let whole = fs::read(&path).expect("the table");
    let wanted = cells(&path);
    let mut random = Random(4);
    let mut passed = 0;
    let footer = whole.len() as u64 - 3000;
    for turn in 0..240 {
        let at = if turn % 2 == 0 {
            random.below(whole.len() as u64)
        } else {
            footer + random.below(3000)
        };
        let mut flipped = whole.clone();
        flipped[usize::try_from(at).expect("small")] ^= 1 << random.below(8);
        fs::write(&path, &flipped).expect("a file");
        let _ = fs::remove_dir_all(project.at("linked"));
        let ran = run(&mut project.link(&["a", "b"]));
        match ran.code {
            Some(1 | 4) => assert_nothing_in(project.at("linked")),
            Some(0) => {
                passed += 1;
                let found = cells(&path);
                let differ = wanted.iter().zip(&found).filter(|(a, b)| a != b).count();
                assert!(
                    differ <= 1 && wanted.len() == found.len(),
                    "byte {at}: {differ} cells differ"
                );
            }
            other => panic!("byte {at}: ended with {other:?}\n{}", ran.stderr),
        }
    }
    eprintln!("{passed} of 240 flipped bits were not noticed");
}

fn cells(path: &Path) -> Vec<Option<String>> {
    let table = tables::try_read(path).expect("the program could read it");
    let names: Vec<String> = table.names().into_iter().map(str::to_owned).collect();
    names.iter().flat_map(|name| table.cells(name)).collect()
}

#[test]
fn an_extract_takes_payloads_of_the_maps_linkage_alone() {
    let project = Project::new(LINKAGE);
    for (place, dataset) in (1..).zip(["a", "b", "c"]) {
        project.agency(dataset, &source(dataset), csv(&rows(place, 0..60))).ends(0);
    }
    project.put("extract.toml", EXTRACT);
    run(&mut project.link(&["a", "b", "c"])).ends(0);
    let whole = fs::read(project.table("b", "payload")).expect("the payload");
    run(&mut project.extract(&["a", "b", "c", "b"])).ends(4).says(&["b.payload.parquet", "second"]);
    // Records that the map does not know, of the same spec and key.
    project.agency("b", &source("b"), csv(&rows(2, 0..70))).ends(0);
    run(&mut project.extract(&["a", "b", "c"])).ends(4).says(&["b.payload.parquet", "lacks"]);
    // Another spec.
    project.edit_spec("forename.soundex", "forename.metaphone");
    project.agency("b", &source("b"), csv(&rows(2, 0..60))).ends(0);
    run(&mut project.extract(&["a", "b", "c"]))
        .ends(4)
        .says(&["b.payload.parquet", "spec fingerprint"]);
    assert_nothing_in(project.at("extract"));
    fs::write(project.table("b", "payload"), whole).expect("a file");
    run(&mut project.extract(&["a", "b", "c"])).ends(0);
}
