//! What each column is: its name, its values and the other columns taken together.

use super::column::Column;
use super::dates;
use super::header::{self, Said};
use super::looks::{Recognised, Role};
use super::meaning::{Meaning, Sure};
use super::pairs::{self, Pairs};
use super::sex;
use super::share;
use super::values::{self, Guess};
use crate::spec::Kind;

/// What was found of one column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judged {
    pub meaning: Meaning,
    pub sure: Sure,
    pub why: String,
    /// What the name or the layout said, where it said something.
    pub called: Option<Meaning>,
    /// Whether the name or the layout is known at all.
    pub named: bool,
    /// What the values alone said.
    pub values: Meaning,
}

/// Judges every column.
pub fn judge(
    names: &[String],
    columns: &mut [Column],
    pairs: &Pairs,
    recognised: Option<&Recognised>,
) -> Vec<Judged> {
    let one = |(place, name): (usize, &String)| {
        let role = recognised.and_then(|found| found.roles[place].as_ref());
        let said = match role {
            Some(Role::Is(meaning)) => Some(Said::Meaning(*meaning)),
            Some(Role::Goes) => Some(Said::Other),
            None => header::said(name),
        };
        let by = if role.is_some() { "the layout" } else { "its name" };
        column(said, by, &columns[place])
    };
    let mut judged: Vec<Judged> = names.iter().enumerate().map(one).collect();
    for meaning in [Meaning::NhsNumber, Meaning::ChiNumber, Meaning::HcNumber, Meaning::Uln] {
        settle(&mut judged, columns, meaning, meaning);
    }
    settle(&mut judged, columns, Meaning::Upn, Meaning::FormerUpn);
    settle(&mut judged, columns, Meaning::Postcode, Meaning::OtherPostcode);
    settle(&mut judged, columns, Meaning::Forename, Meaning::MiddleNames);
    settle(&mut judged, columns, Meaning::Surname, Meaning::OtherSurname);
    settle(&mut judged, columns, Meaning::Sex, Meaning::Code);
    settle(&mut judged, columns, Meaning::Uprn, Meaning::Code);
    births(&mut judged, columns, pairs);
    two_of_one(&mut judged, Meaning::DateOfBirth);
    two_of_one(&mut judged, Meaning::Sex);
    record_id(&mut judged, columns);
    judged
}

/// One column, by what its name says and its values.
fn column(said: Option<Said>, by: &str, column: &Column) -> Judged {
    let guess = values::guess(column);
    let (called, named) = match said {
        Some(Said::Meaning(meaning)) => (Some(meaning), true),
        Some(Said::Other) => (None, true),
        None => (None, false),
    };
    let values = guess.meaning;
    let (meaning, sure, why) = match said {
        Some(Said::Meaning(meaning)) => called_so(meaning, by, column, &guess),
        Some(Said::Other) => called_otherwise(by, &guess),
        None => (guess.meaning, guess.sure, guess.why),
    };
    Judged { meaning, sure, why, called, named, values }
}

type Verdict = (Meaning, Sure, String);

/// A column whose name says what it holds.
fn called_so(called: Meaning, by: &str, column: &Column, guess: &Guess) -> Verdict {
    if guess.meaning == Meaning::Nothing {
        return (called, Sure::Likely, format!("{by}; all empty"));
    }
    // Check digits are better witnesses than names.
    let feeds_same = guess.meaning.field().map(|(_, kind)| kind) == called.field().map(|(_, k)| k);
    let is_sure = guess.meaning.has_check() && guess.sure > Sure::Unsure;
    if is_sure && !feeds_same && called != Meaning::SomeoneElse {
        return (guess.meaning, Sure::Unsure, format!("{}, but not by {by}", guess.why));
    }
    match called {
        Meaning::DateOfBirth => birth(by, column, guess),
        Meaning::Sex => of_sex(by, column),
        Meaning::RecordId => (called, Sure::Likely, by.to_owned()),
        Meaning::FullName => (called, Sure::Unsure, by.to_owned()),
        _ => match called.field() {
            Some((_, kind)) => of_kind(called, kind, by, column),
            None => (called, Sure::Sure, by.to_owned()),
        },
    }
}

