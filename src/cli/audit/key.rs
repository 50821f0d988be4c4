//! What needs the key, and how fast it goes in this run.

use std::time::Instant;

use serde::Serialize;

use super::super::failure::Failure;
use crate::audit::{AuditTokens, SLICES, TokenReport, try_numbers};

/// How fast numbers were tried in this run, on one core.
#[derive(Debug, Serialize)]
pub struct Rate {
    numbers_per_second: f64,
    seconds_for_all_numbers: f64,
    seconds_for_english_numbers: f64,
}

/// Tries the block of numbers again, with the clock, if the audit tried it at all. The fastest part
/// of it counts: in the others the core had something else to do.
pub fn rate(job: &AuditTokens<'_>, report: &TokenReport) -> Result<Option<Rate>, Failure> {
    let Some(dictionary) = &report.dictionary else { return Ok(None) };
    let timed = (0..SLICES).map(|slice| {
        let begin = Instant::now();
        float(try_numbers(job, slice)) / begin.elapsed().as_secs_f64()
    });
    let per_second = timed.fold(0.0, f64::max);
    Ok(Some(Rate {
        numbers_per_second: per_second,
        seconds_for_all_numbers: float(dictionary.all_numbers) / per_second,
        seconds_for_english_numbers: float(dictionary.english_numbers) / per_second,
    }))
}

/// A count of numbers of ten digits at most.
fn float(number: u64) -> f64 {
    f64::from(u32::try_from(number).expect("there are fewer than 2^32 valid numbers"))
}

impl Rate {
    pub fn text(&self) -> String {
        format!(
            "In this run one core tried {:.0} numbers a second: {:.0} seconds for all valid NHS \
             numbers, {:.0} for those of England, Wales and the Isle of Man.",
            self.numbers_per_second, self.seconds_for_all_numbers, self.seconds_for_english_numbers,
        )
    }
}
