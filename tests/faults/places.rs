//! Places that are not as they should be: the folder cannot be written or goes away, an input
//! goes away or is cut short meanwhile, nobody can read what is said.

use std::fs::{self, OpenOptions};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::campaign::Job;
use super::disk::Disk;
use super::judge::{Expect, Outcome, Verdict, judge, mistaken};
use super::launch::{Ended, run, run_while, within};
use super::people::Random;
use super::snapshot;
use super::support::names_below;
use super::trial::{Folder, Prepared, Record, Start};

pub fn jobs<'w>(prepared: &'w Prepared<'_>, robberies: usize, random: &mut Random) -> Vec<Job<'w>> {
    let mut jobs: Vec<Job<'w>> = Vec::new();
    for &(what, redirect) in &STREAMS {
        jobs.push(Box::new(move || Some(unread(prepared, what, redirect))));
    }
    for &start in prepared.starts() {
        jobs.push(Box::new(move || read_only(prepared, start)));
    }
    if prepared.placed.is_empty() {
        for deep in ["out", "out/below"] {
            jobs.push(Box::new(move || Some(file_in_the_way(prepared, deep))));
        }
    }
    for turn in 0..robberies {
        let moment = prepared.took * u32::try_from(random.below(1000)).expect("small") / 1000;
        let starts = prepared.starts();
        let start = starts[turn % starts.len()];
        // What is removed, or was there before, cannot be told from what went away.
        if prepared.case.removes.is_none() && prepared.placed.is_empty() {
            jobs.push(Box::new(move || Some(moved_away(prepared, start, moment))));
        }
        if let Some(&input) = prepared.case.inputs.get(turn % prepared.case.inputs.len().max(1)) {
            let part = random.below(1000);
            jobs.push(Box::new(move || Some(vanished(prepared, input, moment))));
            jobs.push(Box::new(move || Some(cut_short(prepared, input, part, moment))));
        }
    }
    jobs
}

/// What is taken from the program of its streams.
const STREAMS: [(&str, &str); 6] = [
    ("standard output closed", ">&-"),
    ("standard error closed", "2>&-"),
    ("all streams closed", "<&- >&- 2>&-"),
    ("standard output full", ">/dev/full"),
    ("standard error full", "2>/dev/full"),
    ("both full", ">/dev/full 2>/dev/full"),
];

/// Files are made, whoever reads what is said; that it could not be said may be an error.
fn unread(prepared: &Prepared<'_>, what: &str, redirect: &str) -> Record {
    let folder = Folder::new();
    let out = folder.at("out");
    // A report that the disk refuses is a failure; a reader that went away is none.
    let is_full = redirect.contains(">/dev/full") && !redirect.starts_with('2');
    let expect = Expect {
        reasons: vec!["No space left on device".to_owned()],
        places: vec!["standard output".to_owned()],
        codes: if is_full { vec![1] } else { Vec::new() },
        mute: redirect.contains("2>"),
        ..Expect::default()
    };
    let script = format!("exec \"$0\" \"$@\" {redirect}");
    let (ended, mut verdict) = prepared.attempt(Start::Fresh, &out, &expect, |command| {
        run(&mut within(&["sh", "-c", &script], &command))
    });
    if is_full && ended.code == Some(prepared.case.code) {
        verdict.wrong.push("it did not say that its summary was lost".to_owned());
    }
    if verdict.outcome != Outcome::Whole {
        verdict.wrong.push("no file was made because nobody listened".to_owned());
    }
    verdict.wrong.extend(prepared.rerun(verdict.outcome, &out));
    record(prepared, what, true, verdict)
}

fn read_only(prepared: &Prepared<'_>, start: Start) -> Option<Record> {
    let folder = Folder::new();
    let disk = Disk::mount(&folder.at("disk"), "size=64m")?;
    let out = disk.0.join("out");
    let mut expect = failing(&out, "Read-only file system");
    expect.reasons.push("read-only filesystem".to_owned());
    let (ended, mut verdict) = prepared.attempt(start, &out, &expect, |mut command| {
        disk.remount("ro");
        run(&mut command)
    });
    disk.remount("rw");
    verdict.wrong.extend(prepared.rerun(verdict.outcome, &out));
    Some(record(prepared, "read-only folder", ended.code == Some(1), verdict))
}

