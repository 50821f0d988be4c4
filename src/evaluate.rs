//! How well a person map agrees with the truth, where the truth is known.
//!
//! A pair of records counts as found if both are of one person in the map, and as true if both
//! are of one entity in the truth. B-cubed weighs by record (Bagga and Baldwin, 1998).
//!
//! A group's pairs are those of which at least one record is in the group, so that a false link
//! between two groups counts against both.

mod calibration;
mod columns;
mod counts;
mod groups;
mod pairs;
mod read;

use std::path::PathBuf;

use serde::Serialize;

pub use calibration::{Band, Calibration};
pub use groups::{FEWEST_PAIRS, Group, Groups, MOST_VALUES, Spread};
pub use pairs::{Agreement, Pairs};

use crate::format::FormatError;
pub use crate::interval::Estimate;

/// The most agencies that a truth may name.
pub const MOST_AGENCIES: usize = 1000;

/// One evaluation.
#[derive(Debug)]
pub struct Evaluate {
    /// The person map.
    pub map: PathBuf,
    /// The truth: CSV with the columns agency, `record_id`, `entity_id`.
    pub truth: PathBuf,
    /// The agencies' tables of references; without any, the truth names records by reference.
    pub refs: Vec<PathBuf>,
    /// Whether records of the map that the truth lacks are passed over.
    pub ignore_extra: bool,
}

/// A column that puts records in groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct By {
    /// CSV with the columns agency, `record_id` and that of the groups. Records that it lacks are
    /// a group of their own; records that the truth lacks are passed over.
    pub file: PathBuf,
    /// The column of the groups.
    pub column: String,
}

/// Pairs of two agencies' records.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AgencyPairs {
    /// The agencies in alphabetical order, the same one twice for pairs within it.
    pub agencies: [String; 2],
    /// Their pairs.
    pub pairs: Agreement,
}

/// B-cubed precision and recall.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct BCubed {
    /// The mean over records of the share of its person's records that are of its entity.
    pub precision: f64,
    /// The mean over records of the share of its entity's records that are of its person.
    pub recall: f64,
}

impl BCubed {
    /// The harmonic mean of the two.
    #[must_use]
    pub fn f1(self) -> f64 {
        2.0 * self.precision * self.recall / (self.precision + self.recall)
    }
}

/// Clusters found and true.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Clusters {
    /// Entities whose records are exactly one person's.
    pub exact: u64,
    /// Entities with at least two records.
    pub entities_of_several: u64,
    /// People with at least two records.
    pub people_of_several: u64,
    /// Entities with at least two records that are exactly one person's.
    pub exact_of_several: u64,
    /// People whose records are of several entities.
    pub mixed_people: u64,
    /// Entities whose records are of several people.
    pub split_entities: u64,
    /// The most records of one person.
    pub largest_person: u64,
}

/// How well a map agrees with the truth.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// Records of the truth.
    pub records: u64,
    /// Entities of the truth.
    pub entities: u64,
    /// People of the map, with records that the map lacks as people of their own.
    pub people: u64,
    /// Records of the truth that the map lacks.
    pub unlisted: u64,
    /// Records of the map that the truth lacks, which were passed over.
    pub extra: u64,
    /// All pairs.
    pub all: Agreement,
    /// Pairs of different agencies.
    pub across: Agreement,
    /// Pairs of one agency.
    pub within: Agreement,
    /// Weighed by record.
    pub b_cubed: BCubed,
    /// Whole clusters.
    pub clusters: Clusters,
    /// By pair of agencies.
    pub agencies: Vec<AgencyPairs>,
    /// By each column that was asked for.
    pub by: Vec<Groups>,
    /// Whether links are as often true as the map says; none if it gives no probabilities.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calibration: Option<Calibration>,
}

/// Why an evaluation was not made.
#[derive(Debug, thiserror::Error)]
pub enum EvaluateError {
    /// A table cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The truth, or a table of groups, cannot be read.
    #[error("{}: {what}", path.display())]
    Truth {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        what: String,
    },
    /// The map holds records that the truth lacks.
    #[error(
        "{0} records of the person map are not in the truth: if it has the agencies' own record ids, \
         name their tables of references with --refs; say --ignore-extra to pass over records that \
         it lacks"
    )]
    Extra(u64),
    /// The map holds records of a dataset whose references were not given.
    #[error(
        "the person map holds records that no table of references names; give --refs for each dataset"
    )]
    NoRefs,
}

/// Compares a person map with the truth.
///
/// # Errors
/// If a file cannot be read or the files do not belong together.
pub fn evaluate(job: &Evaluate) -> Result<Evaluation, EvaluateError> {
    evaluate_by(job, &[])
}

/// Compares a person map with the truth, as a whole and by groups of records.
///
/// # Errors
/// If a file cannot be read, the files do not belong together, or a column has more than
/// [`MOST_VALUES`] different values.
pub fn evaluate_by(job: &Evaluate, by: &[By]) -> Result<Evaluation, EvaluateError> {
    let labelled = read::read(job, by)?;
    Ok(counts::count(&labelled))
}
