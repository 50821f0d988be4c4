//! Blocks: records that share a token of a blocking recipe, and so are candidate pairs.

mod partners;
mod parts;

use std::collections::BTreeSet;
use std::ops::Range;

use rayon::prelude::*;

use super::pairs::Pair;
use super::records::{ALONE, RecordIx, Records, Shared, TokenNo};
use crate::spec::{RecipeIx, Rules};
use partners::Partner;
pub(super) use partners::Partners;
use parts::Parts;

/// The blocks of the blocking recipes, and of the first recipe of each match key.
pub(super) struct Blocking<'b> {
    pub records: &'b Records,
    /// Sealed records are in no pair.
    sealed: &'b BTreeSet<RecordIx>,
    /// The recipes that are looked at, as bits; others find nothing.
    pub visible: u32,
    /// Blocks of more records than this are split.
    largest: usize,
    /// The blocks of each recipe that has any, by its place.
    recipes: Vec<Option<Blocks<'b>>>,
}

/// The blocks of a recipe.
struct Blocks<'b> {
    shared: &'b Shared,
    count: BlockCount,
    /// What the blocks that are too large are split into.
    parts: Parts,
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

/// Finds the blocks of all recipes that are to find pairs.
pub(super) fn block<'b>(
    records: &'b Records,
    shared: &'b [Shared],
    rules: &Rules,
    sealed: &'b BTreeSet<RecordIx>,
    visible: u32,
) -> Blocking<'b> {
    let largest = rules.largest_block as usize;
    let mut blocking = Blocking { records, sealed, visible, largest, recipes: Vec::new() };
    let looked_at = |s: &Shared| looked_at(rules, s.recipe) && s.recipe.bit() & visible != 0;
    let blocks = shared.par_iter().map(|s| looked_at(s).then(|| blocking.blocks(s)));
    blocking.recipes = blocks.collect();
    blocking
}

/// Whether a recipe's blocks are looked at, if it is visible.
fn looked_at(rules: &Rules, recipe: RecipeIx) -> bool {
    rules.blocking.contains(&recipe)
        || rules.match_keys.iter().any(|key| key.agree.first() == Some(&recipe))
}

impl<'b> Blocking<'b> {
    /// What each recipe gave.
    pub fn counts(&self) -> impl Iterator<Item = &BlockCount> {
        self.recipes.iter().flatten().map(|blocks| &blocks.count)
    }

    /// For each of these records, the later ones that are in a block with it, each once, in
    /// ascending order.
    pub fn partners(&self, records: Range<u32>) -> Partners {
        // One recipe after the other: what is looked up is then of one list of groups.
        let mut found: Vec<Partner> = Vec::new();
        let tokens = self.tokens(records.clone());
        for (blocks, tokens) in self.recipes.iter().zip(tokens) {
            let Some(blocks) = blocks else { continue };
            for (record, token) in tokens {
                let least = self.least_partner(record);
                let later = later(blocks.of(token, self.largest), least);
                found.extend(later.iter().map(|partner| (record, *partner)));
            }
            for record in records.clone().map(RecordIx).filter(|_| !blocks.parts.is_empty()) {
                let least = self.least_partner(record);
                let later = blocks.parts.of(record).flat_map(|part| later(part, least));
                found.extend(later.map(|partner| (record, *partner)));
            }
        }
        if !self.sealed.is_empty() {
            let sealed = |record: &RecordIx| self.sealed.contains(record);
            found.retain(|(record, partner)| !sealed(record) && !sealed(partner));
        }
        Partners::of(records, &found)
    }

    /// For each recipe that has blocks, these records' tokens that others have too.
    fn tokens(&self, records: Range<u32>) -> Vec<Vec<(RecordIx, TokenNo)>> {
        let mut tokens = vec![Vec::new(); self.recipes.len()];
        let mut add = |record, recipe: usize, token| {
            if token > ALONE && self.recipes[recipe].is_some() {
                tokens[recipe].push((record, token));
            }
        };
        for record in records.map(RecordIx) {
            let first = self.records.first(record).iter();
            first.enumerate().for_each(|(recipe, token)| add(record, recipe, *token));
            let further = self.records.further(record).iter();
            further.for_each(|token| add(record, token.recipe(), token.token()));
        }
        tokens
    }

