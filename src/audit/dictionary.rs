//! The dictionary attack: whoever holds the linkage key can make the token of every NHS number.
//!
//! Shown on numbers that the program makes up itself, from the block 999, which is for tests: it
//! makes tokens of a thousand of them and then finds them again by trying every number of the
//! block. No number of a record is ever told.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use serde::Serialize;

use super::chance::Chance;
use super::column::Column;
use super::counts::Values;
use crate::agency::GuessTokens;
use crate::format::FormatError;
use crate::key::LinkageKey;
use crate::spec::{Kind, Linkage, Recipe};

/// The first nine digits of the numbers that are tried, from and to.
const STEMS: std::ops::Range<u32> = 999_000_000..1_000_000_000;

/// Into how many parts the block is cut where speed is measured.
pub const SLICES: u32 = 20;

/// How many numbers are hidden among them.
const PLANTED: usize = 1000;

/// What came of the attack.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Dictionary {
    /// The recipe that was attacked.
    pub recipe: String,
    /// Numbers of the program's own whose tokens were hidden.
    pub planted: u64,
    /// How many of them were recovered; the attack works, so all.
    pub recovered: u64,
    /// Valid numbers that were tried.
    pub tried: u64,
    /// Tokens of the table that the same numbers gave.
    pub found_in_table: u64,
    /// Whether the linker has re-keyed the table, so that none may be found in it.
    pub rekeyed: bool,
    /// All ten-digit numbers that pass the check.
    pub all_numbers: u64,
    /// Those of the blocks of England, Wales and the Isle of Man.
    pub english_numbers: u64,
}

/// The recipe that is the NHS number and nothing else, if the spec has one.
pub(super) fn recipe(linkage: &Linkage) -> Option<&Recipe> {
    let is_number = |recipe: &&Recipe| match recipe.parts.as_slice() {
        [part] => part.choices.iter().all(|c| linkage.field_at(c.field).kind == Kind::NhsNumber),
        _ => false,
    };
    linkage.recipes.iter().find(is_number)
}

/// Tries every number of the block against the planted tokens and the table's.
pub(super) fn attack(
    linkage: &Linkage,
    key: &LinkageKey,
    recipe: &Recipe,
    column: &Column<'_>,
    rekeyed: bool,
) -> Result<Dictionary, FormatError> {
    let Tried { planted, recovered, mut tokens } = try_all(linkage, key, recipe);
    tokens.sort_unstable();
    let mut found = BTreeSet::new();
    column.each(&mut |token| {
        if tokens.binary_search(&token).is_ok() {
            found.insert(token);
        }
    })?;
    Ok(Dictionary {
        recipe: recipe.id.clone(),
        planted,
        recovered,
        tried: tokens.len() as u64,
        found_in_table: found.len() as u64,
        rekeyed,
        all_numbers: super::VALID_NHS_NUMBERS,
        english_numbers: super::ENGLISH_NHS_NUMBERS,
    })
}

/// What came of trying every number of the block.
pub(super) struct Tried {
    planted: u64,
    recovered: u64,
    /// The token of each number tried.
    pub tokens: Vec<u128>,
}

/// Hides the planted numbers behind their tokens, and tries every number of the block for them.
pub(super) fn try_all(linkage: &Linkage, key: &LinkageKey, recipe: &Recipe) -> Tried {
    let mut made = GuessTokens::new(linkage, key, recipe);
    let planted: FxHashSet<u128> =
        planted().iter().map(|number| token(&mut made, number)).collect();
    let (mut recovered, mut tokens) = (BTreeSet::new(), Vec::new());
    for number in STEMS.filter_map(with_check_digit) {
        let token = token(&mut made, &number);
        if planted.contains(&token) {
            recovered.insert(token);
        }
        tokens.push(token);
    }
    Tried { planted: planted.len() as u64, recovered: recovered.len() as u64, tokens }
}

/// Tries the numbers of one of [`SLICES`] parts of the block, as an attacker would who looks for one
/// token, and gives how many there were.
pub(super) fn try_slice(linkage: &Linkage, key: &LinkageKey, recipe: &Recipe, slice: u32) -> u64 {
    let mut made = GuessTokens::new(linkage, key, recipe);
    let length = (STEMS.end - STEMS.start) / SLICES;
    let first = STEMS.start + slice * length;
    let numbers = (first..first + length).filter_map(with_check_digit);
    let (mut tried, mut found) = (0, 0);
    for number in numbers {
        found += u64::from(token(&mut made, &number) == 0);
        tried += 1;
    }
    tried - found
}

fn token(made: &mut GuessTokens, number: &Number) -> u128 {
    u128::from_be_bytes(made.token(std::iter::once(number.text())).0)
}

/// The numbers that are hidden: always the same ones.
fn planted() -> BTreeSet<Number> {
    let mut chance = Chance::new(999, 0);
    let mut numbers = BTreeSet::new();
    while numbers.len() < PLANTED {
        let place = u32::try_from(chance.below(u64::from(STEMS.end - STEMS.start)));
        numbers.extend(with_check_digit(STEMS.start + place.expect("below a million")));
    }
    numbers
}

/// A number's ten digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Number([u8; 10]);

impl Number {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.0).expect("digits are text")
    }
}

/// The number with this stem, unless its check digit would be ten.
fn with_check_digit(stem: u32) -> Option<Number> {
    let (mut digits, mut left, mut sum) = ([b'0'; 10], stem, 0);
    for (digit, weight) in digits[..9].iter_mut().rev().zip(2..) {
        let one = u8::try_from(left % 10).expect("a digit");
        *digit += one;
        sum += u32::from(one) * weight;
        left /= 10;
    }
    let check = u8::try_from((11 - sum % 11) % 11).expect("a digit or ten");
    digits[9] += check;
    (check < 10).then_some(Number(digits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agency::parts_of;
    use crate::spec::Derivation;

    #[test]
    fn every_number_tried_is_a_valid_one() {
        for number in STEMS.step_by(997).filter_map(with_check_digit) {
            let parts = parts_of(Kind::NhsNumber, Derivation::Whole, number.text());
            let filler = number.0.iter().all(|digit| *digit == b'9');
            assert!(parts == [number.text()] || filler, "{}", number.text());
        }
        let known = with_check_digit(943_476_591);
        assert_eq!(known.as_ref().map(Number::text), Some("9434765919"));
        let valid = STEMS.filter_map(with_check_digit).count();
        assert!((909_000..909_200).contains(&valid), "ten of eleven stems have a digit: {valid}");
        assert_eq!(planted().len(), PLANTED);
    }
}
