//! What decisions rest on.

use super::scoring::Scoring;
use super::tables::Tables;
use crate::linker::compare::Pattern;
use crate::linker::decide::first_key;
use crate::linker::weigh::Weight;
use crate::spec::Linkage;

/// What decisions rest on.
#[derive(Clone, Copy)]
pub struct Basis<'b> {
    /// The agreed linkage.
    pub linkage: &'b Linkage,
    /// The token tables.
    pub tables: &'b Tables,
    /// The different patterns of all pairs, by number.
    pub patterns: &'b [Pattern],
    /// From what a pair shows to its weight; none where links are made by match keys.
    pub scoring: Option<&'b Scoring>,
}

/// A candidate pair of two records, each by the engine's number of it.
#[derive(Clone, Copy, Debug)]
pub struct PairOf {
    /// The record that comes first.
    pub first: u64,
    /// The other.
    pub second: u64,
    /// The number of its pattern.
    pub pattern: u32,
    /// Its weight, where links are scored.
    pub weight: Option<Weight>,
}

impl Basis<'_> {
    /// The place of the strictest match key that a pattern satisfies, by the pattern's number.
    #[must_use]
    pub fn first_key(&self, pattern: u32) -> Option<usize> {
        first_key(self.linkage, self.patterns[pattern as usize])
    }

    /// The datasets' names, by their places.
    pub(super) fn names(&self) -> Vec<&str> {
        self.tables.datasets.iter().map(|dataset| &*dataset.name).collect()
    }
}
