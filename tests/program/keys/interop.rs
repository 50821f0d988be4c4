//! What the programs `age` and `minisign` open, sign and check with our keys, where they are
//! installed.

use std::fs;
use std::process::{Command, Stdio};

use super::super::people::LINKAGE;
use super::super::support::{Project, key_text, run, sealink, set_mode};
use super::wrapped::{identity, public};

/// Whether a program can be run; says so if it cannot.
fn is_there(program: &str, argument: &str) -> bool {
    let there = Command::new(program).arg(argument).output().is_ok();
    if !there {
        eprintln!("skipped: there is no program `{program}` here");
    }
    there
}

#[test]
fn age_opens_our_wrapped_keys_and_we_open_those_it_wraps() {
    if !is_there("age", "--version") {
        return;
    }
    let project = Project::new(LINKAGE);
    let me = identity(&project, "me");
    let [ours, theirs] = ["ours.key", "theirs.key"].map(|name| project.at(name));
    let plain = project.at("linkage.key");
    let mut wrap = sealink("key");
    wrap.arg("wrap").arg(&plain).arg("--recipient").arg(public(&me)).arg("--out").arg(&ours);
    run(&mut wrap).ends(0);
    let opened = run(Command::new("age").arg("-d").arg("-i").arg(&me).arg(&ours)).ends(0);
    assert_eq!(opened.stdout, key_text("linkage", 1));

    let mut age = Command::new("age");
    run(age.arg("-R").arg(public(&me)).arg("-o").arg(&theirs).arg(&plain)).ends(0);
    set_mode(&theirs, 0o600);
    let show = |path| {
        let mut show = sealink("key");
        run(show.arg("show").arg(path).arg("--identity").arg(&me).args(["--format", "json"]))
    };
    assert_eq!(show(&theirs).ends(0).json()["role"], "linkage");
    let mut age = Command::new("age");
    run(age.arg("-a").arg("-R").arg(public(&me)).arg("-o").arg(&theirs).arg(&plain)).ends(0);
    show(&theirs).ends(2).says(&["text form of age"]);
}

#[test]
fn an_identity_of_age_keygen_opens_our_keys() {
    if !is_there("age-keygen", "--version") {
        return;
    }
    let project = Project::new(LINKAGE);
    let (me, key) = (project.at("age.identity"), project.at("wrapped.key"));
    run(Command::new("age-keygen").arg("-o").arg(&me)).ends(0);
    let recipient = run(Command::new("age-keygen").arg("-y").arg(&me)).ends(0).stdout;
    let mut keygen = sealink("keygen");
    keygen.args(["--role", "linker", "--recipient", recipient.trim(), "--out"]);
    run(keygen.arg(&key)).ends(0);
    run(sealink("key").arg("show").arg(&key).arg("--identity").arg(&me)).ends(0);
}

#[test]
fn minisign_signs_with_our_signing_key_and_checks_with_its_public_half() {
    if !is_there("minisign", "-v") {
        return;
    }
    let project = Project::new(LINKAGE);
    let (key, message) = (project.at("sender.key"), project.put("message", "of this delivery"));
    run(sealink("keygen").args(["--role", "signing", "--out"]).arg(&key)).ends(0);
    let mut sign = Command::new("minisign");
    run(sign.arg("-Sm").arg(&message).arg("-s").arg(&key).stdin(Stdio::null())).ends(0);
    let check = || {
        let mut check = Command::new("minisign");
        run(check.arg("-Vm").arg(&message).arg("-p").arg(public(&key)))
    };
    check().ends(0);
    let shown = run(sealink("key").arg("show").arg(&key).args(["--format", "json"])).ends(0).json();
    let line = fs::read_to_string(public(&key)).expect("the public half");
    assert_eq!(line.lines().nth(1), shown["public"].as_str());
    fs::write(&message, "of another delivery").expect("altered");
    assert_ne!(check().code, Some(0));
}
