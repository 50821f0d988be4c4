//! What a column's values alone say.

use super::column::Column;
use super::dates;
use super::meaning::{Meaning, Sure};
use super::sex;
use super::share;
use crate::spec::Kind;

/// What the values say of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guess {
    pub meaning: Meaning,
    pub sure: Sure,
    pub why: String,
}

/// With fewer values than this, agreement may be chance.
const ENOUGH: u64 = 20;

/// Of fewer values nothing is sure.
const LEAST: u64 = 3;

/// The values' own story, without the column's name. Which of several columns of names or dates is
/// which is not said here.
pub fn guess(column: &Column) -> Guess {
    if column.filled() == 0 {
        return Guess { meaning: Meaning::Nothing, sure: Sure::Sure, why: "all empty".into() };
    }
    checked(column)
        .or_else(|| date(column))
        .or_else(|| sex_codes(column))
        .or_else(|| name(column))
        .or_else(|| property(column))
        .unwrap_or_else(|| rest(column))
}

/// The values that count: not blank, and no placeholder of the kind.
pub fn usable(column: &Column, kind: Kind) -> u64 {
    column.filled() - column.kind(kind).placeholders()
}

/// The share of the values that count which pass the kind's rules, as text.
pub fn passes(column: &Column, kind: Kind) -> String {
    format!("{} pass", share::per_cent(column.kind(kind).valid, usable(column, kind)))
}

/// A kind with a check, if at least half of the values pass it.
fn checked(column: &Column) -> Option<Guess> {
    let kinds = [
        (Kind::Upn, Meaning::Upn),
        (Kind::HcNumber, Meaning::HcNumber),
        (Kind::ChiNumber, Meaning::ChiNumber),
        (Kind::NhsNumber, Meaning::NhsNumber),
        (Kind::Uln, Meaning::Uln),
        (Kind::UkPostcode, Meaning::Postcode),
    ];
    let (kind, meaning) = kinds.into_iter().find(|(kind, _)| is(column, *kind))?;
    let valid = column.kind(kind).valid;
    let nearly_all = share::at_least(valid, usable(column, kind), 90) && valid >= ENOUGH;
    let sure = match nearly_all {
        true => Sure::Sure,
        false if valid >= LEAST => Sure::Likely,
        false => Sure::Unsure,
    };
    Some(Guess { meaning, sure, why: passes(column, kind) })
}

fn is(column: &Column, kind: Kind) -> bool {
    share::at_least(column.kind(kind).valid, usable(column, kind), 50)
}

fn date(column: &Column) -> Option<Guess> {
    let counts = &column.dates;
    (counts.any >= LEAST && dates::are_dates(counts, column.filled())).then(|| Guess {
        meaning: Meaning::OtherDate,
        sure: Sure::Likely,
        why: format!("{} are dates", share::per_cent(counts.any, column.filled() - counts.none)),
    })
}

fn sex_codes(column: &Column) -> Option<Guess> {
    if !share::at_least(sex::known(column), column.filled(), 99) {
        return None;
    }
    let sure = if sex::is_spelt_out(column) {
        Sure::Likely
    } else if sex::is_in_digits(column) && sex::count(column, "3") == 0 {
        Sure::Unsure
    } else {
        return None;
    };
    Some(Guess { meaning: Meaning::Sex, sure, why: "only codes for sex".into() })
}

/// Names of which at least so many of a hundred are common ones.
const COMMON: u64 = 15;

fn name(column: &Column) -> Option<Guess> {
    let names = &column.names;
    let listed = names.forenames + names.surnames + names.whole;
    let are_names = share::at_least(column.kind(Kind::Name).valid, usable(column, Kind::Name), 80)
        && share::at_least(listed, column.filled(), COMMON)
        && !share::at_least(column.shapes.long, column.filled(), 20)
        && listed >= LEAST;
    if !are_names {
        return None;
    }
    let meaning = if share::at_least(names.whole, listed, 40) {
        Meaning::FullName
    } else if names.surnames > names.forenames {
        Meaning::Surname
    } else {
        Meaning::Forename
    };
    let clear = names.forenames.max(names.surnames) >= 2 * names.forenames.min(names.surnames);
    let sure = if clear && meaning != Meaning::FullName { Sure::Likely } else { Sure::Unsure };
    let what = match meaning {
        Meaning::Forename => "common forenames",
        Meaning::Surname => "common surnames",
        _ => "common names, two together",
    };
    Some(Guess { meaning, sure, why: format!("{what} among them") })
}

/// Numbers of the length of a property's; nothing else tells them.
fn property(column: &Column) -> Option<Guess> {
    let long = column.shapes.long_numbers;
    (long >= LEAST && share::at_least(long, column.filled(), 90)).then(|| Guess {
        meaning: Meaning::Uprn,
        sure: Sure::Unsure,
        why: "numbers of its length, without a check".into(),
    })
}

fn rest(column: &Column) -> Guess {
    let is_text = share::at_least(column.shapes.long, column.filled(), 30);
    let (meaning, why) = match is_text {
        true => (Meaning::Text, "many words in a cell"),
        false => (Meaning::Code, "short values"),
    };
    Guess { meaning, sure: Sure::Likely, why: why.into() }
}

/// Whether every row has a value of its own, as far as was counted.
pub fn is_unique(column: &mut Column) -> bool {
    column.blank == 0 && column.cells >= LEAST && column.distinct.counted().repeated == 0
}
