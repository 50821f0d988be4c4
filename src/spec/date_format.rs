//! Date formats, compiled once from their `%` notation.

/// How the dates of a column are written, such as `%d/%m/%Y`.
///
/// Knows `%Y` (four digits), `%m`, `%d`, `%b` (`Jan`), `%B` (`January`), `%H`, `%M`, `%S` and
/// `%%`; every other character stands for itself. A one-digit day or month is read where no digit
/// can stand beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DateFormat(Box<[Item]>);

/// Why a text is not a date format.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DateFormatError {
    /// A year without its century.
    #[error(
        "a date format cannot have %y, because a year of two digits may be 1912 or 2012\n\
         export the dates with four-digit years and write %Y"
    )]
    TwoDigitYear,
    /// A directive that is not known.
    #[error(
        "a date format cannot have %{0}\n\
         use %Y, %m, %d, %b (Jan), %B (January) and, for a time of day, %H, %M and %S"
    )]
    UnknownDirective(char),
    /// A `%` at the end.
    #[error("a date format cannot end in %\nwrite %% for a percent sign")]
    LonePercent,
    /// A part of the date that the format does not read.
    #[error(
        "a date format needs the {0}\nuse %Y for the year, %m, %b or %B for the month and %d for the day"
    )]
    Missing(&'static str),
    /// A part of the date that the format reads twice.
    #[error("a date format cannot have the {0} twice\nremove one of them")]
    Repeated(&'static str),
}

/// Year, month and day as they are written: no calendar has been asked yet, see
/// [`CalendarDate::is_real`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CalendarDate {
    /// The year, of four digits.
    pub year: u32,
    /// The month, by number.
    pub month: u32,
    /// The day of the month.
    pub day: u32,
}

impl CalendarDate {
    /// Whether the Gregorian calendar has this day.
    #[must_use]
    pub const fn is_real(self) -> bool {
        1 <= self.day && self.day <= days_in_month(self.year, self.month)
    }
}

const fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        _ => 0,
    }
}

impl DateFormat {
    /// The format of ISO 8601, `%Y-%m-%d`.
    #[must_use]
    pub fn iso() -> Self {
        Self::compile("%Y-%m-%d").expect("the ISO date format compiles")
    }

    /// Compiles a format.
    ///
    /// # Errors
    /// A format with something else in it, or without year, month and day once each.
    pub fn compile(text: &str) -> Result<Self, DateFormatError> {
        let mut items = parse(text.trim())?;
        let have = |parts: &[Item]| items.iter().filter(|item| parts.contains(item)).count();
        for (part, forms) in PARTS {
            match have(forms) {
                0 => return Err(DateFormatError::Missing(part)),
                1 => {}
                _ => return Err(DateFormatError::Repeated(part)),
            }
        }
        let takes_digits: Vec<bool> = items.iter().map(Item::takes_digits).collect();
        for (at, item) in items.iter_mut().enumerate() {
            let before = at.checked_sub(1).is_some_and(|before| takes_digits[before]);
            let after = takes_digits.get(at + 1).is_some_and(|&after| after);
            match item {
                Item::Month { exact } | Item::Day { exact } => *exact = before || after,
                _ => {}
            }
        }
        Ok(Self(items.into()))
    }

    /// Reads a whole cell, if it is written in this format.
    #[must_use]
    pub fn read(&self, cell: &str) -> Option<CalendarDate> {
        let mut rest = cell.as_bytes();
        let mut written = CalendarDate { year: 0, month: 0, day: 0 };
        for item in &self.0 {
            rest = item.read(rest, &mut written)?;
        }
        rest.is_empty().then_some(written)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Item {
    Year,
    Month { exact: bool },
    Day { exact: bool },
    ShortMonth,
    LongMonth,
    Hour,
    Sixtieth,
    Literal(u8),
}

const PARTS: [(&str, &[Item]); 3] = [
    ("year", &[Item::Year]),
    ("month", &[Item::Month { exact: false }, Item::ShortMonth, Item::LongMonth]),
    ("day", &[Item::Day { exact: false }]),
];

fn parse(text: &str) -> Result<Vec<Item>, DateFormatError> {
    let mut items = Vec::new();
    let mut chars = text.chars();
    while let Some(char) = chars.next() {
        if char != '%' {
            items.extend(char.encode_utf8(&mut [0; 4]).bytes().map(Item::Literal));
            continue;
        }
        items.push(match chars.next().ok_or(DateFormatError::LonePercent)? {
            'Y' => Item::Year,
            'm' => Item::Month { exact: false },
            'd' => Item::Day { exact: false },
            'b' => Item::ShortMonth,
            'B' => Item::LongMonth,
            'H' => Item::Hour,
            'M' | 'S' => Item::Sixtieth,
            '%' => Item::Literal(b'%'),
            'y' => return Err(DateFormatError::TwoDigitYear),
            other => return Err(DateFormatError::UnknownDirective(other)),
        });
    }
    Ok(items)
}

impl Item {
    const fn takes_digits(&self) -> bool {
        match self {
            Self::Literal(byte) => byte.is_ascii_digit(),
            Self::ShortMonth | Self::LongMonth => false,
            _ => true,
        }
    }

    /// Reads this item off the front of the text and gives what is left.
    fn read<'text>(self, text: &'text [u8], written: &mut CalendarDate) -> Option<&'text [u8]> {
        match self {
            Self::Literal(byte) => text.strip_prefix(&[byte]),
            Self::Year => number(text, 4, 4, &mut written.year),
            Self::Month { exact } => number(text, if exact { 2 } else { 1 }, 2, &mut written.month),
            Self::Day { exact } => number(text, if exact { 2 } else { 1 }, 2, &mut written.day),
            Self::ShortMonth => short_month(text, &mut written.month),
            Self::LongMonth => long_month(text, &mut written.month),
            Self::Hour => below(24, text),
            Self::Sixtieth => below(60, text),
        }
    }
}

