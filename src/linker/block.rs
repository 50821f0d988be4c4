//! Candidate pairs: records that share a token of a blocking recipe.

use rayon::prelude::*;

use super::records::{RecordIx, Records, Shared};
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
pub(super) struct BlockCount {
    pub recipe: RecipeIx,
    /// Pairs from its blocks.
    pub pairs: u64,
    /// Blocks larger than the rules allow, which gave no pair by this recipe.
    pub set_aside: u64,
    /// Records in those blocks, counted once a block.
    pub set_aside_records: u64,
}

/// Finds the candidate pairs of the blocking recipes, and of the first recipe of each match key.
pub(super) fn block(records: &Records, shared: &[Shared], rules: &Rules) -> Candidates {
    let mut found: Vec<(Pair, u32)> = Vec::new();
    let mut blocks = Vec::new();
    for shared in shared.iter().filter(|s| blocking(rules, s.recipe)) {
        let mut count =
            BlockCount { recipe: shared.recipe, pairs: 0, set_aside: 0, set_aside_records: 0 };
        let before = found.len();
        for group in shared.groups() {
            if group.len() > rules.largest_block as usize {
                count.set_aside += 1;
                count.set_aside_records += group.len() as u64;
            } else {
                pairs_of(records, group, shared.recipe.bit(), &mut found);
            }
        }
        count.pairs = (found.len() - before) as u64;
        blocks.push(count);
    }
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

fn pairs_of(records: &Records, group: &[RecordIx], bit: u32, out: &mut Vec<(Pair, u32)>) {
    for (place, first) in group.iter().enumerate() {
        for second in &group[place + 1..] {
            let dataset = records.dataset_of(*first);
            let within = dataset == records.dataset_of(*second);
            if !(within && records.dataset(dataset).free_of_duplicates) {
                out.push((Pair { first: *first, second: *second }, bit));
            }
        }
    }
}
