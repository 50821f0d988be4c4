//! Open data that sealink was not made for, described by kinds of field alone: no NHS number, no
//! United Kingdom postcode.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::support::{Project, run, sealink};

/// The open data, where this machine has them.
fn open_data(set: &str) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data").join(set);
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!("skipped: there is no ../shared/data/{set}");
    None
}

/// One dataset of a set: its name, its mapping and its file.
type Dataset = (String, PathBuf, PathBuf);

/// Precision and recall over all pairs after the whole way from check to evaluate.
fn quality(set: &str, data: &Path, datasets: &[Dataset]) -> (f64, f64) {
    let described = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/quality").join(set);
    let spec = described.join("linkage.toml");
    let project = Project::new(&std::fs::read_to_string(&spec).expect("the spec"));
    for (dataset, source, file) in datasets {
        let source = described.join(source);
        let mut check = sealink("check");
        check.arg("--spec").arg(&spec).arg("--source").arg(&source).arg(file);
        let read = run(check.args(["--format", "json"])).ends(0).json();
        let rows = read["input"]["rows"].as_u64().expect("a count");
        let text = std::fs::read_to_string(&source).expect("the mapping");
        project.put(&format!("{dataset}/source.toml"), text);
        let mut command: Command = project.pseudonymise_nothing(dataset);
        let made = run(command.arg(file).args(["--format", "json"])).ends(0).json();
        assert_eq!(made["records"], rows, "each row of {dataset} is a record");
    }
    let names: Vec<&str> = datasets.iter().map(|(name, _, _)| name.as_str()).collect();
    run(&mut project.link(&names)).ends(0);
    let mut evaluate = sealink("evaluate");
    evaluate.arg("--map").arg(project.at("linked/person_map.parquet"));
    evaluate.arg("--truth").arg(data.join("truth.csv")).args(["--format", "json"]);
    evaluate.arg("--refs").args(names.iter().map(|name| project.table(name, "refs")));
    let found = run(&mut evaluate).ends(0).json();
    let count = |name: &str| found["all"][name].as_f64().expect("a count");
    let figures = (count("both") / count("found"), count("both") / count("truth"));
    eprintln!("{set}: precision {:.4}, recall {:.4}", figures.0, figures.1);
    figures
}

#[test]
fn a_list_with_duplicates_is_linked_without_uk_identifiers() {
    let Some(data) = open_data("febrl3") else { return };
    let datasets = [("a".to_owned(), PathBuf::from("source.toml"), data.join("a.csv"))];
    let (precision, recall) = quality("febrl3", &data, &datasets);
    assert!(precision >= 0.97 && recall >= 0.90, "{precision} {recall}");
}

#[test]
fn five_parties_with_very_corrupt_records_are_linked() {
    let Some(data) = open_data("data61_5party") else { return };
    let datasets: Vec<Dataset> = (1..=5)
        .map(|number| {
            let name = format!("p_{number}");
            (name.clone(), Path::new(&name).join("source.toml"), data.join(format!("{name}.csv")))
        })
        .collect();
    let (precision, recall) = quality("data61_5party", &data, &datasets);
    assert!(precision >= 0.97 && recall >= 0.50, "{precision} {recall}");
}