fn of_kind(called: Meaning, kind: Kind, by: &str, column: &Column) -> Verdict {
    let (valid, usable) = (column.kind(kind).valid, values::usable(column, kind));
    let why = format!("{by}; {}", values::passes(column, kind));
    let sure = if usable == 0 || share::at_least(valid, usable, 80) {
        Sure::Sure
    } else if share::at_least(valid, usable, 50) {
        Sure::Likely
    } else {
        Sure::Unsure
    };
    (called, sure, why)
}

fn birth(by: &str, column: &Column, guess: &Guess) -> Verdict {
    let reading = dates::reading(&column.dates);
    let has_dates = guess.meaning == Meaning::OtherDate
        || column.dates.any > 0 && dates::are_dates(&column.dates, column.filled());
    let (sure, why) = if !has_dates {
        (Sure::Unsure, "few of its values are dates".to_owned())
    } else if reading.is_open() {
        (Sure::Unsure, "day and month may stand in either order".to_owned())
    } else {
        (Sure::Sure, format!("dates as {}", reading.formats.join(", ")))
    };
    (Meaning::DateOfBirth, sure, format!("{by}; {why}"))
}

fn of_sex(by: &str, column: &Column) -> Verdict {
    let (known, filled) = (sex::known(column), column.filled());
    let why = format!("{by}; {} are known codes", share::per_cent(known, filled));
    let sure = if share::at_least(known, filled, 90) { Sure::Sure } else { Sure::Unsure };
    (Meaning::Sex, sure, why)
}

/// A column whose name is known and no identifier's.
fn called_otherwise(by: &str, guess: &Guess) -> Verdict {
    let is_number = guess.meaning.has_check() && guess.meaning != Meaning::Postcode;
    if is_number && guess.sure > Sure::Unsure {
        return (guess.meaning, Sure::Unsure, format!("{}, but not by {by}", guess.why));
    }
    let meaning = match guess.meaning {
        Meaning::OtherDate | Meaning::Text | Meaning::Nothing => guess.meaning,
        _ => Meaning::Code,
    };
    (meaning, Sure::Sure, by.to_owned())
}

/// Columns that only their values show to be of this meaning: the fullest is, if no other is called
/// so and no other is as full; the rest may be, and a person must say.
fn settle(judged: &mut [Judged], columns: &[Column], meaning: Meaning, further: Meaning) {
    let field = meaning.field().map(|(name, _)| name);
    let is_called = judged
        .iter()
        .any(|one| one.called.is_some_and(|called| called.field().map(|(name, _)| name) == field));
    let mut open: Vec<usize> = (0..judged.len())
        .filter(|&at| !judged[at].named && judged[at].meaning == meaning)
        .collect();
    open.sort_by_key(|&at| (u64::MAX - columns[at].filled(), at));
    let stands_out = open.len() < 2 || columns[open[0]].filled() > columns[open[1]].filled();
    for (rank, &at) in open.iter().enumerate() {
        if is_called && further == Meaning::Code {
            judged[at].meaning = Meaning::Code;
            judged[at].sure = Sure::Likely;
            judged[at].why = "short values".to_owned();
            continue;
        }
        let is_first = rank == 0 && !is_called;
        if !is_first {
            judged[at].meaning = further;
        }
        if !(is_first && stands_out) {
            judged[at].sure = Sure::Unsure;
            judged[at].why += "; another column may be it";
        } else if judged[at].sure == Sure::Sure {
            judged[at].sure = Sure::Likely;
        }
    }
}

