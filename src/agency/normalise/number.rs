//! Numbers of digits, as spreadsheets and people write them.

use super::{Refusal, Warning, cell, placeholder};

/// The digits of a cell.
pub struct Number {
    digits: [u8; Self::LONGEST],
    length: usize,
    mended: Option<Warning>,
}

impl Number {
    const LONGEST: usize = 24;

    /// Reads digits past spaces and inner hyphens; takes the `.0` of a spreadsheet off.
    pub fn read(cell: &str) -> Result<Self, Refusal> {
        let text = cell::plain(cell);
        let mut number = Self { digits: [0; Self::LONGEST], length: 0, mended: None };
        for (at, byte) in text.bytes().enumerate() {
            match byte {
                b'0'..=b'9' => number.push(byte - b'0')?,
                b' ' => {}
                b'-' if at > 0 => {}
                b'.' if number.length > 0 && is_zeros(text.as_bytes().get(at + 1..)) => {
                    number.mended = Some(Warning::Mended);
                    break;
                }
                _ => return Err(why_not_digits(&text)),
            }
        }
        if number.length == 0 { Err(Refusal::Blank) } else { Ok(number) }
    }

    /// The digits, if there are ten of them.
    pub fn ten(&self) -> Result<&[u8; 10], Refusal> {
        self.digits().try_into().map_err(|_| self.why_wrong_length())
    }

    /// The digits, each as a value of 0 to 9.
    pub fn digits(&self) -> &[u8] {
        &self.digits[..self.length]
    }

    /// That a `.0` was taken off, if one was.
    pub const fn mended(&self) -> Option<Warning> {
        self.mended
    }

    /// A filler such as 999999999 is a placeholder; other digits are too few or too many.
    pub fn why_wrong_length(&self) -> Refusal {
        if is_repdigit(self.digits()) { Refusal::Placeholder } else { Refusal::WrongLength }
    }

    fn push(&mut self, digit: u8) -> Result<(), Refusal> {
        let place = self.digits.get_mut(self.length).ok_or(Refusal::WrongLength)?;
        *place = digit;
        self.length += 1;
        Ok(())
    }
}

/// Replaces `out` with the digits as text.
pub fn write(digits: &[u8], out: &mut String) {
    out.clear();
    out.extend(digits.iter().map(|&digit| char::from(b'0' + digit)));
}

/// The value of the digits.
pub fn value(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |value, &digit| value * 10 + u64::from(digit))
}

/// The sum of the digits weighted 10, 9, … 1, modulus 11: 0 for NHS numbers, 10 for learners'.
pub fn modulus_11(digits: &[u8; 10]) -> u32 {
    (1..=10).rev().zip(digits).map(|(weight, &digit)| weight * u32::from(digit)).sum::<u32>() % 11
}

/// Fillers that pass the modulus 11 check: one digit ten times, d00000000d and 0123456789
/// (the first nineteen are the reject list of NHS England's Reusable Code Library).
pub fn is_filler(digits: &[u8; 10]) -> bool {
    let [first, middle @ .., last] = digits;
    is_repdigit(digits)
        || first == last && middle.iter().all(|&digit| digit == 0)
        || *digits == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]
}

/// Whether there is but one digit, repeated or alone.
pub fn is_repdigit(digits: &[u8]) -> bool {
    digits.iter().all(|digit| Some(digit) == digits.first())
}

fn is_zeros(rest: Option<&[u8]>) -> bool {
    rest.is_some_and(|rest| !rest.is_empty() && rest.iter().all(|&byte| byte == b'0'))
}

#[cold]
fn why_not_digits(text: &str) -> Refusal {
    if placeholder::says_missing(text) {
        Refusal::Placeholder
    } else if is_scientific(text) {
        Refusal::ScientificNotation
    } else {
        Refusal::BadCharacter
    }
}

/// Whether text is a number such as `9.43E+09`.
pub fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, "0"));
    is_digits(whole)
        && is_digits(fraction)
        && is_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(cell: &str) -> Result<Vec<u8>, Refusal> {
        Number::read(cell).map(|number| number.digits().to_vec())
    }

    #[test]
    fn spaces_hyphens_and_the_end_of_a_float_are_passed_over() {
        for cell in ["1234", "12 34", "12-34", " 1234.0 ", "1234.00", "１２３４", "12\u{a0}34"]
        {
            assert_eq!(digits(cell), Ok(vec![1, 2, 3, 4]), "{cell:?}");
        }
        assert_eq!(Number::read("12.0").map(|number| number.mended()), Ok(Some(Warning::Mended)));
    }

    #[test]
    fn what_is_not_digits_is_refused_with_its_own_reason() {
        for (cell, refusal) in [
            ("9.43E+09", Refusal::ScientificNotation),
            ("9e9", Refusal::ScientificNotation),
            ("9.5", Refusal::BadCharacter),
            ("9.", Refusal::BadCharacter),
            ("-1234", Refusal::BadCharacter),
            ("12O4", Refusal::BadCharacter),
            ("12,345", Refusal::BadCharacter),
            ("unknown", Refusal::Placeholder),
            ("-9", Refusal::Placeholder),
            ("1234567890123456789012345", Refusal::WrongLength),
        ] {
            assert_eq!(digits(cell), Err(refusal), "{cell:?}");
        }
    }
}
