//! Codes without a check of their own.

use super::{Normalised, Refusal, Warning, cell, number, placeholder, transliterate};

/// Letters and digits, upper-case; canonical `AB12345`. Leading zeros are kept: they may mean
/// something. The `.0` of a spreadsheet is taken off.
///
/// # Errors
/// A cell without a code, or with a filler such as 0000 or N/A.
pub fn code(cell: &str, out: &mut String) -> Normalised {
    out.clear();
    let text = cell::trim(cell);
    let written = if text.is_ascii() {
        write(text, out)
    } else if text.len() > LONGEST_CELL {
        Err(Refusal::TooLong)
    } else {
        transliterate::transliterate(text).and_then(|ascii| write(&ascii, out))
    };
    if written.is_err() {
        out.clear();
    }
    written
}

const MOST_CHARACTERS: usize = 64;
const LONGEST_CELL: usize = 4096;

fn write(text: &str, out: &mut String) -> Normalised {
    if text.is_empty() {
        return Err(Refusal::Blank);
    }
    if text.contains(['.', '+']) && number::is_scientific(text) {
        return Err(Refusal::ScientificNotation);
    }
    let mended = without_fraction(text);
    for byte in mended.unwrap_or(text).bytes().filter(u8::is_ascii_alphanumeric) {
        if out.len() == MOST_CHARACTERS {
            return Err(Refusal::TooLong);
        }
        out.push(char::from(byte.to_ascii_uppercase()));
    }
    if placeholder::is_filler(text, out) {
        return Err(Refusal::Placeholder);
    }
    Ok(mended.map(|_| Warning::Mended))
}

/// The whole number of a float that is one, such as `123.0`.
fn without_fraction(text: &str) -> Option<&str> {
    let (whole, fraction) = text.rsplit_once('.')?;
    let is_float = !whole.is_empty() && whole.bytes().all(|byte| byte.is_ascii_digit());
    let is_zero = !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0');
    (is_float && is_zero).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::super::canonical;
    use super::*;

    #[test]
    fn case_and_punctuation_do_not_matter() {
        for cell in ["ab-123/45", "AB 12345", "(ab)12345", "ａｂ12345"] {
            assert_eq!(canonical(code, cell), Ok(("AB12345".into(), None)), "{cell}");
        }
        assert_eq!(canonical(code, "00123"), Ok(("00123".into(), None)));
        assert_eq!(canonical(code, "00123.0"), Ok(("00123".into(), Some(Warning::Mended))));
        assert_eq!(canonical(code, "9E9"), Ok(("9E9".into(), None)));
    }

    #[test]
    fn fillers_are_refused() {
        for cell in ["unknown", "N/A", "none", "0000", "0", "9999", "-9", "xxx", "--", "NULL"] {
            assert_eq!(canonical(code, cell), Err(Refusal::Placeholder), "{cell}");
        }
        assert_eq!(canonical(code, "1.2E+11"), Err(Refusal::ScientificNotation));
        assert_eq!(canonical(code, &"A1".repeat(33)), Err(Refusal::TooLong));
    }
}
