//! The judgement itself on trial: programs that write badly are found out, each for its own
//! mistake, and good ones are not.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::command::{Case, init};
use super::judge::{Expect, Outcome, Verdict};
use super::launch::{run, run_for};
use super::snapshot::Files;
use super::trial::{Folder, Prepared, Start};

/// A program of two files, `b.csv` vouching for `a.csv`, in place of which scripts are run.
fn two_files(rerun: fn(&super::command::Place) -> Command) -> Prepared<'static> {
    let files =
        |a: &str, b: &str| Files::from([("a.csv".into(), a.into()), ("b.csv".into(), b.into())]);
    Prepared {
        case: Case {
            name: "a script",
            command: rerun,
            published: &[&["a.csv", "b.csv"]],
            ..init()
        },
        inputs: Path::new("/nowhere"),
        placed: Files::new(),
        earlier: Some(files("old a", "old b")),
        clean: files("new a", "new b"),
        raw: files("new a", "new b"),
        took: Duration::ZERO,
    }
}

fn script(text: &str, out: &Path) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("mkdir -p \"$0\"; cd \"$0\"; {text}")]).arg(out);
    command
}

fn judged(start: Start, text: &str) -> Verdict {
    let folder = Folder::new();
    let expect = Expect {
        reasons: vec!["no room".to_owned()],
        places: vec!["/out".to_owned()],
        codes: vec![1],
        signals: vec![9, 6],
        ..Expect::default()
    };
    let prepared = two_files(|at| script("true", &at.out));
    let out = folder.at("out");
    prepared.attempt(start, &out, &expect, |_| run(&mut script(text, &out))).1
}

const GOOD: &str = "printf 'new a' > a.csv; printf 'new b' > b.csv";

#[test]
fn good_writers_are_not_blamed() {
    for (start, text, outcome) in [
        (Start::Fresh, GOOD.to_owned(), Outcome::Whole),
        (Start::Earlier, GOOD.to_owned(), Outcome::Whole),
        (Start::Fresh, format!("{GOOD}; kill -9 $$"), Outcome::Whole),
        (Start::Fresh, "printf x > .sealink-1; kill -9 $$".to_owned(), Outcome::Nothing),
        (Start::Earlier, "kill -9 $$".to_owned(), Outcome::EarlierKept),
        (Start::Fresh, "printf 'new a' > a.csv; kill -9 $$".to_owned(), Outcome::Partial),
        (
            Start::Fresh,
            "echo 'error: /out/a.csv: no room' >&2; exit 1".to_owned(),
            Outcome::Nothing,
        ),
        (Start::Fresh, "echo 'out of memory' >&2; kill -6 $$".to_owned(), Outcome::Nothing),
    ] {
        let verdict = judged(start, &text);
        assert!(verdict.wrong.is_empty() && !verdict.stale, "{text}: {verdict:?}");
        assert_eq!(verdict.outcome, outcome, "{text}");
    }
}

#[test]
fn bad_writers_are_found_out() {
    for (start, text, blame) in [
        (Start::Fresh, "printf 'new' > a.csv; kill -9 $$", "a.csv is neither"),
        (Start::Earlier, "printf 'new' > a.csv; kill -9 $$", "a.csv is neither"),
        (Start::Earlier, "rm a.csv b.csv; kill -9 $$", "a.csv is neither"),
        (Start::Fresh, "printf 'new b' > b.csv; kill -9 $$", "b.csv vouches"),
        (Start::Fresh, "printf 'new a' > a.csv", "success and left Partial"),
        (Start::Fresh, "true", "success and left Nothing"),
        (Start::Earlier, "true", "success and left EarlierKept"),
        (Start::Fresh, "printf x > c.csv; kill -9 $$", "nobody knows the file c.csv"),
        (Start::Fresh, "exit 101", "ended with code Some(101)"),
        (Start::Fresh, "kill -15 $$", "signal Some(15)"),
        (Start::Fresh, "kill -6 $$", "aborted without a word"),
        (Start::Fresh, "exit 1", "message is not clear"),
        (Start::Fresh, "echo 'error: no room' >&2; exit 1", "message is not clear"),
        (Start::Fresh, "echo 'error: /out/a.csv' >&2; exit 1", "message is not clear"),
        (
            Start::Fresh,
            "printf x > .sealink-1; echo 'error: /out/a.csv: no room' >&2; exit 1",
            "it ended by itself and left",
        ),
        (
            Start::Fresh,
            "echo 'error: /out/a.csv: no room for Quetzalbranca' >&2; exit 1",
            "a cell of the input was said",
        ),
        (Start::Fresh, "echo 943 4765919 9434765919; kill -9 $$", "a cell of the input was said"),
    ] {
        let verdict = judged(start, text);
        let found = verdict.wrong.iter().any(|wrong| wrong.contains(blame));
        assert!(found, "{text}: {verdict:?}");
    }
    assert!(judged(Start::Earlier, "printf 'new a' > a.csv; kill -9 $$").stale);
}

#[test]
fn a_bad_rerun_is_found_out() {
    let rerun = |command: fn(&super::command::Place) -> Command| {
        let folder = Folder::new();
        two_files(command).rerun(Outcome::Nothing, &folder.at("out"))
    };
    assert_eq!(rerun(|at| script(GOOD, &at.out)), [""; 0]);
    assert_eq!(rerun(|at| script("exit 1", &at.out)).len(), 2);
    assert_eq!(rerun(|at| script("printf 'new a' > a.csv", &at.out)).len(), 1);
}

#[test]
fn a_hang_is_found_out() {
    let ended = run_for(Duration::from_millis(50), Command::new("sleep").arg("30"), |_| ());
    assert!(ended.hung);
    assert_eq!(ended.signal, Some(9));
}
