//! Each thing that can be wrong inside a key file has an error of its own.

use std::path::Path;

use super::super::people::{LINKAGE, csv, rows, source};
use super::super::support::{
    Project, assert_nothing_in, check_value, key_text, key_text_with, run, sealink, set_mode,
};

/// A project with an agency's records, ready to be pseudonymised.
fn ready() -> (Project, String) {
    let project = Project::new(LINKAGE);
    project.put("a/source.toml", source("a"));
    project.put("a/records.csv", csv(&rows(1, 0..30)));
    let line = LINKAGE.lines().find_map(|line| line.strip_prefix("project"));
    let name = line.expect("the spec names it").trim_matches([' ', '=', '"']).to_owned();
    (project, name)
}

fn put_linkage_key(project: &Project, text: &str) {
    set_mode(&project.put("linkage.key", text), 0o600);
}

#[track_caller]
fn refused(project: &Project, text: &str, code: i32, says: &[&str]) {
    put_linkage_key(project, text);
    let ran = run(&mut project.pseudonymise("a")).ends(code).says(says);
    let secret = text.lines().find(|line| line.starts_with("secret: ")).expect("a secret");
    assert!(!ran.stderr.contains(secret.trim_start_matches("secret: ")));
    assert_nothing_in(project.at("a/out"));
}

#[test]
fn a_key_is_refused_outside_its_project_and_after_its_last_day() {
    let (project, name) = ready();
    let with = |of: &str, expires| {
        key_text_with("linkage", 1, of, &check_value("linkage", 1, of), expires)
    };
    refused(&project, &with("another", "never"), 4, &["project `another`", &name]);
    refused(&project, &with(&name, "2020-02-29"), 2, &["expired after 2020-02-29"]);
    refused(&project, &with(&name, "2021-02-29"), 2, &["damaged"]);
    refused(&project, &with("No Name", "never"), 2, &["damaged"]);
    put_linkage_key(&project, &with(&name, "9999-12-31"));
    run(&mut project.pseudonymise("a")).ends(0);
}

#[test]
fn a_key_whose_lines_do_not_fit_together_is_refused() {
    let (project, name) = ready();
    let good = key_text("linkage", 1);
    let other = key_text_with("linkage", 1, &name, &"0".repeat(32), "never");
    refused(&project, &other, 2, &["check value"]);
    // A check value of another project is as wrong.
    let other = key_text_with("linkage", 1, &name, &check_value("linkage", 1, "-"), "never");
    refused(&project, &other, 2, &["check value"]);
    refused(&project, &good.replace("never", "9999-12-31"), 2, &["damaged"]);
    refused(&project, &good.replace("project: -", &format!("project: {name}")), 2, &["damaged"]);
    refused(&project, &good.replace("key/2", "key/1"), 2, &["another version", "keygen"]);
    refused(&project, &good.replace('\n', "\r\n"), 2, &["damaged"]);
    refused(&project, &format!("{good}\n"), 2, &["damaged"]);
    let lower: String = good.lines().map(|line| line.to_lowercase() + "\n").collect();
    put_linkage_key(&project, &lower);
    run(&mut project.pseudonymise("a")).ends(2).says(&["damaged"]);
    put_linkage_key(&project, &good);
    run(&mut project.pseudonymise("a")).ends(0);
}

#[test]
fn keygen_states_what_it_was_asked_for_and_the_protocols_check_value() {
    let (project, name) = ready();
    let path = project.at("new.key");
    let made = run(sealink("keygen")
        .args(["--role", "linkage", "--expires", "9999-12-31", "--format", "json", "--spec"])
        .arg(project.at("linkage.toml"))
        .arg("--out")
        .arg(&path))
    .ends(0)
    .json();
    assert_eq!((&made["project"], &made["wrapped"]), (&name.as_str().into(), &"not".into()));
    let shown = run(sealink("key").arg("show").arg(&path).args(["--format", "json"])).ends(0);
    for word in ["role", "project", "id", "check", "expires"] {
        assert_eq!(shown.json()[word], made[word], "{word}");
    }
    let key = std::fs::read_to_string(&path).expect("the key");
    let secret = key.lines().nth(6).expect("the secret").trim_start_matches("secret: ");
    assert!(!shown.stdout.contains(secret));
    std::fs::rename(&path, project.at("linkage.key")).expect("moved");
    let ran = run(project.pseudonymise("a").args(["--format", "json"])).ends(0);
    assert_eq!(ran.json()["key"], made["check"]);
}

#[test]
fn keygen_refuses_what_a_key_cannot_state() {
    let (project, _) = ready();
    let out = project.at("new/x.key");
    let keygen = |arguments: &[&str]| {
        run(sealink("keygen").args(arguments).arg("--out").arg(&out)).ends(2);
        assert_nothing_in(project.at("new"));
    };
    keygen(&["--role", "agency", "--expires", "2020-01-01"]);
    keygen(&["--role", "agency", "--expires", "2020-02-30"]);
    keygen(&["--role", "agency", "--project", "Not A Name"]);
    keygen(&["--role", "identity", "--project", "p"]);
    keygen(&["--role", "signing", "--expires", "2999-01-01"]);
    keygen(&["--role", "agency", "--recipient", "age1nobody", "--passphrase"]);
    // Nobody can be asked, as there is no terminal.
    keygen(&["--role", "agency", "--passphrase"]);
}

#[test]
fn a_secret_given_as_a_recipient_is_refused_and_not_told() {
    let (project, _) = ready();
    let identity = project.at("some.identity");
    run(sealink("keygen").args(["--role", "identity", "--out"]).arg(&identity)).ends(0);
    let text = std::fs::read_to_string(&identity).expect("read");
    let secret = text.lines().find(|line| line.starts_with("AGE-SECRET-KEY-1")).expect("a secret");
    let key = std::fs::read_to_string(project.at("linker.key")).expect("read");
    let key = key.lines().find_map(|line| line.strip_prefix("secret: ")).expect("a secret");
    for secret in [secret, key] {
        let mut keygen = sealink("keygen");
        keygen.args(["--role", "agency", "--recipient", secret, "--out"]);
        let ran = run(keygen.arg(project.at("new/x.key"))).ends(2).says(&["a secret was given"]);
        assert!(!ran.stderr.contains(secret) && !ran.stdout.contains(secret));
        assert_nothing_in(project.at("new"));
    }
}

#[test]
fn an_identity_or_signing_key_never_replaces_what_is_beside() {
    let (project, _) = ready();
    for role in ["identity", "signing"] {
        let path = project.at(format!("{role}.key"));
        let beside = project.put(&format!("{role}.key.pub"), "precious");
        run(sealink("keygen").args(["--role", role, "--out"]).arg(&path)).ends(2);
        assert_eq!(std::fs::read(&beside).expect("read"), b"precious");
        assert!(!Path::new(&path).exists());
    }
}
