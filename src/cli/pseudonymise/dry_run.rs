//! `sealink pseudonymise --dry-run`: about how long a run would take, and how much room.

use std::time::Duration;

use serde::Serialize;

use crate::agency::Estimate;
use crate::cli::dry_run::Needs;
use crate::cli::failure::{Done, Failure};
use crate::cli::say::{Say, count};

/// Bytes that a run takes beside the rows that wait: chunks under way, a row group being encoded,
/// what is known of cells. As measured on files of half a million rows.
const BESIDE_ROWS: u64 = 100 << 20;

/// Rows that wait are put on disk where they take more than this share of the memory.
const SHARE_IN_MEMORY: u64 = 2;

/// What a whole run would take, about.
#[derive(Debug, Serialize)]
struct Run {
    rows_looked_at: u64,
    rows: u64,
    #[serde(flatten)]
    needs: Needs,
}

/// Tells what a run would take, given what its beginning took and how long.
pub fn tell(estimate: &Estimate, time: Duration, memory: u64, say: &Say) -> Result<Done, Failure> {
    let share = estimate.share.ok_or_else(|| {
        Failure::usage("the size of standard input is not known: name files, for an estimate")
    })?;
    let run = Run::of(estimate, time, share, memory);
    say.summary(&text(&run), &run);
    Ok(Done::Whole)
}

impl Run {
    fn of(estimate: &Estimate, time: Duration, share: f64, memory: u64) -> Self {
        let waiting = whole(estimate.waiting, share);
        let waits = waiting > memory / SHARE_IN_MEMORY;
        let in_memory = if waits { memory / SHARE_IN_MEMORY } else { waiting };
        let needs = Needs {
            seconds: time.div_f64(share).as_secs() + 1,
            memory_bytes: in_memory + BESIDE_ROWS,
            disk_bytes: whole(estimate.tables, share),
            waiting_on_disk_bytes: if waits { waiting } else { 0 },
            limit: memory,
        };
        Self { rows_looked_at: estimate.rows, rows: whole(estimate.rows, share), needs }
    }
}

/// What a share makes of the whole.
#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "an estimate of a positive number, of a few digits"
)]
fn whole(part: u64, share: f64) -> u64 {
    (part as f64 / share) as u64
}

fn text(run: &Run) -> String {
    format!(
        "nothing was written; judged by the first {} rows, a run takes about\n  rows    {}\n{}",
        count(run.rows_looked_at),
        count(run.rows),
        run.needs,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const ESTIMATE: Estimate =
        Estimate { rows: 1000, share: Some(0.1), waiting: 1 << 20, tables: 1 << 20 };
    const TIME: Duration = Duration::from_secs(2);

    #[test]
    fn a_share_is_reckoned_up_to_the_whole() {
        let run = Run::of(&ESTIMATE, TIME, 0.1, 1 << 30);
        assert_eq!((run.rows, run.needs.seconds), (10_000, 21));
        assert_eq!(run.needs.disk_bytes, 10 << 20);
        assert_eq!(run.needs.memory_bytes, BESIDE_ROWS + (10 << 20));
        assert_eq!(run.needs.waiting_on_disk_bytes, 0);
    }

    #[test]
    fn what_does_not_fit_waits_on_disk() {
        let run = Run::of(&ESTIMATE, TIME, 0.1, 8 << 20);
        assert_eq!(run.needs.waiting_on_disk_bytes, 10 << 20);
        assert_eq!(run.needs.memory_bytes, BESIDE_ROWS + (4 << 20));
        assert!(text(&run).contains("more while it runs"));
    }
}
