//! Altering a file in every way and counting what comes of it.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::Once;
use std::time::{Duration, Instant};

use rayon::prelude::*;
use tempfile::TempDir;

use super::support::set_mode;

/// What came of one altered file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An error that says what is wrong.
    Refused,
    /// What the file says is as before: the damage was in something that says nothing.
    Same,
    /// The file says something else, and a later step will find that.
    FoundLater,
    /// The file says something else, and nobody will find out.
    Silent,
}

/// How many altered files had which outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tried {
    pub refused: usize,
    pub same: usize,
    pub found_later: usize,
    pub silent: usize,
}

impl Tried {
    pub const fn all(self) -> usize {
        self.refused + self.same + self.found_later + self.silent
    }

    const fn with(self, other: Self) -> Self {
        Self {
            refused: self.refused + other.refused,
            same: self.same + other.same,
            found_later: self.found_later + other.found_later,
            silent: self.silent + other.silent,
        }
    }

    const fn of(outcome: Outcome) -> Self {
        let mut tried = Self { refused: 0, same: 0, found_later: 0, silent: 0 };
        match outcome {
            Outcome::Refused => tried.refused = 1,
            Outcome::Same => tried.same = 1,
            Outcome::FoundLater => tried.found_later = 1,
            Outcome::Silent => tried.silent = 1,
        }
        tried
    }
}

/// A file altered in one way.
#[derive(Clone, Copy, Debug)]
enum Damage {
    Cut(usize),
    Flip(usize),
}

impl Damage {
    fn of(self, good: &[u8]) -> Vec<u8> {
        match self {
            Self::Cut(length) => good[..length].to_vec(),
            Self::Flip(bit) => {
                let mut bytes = good.to_vec();
                bytes[bit / 8] ^= 1 << (bit % 8);
                bytes
            }
        }
    }
}

/// No honest refusal of a small file takes so long, on however busy a machine.
const HANGS: Duration = Duration::from_secs(30);

/// Tries a file cut to at most `most` lengths, and with at most `most` of its bits turned over.
pub struct Alterations<'a> {
    pub name: &'a str,
    pub good: &'a [u8],
    pub most: usize,
}

impl Alterations<'_> {
    /// What comes of the cuts, and of the turned bits, by `read`, which is given the altered file.
    pub fn tried(&self, read: impl Fn(&Path) -> Outcome + Sync) -> [Tried; 2] {
        quiet_libraries();
        let cuts = spread(self.good.len(), self.most).into_iter().map(Damage::Cut).collect();
        let flips = spread(self.good.len() * 8, self.most).into_iter().map(Damage::Flip).collect();
        let tried = [self.each(cuts, &read), self.each(flips, &read)];
        for (what, tried) in ["cut", "bit"].into_iter().zip(tried) {
            println!(
                "{:24} {what}  tried {:>7}  refused {:>7}  same {:>6}  found later {:>6}  silent {:>6}",
                self.name,
                tried.all(),
                tried.refused,
                tried.same,
                tried.found_later,
                tried.silent
            );
        }
        tried
    }

    fn each(&self, all: Vec<Damage>, read: &(impl Fn(&Path) -> Outcome + Sync)) -> Tried {
        let folder = TempDir::new().expect("a folder");
        all.into_par_iter()
            .enumerate()
            .map(|(number, damage)| {
                let path = folder.path().join(format!("{number}"));
                fs::write(&path, damage.of(self.good)).expect("a file");
                set_mode(&path, 0o600);
                let begun = Instant::now();
                let outcome = catch_unwind(AssertUnwindSafe(|| read(&path)));
                let outcome = outcome.unwrap_or_else(|_| panic!("{}: {damage:?}", self.name));
                assert!(begun.elapsed() < HANGS, "{}: {damage:?} takes long", self.name);
                fs::remove_file(&path).expect("removed");
                Tried::of(outcome)
            })
            .reduce(Tried::default, Tried::with)
    }
}

/// Panics of libraries over damaged bytes are caught by the program, and say nothing here either.
fn quiet_libraries() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if panic.location().is_some_and(|at| at.file().contains("tests/")) {
                usual(panic);
            }
        }));
    });
}

/// At most so many numbers below `end`: all of them, or the first and last quarter's worth and the
/// rest evenly between, with a step that is odd so that every bit of a byte has its turn.
fn spread(end: usize, most: usize) -> Vec<usize> {
    if end <= most {
        return (0..end).collect();
    }
    let edge = most / 4;
    let step = ((end - 2 * edge) / (most / 2)).max(1) | 1;
    let between = (edge..end - edge).step_by(step);
    (0..edge).chain(between).chain(end - edge..end).collect()
}
