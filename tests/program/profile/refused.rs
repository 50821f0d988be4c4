//! Files that cannot be read, or that have no header.

use std::io::Write;
use std::process::Stdio;

use super::super::support::{Project, run};
use super::{profile, profiled};

/// The reader's own errors, with place and advice.
#[test]
fn a_hostile_file_gives_the_readers_error() {
    let project = Project::of_template(&["health"]);
    let head = "record_id,forename,surname\nr1,Ann,Smith\n";
    for (text, says) in [
        (b"" as &[u8], "the file is empty"),
        (b"\n\n", "blank"),
        (b"PAR1 and no more", "Parquet"),
        (b"PK\x03\x04", "neither CSV nor Parquet"),
        (b"record_id,,surname\nr1,a,b\n", "column 2"),
        (b"record_id,surname,surname\nr1,a,b\n", "same name"),
    ] {
        let path = project.put("records.csv", text);
        run(&mut profile(&path)).ends(1).says(&[says]);
    }
    for (row, says) in [
        (&b"r2,A\"nn,Smith\n"[..], "row 3"),
        (b"r2,\"Ann,Smith\n", "never closed"),
        (b"r2,\"Ann\"x,Smith\n", "follows the closing quote"),
        (b"r2,A\0nn,Smith\n", "NUL"),
        (b"r2,A\x07nn,Smith\n", "control character"),
        (b"r2,A\xC3\x28nn,Smith\n", "UTF-8"),
        (b"r2,Ann\rSmith,b\n", "carriage return"),
    ] {
        let path = project.put("records.csv", [head.as_bytes(), row].concat());
        let out = project.at("source.toml");
        run(profile(&path).arg("--out").arg(&out)).ends(1).says(&[says]);
        assert!(!out.exists());
    }
    run(&mut profile(&project.at("nowhere.csv"))).ends(1).says(&["could not be read"]);
}

#[test]
fn rows_that_would_be_left_out_are_counted() {
    let project = Project::of_template(&["health"]);
    let text = "record_id,forename,surname\nr1,Ann,Smith\nr2,Ann\nr3,Ann,Smith,more\n";
    let path = project.put("records.csv", text);
    let said = run(profile(&path).args(["--format", "json"])).ends(3).json();
    assert_eq!((said["rows"].as_u64(), said["left_out"].as_u64()), (Some(3), Some(2)));
}

#[test]
fn a_person_in_the_first_row_stops_the_run_and_an_unknown_header_is_not_shown() {
    let project = Project::of_template(&["health"]);
    let path = project.put("records.csv", "Zebedee,Quibble,21/01/2012\nAnn,Smith,22/01/2012\n");
    let ran = run(&mut profile(&path)).ends(2).says(&["column 3"]);
    assert!(!ran.stderr.contains("Quibble"));
    let path = project.put("records.csv", "Zebedee,Quibble,F\nAnn,Smith,M\n");
    let ran = run(&mut profile(&path)).ends(0);
    assert!(!ran.stdout.contains("Quibble") && ran.stdout.contains("column 2"), "{}", ran.stdout);
    assert!(ran.stdout.contains("--header"), "{}", ran.stdout);
    let out = project.at("source.toml");
    let ran = run(profile(&path).arg("--out").arg(&out)).ends(2).says(&["--header"]);
    assert!(!ran.stderr.contains("Quibble") && !out.exists());
    // Nor in an error of the reader.
    let path = project.put("records.csv", "Zebedee,Quibble,F\nAnn,Sm\x07ith,M\n");
    let ran = run(&mut profile(&path)).ends(1).says(&["row 2, column 2"]);
    assert!(!ran.stderr.contains("Quibble"));
    let said = profiled(&project.put("records.csv", "c1,c2\na,b\n"), &["--header"]);
    assert_eq!(said["columns"][1]["name"], "c2");
}

#[test]
fn standard_input_is_looked_into() {
    let mut command = profile(std::path::Path::new("-"));
    command.args(["--format", "json"]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut input = child.stdin.take().expect("it is piped");
    input.write_all(b"record_id,surname\nr1,Smith\nr2,Khan\n").expect("the program reads");
    drop(input);
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(said["rows"], 2);
}
