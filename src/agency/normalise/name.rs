//! Personal names in any script.

use super::name_placeholder::{is_placeholder, is_placeholder_as_typed};
use super::{Normalised, Refusal, Warning, cell, name_words, placeholder, transliterate};

/// Upper-case words of A to Z with single spaces between; canonical `ANNA MARIA`, `OBRIEN`,
/// `DELACRUZ`.
///
/// - Apostrophes are dropped; hyphens, brackets and other punctuation separate words, so that the
///   `BETH` of `Elizabeth (Beth)` is a further word.
/// - Other letters are transliterated one by one, whatever the language.
/// - Titles before and generations after a name are dropped if something is left; particles are
///   joined to the word they precede.
/// - A zero beside a letter is the letter O (`J0HN`). Other digits are dropped, for 1 may be I or
///   L and nothing is guessed.
/// - A letter alone is kept, with a warning: it is what the source knows, and agrees only with
///   the same initial.
///
/// # Errors
/// A cell without a name, or with a word for having none.
pub fn name(cell: &str, out: &mut String) -> Normalised {
    out.clear();
    let text = cell::trim(cell);
    let spelt = if text.is_ascii() {
        spell(text, out)
    } else if text.len() > LONGEST_CELL {
        Err(Refusal::TooLong)
    } else {
        transliterate::transliterate(text).and_then(|ascii| spell(&ascii, out))
    };
    if spelt.is_err() {
        out.clear();
    }
    spelt
}

const MOST_WORDS: usize = 64;
const MOST_LETTERS: usize = 256;

/// Bytes of a non-ASCII cell that are worth transliterating.
const LONGEST_CELL: usize = 4096;

fn spell(text: &str, out: &mut String) -> Normalised {
    if text.is_empty() {
        return Err(Refusal::Blank);
    }
    if is_placeholder_as_typed(text) {
        return Err(Refusal::Placeholder);
    }
    let has_digit = write_words(text, out)?;
    if out.is_empty() {
        return Err(why_no_letters(text));
    }
    name_words::strip(out);
    if is_placeholder(out) {
        return Err(Refusal::Placeholder);
    }
    if name_words::join_particles(out) {
        name_words::strip(out);
        if is_placeholder(out) {
            return Err(Refusal::Placeholder);
        }
    }
    Ok(if out.len() == 1 {
        Some(Warning::InitialOnly)
    } else {
        has_digit.then_some(Warning::DigitInName)
    })
}

/// Writes the words and tells whether there was a digit.
fn write_words(text: &str, out: &mut String) -> Result<bool, Refusal> {
    if text.len() <= MOST_LETTERS && text.bytes().all(|byte| byte.is_ascii_alphabetic()) {
        out.push_str(text);
        out.make_ascii_uppercase();
        return Ok(false);
    }
    out.reserve(text.len().min(MOST_LETTERS));
    let text = text.as_bytes();
    let (mut words, mut after_gap, mut has_digit) = (0, true, false);
    for (at, &byte) in text.iter().enumerate() {
        let letter = match byte {
            b'A'..=b'Z' | b'a'..=b'z' => byte.to_ascii_uppercase(),
            b'\'' | b'`' => continue,
            b'0'..=b'9' => {
                has_digit = true;
                if !is_letter_o(text, at) {
                    continue;
                }
                b'O'
            }
            _ => {
                after_gap = true;
                continue;
            }
        };
        if after_gap {
            if words > 0 {
                out.push(' ');
            }
            words += 1;
            after_gap = false;
        }
        out.push(char::from(letter));
        if words > MOST_WORDS || out.len() >= words + MOST_LETTERS {
            return Err(Refusal::TooLong);
        }
    }
    Ok(has_digit)
}

/// Whether the digit is a zero that touches a letter and no other digit.
fn is_letter_o(text: &[u8], at: usize) -> bool {
    let is_apostrophe = |byte: &&u8| matches!(byte, b'\'' | b'`');
    let before = text[..at].iter().rev().find(|byte| !is_apostrophe(byte));
    let after = text[at + 1..].iter().find(|byte| !is_apostrophe(byte));
    let neighbours = || before.into_iter().chain(after);
    text[at] == b'0'
        && neighbours().any(u8::is_ascii_alphabetic)
        && !neighbours().any(u8::is_ascii_digit)
}

#[cold]
fn why_no_letters(text: &str) -> Refusal {
    if placeholder::says_missing(text) || placeholder::is_zeros_or_nines(text.as_bytes()) {
        Refusal::Placeholder
    } else {
        Refusal::NoLetters
    }
}

