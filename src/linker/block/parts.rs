//! The parts of blocks that were too large.

use crate::linker::pairs::Pair;
use crate::linker::records::RecordIx;

/// Blocks of records, and which of them each record is in.
#[derive(Default)]
pub(super) struct Parts {
    records: Vec<RecordIx>,
    ends: Vec<usize>,
    /// A record and the place of a block that it is in; in ascending order once settled.
    places: Vec<(RecordIx, usize)>,
}

impl Parts {
    /// Adds a block.
    pub fn add(&mut self, block: &[RecordIx]) {
        self.places.extend(block.iter().map(|record| (*record, self.ends.len())));
        self.records.extend_from_slice(block);
        self.ends.push(self.records.len());
    }

    /// All blocks have been added.
    pub fn settle(&mut self) {
        self.places.sort_unstable();
    }

    /// Whether there is none.
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All blocks.
    pub fn iter(&self) -> impl Iterator<Item = &[RecordIx]> {
        (0..self.ends.len()).map(|place| self.at(place))
    }

    fn at(&self, place: usize) -> &[RecordIx] {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.records[start..self.ends[place]]
    }

    /// The blocks that a record is in.
    pub fn of(&self, record: RecordIx) -> impl Iterator<Item = &[RecordIx]> {
        self.places_of(record).iter().map(|(_, place)| self.at(*place))
    }

    /// Whether both records of a pair are in one block.
    pub fn hold(&self, pair: Pair) -> bool {
        self.of(pair.first).any(|part| part.binary_search(&pair.second).is_ok())
    }

    fn places_of(&self, record: RecordIx) -> &[(RecordIx, usize)] {
        let start = self.places.partition_point(|(other, _)| *other < record);
        let length = self.places[start..].partition_point(|(other, _)| *other == record);
        &self.places[start..start + length]
    }
}