fn number<'text>(
    text: &'text [u8],
    fewest: usize,
    most: usize,
    value: &mut u32,
) -> Option<&'text [u8]> {
    let digits = text.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
    if digits < fewest {
        return None;
    }
    let (number, rest) = text.split_at(digits);
    *value = number.iter().fold(0, |value, byte| value * 10 + u32::from(byte - b'0'));
    Some(rest)
}

fn below(limit: u32, text: &[u8]) -> Option<&[u8]> {
    let mut value = 0;
    number(text, 2, 2, &mut value).filter(|_| value < limit)
}

fn long_month<'text>(text: &'text [u8], month: &mut u32) -> Option<&'text [u8]> {
    let found = (1..).zip(MONTHS).find_map(|(number, name)| {
        strip_prefix_ignoring_case(text, name.as_bytes()).map(|rest| (number, rest))
    });
    found.map(|(number, rest)| {
        *month = number;
        rest
    })
}

/// Three letters, or `Sept`.
fn short_month<'text>(text: &'text [u8], month: &mut u32) -> Option<&'text [u8]> {
    if let Some(rest) = strip_prefix_ignoring_case(text, b"sept") {
        *month = 9;
        return Some(rest);
    }
    let (short, rest) = text.split_at_checked(3)?;
    let is_short = |name: &str| name.as_bytes()[..3].eq_ignore_ascii_case(short);
    *month = (1..).zip(MONTHS).find_map(|(number, name)| is_short(name).then_some(number))?;
    Some(rest)
}

fn strip_prefix_ignoring_case<'text>(text: &'text [u8], prefix: &[u8]) -> Option<&'text [u8]> {
    let (start, rest) = text.split_at_checked(prefix.len())?;
    start.eq_ignore_ascii_case(prefix).then_some(rest)
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_format_that_could_mislead_is_refused_with_the_reason() {
        for (text, error) in [
            ("%d/%m/%y", DateFormatError::TwoDigitYear),
            ("%e/%m/%Y", DateFormatError::UnknownDirective('e')),
            ("%d/%m/%Y%", DateFormatError::LonePercent),
            ("%d/%m", DateFormatError::Missing("year")),
            ("%Y", DateFormatError::Missing("month")),
            ("%Y-%m", DateFormatError::Missing("day")),
            ("%d %b %m %Y", DateFormatError::Repeated("month")),
            ("", DateFormatError::Missing("year")),
        ] {
            assert_eq!(DateFormat::compile(text), Err(error), "{text}");
        }
    }

    #[test]
    fn every_message_says_what_to_do_on_its_second_line() {
        let message = DateFormatError::TwoDigitYear.to_string();
        assert_eq!(message.lines().count(), 2);
        assert!(message.contains("%Y"));
    }

    #[test]
    fn months_are_known_by_name() {
        for (text, cell) in [
            ("%d %b %Y", "21 sep 2012"),
            ("%d %b %Y", "21 SEPT 2012"),
            ("%d %B %Y", "21 September 2012"),
            ("%d%b%Y", "21Sep2012"),
        ] {
            let format = DateFormat::compile(text).expect("the format is good");
            let written = Some(CalendarDate { year: 2012, month: 9, day: 21 });
            assert_eq!(format.read(cell), written, "{cell}");
        }
    }

    #[test]
    fn leap_days_are_in_leap_years_alone() {
        let is_real = |year, month, day| CalendarDate { year, month, day }.is_real();
        for (year, leap) in [(2000, true), (1900, false), (2012, true), (2011, false)] {
            assert_eq!(is_real(year, 2, 29), leap, "{year}");
        }
        assert!(!is_real(2012, 4, 31) && !is_real(2012, 0, 1));
        assert!(!is_real(2012, 13, 1) && !is_real(2012, 1, 0));
    }
}
