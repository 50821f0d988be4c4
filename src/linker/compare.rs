//! Agreement patterns: in which recipes two records agree, and in which they could.

use std::ops::Range;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::block::{Blocking, Partners, WaitingPairs};
use super::pairs::{Candidates, Found, Gathered, PatternNo};
use super::records::{
    ALONE, AllShared, MOST_RECIPES, OfRecipe, RecordIx, Records, TokenNo, ahead, equal,
};
use super::room::Room;
use super::weigh::Frequencies;
use crate::format::FormatError;
use crate::observe::Observer;
use crate::spec::{Linkage, RecipeIx, Veto};

/// How two records compare, a bit a recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pattern {
    /// Recipes in which the two share a token.
    pub agree: u32,
    /// Recipes in which both have a token; elsewhere there is neither agreement nor disagreement.
    pub known: u32,
    /// Of the recipes that take any name of a record, the one with most names in common.
    pub names: Names,
}

/// How many names two records have in common, whatever their places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Names {
    /// Different names that both have.
    pub shared: u8,
    /// How many they could share: the names of the one with fewer.
    pub possible: u8,
}

impl Names {
    /// More names than this tell nothing more.
    const MOST: u8 = 3;

    /// A number of names, as far as it tells something.
    fn number(n: usize) -> u8 {
        u8::try_from(n.min(usize::from(Self::MOST))).unwrap_or(Self::MOST)
    }
}

impl Pattern {
    /// Whether all of these recipes agree.
    pub(super) fn agrees(self, recipes: &[RecipeIx]) -> bool {
        let bits = bits(recipes);
        self.agree & bits == bits
    }

    /// How many of these recipes agree.
    pub(super) fn agreeing(self, recipes: &[RecipeIx]) -> u32 {
        (self.agree & bits(recipes)).count_ones()
    }

    /// Whether this veto stands against the pair.
    pub(super) fn vetoed(self, veto: &Veto) -> bool {
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
    pub candidates: &'c Candidates<'c>,
    /// How common the names are.
    pub frequencies: &'c Frequencies<'c>,
    pub room: &'c Room<'c>,
    /// The recipes that are looked at, as bits; of all others nothing is known.
    pub visible: u32,
}

/// Records whose partners are found by one thread at a time.
const RECORDS_PER_STEP: u32 = 1 << 12;

/// Steps for each thread before what they found is gathered.
const STEPS_AT_ONCE: usize = 4;

/// The candidate pairs of all blocks, each with its pattern in the visible recipes.
pub(super) fn compare<'b>(
    blocking: Blocking<'b>,
    shared: &AllShared,
    room: &Room<'_>,
    observer: &dyn Observer,
) -> Result<Candidates<'b>, FormatError> {
    compare_one_in(1, blocking, shared, room, observer)
}

/// Records of which the first few are tried, and then those that follow.
const RECORDS_PER_TRIAL: u32 = 1 << 10;

/// The smallest share of the records that can be tried: one in so many.
pub(super) const LEAST_SHARE: u64 = 1 << 8;

/// The same, but for groups in memory only of one record in so many, [`LEAST_SHARE`] at most: of
/// neighbours here and there. Records are in the order of their references, which say nothing of
/// who they are.
pub(super) fn compare_one_in<'b>(
    one_in: u64,
    blocking: Blocking<'b>,
    shared: &AllShared,
    room: &Room<'_>,
    observer: &dyn Observer,
) -> Result<Candidates<'b>, FormatError> {
    observer.stage("compare", Some(u64::from(blocking.records.numbers().end) / one_in));
    let mut comparing =
        Comparing { blocking: &blocking, room, observer, gathered: Gathered::default() };
    if shared.waits() {
        let waiting = WaitingPairs::of(&blocking, shared, room)?;
        comparing.compare(&waiting.parts(), 1, |part| waiting.partners(part))?;
    } else {
        let groups = blocking.groups(shared)?;
        let partners = |records| Ok(blocking.partners(records, &groups));
        let all = blocking.records.numbers();
        let step = if one_in == 1 { RECORDS_PER_STEP } else { RECORDS_PER_TRIAL };
        let starts = all.clone().step_by(step as usize);
        let width = step / u32::try_from(one_in).expect("a share is not that small");
        let steps: Vec<Range<u32>> =
            starts.map(|start| start..all.end.min(start.saturating_add(width))).collect();
        comparing.compare(&steps, STEPS_AT_ONCE, partners)?;
    }
    let gathered = comparing.gathered;
    gathered.close(blocking, room)
}

/// The candidate pairs under way.
struct Comparing<'c, 'b> {
    blocking: &'c Blocking<'b>,
    room: &'c Room<'c>,
    observer: &'c dyn Observer,
    gathered: Gathered,
}

