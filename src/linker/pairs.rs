//! The candidate pairs as they are kept: by their first record, each with the number of its pattern.
//!
//! There are many times more pairs than records, so a pair takes eight bytes here, and whatever
//! follows from its records and its pattern is worked out anew where it is needed.

mod step;
mod steps;

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use super::block::Blocking;
use super::compare::{Pattern, pattern_of};
use super::records::RecordIx;
use super::room::Room;
use crate::format::FormatError;
pub(super) use step::Step;
use steps::Steps;

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

/// The candidate pairs, each once, in ascending order, and how they compare.
pub(super) struct Candidates<'b> {
    /// Where they are from.
    pub blocking: Blocking<'b>,
    /// The different patterns.
    pub patterns: Vec<Pattern>,
    number_of: FxHashMap<Pattern, PatternNo>,
    steps: Steps,
}

impl Candidates<'_> {
    /// How many there are.
    pub const fn len(&self) -> u64 {
        self.steps.pairs
    }

    /// All pairs in steps, some steps at a time, in order.
    pub fn steps(&self) -> impl Iterator<Item = Result<Cow<'_, [Step]>, FormatError>> {
        self.steps.some_at_a_time()
    }

    /// The pattern of a pair, if it is a candidate.
    pub fn find(&self, pair: Pair) -> Option<PatternNo> {
        if self.steps.wait() { self.find_anew(pair) } else { find_in(&self.steps.held, pair) }
    }

    /// The same from the records themselves, where the pairs are not at hand.
    fn find_anew(&self, pair: Pair) -> Option<PatternNo> {
        let Blocking { records, visible, .. } = self.blocking;
        let pattern = || pattern_of(records, pair.first, pair.second, visible);
        self.blocking.finds(pair).then(|| self.number_of[&pattern()])
    }
}

fn find_in(steps: &[Step], pair: Pair) -> Option<PatternNo> {
    let step = steps.partition_point(|step| step.last() < pair);
    steps.get(step)?.find(pair)
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
    steps: Steps,
}

impl Gathered {
    /// Adds the pairs of later first records.
    pub fn take(&mut self, found: &Found) {
        let numbers: Vec<PatternNo> =
            found.different.iter().map(|pattern| self.number(*pattern)).collect();
        let mut start = 0;
        for (first, end) in &found.firsts {
            while start < *end {
                let step = self.steps.open();
                let pairs = start..start + (*end - start).min(step.left());
                let patterns = found.patterns[pairs.clone()].iter();
                let patterns = patterns.map(|local| numbers[*local as usize]);
                step.add(*first, &found.seconds[pairs.clone()], patterns);
                self.steps.pairs += pairs.len() as u64;
                start = pairs.end;
            }
        }
    }

    /// Lets steps wait on disk if there is too little room for them.
    pub fn keep_to(&mut self, room: &Room<'_>) -> Result<(), FormatError> {
        self.steps.keep_to(room)
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
    pub fn close<'b>(
        mut self,
        blocking: Blocking<'b>,
        room: &Room<'_>,
    ) -> Result<Candidates<'b>, FormatError> {
        self.steps.close(room)?;
        let Self { number_of, different: patterns, steps } = self;
        Ok(Candidates { blocking, patterns, number_of, steps })
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
        let (steps, different) = (&gathered.steps.held, gathered.different);
        assert!(steps.len() > 1, "pairs fill more than a step");
        assert!(steps[..steps.len() - 1].iter().all(|step| step.left() == 0));
        let mut last = None;
        for (pair, number) in steps.iter().flat_map(Step::pairs) {
            assert!(last < Some(pair), "pairs ascend");
            last = Some(pair);
            assert_eq!(different[number as usize], pattern(pair.second.0));
            assert_eq!(find_in(steps, pair), Some(number));
        }
        let other = Pair { first: RecordIx(3), second: RecordIx(RECORDS) };
        assert_eq!(find_in(steps, other), None);
    }

    #[test]
    fn pairs_that_wait_on_disk_come_back_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let room = Room::new(1 << 16, folder.path());
        let (mut here, mut there) = (Gathered::default(), Gathered::default());
        for firsts in [0..100, 100..300, 300..900] {
            here.take(&found(firsts.clone(), 900));
            there.take(&found(firsts, 900));
            there.keep_to(&room).expect("written");
        }
        let pairs = |steps: &Steps| {
            let some = steps.some_at_a_time().map(|steps| steps.expect("read").into_owned());
            some.flatten().flat_map(|step| step.pairs().collect::<Vec<_>>()).collect::<Vec<_>>()
        };
        assert!(there.steps.wait() && !here.steps.wait() && room.waited() > 1 << 20);
        assert_eq!(there.steps.pairs, 900 * 899 / 2);
        assert_eq!(pairs(&there.steps), pairs(&here.steps));
    }
}
