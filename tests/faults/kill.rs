//! The command is killed, terminated or interrupted at a moment of chance.

use std::time::Duration;

use super::campaign::Job;
use super::judge::Expect;
use super::launch::{run_while, signal};
use super::people::Random;
use super::trial::{Folder, Prepared, Record};

const SIGNALS: [(&str, i32); 4] = [("-KILL", 9), ("-KILL", 9), ("-TERM", 15), ("-INT", 2)];

pub fn jobs<'w>(prepared: &'w Prepared<'_>, count: usize, random: &mut Random) -> Vec<Job<'w>> {
    (0..count).map(|turn| one(prepared, turn, random)).collect()
}

fn one<'w>(prepared: &'w Prepared<'_>, turn: usize, random: &mut Random) -> Job<'w> {
    let (name, number) = SIGNALS[turn % SIGNALS.len()];
    let starts = prepared.starts();
    let start = starts[(turn / SIGNALS.len()) % starts.len()];
    // Half of them fall into the last third, where files are written.
    let last_third = random.once_in(2);
    let thousandths = if last_third { 667 + random.below(333) } else { random.below(1000) };
    let moment = prepared.took * u32::try_from(thousandths).expect("small") / 1000;
    Box::new(move || {
        let folder = Folder::new();
        let out = folder.at("out");
        let expect = Expect { signals: vec![number], ..Expect::default() };
        let (ended, mut verdict) = prepared.attempt(start, &out, &expect, |mut command| {
            run_while(&mut command, |child| {
                std::thread::sleep(moment.max(Duration::from_micros(100)));
                signal(child, name, false);
            })
        });
        verdict.wrong.extend(prepared.rerun(verdict.outcome, &out));
        Some(Record {
            kind: "kill",
            command: prepared.case.name,
            what: format!("{name} after {moment:?}, {start:?}"),
            hit: ended.signal == Some(number),
            verdict,
        })
    })
}