/// The folder, or one above it, is a file.
fn file_in_the_way(prepared: &Prepared<'_>, deep: &str) -> Record {
    let folder = Folder::new();
    let (file, out) = (folder.at("out"), folder.at(deep));
    let mut expect = failing(&file, "Not a directory");
    expect.reasons.push("File exists".to_owned());
    let (ended, mut verdict) = prepared.attempt(Start::Fresh, &out, &expect, |mut command| {
        fs::write(&file, "in the way").expect("a file");
        run(&mut command)
    });
    if fs::read(&file).is_ok_and(|bytes| bytes == b"in the way") {
        fs::remove_file(&file).expect("it is there");
    } else {
        verdict.wrong.push("the file in the way was touched".to_owned());
    }
    verdict.wrong.extend(prepared.rerun(verdict.outcome, &out));
    record(prepared, "a file in the way", ended.code == Some(1), verdict)
}

/// The folder goes away while the command runs; what is in it then is as good as before.
fn moved_away(prepared: &Prepared<'_>, start: Start, moment: Duration) -> Record {
    let folder = Folder::new();
    let (out, gone) = (folder.at("out"), folder.at("gone"));
    snapshot::lay(prepared.files_at(start), &out);
    let mut moved = false;
    let ended = run_while(&mut prepared.command(&out), |_| {
        std::thread::sleep(moment);
        moved = fs::rename(&out, &gone).is_ok();
    });
    let mut expect = failing(&out, "No such file or directory");
    expect.reasons.push("entity not found".to_owned());
    let mut verdict = if moved && ended.code == Some(1) {
        // What is under way in a folder that is gone cannot be swept: nobody knows where it is.
        for name in names_below(&gone)
            .iter()
            .filter(|name| name.contains("/.sealink-") || name.starts_with(".sealink-"))
        {
            fs::remove_file(gone.join(name)).expect("it was just listed");
        }
        known(prepared, start, &out).chain(known(prepared, start, &gone)).fold(
            judge(prepared, start, &gone, &expect, &ended),
            |mut verdict, wrong| {
                verdict.wrong.push(wrong);
                verdict
            },
        )
    } else {
        let place = if moved && names_below(&out).is_empty() { &gone } else { &out };
        judge(prepared, start, place, &expect, &ended)
    };
    let _ = fs::remove_dir_all(&out);
    snapshot::lay(&prepared.placed, &out);
    verdict.wrong.extend(prepared.rerun(Outcome::Nothing, &out));
    let what = format!("folder moved away after {moment:?}, {start:?}");
    record(prepared, &what, moved && ended.code == Some(1), verdict)
}

/// Files in a folder that are neither of this run nor of an earlier one.
fn known<'v>(
    prepared: &'v Prepared<'_>,
    start: Start,
    folder: &Path,
) -> impl Iterator<Item = String> + 'v {
    let before = prepared.files_at(start);
    let files = prepared.look(folder).files.into_iter();
    files.filter_map(move |(name, bytes)| {
        let known = [prepared.clean.get(&name), before.get(&name)].contains(&Some(&bytes))
            || super::trial::is_key(&bytes);
        (!known).then(|| format!("{name} is neither of this run nor of before"))
    })
}

fn vanished(prepared: &Prepared<'_>, input: &str, moment: Duration) -> Record {
    let (folder, out, inputs) = copied(prepared);
    let file = inputs.join(input);
    let mut expect = failing(&file, "No such file or directory");
    expect.reasons.push("entity not found".to_owned());
    if is_delivered(input) {
        expect = unlike_what_was_sent(&inputs);
    }
    let (ended, mut verdict) = prepared.attempt(Start::Fresh, &out, &expect, |_| {
        run_while(&mut prepared.command_on(&inputs, &out), |_| {
            std::thread::sleep(moment);
            fs::remove_file(&file).expect("it was copied");
        })
    });
    verdict.wrong.extend(prepared.rerun(verdict.outcome, &out));
    drop(folder);
    let what = format!("{input} vanished after {moment:?}");
    record(prepared, &what, ended.code == Some(1), verdict)
}

