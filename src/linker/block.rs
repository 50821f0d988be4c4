//! Blocks: records that share a token of a blocking recipe, and so are candidate pairs.

mod partners;
mod parts;
mod waiting;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use rayon::prelude::*;

use super::pairs::Pair;
use super::records::{ALONE, AllShared, RecordIx, Records, Shared, TokenNo};
use crate::format::FormatError;
use crate::spec::{RecipeIx, Rules};
use partners::Partner;
pub(super) use partners::Partners;
use parts::Parts;
pub(super) use waiting::WaitingPairs;

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
    recipes: Vec<Option<Blocks>>,
}

/// The blocks of a recipe.
struct Blocks {
    count: BlockCount,
    /// The tokens of blocks that are too large, in ascending order.
    split: Vec<TokenNo>,
    /// What those blocks are split into.
    parts: Parts,
}

/// What a blocking recipe gave.
#[derive(Clone, Debug, Default)]
pub struct BlockCount {
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

impl BlockCount {
    /// The recipes of which no block was too large, as bits.
    pub(super) fn whole<'c>(counts: impl Iterator<Item = &'c Self>) -> u32 {
        counts.filter(|count| count.split == 0).fold(0, |bits, count| bits | count.recipe.bit())
    }
}

/// Finds the blocks of all recipes that are to find pairs.
pub(super) fn block<'b>(
    records: &'b Records,
    shared: &AllShared,
    rules: &Rules,
    sealed: &'b BTreeSet<RecordIx>,
    visible: u32,
) -> Result<Blocking<'b>, FormatError> {
    let largest = rules.largest_block as usize;
    let mut blocking = Blocking { records, sealed, visible, largest, recipes: Vec::new() };
    let looked_at = |r: RecipeIx| looked_at(rules, r) && r.bit() & visible != 0;
    let recipes: Vec<RecipeIx> = (0..).map(RecipeIx).take(shared.len()).collect();
    let blocks = recipes.par_iter().map(|recipe| {
        let shared = looked_at(*recipe).then(|| shared.of(recipe.index())).transpose()?;
        Ok(shared.map(|shared| blocking.blocks(&shared)))
    });
    blocking.recipes = blocks.collect::<Result<_, FormatError>>()?;
    Ok(blocking)
}

/// Whether a recipe's blocks are looked at, if it is visible.
pub(super) fn looked_at(rules: &Rules, recipe: RecipeIx) -> bool {
    rules.blocking.contains(&recipe)
        || rules.match_keys.iter().any(|key| key.agree.first() == Some(&recipe))
}

