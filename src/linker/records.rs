//! The records of all tables, numbered, with each token as a small number.
//!
//! Records are numbered by the spec's order of datasets and then by reference, so that a number
//! depends on the tables' contents alone. A token's number says whether two records share it, which
//! is all that comparing needs.

mod columns;
mod members;
mod number;
mod read;
mod shared;

use std::collections::BTreeSet;
use std::hint::black_box;
use std::ops::Range;

use super::every_two::every_two;
use crate::token::Token;
pub(super) use members::Member;
pub(super) use read::{any_name, bytes_of_columns, read};
pub(super) use shared::{AllShared, Shared};

/// A record, by its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct RecordIx(pub u32);

impl RecordIx {
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A dataset, by its place among the opened tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct DatasetIx(pub u16);

/// A token's number in its column: [`NONE`], [`ALONE`], or a number that all records with the
/// token share.
pub(super) type TokenNo = u32;

/// The record has no token here.
pub(super) const NONE: TokenNo = 0;
/// No other record has this token.
pub(super) const ALONE: TokenNo = 1;
const FIRST_SHARED: TokenNo = 2;

/// Recipes at most: each is a bit of a pattern.
pub(super) const MOST_RECIPES: usize = u32::BITS as usize;

/// One dataset's records.
pub(super) struct Dataset {
    pub name: String,
    pub free_of_duplicates: bool,
    /// Its records' numbers.
    pub records: Range<u32>,
}

/// The records of all tables.
pub(super) struct Records {
    pub datasets: Vec<Dataset>,
    /// Each record's reference.
    pub refs: Vec<Token>,
    /// Each record's first token number in each recipe's column, record by record: what two records
    /// are compared in lies together.
    first: Vec<TokenNo>,
    /// Where the records of each dataset end.
    ends: Vec<u32>,
    further: Further,
    recipes: usize,
    /// The recipes that take any name of a record, as bits.
    pub any_name: u32,
    /// Records that were withdrawn and so have no number.
    pub withdrawn: u64,
}

/// The tokens of records that have several of one recipe, but for the first.
#[derive(Default)]
struct Further {
    /// Where each record's tokens begin, and an end; nothing if no record has any.
    starts: Vec<u32>,
    tokens: Vec<OfRecipe>,
}

/// A token's number with its recipe: equal if both are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct OfRecipe(u64);

impl OfRecipe {
    fn new(recipe: u8, token: TokenNo) -> Self {
        Self(u64::from(recipe) << TokenNo::BITS | u64::from(token))
    }

    /// The place of the recipe.
    pub const fn recipe(self) -> usize {
        (self.0 >> TokenNo::BITS) as usize
    }

    /// The token's number.
    #[expect(clippy::cast_possible_truncation, reason = "the lower half is the number")]
    pub const fn token(self) -> TokenNo {
        self.0 as TokenNo
    }
}

impl Records {
    /// How many records there are.
    pub const fn len(&self) -> usize {
        self.refs.len()
    }

    /// The numbers of all records.
    pub fn numbers(&self) -> Range<u32> {
        0..u32::try_from(self.len()).expect("records have 32-bit numbers")
    }

    /// The dataset of a record: datasets are few, so that looking through where they end costs less
    /// than a list of all records, of which a pair would ask for two places far apart.
    pub fn dataset_of(&self, record: RecordIx) -> DatasetIx {
        DatasetIx(self.ends.iter().map(|end| u16::from(*end <= record.0)).sum())
    }

    /// Whether two records are of one dataset.
    pub fn within(&self, a: RecordIx, b: RecordIx) -> bool {
        self.dataset(self.dataset_of(a)).records.contains(&b.0)
    }

    /// A dataset by its place.
    pub fn dataset(&self, dataset: DatasetIx) -> &Dataset {
        &self.datasets[usize::from(dataset.0)]
    }

    /// The numbers of these records; else how many are not there.
    pub fn find(&self, listed: &[(String, Token)]) -> Result<BTreeSet<RecordIx>, u64> {
        let mut found = BTreeSet::new();
        let mut missing = 0;
        for (name, record_ref) in listed {
            let dataset = self.datasets.iter().find(|dataset| dataset.name == *name);
            let place = dataset.and_then(|dataset| {
                let range = dataset.records.start as usize..dataset.records.end as usize;
                let place = self.refs[range].binary_search(record_ref).ok()?;
                Some(RecordIx(dataset.records.start + u32::try_from(place).ok()?))
            });
            match place {
                Some(record) => _ = found.insert(record),
                None => missing += 1,
            }
        }
        if missing == 0 { Ok(found) } else { Err(missing) }
    }

