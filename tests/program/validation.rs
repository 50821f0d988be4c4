//! `link --validate`: quality without truth, set against truth.

use serde_json::Value;

use super::quality::{DATASETS, made_up, truth};
use super::support::run;

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap_or_else(|| panic!("{value} is no list"))
}

/// The ends of an estimate's interval.
fn ends(estimate: &Value) -> [f64; 2] {
    ["low", "high"].map(|end| number(&estimate[end]))
}

#[test]
fn estimates_without_truth_come_near_the_truth() {
    let project = made_up(5000, 417);
    let plain = run(project.link(&DATASETS).args(["--format", "json"])).ends(0).json();
    assert!(plain.get("validation").is_none());
    let map = || std::fs::read(project.at("linked/person_map.parquet")).expect("the map");
    let map_of_plain = map();
    let linked = run(project.link(&DATASETS).args(["--format", "json", "--validate"])).ends(0);
    assert_eq!(map(), map_of_plain, "to validate changes no link");
    let report = std::fs::read_to_string(project.at("linked/linkage.json")).expect("the report");
    let report: Value = serde_json::from_str(&report).expect("JSON");
    let validation = &report["validation"];
    assert_eq!(*validation, linked.json()["validation"]);

    let truth = truth(&project);
    let of = |a: &str, b: &str, what: &str| {
        let is = |pairs: &&Value| pairs["agencies"] == serde_json::json!([a, b]);
        let pairs = list(&truth["agencies"]).iter().find(is).expect("all agencies share people");
        number(&pairs["pairs"][what]["share"])
    };
    let blind = &validation["without_identifiers"];
    assert_eq!(list(&blind["hidden"]).len(), 5);
    let between = |shares: &Value, a: &str, b: &str| {
        let is = |share: &&Value| share["datasets"] == serde_json::json!([a, b]);
        list(&shares["between"]).iter().find(is).expect("every two datasets").clone()
    };
    // Only social care has the numbers of health and of education.
    assert!(between(&blind["recall"], "health", "education")["share"].is_null());
    for other in ["health", "education"] {
        let [low, high] = ends(&between(&blind["recall"], other, "social_care"));
        let recall = of(other, "social_care", "recall");
        assert!(
            low > recall - 0.05 && low < recall && high > recall - 0.02,
            "{low} {high} {recall}"
        );
        let [low, high] = ends(&between(&blind["false_links"], other, "social_care"));
        assert!(high > 1.0 - of(other, "social_care", "precision") && low < 0.02, "{low} {high}");
    }
    let ways = list(&validation["duplicate_counts"]["between"]);
    assert_eq!(ways.len(), 12);
    for way in ways.iter().filter(|way| way["to"] == "health") {
        let mut pair = [way["from"].as_str(), way["to"].as_str()].map(|name| name.expect("a name"));
        pair.sort_unstable();
        let precision = of(pair[0], pair[1], "precision");
        let [low, high] = ends(way);
        assert!(low > 0.9 && low < precision && low < high, "{way} {precision}");
    }
}
