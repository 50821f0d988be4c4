//! Tokens as small numbers, in the order of the tokens.
//!
//! Tokens look random, so that their first bits part them into even lists, each small enough to be
//! sorted in a processor's cache. Were they not, the lists would be uneven, and the numbers the same.

use std::ops::Range;
use std::sync::atomic::AtomicU32;
use std::sync::atomic::Ordering::Relaxed;

use rayon::prelude::*;

use super::columns::{Bytes, RECORDS_PER_STEP, rows_of};
use super::{ALONE, FIRST_SHARED, NONE, RecordIx, Shared, TokenNo};
use crate::format::token_table::ABSENT;
use crate::spec::RecipeIx;
use crate::token::Token;

/// Tokens in a list, as a power of two, when they are spread evenly.
const LIST_BITS: u32 = 9;
/// Lists at most, as a power of two.
const MOST_LISTS_BITS: u32 = 12;
/// The bits of a token after those that choose its list, which its list is sorted by.
const KEY_BITS: u32 = 32;

/// A recipe's token numbers. Numbering another recipe takes the same memory: new memory would cost as
/// much time as sorting.
#[derive(Default)]
pub(super) struct Numbered {
    /// The recipe's place.
    pub recipe: u8,
    /// Of each row, or [`NONE`]. Each is written by one thread, that of its token's list.
    numbers: Vec<AtomicU32>,
    lists: Lists,
}

impl Numbered {
    /// The numbers of some rows.
    pub fn numbers(&self, rows: Range<usize>) -> impl Iterator<Item = TokenNo> {
        self.numbers[rows].iter().map(|number| number.load(Relaxed))
    }

    /// The tokens beyond each record's first, with their records, in ascending order.
    pub fn further(&self, owners: &[u32]) -> Vec<(u32, TokenNo)> {
        let records = owners.last().map_or(0, |last| *last as usize + 1);
        let steps = (0..records).into_par_iter().step_by(RECORDS_PER_STEP);
        let further = steps.flat_map_iter(|start| {
            let rows = rows_of(owners, start..start + RECORDS_PER_STEP);
            let tokens = owners[rows.clone()].iter().copied().zip(self.numbers(rows));
            let mut last = None;
            let tokens = tokens.filter(|(_, number)| *number != NONE);
            tokens.filter(move |(owner, _)| last.replace(*owner) == Some(*owner))
        });
        further.collect()
    }
}

/// Numbers a column's tokens, given which record each row is of, and lists the groups of records that
/// share one. At best so many `threads` have nothing else to do.
pub(super) fn number(
    recipe: RecipeIx,
    tokens: &[Bytes],
    owners: &[u32],
    threads: usize,
    numbered: &mut Numbered,
) -> Shared {
    let no_other = |token: &Bytes| if *token == ABSENT.0 { NONE } else { ALONE };
    let Numbered { recipe: place, numbers, lists } = numbered;
    *place = recipe.0;
    let none_found = tokens.par_iter().map(|token| AtomicU32::new(no_other(token)));
    none_found.collect_into_vec(numbers);
    let mut shared = Shared { recipe, records: Vec::new(), ends: Vec::new() };
    let column = Column { tokens, owners };
    lists.part(tokens, threads);
    let (mut before, mut last) = (0, Vec::new());
    for some in lists.all().chunks_mut(LISTS_AT_ONCE) {
        let group = || some.par_iter_mut().map(|list| column.group(list)).collect();
        let found: Vec<Groups>;
        (found, ()) = rayon::join(group, || shared.append(&last));
        let befores = found.iter().map(|groups| {
            let own = before;
            before += groups.ends.len();
            own
        });
        let lists: Vec<(&[u64], usize)> = some.iter().map(|list| &**list).zip(befores).collect();
        lists.into_par_iter().for_each(|(list, before)| put(list, before, numbers));
        last = found;
    }
    shared.append(&last);
    shared.records.shrink_to_fit();
    shared.ends.shrink_to_fit();
    shared
}

/// Puts the numbers of a list's tokens into their places, given how many groups are before it.
fn put(list: &[u64], before: usize, numbers: &[AtomicU32]) {
    let before = TokenNo::try_from(before).expect("rows are few");
    for entry in list.iter().filter(|entry| group(**entry) != NO_GROUP) {
        numbers[place(*entry)].store(FIRST_SHARED + before + group(*entry) - 1, Relaxed);
    }
}

/// The places of tokens, each below bits of its token, parted by the bits before those.
#[derive(Default)]
struct Lists {
    entries: Vec<u64>,
    ends: Vec<usize>,
}

/// Tokens that one thread counts at a time.
const TOKENS_PER_STEP: usize = 1 << 18;

