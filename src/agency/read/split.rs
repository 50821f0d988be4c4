//! Cuts the text of a CSV input into runs of whole records, so that they can be parsed in parallel.
//!
//! A line feed ends a record exactly if an even number of quotes stands before it. That holds only
//! while quoting is valid; what makes it safe to rely on is that **every run is parsed strictly**:
//!
//! - Let `p` be the first place in the input at which quoting is wrong. All text before `p` is
//!   valid, so every cut up to `p` is at a true end of a record, and the run that holds `p` begins
//!   at one. Its parser sees what a parser of the whole input would see, and so finds `p`.
//! - Nor can a cut hide `p` by falling just before it: cuts come after a line feed only. A stray
//!   quote is wrong by itself; text after a closing quote has the quote directly before it; a quote
//!   that is never closed leaves the count odd, so that no cut comes after it.
//! - So a run that is cut wrongly comes after a run that fails, and the caller stops at that one.

use std::io;

use memchr::{memchr, memchr_iter, memrchr};

use super::MAX_ROW;
use super::decode::{Filled, Text};
use super::fault::Fault;

/// Cuts one input.
pub(super) struct Split {
    text: Text,
    block: usize,
    /// What is read and not yet handed out: at most one block and one record.
    carry: Vec<u8>,
    /// The row of the first record in `carry`.
    row: u64,
    /// Set when the text is exhausted: how it ended.
    ending: Option<End>,
    done: bool,
}

/// A run of records.
pub(super) struct Run {
    pub(super) bytes: Vec<u8>,
    /// The row of its first record.
    pub(super) row: u64,
    /// How many records end in it (if quoting is valid): a hint.
    pub(super) records: usize,
    pub(super) end: End,
}

/// What comes after the last byte of a run.
#[derive(Clone)]
pub(super) enum End {
    /// Another record.
    Record,
    /// The end of the input.
    Input,
    /// Something that cannot be read.
    Fault(Fault),
}

/// More bytes than a row may have, so that the parser meets its limit before the run's end: the
/// limit itself, and a line end.
const TOO_LONG: usize = MAX_ROW + 16;

impl Split {
    pub(super) fn new(text: Text, block: usize) -> Self {
        Self { text, block, carry: Vec::new(), row: 1, ending: None, done: false }
    }

    /// How far into the input reading is, in bytes.
    pub(super) fn position(&self) -> u64 {
        self.text.position()
    }

    /// The next run of as many records as fit into a block.
    pub(super) fn next_run(&mut self) -> io::Result<Option<Run>> {
        self.cut(|seen| seen.last)
    }

    /// A run of one record.
    pub(super) fn next_record(&mut self) -> io::Result<Option<Run>> {
        self.cut(|seen| seen.first)
    }

    fn cut(&mut self, place: impl Fn(&Boundaries) -> Option<Boundary>) -> io::Result<Option<Run>> {
        if self.done {
            return Ok(None);
        }
        let mut bytes = std::mem::take(&mut self.carry);
        let mut seen = Boundaries::default();
        loop {
            if self.ending.is_none() {
                self.ending = match self.text.fill(&mut bytes, self.block)? {
                    Filled::More => None,
                    Filled::End => Some(End::Input),
                    Filled::Malformed(fault) => Some(End::Fault(fault)),
                };
            }
            seen.look(&bytes);
            if let Some(boundary) = place(&seen) {
                self.carry.extend_from_slice(&bytes[boundary.end..]);
                bytes.truncate(boundary.end);
                return Ok(Some(self.run(bytes, boundary.records, End::Record)));
            }
            let too_long = bytes.len() > TOO_LONG;
            if let Some(end) =
                self.ending.take().or(too_long.then_some(End::Fault(Fault::RowTooLong)))
            {
                self.done = true;
                let nothing = bytes.is_empty() && matches!(end, End::Input);
                return Ok((!nothing).then(|| self.run(bytes, seen.records, end)));
            }
        }
    }

    fn run(&mut self, bytes: Vec<u8>, records: usize, end: End) -> Run {
        let row = self.row;
        self.row += records as u64;
        Run { bytes, row, records, end }
    }
}

/// The ends of records in a growing buffer.
#[derive(Default)]
struct Boundaries {
    looked: usize,
    /// Whether the number of quotes before `looked` is odd.
    quoted: bool,
    records: usize,
    first: Option<Boundary>,
    last: Option<Boundary>,
}

#[derive(Clone, Copy)]
struct Boundary {
    /// The byte after the record.
    end: usize,
    /// How many records end there or before.
    records: usize,
}

impl Boundaries {
    /// Looks at what was appended to the buffer since the last time.
    fn look(&mut self, bytes: &[u8]) {
        let mut from = std::mem::replace(&mut self.looked, bytes.len());
        if self.first.is_none() {
            from = self.look_for_first(bytes, from);
        }
        let new = &bytes[from..];
        if memchr(b'"', new).is_none() {
            if !self.quoted
                && let Some(last) = memrchr(b'\n', new)
            {
                self.records += memchr_iter(b'\n', new).count();
                self.last = Some(Boundary { end: from + last + 1, records: self.records });
            }
            return;
        }
        let mut start = 0;
        for line_feed in memchr_iter(b'\n', new) {
            self.quoted ^= has_odd_quotes(&new[start..line_feed]);
            start = line_feed + 1;
            if !self.quoted {
                self.records += 1;
                self.last = Some(Boundary { end: from + start, records: self.records });
            }
        }
        self.quoted ^= has_odd_quotes(&new[start..]);
    }

    /// As far as the first end of a record; returns how far it looked.
    fn look_for_first(&mut self, bytes: &[u8], from: usize) -> usize {
        let mut start = from;
        for line_feed in memchr_iter(b'\n', &bytes[from..]) {
            let end = from + line_feed + 1;
            self.quoted ^= has_odd_quotes(&bytes[start..end]);
            start = end;
            if !self.quoted {
                self.records = 1;
                self.first = Some(Boundary { end, records: 1 });
                self.last = self.first;
                return end;
            }
        }
        self.quoted ^= has_odd_quotes(&bytes[start..]);
        bytes.len()
    }
}

fn has_odd_quotes(bytes: &[u8]) -> bool {
    memchr_iter(b'"', bytes).count() % 2 == 1
}
