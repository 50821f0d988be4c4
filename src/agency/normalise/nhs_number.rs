//! NHS numbers of England, Wales and the Isle of Man.

use super::number::{self, Number};
use super::{Normalised, Refusal, Warning};

/// Ten digits with a modulus 11 check digit; canonical `9434765919`.
///
/// A number of an unusual block is kept with a warning: the boundaries of the blocks are known
/// from practice and not from a standard.
///
/// # Errors
/// A cell that is not a valid NHS number, or is a filler that passes the check.
pub fn nhs_number(cell: &str, out: &mut String) -> Normalised {
    out.clear();
    let number = Number::read(cell)?;
    let digits = number.ten()?;
    if number::is_filler(digits) {
        return Err(Refusal::Placeholder);
    }
    if number::modulus_11(digits) != 0 {
        return Err(Refusal::CheckDigit);
    }
    number::write(digits, out);
    Ok(block_warning(number::value(digits)).or(number.mended()))
}

/// The blocks in which numbers are issued, by the constants of the `nhs-number` package 2.2.0.
const fn block_warning(value: u64) -> Option<Warning> {
    match value {
        4_000_000_000..=4_999_999_999 | 6_000_000_000..=7_999_999_999 => None,
        100_000_000..=3_112_999_999
        | 3_200_000_000..=3_999_999_999
        | 8_000_000_000..=8_599_999_999 => Some(Warning::ElsewhereRange),
        9_000_000_000.. => Some(Warning::TestRange),
        _ => Some(Warning::UnallocatedRange),
    }
}

#[cfg(test)]
mod tests {
    use super::super::canonical;
    use super::*;

    fn nhs(cell: &str) -> Result<(String, Option<Warning>), Refusal> {
        canonical(nhs_number, cell)
    }

    #[test]
    fn valid_numbers_are_ten_digits_however_they_are_written() {
        for cell in ["4505577104", "450 557 7104", "450-557-7104", " 450 5577104\u{a0}"] {
            assert_eq!(nhs(cell), Ok(("4505577104".into(), None)), "{cell:?}");
        }
        assert_eq!(nhs("4505577104.0"), Ok(("4505577104".into(), Some(Warning::Mended))));
    }

    #[test]
    fn unusual_blocks_are_kept_with_a_warning() {
        for (cell, warning) in [
            ("9434765919", Warning::TestRange),
            ("9434765870", Warning::TestRange),
            ("9449304130", Warning::TestRange),
            ("9449305552", Warning::TestRange),
            ("9876543210", Warning::TestRange),
            ("8429141456", Warning::ElsewhereRange),
            ("0101011237", Warning::ElsewhereRange),
        ] {
            assert_eq!(nhs(cell), Ok((cell.into(), Some(warning))), "{cell}");
        }
        assert_eq!(block_warning(3_112_999_999), Some(Warning::ElsewhereRange));
        assert_eq!(block_warning(3_113_000_000), Some(Warning::UnallocatedRange));
        assert_eq!(block_warning(3_200_000_000), Some(Warning::ElsewhereRange));
        assert_eq!(block_warning(5_000_000_000), Some(Warning::UnallocatedRange));
        assert_eq!(block_warning(99_999_999), Some(Warning::UnallocatedRange));
        assert_eq!(block_warning(8_600_000_000), Some(Warning::UnallocatedRange));
    }

    #[test]
    fn the_fillers_that_pass_the_check_are_placeholders() {
        for digit in 0..=9 {
            let repdigit = digit.to_string().repeat(10);
            let ends = format!("{digit}00000000{digit}");
            for filler in [repdigit, ends] {
                assert_eq!(nhs(&filler), Err(Refusal::Placeholder), "{filler}");
            }
        }
        assert_eq!(nhs("0123456789"), Err(Refusal::Placeholder));
        assert_eq!(nhs("0"), Err(Refusal::Placeholder));
        assert_eq!(nhs("999999999"), Err(Refusal::Placeholder));
    }

    #[test]
    fn wrong_numbers_are_refused() {
        assert_eq!(nhs("9434765871"), Err(Refusal::CheckDigit));
        assert_eq!(nhs("1234567890"), Err(Refusal::CheckDigit));
        assert_eq!(nhs("434765919"), Err(Refusal::WrongLength));
        assert_eq!(nhs("94347659190"), Err(Refusal::WrongLength));
        assert_eq!(nhs("943476591O"), Err(Refusal::BadCharacter));
        assert_eq!(nhs("9.43E+09"), Err(Refusal::ScientificNotation));
    }
}
