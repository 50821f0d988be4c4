//! Agreement patterns: in which recipes two records agree, and in which they could.

use rayon::prelude::*;

use super::block::{Candidates, Pair};
use super::records::{ALONE, RecordIx, Records, Shared, TokenNo};
use crate::observe::Observer;
use crate::spec::{Linkage, RecipeIx, Veto};

/// How two records compare, a bit a recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Pattern {
    /// Recipes in which the two share a token.
    pub agree: u32,
    /// Recipes in which both have a token; elsewhere there is neither agreement nor disagreement.
    pub known: u32,
    /// Of the recipes that take any name of a record, the one with most names in common.
    pub names: Names,
}

/// How many names two records have in common, whatever their places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Names {
    /// Different names that both have.
    pub shared: u8,
    /// How many they could share: the names of the one with fewer.
    pub possible: u8,
}

impl Names {
    /// More names than this tell nothing more.
    const MOST: u8 = 3;

    fn of(records: &Records, a: RecordIx, b: RecordIx, recipe: usize) -> Self {
        let most = usize::from(Self::MOST);
        let (left, right) = (records.tokens(a, recipe), records.tokens(b, recipe));
        let common = |token: &TokenNo| *token > ALONE && right.clone().any(|other| other == *token);
        let shared = left.clone().filter(common).count();
        let number = |n: usize| u8::try_from(n.min(most)).unwrap_or(Self::MOST);
        Self { shared: number(shared), possible: number(left.count().min(right.count())) }
    }
}

impl Pattern {
    /// Whether all of these recipes agree.
    pub fn agrees(self, recipes: &[RecipeIx]) -> bool {
        let bits = bits(recipes);
        self.agree & bits == bits
    }

    /// How many of these recipes agree.
    pub fn agreeing(self, recipes: &[RecipeIx]) -> u32 {
        (self.agree & bits(recipes)).count_ones()
    }

    /// Whether this veto stands against the pair.
    pub fn vetoed(self, veto: &Veto) -> bool {
        let differ = bits(&veto.differ);
        self.agrees(&veto.agree)
            && self.known & differ == differ
            && self.agree & differ == 0
            && self.agreeing(&veto.unless_agree) == 0
    }
}

fn bits(recipes: &[RecipeIx]) -> u32 {
    recipes.iter().fold(0, |bits, recipe| bits | recipe.bit())
}

/// What is known of the candidate pairs.
#[derive(Clone, Copy)]
pub(super) struct Compared<'c> {
    pub linkage: &'c Linkage,
    pub records: &'c Records,
    pub shared: &'c [Shared],
    pub candidates: &'c Candidates,
    /// For each candidate pair, how its records compare.
    pub patterns: &'c [Pattern],
    /// The recipes that are looked at, as bits; of all others nothing is known.
    pub visible: u32,
}

/// Pairs compared between two words to the observer.
const PAIRS_PER_STEP: usize = 1 << 14;

/// The pattern of each candidate pair in the visible recipes.
pub(super) fn compare(
    records: &Records,
    pairs: &[Pair],
    visible: u32,
    observer: &dyn Observer,
) -> Vec<Pattern> {
    observer.stage("compare", Some(pairs.len() as u64));
    let nothing = Pattern { agree: 0, known: 0, names: Names::default() };
    let mut patterns = vec![nothing; pairs.len()];
    let steps = patterns.par_chunks_mut(PAIRS_PER_STEP).zip(pairs.par_chunks(PAIRS_PER_STEP));
    steps.for_each(|(patterns, pairs)| {
        for (pattern, pair) in patterns.iter_mut().zip(pairs) {
            *pattern = pattern_of(records, pair.first, pair.second, visible);
        }
        observer.advance(pairs.len() as u64);
    });
    patterns
}

/// The pattern of any two records in the visible recipes.
pub(super) fn pattern_of(records: &Records, a: RecordIx, b: RecordIx, visible: u32) -> Pattern {
    let known = records.present(a) & records.present(b) & visible;
    let mut agree = 0;
    for left in records.rows(a) {
        for right in records.rows(b) {
            for (recipe, (left, right)) in left.iter().zip(right).enumerate() {
                agree |= u32::from(left == right && *left > ALONE) << recipe;
            }
        }
    }
    let mut names = Names::default();
    let mut any_name = records.any_name & known;
    while any_name != 0 {
        names = names.max(Names::of(records, a, b, any_name.trailing_zeros() as usize));
        any_name &= any_name - 1;
    }
    Pattern { agree: agree & known, known, names }
}
