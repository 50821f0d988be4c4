//! Community Health Index numbers of Scotland.

use super::number::{self, Number};
use super::{Normalised, Refusal, Warning};
use crate::spec::CalendarDate;

/// Ten digits that open with a birth date, DDMMYY; canonical `0101011237`.
///
/// The check digit is by modulus 11 or by modulus 10 (Luhn), which Scotland added for birth dates
/// whose modulus 11 numbers are used up. Nine digits have lost a leading zero to a spreadsheet,
/// which is restored if the result is valid.
///
/// # Errors
/// A cell that is not a valid number, or is a filler that passes the check.
pub fn chi_number(cell: &str, out: &mut String) -> Normalised {
    out.clear();
    let number = Number::read(cell)?;
    let (digits, warning) = match *number.digits() {
        [a, b, c, d, e, f, g, h, i] => {
            let padded = [0, a, b, c, d, e, f, g, h, i];
            check(&padded).map_err(|_| number.why_wrong_length())?;
            (padded, Some(Warning::Padded))
        }
        _ => (*number.ten()?, number.mended()),
    };
    check(&digits)?;
    number::write(&digits, out);
    Ok(warning)
}

fn check(digits: &[u8; 10]) -> Result<(), Refusal> {
    if number::is_filler(digits) {
        Err(Refusal::Placeholder)
    } else if !opens_with_a_date(digits) {
        Err(Refusal::NotADate)
    } else if number::modulus_11(digits) != 0 && !passes_luhn(digits) {
        Err(Refusal::CheckDigit)
    } else {
        Ok(())
    }
}

fn opens_with_a_date(digits: &[u8; 10]) -> bool {
    let [day, month, year] =
        [0, 2, 4].map(|at| u32::from(digits[at]) * 10 + u32::from(digits[at + 1]));
    [1900, 2000].iter().any(|century| CalendarDate { year: century + year, month, day }.is_real())
}

fn passes_luhn(digits: &[u8; 10]) -> bool {
    let sum: u32 = (0..10)
        .map(|at| match u32::from(digits[at]) {
            digit if at % 2 == 1 => digit,
            digit if digit > 4 => 2 * digit - 9,
            digit => 2 * digit,
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::super::canonical;
    use super::*;

    #[test]
    fn both_check_digit_schemes_are_accepted() {
        for cell in ["0101011237", "1904851231", "2902201230", "0101201234"] {
            assert_eq!(canonical(chi_number, cell), Ok((cell.into(), None)), "{cell}");
        }
    }

    #[test]
    fn a_lost_leading_zero_is_restored_if_the_number_is_then_valid() {
        let padded = Ok(("0101011237".into(), Some(Warning::Padded)));
        assert_eq!(canonical(chi_number, "101011237"), padded);
        assert_eq!(canonical(chi_number, "101011237.0"), padded);
        assert_eq!(canonical(chi_number, "101011238"), Err(Refusal::WrongLength));
        assert_eq!(canonical(chi_number, "000000000"), Err(Refusal::Placeholder));
    }

    #[test]
    fn wrong_numbers_are_refused() {
        assert_eq!(canonical(chi_number, "2902191230"), Err(Refusal::NotADate));
        assert_eq!(canonical(chi_number, "1904851232"), Err(Refusal::CheckDigit));
        assert_eq!(canonical(chi_number, "1111111111"), Err(Refusal::Placeholder));
        assert_eq!(canonical(chi_number, "19048512"), Err(Refusal::WrongLength));
    }
}
