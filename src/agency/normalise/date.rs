//! Calendar dates.

use super::{Normalised, Refusal, Warning, cell, placeholder};
use crate::spec::{CalendarDate, DateFormat};

/// A date in one of the declared formats; canonical `20120121`.
///
/// The first format of which the cell has the shape decides, so that the order of day and month
/// is never guessed: after `%d/%m/%Y`, a format `%m/%d/%Y` has no say.
///
/// # Errors
/// A cell that fits no format, is no day of the calendar or of 1880 to 2100, or is one of the
/// days that software writes for "no date".
pub fn date(cell: &str, formats: &[DateFormat], out: &mut String) -> Normalised {
    out.clear();
    let text = cell::plain(cell);
    let written = formats.iter().find_map(|format| format.read(&text));
    let Some(written) = written else {
        return Err(why_unwritten(&text));
    };
    let CalendarDate { year, month, day } = written;
    if year == 9999 || PLACEHOLDERS.contains(&(year, month, day)) {
        return Err(Refusal::Placeholder);
    }
    if !written.is_real() {
        return Err(Refusal::NotADate);
    }
    if !(FIRST_YEAR..=LAST_YEAR).contains(&year) {
        return Err(Refusal::OutOfRange);
    }
    write(year * 10_000 + month * 100 + day, out);
    Ok((month == 1 && day == 1).then_some(Warning::FirstOfJanuary))
}

const FIRST_YEAR: u32 = 1880;
const LAST_YEAR: u32 = 2100;

/// The zero days of SQL Server, Access, Excel, Unix and others; 9999 is refused as a year.
const PLACEHOLDERS: [(u32, u32, u32); 8] = [
    (0, 0, 0),
    (1, 1, 1),
    (1753, 1, 1),
    (1800, 1, 1),
    (1899, 12, 30),
    (1899, 12, 31),
    (1900, 1, 1),
    (1970, 1, 1),
];

fn write(digits: u32, out: &mut String) {
    let mut place = 10_000_000;
    while place > 0 {
        let digit = digits / place % 10;
        out.push(char::from_digit(digit, 10).expect("a remainder by ten is a digit"));
        place /= 10;
    }
}

#[cold]
fn why_unwritten(text: &str) -> Refusal {
    if text.is_empty() {
        Refusal::Blank
    } else if placeholder::says_missing(text) || placeholder::is_zeros_or_nines(text.as_bytes()) {
        Refusal::Placeholder
    } else {
        Refusal::DateFormat
    }
}

#[cfg(test)]
mod tests {
    use super::super::canonical;
    use super::*;
    use proptest::prelude::*;

    fn read(cell: &str, formats: &[&str]) -> Result<(String, Option<Warning>), Refusal> {
        let compile = |text: &&str| DateFormat::compile(text).expect("the format is good");
        let formats: Vec<_> = formats.iter().map(compile).collect();
        canonical(|cell, out| date(cell, &formats, out), cell)
    }

    #[test]
    fn the_formats_of_real_files_are_read() {
        for (cell, format) in [
            ("21/01/2012", "%d/%m/%Y"),
            ("21/1/2012", "%d/%m/%Y"),
            ("2012-01-21", "%Y-%m-%d"),
            ("\u{200e}2012‐01‐21 ", "%Y-%m-%d"),
            ("2012-Jan-21 00:00:00", "%Y-%b-%d %H:%M:%S"),
            ("2012-01-21T23:59:59", "%Y-%m-%dT%H:%M:%S"),
            ("20120121", "%Y%m%d"),
            ("21JAN2012", "%d%b%Y"),
            ("2012年1月21日", "%Y年%m月%d日"),
        ] {
            assert_eq!(read(cell, &[format]), Ok(("20120121".into(), None)), "{cell} {format}");
        }
    }

    #[test]
    fn a_cell_that_does_not_fit_is_refused() {
        for (cell, format) in [
            ("2012-01-21 00:00:00", "%Y-%m-%d"),
            ("2012-01-21T00:00:00", "%Y-%m-%d"),
            ("21/01/12", "%d/%m/%Y"),
            ("2012121", "%Y%m%d"),
            ("40929", "%d/%m/%Y"),
            ("2012-01-21 24:00:00", "%Y-%m-%d %H:%M:%S"),
            ("21 Januar 2012", "%d %B %Y"),
        ] {
            assert_eq!(read(cell, &[format]), Err(Refusal::DateFormat), "{cell} {format}");
        }
        assert_eq!(read("21/01/2012", &[]), Err(Refusal::DateFormat));
    }

    #[test]
    fn the_first_format_of_the_right_shape_decides() {
        let both = ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y"];
        assert_eq!(read("02/01/2012", &both), Ok(("20120102".into(), None)));
        assert_eq!(read("01/21/2012", &both), Err(Refusal::NotADate));
    }

    #[test]
    fn days_that_no_calendar_has_are_refused() {
        for cell in ["2011-02-29", "2012-13-01", "2012-00-10", "2012-04-31", "1900-02-29"] {
            assert_eq!(read(cell, &["%Y-%m-%d"]), Err(Refusal::NotADate), "{cell}");
        }
        assert_eq!(read("2012-02-29", &["%Y-%m-%d"]), Ok(("20120229".into(), None)));
    }

    #[test]
    fn days_that_stand_for_no_date_are_placeholders() {
        for cell in [
            "1753-01-01",
            "1800-01-01",
            "1899-12-30",
            "1899-12-31",
            "1900-01-01",
            "1970-01-01",
            "9999-12-31",
            "9999-99-99",
            "0001-01-01",
            "0000-00-00",
            "N/A",
            "00000000",
            "unknown",
        ] {
            assert_eq!(read(cell, &["%Y-%m-%d"]), Err(Refusal::Placeholder), "{cell}");
        }
        let kept = Ok(("20000101".into(), Some(Warning::FirstOfJanuary)));
        assert_eq!(read("2000-01-01", &["%Y-%m-%d"]), kept);
    }

    #[test]
    fn dates_outside_the_range_are_refused() {
        assert_eq!(read("1879-12-31", &["%Y-%m-%d"]), Err(Refusal::OutOfRange));
        assert_eq!(read("2101-01-01", &["%Y-%m-%d"]), Err(Refusal::OutOfRange));
        assert!(read("1880-01-02", &["%Y-%m-%d"]).is_ok());
        assert!(read("2100-12-31", &["%Y-%m-%d"]).is_ok());
    }

    proptest! {
        #[test]
        fn no_format_and_no_cell_panics(format in any::<String>(), cell in any::<String>()) {
            if let Ok(format) = DateFormat::compile(&format) {
                let _ = date(&cell, &[format], &mut String::new());
            }
        }

        #[test]
        fn what_resembles_a_date_gives_eight_digits_or_nothing(
            format in "(%[YmdbBHMS%]|[ 0/年-]){0,8}", cell in "[0-9 JanSEPt/:-]{0,12}",
        ) {
            if let Ok(format) = DateFormat::compile(&format) {
                let mut out = String::new();
                let read = date(&cell, &[format], &mut out).is_ok();
                prop_assert_eq!(out.len(), if read { 8 } else { 0 });
            }
        }

        #[test]
        fn every_day_is_read_back_from_its_canonical_form(
            year in 1901u32..1970, month in 1u32..=12, day in 1u32..=28,
        ) {
            let cell = format!("{year}{month:02}{day:02}");
            prop_assert_eq!(read(&cell, &["%Y%m%d"]).map(|(text, _)| text), Ok(cell.clone()));
        }
    }
}
