//! Pairs of blocks that do not fit into memory: parted on disk by their first record.

use std::ops::Range;

use arrow::datatypes::UInt64Type;

use super::partners::{Partner, Partners};
use super::{Blocking, later};
use crate::format::FormatError;
use crate::linker::records::{AllShared, RecordIx};
use crate::linker::room::{Room, Waiting};

/// The most parts: each is a list a run.
const MOST_PARTS: u64 = 1 << 12;

/// Bytes that a pair takes while its part is put in order, amply: some parts have more pairs than
/// others.
const BYTES_OF_PAIR: u64 = 64;

/// The pairs of all blocks, each as often as it is in one.
pub(in crate::linker) struct WaitingPairs {
    /// Records in a part.
    width: u32,
    records: u32,
    /// A list a part.
    runs: Vec<Waiting<UInt64Type>>,
}

impl WaitingPairs {
    /// Finds the pairs, one recipe after the other.
    pub fn of(
        blocking: &Blocking<'_>,
        shared: &AllShared,
        room: &Room<'_>,
    ) -> Result<Self, FormatError> {
        let pairs: u64 = blocking.counts().map(|count| count.pairs).sum();
        let threads = rayon::current_num_threads() as u64;
        let parts = pairs.saturating_mul(BYTES_OF_PAIR * threads) / room.share().max(1) + 1;
        let parts = u32::try_from(parts.min(MOST_PARTS)).expect("the most is small");
        let records = blocking.records.numbers().end;
        let width = records.div_ceil(parts).max(1);
        let parts = records.div_ceil(width) as usize;
        let (lists, held) = (vec![Vec::new(); parts], 0);
        let mut parted = Parted { blocking, room, width, lists, held, runs: Vec::new() };
        for (place, blocks) in blocking.recipes.iter().enumerate() {
            let Some(blocks) = blocks else { continue };
            for (token, block) in shared.of(place)?.numbered() {
                if !blocks.is_split(token) {
                    parted.add(block)?;
                }
            }
            blocks.parts.iter().try_for_each(|block| parted.add(block))?;
        }
        parted.wait()?;
        Ok(Self { width, records, runs: parted.runs })
    }

    /// The first records of each part.
    pub fn parts(&self) -> Vec<Range<u32>> {
        let starts = (0..self.records).step_by(self.width as usize);
        starts.map(|start| start..self.records.min(start.saturating_add(self.width))).collect()
    }

    /// The partners of the records of a part.
    pub fn partners(&self, part: Range<u32>) -> Result<Partners, FormatError> {
        let place = (part.start / self.width) as usize;
        let mut found: Vec<Partner> = Vec::new();
        for run in &self.runs {
            found.extend(run.list(place)?.into_iter().map(apart));
        }
        Ok(Partners::of(part, &found))
    }
}

/// Pairs on their way to the disk.
struct Parted<'p> {
    blocking: &'p Blocking<'p>,
    room: &'p Room<'p>,
    width: u32,
    lists: Vec<Vec<u64>>,
    /// How many pairs are in the lists.
    held: u64,
    runs: Vec<Waiting<UInt64Type>>,
}

impl Parted<'_> {
    /// Adds the pairs of a block.
    fn add(&mut self, block: &[RecordIx]) -> Result<(), FormatError> {
        let sealed = |record: &RecordIx| self.blocking.sealed.contains(record);
        for first in block.iter().filter(|record| !sealed(record)) {
            let partners = later(block, self.blocking.least_partner(*first));
            let list = &mut self.lists[(first.0 / self.width) as usize];
            let before = list.len();
            list.extend(
                partners.iter().filter(|record| !sealed(record)).map(|p| joined(*first, *p)),
            );
            self.held += (list.len() - before) as u64;
        }
        let bytes = self.held * size_of::<u64>() as u64;
        if bytes > self.room.share() { self.wait() } else { Ok(()) }
    }

    fn wait(&mut self) -> Result<(), FormatError> {
        self.held = 0;
        self.runs.push(self.room.put(self.lists.iter_mut().map(std::mem::take))?);
        Ok(())
    }
}

fn joined(first: RecordIx, second: RecordIx) -> u64 {
    u64::from(first.0) << u32::BITS | u64::from(second.0)
}

#[expect(clippy::cast_possible_truncation, reason = "each half is a record's number")]
const fn apart(pair: u64) -> Partner {
    (RecordIx((pair >> u32::BITS) as u32), RecordIx(pair as u32))
}
