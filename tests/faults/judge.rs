//! What may be left by a run that met a fault, and what it must say.

use std::path::Path;

use super::command::{CANARIES, Form};
use super::launch::Ended;
use super::snapshot::Snapshot;
use super::trial::{Prepared, Start, is_key};

/// Whether a run that replaces the files of an earlier one first takes away the file that vouches
/// for them. Until the program does, a run cut short between two renames can leave new files
/// beside an old one that vouches; the table counts these as `stale`.
pub const TAKES_VOUCHER_FIRST: bool = true;

/// Whether the writer names every reason of the system. Until it does, what it says of EIO and
/// EMFILE is [`VAGUE`]: the system's own number is lost in the error of the passing file.
pub const NAMES_EVERY_REASON: bool = true;

const VAGUE: &str = "uncategorized error";

/// How the name ends of what was kept because it could not get its own.
const ASIDE: &str = ".aside";

const SIGABRT: i32 = 6;

/// What a fault allows.
#[derive(Clone, Debug, Default)]
pub struct Expect {
    /// What the message may give as the reason, if the run fails: one of these stands in it.
    pub reasons: Vec<String>,
    /// Names of places of which one stands in the message.
    pub places: Vec<String>,
    /// Exit codes of a failed run.
    pub codes: Vec<i32>,
    /// Signals by which the run may end.
    pub signals: Vec<i32>,
    /// Standard error was taken away, so that nothing can be read there.
    pub mute: bool,
    /// The fault keeps the program from starting at all, so that anything may be said of it.
    pub unstartable: bool,
}

/// The exit codes of a command whose input is mistaken, each check of a delivery with its own.
pub fn mistaken() -> Vec<i32> {
    [1, 2, 4].into_iter().chain(10..=21).collect()
}

/// What is in the folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Every file, as a run without a fault makes it.
    Whole,
    /// None of them: the folder is as before, without files of an earlier run.
    Nothing,
    /// The files of an earlier run, and nothing else.
    EarlierKept,
    /// Some: the run ended between two renames. None of them is damaged.
    Partial,
}

/// A judgement.
#[derive(Debug)]
pub struct Verdict {
    pub outcome: Outcome,
    /// Files left under way.
    pub passing: usize,
    /// Whether the run failed and said so clearly.
    pub told: bool,
    /// Whether the run ended by itself when it was denied memory.
    pub aborted: bool,
    /// Whether a vouching file of an earlier run stands beside new files.
    pub stale: bool,
    /// What is not as it should be; nothing, if the program is right.
    pub wrong: Vec<String>,
}

/// Judges what a run left and said.
pub fn judge(
    prepared: &Prepared<'_>,
    start: Start,
    out: &Path,
    expect: &Expect,
    ended: &Ended,
) -> Verdict {
    let left = prepared.look(out);
    let mut wrong = Vec::new();
    let (mut outcome, stale) = files(prepared, start, &left, &mut wrong);
    if let Some(removed) = prepared.case.removes {
        outcome = removal(prepared, removed, outcome, &left, &mut wrong);
    }
    if let Some(hidden) = prepared.case.hides {
        wrong.extend(super::hidden::found(prepared, hidden, out));
    }
    let mut verdict = Verdict {
        outcome,
        passing: left.passing.len(),
        told: false,
        aborted: ended.signal == Some(SIGABRT),
        stale,
        wrong,
    };
    ending(prepared, expect, ended, &left, &mut verdict);
    let said = format!("{}{}", ended.stdout, ended.stderr).to_uppercase();
    for canary in CANARIES {
        if said.contains(&canary.to_uppercase()) {
            verdict.wrong.push(format!("a cell of the input was said: {canary}"));
        }
    }
    verdict
}

