//! The demonstration: the whole pipeline on the sample data inside the program.

use std::path::Path;

use serde_json::Value;

use super::support::{Ran, files_below, mode, names_below, run, sealink};
use super::tables;

const DATASETS: [&str; 4] = ["education", "health", "police", "social_care"];

fn demo(folder: &Path) -> Ran {
    run(sealink("demo").arg("--out").arg(folder).args(["--format", "json"]))
}

fn share(evaluation: &Value, pairs: &str, of: &str) -> f64 {
    let count = |name: &str| evaluation[pairs][name].as_f64().expect("a count");
    count("both") / count(of)
}

/// The police extract has two rows without a reference, which `pseudonymise` reports by ending
/// with 3. The demonstration ends with 0 all the same: leaving those two out is what it is made to
/// show, and it says so in its summary; a script that runs it learns that all went as planned.
#[test]
fn the_demonstration_links_well_and_ends_with_success() {
    let folder = tempfile::tempdir().expect("a folder");
    let summary = demo(folder.path()).ends(0).json();
    let evaluation = &summary["evaluation"];
    assert!(share(evaluation, "across", "found") >= 0.99, "{evaluation:#}");
    assert!(share(evaluation, "across", "truth") >= 0.90, "{evaluation:#}");
    assert_eq!(evaluation["records"], 861 + 759 + 262 + 138);
    assert_eq!(evaluation["unlisted"], 0);
    let police = summary["agencies"].as_array().expect("a list").iter().find(|a| a[0] == "police");
    assert_eq!(police.expect("the police are among them")[1]["left_out"]["no_record_id"], 2);
}

#[test]
fn the_demonstration_can_run_twice_in_one_folder_and_keeps_its_keys() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = demo(folder.path()).ends(0);
    let contents = || {
        let files = files_below(folder.path()).into_iter();
        files.map(|path| (std::fs::read(&path).expect("read"), path)).collect::<Vec<_>>()
    };
    let before = contents();
    let second = demo(folder.path()).ends(0);
    assert_eq!(first.stdout, second.stdout);
    assert!(before == contents(), "the second run changed a file");
}

#[test]
fn the_demonstration_tells_people_where_to_look() {
    let folder = tempfile::tempdir().expect("a folder");
    let ran = run(sealink("demo").arg("--out").arg(folder.path())).ends(0);
    for word in ["KEY CUSTODIAN", "AGENCIES", "LINKER", "RESEARCHER", "TRUTH", "LOOK NEXT"] {
        assert!(ran.stdout.contains(word), "{word}");
    }
    let lines = ran.stdout.lines().count();
    assert!(lines <= 45, "{lines} lines are more than a screen");
    let root = folder.path().to_str().expect("a plain name");
    let places = ran.stdout.split_whitespace().filter(|word| word.starts_with(root));
    let missing: Vec<&str> = places.filter(|place| !Path::new(place).exists()).collect();
    assert!(missing.is_empty(), "the summary names {missing:?}, which is not there");
    assert_eq!(run(sealink("demo").arg("-q").arg("--out").arg(folder.path())).ends(0).stdout, "");
}

#[test]
fn each_role_holds_its_own_files_and_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    demo(folder.path()).ends(0);
    let at = |path: &str| folder.path().join(path);

    assert_eq!(names_below(&at("custodian")), ["linkage.key"]);
    assert_eq!(
        names_below(&at("linker")),
        [
            "linkage.html",
            "linkage.json",
            "linker.key",
            "model.json",
            "person_map.parquet",
            "review.parquet"
        ]
    );
    for dataset in DATASETS {
        let out = at("agencies").join(dataset).join("out");
        let ending = |kind: &str| format!("{dataset}.{kind}");
        let wanted =
            ["payload.parquet", "quality.html", "quality.json", "refs.parquet", "tokens.parquet"];
        assert_eq!(names_below(&out), wanted.map(ending));
    }
    let research = names_below(&at("research"));
    assert!(research.contains(&"extract/datapackage.json".to_owned()));
    for forbidden in [".key", "tokens", "refs", "person_map", "linkage.toml", "source.toml"] {
        assert!(research.iter().all(|name| !name.contains(forbidden)), "{forbidden}");
    }
    for key in
        files_below(folder.path()).iter().filter(|p| p.extension().is_some_and(|e| e == "key"))
    {
        assert_eq!(mode(key), 0o600, "{}", key.display());
    }
}

#[test]
fn tables_hold_the_columns_that_their_readers_may_see() {
    let folder = tempfile::tempdir().expect("a folder");
    demo(folder.path()).ends(0);
    let spec =
        std::fs::read_to_string(folder.path().join("agreed/linkage.toml")).expect("the spec");
    let recipes: Vec<&str> = spec
        .split("[recipes]")
        .nth(1)
        .and_then(|rest| rest.split("\n\n").next())
        .expect("the recipes")
        .lines()
        .filter_map(|line| line.split_once('=').map(|(id, _)| id.trim()))
        .collect();
    assert!(recipes.len() > 20);
    for dataset in DATASETS {
        let table = |kind: &str| {
            let out = folder.path().join("agencies").join(dataset).join("out");
            tables::read(&out.join(format!("{dataset}.{kind}.parquet")))
        };
        let (tokens, payload, refs) = (table("tokens"), table("payload"), table("refs"));
        assert_eq!(tokens.names()[1..], recipes[..], "{dataset}");
        assert_eq!(tokens.names()[0], "record_ref");
        for (name, column) in &tokens.columns {
            assert_eq!(
                column.data_type(),
                &arrow::datatypes::DataType::FixedSizeBinary(16),
                "{name}"
            );
        }
        assert_eq!(payload.names()[0], "record_ref");
        for name in ["surname", "forename", "dob", "postcode", "nhs_number", "record_id"] {
            assert!(!payload.names().contains(&name), "{dataset}: {name}");
        }
        assert_eq!(refs.names(), ["record_ref", "record_id"]);
    }
}
