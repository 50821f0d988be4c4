//! The best partners of each record: most have one in few datasets, so they are kept as lists.

use std::hint::black_box;

use crate::linker::pairs::Pair;
use crate::linker::records::{RecordIx, Records};
use crate::linker::starts::starts;

/// A pair that is more likely of one person than not, and its log2 odds.
pub type Likely = (Pair, f32);

/// The most partners in a dataset that are kept.
const MOST: usize = 2;

/// A partner, and the log2 odds of the pair, which are above zero.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Partner {
    pub record: RecordIx,
    pub odds: f32,
}

/// For each record, its best partners in each dataset, two at most.
#[derive(Default)]
pub struct Best {
    /// Where each record's partners begin, and an end.
    starts: Vec<u32>,
    partners: Vec<Partner>,
}

impl Best {
    /// The best of these partners, given in parts in ascending order of pairs. Of several as good,
    /// the first is better.
    pub fn of(records: &Records, likely: &[Vec<Likely>]) -> Self {
        let sides = || likely.iter().flatten().flat_map(|(pair, odds)| sides(*pair, *odds));
        let mut starts = starts(records.len(), sides().map(|(own, _)| own.index()));
        let all = starts.last().map_or(0, |end| *end as usize);
        let mut partners = vec![Partner { record: RecordIx(0), odds: 0.0 }; all];
        // Each start moves to its record's end, which is the start of the next one.
        for (own, partner) in sides() {
            let place = &mut starts[own.index()];
            partners[*place as usize] = partner;
            *place += 1;
        }
        let mut best = Self { starts, partners };
        best.keep_best(records);
        best
    }

    /// Has the partners of records that lie far apart brought near: where they are, then they.
    pub fn fetch(&self, records: &[RecordIx]) {
        let starts = records.iter().map(|record| self.starts[record.index()]);
        black_box(starts.fold(0, |all, one| all ^ one));
        let partners = records.iter().filter_map(|record| self.of_record(*record).first());
        black_box(partners.fold(0, |all, one| all ^ one.record.0));
    }

    /// The best partners of a record, in any dataset.
    pub fn of_record(&self, own: RecordIx) -> &[Partner] {
        &self.partners[self.starts[own.index()] as usize..self.starts[own.index() + 1] as usize]
    }

    /// Drops all but the best partners of each record, given the ends of the records in `starts`.
    fn keep_best(&mut self, records: &Records) {
        let (mut start, mut kept) = (0, 0);
        for end in &mut self.starts {
            let first = kept;
            for place in start..*end as usize {
                let partner = self.partners[place];
                kept = put(&mut self.partners, first, kept, partner, |a, b| records.within(a, b));
            }
            start = *end as usize;
            *end = u32::try_from(first).expect("no more than there were");
        }
        self.partners.truncate(kept);
        self.partners.shrink_to_fit();
    }
}

/// The two sides of a pair, each with its partner.
fn sides(pair: Pair, odds: f32) -> [(RecordIx, Partner); 2] {
    let Pair { first, second } = pair;
    [(first, second), (second, first)].map(|(own, record)| (own, Partner { record, odds }))
}

/// Puts a partner among those of a record from `first` to `end`, if it is one of the best of its
/// dataset, and gives the new end.
fn put(
    partners: &mut [Partner],
    first: usize,
    end: usize,
    new: Partner,
    same_dataset: impl Fn(RecordIx, RecordIx) -> bool,
) -> usize {
    let of_dataset = |at: &usize| same_dataset(partners[*at].record, new.record);
    let mut known = (first..end).filter(of_dataset);
    let known: [Option<usize>; MOST] = [known.next(), known.next()];
    match known {
        [Some(best), Some(second)] if new.odds > partners[best].odds => {
            partners[second] = partners[best];
            partners[best] = new;
        }
        [Some(_), Some(second)] => {
            if new.odds > partners[second].odds {
                partners[second] = new;
            }
        }
        [Some(best), None] if new.odds > partners[best].odds => {
            partners[end] = partners[best];
            partners[best] = new;
            return end + 1;
        }
        _ => {
            partners[end] = new;
            return end + 1;
        }
    }
    end
}
