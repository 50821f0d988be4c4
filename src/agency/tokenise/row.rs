//! The parts of the row in hand, side by side: each is looked up by many recipes.

use crate::agency::record::Record;

/// Most parts are no longer than this. A copy of constant length is one instruction.
const SHORT: usize = 16;

/// The parts of one row.
#[derive(Default)]
pub(super) struct Row {
    /// All parts end to end, each as it enters a message, and [`SHORT`] bytes more.
    bytes: Vec<u8>,
    /// Where each part begins, and an end.
    starts: Vec<usize>,
    /// The first part of each choice, and an end.
    first: Vec<usize>,
}

impl Row {
    /// Takes a record's parts in the place of those before.
    pub fn take(&mut self, record: &Record) {
        self.bytes.clear();
        self.starts.clear();
        self.first.clear();
        for (reading, choices) in record.readings() {
            let (bytes, parts) = (self.bytes.len(), self.starts.len());
            let Some(reading) = reading else {
                self.first.extend(std::iter::repeat_n(parts, choices));
                continue;
            };
            let (all, part_ends, choice_ends) = reading.parts();
            self.bytes.extend_from_slice(all);
            let ends = [0].iter().chain(part_ends);
            self.starts.extend(ends.take(part_ends.len()).map(|end| bytes + end));
            let ends = [0].iter().chain(choice_ends);
            self.first.extend(ends.take(choices).map(|end| parts + end));
        }
        self.first.push(self.starts.len());
        self.starts.push(self.bytes.len());
        self.bytes.extend_from_slice(&[0; SHORT]);
    }

    /// How many parts there are of a choice.
    pub fn count(&self, choice: usize) -> usize {
        self.first[choice + 1] - self.first[choice]
    }

    /// Appends one of the parts of a choice to a message.
    pub fn append(&self, choice: usize, place: usize, message: &mut Message) {
        let part = self.first[choice] + place;
        let (start, end) = (self.starts[part], self.starts[part + 1]);
        let (from, length) = (message.length, end - start);
        message.make_room(length.max(SHORT));
        if length <= SHORT {
            message.bytes[from..from + SHORT].copy_from_slice(&self.bytes[start..start + SHORT]);
        } else {
            message.bytes[from..from + length].copy_from_slice(&self.bytes[start..end]);
        }
        message.length += length;
    }
}

/// A message under way.
#[derive(Default)]
pub(super) struct Message {
    /// Its bytes, and others beyond its end.
    bytes: Vec<u8>,
    length: usize,
}

impl Message {
    /// Begins another.
    pub fn begin(&mut self, head: &[u8]) {
        self.length = 0;
        self.make_room(head.len());
        self.bytes[..head.len()].copy_from_slice(head);
        self.length = head.len();
    }

    /// What has been written.
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.length]
    }

    fn make_room(&mut self, more: usize) {
        if self.bytes.len() < self.length + more {
            self.bytes.resize(self.length + more, 0);
        }
    }
}
