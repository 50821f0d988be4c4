//! What `sealink audit` says of an extract.

use std::fmt::Write as _;
use std::process::Command;

use serde_json::Value;

use super::super::support::{Project, Ran, run, sealink};
use super::SPEC;

const SOURCE: &str = r#"
record_id = "id"
[fields]
forename      = "forename"
surname       = "surname"
date_of_birth = "dob"
[columns]
payload = ["ethnicity", "need", "sex"]
"#;

const EXTRACT: &str = r#"
extract = "trial-1"
[datasets.a]
columns = ["*"]
[datasets.b]
columns = ["sex"]
[audit]
quasi_identifiers = ["sex", "a.ethnicity"]
sensitive         = ["need"]
smallest_class    = 12
"#;

/// Sixty children of `a`, of whom `b` holds the first thirty: fifteen in each class of sex, twenty
/// needs by turns; then the children given, who are of `a` alone.
fn extracted(extract: &str, more: &[[&str; 3]]) -> Project {
    let project = Project::new(&format!("{SPEC}[linking]\nmethod = \"match_keys\"\n{KEYS}"));
    let header = "id,forename,surname,dob,ethnicity,need,sex\n";
    let (mut a, mut b) = (header.to_owned(), header.to_owned());
    for child in 0..60_u32 {
        let name: String = child.to_string().bytes().map(|d| char::from(d + 49)).collect();
        let who = format!("Fore{name},Sur{name},2010-{:02}-{:02}", 1 + child % 12, 1 + child % 28);
        let sex = ["F", "M"][child as usize % 2];
        let _ = writeln!(a, "{child},{who},white,need{},{sex}", child % 10);
        if child < 30 {
            let _ = writeln!(b, "{child},{who},,,{sex}");
        }
    }
    for (child, [ethnicity, need, sex]) in more.iter().enumerate() {
        let name = char::from(b'a' + u8::try_from(child).expect("few"));
        let _ = writeln!(a, "m{child},More{name},Extra{name},2011-05-05,{ethnicity},{need},{sex}");
    }
    project.agency("a", &format!("dataset = \"a\"{SOURCE}"), a).ends(0);
    project.agency("b", &format!("dataset = \"b\"{SOURCE}"), b).ends(0);
    run(&mut project.link(&["a", "b"])).ends(0);
    project.put("extract.toml", extract);
    run(&mut project.extract(&["a", "b"])).ends(0);
    project
}

const KEYS: &str = "[[match_keys]]\nid = \"names\"\nagree = [\"forename_ym\", \"surname_ym\"]\n";

fn audit(project: &Project) -> Command {
    let mut command = sealink("audit");
    command.arg(project.at("extract")).args(["--format", "json", "--spec"]);
    command.arg(project.at("extract.toml"));
    command
}

fn report(ran: &Ran) -> Value {
    ran.json()
}

#[test]
fn an_extract_of_large_and_varied_classes_passes() {
    let project = extracted(EXTRACT, &[]);
    let report = report(&run(&mut audit(&project)).ends(0));
    assert_eq!((&report["passed"], &report["classes"]), (&true.into(), &4.into()));
    assert_eq!((&report["people"], &report["smallest_class"]), (&60.into(), &15.into()));
    assert_eq!(report["in_small_classes"]["people"], 0);
    let names: Vec<&str> = report["quasi_identifiers"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|quasi| quasi["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["agencies", "sex", "a.ethnicity"]);
    let sex = &report["quasi_identifiers"][1];
    assert_eq!(sex["columns"], serde_json::json!(["a.sex", "b.sex"]));

    // Sixteen wanted: everyone's class is too small, unless it is not known which agency has whom.
    project.put("extract.toml", EXTRACT.replace("= 12", "= 16"));
    let report = self::report(&run(&mut audit(&project)).ends(5));
    assert_eq!(report["in_small_classes"]["people"], 60);
    assert_eq!(
        report["quasi_identifiers"][0]["in_small_classes_without"]["people"], 60,
        "b.sex tells it too"
    );
    project.put("extract.toml", EXTRACT.replace("= 12", "= 16").replace("\"sex\"", "\"a.sex\""));
    let report = self::report(&run(&mut audit(&project)).ends(5));
    assert_eq!(report["quasi_identifiers"][0]["in_small_classes_without"]["people"], 0);
}

#[test]
fn one_unusual_child_is_found_and_not_counted_aloud() {
    let project = extracted(EXTRACT, &[["martian", "need1", "F"]]);
    let ran = run(&mut audit(&project)).ends(5);
    let report = report(&ran);
    assert_eq!(report["unique"]["people"], "fewer than 10");
    assert_eq!(report["smallest_class"], "fewer than 10");
    assert!(report["unique"]["share"].is_null(), "a share would tell the count");
    let without = |place: usize| &report["quasi_identifiers"][place]["unique_without"]["people"];
    assert_eq!(
        (without(1), without(2)),
        (&"fewer than 10".into(), &0.into()),
        "ethnicity drives it"
    );
    assert!(!ran.stdout.contains("martian"));
}

#[test]
fn a_class_that_shares_its_secret_is_found() {
    let alike: Vec<[&str; 3]> = vec![["asian", "need7", "F"]; 14];
    let project = extracted(EXTRACT, &alike);
    let report = report(&run(&mut audit(&project)).ends(5));
    assert_eq!(report["in_small_classes"]["people"], 0);
    assert_eq!(report["sensitive"][0]["in_uniform_classes"]["people"], 14);
    project.put("extract.toml", EXTRACT.replace("sensitive         = [\"need\"]", "diversity = 1"));
    run(&mut audit(&project)).ends(0);
}

#[test]
fn an_extract_is_told_from_its_own_tables() {
    let project = extracted(EXTRACT, &[]);
    // Without a spec the agencies that hold a child are all that is known beforehand.
    let ran = run(sealink("audit").args(["--format", "json"]).arg(project.at("extract"))).ends(0);
    assert_eq!(report(&ran)["classes"], 2);
    project.put("extract.toml", EXTRACT.replace("\"need\"", "\"nothing\""));
    run(&mut audit(&project)).ends(2).says(&["`nothing`"]);
    project.put("extract.toml", EXTRACT.replace("trial-1", "trial-2"));
    run(&mut audit(&project)).ends(4).says(&["another extract"]);
    run(sealink("audit").arg(project.at("extract/a.parquet"))).ends(2).says(&["people.parquet"]);
    run(sealink("audit").arg(project.at("extract")).arg(project.table("a", "tokens"))).ends(2);
    run(project.extract(&["a", "b"]).arg("--csv")).ends(0);
    let csv = project.at("extract/a.csv");
    run(sealink("audit").arg(csv)).ends(2).says(&["a.csv", "reads Parquet", "the folder"]);
}
