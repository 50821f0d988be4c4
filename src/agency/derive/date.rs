//! Parts of dates.

use crate::spec::Derivation as D;

/// Derives from `YYYYMMDD`.
pub fn derive(derivation: D, date: &str, scratch: &mut String, emit: &mut dyn FnMut(&str)) {
    let Some((year, month, day)) = parts(date) else {
        return;
    };
    let mut emit_all = |texts: &[&str]| {
        scratch.clear();
        scratch.extend(texts.iter().copied());
        emit(scratch);
    };
    match derivation {
        D::Whole => emit(date),
        D::Year => emit(year),
        D::YearMonth => emit_all(&[year, "-", month]),
        D::YearDay => emit_all(&[year, "--", day]),
        D::MonthDay => emit_all(&["-", month, "-", day]),
        // two digits each, so that they compare as text
        D::EitherOrder if day <= "12" => {
            emit_all(&[year, "-", month.min(day), "/", month.max(day)]);
        }
        D::NotNewYear if (month, day) != ("01", "01") => emit(date),
        _ => {}
    }
}

fn parts(date: &str) -> Option<(&str, &str, &str)> {
    let (year, rest) = date.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    (day.len() == 2).then_some((year, month, day))
}

#[cfg(test)]
mod tests {
    use super::super::derived;
    use super::*;
    use crate::spec::Kind;

    fn of(derivation: D, date: &str) -> Vec<String> {
        derived(Kind::Date, derivation, date)
    }

    #[test]
    fn each_part_has_its_canonical_text() {
        assert_eq!(of(D::Whole, "20120121"), ["20120121"]);
        assert_eq!(of(D::Year, "20120121"), ["2012"]);
        assert_eq!(of(D::YearMonth, "20120121"), ["2012-01"]);
        assert_eq!(of(D::YearDay, "20120121"), ["2012--21"]);
        assert_eq!(of(D::MonthDay, "20120121"), ["-01-21"]);
    }

    #[test]
    fn dates_with_day_and_month_swapped_agree() {
        assert_eq!(of(D::EitherOrder, "20120201"), ["2012-01/02"]);
        assert_eq!(of(D::EitherOrder, "20120102"), ["2012-01/02"]);
        assert_eq!(of(D::EitherOrder, "20121212"), ["2012-12/12"]);
        assert!(of(D::EitherOrder, "20120113").is_empty());
    }

    #[test]
    fn the_first_of_january_is_left_out_on_request() {
        assert!(of(D::NotNewYear, "20120101").is_empty());
        assert_eq!(of(D::NotNewYear, "20120102"), ["20120102"]);
        assert_eq!(of(D::NotNewYear, "20120201"), ["20120201"]);
    }
}
