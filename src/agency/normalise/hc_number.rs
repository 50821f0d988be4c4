//! Health and Care numbers of Northern Ireland.

use super::number::{self, Number};
use super::{Normalised, Refusal};

/// Ten digits of 3200000000 to 3999999999 with a modulus 11 check digit.
///
/// # Errors
/// A cell that is not a valid number, or is a filler that passes the check.
pub fn hc_number(cell: &str, out: &mut String) -> Normalised {
    out.clear();
    let number = Number::read(cell)?;
    let digits = number.ten()?;
    if number::is_filler(digits) {
        return Err(Refusal::Placeholder);
    }
    if number::modulus_11(digits) != 0 {
        return Err(Refusal::CheckDigit);
    }
    if !(3_200_000_000..=3_999_999_999).contains(&number::value(digits)) {
        return Err(Refusal::OutOfRange);
    }
    number::write(digits, out);
    Ok(number.mended())
}

#[cfg(test)]
mod tests {
    use super::super::canonical;
    use super::*;

    #[test]
    fn only_valid_numbers_of_the_range_are_kept() {
        assert_eq!(canonical(hc_number, "320 000 0007"), Ok(("3200000007".into(), None)));
        assert_eq!(canonical(hc_number, "3200000008"), Err(Refusal::CheckDigit));
        assert_eq!(canonical(hc_number, "4505577104"), Err(Refusal::OutOfRange));
        assert_eq!(canonical(hc_number, "3333333333"), Err(Refusal::Placeholder));
    }
}
