//! What one cell might be: every kind is asked.

use super::date_formats;
use super::name_lists::{Listed, listed};
use crate::agency::normalise::{self, Normalised, Refusal, Warning};
use crate::spec::{Kind, SourceField};

/// The kinds whose normalisers are asked of every cell; dates and sex codes are asked otherwise.
pub const KINDS: [Kind; 10] = [
    Kind::NhsNumber,
    Kind::ChiNumber,
    Kind::HcNumber,
    Kind::Uln,
    Kind::Uprn,
    Kind::Upn,
    Kind::UkPostcode,
    Kind::Name,
    Kind::Code,
    Kind::Text,
];

/// Of [`KINDS`], the first so many are numbers of digits alone.
const NUMBERS: usize = 5;

/// Codes for sex that files use, upper-case. Which of them a column holds is counted.
pub const SEX_CODES: [&str; 21] = [
    "M",
    "F",
    "X",
    "U",
    "I",
    "N",
    "B",
    "G",
    "0",
    "1",
    "2",
    "3",
    "9",
    "MALE",
    "FEMALE",
    "BOY",
    "GIRL",
    "UNKNOWN",
    "NOT KNOWN",
    "INDETERMINATE",
    "NOT SPECIFIED",
];

/// What one cell might be. It holds no part of the cell but a date.
#[derive(Clone, Copy)]
pub struct Probe {
    /// For each of [`KINDS`] whether the cell is one.
    pub outcomes: [Normalised; KINDS.len()],
    /// For each date format, by its bit, whether the cell is a date written so.
    pub dates: u32,
    /// Whether the cell stands for "no date".
    pub no_date: bool,
    /// The date as digits, by the first format that fits; else 0.
    pub day: u32,
    /// Which of [`SEX_CODES`] it is.
    pub sex: Option<usize>,
    /// What the lists of names say.
    pub listed: Listed,
    pub shape: Shape,
}

/// What the cell looks like.
#[derive(Clone, Copy, Default)]
pub struct Shape {
    /// Nothing but digits, and how many.
    pub digits: Option<usize>,
    /// Many words, or long.
    pub is_long: bool,
    /// A comma or two words, each of letters.
    pub has_comma: bool,
    /// A postcode stands at the end of other text.
    pub ends_in_postcode: bool,
    /// A date whose year has two digits.
    pub short_year: bool,
    /// A number that Excel might mean as a day of a child's life.
    pub excel_day: bool,
}

/// Asks every kind of a cell that is not blank.
pub fn probe(cell: &str, plain: &SourceField, out: &mut String) -> Probe {
    let has_digit = cell.bytes().any(|byte| byte.is_ascii_digit()) || !cell.is_ascii();
    let mut outcomes: [Normalised; KINDS.len()] = [Err(Refusal::BadCharacter); KINDS.len()];
    let mut name = Listed::No;
    for (place, kind) in KINDS.into_iter().enumerate() {
        // All numbers refuse a cell without digits alike.
        outcomes[place] = match (1..NUMBERS).contains(&place) && !has_digit {
            true => outcomes[0],
            false => normalise::normalise(kind, plain, cell, out),
        };
        if kind == Kind::Name && outcomes[place].is_ok() {
            name = listed(out);
        }
    }
    let (dates, no_date, day) = dates(cell, out);
    Probe { outcomes, dates, no_date, day, sex: sex(cell), listed: name, shape: shape(cell, out) }
}

/// Whether a cell has nothing to see.
pub fn is_blank(cell: &str, out: &mut String) -> bool {
    let shows = |byte: u8| byte.is_ascii_graphic();
    !cell.bytes().any(shows) && normalise::text(cell, out) == Err(Refusal::Blank)
}

const LONGEST_DATE: usize = 32;

/// What a cell is as a date: formats by their bits, whether it stands for "no date", and the day.
fn dates(cell: &str, out: &mut String) -> (u32, bool, u32) {
    let (mut bits, mut no_date, mut day) = (0, false, 0);
    if cell.len() > LONGEST_DATE {
        return (bits, no_date, day);
    }
    let text = cell.trim();
    let mut is_written = false;
    for (place, format) in date_formats::all().iter().enumerate() {
        // A quick look first; text with odd characters is left to the normaliser.
        if text.is_ascii() && format.read(text).is_none() {
            continue;
        }
        is_written = true;
        match normalise::date(cell, std::slice::from_ref(format), out) {
            Ok(_) => {
                bits |= 1 << place;
                day = if day == 0 { out.parse().unwrap_or(0) } else { day };
            }
            Err(refusal) => no_date |= refusal == Refusal::Placeholder,
        }
    }
    if !is_written {
        no_date = normalise::date(cell, &[], out) == Err(Refusal::Placeholder);
    }
    (bits, no_date && bits == 0, day)
}

