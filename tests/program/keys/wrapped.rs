//! Wrapped keys: to recipients, with a passphrase, and what opens them.

use std::fs::{self, File};
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::super::people::{LINKAGE, csv, rows, source};
use super::super::support::{Project, Ran, assert_nothing_in, mode, run, sealink, set_mode};

const PASSPHRASE: &str = "lapwing curlew dotterel";

pub(super) fn identity(project: &Project, name: &str) -> PathBuf {
    let path = project.at(name);
    run(sealink("keygen").args(["--role", "identity", "--out"]).arg(&path)).ends(0);
    path
}

pub(super) fn public(path: &Path) -> PathBuf {
    let name = path.file_name().expect("a name").to_str().expect("plain names");
    path.with_file_name(format!("{name}.pub"))
}

/// The program with a passphrase on descriptor 3.
fn with_passphrase(command: &Command, project: &Project, passphrase: &str) -> Command {
    let file = project.put("passphrase", format!("{passphrase}\n"));
    let mut script = Command::new("sh");
    script.arg("-c").arg("file=$1; shift; exec \"$0\" \"$@\" 3<\"$file\"");
    script.arg(command.get_program()).arg(file).args(command.get_args());
    script
}

fn show(path: &Path) -> Command {
    let mut command = sealink("key");
    command.arg("show").arg(path).args(["--format", "json"]);
    command
}

fn shown_with(path: &Path, identity: &Path) -> Ran {
    run(show(path).arg("--identity").arg(identity))
}

#[test]
fn a_key_wrapped_to_two_recipients_is_opened_by_each_and_by_no_other() {
    let project = Project::new(LINKAGE);
    let [one, two, other] = ["one", "two", "other"].map(|name| identity(&project, name));
    let recipient = fs::read_to_string(public(&two)).expect("a recipient");
    let key = project.at("wrapped.key");
    let mut keygen = sealink("keygen");
    keygen.args(["--role", "linkage", "--recipient", recipient.trim(), "--recipient"]);
    run(keygen.arg(public(&one)).arg("--out").arg(&key)).ends(0);
    assert_eq!(mode(&key), 0o600);
    assert!(fs::read(&key).expect("read").starts_with(b"age-encryption.org/v1\n"));
    let ids = [&one, &two].map(|identity| shown_with(&key, identity).ends(0).json()["id"].clone());
    assert!(ids[0].is_string() && ids[0] == ids[1]);
    shown_with(&key, &other).ends(2).says(&["none of the identities"]);
    let closed = run(&mut show(&key)).ends(0).json();
    assert_eq!((&closed["recipients"], &closed["opened"]), (&2.into(), &false.into()));
    assert!(closed["id"].is_null());
}

#[test]
fn a_wrapped_key_makes_the_tokens_of_the_plain_one() {
    let project = Project::new(LINKAGE);
    project.agency("a", &source("a"), csv(&rows(1, 0..30))).ends(0);
    let tokens = fs::read(project.table("a", "tokens")).expect("the tokens");
    fs::remove_file(project.table("a", "tokens")).expect("removed");
    let identity = identity(&project, "me");
    for key in ["linkage.key", "a/agency.key"].map(|key| project.at(key)) {
        let plain = key.with_extension("plain");
        fs::rename(&key, &plain).expect("moved");
        let mut wrap = sealink("key");
        wrap.arg("wrap").arg(&plain).arg("--recipient").arg(public(&identity));
        run(wrap.arg("--out").arg(&key)).ends(0);
        assert_eq!(mode(&key), 0o600);
    }
    run(&mut project.pseudonymise("a")).ends(2).says(&["--identity"]);
    run(project.pseudonymise("a").arg("--identity").arg(&identity)).ends(0);
    assert_eq!(fs::read(project.table("a", "tokens")).expect("the tokens"), tokens);
}

#[test]
fn a_wrapped_key_or_an_identity_that_others_can_read_is_refused_too() {
    let project = Project::new(LINKAGE);
    let me = identity(&project, "me");
    let key = project.at("wrapped.key");
    let mut keygen = sealink("keygen");
    keygen.args(["--role", "agency", "--recipient"]).arg(public(&me));
    run(keygen.arg("--out").arg(&key)).ends(0);
    for file in [&key, &me] {
        set_mode(file, 0o640);
        shown_with(&key, &me).ends(2).says(&["mode 640"]);
        set_mode(file, 0o600);
        let real = file.with_extension("real");
        fs::rename(file, &real).expect("moved");
        symlink(&real, file).expect("a link");
        shown_with(&key, &me).ends(2).says(&["is a link"]);
        fs::remove_file(file).and_then(|()| fs::rename(&real, file)).expect("moved back");
    }
    shown_with(&key, &me).ends(0);
    shown_with(&key, &public(&me)).ends(2);
}