    /// The first record that may be a later partner: two of a dataset that is free of duplicates are
    /// no pair.
    fn least_partner(&self, record: RecordIx) -> RecordIx {
        let dataset = self.records.dataset(self.records.dataset_of(record));
        RecordIx(if dataset.free_of_duplicates { dataset.records.end } else { record.0 + 1 })
    }

    /// The recipes whose blocks a candidate pair came from, as bits.
    pub fn found_by(&self, pair: Pair) -> u32 {
        let holds = |blocks: &&Blocks<'_>| {
            let recipe = blocks.shared.recipe.index();
            let small = |token: &TokenNo| !blocks.of(*token, self.largest).is_empty();
            let mut tokens = self.records.tokens(pair.first, recipe).filter(small);
            tokens.any(|token| self.records.tokens(pair.second, recipe).any(|t| t == token))
                || blocks.parts.hold(pair)
        };
        let blocks = self.recipes.iter().flatten().filter(holds);
        blocks.fold(0, |bits, blocks| bits | blocks.shared.recipe.bit())
    }

    fn blocks(&self, shared: &'b Shared) -> Blocks<'b> {
        let mut count = BlockCount { recipe: shared.recipe, ..BlockCount::default() };
        let mut parts = Parts::default();
        for group in shared.groups() {
            if group.len() > self.largest {
                let (taken, pairs) = self.split(group, shared.recipe, &mut parts);
                count.pairs += pairs;
                count.split += 1;
                count.split_records += group.len() as u64;
                count.left_records += (group.len() - taken) as u64;
            } else {
                count.pairs += self.pairs_in(group);
            }
        }
        parts.settle();
        Blocks { shared, count, parts }
    }

    /// How many pairs a block gives.
    fn pairs_in(&self, block: &[RecordIx]) -> u64 {
        let pairs = |n: u64| n * n.saturating_sub(1) / 2;
        let sealed = |record: &&RecordIx| self.sealed.contains(record);
        let open = |records: &[RecordIx]| {
            let sealed =
                if self.sealed.is_empty() { 0 } else { records.iter().filter(sealed).count() };
            (records.len() - sealed) as u64
        };
        let of_dataset = |a: &RecordIx, b: &RecordIx| self.records.within(*a, *b);
        let free = |block: &&[RecordIx]| {
            self.records.dataset(self.records.dataset_of(block[0])).free_of_duplicates
        };
        let any_free = self.records.datasets.iter().any(|dataset| dataset.free_of_duplicates);
        let twice: u64 = if any_free {
            block.chunk_by(of_dataset).filter(free).map(|records| pairs(open(records))).sum()
        } else {
            0
        };
        pairs(open(block)) - twice
    }

    /// Splits a block that is too large by every other recipe: records that agree in both are a
    /// block, unless that is too large too. Gives how many records are in one, and the pairs.
    fn split(&self, group: &[RecordIx], recipe: RecipeIx, parts: &mut Parts) -> (usize, u64) {
        let mut taken = BTreeSet::new();
        let mut pairs = 0;
        let others = self.visible & !recipe.bit();
        for other in (0..self.records.recipes()).filter(|other| others & (1 << other) != 0) {
            let tokens = group.iter().flat_map(|record| {
                let tokens = self.records.tokens(*record, other);
                tokens.filter(|token| *token > ALONE).map(|token| (token, *record))
            });
            let mut tokens: Vec<(TokenNo, RecordIx)> = tokens.collect();
            tokens.sort_unstable();
            tokens.dedup();
            for block in tokens.chunk_by(|a, b| a.0 == b.0) {
                if block.len() > 1 && block.len() <= self.largest {
                    let block: Vec<RecordIx> = block.iter().map(|(_, record)| *record).collect();
                    pairs += self.pairs_in(&block);
                    parts.add(&block);
                    taken.extend(block);
                }
            }
        }
        (taken.len(), pairs)
    }
}

impl Blocks<'_> {
    /// The block of a token; none if it was split.
    fn of(&self, token: TokenNo, largest: usize) -> &[RecordIx] {
        let group = self.shared.group(token);
        if group.len() > largest { &[] } else { group }
    }
}

/// The records of a block from one on.
fn later(block: &[RecordIx], least: RecordIx) -> &[RecordIx] {
    &block[block.partition_point(|record| *record < least)..]
}
