//! Tokens as small numbers, in the order of the tokens.
//!
//! Tokens look random, so that their first bits part them into even lists, each small enough to be
//! sorted in a processor's cache. Were they not, the lists would be uneven, and the numbers the same.

use super::columns::{Bytes, Numbered};
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

/// Numbers a column's tokens, given which record each row is of, and lists the groups of records that
/// share one.
pub(super) fn number(recipe: RecipeIx, tokens: &[Bytes], owners: &[u32]) -> (Numbered, Shared) {
    let no_other = |token: &Bytes| if *token == ABSENT.0 { NONE } else { ALONE };
    let mut found = Found {
        tokens,
        owners,
        numbers: tokens.iter().map(no_other).collect(),
        shared: Shared { recipe, records: Vec::new(), ends: Vec::new() },
    };
    let mut lists = Lists::of(tokens);
    while let Some(list) = lists.next_sorted() {
        let told_apart = found.told_apart_by_keys(list);
        for group in list.chunk_by_mut(|a, b| key(*a) == key(*b)).filter(|group| group.len() > 1) {
            if told_apart {
                found.same_token(group);
            } else {
                found.same_key(group);
            }
        }
    }
    found.shared.records.shrink_to_fit();
    found.shared.ends.shrink_to_fit();
    let Found { numbers, shared, .. } = found;
    (Numbered { recipe: recipe.0, numbers }, shared)
}

/// The places of tokens, each below bits of its token, parted by the bits before those.
struct Lists {
    entries: Vec<u64>,
    ends: Vec<usize>,
    done: usize,
}

const fn key(entry: u64) -> u64 {
    entry >> 32
}

#[expect(clippy::cast_possible_truncation, reason = "the lower half is the place")]
const fn place(entry: u64) -> usize {
    entry as u32 as usize
}

impl Lists {
    fn of(tokens: &[Bytes]) -> Self {
        let bits = tokens.len().checked_ilog2().unwrap_or(0).saturating_sub(LIST_BITS);
        let bits = bits.clamp(1, MOST_LISTS_BITS);
        let start = |token: &Bytes| {
            let bytes = token.first_chunk().expect("a token has more than eight bytes");
            u64::from_be_bytes(*bytes)
        };
        let is_there = |token: &&Bytes| **token != ABSENT.0;
        let list = |start: u64| usize::try_from(start >> (64 - bits)).expect("lists are few");
        let mut ends = vec![0; 1 << bits];
        for token in tokens.iter().filter(is_there) {
            ends[list(start(token))] += 1;
        }
        let mut sum = 0;
        for end in &mut ends {
            (*end, sum) = (sum, sum + *end);
        }
        let mut entries = vec![0; sum];
        for (place, token) in (0u64..).zip(tokens).filter(|(_, token)| is_there(token)) {
            let start = start(token);
            let end = &mut ends[list(start)];
            entries[*end] = start << bits >> KEY_BITS << KEY_BITS | place;
            *end += 1;
        }
        Self { entries, ends, done: 0 }
    }

    /// The next list, by its tokens' bits and then by place.
    fn next_sorted(&mut self) -> Option<&mut [u64]> {
        let start = if self.done == 0 { 0 } else { self.ends[self.done - 1] };
        let end = *self.ends.get(self.done)?;
        self.done += 1;
        let list = &mut self.entries[start..end];
        list.sort_unstable();
        Some(list)
    }
}

/// The numbers and groups found so far.
struct Found<'f> {
    tokens: &'f [Bytes],
    owners: &'f [u32],
    numbers: Vec<TokenNo>,
    shared: Shared,
}

impl Found<'_> {
    /// Whether the tokens of a list are the same wherever their keys are, as they mostly are.
    ///
    /// Tokens lie far apart: without a branch the processor waits for many of them at once.
    fn told_apart_by_keys(&self, list: &[u64]) -> bool {
        let token = |entry: u64| self.tokens[place(entry)];
        let pairs = list.array_windows().filter(|[a, b]| key(*a) == key(*b));
        pairs.fold(true, |same, [a, b]| same & (token(*a) == token(*b)))
    }

    /// Takes entries whose tokens begin alike.
    fn same_key(&mut self, entries: &mut [u64]) {
        let tokens = self.tokens;
        let token = |entry: &u64| Token(tokens[place(*entry)]);
        entries.sort_unstable_by_key(|entry| (token(entry), place(*entry)));
        for group in entries.chunk_by(|a, b| token(a) == token(b)) {
            self.same_token(group);
        }
    }

    /// Takes the entries of one token, by ascending record.
    fn same_token(&mut self, entries: &[u64]) {
        let owner = |entry: &u64| self.owners[place(*entry)];
        if owner(&entries[0]) == owner(&entries[entries.len() - 1]) {
            return;
        }
        let number =
            FIRST_SHARED + TokenNo::try_from(self.shared.ends.len()).expect("rows are few");
        for entry in entries {
            self.numbers[place(*entry)] = number;
        }
        let records = entries.chunk_by(|a, b| owner(a) == owner(b));
        self.shared.records.extend(records.map(|entries| RecordIx(owner(&entries[0]))));
        let end = u32::try_from(self.shared.records.len()).expect("tokens have 32-bit places");
        self.shared.ends.push(end);
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
        let (numbered, shared) = number(RecipeIx(0), &column, &owners);
        let wanted = by_rule(tokens);
        let numbers = wanted.iter().flat_map(|(_, number)| [*number, NONE]);
        assert_eq!(numbered.numbers, numbers.collect::<Vec<_>>());
        for (number, group) in (FIRST_SHARED..).zip(shared.groups()) {
            let of_group = wanted.iter().filter(|(_, other)| *other == number);
            let owners: BTreeSet<RecordIx> = of_group.map(|(owner, _)| RecordIx(*owner)).collect();
            assert_eq!(group, owners.into_iter().collect::<Vec<_>>());
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
