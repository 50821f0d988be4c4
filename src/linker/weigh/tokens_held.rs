//! How many records of each dataset have a token of each recipe.

use rayon::prelude::*;

use crate::linker::records::{RecordIx, Records};

/// How many records of each dataset have a token of each recipe that is looked at; none of others.
pub struct TokensHeld(
    /// By recipe, then by dataset.
    Vec<Vec<u64>>,
);

impl TokensHeld {
    /// By counts for each dataset, and within it for each recipe.
    pub fn of(by_dataset: &[Vec<u64>], recipes: usize) -> Self {
        let of_recipe = |recipe: usize| by_dataset.iter().map(|counts| counts[recipe]).collect();
        Self((0..recipes).map(of_recipe).collect())
    }

    /// Counts the tokens of these records in the visible recipes.
    pub fn count(records: &Records, visible: u32) -> Self {
        let of_dataset = |numbers: std::ops::Range<u32>| {
            let none = || vec![0u64; records.recipes()];
            let count = |mut counts: Vec<u64>, record| {
                let mut present = records.present(RecordIx(record)) & visible;
                while present != 0 {
                    counts[present.trailing_zeros() as usize] += 1;
                    present &= present - 1;
                }
                counts
            };
            let added = |a: Vec<u64>, b: Vec<u64>| a.iter().zip(&b).map(|(a, b)| a + b).collect();
            numbers.into_par_iter().fold(none, count).reduce(none, added)
        };
        let datasets = records.datasets.iter();
        let by_dataset: Vec<Vec<u64>> = datasets.map(|d| of_dataset(d.records.clone())).collect();
        Self::of(&by_dataset, records.recipes())
    }

    /// How many recipes there are.
    pub const fn recipes(&self) -> usize {
        self.0.len()
    }

    /// Pairs across datasets in which both records have a token.
    #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^53")]
    pub fn pairs_across(&self, recipe: usize) -> f64 {
        let counts = self.0[recipe].iter().map(|count| *count as f64);
        let total: f64 = counts.clone().sum();
        let squares: f64 = counts.map(|count| count * count).sum();
        (total.mul_add(total, -squares)) / 2.0
    }
}
