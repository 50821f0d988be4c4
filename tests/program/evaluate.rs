//! The figures of `evaluate`, against a count of every pair and against another program's.

mod calibration;
mod groups;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use sealink::format::person_map::{self, Mapped, SINGLE};
use sealink::format::{Manifest, TableKind};
use sealink::token::{TOKEN_BYTES, Token};
use serde_json::{Value, json};

use super::digests::hex;
use super::people::{LINKAGE, Random};
use super::support::{Project, run, sealink};

/// A record: its agency, reference, true entity, person, and the probability of its link.
struct Labelled {
    agency: &'static str,
    record: Token,
    entity: u64,
    person: Token,
    probability: Option<f32>,
}

fn token(number: u64) -> Token {
    let mut bytes = [0; TOKEN_BYTES];
    bytes[..8].copy_from_slice(&number.to_be_bytes());
    bytes[15] = 1;
    Token(bytes)
}

/// Random records in a few agencies; some people are right, some mixed, some split.
fn random_records(random: &mut Random) -> Vec<Labelled> {
    let count = 2 + random.below(60);
    let entities = 1 + random.below(count);
    let agencies = 1 + random.below(4);
    let mut records: Vec<Labelled> = (0..count)
        .map(|number| {
            let entity = random.below(entities);
            let person = if random.once_in(4) { random.below(entities) } else { entity };
            Labelled {
                agency: ["a", "b", "c", "d"]
                    [usize::try_from(random.below(agencies)).expect("small")],
                record: token(number),
                entity,
                person: token(1000 + person),
                probability: None,
            }
        })
        .collect();
    records.sort_by_key(|record| (record.agency, record.record));
    records
}

/// Writes the map of all records but the unlisted ones, and the truth.
fn write(
    project: &Project,
    records: &[Labelled],
    unlisted: &BTreeSet<Token>,
) -> (PathBuf, PathBuf) {
    let mapped: Vec<Mapped<'_>> = records
        .iter()
        .filter(|record| !unlisted.contains(&record.record))
        .map(|record| Mapped {
            dataset: record.agency,
            record_ref: record.record,
            person_id: record.person,
            link_status: SINGLE,
            match_weight: None,
            probability: record.probability,
        })
        .collect();
    let path = project.at("person_map.parquet");
    let manifest = Manifest::new(TableKind::PersonMap, "trial", "00");
    person_map::write(&path, mapped.into_iter(), manifest)
        .expect("written")
        .publish()
        .expect("published");
    let mut truth = "agency,record_id,entity_id\n".to_owned();
    let mut predicted = "agency,record_id,person_id\n".to_owned();
    for record in records {
        let id = hex(&record.record.0);
        let _ = writeln!(truth, "{},{id},{}", record.agency, record.entity);
        if !unlisted.contains(&record.record) {
            let _ = writeln!(predicted, "{},{id},{}", record.agency, hex(&record.person.0));
        }
    }
    project.put("predicted.csv", predicted);
    (path, project.put("truth.csv", truth))
}

fn command(map: &Path, truth: &Path) -> Command {
    let mut command = sealink("evaluate");
    command.arg("--map").arg(map).arg("--truth").arg(truth);
    command
}

fn evaluate(map: &Path, truth: &Path) -> Value {
    run(command(map, truth).args(["--format", "json"])).ends(0).json()
}

/// The counts of pairs alone, without shares and intervals.
fn counts(agreement: &Value) -> Value {
    let count = |name: &str| agreement[name].as_u64().expect("a count");
    json!({ "both": count("both"), "found": count("found"), "truth": count("truth") })
}

/// A share with its interval around it.
fn share(estimate: &Value) -> [f64; 3] {
    let shown = ["low", "share", "high"].map(|name| estimate[name].as_f64().expect("a share"));
    assert!(shown.is_sorted() && shown[0] >= 0.0 && shown[2] <= 1.0, "{estimate}");
    shown
}

