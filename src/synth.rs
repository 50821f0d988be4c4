//! Made-up agencies with truth, for trying thresholds before any data arrive and for measuring
//! quality and speed.
//!
//! Children are born into families, each with a naming tradition, surnames and addresses; four
//! agencies know some of them and write down what they know, more or less well. How often each
//! errs is taken from what has been published and, where nothing has, from judgement
//! (`docs/synth.md`); nothing in it is fitted to how sealink links, nor is sealink to it. No name,
//! number or place is anyone's: names are drawn from lists, numbers from ranges never issued,
//! postcodes lie in areas that do not exist.

mod agency;
mod births;
mod calendar;
mod child;
mod draw;
mod family;
mod geography;
mod make;
mod name_list;
mod names;
mod numbers;
mod publish;
mod rates;
mod record;
mod slip;
mod spread;
#[cfg(all(test, feature = "agency"))]
mod tests;
mod tradition;

use std::path::PathBuf;
use std::str::FromStr;

use serde::Serialize;

use crate::format::FormatError;
use crate::observe::Observer;

/// The most children that can be made: beyond them the invented numbers and places run out.
pub const MOST_PEOPLE: u32 = 20_000_000;

/// One making of agencies.
#[derive(Clone, Debug)]
pub struct Synthesise {
    /// How many children there are.
    pub people: u32,
    /// What all chance comes from: the same seed gives the same bytes.
    pub seed: u64,
    /// How often agencies err, against what is usual.
    pub errors: ErrorScale,
    /// The folder for the files.
    pub out: PathBuf,
}

/// A multiple of the usual rates of error, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorScale(u32);

impl ErrorScale {
    /// As often as is usual.
    pub const USUAL: Self = Self(1000);
    /// Never.
    pub const NONE: Self = Self(0);
}

impl FromStr for ErrorScale {
    type Err = &'static str;

    /// A decimal number from 0 to 20, such as `1.5`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const WRONG: &str = "say a number from 0 to 20 with at most three decimals, such as 1.5";
        let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
        let is_plain = |part: &str| {
            !part.is_empty() && part.len() <= 3 && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if !is_plain(whole) || !is_plain(decimals) {
            return Err(WRONG);
        }
        let number = |part: &str| part.parse::<u32>().map_err(|_| WRONG);
        let thousandths = number(whole)? * 1000 + number(&format!("{decimals:0<3}"))?;
        if thousandths <= 20_000 { Ok(Self(thousandths)) } else { Err(WRONG) }
    }
}

/// What was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Synthesised {
    /// Children.
    pub people: u32,
    /// Families that they are of.
    pub families: u32,
    /// Children whom no agency knows.
    pub unknown: u32,
    /// Each agency and its records.
    pub agencies: Vec<Made>,
    /// Pairs of records of one child at two agencies.
    pub pairs_across: u64,
    /// Pairs of records of one child at one agency.
    pub pairs_within: u64,
    /// The files written.
    pub files: Vec<PathBuf>,
}

/// One agency's share.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Made {
    /// The dataset.
    pub dataset: &'static str,
    /// Its records.
    pub records: u32,
    /// The children they are of.
    pub children: u32,
    /// Records with something in the cell of the NHS number.
    pub with_nhs_number: u32,
}

/// Why nothing was made.
#[derive(Debug, thiserror::Error)]
pub enum SynthError {
    /// No children, or too many.
    #[error("from 1 to {MOST_PEOPLE} people can be made")]
    People,
    /// A file cannot be written.
    #[error(transparent)]
    Format(#[from] FormatError),
}

/// Makes agencies with truth: a folder for each with `records.csv` and `source.toml`, and beside
/// them `linkage.toml`, `extract.toml`, `truth.csv` and `truth_detail.csv`. The bytes depend on
/// nothing but the job.
///
/// # Errors
/// If there are to be no people or too many, or if a file cannot be written; then none is there.
pub fn synthesise(job: &Synthesise, observer: &dyn Observer) -> Result<Synthesised, SynthError> {
    if !(1..=MOST_PEOPLE).contains(&job.people) {
        return Err(SynthError::People);
    }
    observer.stage("make", Some(u64::from(job.people)));
    let made = make::make(job, observer);
    publish::publish(job, made, observer)
}

#[cfg(test)]
mod scale_tests {
    use super::*;

    #[test]
    fn a_scale_is_a_plain_decimal() {
        for (text, thousandths) in
            [("1", 1000), ("1.5", 1500), ("0", 0), ("0.125", 125), ("20.0", 20_000)]
        {
            assert_eq!(text.parse(), Ok(ErrorScale(thousandths)), "{text}");
        }
        for text in ["", "-1", "1,5", "1.", ".5", "1e3", "20.1", "1.2345", "nan"] {
            assert!(text.parse::<ErrorScale>().is_err(), "{text}");
        }
    }
}
