//! The parts of the row in hand, side by side: each is looked up by many recipes.

use crate::agency::record::Record;

/// The parts of one row.
#[derive(Default)]
pub(super) struct Row {
    /// All parts end to end, each as it enters a message.
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
    }

    /// How many parts there are of a choice.
    pub fn count(&self, choice: usize) -> usize {
        self.first[choice + 1] - self.first[choice]
    }

    /// One of the parts of a choice, as it enters a message.
    pub fn part(&self, choice: usize, place: usize) -> &[u8] {
        let part = self.first[choice] + place;
        &self.bytes[self.starts[part]..self.starts[part + 1]]
    }
}
