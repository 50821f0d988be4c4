//! What a cell gives: its canonical value and every part that the recipes derive of it.
//!
//! The cells of a column repeat: forenames, birth dates, postcodes. So the readings of its last
//! different cells are kept, a fixed number, and most cells cost one comparison.

use std::hash::Hasher as _;

use rustc_hash::FxHasher;

use super::normalise::{Normalised, Refusal};
use crate::spec::Kind;
use crate::token::encode_part;

/// Readings kept of a column whose cells repeat; a power of two. Enough for most forenames and for
/// all birth dates of children, little enough to stay near the core.
const KEPT: usize = 1 << 12;

/// Longer cells are not kept: so a column's readings take a few megabytes, whatever it holds.
const LONGEST_KEPT: usize = 64;

/// Parts of tokens end to end, each as it enters a message.
#[derive(Default)]
pub(super) struct Parts {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Parts {
    fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }

    fn len(&self) -> usize {
        self.ends.len()
    }

    fn get(&self, place: usize) -> &[u8] {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.bytes[start..self.ends[place]]
    }

    /// Adds an encoded part, unless one of those from `since` on is the same.
    fn add(&mut self, since: usize, encode: impl FnOnce(&mut Vec<u8>)) {
        let start = self.bytes.len();
        encode(&mut self.bytes);
        let known = (since..self.len()).any(|place| *self.get(place) == self.bytes[start..]);
        if known {
            self.bytes.truncate(start);
        } else {
            self.ends.push(self.bytes.len());
        }
    }
}

/// What one cell gives, or several cells of one field together.
pub(super) struct Reading {
    cell: String,
    /// Whether the cell gave a value.
    pub outcome: Normalised,
    /// The value; empty if there is none.
    pub value: String,
    parts: Parts,
    /// For each choice of the field, where its parts end.
    ends: Vec<usize>,
}

impl Reading {
    /// Of no cell yet.
    pub const fn new() -> Self {
        Self {
            cell: String::new(),
            outcome: Err(Refusal::Blank),
            value: String::new(),
            parts: Parts { bytes: Vec::new(), ends: Vec::new() },
            ends: Vec::new(),
        }
    }

    /// Forgets all parts.
    pub fn clear_parts(&mut self) {
        self.parts.clear();
        self.ends.clear();
    }

    /// Adds the next choice, of which `each` gives the parts.
    pub fn add_choice(&mut self, each: impl FnOnce(&mut dyn FnMut(&str))) {
        let (since, parts) = (self.parts.len(), &mut self.parts);
        each(&mut |text| parts.add(since, |out| encode_part(text.as_bytes(), out)));
        self.ends.push(self.parts.len());
    }

    /// Adds the next choice, with the parts that several readings have of it.
    pub fn merge_choice<'r>(&mut self, choice: usize, readings: impl Iterator<Item = &'r Self>) {
        let since = self.parts.len();
        for reading in readings {
            for place in 0..reading.count(choice) {
                let part = reading.part(choice, place);
                self.parts.add(since, |out| out.extend_from_slice(part));
            }
        }
        self.ends.push(self.parts.len());
    }

    /// All parts end to end, where each ends, and for each choice how many parts there are up to
    /// its last.
    pub fn parts(&self) -> (&[u8], &[usize], &[usize]) {
        (&self.parts.bytes, &self.parts.ends, &self.ends)
    }

    /// How many parts there are of a choice.
    fn count(&self, choice: usize) -> usize {
        self.ends[choice] - self.start(choice)
    }

    /// One of the parts of a choice, as it enters a message.
    fn part(&self, choice: usize, place: usize) -> &[u8] {
        self.parts.get(self.start(choice) + place)
    }

    fn start(&self, choice: usize) -> usize {
        if choice == 0 { 0 } else { self.ends[choice - 1] }
    }
}

/// The readings of a column: the one in hand, and others that may come again.
pub(super) struct Readings {
    kept: Vec<Reading>,
    /// Whether each place of `kept` holds a reading.
    known: Vec<bool>,
    other: Reading,
    /// The place of the reading in hand, unless it is `other`.
    now: Option<usize>,
}

