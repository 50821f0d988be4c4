//! Pairs that speak against each other: a person whom they tie to several people of one dataset.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::cluster::Clusters;
use super::pairs::Pair;
use super::records::{DatasetIx, RecordIx, Records};

/// Of some pairs, the sides with rivals: a person whom the pairs tie to several people of the other
/// side's dataset; all as people were before these pairs were linked.
#[derive(Default)]
pub(super) struct Rivalry {
    /// For each such side, the person on the other, and where in `rivals` those are who are there.
    sides: FxHashMap<u32, (RecordIx, Range<usize>)>,
    /// People of one dataset whom pairs tie to one person, in ascending order.
    rivals: Vec<RecordIx>,
}

/// A pair, seen from one of its records.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Side {
    person: RecordIx,
    /// The dataset of the pair's other record.
    there: DatasetIx,
    /// The person of that record.
    partner: RecordIx,
    number: u32,
}

/// The number of a pair's side, by the pair's place: that of its first record, then of its second.
fn number(place: usize, of_second: bool) -> u32 {
    u32::try_from(place * 2 + usize::from(of_second)).expect("pairs of one kind are fewer")
}

impl Rivalry {
    pub fn of(records: &Records, clusters: &Clusters<'_>, pairs: &[Pair]) -> Self {
        let mut found = Self::default();
        // One pair has no rivals.
        if pairs.len() < 2 {
            return found;
        }
        let side = |own: RecordIx, other: RecordIx, number: u32| Side {
            person: clusters.of(own),
            there: records.dataset_of(other),
            partner: clusters.of(other),
            number,
        };
        let both = |(place, Pair { first, second }): (usize, &Pair)| {
            let (first, second) = (*first, *second);
            [side(first, second, number(place, false)), side(second, first, number(place, true))]
        };
        let mut sides: Vec<Side> = pairs.iter().enumerate().flat_map(both).collect();
        sides.par_sort_unstable();
        for tied in sides.chunk_by(|a, b| (a.person, a.there) == (b.person, b.there)) {
            if tied[0].partner != tied[tied.len() - 1].partner {
                found.add(tied);
            }
        }
        found
    }

    /// Adds the sides of one person that have their partners in one dataset, in ascending order.
    fn add(&mut self, tied: &[Side]) {
        let start = self.rivals.len();
        self.rivals.extend(tied.chunk_by(|a, b| a.partner == b.partner).map(|own| own[0].partner));
        let rivals = start..self.rivals.len();
        self.sides.extend(tied.iter().map(|side| (side.number, (side.partner, rivals.clone()))));
    }

    /// Whether a record of the pair at this place is tied, in the dataset of the other, to people
    /// besides the person of the other who are not found to be `alike` that person.
    pub fn stands(&self, place: usize, alike: impl Fn(RecordIx, RecordIx) -> bool) -> bool {
        let sides = [false, true].map(|of_second| self.sides.get(&number(place, of_second)));
        sides.into_iter().flatten().any(|(partner, rivals)| {
            let mut rivals = self.rivals[rivals.clone()].iter();
            rivals.any(|rival| rival != partner && !alike(*partner, *rival))
        })
    }
}
