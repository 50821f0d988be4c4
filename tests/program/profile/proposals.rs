//! What is proposed: it passes `check` as far as it can, and what is open stops the run.

use std::fs;
use std::path::{Path, PathBuf};

use super::super::people::nhs_number;
use super::super::support::{Project, Ran, run, sealink};
use super::{profile, proposal};

const HEADER: &str = "record_id,nhs_number,forename,surname,dob,sex,postcode,ethnicity,note";

fn rows() -> String {
    let row = |n: u64| {
        format!(
            "r{n},{},Ann,Smith,{:02}/05/2012,{},AM{} {}AB,WBRI,seen\n",
            nhs_number(400_000_000 + 11 * n),
            n % 28 + 1,
            if n.is_multiple_of(2) { "M" } else { "F" },
            n % 9 + 1,
            n % 9
        )
    };
    (1..60).map(row).collect()
}

fn checked(project: &Project, source: &Path, records: &Path) -> Ran {
    let mut check = sealink("check");
    check.arg("--spec").arg(project.at("linkage.toml")).arg("--source").arg(source);
    run(check.arg(records))
}

fn records(project: &Project, header: &str) -> PathBuf {
    project.put("records.csv", format!("{header}\n{}", rows()))
}

#[test]
fn a_plain_file_is_mapped_whole_and_passes() {
    let project = Project::of_template(&["health"]);
    let (records, out) = (records(&project, HEADER), project.at("new/source.toml"));
    let spec = project.at("linkage.toml");
    let (ran, source) = proposal(&records, &out, &["--spec", spec.to_str().expect("plain")]);
    assert!(ran.stdout.contains("wrote "), "{}", ran.stdout);
    assert!(source.contains("dataset   = \"health\""), "{source}");
    assert!(!source.contains("DECIDE:"), "{source}");
    checked(&project, &out, &records).ends(0);
}

#[test]
fn what_is_open_is_named_by_check_until_it_is_decided() {
    let project = Project::of_template(&["health", "police"]);
    let header = HEADER.replace("sex", "c6").replace("dob", "birthdate,dob");
    let with_two = rows().replace("/05/2012,", "/05/2012,01/02/1985,");
    let records = project.put("records.csv", format!("{header}\n{with_two}"));
    let out = project.at("source.toml");
    let (_, source) = proposal(&records, &out, &[]);
    assert!(source.contains("# DECIDE which dataset"), "{source}");
    checked(&project, &out, &records).ends(2).says(&["lacks `dataset`"]);
    let decided = source.replace("# dataset = \"..\"", "dataset = \"health\"");
    fs::write(&out, &decided).expect("a file");
    checked(&project, &out, &records)
        .ends(2)
        .says(&["`birthdate` has no role", "`dob` has no role"]);
    let decided = decided
        .replace(
            "#   date_of_birth = { column = \"birthdate\"",
            "date_of_birth = { column = \"birthdate\"",
        )
        .replace("drop = [\n", "drop = [\n    \"dob\",\n");
    fs::write(&out, &decided).expect("a file");
    checked(&project, &out, &records).ends(0);
}

#[test]
fn a_file_that_identifies_nobody_is_said_to() {
    let project = Project::of_template(&["health", "police"]);
    let records = project.put("records.csv", "record_id,ethnicity\nr1,WBRI\nr2,MWBC\nr3,WBRI\n");
    let out = project.at("source.toml");
    let (_, source) = proposal(&records, &out, &["--dataset", "health"]);
    assert!(source.contains("# DECIDE: no column is sure to identify anybody"), "{source}");
    checked(&project, &out, &records).ends(2).says(&["no field under [fields]"]);
}

#[test]
fn a_file_that_is_there_is_not_overwritten() {
    let project = Project::of_template(&["health"]);
    let records = records(&project, HEADER);
    let out = project.put("source.toml", "decided");
    run(profile(&records).arg("--out").arg(&out)).ends(2).says(&["is there already"]);
    assert_eq!(fs::read_to_string(&out).expect("it is there"), "decided");
}

#[test]
fn the_layout_of_the_file_is_found_and_proposed() {
    let project = Project::of_template(&["police"]);
    let text = format!("{HEADER}\n{}", rows()).replace(',', ";").replace("Ann", "Zo\u{eb}");
    let bytes: Vec<u8> = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
    let records = project.put("records.csv", bytes);
    let out = project.at("source.toml");
    run(profile(&records).arg("--out").arg(&out)).ends(1).says(&["--encoding", "row 2"]);
    assert!(!out.exists());
    let words = ["--encoding", "windows-1252", "--dataset", "police"];
    let (_, source) = proposal(&records, &out, &words);
    assert!(source.contains("encoding  = \"windows-1252\"\ndelimiter = \";\""), "{source}");
    checked(&project, &out, &records).ends(0);
}

#[test]
fn fields_of_another_spec_are_found_by_name_or_kind() {
    let project = Project::new(
        "protocol = \"sealink/1\"\nproject = \"trial\"\ndatasets = [\"a\"]\n\
         [fields]\nnumber = \"nhs_number\"\nfamily_name = \"name\"\nbirth_date = \"date\"\n\
         [recipes]\nn = [\"number\"]\nd = [\"family_name\", \"birth_date\"]\n\
         [blocking]\nrecipes = [\"n\", \"d\"]\n",
    );
    let (records, out) = (records(&project, HEADER), project.at("source.toml"));
    let spec = project.at("linkage.toml");
    let (_, source) = proposal(&records, &out, &["--spec", spec.to_str().expect("plain")]);
    for line in [
        "number        = \"nhs_number\"",
        "family_name   = \"surname\"",
        "birth_date    = { column = \"dob\"",
    ] {
        assert!(source.contains(line), "no {line} in\n{source}");
    }
    assert!(
        source.contains("\"forename\",    # forename: the spec has no field for it"),
        "{source}"
    );
    checked(&project, &out, &records).ends(0);
    run(profile(&records).arg("--spec").arg(&spec).args(["--dataset", "b"]))
        .ends(2)
        .says(&["the datasets a, no `b`"]);
}

#[test]
fn names_that_would_break_the_mapping_are_written_so_that_they_do_not() {
    let project = Project::of_template(&["health"]);
    let header = HEADER.replace("note", "\"a \"\"note\"\" # with \\ and\nlines\"");
    let (records, out) = (records(&project, &header), project.at("source.toml"));
    proposal(&records, &out, &["--dataset", "health"]);
    checked(&project, &out, &records).ends(0);
}

#[test]
fn the_text_for_a_usual_file_is_a_screen() {
    let project = Project::of_template(&["health"]);
    let records = records(&project, HEADER);
    let told = run(&mut profile(&records)).ends(0);
    assert!(told.stdout.lines().count() < 40, "{}", told.stdout);
    assert!(told.stdout.lines().all(|line| line.chars().count() <= 160), "{}", told.stdout);
    let quiet = run(profile(&records).arg("-q")).ends(0);
    assert_eq!(quiet.stdout, "");
}