impl Readings {
    /// None yet, of a column of this kind.
    pub fn new(kind: Kind) -> Self {
        let kept = if kind.is_number() { 0 } else { KEPT };
        Self {
            kept: (0..kept).map(|_| Reading::new()).collect(),
            known: vec![false; kept],
            other: Reading::new(),
            now: None,
        }
    }

    /// Takes a cell in hand; `read` is asked what it gives if that is not known.
    pub fn take(&mut self, cell: &str, read: impl FnOnce(&str, &mut Reading)) -> &Reading {
        self.now = self.place(cell);
        let Some(place) = self.now else {
            read(cell, &mut self.other);
            return &self.other;
        };
        let reading = &mut self.kept[place];
        if !self.known[place] || reading.cell != cell {
            self.known[place] = true;
            reading.cell.clear();
            reading.cell.push_str(cell);
            read(cell, reading);
        }
        &self.kept[place]
    }

    /// The reading in hand.
    pub fn now(&self) -> &Reading {
        self.now.map_or(&self.other, |place| &self.kept[place])
    }

    /// Where the cell's reading is kept. Two cells of one place take turns.
    fn place(&self, cell: &str) -> Option<usize> {
        if self.kept.is_empty() || cell.len() > LONGEST_KEPT {
            return None;
        }
        let mut hasher = FxHasher::default();
        hasher.write(cell.as_bytes());
        let mask = self.kept.len() - 1;
        Some(usize::try_from(hasher.finish() & mask as u64).expect("it is within the mask"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str, reading: &mut Reading) {
        reading.outcome = Ok(None);
        reading.value = cell.to_uppercase();
        reading.clear_parts();
        reading.add_choice(|emit| emit(&cell.to_uppercase()));
        reading.add_choice(|emit| cell.split(' ').for_each(&mut *emit));
    }

    fn parts(reading: &Reading, choice: usize) -> Vec<Vec<u8>> {
        (0..reading.count(choice)).map(|place| reading.part(choice, place).to_vec()).collect()
    }

    #[test]
    fn a_cell_that_comes_again_is_not_read_again() {
        let mut readings = Readings::new(Kind::Name);
        let mut times = 0;
        for cell in ["Ann", "Ben", "Ann", "Ann", "Ben"] {
            let reading = readings.take(cell, |cell, reading| {
                times += 1;
                read(cell, reading);
            });
            assert_eq!(reading.value, cell.to_uppercase());
        }
        assert_eq!((times, readings.now().value.as_str()), (2, "BEN"));
    }

    #[test]
    fn cells_beyond_those_kept_and_long_ones_are_read_rightly() {
        let mut readings = Readings::new(Kind::Name);
        let long = "x".repeat(LONGEST_KEPT + 1);
        let many: Vec<String> = (0..3 * KEPT).map(|n| format!("name {n}")).collect();
        for cell in many.iter().chain([&long]).chain(&many).chain([&long]) {
            assert_eq!(readings.take(cell, read).value, cell.to_uppercase());
        }
        assert!(readings.kept.iter().all(|reading| reading.cell.len() <= LONGEST_KEPT));
    }

    #[test]
    fn parts_are_kept_once_a_choice_with_their_lengths() {
        let mut reading = Reading::new();
        read("a b a", &mut reading);
        assert_eq!(parts(&reading, 0), [b"\0\x05A B A".to_vec()]);
        assert_eq!(parts(&reading, 1), [b"\0\x01a".to_vec(), b"\0\x01b".to_vec()]);

        let (mut other, mut both) = (Reading::new(), Reading::new());
        read("c b", &mut other);
        for choice in 0..2 {
            both.merge_choice(choice, [&reading, &other].into_iter());
        }
        assert_eq!((both.count(0), both.count(1)), (2, 3));
        assert_eq!(both.part(1, 2), b"\0\x01c");
    }
}
