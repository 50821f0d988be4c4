//! What a cell gives: its canonical value and every part that the recipes derive of it.
//!
//! The cells of a column repeat: forenames, birth dates, postcodes. So the readings of its last
//! different cells are kept, a fixed number, and most cells cost one comparison.

use std::hash::Hasher as _;
use std::hint::black_box;

use rustc_hash::FxHasher;

use super::normalise::{Normalised, Refusal};
use crate::spec::Kind;
use crate::token::{CHUNK_BYTES, part_head};

/// Readings kept of a column whose cells repeat; a power of two. Enough for most forenames and for
/// all birth dates of children, little enough to stay near the core.
const KEPT: usize = 1 << 12;

/// After so many cells it is asked whether keeping them pays, which it does if this part of them
/// (one in so many) was known.
const JUDGED: u32 = 1 << 14;
const LEAST_SHARE: u32 = 3;

/// Longer cells are not kept: so a column's readings take a few megabytes, whatever it holds.
const LONGEST_KEPT: usize = 64;

/// What parts are stored in: a copy of constant length is one instruction.
pub(super) type Chunk = [u8; CHUNK_BYTES];

/// A part of a token as it enters a message, within a list of chunks.
#[derive(Clone, Copy)]
pub(super) struct Part {
    /// Its first chunk.
    pub start: u32,
    /// Its bytes; what the last chunk has beyond them is zero.
    pub length: u32,
}

impl Part {
    /// Its chunks in the list.
    #[inline]
    pub fn chunks(self, list: &[Chunk]) -> &[Chunk] {
        let start = self.start as usize;
        &list[start..start + (self.length as usize).div_ceil(CHUNK_BYTES)]
    }
}

/// Parts of tokens, one after the other.
#[derive(Default)]
pub(super) struct Parts {
    pub chunks: Vec<Chunk>,
    pub parts: Vec<Part>,
}

impl Parts {
    pub fn clear(&mut self) {
        self.chunks.clear();
        self.parts.clear();
    }

    /// Where the next part's chunks begin.
    fn end(&self) -> u32 {
        u32::try_from(self.chunks.len()).expect("the parts of a few rows are far below 2^32 chunks")
    }

    /// How many parts there are.
    pub fn count(&self) -> u32 {
        u32::try_from(self.parts.len()).expect("a few rows have far below 2^32 parts")
    }

    /// Appends all parts of another list.
    pub fn append(&mut self, other: &Self) {
        let before = self.end();
        self.chunks.extend_from_slice(&other.chunks);
        self.parts
            .extend(other.parts.iter().map(|part| Part { start: before + part.start, ..*part }));
    }

    /// Adds a part, unless one of those from `since` on is the same.
    fn add(&mut self, since: u32, text: &str) {
        let start = self.end();
        let head = part_head(text.as_bytes());
        let length = head.len() + text.len();
        self.chunks.resize(self.chunks.len() + length.div_ceil(CHUNK_BYTES), [0; CHUNK_BYTES]);
        let bytes = self.chunks[start as usize..].as_flattened_mut();
        bytes[..head.len()].copy_from_slice(&head);
        bytes[head.len()..length].copy_from_slice(text.as_bytes());
        let length = u32::try_from(length).expect("a part has at most 65,535 bytes");
        self.keep(since, Part { start, length });
    }

    /// Adds the last chunks as a part, or drops them if a part from `since` on has the same.
    fn keep(&mut self, since: u32, part: Part) {
        let same = |known: &Part| {
            known.length == part.length && known.chunks(&self.chunks) == part.chunks(&self.chunks)
        };
        if self.parts[since as usize..].iter().any(same) {
            self.chunks.truncate(part.start as usize);
        } else {
            self.parts.push(part);
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
    /// The first part of each choice of the field.
    first: Vec<u32>,
}

impl Reading {
    /// Of no cell yet.
    pub const fn new() -> Self {
        Self {
            cell: String::new(),
            outcome: Err(Refusal::Blank),
            value: String::new(),
            parts: Parts { chunks: Vec::new(), parts: Vec::new() },
            first: Vec::new(),
        }
    }

    /// Forgets all parts.
    pub fn clear_parts(&mut self) {
        self.parts.clear();
        self.first.clear();
    }

    /// Adds the next choice, of which `each` gives the parts.
    pub fn add_choice(&mut self, each: impl FnOnce(&mut dyn FnMut(&str))) {
        let since = self.parts.count();
        self.first.push(since);
        each(&mut |text| self.parts.add(since, text));
    }

    /// Adds the next choice, with the parts that several readings have of it.
    pub fn merge_choice<'r>(&mut self, choice: usize, readings: impl Iterator<Item = &'r Self>) {
        let since = self.parts.count();
        self.first.push(since);
        for reading in readings {
            for part in reading.of_choice(choice) {
                let start = self.parts.end();
                self.parts.chunks.extend_from_slice(part.chunks(&reading.parts.chunks));
                self.parts.keep(since, Part { start, ..*part });
            }
        }
    }

    /// All parts, and the first of each choice.
    pub fn parts(&self) -> (&Parts, &[u32]) {
        (&self.parts, &self.first)
    }

    fn of_choice(&self, choice: usize) -> &[Part] {
        let end = self.first.get(choice + 1).copied().unwrap_or_else(|| self.parts.count());
        &self.parts.parts[self.first[choice] as usize..end as usize]
    }
}

/// The readings of a column: the one in hand, and others that may come again.
pub(super) struct Readings {
    /// A place for each reading that may be kept; none if the column's cells do not repeat.
    kept: Vec<Option<Reading>>,
    /// For each place, bits of the hash of the cell whose reading is there.
    marks: Vec<u32>,
    other: Reading,
    /// The place of the reading in hand, unless it is `other`.
    now: Option<usize>,
    /// Cells taken since it was last asked whether keeping pays, and those known.
    taken: u32,
    known: u32,
}

impl Readings {
    /// None yet, of a column of this kind.
    pub fn new(kind: Kind) -> Self {
        let places = if kind.is_number() { 0 } else { KEPT };
        Self {
            kept: (0..places).map(|_| None).collect(),
            marks: vec![0; places],
            other: Reading::new(),
            now: None,
            taken: 0,
            known: 0,
        }
    }

