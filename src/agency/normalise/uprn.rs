//! Unique property reference numbers.

use super::number::{self, Number};
use super::{Normalised, Refusal};

/// Up to twelve digits, without leading zeros: files write them with and without.
///
/// # Errors
/// A cell that is not such a number, or is nothing but zeros or nines.
pub fn uprn(cell: &str, out: &mut String) -> Normalised {
    out.clear();
    let number = Number::read(cell)?;
    let zeros = number.digits().iter().take_while(|&&digit| digit == 0).count();
    let (_, digits) = number.digits().split_at(zeros);
    if digits.iter().all(|&digit| digit == 9) {
        return Err(Refusal::Placeholder);
    }
    if digits.len() > LONGEST {
        return Err(Refusal::WrongLength);
    }
    number::write(digits, out);
    Ok(number.mended())
}

const LONGEST: usize = 12;

#[cfg(test)]
mod tests {
    use super::super::{Warning, canonical};
    use super::*;

    #[test]
    fn leading_zeros_do_not_matter() {
        for cell in ["100023336956", "000100023336956"] {
            assert_eq!(canonical(uprn, cell), Ok(("100023336956".into(), None)), "{cell}");
        }
        assert_eq!(canonical(uprn, "0000000042.0"), Ok(("42".into(), Some(Warning::Mended))));
    }

    #[test]
    fn zeros_nines_and_long_numbers_are_refused() {
        assert_eq!(canonical(uprn, "000000000000"), Err(Refusal::Placeholder));
        assert_eq!(canonical(uprn, "999999999999"), Err(Refusal::Placeholder));
        assert_eq!(canonical(uprn, "1000233369560"), Err(Refusal::WrongLength));
        assert_eq!(canonical(uprn, "1.00023E+11"), Err(Refusal::ScientificNotation));
    }
}
