//! The table of what was injected and what came of it.

use std::collections::BTreeMap;

use super::judge::Outcome;
use super::trial::Record;

/// Counts of one kind of fault and one command.
#[derive(Default)]
struct Row([u64; COLUMNS.len()]);

const COLUMNS: [&str; 12] = [
    "injected",
    "took effect",
    "whole",
    "none",
    "earlier",
    "partial",
    "stale",
    "told",
    "aborted",
    "passing",
    "rerun ok",
    "wrong",
];

/// The table, and whatever was wrong.
pub struct Tally {
    rows: BTreeMap<(&'static str, &'static str), Row>,
    /// How many faults truly hit.
    pub hits: u64,
    /// Everything wrong, with what was done.
    pub wrong: Vec<String>,
}

impl Tally {
    pub fn of(records: &[Record]) -> Self {
        let mut tally = Self { rows: BTreeMap::new(), hits: 0, wrong: Vec::new() };
        records.iter().for_each(|record| tally.add(record));
        tally
    }

    fn add(&mut self, record: &Record) {
        let verdict = &record.verdict;
        let left = |outcome| record.hit && verdict.outcome == outcome;
        let counts = [
            true,
            record.hit,
            left(Outcome::Whole),
            left(Outcome::Nothing),
            left(Outcome::EarlierKept),
            left(Outcome::Partial),
            verdict.stale,
            record.hit && verdict.told,
            verdict.aborted,
            verdict.passing > 0,
            verdict.wrong.iter().all(|wrong| !wrong.starts_with("the rerun")),
            !verdict.wrong.is_empty(),
        ];
        for key in [(record.kind, record.command), (record.kind, "ALL"), ("TOTAL", "ALL")] {
            let row = self.rows.entry(key).or_default();
            row.0.iter_mut().zip(counts).for_each(|(sum, counts)| *sum += u64::from(counts));
        }
        self.hits += u64::from(record.hit);
        let told = verdict.wrong.iter();
        self.wrong.extend(told.map(|wrong| {
            format!("{} × {} ({}): {wrong}", record.kind, record.command, record.what)
        }));
    }

    /// How many faults of this kind hit this command.
    pub fn hits_of(&self, kind: &str, command: &str) -> u64 {
        let row = self.rows.iter().find(|((k, c), _)| *k == kind && *c == command);
        row.map_or(0, |(_, row)| row.0[1])
    }

    pub fn print(&self) {
        let line = |first: &str, second: &str, cells: &[String]| {
            let cells: String = cells.iter().map(|cell| format!("{cell:>12}")).collect();
            eprintln!("{first:<10} {second:<16}{cells}");
        };
        line("fault", "command", &COLUMNS.map(str::to_owned));
        for ((kind, command), row) in &self.rows {
            line(kind, command, &row.0.map(|count| count.to_string()));
        }
    }
}
