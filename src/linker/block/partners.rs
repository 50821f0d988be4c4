//! The partners of consecutive records.

use std::ops::Range;

use crate::linker::records::RecordIx;
use crate::linker::starts::starts;

/// A record, and a later one in a block with it.
pub(super) type Partner = (RecordIx, RecordIx);

/// For each of some consecutive records, the later ones that are in a block with it.
pub(in crate::linker) struct Partners {
    first: u32,
    /// Where each record's partners begin, and an end.
    starts: Vec<u32>,
    partners: Vec<RecordIx>,
}

impl Partners {
    /// Sorts partners by their records; each may be found several times.
    pub(super) fn of(records: Range<u32>, found: &[Partner]) -> Self {
        let place = |record: RecordIx| (record.0 - records.start) as usize;
        let starts = starts(records.len(), found.iter().map(|(record, _)| place(*record)));
        let mut next = starts.clone();
        let mut partners = vec![RecordIx(0); found.len()];
        for (record, partner) in found {
            let next = &mut next[place(*record)];
            partners[*next as usize] = *partner;
            *next += 1;
        }
        Self { first: records.start, starts, partners }
    }

    /// Each record with its partners, each once, in ascending order.
    pub fn each(&mut self, mut take: impl FnMut(RecordIx, &[RecordIx])) {
        for (record, bounds) in (self.first..).zip(self.starts.windows(2)) {
            let partners = &mut self.partners[bounds[0] as usize..bounds[1] as usize];
            partners.sort_unstable();
            let mut different = 0;
            for place in 0..partners.len() {
                if place == 0 || partners[place] != partners[place - 1] {
                    partners[different] = partners[place];
                    different += 1;
                }
            }
            take(RecordIx(record), &partners[..different]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn partners_are_given_once_and_in_order_by_record() {
        let found = [(8, 12), (6, 9), (8, 9), (6, 9), (6, 7)];
        let found = found.map(|(record, partner)| (RecordIx(record), RecordIx(partner)));
        let mut seen = Vec::new();
        Partners::of(6..9, &found).each(|record, partners| {
            seen.push((record.0, partners.iter().map(|partner| partner.0).collect::<Vec<_>>()));
        });
        assert_eq!(seen, [(6, vec![7, 9]), (7, vec![]), (8, vec![9, 12])]);
    }
}
