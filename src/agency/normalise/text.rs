//! Free text such as a town.

use super::{Normalised, Refusal, cell, placeholder, transliterate};

/// Upper-case words of A to Z and 0 to 9 with single spaces between; canonical `KINGS LYNN`.
///
/// # Errors
/// A cell without a word, or with a word for having none.
pub fn text(cell: &str, out: &mut String) -> Normalised {
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

const MOST_WORDS: usize = 64;
const MOST_CHARACTERS: usize = 256;
const LONGEST_CELL: usize = 4096;

fn write(text: &str, out: &mut String) -> Normalised {
    if text.is_empty() {
        return Err(Refusal::Blank);
    }
    let (mut words, mut after_gap) = (0, true);
    for byte in text.bytes().filter(|byte| !matches!(byte, b'\'' | b'`')) {
        if !byte.is_ascii_alphanumeric() {
            after_gap = true;
            continue;
        }
        if after_gap {
            if words > 0 {
                out.push(' ');
            }
            words += 1;
            after_gap = false;
        }
        out.push(char::from(byte.to_ascii_uppercase()));
        if words > MOST_WORDS || out.len() >= words + MOST_CHARACTERS {
            return Err(Refusal::TooLong);
        }
    }
    if placeholder::is_filler(text, out) { Err(Refusal::Placeholder) } else { Ok(None) }
}

#[cfg(test)]
mod tests {
    use super::super::canonical;
    use super::*;

    #[test]
    fn words_are_upper_case_and_single_spaced() {
        for (cell, expected) in [
            ("King's  Lynn", "KINGS LYNN"),
            ("Ashby-de-la-Zouch", "ASHBY DE LA ZOUCH"),
            ("Llanfair P.G.", "LLANFAIR P G"),
            ("12 High Street", "12 HIGH STREET"),
            ("Ynys Môn", "YNYS MON"),
        ] {
            assert_eq!(canonical(text, cell), Ok((expected.into(), None)), "{cell}");
        }
    }

    #[test]
    fn fillers_are_refused() {
        for cell in ["unknown", "Not Known", "N/A", "-", "-9", "xxx", "0"] {
            assert_eq!(canonical(text, cell), Err(Refusal::Placeholder), "{cell}");
        }
        assert_eq!(canonical(text, &"ab ".repeat(65)), Err(Refusal::TooLong));
    }
}