#[test]
fn a_passphrase_comes_through_a_descriptor_and_another_does_not_open() {
    let project = Project::new(LINKAGE);
    let key = project.at("wrapped.key");
    let mut keygen = sealink("keygen");
    keygen.args(["--role", "agency", "--passphrase-fd", "3", "--out"]).arg(&key);
    run(&mut with_passphrase(&keygen, &project, "too short")).ends(2).says(&["12 characters"]);
    assert!(!key.exists());
    run(&mut with_passphrase(&keygen, &project, PASSPHRASE)).ends(0);
    let mut open = show(&key);
    open.args(["--passphrase-fd", "3"]);
    let shown = run(&mut with_passphrase(&open, &project, PASSPHRASE)).ends(0).json();
    assert_eq!((&shown["role"], &shown["wrapped"]), (&"agency".into(), &"passphrase".into()));
    let wrong = PASSPHRASE.to_uppercase();
    run(&mut with_passphrase(&open, &project, &wrong)).ends(2).says(&["another passphrase"]);
    run(&mut with_passphrase(&open, &project, "")).ends(2).says(&["is empty"]);
    run(&mut with_passphrase(&open, &project, &"x".repeat(5000))).ends(2).says(&["too long"]);
    // There is no terminal to ask on, and nothing on that descriptor.
    assert_eq!(run(show(&key).stdin(Stdio::null())).ends(0).json()["opened"], false);
    run(show(&key).args(["--passphrase-fd", "77"])).ends(2);
}

/// The first number after a word in a file of the system.
fn number_in(file: &Path, word: &str) -> Option<u64> {
    let text = fs::read_to_string(file).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(word))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(target_os = "linux")]
#[test]
fn a_running_process_shows_no_secret_dumps_no_core_and_keeps_its_keys_out_of_swap() {
    let project = Project::new(LINKAGE);
    project.agency("a", &source("a"), csv(&rows(1, 0..30))).ends(0);
    let [me, key] = ["me", "linkage.key"].map(|name| project.at(name));
    fs::remove_file(&key).expect("removed");
    let mut keygen = sealink("keygen");
    keygen.args(["--role", "identity", "--passphrase-fd", "3", "--out"]).arg(&me);
    run(&mut with_passphrase(&keygen, &project, PASSPHRASE)).ends(0);
    let mut keygen = sealink("keygen");
    keygen.args(["--role", "linkage", "--recipient"]).arg(public(&me)).arg("--out").arg(&key);
    run(&mut keygen).ends(0);
    // Reading records from a pipe, it waits with its keys open.
    let mut waiting = project.pseudonymise_nothing("a");
    waiting.arg("--identity").arg(&me).args(["--passphrase-fd", "3", "-"]);
    let mut waiting = with_passphrase(&waiting, &project, PASSPHRASE);
    let mut child = waiting.stdin(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let process = PathBuf::from(format!("/proc/{}", child.id()));
    let deadline = Instant::now() + Duration::from_secs(30);
    let locked = || number_in(&process.join("status"), "VmLck:").unwrap_or(0);
    while locked() == 0 && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(20));
    }
    let seen = ["cmdline", "environ"].map(|file| fs::read(process.join(file)));
    let core = number_in(&process.join("limits"), "Max core file size");
    let locked = locked();
    drop(child.stdin.take());
    child.wait().expect("it ends");
    for bytes in seen.into_iter().map(|file| file.expect("the system shows it")) {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        assert!(!text.contains("lapwing") && !text.contains("-KEY-1"), "{text}");
    }
    assert_eq!(core, Some(0));
    if locked == 0 {
        eprintln!("skipped in part: this system lets no page be locked");
    }
}

#[test]
fn a_key_that_asks_for_gigabytes_is_refused_at_once() {
    let project = Project::new(LINKAGE);
    let (salt, letters) = ("A".repeat(22), "A".repeat(43));
    let head = format!("age-encryption.org/v1\n-> scrypt {salt} 24\n{letters}\n--- {letters}\n");
    let key = project.put("bomb.key", [head.as_bytes(), &[0; 64]].concat());
    set_mode(&key, 0o600);
    let mut open = show(&key);
    open.args(["--passphrase-fd", "3"]);
    run(&mut with_passphrase(&open, &project, PASSPHRASE)).ends(2).says(&["more work"]);
}

#[test]
fn a_wrapped_key_is_never_written_over_another_file() {
    let project = Project::new(LINKAGE);
    let me = identity(&project, "me");
    let there = project.put("there", "precious");
    let wrap = |out: &Path, arguments: &[&str]| {
        let mut wrap = sealink("key");
        wrap.arg("wrap").arg(project.at("linkage.key")).args(arguments).arg("--out").arg(out);
        run(&mut wrap).ends(2);
    };
    let recipient = fs::read_to_string(public(&me)).expect("a recipient");
    wrap(&there, &["--recipient", recipient.trim()]);
    assert_eq!(fs::read(&there).expect("read"), b"precious");
    wrap(&project.at("new/key"), &[]);
    wrap(&project.at("new/key"), &["--recipient", there.to_str().expect("a plain name")]);
    assert_nothing_in(project.at("new"));
    assert!(File::open(project.at("linkage.key")).is_ok());
}
