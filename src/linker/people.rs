//! The clusters as people.

use rayon::prelude::*;

use super::cluster::Clusters;
use super::records::{FETCHED_AT_ONCE, RecordIx, Records};

/// The people: each a list of records in ascending order, in the order of their first.
pub(super) struct People {
    records: Vec<RecordIx>,
    /// Where each person's records end.
    ends: Vec<u32>,
}

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
        let mut seen = vec![false; records.len()];
        for record in records.numbers().map(RecordIx) {
            if record.index() % FETCHED_AT_ONCE == 0 {
                let next = records.numbers().skip(record.index()).take(FETCHED_AT_ONCE);
                clusters.fetch(next.map(RecordIx));
            }
            let cluster = clusters.of(record);
            // A cluster named by an earlier record has been seen: no need to look at it.
            if cluster >= record && !std::mem::replace(&mut seen[cluster.index()], true) {
                let start = people.records.len();
                people.records.extend(clusters.members(record));
                people.records[start..].sort_unstable();
                let end = u32::try_from(people.records.len()).expect("records have 32-bit numbers");
                people.ends.push(end);
            }
        }
        people
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
