//! What was read so far: in memory as long as it fits, else in sorted runs on disk.

use std::path::{Path, PathBuf};

use super::waiting::{BUCKETS, Waiting};
use super::{Arranged, Repeats};
use crate::agency::error::AgencyError;
use crate::agency::held::Held;

/// A run may take this share of the memory; the rest is for sorting and writing it.
const SHARE_OF_RUN: u64 = 2;

/// What is put in order at a time when runs come back may take this share.
const SHARE_OF_PIECE: u64 = 4;

/// Everything read so far.
pub(in crate::agency) struct Gathered {
    parts: Vec<Held>,
    /// Bytes that `parts` take.
    bytes: u64,
    /// Bytes that a run's gathering and sorting may take.
    memory: u64,
    /// Whether several rows may be of one record.
    several_rows: bool,
    /// Where runs wait, if there are any.
    waiting: Option<Waiting>,
    within: PathBuf,
}

impl Gathered {
    /// Nothing yet. What does not fit into `memory` bytes waits, encrypted, in the folder `within`.
    pub fn new(memory: u64, several_rows: bool, within: &Path) -> Self {
        let (parts, bytes, waiting) = (Vec::new(), 0, None);
        Self { parts, bytes, memory, several_rows, waiting, within: within.to_owned() }
    }

    /// Adds a batch.
    pub fn add(&mut self, part: Held) -> Result<(), AgencyError> {
        self.bytes += part.bytes();
        self.parts.push(part);
        if self.bytes > self.memory / SHARE_OF_RUN { self.spill() } else { Ok(()) }
    }

    fn spill(&mut self) -> Result<(), AgencyError> {
        let parts = std::mem::take(&mut self.parts);
        let bytes = std::mem::take(&mut self.bytes);
        let waiting = match self.waiting.take() {
            Some(waiting) => waiting,
            None => Waiting::new(&self.within, &parts)?,
        };
        self.waiting.insert(waiting).add(&Arranged::new(parts), bytes)?;
        Ok(())
    }

    /// Hands everything to `take`, piece by piece in the order of the references; no record is in
    /// two pieces, and no piece is empty.
    ///
    /// # Errors
    /// If a record id stands twice and may not, if `take` fails, or if what waits on disk cannot
    /// be read.
    pub fn each(
        mut self,
        mut take: impl FnMut(&Arranged) -> Result<(), AgencyError>,
    ) -> Result<(), AgencyError> {
        let mut repeats = Repeats::default();
        let several_rows = self.several_rows;
        let mut look_and_take = |arranged: Arranged| {
            if !several_rows {
                repeats.look(&arranged);
            }
            // After a repeat nothing will be published: only further ones are sought.
            let wanted = arranged.records() > 0 && repeats.refuse().is_ok();
            if wanted { take(&arranged) } else { Ok(()) }
        };
        if self.waiting.is_some() && !self.parts.is_empty() {
            self.spill()?;
        }
        let Some(mut waiting) = self.waiting else {
            look_and_take(Arranged::new(self.parts))?;
            return repeats.refuse();
        };
        let a_bucket = waiting.bytes() / BUCKETS as u64 + 1;
        let at_once = usize::try_from(self.memory / SHARE_OF_PIECE / a_bucket).unwrap_or(BUCKETS);
        let buckets: Vec<usize> = (0..BUCKETS).collect();
        for buckets in buckets.chunks(at_once.max(1)) {
            look_and_take(Arranged::new(waiting.parts(buckets)?))?;
        }
        repeats.refuse()
    }
}
