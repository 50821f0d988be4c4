//! Candidate pairs: records that share a token of a blocking recipe.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::records::{ALONE, RecordIx, Records, Shared};
use crate::spec::{RecipeIx, Rules};

/// Two records that may be of one person; the first has the smaller number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Pair {
    pub first: RecordIx,
    pub second: RecordIx,
}

/// The candidate pairs, each once, in ascending order.
pub(super) struct Candidates {
    pub pairs: Vec<Pair>,
    /// For each pair, the recipes whose blocks it came from, as bits.
    pub provenance: Vec<u32>,
    /// For each blocking recipe, what it gave.
    pub blocks: Vec<BlockCount>,
}

/// What a blocking recipe gave.
#[derive(Clone, Debug, Default)]
pub(super) struct BlockCount {
    /// Its place among the recipes.
    pub recipe: RecipeIx,
    /// Pairs from its blocks.
    pub pairs: u64,
    /// Blocks larger than the rules allow, which were split by every other recipe.
    pub split: u64,
    /// Records in those blocks, counted once a block.
    pub split_records: u64,
    /// Of these, records that no smaller block took: they are compared by other recipes alone.
    pub left_records: u64,
}

/// Finds the candidate pairs of the blocking recipes, and of the first recipe of each match key.
/// Sealed records are in none. Recipes that are not visible find nothing.
pub(super) fn block(
    records: &Records,
    shared: &[Shared],
    rules: &Rules,
    sealed: &BTreeSet<RecordIx>,
    visible: u32,
) -> Candidates {
    let mut found = Found { records, sealed, visible, pairs: Vec::new() };
    let mut blocks = Vec::new();
    let looked_at = |s: &&Shared| blocking(rules, s.recipe) && s.recipe.bit() & visible != 0;
    for shared in shared.iter().filter(looked_at) {
        let mut count = BlockCount { recipe: shared.recipe, ..BlockCount::default() };
        let before = found.pairs.len();
        for group in shared.groups() {
            if group.len() > rules.largest_block as usize {
                found.split(group, shared.recipe, rules, &mut count);
            } else {
                found.pairs_of(group, shared.recipe.bit());
            }
        }
        count.pairs = (found.pairs.len() - before) as u64;
        blocks.push(count);
    }
    let mut found = found.pairs;
    found.par_sort_unstable();
    let mut candidates = Candidates { pairs: Vec::new(), provenance: Vec::new(), blocks };
    for group in found.chunk_by(|a, b| a.0 == b.0) {
        candidates.pairs.push(group[0].0);
        candidates.provenance.push(group.iter().fold(0, |bits, (_, bit)| bits | bit));
    }
    candidates
}

fn blocking(rules: &Rules, recipe: RecipeIx) -> bool {
    rules.blocking.contains(&recipe)
        || rules.match_keys.iter().any(|key| key.agree.first() == Some(&recipe))
}

/// The pairs found so far, each with the recipe that found it.
struct Found<'f> {
    records: &'f Records,
    sealed: &'f BTreeSet<RecordIx>,
    visible: u32,
    pairs: Vec<(Pair, u32)>,
}

impl Found<'_> {
    fn pairs_of(&mut self, group: &[RecordIx], bit: u32) {
        for (place, first) in group.iter().enumerate() {
            for second in &group[place + 1..] {
                let dataset = self.records.dataset_of(*first);
                let within = dataset == self.records.dataset_of(*second);
                let twice = within && self.records.dataset(dataset).free_of_duplicates;
                if !(twice || self.sealed.contains(first) || self.sealed.contains(second)) {
                    self.pairs.push((Pair { first: *first, second: *second }, bit));
                }
            }
        }
    }

    /// Splits a block that is too large by every other recipe: records that agree in both are a
    /// block, unless that is too large too.
    fn split(
        &mut self,
        group: &[RecordIx],
        recipe: RecipeIx,
        rules: &Rules,
        count: &mut BlockCount,
    ) {
        let mut taken = BTreeSet::new();
        let others = self.visible & !recipe.bit();
        for other in (0..self.records.recipes()).filter(|other| others & (1 << other) != 0) {
            let tokens = group.iter().flat_map(|record| {
                let tokens = self.records.tokens(*record, other);
                tokens.filter(|token| *token > ALONE).map(|token| (token, *record))
            });
            let mut tokens: Vec<(u32, RecordIx)> = tokens.collect();
            tokens.sort_unstable();
            tokens.dedup();
            for block in tokens.chunk_by(|a, b| a.0 == b.0) {
                if block.len() > 1 && block.len() <= rules.largest_block as usize {
                    let block: Vec<RecordIx> = block.iter().map(|(_, record)| *record).collect();
                    self.pairs_of(&block, recipe.bit());
                    taken.extend(block);
                }
            }
        }
        count.split += 1;
        count.split_records += group.len() as u64;
        count.left_records += (group.len() - taken.len()) as u64;
    }
}
