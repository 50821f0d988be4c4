//! Keys: made once, kept private, and refused wherever something is wrong with them.

mod destroyed;
mod interop;
mod refused;
mod wrapped;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::people::{EXTRACT, LINKAGE, csv, rows, source};
use super::support::{
    Project, assert_nothing_in, key_text, mode, names_below, run, sealink, set_mode,
};

fn keygen(role: &str, path: &Path) -> Command {
    let mut command = sealink("keygen");
    command.args(["--role", role, "--out"]).arg(path);
    command
}

#[test]
fn a_new_key_is_private_whatever_the_umask_and_unlike_any_other() {
    let project = Project::new(LINKAGE);
    let mut secrets = Vec::new();
    for (place, role) in ["linkage", "agency", "linker", "linkage"].into_iter().enumerate() {
        let path = project.at(format!("new/{place}.key"));
        let script = format!("umask 000; exec \"$0\" keygen --role {role} --out \"$1\"");
        let program = env!("CARGO_BIN_EXE_sealink");
        let ran = run(Command::new("sh").arg("-c").arg(script).arg(program).arg(&path)).ends(0);
        assert_eq!(mode(&path), 0o600);
        let text = fs::read_to_string(&path).expect("the key");
        assert_eq!(text.lines().nth(1), Some(&*format!("role: {role}")));
        let secret = text.lines().nth(6).expect("the secret").to_owned();
        assert!(secret.to_lowercase().contains(&format!("sealink-{role}-key-1")));
        assert!(!ran.stdout.contains(secret.trim_start_matches("secret: ")));
        secrets.push(secret);
    }
    secrets.sort();
    secrets.dedup();
    assert_eq!(secrets.len(), 4);
    assert_eq!(names_below(&project.at("new")).len(), 4, "nothing is left beside the keys");
}

#[test]
fn keygen_never_replaces_anything() {
    let project = Project::new(LINKAGE);
    let file = project.put("file", "precious");
    run(&mut keygen("agency", &file)).ends(2).says(&["file", "never replaced"]);
    assert_eq!(fs::read(&file).expect("read"), b"precious");

    let link = project.at("link");
    symlink(project.at("not-there"), &link).expect("a link");
    run(&mut keygen("agency", &link)).ends(2);
    assert!(!project.at("not-there").exists());

    let folder = project.at("folder");
    fs::create_dir(&folder).expect("a folder");
    run(&mut keygen("agency", &folder)).ends(2);
    assert_nothing_in(&folder);
}

#[test]
fn of_several_keygens_at_once_one_alone_makes_the_key() {
    let project = Project::new(LINKAGE);
    let path = project.at("race/new.key");
    let started: Vec<_> = (0..12)
        .map(|_| keygen("linker", &path).stdout(Stdio::null()).stderr(Stdio::null()).spawn())
        .collect();
    let codes: Vec<_> = started
        .into_iter()
        .map(|child| child.expect("it starts").wait().expect("it ends").code())
        .collect();
    assert_eq!(codes.iter().filter(|code| **code == Some(0)).count(), 1, "{codes:?}");
    assert_eq!(names_below(&project.at("race")), ["new.key"]);
}

