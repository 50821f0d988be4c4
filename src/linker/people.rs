//! The clusters as people.

use std::ops::Range;

use rayon::prelude::*;

use super::cluster::Clusters;
use super::records::{RecordIx, Records, ahead};

/// The people: each a list of records in ascending order, in the order of their first.
pub(super) struct People {
    records: Vec<RecordIx>,
    /// Where each person's records end.
    ends: Vec<u32>,
}

/// Records that are looked through by one thread at a time.
const RECORDS_PER_STEP: usize = 1 << 14;

/// Steps for each thread before what they found is put together.
const STEPS_AT_ONCE: usize = 4;

/// People of whom the records are looked at by one thread at a time.
const PEOPLE_PER_STEP: usize = 1 << 12;

/// Some consecutive people.
pub(super) struct Step<'p> {
    /// Their records, person by person.
    pub records: &'p [RecordIx],
    start: u32,
    ends: &'p [u32],
}

impl Step<'_> {
    /// How many records each person has.
    pub fn sizes(&self) -> impl Iterator<Item = usize> {
        let starts = std::iter::once(&self.start).chain(self.ends);
        starts.zip(self.ends).map(|(start, end)| (end - start) as usize)
    }
}

impl People {
    /// One person a cluster.
    pub fn of(records: &Records, clusters: &Clusters<'_>) -> Self {
        let mut people = Self { records: Vec::with_capacity(records.len()), ends: Vec::new() };
        let at_once = RECORDS_PER_STEP * STEPS_AT_ONCE * rayon::current_num_threads();
        let numbers = 0..records.len();
        for start in numbers.clone().step_by(at_once) {
            let some = start..numbers.end.min(start + at_once);
            let steps = some.clone().into_par_iter().step_by(RECORDS_PER_STEP);
            let step = |start: usize| start..some.end.min(start + RECORDS_PER_STEP);
            let found: Vec<Self> =
                steps.map(|start| Self::begun_by(step(start), clusters)).collect();
            found.into_iter().for_each(|more| people.append(more));
        }
        people
    }

    /// The people whose first records are among these.
    fn begun_by(numbers: Range<usize>, clusters: &Clusters<'_>) -> Self {
        let number = |place: usize| u32::try_from(place).expect("records have 32-bit numbers");
        let numbers: Vec<RecordIx> = numbers.map(|place| RecordIx(number(place))).collect();
        let mut people = Self { records: Vec::with_capacity(numbers.len()), ends: Vec::new() };
        for (place, record) in numbers.iter().copied().enumerate() {
            if let Some(next) = ahead(&numbers, place) {
                clusters.fetch(next.iter().copied());
            }
            // A cluster named by an earlier record is that one's: no need to look at it.
            let is_first = clusters.of(record) >= record
                && clusters.members(record).all(|member| member >= record);
            if is_first {
                let start = people.records.len();
                people.records.extend(clusters.members(record));
                people.records[start..].sort_unstable();
                people.ends.push(number(people.records.len()));
            }
        }
        people
    }

    /// Adds people whose first records come after those of all others.
    fn append(&mut self, more: Self) {
        let before = u32::try_from(self.records.len()).expect("records have 32-bit numbers");
        self.records.extend(more.records);
        self.ends.extend(more.ends.into_iter().map(|end| before + end));
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The records of each person.
    pub fn iter(&self) -> impl Iterator<Item = &[RecordIx]> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts.zip(&self.ends).map(|(start, end)| &self.records[*start as usize..*end as usize])
    }

    /// The people in steps, to be looked at by several threads.
    pub fn steps(&self) -> impl IndexedParallelIterator<Item = Step<'_>> {
        let steps = self.ends.par_chunks(PEOPLE_PER_STEP).enumerate();
        steps.map(|(step, ends)| {
            let place = step * PEOPLE_PER_STEP;
            let start = if place == 0 { 0 } else { self.ends[place - 1] };
            Step {
                records: &self.records[start as usize..ends[ends.len() - 1] as usize],
                start,
                ends,
            }
        })
    }

    /// For each record, the first of its person.
    pub fn first_of(&self) -> Vec<RecordIx> {
        let mut first_of = vec![RecordIx(0); self.records.len()];
        for person in self.iter() {
            for record in person {
                first_of[record.index()] = person[0];
            }
        }
        first_of
    }

    /// For each record, the number of its person.
    pub fn person_of(&self) -> Vec<u32> {
        let mut person_of = vec![0; self.records.len()];
        for (number, person) in (0..).zip(self.iter()) {
            for record in person {
                person_of[record.index()] = number;
            }
        }
        person_of
    }
}