/// Whatever is made of an input cut short is made of all of it or of what was left of it.
fn cut_short(prepared: &Prepared<'_>, input: &str, part: u64, moment: Duration) -> Record {
    let (folder, out, inputs) = copied(prepared);
    let file = inputs.join(input);
    let expect = if is_delivered(input) {
        unlike_what_was_sent(&inputs)
    } else {
        Expect { codes: mistaken(), reasons: vec![String::new()], ..failing(&file, "") }
    };
    let mut command = prepared.command_on(&inputs, &out);
    snapshot::lay(&prepared.placed, &out);
    let ended = run_while(&mut command, |_| {
        std::thread::sleep(moment);
        let open = OpenOptions::new().write(true).open(&file).expect("it was copied");
        let length = open.metadata().expect("it has a length").len();
        open.set_len(length * part / 1000).expect("it is cut");
    });
    let made_of_the_rest = || {
        let rest = folder.at("rest");
        let again = run(&mut prepared.command_on(&inputs, &rest));
        again.code == ended.code && prepared.look(&rest).files == prepared.look(&out).files
    };
    let is_success = matches!(ended.code, Some(0 | 3));
    let mut verdict = judge(prepared, Start::Fresh, &out, &expect, &ended);
    let hit = verdict.outcome != Outcome::Whole;
    if is_success && hit && made_of_the_rest() {
        verdict.wrong.clear();
        verdict.outcome = Outcome::Whole;
    }
    verdict.wrong.extend(prepared.rerun(verdict.outcome, &out));
    record(prepared, &format!("{input} cut to {part} ‰ after {moment:?}"), hit, verdict)
}

/// Whether an input is part of a delivery, or says whose deliveries are taken.
fn is_delivered(input: &str) -> bool {
    input.contains(".delivery/") || input.ends_with("senders.toml")
}

/// A delivery of which something is cut or gone is refused by a check of its own.
fn unlike_what_was_sent(inputs: &Path) -> Expect {
    Expect { codes: mistaken(), reasons: vec![String::new()], ..failing(inputs, "") }
}

/// A folder with a copy of all inputs.
fn copied(prepared: &Prepared<'_>) -> (Folder, std::path::PathBuf, std::path::PathBuf) {
    let folder = Folder::new();
    let (out, inputs) = (folder.at("out"), folder.at("inputs"));
    let copied = Command::new("cp").arg("-r").arg("-p").arg(prepared.inputs).arg(&inputs).status();
    assert!(copied.is_ok_and(|status| status.success()), "the inputs can be copied");
    (folder, out, inputs)
}

fn failing(place: &Path, reason: &str) -> Expect {
    Expect {
        reasons: vec![reason.to_owned()],
        places: vec![place.display().to_string()],
        codes: vec![1],
        ..Expect::default()
    }
}

fn record(prepared: &Prepared<'_>, what: &str, hit: bool, verdict: Verdict) -> Record {
    let command = prepared.case.name;
    Record { kind: "place", command, what: what.to_owned(), hit, verdict }
}

#[test]
fn a_failure_that_nobody_can_read_is_no_panic() {
    let folder = Folder::new();
    fs::write(folder.at("file"), "in the way").expect("a file");
    for redirect in ["2>/dev/full", "2>&-", ">&- 2>&-"] {
        let script = format!("exec \"$0\" \"$@\" {redirect}");
        let mut command = super::support::sealink("keygen");
        command.args(["--role", "linker", "--out"]).arg(folder.at("file/key"));
        let Ended { code, .. } = run(&mut within(&["sh", "-c", &script], &command));
        assert_eq!(code, Some(1), "{redirect}");
    }
}