/// Of dates that only their values show, the one that is before the others of its row is of birth.
fn births(judged: &mut [Judged], columns: &[Column], pairs: &Pairs) {
    let is_called = judged.iter().any(|one| one.called == Some(Meaning::DateOfBirth));
    let dates: Vec<usize> =
        (0..judged.len()).filter(|&at| judged[at].meaning == Meaning::OtherDate).collect();
    let open: Vec<usize> = dates.iter().copied().filter(|&at| !judged[at].named).collect();
    if is_called || open.is_empty() {
        return;
    }
    if let ([only], 1) = (open.as_slice(), dates.len()) {
        judged[*only].meaning = Meaning::DateOfBirth;
        judged[*only].sure = Sure::Unsure;
        judged[*only].why += ", the only ones: of birth?";
        return;
    }
    let is_first = |&&at: &&usize| {
        dates.iter().filter(|&&other| other != at).all(|&other| {
            let counts = pairs::of(pairs, at, other);
            let both = counts.earlier + counts.same + counts.later;
            both == 0 || share::at_least(counts.earlier + counts.same, both, 95)
        })
    };
    let mut births: Vec<usize> = open.iter().filter(is_first).copied().collect();
    // A parent's birth is before the child's: where the dates are a generation apart, ask.
    if let [first] = births[..] {
        let is_generation_later = |other: &&usize| {
            let counts = pairs::of(pairs, first, **other);
            let both = counts.earlier + counts.same + counts.later;
            share::at_least(counts.far, both, 90)
        };
        births.extend(open.iter().filter(is_generation_later));
    }
    for &at in &births {
        judged[at].meaning = Meaning::DateOfBirth;
        let is_open = dates::reading(&columns[at].dates).is_open();
        let is_only = births.len() == 1 && !is_open;
        judged[at].sure = if is_only { Sure::Likely } else { Sure::Unsure };
        judged[at].why += if is_only { ", before the other dates of their rows" } else { "" };
    }
}

/// Where two columns are called the same and only one can be it, a person must say which.
fn two_of_one(judged: &mut [Judged], meaning: Meaning) {
    let all: Vec<usize> = (0..judged.len()).filter(|&at| judged[at].meaning == meaning).collect();
    if all.len() > 1 {
        for at in all {
            judged[at].sure = Sure::Unsure;
            judged[at].why += "; another column says so too";
        }
    }
}

/// One column is the record's own id: one that is called so, or else the first of which every row
/// has a value of its own.
fn record_id(judged: &mut [Judged], columns: &mut [Column]) {
    let places = |judged: &[Judged], meaning| -> Vec<usize> {
        (0..judged.len()).filter(|&at| judged[at].meaning == meaning).collect()
    };
    let called = places(judged, Meaning::RecordId);
    let unique: Vec<usize> =
        called.iter().copied().filter(|&at| values::is_unique(&mut columns[at])).collect();
    if let Some(&first) = unique.first().or_else(|| called.first()) {
        for at in called {
            let (sure, why) = match (at == first, unique.contains(&at)) {
                (true, true) if columns[at].distinct.counted().more => {
                    (Sure::Sure, "; no value looked at stands twice")
                }
                (true, true) => (Sure::Sure, "; no value stands twice"),
                (true, false) if columns[at].distinct.counted().values <= 1 => {
                    (Sure::Unsure, "; it says the same in all rows")
                }
                (true, false) => (Sure::Likely, ""),
                (false, _) => (Sure::Unsure, "; another column is rather it"),
            };
            judged[at].sure = sure;
            judged[at].why += why;
        }
        return;
    }
    let is_open = |at: &usize| !judged[*at].named;
    let open: Vec<usize> = places(judged, Meaning::Code).into_iter().filter(is_open).collect();
    let uprn = places(judged, Meaning::Uprn).into_iter().filter(is_open);
    let candidates: Vec<usize> = open.into_iter().chain(uprn).collect();
    if let Some(at) = candidates.into_iter().find(|&at| values::is_unique(&mut columns[at])) {
        judged[at].meaning = Meaning::RecordId;
        judged[at].sure = Sure::Likely;
        judged[at].why = "every row has a value of its own".to_owned();
    }
}
