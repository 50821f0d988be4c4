//! How often the tokens occur that tell how common a name is.

use rayon::prelude::*;

use super::frequency::{NameColumn, NameColumns, Sums};
use crate::format::FormatError;
use crate::linker::records::{ALONE, AllShared, RecordIx, Records, Shared, TokenNo};
use crate::spec::Linkage;

/// What the frequencies of names say in each column that can tell.
pub struct Frequencies<'f> {
    records: &'f Records,
    columns: NameColumns,
    /// For each column, in order, how many others have each shared token.
    others: Vec<Vec<u32>>,
}

impl<'f> Frequencies<'f> {
    /// Counts the tokens of the visible recipes that take one name.
    pub fn new(
        linkage: &Linkage,
        records: &'f Records,
        shared: &AllShared,
        visible: u32,
    ) -> Result<Self, FormatError> {
        let mut sums = Vec::new();
        let mut counts: Vec<Vec<u32>> = vec![Vec::new(); records.recipes()];
        for column in NameColumn::all(linkage, visible) {
            let others = others(records, &*shared.of(column.recipe)?);
            sums.push((column, sums_of(records, column.recipe, &others)));
            counts[column.recipe] = others;
        }
        let columns = NameColumns::new(sums);
        let of = |column: &NameColumn| std::mem::take(&mut counts[column.recipe]);
        Ok(Self { records, others: columns.iter().map(of).collect(), columns })
    }

    /// Has the names of records that lie far apart brought near.
    pub fn fetch(&self, records: impl Iterator<Item = RecordIx>) {
        self.records.fetch(&records.collect::<Vec<RecordIx>>());
    }

    /// How much commoner than average the names are that two records share, as a factor of how
    /// probable it is that strangers share them.
    pub fn factor(&self, a: RecordIx, b: RecordIx) -> f64 {
        self.columns.factor(|place, column, others| {
            let right = self.records.tokens(b, column.recipe);
            let shared =
                |token: &TokenNo| *token > ALONE && right.clone().any(|other| other == *token);
            let shared = self.records.tokens(a, column.recipe).filter(shared);
            others.extend(shared.map(|token| self.others[place][(token - ALONE - 1) as usize]));
        })
    }
}

/// The largest dataset: of several as large, the last. None if there is no dataset.
pub fn largest(sizes: impl IntoIterator<Item = u64>) -> Option<usize> {
    sizes.into_iter().enumerate().max_by_key(|(_, size)| *size).map(|(place, _)| place)
}

/// For each shared token, how many records of the largest dataset have it, less the one that asks.
fn others(records: &Records, shared: &Shared) -> Vec<u32> {
    let range = range(records);
    let inside = |group: &[RecordIx]| {
        let until = |end: u32| group.partition_point(|record| record.0 < end);
        let inside = until(range.end) - until(range.start);
        u32::try_from(inside.saturating_sub(1)).unwrap_or(u32::MAX)
    };
    shared.groups().map(inside).collect()
}

fn sums_of(records: &Records, recipe: usize, others: &[u32]) -> Sums {
    let of = |mut sums: Sums, record: u32| {
        for token in records.tokens(RecordIx(record), recipe) {
            let group = token.checked_sub(ALONE + 1).map_or(0, |place| others[place as usize]);
            let others = u64::from(group);
            sums.tokens += 1;
            sums.others += others;
            sums.squares += u128::from(others) * u128::from(others);
        }
        sums
    };
    let parts = range(records).into_par_iter().fold(Sums::default, of);
    parts.reduce(Sums::default, |one, other| Sums {
        tokens: one.tokens + other.tokens,
        others: one.others + other.others,
        squares: one.squares + other.squares,
    })
}

/// The records of the largest dataset.
fn range(records: &Records) -> std::ops::Range<u32> {
    let sizes = records.datasets.iter().map(|dataset| dataset.records.len() as u64);
    largest(sizes).map_or(0..0, |place| records.datasets[place].records.clone())
}
