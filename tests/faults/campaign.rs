//! All kinds of faults on all commands: the short and the long version.

use std::collections::BTreeSet;
use std::sync::Mutex;

use super::people::Random;
use super::tally::Tally;
use super::trial::{Prepared, Record};
use super::{calls, command, disk, kill, memory, places};

/// One injection, waiting for its turn; none is recorded where it cannot be made.
pub type Job<'w> = Box<dyn FnOnce() -> Option<Record> + Send + 'w>;

/// How many injections of each kind a command gets.
struct Scale {
    kills: usize,
    disks: usize,
    /// At most so many; the places at which a call can fail are counted.
    calls: usize,
    memories: usize,
    /// At most so many.
    places: usize,
    /// How often a file or folder is taken away at a moment of chance.
    robberies: usize,
}

const SHORT: Scale = Scale { kills: 2, disks: 1, calls: 4, memories: 1, places: 3, robberies: 1 };
const LONG: Scale =
    Scale { kills: 20, disks: 20, calls: 110, memories: 8, places: 20, robberies: 3 };

/// What the choices come from, unless `FAULTS_SEED` says another.
const SEED: u64 = 5;

/// Trials that run at once.
const ABREAST: usize = 3;

#[test]
fn commands_survive_faults() {
    run(&SHORT);
}

#[test]
#[ignore = "thousands of injections take many minutes"]
fn commands_survive_thousands_of_faults() {
    let hits = run(&LONG);
    assert!(hits >= 2000, "only {hits} faults took effect");
}

fn run(scale: &Scale) -> u64 {
    let seed = std::env::var("FAULTS_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(SEED);
    eprintln!("seed {seed}");
    let project = command::project();
    let inputs = project.at("");
    let prepared: Vec<Prepared<'_>> =
        command::all().into_iter().map(|case| Prepared::new(case, &inputs)).collect();
    let mut random = Random(seed);
    let mut jobs: Vec<Job<'_>> = Vec::new();
    let mut expected = BTreeSet::new();
    for prepared in &prepared {
        let kinds = [
            ("kill", kill::jobs(prepared, scale.kills, &mut random)),
            ("disk", disk::jobs(prepared, scale.disks, &mut random)),
            ("call", calls::jobs(prepared, scale.calls, &mut random)),
            ("memory", memory::jobs(prepared, scale.memories, &mut random)),
            ("place", places_of(prepared, scale, &mut random)),
        ];
        for (kind, more) in kinds {
            if !more.is_empty() {
                expected.insert((kind, prepared.case.name));
            }
            jobs.extend(more);
        }
    }
    random.shuffle(&mut jobs);
    let records = abreast(jobs);
    let tally = Tally::of(&records);
    tally.print();
    assert!(tally.wrong.is_empty(), "{:#?}", tally.wrong);
    for (kind, command) in expected {
        // A few may all come too late.
        let command = if scale.kills < LONG.kills { "ALL" } else { command };
        assert!(tally.hits_of(kind, command) > 0, "no {kind} hit {command}");
    }
    tally.hits
}

fn places_of<'w>(prepared: &'w Prepared<'_>, scale: &Scale, random: &mut Random) -> Vec<Job<'w>> {
    let all = places::jobs(prepared, scale.robberies, random);
    some_of(all, scale.places, random)
}

/// Runs the jobs, some at once.
fn abreast(jobs: Vec<Job<'_>>) -> Vec<Record> {
    let (jobs, records) = (Mutex::new(jobs), Mutex::new(Vec::new()));
    let next = || jobs.lock().expect("no trial panics").pop();
    std::thread::scope(|scope| {
        for _ in 0..ABREAST {
            scope.spawn(|| {
                while let Some(job) = next() {
                    let record = job();
                    records.lock().expect("no trial panics").extend(record);
                }
            });
        }
    });
    records.into_inner().expect("no trial panics")
}

/// Some of these, spread by chance, in their order; all if there are no more.
pub fn some_of<T>(mut all: Vec<T>, count: usize, random: &mut Random) -> Vec<T> {
    while all.len() > count {
        let place = random.below(all.len() as u64);
        all.remove(usize::try_from(place).expect("it is below the length"));
    }
    all
}
