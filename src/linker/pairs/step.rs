//! Some consecutive candidate pairs.

use std::ops::Range;

use super::{Pair, PatternNo};
use crate::linker::records::{RecordIx, ahead};

/// Pairs in a step: sums over pairs are made by step, so that threads do not change them.
const PAIRS_PER_STEP: usize = 1 << 16;

/// Consecutive pairs.
#[derive(Clone, Default)]
pub(in crate::linker) struct Step {
    /// The first records, each with the end of its pairs.
    firsts: Vec<(RecordIx, u32)>,
    seconds: Vec<RecordIx>,
    patterns: Vec<PatternNo>,
}

impl Step {
    pub(super) fn new() -> Self {
        let (seconds, patterns) =
            (Vec::with_capacity(PAIRS_PER_STEP), Vec::with_capacity(PAIRS_PER_STEP));
        Self { firsts: Vec::new(), seconds, patterns }
    }

    /// Bytes that its pairs take.
    pub(super) const fn bytes(&self) -> u64 {
        size_of_val(self.firsts.as_slice()) as u64
            + size_of_val(self.seconds.as_slice()) as u64
            + size_of_val(self.patterns.as_slice()) as u64
    }

    /// How many more pairs fit into it.
    pub(super) const fn left(&self) -> usize {
        PAIRS_PER_STEP - self.seconds.len()
    }

    /// Adds pairs of one first record.
    pub(super) fn add(
        &mut self,
        first: RecordIx,
        seconds: &[RecordIx],
        patterns: impl Iterator<Item = PatternNo>,
    ) {
        self.seconds.extend_from_slice(seconds);
        self.patterns.extend(patterns);
        let end = u32::try_from(self.seconds.len()).expect("a step is small");
        self.firsts.push((first, end));
    }

    /// The pairs by first record: it, the second records in ascending order, and the patterns.
    pub fn runs(&self) -> impl Iterator<Item = (RecordIx, &[RecordIx], &[PatternNo])> {
        (0..self.firsts.len()).map(|place| {
            let run = self.run(place);
            (self.firsts[place].0, &self.seconds[run.clone()], &self.patterns[run])
        })
    }

    /// The pairs, each with the number of its pattern.
    pub fn pairs(&self) -> impl Iterator<Item = (Pair, PatternNo)> {
        self.runs().flat_map(|(first, seconds, patterns)| {
            let pairs = seconds.iter().map(move |second| Pair { first, second: *second });
            pairs.zip(patterns.iter().copied())
        })
    }

    /// The same; before some pairs are given, `fetch` gets their second records, far apart as
    /// they lie.
    pub fn pairs_ahead(
        &self,
        fetch: impl Fn(&[RecordIx]),
    ) -> impl Iterator<Item = (Pair, PatternNo)> {
        self.pairs().enumerate().map(move |(place, pair)| {
            if let Some(next) = ahead(&self.seconds, place) {
                fetch(next);
            }
            pair
        })
    }

    fn run(&self, place: usize) -> Range<usize> {
        let start = if place == 0 { 0 } else { self.firsts[place - 1].1 };
        start as usize..self.firsts[place].1 as usize
    }

    pub(super) fn last(&self) -> Pair {
        let first = self.firsts.last().expect("a step has pairs").0;
        Pair { first, second: *self.seconds.last().expect("a step has pairs") }
    }

    pub(super) fn find(&self, pair: Pair) -> Option<PatternNo> {
        let place = self.firsts.binary_search_by_key(&pair.first, |(first, _)| *first).ok()?;
        let run = self.run(place);
        let second = self.seconds[run.clone()].binary_search(&pair.second).ok()?;
        Some(self.patterns[run.start + second])
    }

    /// The step as a list of numbers: how many first records there are, they and their ends, the
    /// second records, the patterns.
    pub(super) fn list(&self) -> Vec<u32> {
        let firsts = u32::try_from(self.firsts.len()).expect("a step is small");
        let mut list = vec![firsts];
        list.extend(self.firsts.iter().flat_map(|(first, end)| [first.0, *end]));
        list.extend(self.seconds.iter().map(|second| second.0));
        list.extend_from_slice(&self.patterns);
        list
    }

    /// A step from its list.
    pub(super) fn of(list: &[u32]) -> Self {
        let (firsts, rest) = list.split_first().expect("a list has a length");
        let (firsts, rest) = rest.split_at(2 * *firsts as usize);
        let (seconds, patterns) = rest.split_at(rest.len() / 2);
        let first = |[first, end]: &[u32; 2]| (RecordIx(*first), *end);
        Self {
            firsts: firsts.as_chunks().0.iter().map(first).collect(),
            seconds: seconds.iter().copied().map(RecordIx).collect(),
            patterns: patterns.to_vec(),
        }
    }
}
