//! A delivery can be checked and opened with the programs `minisign`, `sha256sum` and `age`.

use std::path::Path;
use std::process::Command;

use super::super::support::run;
use super::post::Post;

/// Whether a program is here; says so if it is not.
fn is_here(program: &str) -> bool {
    let here = Command::new(program).arg("--version").output().is_ok();
    if !here {
        eprintln!("skipped: the program `{program}` is not installed");
    }
    here
}

fn sha256sum(path: &Path) -> String {
    let ran = run(Command::new("sha256sum").arg(path)).ends(0);
    ran.stdout.split(' ').next().unwrap_or_default().to_owned()
}

#[test]
fn other_programs_verify_and_decrypt_a_delivery() {
    if !is_here("age") || !is_here("minisign") || !is_here("sha256sum") {
        return;
    }
    let post = Post::new(40);
    let delivery = post.sealed("a", 1);
    let mut minisign = Command::new("minisign");
    minisign.arg("-V").arg("-p").arg(post.at("a.signing.pub"));
    let ran = run(minisign.arg("-m").arg(delivery.join("manifest.json"))).ends(0);
    assert!(ran.stdout.contains("project trial from agency a"), "{}", ran.stdout);
    let manifest = post.manifest(&delivery);
    for file in &manifest.files {
        let sealed = delivery.join(format!("{}.age", file.name));
        assert_eq!(sha256sum(&sealed), file.sealed.sha256);
        let clear = post.at(&file.name);
        let mut age = Command::new("age");
        age.arg("-d").arg("-i").arg(post.at("linker.identity")).arg("-o").arg(&clear);
        run(age.arg(&sealed)).ends(0);
        assert_eq!(sha256sum(&clear), file.plain.sha256);
    }
}

#[test]
fn a_delivery_made_by_other_programs_is_opened() {
    if !is_here("age") || !is_here("minisign") {
        return;
    }
    let post = Post::new(40);
    let delivery = post.sealed("a", 1);
    let mut manifest = post.manifest(&delivery);
    for file in &mut manifest.files {
        let sealed = delivery.join(format!("{}.age", file.name));
        let clear = post.at("a/out").join(&file.name);
        std::fs::remove_file(&sealed).expect("removed");
        let mut age = Command::new("age");
        age.arg("-R").arg(post.at("linker.identity.pub")).arg("-o").arg(&sealed).arg(&clear);
        run(&mut age).ends(0);
        file.sealed.bytes = sealed.metadata().expect("there").len();
        file.sealed.sha256 = sha256sum(&sealed);
    }
    std::fs::write(delivery.join("manifest.json"), manifest.bytes()).expect("written");
    let mut minisign = Command::new("minisign");
    minisign.arg("-S").arg("-s").arg(post.at("a.signing")).arg("-t").arg(manifest.comment());
    run(minisign.arg("-m").arg(delivery.join("manifest.json"))).ends(0);
    run(&mut post.open(&[delivery])).ends(0);
}