fn sex(cell: &str) -> Option<usize> {
    let code = cell.trim();
    let code = code.strip_suffix(".0").unwrap_or(code);
    SEX_CODES.iter().position(|known| known.eq_ignore_ascii_case(code))
}

/// Text of more words or bytes is no name and no code.
const MOST_WORDS: usize = 4;
const MOST_BYTES: usize = 40;

fn shape(cell: &str, out: &mut String) -> Shape {
    let cell = cell.trim();
    let digits = cell.bytes().all(|byte| byte.is_ascii_digit()).then_some(cell.len());
    let words = cell.split_ascii_whitespace().count();
    let is_number = |least, most| {
        digits == Some(5) && cell.parse::<u32>().is_ok_and(|day| (least..=most).contains(&day))
    };
    Shape {
        digits,
        is_long: words > MOST_WORDS || cell.len() > MOST_BYTES,
        has_comma: cell.contains(','),
        ends_in_postcode: words > 2 && ends_in_postcode(cell, out),
        short_year: is_short_date(cell.as_bytes()),
        // 1 January 1990 to 2 November 2037.
        excel_day: is_number(32_874, 50_345),
    }
}

/// Whether the last word, or the last two, are a postcode and others stand before it.
fn ends_in_postcode(cell: &str, out: &mut String) -> bool {
    let mut words = cell.rsplit([' ', ',', '\n']).filter(|word| !word.is_empty());
    let (Some(last), Some(before)) = (words.next(), words.next()) else { return false };
    let mut is_postcode = |text: &str| normalise::uk_postcode(text, out).is_ok();
    last.len() <= 8
        && (is_postcode(last) || last.len() == 3 && is_postcode(&format!("{before} {last}")))
}

/// Whether it is such as 21/01/12.
fn is_short_date(cell: &[u8]) -> bool {
    let mut parts = cell.split(|byte| matches!(byte, b'/' | b'-' | b'.'));
    let mut next = |most| {
        let part: &[u8] = parts.next().unwrap_or_default();
        (1..=most).contains(&part.len()) && part.iter().all(u8::is_ascii_digit)
    };
    cell.len() <= 8 && next(2) && next(2) && next(2) && parts.next().is_none()
}

/// The place of a warning in counts.
pub fn place(warning: Warning) -> usize {
    Warning::ALL.iter().position(|other| *other == warning).expect("every warning is listed")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::FieldIx;

    fn of(cell: &str) -> Probe {
        let plain = SourceField::plain(FieldIx(0), Kind::Text);
        probe(cell, &plain, &mut String::new())
    }

    fn valid(cell: &str) -> Vec<Kind> {
        let probe = of(cell);
        let numbers = KINDS.into_iter().zip(probe.outcomes);
        numbers
            .filter(|(kind, outcome)| kind.is_number() && outcome.is_ok())
            .map(|(k, _)| k)
            .collect()
    }

    #[test]
    fn numbers_are_told_apart_by_their_checks() {
        assert_eq!(valid("9434765919"), [Kind::NhsNumber, Kind::Uprn]);
        assert_eq!(valid("9276308686"), [Kind::Uln, Kind::Uprn]);
        assert_eq!(valid("0101011237"), [Kind::NhsNumber, Kind::ChiNumber, Kind::Uprn]);
        assert_eq!(valid("B801200005001"), [Kind::Upn]);
        assert_eq!(valid("Smith"), []);
    }

    #[test]
    fn the_order_of_day_and_month_shows_in_the_bits() {
        assert_eq!(of("21/01/2012").dates, 0b01);
        assert_eq!(of("01/21/2012").dates, 0b10);
        assert_eq!((of("02/01/2012").dates, of("02/01/2012").day), (0b11, 20_120_102));
        assert!(of("01/01/1900").no_date && of("unknown").no_date && !of("Smith").no_date);
    }

    #[test]
    fn shapes_are_seen() {
        assert!(of("110 Quarry Bank, Penwhistle, AM8 1JJ").shape.ends_in_postcode);
        assert!(of("110 Quarry Bank AM81JJ").shape.ends_in_postcode);
        assert!(!of("110 Quarry Bank, Penwhistle").shape.ends_in_postcode);
        assert!(!of("AM8 1JJ").shape.ends_in_postcode);
        assert!(of("1/2/12").shape.short_year && !of("1/2/2012").shape.short_year);
        assert!(of("40929").shape.excel_day && !of("10929").shape.excel_day);
        assert_eq!(of(" male ").sex.map(|place| SEX_CODES[place]), Some("MALE"));
        assert_eq!(of("1.0").sex.map(|place| SEX_CODES[place]), Some("1"));
    }
}
