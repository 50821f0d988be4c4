//! The linker's step: from token tables to a person map, without any key to the tokens.

mod block;
mod cluster;
mod compare;
mod coverage;
mod decide;
pub mod engine;
mod every_two;
mod first_links;
mod open;
mod pairs;
mod people;
mod publish;
mod records;
mod rekey;
mod report;
mod review;
mod rivalry;
mod room;
mod score;
mod sealed;
mod starts;
mod summary;
mod trial;
mod validate;
mod weigh;
mod weighed;
mod withdrawn;

use std::path::PathBuf;

use compare::Compared;
use decide::Decided;
use room::Room;
use validate::Validate;
use weigh::Frequencies;

use crate::count::Policy;
use crate::format::FormatError;
use crate::observe::Observer;
use crate::spec::{Linkage, Method};
use crate::token::Token;

pub use coverage::{Combination, DatasetLinks};
pub use open::Mismatch;
pub use rekey::rekey;
pub use sealed::read_sealed;
pub use summary::{Blocks, KeySummary, LinkSummary, Overlap, Split, VetoSummary};
pub use trial::{Needs, Trial, Tried};
pub use validate::{
    Between, Blind, BlindShares, DuplicateCounts, FromTo, Partners, Share, Solution, Validation,
};
pub use weigh::{EvidenceStep, Explained, ModelError, ModelFile};
pub use weighed::{Bin, EvidencePattern, Weighed};

/// One run of the linker.
#[derive(Debug)]
pub struct Link<'j> {
    /// The agreed linkage.
    pub linkage: &'j Linkage,
    /// The token tables, and tables of withdrawn records, in any order.
    pub tables: &'j [PathBuf],
    /// The folder for the person map.
    pub out: PathBuf,
    /// Whether it is in order that no two datasets share a person.
    pub expect_no_overlap: bool,
    /// The model to score with; without one, a model is fitted to the tables.
    pub model: Option<&'j ModelFile>,
    /// Records that must not be linked to any other, by dataset.
    pub sealed: &'j [(String, Token)],
    /// Whether to estimate the quality of the links, which takes as long as linking again.
    pub validate: bool,
    /// Bytes of memory to keep to, about; what exceeds it waits, encrypted, in the folder for the
    /// person map. The files do not depend on it.
    pub memory: u64,
    /// The rules of a second report that may leave the linker; none if there is to be none.
    pub release: Option<Policy>,
}

/// What came of a run.
#[derive(Debug)]
pub struct Linked {
    /// What was compared, linked and refused.
    pub summary: LinkSummary,
    /// The files written: the report, the person map.
    pub files: Vec<PathBuf>,
    /// Bytes that waited on disk since they did not fit into memory.
    pub waited: u64,
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
    /// The model does not fit the spec or the tables.
    #[error("the model does not fit: {0}")]
    Model(#[from] ModelError),
    /// The list of sealed records cannot be read.
    #[error("{}: {what}", path.display())]
    SealedList {
        /// The list.
        path: PathBuf,
        /// What is wrong with it, and in which row.
        what: String,
    },
    /// A record is listed as sealed that no table has.
    #[error(
        "{0} of the records listed as sealed are in none of the tables; is the list of this project?"
    )]
    Sealed(u64),
    /// The engine that holds the records cannot answer.
    #[error("{0}")]
    Engine(String),
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
    let (tables, withdrawn) = withdrawn::open(job.linkage, job.tables)?;
    let room = Room::new(job.memory, &job.out);
    let (records, shared) = records::read(job.linkage, &tables, &withdrawn, &room, observer)?;
    let sealed = records.find(&withdrawn.left_of(job.sealed)).map_err(LinkError::Sealed)?;
    let blocking = block::block(&records, &shared, &job.linkage.rules, &sealed, ALL)?;
    let candidates = compare::compare(blocking, &shared, &room, observer)?;
    let frequencies = Frequencies::new(job.linkage, &records, &shared, ALL)?;
    // From here on records are compared by their own tokens.
    let shared = job.validate.then_some(shared);
    let compared = Compared {
        linkage: job.linkage,
        records: &records,
        candidates: &candidates,
        frequencies: &frequencies,
        room: &room,
        visible: ALL,
    };
    let decided = make_links(&compared, job.model, observer)?;
    let mut summary = summary::summarise(&compared, &decided, &sealed);
    if summary.shares_no_person() && !job.expect_no_overlap {
        return Err(LinkError::NoOverlap);
    }
    if let Some(shared) = &shared {
        let of = Validate { compared: &compared, shared, decided: &decided, sealed: &sealed };
        summary.validation = Some(validate::validate(&of, observer)?);
    }
    let files = publish::publish(job, &tables, &compared, &decided, &summary)?;
    Ok(Linked { summary, files, waited: room.waited() })
}

/// Every recipe, as bits.
const ALL: u32 = u32::MAX;

/// Decides as the spec says.
fn make_links(
    compared: &Compared<'_>,
    model: Option<&ModelFile>,
    observer: &dyn Observer,
) -> Result<Decided, LinkError> {
    match compared.linkage.rules.method {
        Method::MatchKeys => Ok(decide::decide(compared, observer)?),
        Method::Scored => score::score(compared, model, observer),
    }
}