impl Blocking<'_> {
    /// The groups of the recipes that have blocks.
    pub fn groups<'s>(
        &self,
        shared: &'s AllShared,
    ) -> Result<Vec<Option<Cow<'s, Shared>>>, FormatError> {
        let recipes = self.recipes.iter().enumerate();
        let groups = recipes.map(|(place, b)| b.as_ref().map(|_| shared.of(place)).transpose());
        groups.collect()
    }

    /// What each recipe gave.
    pub fn counts(&self) -> impl Iterator<Item = &BlockCount> {
        self.recipes.iter().flatten().map(|blocks| &blocks.count)
    }

    /// For each of these records, the later ones that are in a block with it, each once, in
    /// ascending order.
    pub fn partners(&self, records: Range<u32>, groups: &[Option<Cow<'_, Shared>>]) -> Partners {
        // One recipe after the other: what is looked up is then of one list of groups.
        let mut found: Vec<Partner> = Vec::new();
        let least = |record: u32| self.least_partner(RecordIx(record));
        let leasts: Vec<RecordIx> = records.clone().map(least).collect();
        let tokens = self.tokens(records.clone(), &leasts);
        for ((blocks, groups), tokens) in self.recipes.iter().zip(groups).zip(tokens) {
            let (Some(blocks), Some(groups)) = (blocks, groups) else { continue };
            for (record, group) in self.with_later(&tokens, groups) {
                let later = later(group, leasts[(record.0 - records.start) as usize]);
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

    /// For each recipe that has blocks, the tokens that others have too of those of these records that
    /// may have a later partner.
    fn tokens(&self, records: Range<u32>, leasts: &[RecordIx]) -> Vec<Vec<(RecordIx, TokenNo)>> {
        let mut tokens = vec![Vec::new(); self.recipes.len()];
        let mut add = |record, recipe: usize, token| {
            if token > ALONE && self.recipes[recipe].is_some() {
                tokens[recipe].push((record, token));
            }
        };
        let end = self.records.numbers().end;
        for (record, _) in records.map(RecordIx).zip(leasts).filter(|(_, least)| least.0 < end) {
            let first = self.records.first(record).iter();
            first.enumerate().for_each(|(recipe, token)| add(record, recipe, *token));
            let further = self.records.further(record).iter();
            further.for_each(|token| add(record, token.recipe(), token.token()));
        }
        tokens
    }

    /// The groups of these tokens that are no larger than a block may be and end with a later
    /// record.
    fn with_later<'s>(
        &self,
        tokens: &[(RecordIx, TokenNo)],
        groups: &'s Shared,
    ) -> Vec<(RecordIx, &'s [RecordIx])> {
        let group =
            |(record, token): &(RecordIx, TokenNo)| (*record, self.small(groups.group(*token)));
        let mut found: Vec<(RecordIx, &[RecordIx])> = tokens.iter().map(group).collect();
        // Groups lie far apart: without a branch the processor waits for many of them at once.
        let mut kept = 0;
        for place in 0..found.len() {
            let (record, group) = found[place];
            found[kept] = (record, group);
            kept += usize::from(group.last() > Some(&record));
        }
        found.truncate(kept);
        found
    }

    /// The first record that may be a later partner: two of a dataset that is free of duplicates are
    /// no pair.
    fn least_partner(&self, record: RecordIx) -> RecordIx {
        let dataset = self.records.dataset(self.records.dataset_of(record));
        RecordIx(if dataset.free_of_duplicates { dataset.records.end } else { record.0 + 1 })
    }

    /// Whether a pair is a candidate.
    pub fn finds(&self, pair: Pair) -> bool {
        let sealed = self.sealed.contains(&pair.first) || self.sealed.contains(&pair.second);
        !sealed && pair.second >= self.least_partner(pair.first) && self.found_by(pair) != 0
    }

    /// The recipes whose blocks a candidate pair came from, as bits.
    pub fn found_by(&self, pair: Pair) -> u32 {
        let holds = |blocks: &&Blocks| {
            let recipe = blocks.count.recipe.index();
            let small = |token: &TokenNo| *token > ALONE && !blocks.is_split(*token);
            let mut tokens = self.records.tokens(pair.first, recipe).filter(small);
            tokens.any(|token| self.records.tokens(pair.second, recipe).any(|t| t == token))
                || blocks.parts.hold(pair)
        };
        let blocks = self.recipes.iter().flatten().filter(holds);
        blocks.fold(0, |bits, blocks| bits | blocks.count.recipe.bit())
    }

    fn blocks(&self, shared: &Shared) -> Blocks {
        let mut count = BlockCount { recipe: shared.recipe, ..BlockCount::default() };
        let (mut split, mut parts) = (Vec::new(), Parts::default());
        for (token, group) in shared.numbered() {
            if group.len() > self.largest {
                let (taken, pairs) = self.split(group, shared.recipe, &mut parts);
                count.pairs += pairs;
                split.push(token);
                count.split += 1;
                count.split_records += group.len() as u64;
                count.left_records += (group.len() - taken) as u64;
            } else {
                count.pairs += self.pairs_in(group);
            }
        }
        parts.settle();
        Blocks { count, split, parts }
    }

    /// These records, if they are not too many for a block.
    const fn small<'s>(&self, group: &'s [RecordIx]) -> &'s [RecordIx] {
        if group.len() > self.largest { &[] } else { group }
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

impl Blocks {
    /// Whether the block of a token was too large.
    fn is_split(&self, token: TokenNo) -> bool {
        self.split.binary_search(&token).is_ok()
    }
}

/// The records of a block from one on.
fn later(block: &[RecordIx], least: RecordIx) -> &[RecordIx] {
    &block[block.partition_point(|record| *record < least)..]
}