    /// Takes a cell in hand; `read` is asked what it gives if that is not known.
    pub fn take(&mut self, cell: &str, read: impl FnOnce(&str, &mut Reading)) -> &Reading {
        self.now = None;
        if self.kept.is_empty() || cell.len() > LONGEST_KEPT {
            read(cell, &mut self.other);
            return &self.other;
        }
        let (place, mark) = self.place(cell);
        let marked = std::mem::replace(&mut self.marks[place], mark) == mark;
        let kept = &mut self.kept[place];
        let known = marked && kept.as_ref().is_some_and(|reading| reading.cell == cell);
        let reading = kept.get_or_insert_with(Reading::new);
        if !known {
            reading.cell.clear();
            reading.cell.push_str(cell);
            read(cell, reading);
        }
        self.now = Some(place);
        self.judge(known);
        self.now()
    }

    /// Where a cell's reading is, if it is kept; what tells is brought near.
    pub fn find(&self, cell: &str) -> Option<usize> {
        let keeps = !self.kept.is_empty() && cell.len() <= LONGEST_KEPT;
        let (place, mark) = keeps.then(|| self.place(cell))?;
        (self.marks[place] == mark).then_some(place)
    }

    /// Has the reading at a place brought near.
    pub fn fetch(&self, place: usize) {
        let Some(reading) = &self.kept[place] else { return };
        let Parts { chunks, parts } = &reading.parts;
        black_box(reading.cell.as_bytes().first().copied());
        black_box(reading.value.as_bytes().first().copied());
        black_box(chunks.first().map(|chunk| chunk[0]));
        black_box(parts.first().map(|part| part.start));
        black_box(reading.first.first().copied());
    }

    /// The reading in hand.
    pub fn now(&self) -> &Reading {
        self.now.and_then(|place| self.kept[place].as_ref()).unwrap_or(&self.other)
    }

    /// Stops keeping readings where too few come again: to read a cell costs less than to look for
    /// it far from the core.
    fn judge(&mut self, known: bool) {
        self.taken += 1;
        self.known += u32::from(known);
        if self.taken == JUDGED {
            if self.known < JUDGED / LEAST_SHARE {
                let now = self.now.take().and_then(|place| self.kept[place].take());
                self.other = now.expect("the reading in hand is kept");
                (self.kept, self.marks) = (Vec::new(), Vec::new());
            }
            (self.taken, self.known) = (0, 0);
        }
    }

    /// Where the cell's reading is kept, and its mark there. Two cells of one place take turns.
    fn place(&self, cell: &str) -> (usize, u32) {
        let mut hasher = FxHasher::default();
        hasher.write(cell.as_bytes());
        let hash = hasher.finish();
        let place = usize::try_from(hash % self.kept.len() as u64).expect("it is below a usize");
        // Never what marks an empty place.
        (place, u32::try_from(hash >> 32).expect("32 bits are left") | 1)
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
        let bytes = |part: &Part| {
            let chunks = part.chunks(&reading.parts.chunks).as_flattened();
            let (part, rest) = chunks.split_at(part.length as usize);
            assert!(rest.iter().all(|byte| *byte == 0));
            part.to_vec()
        };
        reading.of_choice(choice).iter().map(bytes).collect()
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
        let many: Vec<String> = (0..2 * KEPT).map(|n| format!("name {n}")).collect();
        for cell in many.iter().chain([&long]).chain(&many).chain([&long]) {
            assert_eq!(readings.take(cell, read).value, cell.to_uppercase());
        }
        let mut kept = readings.kept.iter().flatten();
        assert!(kept.all(|reading| reading.cell.len() <= LONGEST_KEPT));
    }

    #[test]
    fn a_column_whose_cells_do_not_repeat_is_no_longer_kept() {
        let mut readings = Readings::new(Kind::Name);
        for number in 0..2 * JUDGED {
            let cell = format!("name {number}");
            assert_eq!(readings.take(&cell, read).value, cell.to_uppercase());
            assert_eq!(readings.now().value, cell.to_uppercase());
        }
        assert!(readings.kept.is_empty());
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
        assert_eq!(parts(&both, 0), [b"\0\x05A B A".to_vec(), b"\0\x03C B".to_vec()]);
        assert_eq!(parts(&both, 1), [b"\0\x01a", b"\0\x01b", b"\0\x01c"].map(Vec::from));
        let long = "X".repeat(40);
        read(&long, &mut reading);
        assert_eq!(parts(&reading, 0), [[b"\0\x28", long.as_bytes()].concat()]);
    }
}