/// Lists that are grouped before what was found is put together.
const LISTS_AT_ONCE: usize = 64;

const fn key(entry: u64) -> u64 {
    entry >> 32
}

/// Of an entry that has been grouped: which group of its list it is in, counted from one, or
/// [`NO_GROUP`].
const fn group(entry: u64) -> u32 {
    (entry >> 32) as u32
}

const NO_GROUP: u32 = 0;

/// The entry of this place, grouped.
const fn grouped(entry: u64, group: u32) -> u64 {
    (group as u64) << 32 | entry & u32::MAX as u64
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is the place")]
const fn place(entry: u64) -> usize {
    entry as u32 as usize
}

impl Lists {
    /// Parts a column's tokens.
    fn part(&mut self, tokens: &[Bytes], threads: usize) {
        let bits = tokens.len().checked_ilog2().unwrap_or(0).saturating_sub(LIST_BITS);
        let bits = bits.clamp(1, MOST_LISTS_BITS);
        let start = |token: &Bytes| {
            let bytes = token.first_chunk().expect("a token has more than eight bytes");
            u64::from_be_bytes(*bytes)
        };
        let is_there = |token: &&Bytes| **token != ABSENT.0;
        let list = |start: u64| usize::try_from(start >> (64 - bits)).expect("lists are few");
        let Self { entries, ends } = self;
        let none = || vec![0; 1 << bits];
        let counts = tokens.par_chunks(TOKENS_PER_STEP).fold(none, |mut counts, tokens| {
            tokens.iter().filter(is_there).for_each(|token| counts[list(start(token))] += 1);
            counts
        });
        *ends = counts.reduce(none, |mut all, more| {
            all.iter_mut().zip(more).for_each(|(all, more)| *all += more);
            all
        });
        let mut sum = 0;
        for end in &mut *ends {
            (*end, sum) = (sum, sum + *end);
        }
        entries.resize(sum, 0);
        // Each thread goes through all tokens, and takes those of its own lists.
        let (mut rest, mut taken) = (entries.as_mut_slice(), 0);
        let lists = ends.len().div_ceil(threads);
        let nexts: Vec<usize> = ends.iter().skip(lists).step_by(lists).copied().collect();
        let parts = nexts.into_iter().chain([sum]).map(|next| {
            let own = rest.split_off_mut(..next - taken).expect("the last ends where entries do");
            (std::mem::replace(&mut taken, next), own)
        });
        let parts: Vec<(usize, &mut [u64])> = parts.collect();
        let parts = ends.par_chunks_mut(lists).zip(parts).enumerate();
        parts.for_each(|(part, (ends, (taken, own)))| {
            for (place, token) in (0u64..).zip(tokens).filter(|(_, token)| is_there(token)) {
                let start = start(token);
                let Some(end) = list(start).checked_sub(part * lists).and_then(|n| ends.get_mut(n))
                else {
                    continue;
                };
                own[*end - taken] = start << bits >> KEY_BITS << KEY_BITS | place;
                *end += 1;
            }
        });
    }

    /// The lists.
    fn all(&mut self) -> Vec<&mut [u64]> {
        let (mut rest, mut start) = (self.entries.as_mut_slice(), 0);
        let next = |end: &usize| {
            let list = rest.split_off_mut(..*end - start).expect("the last ends where entries do");
            start = *end;
            list
        };
        self.ends.iter().map(next).collect()
    }
}

/// A column's tokens, and which record each row is of.
struct Column<'c> {
    tokens: &'c [Bytes],
    owners: &'c [u32],
}

/// The groups of records that share a token of a list.
#[derive(Default)]
struct Groups {
    records: Vec<RecordIx>,
    /// Where each ends.
    ends: Vec<usize>,
}

impl Shared {
    /// Adds the groups of the lists that follow.
    fn append(&mut self, lists: &[Groups]) {
        for Groups { records, ends } in lists {
            let before = self.records.len();
            self.records.extend(records);
            let end = |end: &usize| u32::try_from(before + end).expect("tokens have 32-bit places");
            self.ends.extend(ends.iter().map(end));
        }
    }
}