/// All figures, by looking at every pair of records.
fn by_hand(records: &[Labelled], unlisted: &BTreeSet<Token>) -> Value {
    // A record that the map lacks is a person of its own.
    let person = |record: &Labelled| {
        if unlisted.contains(&record.record) { record.record } else { record.person }
    };
    let mut pairs: BTreeMap<&str, [u64; 3]> = BTreeMap::new();
    for (place, a) in records.iter().enumerate() {
        for b in &records[place + 1..] {
            let (found, truth) = (person(a) == person(b), a.entity == b.entity);
            let side = if a.agency == b.agency { "within" } else { "across" };
            for name in ["all", side] {
                let counts = pairs.entry(name).or_default();
                for (count, counted) in counts.iter_mut().zip([found && truth, found, truth]) {
                    *count += u64::from(counted);
                }
            }
        }
    }
    let group = |key: &dyn Fn(&Labelled) -> String| {
        let mut groups: BTreeMap<String, BTreeSet<Token>> = BTreeMap::new();
        for record in records {
            groups.entry(key(record)).or_default().insert(record.record);
        }
        groups.into_values().collect::<Vec<_>>()
    };
    let entities = group(&|record| record.entity.to_string());
    let people = group(&|record| hex(&person(record).0));
    let meets = |a: &BTreeSet<Token>, b: &BTreeSet<Token>| !a.is_disjoint(b);
    let several = |sets: &[BTreeSet<Token>]| sets.iter().filter(|set| set.len() > 1).count();
    let exact: Vec<_> = entities.iter().filter(|entity| people.contains(entity)).collect();
    let shown = |name: &str| {
        let [both, found, truth] = pairs.get(name).copied().unwrap_or_default();
        json!({ "both": both, "found": found, "truth": truth })
    };
    json!({
        "records": records.len(),
        "entities": entities.len(),
        "people": people.len(),
        "unlisted": unlisted.len(),
        "all": shown("all"), "across": shown("across"), "within": shown("within"),
        "clusters": {
            "exact": exact.len(),
            "exact_of_several": exact.iter().filter(|set| set.len() > 1).count(),
            "entities_of_several": several(&entities),
            "people_of_several": several(&people),
            "mixed_people": people.iter().filter(|p| entities.iter().filter(|e| meets(p, e)).count() > 1).count(),
            "split_entities": entities.iter().filter(|e| people.iter().filter(|p| meets(p, e)).count() > 1).count(),
            "largest_person": people.iter().map(BTreeSet::len).max(),
        },
    })
}

/// B-cubed precision and recall, record by record.
#[expect(clippy::cast_precision_loss, reason = "a few dozen records")]
fn b_cubed(records: &[Labelled], unlisted: &BTreeSet<Token>) -> [f64; 2] {
    let person = |record: &Labelled| {
        if unlisted.contains(&record.record) { record.record } else { record.person }
    };
    let mut sums = [0.0; 2];
    for a in records {
        let count =
            |fits: &dyn Fn(&Labelled) -> bool| records.iter().filter(|b| fits(b)).count() as f64;
        let both = count(&|b| b.entity == a.entity && person(b) == person(a));
        sums[0] += both / count(&|b| person(b) == person(a));
        sums[1] += both / count(&|b| b.entity == a.entity);
    }
    sums.map(|sum| sum / records.len() as f64)
}

fn some_unlisted(random: &mut Random, records: &[Labelled]) -> BTreeSet<Token> {
    records[1..].iter().filter(|_| random.once_in(9)).map(|record| record.record).collect()
}

