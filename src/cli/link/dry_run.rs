//! `sealink link --dry-run`: about how long a run would take, and how much room.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::cli::dry_run::Needs;
use crate::cli::failure::{Done, Failure};
use crate::cli::say::{Say, count, counted};
use crate::linker::{Link, Trial, Tried};

/// Pairs of blocks that are tried, about.
const PAIRS: u64 = 1 << 20;

/// What a whole run would take, about.
#[derive(Debug, Serialize)]
struct Run<'r> {
    /// By dataset; counted.
    records: BTreeMap<&'r str, u64>,
    pairs_looked_at: u64,
    candidate_pairs: u64,
    #[serde(flatten)]
    needs: Needs,
}

/// Reads the tables and links some of their pairs, twice: from what more of them take beyond fewer
/// follows what all of them take.
pub fn run(job: &Link<'_>, say: &Say) -> Result<Done, Failure> {
    let observer = say.progress();
    let begun = Instant::now();
    let trial = Trial::open(job, &observer)?;
    let read = begun.elapsed();
    let (few, of_few) = timed(|| trial.link(PAIRS / 2, &observer))?;
    let (more, of_more) = match few.one_in {
        1 => (few, of_few),
        _ => timed(|| trial.link(PAIRS, &observer))?,
    };
    drop(observer);
    let link = of_all([(few.pairs, of_few), (more.pairs, of_more)], more.all_pairs());
    let time = read + if job.validate { link * 2 } else { link };
    let needs = trial.needs(&more);
    let run = Run {
        records: trial.records(),
        pairs_looked_at: more.pairs,
        candidate_pairs: more.all_pairs(),
        needs: Needs {
            seconds: time.as_secs() + 1,
            memory_bytes: needs.memory,
            disk_bytes: needs.files,
            waiting_on_disk_bytes: needs.waiting,
            limit: job.memory,
        },
    };
    say.summary(&text(&run, &more), &run);
    Ok(Done::Whole)
}

fn timed<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<(T, Duration), E> {
    let begun = Instant::now();
    Ok((work()?, begun.elapsed()))
}

/// How long all pairs take, if time grows with pairs as it did between two trials, of which the
/// second had no fewer.
#[expect(clippy::cast_precision_loss, reason = "an estimate needs a few digits")]
fn of_all([few, more]: [(u64, Duration); 2], all: u64) -> Duration {
    let between = more.0.saturating_sub(few.0);
    let left = all.saturating_sub(more.0);
    if between == 0 || left == 0 {
        return more.1;
    }
    more.1 + more.1.saturating_sub(few.1).mul_f64(left as f64 / between as f64)
}

fn text(run: &Run<'_>, tried: &Tried) -> String {
    let all: u64 = run.records.values().sum();
    let datasets: Vec<String> =
        run.records.iter().map(|(name, records)| format!("{name} {}", count(*records))).collect();
    let judged = match tried.one_in {
        1 => "judged by linking all of them".to_owned(),
        some => format!(
            "judged by linking {} pairs, those of one record in {}",
            count(run.pairs_looked_at),
            count(some)
        ),
    };
    format!(
        "nothing was written; {judged}, a run takes about\n  records {}: {}\n  pairs   {}\n{}",
        count(all),
        datasets.join(", "),
        counted(run.candidate_pairs, "candidate pair", "candidate pairs"),
        run.needs,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn what_does_not_grow_with_pairs_is_not_multiplied() {
        assert_eq!(of_all([(100, SECOND * 5), (200, SECOND * 6)], 1000), SECOND * 14);
    }

    #[test]
    fn where_all_pairs_were_tried_their_time_is_the_time() {
        assert_eq!(of_all([(200, SECOND * 7), (200, SECOND * 6)], 200), SECOND * 6);
        assert_eq!(of_all([(0, SECOND), (0, SECOND)], 0), SECOND);
    }
}
