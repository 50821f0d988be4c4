//! The candidate pairs as they are kept: by their first record, each with the number of its pattern.
//!
//! There are many times more pairs than records, so a pair takes eight bytes here, and whatever
//! follows from its records and its pattern is worked out anew where it is needed.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::block::Blocking;
use super::compare::Pattern;
use super::records::RecordIx;

/// Two records that may be of one person; the first has the smaller number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    pub first: RecordIx,
    pub second: RecordIx,
}

impl Pair {
    /// The pair of two records, in whichever order.
    pub fn of(a: RecordIx, b: RecordIx) -> Self {
        Self { first: a.min(b), second: a.max(b) }
    }
}

/// The place of a pattern among the different patterns of all pairs.
pub(super) type PatternNo = u32;

/// Pairs in a step: sums over pairs are made by step, so that threads do not change them.
const PAIRS_PER_STEP: usize = 1 << 16;

/// The candidate pairs, each once, in ascending order, and how they compare.
pub(super) struct Candidates<'b> {
    /// Where they are from.
    pub blocking: Blocking<'b>,
    /// The different patterns.
    pub patterns: Vec<Pattern>,
    pub steps: Vec<Step>,
}

impl Candidates<'_> {
    /// How many there are.
    pub fn len(&self) -> u64 {
        self.steps.iter().map(|step| step.seconds.len() as u64).sum()
    }

    /// The pattern of a pair, if it is a candidate.
    pub fn find(&self, pair: Pair) -> Option<PatternNo> {
        find_in(&self.steps, pair)
    }
}

fn find_in(steps: &[Step], pair: Pair) -> Option<PatternNo> {
    let step = steps.partition_point(|step| step.last() < pair);
    steps.get(step)?.find(pair)
}

/// Consecutive pairs.
#[derive(Default)]
pub(super) struct Step {
    /// The first records, each with the end of its pairs.
    firsts: Vec<(RecordIx, u32)>,
    seconds: Vec<RecordIx>,
    patterns: Vec<PatternNo>,
}

impl Step {
    fn new() -> Self {
        let (seconds, patterns) =
            (Vec::with_capacity(PAIRS_PER_STEP), Vec::with_capacity(PAIRS_PER_STEP));
        Self { firsts: Vec::new(), seconds, patterns }
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

    fn run(&self, place: usize) -> Range<usize> {
        let start = if place == 0 { 0 } else { self.firsts[place - 1].1 };
        start as usize..self.firsts[place].1 as usize
    }

    fn last(&self) -> Pair {
        let first = self.firsts.last().expect("a step has pairs").0;
        Pair { first, second: *self.seconds.last().expect("a step has pairs") }
    }

    fn find(&self, pair: Pair) -> Option<PatternNo> {
        let place = self.firsts.binary_search_by_key(&pair.first, |(first, _)| *first).ok()?;
        let run = self.run(place);
        let second = self.seconds[run.clone()].binary_search(&pair.second).ok()?;
        Some(self.patterns[run.start + second])
    }
}

/// The pairs of some consecutive first records, with patterns numbered by themselves.
#[derive(Default)]
pub(super) struct Found {
    /// The first records, each with the end of its pairs.
    pub firsts: Vec<(RecordIx, usize)>,
    pub seconds: Vec<RecordIx>,
    pub patterns: Vec<PatternNo>,
    /// The different patterns, in the order of their numbers.
    pub different: Vec<Pattern>,
}

/// Gathers pairs, given in ascending order, into steps of one size.
#[derive(Default)]
pub(super) struct Gathered {
    number_of: FxHashMap<Pattern, PatternNo>,
    different: Vec<Pattern>,
    steps: Vec<Step>,
}

impl Gathered {
    /// Adds the pairs of later first records.
    pub fn take(&mut self, found: &Found) {
        let numbers: Vec<PatternNo> =
            found.different.iter().map(|pattern| self.number(*pattern)).collect();
        let mut start = 0;
        for (first, end) in &found.firsts {
            while start < *end {
                if self.steps.last().is_none_or(|step| step.seconds.len() == PAIRS_PER_STEP) {
                    self.steps.push(Step::new());
                }
                let step = self.steps.last_mut().expect("there is a step");
                let fit = (*end - start).min(PAIRS_PER_STEP - step.seconds.len());
                let pairs = start..start + fit;
                step.seconds.extend_from_slice(&found.seconds[pairs.clone()]);
                let patterns = found.patterns[pairs].iter();
                step.patterns.extend(patterns.map(|local| numbers[*local as usize]));
                let end = u32::try_from(step.seconds.len()).expect("a step is small");
                step.firsts.push((*first, end));
                start += fit;
            }
        }
    }

    fn number(&mut self, pattern: Pattern) -> PatternNo {
        let next = PatternNo::try_from(self.different.len()).expect("patterns are far fewer");
        let number = *self.number_of.entry(pattern).or_insert(next);
        if number == next {
            self.different.push(pattern);
        }
        number
    }

    /// All pairs.
    pub fn close(self, blocking: Blocking<'_>) -> Candidates<'_> {
        Candidates { blocking, patterns: self.different, steps: self.steps }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::linker::compare::Names;

    fn pattern(agree: u32) -> Pattern {
        Pattern { agree, known: u32::MAX, names: Names::default() }
    }

    /// Each of these records with all later ones up to `end`; the pattern tells the second.
    fn found(firsts: std::ops::Range<u32>, end: u32) -> Found {
        let mut found = Found { different: (0..end).map(pattern).collect(), ..Found::default() };
        for first in firsts {
            found.seconds.extend((first + 1..end).map(RecordIx));
            found.patterns.extend(first + 1..end);
            found.firsts.push((RecordIx(first), found.seconds.len()));
        }
        found
    }

    #[test]
    fn every_pair_is_found_again_with_its_pattern() {
        const RECORDS: u32 = 500;
        let mut gathered = Gathered::default();
        gathered.take(&found(0..200, RECORDS));
        gathered.take(&found(200..RECORDS, RECORDS));
        let (steps, different) = (gathered.steps, gathered.different);
        assert!(steps.len() > 1, "pairs fill more than a step");
        assert!(steps[..steps.len() - 1].iter().all(|step| step.seconds.len() == PAIRS_PER_STEP));
        let mut last = None;
        for (pair, number) in steps.iter().flat_map(Step::pairs) {
            assert!(last < Some(pair), "pairs ascend");
            last = Some(pair);
            assert_eq!(different[number as usize], pattern(pair.second.0));
            assert_eq!(find_in(&steps, pair), Some(number));
        }
        let other = Pair { first: RecordIx(3), second: RecordIx(RECORDS) };
        assert_eq!(find_in(&steps, other), None);
    }
}