#[cfg(test)]
mod tests {
    use super::super::canonical;
    use super::*;

    fn spelt(cell: &str) -> Result<(String, Option<Warning>), Refusal> {
        canonical(name, cell)
    }

    #[track_caller]
    fn all_give(expected: &str, cells: &[&str]) {
        for cell in cells {
            assert_eq!(spelt(cell), Ok((expected.into(), None)), "{cell}");
        }
    }

    #[test]
    fn spellings_of_one_name_meet() {
        all_give("OBRIEN", &["O'Brien", "O’BRIEN", "o`brien", "O Brien", "O´Brien", "OʼBrien"]);
        all_give("SMITH JONES", &["Smith-Jones", "SMITH  JONES", "Smith–Jones", "smith/jones,"]);
        all_give("MCDONALD", &["McDonald", "Mc Donald", "MC-DONALD", "M'cdonald"]);
        all_give("DELACRUZ", &["de la Cruz", "De-La-Cruz", "DE LACRUZ"]);
        all_give("STJOHN", &["St. John", "st john"]);
        all_give("VANDERBERG", &["van der Berg"]);
        all_give("ZOE", &["Zoë", "ZOE\u{308}", "Ｚｏｅ", "Zo\u{200b}e"]);
        all_give("JOSE MARIA", &["José María"]);
        all_give("GROSSMANN", &["Großmann"]);
        all_give("LUKASZ", &["Łukasz"]);
        all_give("IGOR", &["Игорь"]);
        all_give("LI XIAO MING", &["李小明"]);
        all_give("ELIZABETH BETH", &["Elizabeth (Beth)"]);
    }

    #[test]
    fn titles_and_generations_are_dropped_if_something_is_left() {
        all_give("JOHN", &["Mr John", "MR. JOHN", "Master John", "John Jr.", "Dr Sir John III"]);
        all_give("LADY", &["Lady"]);
        all_give("MASTER", &["Master"]);
        all_give("VAN", &["Van Jr"]);
    }

    #[test]
    fn real_names_that_resemble_placeholders_are_kept() {
        for cell in [
            "Tester",
            "Baby-Jane",
            "Nan",
            "Nonie",
            "Ng",
            "Xu",
            "Oo",
            "Ee",
            "Aa",
            "Jj",
            "Sample",
            "Child",
            "Blank",
            "Nat",
            "Noname-Smith",
            "Malek",
            "Boyd",
            "Girling",
            "Ma Le",
            "Na Na",
            "Nataraja",
            "Testa",
            "Missy",
            "Twinn",
            "Unity",
            "Zz Top",
        ] {
            assert!(spelt(cell).is_ok(), "{cell}");
        }
    }

    #[test]
    fn an_initial_is_kept_with_a_warning() {
        assert_eq!(spelt("O"), Ok(("O".into(), Some(Warning::InitialOnly))));
        assert_eq!(spelt("J."), Ok(("J".into(), Some(Warning::InitialOnly))));
    }

    #[test]
    fn a_lone_zero_beside_a_letter_is_an_o_and_other_digits_are_dropped() {
        for (cell, expected) in [
            ("J0HN", "JOHN"),
            ("0LIVER", "OLIVER"),
            ("0'Brien", "OBRIEN"),
            ("LE0", "LEO"),
            ("Smith2", "SMITH"),
            ("Smith 2", "SMITH"),
            ("Wi11iams", "WIIAMS"),
            ("Smith100", "SMITH"),
        ] {
            assert_eq!(spelt(cell), Ok((expected.into(), Some(Warning::DigitInName))), "{cell}");
        }
    }

    #[test]
    fn what_is_not_a_name_is_refused() {
        assert_eq!(spelt("12345"), Err(Refusal::NoLetters));
        assert_eq!(spelt("😀"), Err(Refusal::Placeholder));
        assert_eq!(spelt("Ren\u{fffd}"), Err(Refusal::LostCharacter));
        assert_eq!(spelt("00000"), Err(Refusal::Placeholder));
    }

    #[test]
    fn very_long_cells_are_refused() {
        assert!(spelt(&"ab ".repeat(64)).is_ok());
        assert_eq!(spelt(&"ab ".repeat(65)), Err(Refusal::TooLong));
        assert!(spelt(&"ab".repeat(128)).is_ok());
        assert_eq!(spelt(&"ab".repeat(129)), Err(Refusal::TooLong));
        assert_eq!(spelt(&"é ".repeat(65)), Err(Refusal::TooLong));
        assert_eq!(spelt(&"é".repeat(1 << 20)), Err(Refusal::TooLong));
    }
}
