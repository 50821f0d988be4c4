//! Unique learner numbers.

use super::number::{self, Number};
use super::{Normalised, Refusal};

/// Ten digits, the first not zero, whose weighted sum leaves 10 by modulus 11; so no number is
/// both a learner's and an NHS number.
///
/// # Errors
/// A cell that is not a valid number, or is a filler such as 9999999999.
pub fn uln(cell: &str, out: &mut String) -> Normalised {
    out.clear();
    let number = Number::read(cell)?;
    let digits = number.ten()?;
    if number::is_filler(digits) {
        return Err(Refusal::Placeholder);
    }
    if number::modulus_11(digits) != 10 {
        return Err(Refusal::CheckDigit);
    }
    if digits[0] == 0 {
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
    fn only_valid_numbers_are_kept() {
        assert_eq!(canonical(uln, "9276308686"), Ok(("9276308686".into(), None)));
        assert_eq!(canonical(uln, "9276308687"), Err(Refusal::CheckDigit));
        assert_eq!(canonical(uln, "9434765919"), Err(Refusal::CheckDigit));
        assert_eq!(canonical(uln, "9999999999"), Err(Refusal::Placeholder));
    }

    #[test]
    fn a_number_that_opens_with_zero_is_out_of_range() {
        let opens_with_zero = (0..10)
            .map(|last| format!("012345670{last}"))
            .filter(|number| canonical(uln, number) == Err(Refusal::OutOfRange));
        assert_eq!(opens_with_zero.count(), 1);
    }
}