/// Which files are there, and whether any is not what it should be.
fn files(
    prepared: &Prepared<'_>,
    start: Start,
    left: &Snapshot,
    wrong: &mut Vec<String>,
) -> (Outcome, bool) {
    let before = prepared.files_at(start);
    let removes = |name: &str| prepared.case.removes.is_some_and(|r| name.starts_with(r));
    let strange = |name: &&String| !prepared.clean.contains_key(*name) && !removes(name);
    let is_aside = |name: &str| prepared.case.removes.is_some() && name.ends_with(ASIDE);
    for name in left.files.keys().filter(strange).filter(|name| !is_aside(name)) {
        wrong.push(format!("nobody knows the file {name}"));
    }
    let is_new = |name: &str| match (left.files.get(name), prepared.case.form) {
        (None, _) => false,
        (Some(bytes), Form::Bytes) => prepared.clean.get(name) == Some(bytes),
        (Some(bytes), Form::Key) => is_key(bytes),
    };
    let is_old = |name: &str| left.files.get(name) == before.get(name);
    for name in prepared.clean.keys().filter(|name| !is_new(name) && !is_old(name)) {
        let there = left.files.get(name);
        // Where the run takes the vouching file away first, it may be gone for good.
        let taken = TAKES_VOUCHER_FIRST && there.is_none() && vouches(prepared, name);
        if !taken {
            let length = there.map(Vec::len);
            wrong.push(format!("{name} is neither of this run nor of before: {length:?} bytes"));
        }
    }
    let mut stale = false;
    for group in prepared.case.published {
        let voucher = group.last().expect("a command publishes something");
        let all_new = group.iter().all(|name| is_new(name));
        let all_old = group.iter().all(|name| is_old(name));
        if all_new || all_old || !left.files.contains_key(*voucher) {
            continue;
        }
        if is_old(voucher) {
            stale = true;
            if TAKES_VOUCHER_FIRST {
                wrong.push(format!("{voucher} is of an earlier run and vouches for new files"));
            }
        } else {
            wrong.push(format!("{voucher} vouches for files that are not there"));
        }
    }
    let all = |is: &dyn Fn(&str) -> bool| prepared.clean.keys().all(|name| is(name));
    let outcome = match start {
        _ if all(&is_new) => Outcome::Whole,
        Start::Fresh if all(&is_old) => Outcome::Nothing,
        Start::Earlier if all(&is_old) => Outcome::EarlierKept,
        _ => Outcome::Partial,
    };
    (outcome, stale)
}

/// Of a file that is removed: it is as it was, or what is published in its stead is whole, if
/// not under its name. Both never stand there.
fn removal(
    prepared: &Prepared<'_>,
    removed: &str,
    published: Outcome,
    left: &Snapshot,
    wrong: &mut Vec<String>,
) -> Outcome {
    let there = left.files.get(removed);
    if there.is_some() && there == prepared.placed.get(removed) {
        if published == Outcome::Whole {
            wrong.push(format!("{removed} is said to be removed, and is there"));
        }
        return Outcome::Nothing;
    }
    if published == Outcome::Whole && there.is_none() {
        return Outcome::Whole;
    }
    let instead: Vec<&Vec<u8>> = prepared.clean.values().collect();
    // Overwritten under its own name, it can still be destroyed: by force.
    if there.is_none()
        && !left.under_way.iter().chain(left.files.values()).any(|bytes| instead.contains(&bytes))
    {
        wrong.push(format!("{removed} is gone, and what tells of it too"));
    }
    Outcome::Partial
}

fn vouches(prepared: &Prepared<'_>, name: &str) -> bool {
    let groups = prepared.case.published.iter();
    groups.filter(|group| group.len() > 1).any(|group| group.last() == Some(&name))
}

/// How the run ended, what it said, and whether that fits what it left.
fn ending(
    prepared: &Prepared<'_>,
    expect: &Expect,
    ended: &Ended,
    left: &Snapshot,
    verdict: &mut Verdict,
) {
    let said = ended.stderr.trim();
    let whole = verdict.outcome == Outcome::Whole;
    let wrong = &mut verdict.wrong;
    if ended.hung {
        wrong.push("it hung".to_owned());
    }
    match (ended.code, ended.signal) {
        (Some(code), _) if code == prepared.case.code => {
            if !whole {
                wrong.push(format!("it ended with success and left {:?}", verdict.outcome));
            }
        }
        _ if expect.unstartable => {}
        (Some(code), _) if expect.codes.contains(&code) => {
            verdict.told = expect.mute || tells(said, expect);
            if !verdict.told {
                wrong.push(format!("the message is not clear: {said:?}"));
            }
            // What is kept on purpose is named.
            let is_said = |name: &String| prepared.case.removes.is_some() && said.contains(name);
            if !left.passing.iter().all(is_said) {
                wrong.push(format!("it ended by itself and left {:?}", left.passing));
            }
        }
        (_, Some(signal)) if expect.signals.contains(&signal) => {
            if signal == SIGABRT && said.is_empty() {
                wrong.push("it aborted without a word".to_owned());
            }
        }
        (code, signal) => {
            wrong.push(format!("it ended with code {code:?}, signal {signal:?}: {said:?}"));
        }
    }
}

/// Whether a message names a place and a reason.
fn tells(said: &str, expect: &Expect) -> bool {
    let holds = |texts: &[String]| texts.iter().any(|text| said.contains(text.as_str()));
    let has_reason = holds(&expect.reasons) || !NAMES_EVERY_REASON && said.contains(VAGUE);
    said.starts_with("error: ") && holds(&expect.places) && has_reason
}
