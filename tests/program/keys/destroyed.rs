//! Keys are destroyed with a certificate, or left as they are.

use std::fs::{self, File};
use std::io::Read;
use std::path::Path;
use std::process::Command;

use super::super::people::LINKAGE;
use super::super::support::{Project, check_value, names_below, run, sealink, set_mode};
use super::wrapped::{identity, public};

fn destroy(key: &Path, certificate: &Path) -> Command {
    let mut command = sealink("key");
    command.arg("destroy").arg(key).args(["--holder", "Ashmere"]).arg("--out").arg(certificate);
    command
}

#[test]
fn a_destroyed_key_leaves_a_certificate_alone() {
    let project = Project::new(LINKAGE);
    let (key, certificate) = (project.at("linkage.key"), project.at("gone/certificate.json"));
    fs::hard_link(&key, project.at("other-name")).expect("another name");
    let mut watching = File::open(project.at("other-name")).expect("opened");
    run(&mut destroy(&key, &certificate)).ends(0);
    assert!(!key.exists());
    let mut left = String::new();
    watching.read_to_string(&mut left).expect("read");
    assert_eq!(left, "", "the bytes of the file are still there");
    let text = fs::read_to_string(&certificate).expect("the certificate");
    let certified: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for (word, value) in [
        ("role", "linkage"),
        ("id", &*"0".repeat(32)),
        ("check", &*check_value("linkage", 1, "-")),
        ("holder", "Ashmere"),
        ("wrapped", "not"),
    ] {
        assert_eq!(certified[word], value, "{word}");
    }
    let date = certified["date"].as_str().expect("a date");
    assert!(date.len() == 10 && date.starts_with("20"), "{date}");
    assert!(!text.contains("KEY-1"));
    assert_eq!(names_below(&project.at("gone")), ["certificate.json"]);
}

#[test]
fn where_no_certificate_can_be_written_the_key_stays() {
    let project = Project::new(LINKAGE);
    let key = project.at("linkage.key");
    let before = fs::read(&key).expect("the key");
    let there = project.put("there.json", "precious");
    run(&mut destroy(&key, &there)).ends(2);
    run(&mut destroy(&key, &there.join("below-a-file.json"))).ends(1);
    assert_eq!(fs::read(&there).expect("read"), b"precious");
    assert_eq!(fs::read(&key).expect("the key"), before);
}

#[test]
fn a_file_that_is_no_key_is_never_destroyed() {
    let project = Project::new(LINKAGE);
    let file = project.put("thesis.txt", "years of work");
    set_mode(&file, 0o600);
    run(destroy(&file, &project.at("c.json")).arg("--force")).ends(2).says(&["not a key file"]);
    let link = project.at("link");
    std::os::unix::fs::symlink(project.at("linkage.key"), &link).expect("a link");
    run(destroy(&link, &project.at("c.json")).arg("--force")).ends(2);
    assert_eq!(fs::read(&file).expect("read"), b"years of work");
    assert!(project.at("linkage.key").exists() && !project.at("c.json").exists());
}

#[test]
fn a_key_that_cannot_be_opened_is_destroyed_by_force_alone() {
    let project = Project::new(LINKAGE);
    let (me, key) = (identity(&project, "me"), project.at("wrapped.key"));
    let mut keygen = sealink("keygen");
    keygen.args(["--role", "agency", "--recipient"]).arg(public(&me));
    run(keygen.arg("--out").arg(&key)).ends(0);
    let certificate = project.at("c.json");
    run(&mut destroy(&key, &certificate)).ends(2).says(&["--force"]);
    assert!(key.exists() && !certificate.exists());
    let ran = run(destroy(&key, &certificate).args(["--force", "--format", "json"])).ends(0).json();
    assert!(!key.exists() && certificate.exists());
    assert!(ran["role"].is_null() && ran["id"].is_null());
    assert_eq!(ran["file_sha256"].as_str().map(str::len), Some(64));

    let old = project.put("old.key", "sealink-key/1\nrole: agency\n");
    set_mode(&old, 0o600);
    run(&mut destroy(&old, &project.at("d.json"))).ends(2).says(&["another version", "--force"]);
    run(destroy(&old, &project.at("d.json")).arg("--force")).ends(0);
    assert!(!old.exists());
}
