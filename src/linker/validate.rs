//! How good the links are, where there is no truth to compare them with.
//!
//! Two estimates, each with what it takes for granted: links made once more without the identifying
//! numbers, judged by the numbers; and how often a record has several partners in a dataset that
//! should hold each person once.

mod blind;
mod duplicates;
mod interval;

use std::collections::BTreeSet;

use serde::Serialize;

use super::LinkError;
use super::compare::Compared;
use super::decide::Decided;
use super::records::{AllShared, RecordIx};
use crate::observe::Observer;
pub use blind::{Between, Blind, BlindShares};
pub use duplicates::{DuplicateCounts, FromTo, Partners, Solution};
pub use interval::Share;

/// How good the links are, as far as it shows without truth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Validation {
    /// What linking without the identifying numbers finds, judged by the numbers; none if the spec
    /// has no recipe of one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_identifiers: Option<Blind>,
    /// What the numbers of partners say.
    pub duplicate_counts: DuplicateCounts,
}

/// The links whose quality is asked for.
pub(super) struct Validate<'v> {
    pub compared: &'v Compared<'v>,
    pub shared: &'v AllShared,
    pub decided: &'v Decided,
    pub sealed: &'v BTreeSet<RecordIx>,
}

/// Estimates how good the links are.
///
/// # Errors
/// As scoring the links.
pub(super) fn validate(
    job: &Validate<'_>,
    observer: &dyn Observer,
) -> Result<Validation, LinkError> {
    observer.stage("validate", None);
    let people = job.decided.people.person_of();
    Ok(Validation {
        without_identifiers: blind::blind(job, &people, observer)?,
        duplicate_counts: duplicates::duplicates(job.compared.records, &job.decided.ties, &people),
    })
}
