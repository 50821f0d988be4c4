//! Whether the links of a map are as often true as it says.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::Value;

use super::super::people::LINKAGE;
use super::super::quality::{DATASETS, made_up_with};
use super::super::support::{Project, run};
use super::{Labelled, command, evaluate, share, token, write};

/// Pairs of records in one person each, of which this many are of one child.
fn pairs(pairs: u64, right: u64, probability: Option<f32>) -> Vec<Labelled> {
    let mut records: Vec<Labelled> = (0..2 * pairs)
        .map(|at| Labelled {
            agency: ["a", "b"][usize::from(at % 2 == 1)],
            record: token(at),
            entity: if at / 2 < right { at / 2 } else { 1000 + at },
            person: token(5000 + at / 2),
            probability,
        })
        .collect();
    records.sort_by_key(|record| (record.agency, record.record));
    records
}

#[test]
fn links_are_counted_by_probability() {
    let project = Project::new(LINKAGE);
    let (map, truth) = write(&project, &pairs(200, 180, Some(0.9)), &BTreeSet::new());
    let found = evaluate(&map, &truth);
    let bands = found["calibration"]["bands"].as_array().expect("bands");
    assert_eq!(bands.len(), 1, "{bands:#?}");
    let band = &bands[0];
    assert_eq!(
        (&band["from"], &band["to"], &band["records"]),
        (&0.9.into(), &0.95.into(), &400.into())
    );
    assert!((band["claimed"].as_f64().expect("a mean") - 0.9).abs() < 1e-6);
    // Wilson's interval of 180 of 200: a link counts once, and not once a record.
    for (found, wanted) in share(&band["right"]).into_iter().zip([0.8506, 0.9, 0.9343]) {
        assert!((found - wanted).abs() < 1e-3, "{band:#}");
    }
    assert_eq!(band["surely_right"], 0.9, "of two records, one is all others");
    assert_eq!(found["calibration"]["all"]["records"], 400);
    assert_eq!(found["calibration"]["not_judged"], 0);
    let text = run(&mut command(&map, &truth)).ends(0).stdout;
    assert!(text.contains("0.9 to 0.95") && text.contains("0.9000 0.850"), "{text}");
}

#[test]
fn records_whose_partner_the_truth_lacks_are_not_judged() {
    let project = Project::new(LINKAGE);
    let (map, truth) = write(&project, &pairs(20, 20, Some(0.99)), &BTreeSet::new());
    let text = std::fs::read_to_string(&truth).expect("the truth");
    let lines: Vec<&str> = text.lines().collect();
    let short = project.put("short.csv", lines[..lines.len() - 3].join("\n"));
    let found = run(command(&map, &short).args(["--ignore-extra", "--format", "json"])).ends(0);
    let found = &found.json()["calibration"];
    assert_eq!((&found["all"]["records"], &found["not_judged"]), (&34.into(), &3.into()));
}

#[test]
fn a_map_without_probabilities_shows_no_calibration_and_a_wrong_one_is_refused() {
    let project = Project::new(LINKAGE);
    let (map, truth) = write(&project, &pairs(9, 9, None), &BTreeSet::new());
    assert_eq!(evaluate(&map, &truth).get("calibration"), None);
    assert!(!run(&mut command(&map, &truth)).ends(0).stdout.contains("probability"));
    for wrong in [f32::NAN, -0.1, 1.5, f32::INFINITY] {
        let (map, truth) = write(&project, &pairs(9, 9, Some(wrong)), &BTreeSet::new());
        run(&mut command(&map, &truth)).ends(1).says(&["person_map.parquet", "`probability`"]);
    }
}

/// Made-up agencies that err thrice as often as usual, so that many links are doubtful; linked,
/// and evaluated by several groups.
fn doubtful() -> Value {
    let project = made_up_with(8000, 90, &["--errors", "3"]);
    let synth = project.at("synth");
    run(&mut project.link(&DATASETS)).ends(0);
    let map: PathBuf = project.at("linked/person_map.parquet");
    let mut evaluate = command(&map, &synth.join("truth.csv"));
    evaluate.arg("--refs");
    evaluate.args(DATASETS.map(|dataset| project.table(dataset, "refs")));
    for column in ["twin", "tradition"] {
        let table = synth.join("truth_detail.csv");
        evaluate.arg("--by").arg(format!("{}:{column}", table.display()));
    }
    eprintln!("{}", run(&mut evaluate).ends(0).stdout);
    run(evaluate.args(["--format", "json"])).ends(0).json()
}

#[test]
fn links_of_made_up_agencies_are_true_at_least_as_often_as_claimed() {
    let found = doubtful();
    let calibration = &found["calibration"];
    let number = |of: &Value, name: &str| of[name].as_f64().expect("a number");
    let (mut doubtful, mut expected, mut wrong) = (0.0, 0.0, 0.0);
    for band in calibration["bands"].as_array().expect("bands") {
        let [_, right, _] = share(&band["right"]);
        assert!(number(band, "surely_right") <= right, "{band:#}");
        if number(band, "to") < 1.0 {
            let records = number(band, "records");
            doubtful += records;
            expected += records * (1.0 - number(band, "claimed"));
            wrong += records * (1.0 - number(band, "surely_right"));
        }
    }
    assert!(doubtful > 300.0, "there are too few doubtful links to tell: {calibration:#}");
    // Both records of a link are wrong at once: twice the variance of as many single ones.
    let most = expected + 3.0 * (2.0 * expected).sqrt();
    assert!(wrong <= most, "{wrong} wrong, {expected} expected: {calibration:#}");
    let all = &calibration["all"];
    let apart = number(all, "claimed") - number(&all["right"], "share");
    assert!(apart.abs() < 0.01, "claimed and true differ by {apart}: {calibration:#}");
    assert_eq!(calibration["not_judged"], 0);
    // Twins and others are all the records, and every group of a table is there.
    let records = |of: &Value| -> u64 {
        let groups = of["groups"].as_array().expect("groups");
        groups.iter().map(|group| group["records"].as_u64().expect("a count")).sum()
    };
    for by in found["by"].as_array().expect("columns") {
        assert_eq!(records(by), found["records"].as_u64().expect("a count"));
    }
    assert_eq!(found["by"][0]["groups"].as_array().map(Vec::len), Some(2));
}