    /// Every two datasets, in the spec's order.
    pub fn pairs_of_datasets(&self) -> Vec<[DatasetIx; 2]> {
        let all: Vec<DatasetIx> = (0..).map(DatasetIx).take(self.datasets.len()).collect();
        every_two(all.len()).map(|two| two.map(|place| all[place])).collect()
    }

    /// A record's first token number in each recipe's column.
    pub fn first(&self, record: RecordIx) -> &[TokenNo] {
        &self.first[record.index() * self.recipes..][..self.recipes]
    }

    /// Has the token numbers of records that lie far apart brought near: looked at one after the
    /// other, each would be waited for; together, all are waited for once, and once more for their
    /// further ones.
    pub fn fetch(&self, records: &[RecordIx]) {
        let touched = records.iter().map(|record| {
            let first = self.first(*record);
            let first = first.iter().step_by(TOKENS_A_LINE).chain(first.last());
            first.chain(self.further.starts.get(record.index())).fold(0, |all, one| all ^ one)
        });
        black_box(touched.fold(0, |all, one| all ^ one));
        let further = records.iter().filter_map(|record| self.further(*record).first());
        black_box(further.fold(0, |all, one| all ^ one.0));
    }

    /// The token numbers of a record beyond the first of each recipe, by ascending recipe.
    pub fn further(&self, record: RecordIx) -> &[OfRecipe] {
        match self.further.starts.get(record.index()..record.index() + 2) {
            Some(starts) => &self.further.tokens[starts[0] as usize..starts[1] as usize],
            None => &[],
        }
    }

    /// The token numbers of a record in one recipe's column.
    pub fn tokens(&self, record: RecordIx, recipe: usize) -> impl Iterator<Item = TokenNo> + Clone {
        let first = Some(self.first(record)[recipe]).filter(|token| *token != NONE);
        let further = self.further(record).iter().filter(move |token| token.recipe() == recipe);
        first.into_iter().chain(further.map(|token| token.token()))
    }

    /// The recipes in which a record has a token, as bits.
    pub fn present(&self, record: RecordIx) -> u32 {
        let first = self.first(record);
        let there = u32::MAX >> (MOST_RECIPES - first.len());
        there & !equal(first, &[NONE; MOST_RECIPES][..first.len()])
    }

    /// Bytes of memory that they take.
    pub const fn bytes(&self) -> u64 {
        let further = size_of_val(self.further.starts.as_slice())
            + size_of_val(self.further.tokens.as_slice());
        let refs = size_of_val(self.refs.as_slice());
        let first = size_of_val(self.first.as_slice());
        (refs + first + further) as u64
    }

    /// How many recipes there are.
    pub const fn recipes(&self) -> usize {
        self.recipes
    }
}

/// Of a list that is gone through, at every so many places, those of which what is asked for is to be
/// brought near at once, since it lies far apart.
pub(super) fn ahead<T>(list: &[T], place: usize) -> Option<&[T]> {
    let end = list.len().min(place + FETCHED_AT_ONCE);
    place.is_multiple_of(FETCHED_AT_ONCE).then(|| &list[place..end])
}

/// Records that are brought near at once: as many as a processor's first cache holds with room to
/// spare.
const FETCHED_AT_ONCE: usize = 64;

/// Token numbers that a processor brings near together.
const TOKENS_A_LINE: usize = 64 / size_of::<TokenNo>();

/// Places that are compared in one step.
const LANES: usize = 8;

/// The places in which two rows of numbers, 32 at most, are equal, as bits.
pub(super) fn equal(left: &[TokenNo], right: &[TokenNo]) -> u32 {
    // A lane has every eighth place: so the compiler compares a step of them at once.
    let mut lanes = [0u32; LANES];
    let (left, left_rest) = left.as_chunks::<LANES>();
    let (right, right_rest) = right.as_chunks::<LANES>();
    for (step, (left, right)) in left.iter().zip(right).enumerate() {
        for ((lane, left), right) in lanes.iter_mut().zip(left).zip(right) {
            *lane |= u32::from(left == right).wrapping_neg() & (1 << (step * LANES));
        }
    }
    let bits = lanes.iter().enumerate().fold(0, |bits, (lane, more)| bits | more << lane);
    let rest = (left.len() * LANES..).zip(left_rest.iter().zip(right_rest));
    rest.fold(bits, |bits, (place, (left, right))| bits | u32::from(left == right) << place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_places_are_told_whatever_the_length() {
        let left: Vec<TokenNo> = (0..32).map(|n| n % 5).collect();
        let right: Vec<TokenNo> = (0..32).map(|n| n % 3).collect();
        for length in 0..=MOST_RECIPES {
            let same = (0..length).filter(|place| left[*place] == right[*place]);
            let wanted = same.fold(0, |bits, place| bits | 1 << place);
            assert_eq!(equal(&left[..length], &right[..length]), wanted, "{length} places");
        }
    }
}