#[test]
fn figures_equal_a_count_of_every_pair() {
    let project = Project::new(LINKAGE);
    let mut random = Random(21);
    for _ in 0..40 {
        let records = random_records(&mut random);
        let unlisted = some_unlisted(&mut random, &records);
        let (map, truth) = write(&project, &records, &unlisted);
        let found = evaluate(&map, &truth);
        let wanted = by_hand(&records, &unlisted);
        for (name, value) in wanted.as_object().expect("figures") {
            let sides = ["all", "across", "within"].contains(&name.as_str());
            let shown = if sides { counts(&found[name]) } else { found[name].clone() };
            assert_eq!(&shown, value, "{name}\n{found:#}");
        }
        for (name, wanted) in ["precision", "recall"].into_iter().zip(b_cubed(&records, &unlisted))
        {
            let found = found["b_cubed"][name].as_f64().expect("a figure");
            assert!((found - wanted).abs() < 1e-9, "B-cubed {name}: {found}, not {wanted}");
        }
    }
}

#[test]
fn figures_equal_those_of_the_scoring_program() {
    let score = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/score.py");
    let python = Command::new("python3").args(["-c", "import polars"]).output();
    if !score.exists() || !python.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: there is no ../shared/score.py, or no python3 with polars to run it");
        return;
    }
    let project = Project::new(LINKAGE);
    let mut random = Random(22);
    for _ in 0..3 {
        let records = random_records(&mut random);
        let unlisted = some_unlisted(&mut random, &records);
        let (map, truth) = write(&project, &records, &unlisted);
        let found = evaluate(&map, &truth);
        let out = project.at("score.json");
        let mut command = Command::new("python3");
        command.arg(&score).arg(&truth).arg(project.at("predicted.csv")).arg("--json").arg(&out);
        run(&mut command).ends(0);
        let text = std::fs::read_to_string(&out).expect("the scores").replace("NaN", "null");
        let scores: Value = serde_json::from_str(&text).expect("JSON");
        for (ours, theirs) in [
            ("all", "pairs_all"),
            ("across", "pairs_cross_agency"),
            ("within", "pairs_within_agency"),
        ] {
            let count = |name: &str| found[ours][name].as_u64().expect("a count");
            let (both, only, missed) =
                (count("both"), count("found") - count("both"), count("truth") - count("both"));
            let score = &scores[theirs];
            assert_eq!(
                [&score["tp"], &score["fp"], &score["fn"]],
                [&json!(both), &json!(only), &json!(missed)],
                "{ours}"
            );
        }
        for name in ["precision", "recall"] {
            let pair = [&found["b_cubed"][name], &scores["bcubed"][name]]
                .map(|v| v.as_f64().expect("a figure"));
            assert!((pair[0] - pair[1]).abs() < 1e-9, "B-cubed {name}: {pair:?}");
        }
        for (ours, theirs) in [
            ("exact", "exact"),
            ("entities_of_several", "entities_2plus"),
            ("exact_of_several", "exact_2plus"),
            ("mixed_people", "persons_mixing_entities"),
            ("split_entities", "entities_split"),
            ("largest_person", "largest_person"),
        ] {
            assert_eq!(found["clusters"][ours], scores["clusters"][theirs], "{ours}");
        }
        for name in ["records", "entities", "unlisted"] {
            assert_eq!(found[name], scores[name], "{name}");
        }
    }
}

#[test]
fn a_truth_that_does_not_fit_the_map_is_refused() {
    let project = Project::new(LINKAGE);
    let records = random_records(&mut Random(23));
    let (map, truth) = write(&project, &records, &BTreeSet::new());
    let try_truth = |text: &str, arguments: &[&str]| {
        let truth = project.put("other.csv", text);
        run(command(&map, &truth).args(arguments))
    };
    let whole = std::fs::read_to_string(&truth).expect("the truth");
    let lines: Vec<&str> = whole.lines().collect();
    let short = lines[..lines.len() - 1].join("\n");
    try_truth(&short, &[]).ends(4);
    try_truth(&short, &["--ignore-extra"]).ends(0);
    try_truth(&format!("{whole}{}\n", lines[1]), &[]).ends(1).says(&["second time"]);
    try_truth(&whole.replace("entity_id", "entity"), &[]).ends(1).says(&["`entity_id`"]);
    try_truth(&format!("{whole}a,b\n"), &[]).ends(1).says(&[&format!("row {}", lines.len() + 1)]);
}