impl Column<'_> {
    /// Sorts a list by its tokens and then by place, and finds its groups.
    fn group(&self, list: &mut [u64]) -> Groups {
        list.sort_unstable();
        let mut groups = Groups::default();
        let told_apart = self.told_apart_by_keys(list);
        for entries in list.chunk_by_mut(|a, b| key(*a) == key(*b)) {
            if told_apart {
                self.same_token(entries, &mut groups);
            } else {
                self.same_key(entries, &mut groups);
            }
        }
        groups
    }

    /// Whether the tokens of a list are the same wherever their keys are, as they mostly are.
    ///
    /// Tokens lie far apart: without a branch the processor waits for many of them at once.
    fn told_apart_by_keys(&self, list: &[u64]) -> bool {
        let token = |entry: u64| self.tokens[place(entry)];
        let pairs = list.array_windows().filter(|[a, b]| key(*a) == key(*b));
        pairs.fold(true, |same, [a, b]| same & (token(*a) == token(*b)))
    }

    /// Groups entries whose tokens begin alike.
    fn same_key(&self, entries: &mut [u64], groups: &mut Groups) {
        let token = |entry: &u64| Token(self.tokens[place(*entry)]);
        entries.sort_unstable_by_key(|entry| (token(entry), place(*entry)));
        for entries in entries.chunk_by_mut(|a, b| token(a) == token(b)) {
            self.same_token(entries, groups);
        }
    }

    /// Groups the entries of one token, by ascending record.
    fn same_token(&self, entries: &mut [u64], groups: &mut Groups) {
        let owner = |entry: u64| self.owners[place(entry)];
        let (first, last) = (entries[0], entries[entries.len() - 1]);
        let is_shared = entries.len() > 1 && owner(first) != owner(last);
        let mut number = NO_GROUP;
        if is_shared {
            let records = entries.chunk_by(|a, b| owner(*a) == owner(*b));
            groups.records.extend(records.map(|entries| RecordIx(owner(entries[0]))));
            groups.ends.push(groups.records.len());
            number = u32::try_from(groups.ends.len()).expect("rows are few");
        }
        entries.iter_mut().for_each(|entry| *entry = grouped(*entry, number));
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::token::TOKEN_BYTES;

    fn token(bytes: impl Iterator<Item = u8>) -> Token {
        let mut token = Token([0; TOKEN_BYTES]);
        token.0.iter_mut().zip(bytes).for_each(|(to, byte)| *to = byte);
        token
    }

    /// The numbers by their rule: shared tokens in ascending order from two, others one.
    fn by_rule(tokens: &[(u32, Token)]) -> Vec<(u32, TokenNo)> {
        let mut owners: BTreeMap<Token, BTreeSet<u32>> = BTreeMap::new();
        for (owner, token) in tokens {
            owners.entry(*token).or_default().insert(*owner);
        }
        let shared = owners.iter().filter(|(_, owners)| owners.len() > 1).map(|(token, _)| token);
        let numbers: BTreeMap<&Token, TokenNo> = shared.zip(FIRST_SHARED..).collect();
        let number = |token| numbers.get(token).copied().unwrap_or(ALONE);
        tokens.iter().map(|(owner, token)| (*owner, number(token))).collect()
    }

    fn assert_by_rule(tokens: &[(u32, Token)]) {
        // Rows without a token have no number, and change no other.
        let rows = tokens.iter().flat_map(|(owner, token)| [(*owner, token.0), (*owner, ABSENT.0)]);
        let (owners, column): (Vec<u32>, Vec<Bytes>) = rows.unzip();
        let wanted = by_rule(tokens);
        let mut numbered = Numbered::default();
        // What another column left is of no matter.
        number(RecipeIx(1), &[[7; TOKEN_BYTES]; 3], &[0, 1, 2], 1, &mut numbered);
        for threads in [1, 2, 7] {
            let shared = number(RecipeIx(0), &column, &owners, threads, &mut numbered);
            let numbers = wanted.iter().flat_map(|(_, number)| [*number, NONE]);
            assert!(numbered.numbers(0..column.len()).eq(numbers));
            for (number, group) in (FIRST_SHARED..).zip(shared.groups()) {
                let of_group = wanted.iter().filter(|(_, other)| *other == number);
                let owners = of_group.map(|(owner, _)| RecordIx(*owner));
                assert_eq!(group, Vec::from_iter(owners.collect::<BTreeSet<RecordIx>>()));
            }
        }
    }

    /// Records with one to three tokens each, of a few thousand different ones.
    fn tokens(of: impl Fn(u32) -> Token) -> Vec<(u32, Token)> {
        let value = |n: u32| n.wrapping_mul(2_654_435_761) >> 20;
        (0..6000u32).map(|n| (n / 2 - n / 7, of(value(n)))).collect()
    }

    #[test]
    fn tokens_that_look_random_are_numbered_in_their_order() {
        assert_by_rule(&tokens(|value| {
            token(blake3::hash(&value.to_le_bytes()).as_bytes().iter().copied())
        }));
    }

    #[test]
    fn tokens_that_begin_alike_are_told_apart() {
        assert_by_rule(&tokens(|value| token([7; 12].into_iter().chain(value.to_be_bytes()))));
    }

    #[test]
    fn no_tokens_have_no_numbers() {
        assert_by_rule(&[]);
    }
}
