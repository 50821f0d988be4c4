//! The linker's step: from token tables to a person map, without any key to the tokens.

mod block;
mod cluster;
mod compare;
mod decide;
mod evidence;
mod model;
mod open;
mod publish;
mod records;
mod score;
mod summary;

use std::path::PathBuf;

use crate::format::FormatError;
use crate::observe::Observer;
use crate::spec::{Linkage, Method};

pub use open::Mismatch;
pub use summary::{Blocks, KeySummary, LinkSummary, Overlap, SetAside, VetoSummary};

/// One run of the linker.
#[derive(Debug)]
pub struct Link<'j> {
    /// The agreed linkage.
    pub linkage: &'j Linkage,
    /// The token tables, in any order.
    pub tables: &'j [PathBuf],
    /// The folder for the person map.
    pub out: PathBuf,
    /// Whether it is in order that no two datasets share a person.
    pub expect_no_overlap: bool,
}

/// What came of a run.
#[derive(Debug)]
pub struct Linked {
    /// What was compared, linked and refused.
    pub summary: LinkSummary,
    /// The files written: the report, the person map.
    pub files: Vec<PathBuf>,
}

/// Why a run stopped.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// A table cannot be read or written.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The tables do not belong together.
    #[error("{}", lines(.0))]
    Mismatch(Vec<Mismatch>),
    /// No two datasets share a person.
    #[error(
        "no link was found between any two datasets, so nothing was written. Do the tables cover \
         the same people and carry the same identifiers? If no overlap is what you expect, say \
         --expect-no-overlap"
    )]
    NoOverlap,
    /// More records than one run can number.
    #[error("there are more than {} records; link them in parts", u32::MAX)]
    TooManyRecords,
}

fn lines(mismatches: &[Mismatch]) -> String {
    mismatches.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

/// Links the records of the tables and writes the person map.
///
/// The map depends on the tables' contents alone, not on their order or on the number of threads.
///
/// # Errors
/// If the tables do not belong together, one is damaged, no two datasets overlap, or the map
/// cannot be written. Then no map is there.
pub fn link(job: &Link<'_>, observer: &dyn Observer) -> Result<Linked, LinkError> {
    let tables = open::open(job.linkage, job.tables)?;
    let (records, shared) = records::read(job.linkage, &tables, observer)?;
    let candidates = block::block(&records, &shared, &job.linkage.rules);
    let patterns = compare::compare(&records, &candidates.pairs, observer);
    let decide = match job.linkage.rules.method {
        Method::MatchKeys => decide::decide,
        Method::Scored => score::score,
    };
    let decided = decide(job.linkage, &records, &candidates, &patterns, observer);
    let summary = summary::summarise(job.linkage, &records, &candidates, &decided);
    if summary.shares_no_person() && !job.expect_no_overlap {
        return Err(LinkError::NoOverlap);
    }
    let files = publish::publish(job, &tables, &records, &decided, &summary)?;
    Ok(Linked { summary, files })
}