impl Comparing<'_, '_> {
    /// Compares the partners of these ranges of records, some ranges a thread at once.
    fn compare(
        &mut self,
        ranges: &[Range<u32>],
        at_once: usize,
        partners: impl Fn(Range<u32>) -> Result<Partners, FormatError> + Sync,
    ) -> Result<(), FormatError> {
        let find = |records: &Range<u32>| Ok(find(self.blocking, partners(records.clone())?));
        for ranges in ranges.chunks(at_once * rayon::current_num_threads()) {
            let found: Vec<Found> =
                ranges.par_iter().map(find).collect::<Result<_, FormatError>>()?;
            for found in &found {
                self.gathered.take(found);
                self.gathered.keep_to(self.room)?;
            }
            let records = ranges.iter().map(|range| range.len() as u64).sum();
            self.observer.records(records);
            self.observer.advance(records);
        }
        Ok(())
    }
}

/// The candidate pairs of which the first are those that these are partners of.
fn find(blocking: &Blocking<'_>, mut partners: Partners) -> Found {
    let mut found = Found::default();
    partners.each(|record, partners| {
        if !partners.is_empty() {
            found.seconds.extend_from_slice(partners);
            found.firsts.push((record, found.seconds.len()));
        }
    });
    found.patterns.reserve_exact(found.seconds.len());
    let mut number_of: FxHashMap<Pattern, PatternNo> = FxHashMap::default();
    let mut start = 0;
    for (record, end) in &found.firsts {
        let one = One::new(blocking.records, *record, blocking.visible);
        for second in start..*end {
            if let Some(next) = ahead(&found.seconds, second) {
                blocking.records.fetch(next);
            }
            let pattern = one.with(found.seconds[second]);
            let next = PatternNo::try_from(found.different.len()).expect("patterns are far fewer");
            let number = *number_of.entry(pattern).or_insert(next);
            if number == next {
                found.different.push(pattern);
            }
            found.patterns.push(number);
        }
        start = *end;
    }
    found
}

/// The pattern of any two records in the visible recipes.
pub(super) fn pattern_of(records: &Records, a: RecordIx, b: RecordIx, visible: u32) -> Pattern {
    One::new(records, a, visible).with(b)
}

/// No token's number.
const NOBODY: TokenNo = TokenNo::MAX;

/// A record that is compared with others.
pub(super) struct One<'r> {
    records: &'r Records,
    record: RecordIx,
    /// The recipes in which it has a token and that are visible, as bits.
    known: u32,
    /// Its first token in each recipe, if others have it too.
    first: [TokenNo; MOST_RECIPES],
    /// Its further tokens that others have too.
    further: Vec<OfRecipe>,
}

impl<'r> One<'r> {
    pub fn new(records: &'r Records, record: RecordIx, visible: u32) -> Self {
        let mut first = [NOBODY; MOST_RECIPES];
        for (place, token) in first.iter_mut().zip(records.first(record)) {
            *place = if *token > ALONE { *token } else { NOBODY };
        }
        let further = records.further(record).iter().copied();
        let further = further.filter(|token| token.token() > ALONE).collect();
        Self { records, record, known: records.present(record) & visible, first, further }
    }

    /// The pattern of this record and another.
    pub fn with(&self, other: RecordIx) -> Pattern {
        let known = self.known & self.records.present(other);
        let agree = self.agree(other) & known;
        let mut names = Names::default();
        let mut any_name = self.records.any_name & known;
        while any_name != 0 {
            let recipe = any_name.trailing_zeros() as usize;
            names = names.max(self.names(other, recipe, agree & (1 << recipe) != 0));
            any_name &= any_name - 1;
        }
        Pattern { agree, known, names }
    }

    /// The recipes in which this record and another share a token, as bits.
    fn agree(&self, other: RecordIx) -> u32 {
        let (first, further) = (self.records.first(other), self.records.further(other));
        let mut agree = equal(&self.first[..first.len()], first);
        for token in further {
            agree |= u32::from(self.first[token.recipe()] == token.token()) << token.recipe();
        }
        for token in &self.further {
            let same = further.iter().fold(false, |same, other| same | (token == other));
            let same = same | (first[token.recipe()] == token.token());
            agree |= u32::from(same) << token.recipe();
        }
        agree
    }

    /// The names that this record and another have in common by a recipe that takes any name.
    fn names(&self, other: RecordIx, recipe: usize, agree: bool) -> Names {
        let (left, right) =
            (self.records.tokens(self.record, recipe), self.records.tokens(other, recipe));
        let common = |token: &TokenNo| *token > ALONE && right.clone().any(|other| other == *token);
        let shared = if agree { left.clone().filter(common).count() } else { 0 };
        let possible = left.count().min(right.count());
        Names { shared: Names::number(shared), possible: Names::number(possible) }
    }
}
