//! How far long work has come: a bar on a terminal, elsewhere a line now and then.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use indicatif::{HumanCount, HumanDuration, ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;

use crate::observe::Observer;

/// A stage that takes less than this has no line; nor does another come sooner after the last.
const BETWEEN_LINES: Duration = Duration::from_secs(10);

/// Tells an observer's words to whoever waits.
#[derive(Debug)]
pub struct Progress {
    shown: Shown,
    stage: Mutex<Stage>,
}

/// How it is told.
#[derive(Debug)]
pub enum Shown {
    Nothing,
    /// On a terminal.
    Bar(Mutex<ProgressBar>),
    /// By what prints each report.
    Lines(fn(&Report)),
}

/// The stage under way.
#[derive(Debug)]
struct Stage {
    name: &'static str,
    /// Its amount of work, if that is known, and what is done of it.
    total: Option<u64>,
    done: u64,
    records: u64,
    begun: Instant,
    told: Instant,
}

/// How far a stage has come.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Report {
    event: &'static str,
    stage: &'static str,
    /// Seconds since it began.
    seconds: u64,
    /// The share of its work that is done, in percent, where its amount is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    percent: Option<u64>,
    /// At the speed so far.
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds_left: Option<u64>,
    /// Records done, where they are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    records: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    records_per_second: Option<u64>,
}

impl Progress {
    pub fn new(shown: Shown) -> Self {
        Self { shown, stage: Mutex::new(Stage::new("", None, Instant::now())) }
    }

    /// A bar on standard error.
    pub fn bar() -> Self {
        Self::new(Shown::Bar(Mutex::new(ProgressBar::hidden())))
    }

    fn update(&self, change: impl FnOnce(&mut Stage)) {
        let mut stage = locked(&self.stage);
        change(&mut stage);
        match &self.shown {
            Shown::Nothing => {}
            Shown::Bar(bar) => {
                let bar = locked(bar);
                bar.set_position(stage.done);
                if let Some(rate) = stage.report(Instant::now()).records_per_second {
                    bar.set_message(format!("{}  {} records/s", stage.name, HumanCount(rate)));
                }
            }
            Shown::Lines(print) => {
                if let Some(report) = stage.due(Instant::now()) {
                    print(&report);
                }
            }
        }
    }
}

impl Observer for Progress {
    fn stage(&self, name: &'static str, total: Option<u64>) {
        *locked(&self.stage) = Stage::new(name, total, Instant::now());
        if let Shown::Bar(bar) = &self.shown {
            let mut bar = locked(bar);
            bar.finish_and_clear();
            *bar = new_bar(name, total);
        }
    }

    fn advance(&self, amount: u64) {
        self.update(|stage| stage.done += amount);
    }

    fn records(&self, count: u64) {
        self.update(|stage| stage.records += count);
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Shown::Bar(bar) = &self.shown {
            locked(bar).finish_and_clear();
        }
    }
}

fn new_bar(name: &'static str, total: Option<u64>) -> ProgressBar {
    let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    bar.set_draw_target(ProgressDrawTarget::stderr());
    let template = match total {
        Some(_) => "{bar:30} {percent:>3} %  {eta:>4} left  {msg}",
        None => "{spinner} {elapsed:>4}  {msg}",
    };
    bar.set_style(ProgressStyle::with_template(template).expect("the templates are valid"));
    bar.set_message(name);
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

impl Stage {
    const fn new(name: &'static str, total: Option<u64>, now: Instant) -> Self {
        Self { name, total, done: 0, records: 0, begun: now, told: now }
    }

    /// A report, if it is time for one.
    fn due(&mut self, now: Instant) -> Option<Report> {
        if now.duration_since(self.told) < BETWEEN_LINES {
            return None;
        }
        self.told = now;
        Some(self.report(now))
    }

    fn report(&self, now: Instant) -> Report {
        let seconds = now.duration_since(self.begun).as_secs();
        let total = self.total.filter(|total| *total > 0);
        let left = |total: u64| total.saturating_sub(self.done).saturating_mul(seconds);
        let records = Some(self.records).filter(|records| *records > 0);
        Report {
            event: "progress",
            stage: self.name,
            seconds,
            percent: total.map(|total| self.done.saturating_mul(100) / total),
            seconds_left: total.and_then(|total| left(total).checked_div(self.done)),
            records,
            records_per_second: records.and_then(|records| records.checked_div(seconds)),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.stage)?;
        if let Some(percent) = self.percent {
            write!(f, " {percent} %,")?;
        }
        if let Some(records) = self.records {
            write!(f, " {} records,", HumanCount(records))?;
        }
        if let Some(rate) = self.records_per_second {
            write!(f, " {} a second,", HumanCount(rate))?;
        }
        write!(f, " {} so far", HumanDuration(Duration::from_secs(self.seconds)))?;
        match self.seconds_left {
            Some(left) => write!(f, ", {} left", HumanDuration(Duration::from_secs(left))),
            None => Ok(()),
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_comes_after_a_while_and_not_sooner_after_the_last() {
        let begun = Instant::now();
        let after = |seconds| begun + Duration::from_secs(seconds);
        let mut stage = Stage::new("pseudonymise", Some(1000), begun);
        stage.done = 250;
        stage.records = 120_000;
        assert_eq!(stage.due(after(9)), None);
        let report = stage.due(after(20)).expect("it is time");
        assert_eq!(
            report.to_string(),
            "pseudonymise: 25 %, 120,000 records, 6,000 a second, 20 seconds so far, 60 seconds left"
        );
        assert_eq!(stage.due(after(29)), None);
        assert!(stage.due(after(30)).is_some());
    }

    #[test]
    fn what_is_not_known_is_not_told() {
        let stage = Stage::new("score", None, Instant::now());
        let report = stage.report(stage.begun + Duration::from_secs(90));
        assert_eq!(report.to_string(), "score: 2 minutes so far");
        let json = serde_json::to_string(&report).expect("plain numbers");
        assert_eq!(json, r#"{"event":"progress","stage":"score","seconds":90}"#);
        let nothing_done = Stage::new("read", Some(10), Instant::now());
        assert_eq!(nothing_done.report(nothing_done.begun).seconds_left, None);
    }
}
