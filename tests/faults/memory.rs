//! Memory is denied: from too little to start up to just enough.

use super::campaign::Job;
use super::judge::{Expect, Outcome};
use super::launch::{run, within};
use super::people::Random;
use super::support::sealink;
use super::trial::{Folder, Prepared, Record};

/// More than any command here needs, in KiB.
const AMPLE: u64 = 1 << 20;

const SIGABRT: i32 = 6;

pub fn jobs<'w>(prepared: &'w Prepared<'_>, count: usize, random: &mut Random) -> Vec<Job<'w>> {
    let enough = least(prepared);
    let step = (enough / count as u64).max(1);
    (0..count as u64).map(|turn| one(prepared, turn * step + random.below(step) + 64)).collect()
}

/// The least memory with which the command succeeds, in KiB, to 2 MiB.
fn least(prepared: &Prepared<'_>) -> u64 {
    let (mut too_little, mut enough) = (0, AMPLE);
    while enough - too_little > 2048 {
        let middle = u64::midpoint(too_little, enough);
        let folder = Folder::new();
        let out = folder.at("out");
        super::snapshot::lay(&prepared.placed, &out);
        match run(&mut limited(middle, &prepared.command(&out))).code {
            Some(code) if code == prepared.case.code => enough = middle,
            _ => too_little = middle,
        }
    }
    assert!(enough < AMPLE, "the command cannot be run with a limit");
    enough
}

fn one<'w>(prepared: &'w Prepared<'_>, kib: u64) -> Job<'w> {
    Box::new(move || {
        let folder = Folder::new();
        let out = folder.at("out");
        let start = *prepared.starts().last().expect("there is one");
        // What cannot even say its version was not the command's to handle.
        let unstartable = run(&mut limited(kib, &sealink("--version"))).code != Some(0);
        let expect = Expect {
            // A reader of Parquet that gets no memory says the last: true, but less than it could.
            reasons: ["memory", "Resource temporarily unavailable", "is not a whole Parquet file"]
                .map(str::to_owned)
                .to_vec(),
            places: vec![String::new()],
            codes: vec![1],
            signals: vec![SIGABRT],
            unstartable,
            ..Expect::default()
        };
        let (ended, mut verdict) =
            prepared.attempt(start, &out, &expect, |command| run(&mut limited(kib, &command)));
        if unstartable && !matches!(verdict.outcome, Outcome::Nothing | Outcome::EarlierKept) {
            verdict.wrong.push("it wrote without having started".to_owned());
        }
        verdict.wrong.extend(prepared.rerun(verdict.outcome, &out));
        let hit = ended.code != Some(prepared.case.code);
        let what = format!("{kib} KiB, {start:?}");
        Some(Record { kind: "memory", command: prepared.case.name, what, hit, verdict })
    })
}

/// A command that may have so much memory.
fn limited(kib: u64, command: &std::process::Command) -> std::process::Command {
    let script = format!("ulimit -v {kib} && exec \"$0\" \"$@\"");
    within(&["sh", "-c", &script], command)
}
