//! What a run would take, judged by linking some of its pairs: nothing is written.

use std::collections::{BTreeMap, BTreeSet};

use super::block::{self, Blocking};
use super::compare::{self, Compared};
use super::pairs::Candidates;
use super::records::{self, AllShared, RecordIx, Records};
use super::room::Room;
use super::weigh::Frequencies;
use super::{ALL, Link, LinkError, make_links, summary, withdrawn};
use crate::format::Table;
use crate::observe::Observer;

/// Bytes that a run takes beside all that is counted here. This and the next two are as measured
/// on runs of 88 and of 884 thousand records.
const BESIDE: u64 = 48 << 20;

/// Bytes of each record once pairs are weighed: its best partners, its cluster and its person.
const LATER_BYTES_OF_RECORD: u64 = 96;

/// Bytes of each record in the person map and the pairs for review, as they are on disk.
const FILE_BYTES_OF_RECORD: u64 = 36;

/// Bytes of a candidate pair as it is kept.
const BYTES_OF_PAIR: u64 = 8;

/// Bytes of a pair that waits on disk before it is put in order.
const BYTES_OF_WAITING_PAIR: u64 = 8;

/// The records of a run, opened and checked as for linking, and the groups that share a token.
pub struct Trial<'t> {
    job: &'t Link<'t>,
    records: Records,
    shared: AllShared,
    sealed: BTreeSet<RecordIx>,
    /// Bytes that the columns take that are read at once.
    columns: u64,
}

/// What some of the pairs took.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Candidate pairs that were compared and weighed.
    pub pairs: u64,
    /// One record in so many had its pairs compared; all of them if it is 1.
    pub one_in: u64,
    /// The pairs of all blocks, as often as they are in one: counted, not estimated.
    pub in_blocks: u64,
}

/// What a run needs. All bytes are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Needs {
    /// Bytes of memory.
    pub memory: u64,
    /// Bytes that would wait on disk while it runs.
    pub waiting: u64,
    /// Bytes of its files.
    pub files: u64,
}

impl Tried {
    /// About how many candidate pairs there are in all.
    #[must_use]
    pub const fn all_pairs(&self) -> u64 {
        self.pairs * self.one_in
    }
}

impl<'t> Trial<'t> {
    /// Opens the tables as [`super::link`] does, reads all records and finds who shares a token.
    /// All of it stays in memory, whatever the job's memory is.
    ///
    /// # Errors
    /// As [`super::link`], as far as it shows without linking.
    pub fn open(job: &'t Link<'t>, observer: &dyn Observer) -> Result<Self, LinkError> {
        let (tables, withdrawn) = withdrawn::open(job.linkage, job.tables)?;
        let room = Room::unbounded(&job.out);
        let (records, shared) = records::read(job.linkage, &tables, &withdrawn, &room, observer)?;
        let sealed = records.find(&withdrawn.left_of(job.sealed)).map_err(LinkError::Sealed)?;
        let rows = tables.iter().map(|table: &Table| table.manifest.rows).sum();
        let columns = records::bytes_of_columns(rows, &Room::new(job.memory, &job.out));
        Ok(Self { job, records, shared, sealed, columns })
    }

    /// How many records each dataset has.
    #[must_use]
    pub fn records(&self) -> BTreeMap<&str, u64> {
        let datasets = self.records.datasets.iter();
        datasets.map(|dataset| (&*dataset.name, dataset.records.len() as u64)).collect()
    }

    /// Does a run's work after reading, but for writing, on at most about so many of the pairs of
    /// blocks. How long that takes, the caller sees.
    ///
    /// # Errors
    /// If the model does not fit.
    pub fn link(&self, most: u64, observer: &dyn Observer) -> Result<Tried, LinkError> {
        let linkage = self.job.linkage;
        let room = Room::unbounded(&self.job.out);
        let blocking =
            block::block(&self.records, &self.shared, &linkage.rules, &self.sealed, ALL)?;
        let in_blocks = pairs_in_blocks(&blocking);
        let one_in = in_blocks.div_ceil(most.max(1)).clamp(1, compare::LEAST_SHARE);
        let candidates: Candidates<'_> =
            compare::compare_one_in(one_in, blocking, &self.shared, &room, observer)?;
        let frequencies = Frequencies::new(linkage, &self.records, &self.shared, ALL)?;
        let compared = Compared {
            linkage,
            records: &self.records,
            candidates: &candidates,
            frequencies: &frequencies,
            room: &room,
            visible: ALL,
        };
        let decided = make_links(&compared, self.job.model, observer)?;
        summary::summarise(&compared, &decided, &self.sealed);
        Ok(Tried { pairs: candidates.len(), one_in, in_blocks })
    }

    /// What the whole run needs, judged by what was tried.
    #[must_use]
    pub fn needs(&self, tried: &Tried) -> Needs {
        let share = Room::new(self.job.memory, &self.job.out).share();
        let records = self.records.len() as u64;
        let (groups, pairs) = (self.shared.bytes(), tried.all_pairs() * BYTES_OF_PAIR);
        let groups_wait = groups > share;
        let mut waiting = 0;
        if groups_wait {
            waiting += groups + tried.in_blocks * BYTES_OF_WAITING_PAIR;
        }
        if pairs > share {
            waiting += pairs;
        }
        let reading = groups.min(share) + self.columns;
        let comparing = groups.min(share) + pairs.min(share);
        let weighing = pairs.min(share) + records * LATER_BYTES_OF_RECORD;
        // To judge the links, the groups are kept, and the pairs are found once more.
        let validating = weighing + if self.job.validate { comparing } else { 0 };
        let most = reading.max(comparing).max(validating);
        Needs {
            memory: BESIDE + self.records.bytes() + most,
            waiting,
            files: records * FILE_BYTES_OF_RECORD,
        }
    }
}

fn pairs_in_blocks(blocking: &Blocking<'_>) -> u64 {
    blocking.counts().map(|count| count.pairs).sum()
}