/// What may be wrong with a key file, how to make it so, and the exit code.
type Wrong = (&'static str, fn(&Path, &str), i32);

fn put(path: &Path, text: impl AsRef<[u8]>) {
    fs::write(path, text).expect("a file");
    set_mode(path, 0o600);
}

fn with_last_letter_changed(key: &str) -> String {
    let key = key.trim_end();
    let (rest, last) = key.split_at(key.len() - 1);
    format!("{rest}{}\n", if last == "Q" { "P" } else { "Q" })
}

const WRONG: [Wrong; 13] = [
    (
        "readable by the group",
        |path, key| {
            put(path, key);
            set_mode(path, 0o640);
        },
        2,
    ),
    (
        "readable by others",
        |path, key| {
            put(path, key);
            set_mode(path, 0o604);
        },
        2,
    ),
    (
        "writable by the group",
        |path, key| {
            put(path, key);
            set_mode(path, 0o620);
        },
        2,
    ),
    ("damaged", |path, key| put(path, with_last_letter_changed(key)), 2),
    ("of two secrets", |path, key| put(path, format!("{key}{key}")), 2),
    ("truncated", |path, key| put(path, &key[..key.len() - 9]), 2),
    ("empty", |path, _| put(path, ""), 2),
    ("huge", |path, key| put(path, format!("{key}{}", "\n".repeat(1 << 20))), 2),
    ("not text", |path, _| put(path, [0xFF; 150]), 2),
    (
        "a link",
        |path, key| {
            put(&path.with_extension("real"), key);
            symlink(path.with_extension("real"), path).expect("a link");
        },
        2,
    ),
    ("a folder", |path, _| fs::create_dir(path).expect("a folder"), 2),
    ("of an older version", |path, key| put(path, key.replace("key/2", "key/1")), 2),
    ("missing", |_, _| {}, 1),
];

/// A command that takes a key: its verb, the option, the key's role, and a byte of the usual key.
type Taking = (&'static str, &'static str, &'static str, u8);

const TAKING: [Taking; 3] = [
    ("pseudonymise", "--key", "linkage", 1),
    ("pseudonymise", "--agency-key", "agency", b'a'),
    ("extract", "--key", "linker", 2),
];

/// A project in which every command can be run.
fn ready() -> Project {
    let project = Project::new(LINKAGE);
    for (place, dataset) in (1..).zip(["a", "b", "c"]) {
        project.agency(dataset, &source(dataset), csv(&rows(place, 0..30))).ends(0);
    }
    project.put("extract.toml", EXTRACT);
    run(&mut project.link(&["a", "b", "c"])).ends(0);
    project
}

/// The command with this key, writing to the folder `fresh`.
fn with_key(project: &Project, verb: &str, option: &str, key: &Path) -> Command {
    let usual = match verb {
        "extract" => project.extract(&["a", "b", "c"]),
        _ => project.pseudonymise("a"),
    };
    let mut command = Command::new(usual.get_program());
    let fresh = project.at("fresh");
    let mut last = "";
    for argument in usual.get_args() {
        command.arg(match last {
            "--out" => fresh.as_os_str(),
            last if last == option => key.as_os_str(),
            _ => argument,
        });
        last = argument.to_str().expect("plain names");
    }
    command
}

#[test]
fn a_key_that_is_not_as_it_should_be_is_refused_and_nothing_is_written() {
    let project = ready();
    for (verb, option, role, byte) in TAKING {
        for (place, (wrong, make, code)) in WRONG.iter().enumerate() {
            let key = project.at(format!("{verb}{option}{place}.key"));
            make(&key, &key_text(role, byte));
            let ran = run(&mut with_key(&project, verb, option, &key));
            assert_eq!(ran.code, Some(*code), "{verb} {option}, {wrong}: {}", ran.stderr);
            ran.says(&[key.to_str().expect("a plain name")]);
            assert_nothing_in(project.at("fresh"));
        }
    }
}

#[test]
fn a_key_of_another_role_is_refused_and_nothing_is_written() {
    let project = ready();
    let described =
        |role| if role == "agency" { format!("an {role}") } else { format!("a {role}") };
    for (verb, option, role, byte) in TAKING {
        for other in ["linkage", "agency", "linker"].into_iter().filter(|other| *other != role) {
            let key = project.put_key(&format!("{verb}{option}-{other}.key"), other, byte);
            run(&mut with_key(&project, verb, option, &key)).ends(2).says(&[
                key.to_str().expect("a plain name"),
                &format!("is {} key", described(other)),
                &format!("takes {} key", described(role)),
            ]);
            assert_nothing_in(project.at("fresh"));
            // A key whose role is forged in its text has another role's mark in its secret.
            let forged =
                key_text(other, byte).replace(&format!("role: {other}"), &format!("role: {role}"));
            put(&key, forged);
            run(&mut with_key(&project, verb, option, &key)).ends(2);
            assert_nothing_in(project.at("fresh"));
        }
    }
}

#[test]
fn a_good_key_is_accepted_where_the_wrong_ones_were_not() {
    let project = ready();
    for (verb, option, role, byte) in TAKING {
        let key = project.put_key(&format!("{verb}{option}.key"), role, byte);
        run(&mut with_key(&project, verb, option, &key)).ends(0);
    }
}

#[test]
fn a_named_pipe_is_refused_and_not_waited_for() {
    let project = ready();
    let (verb, option, _, _) = TAKING[0];
    let pipe = project.at("pipe.key");
    run(Command::new("mkfifo").args(["-m", "600"]).arg(&pipe)).ends(0);
    let mut command = with_key(&project, verb, option, &pipe);
    let mut child = command.stderr(Stdio::null()).spawn().expect("it starts");
    let deadline = Instant::now() + Duration::from_secs(5);
    let ended = loop {
        if let Some(status) = child.try_wait().expect("it can be asked") {
            break status.code();
        }
        if Instant::now() > deadline {
            child.kill().expect("it is stopped");
            child.wait().expect("it ends");
            break None;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(ended, Some(2), "a pipe as a key file");
}
