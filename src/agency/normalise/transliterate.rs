//! Any script in ASCII.

use deunicode::deunicode_char;
use unicode_normalization::char::is_combining_mark;

use super::{Refusal, cell};

/// The text in ASCII: apostrophes and invisible characters are dropped, letters, marks and digits
/// are transliterated one by one (ß is ss, ø is o, Ж is Zh, ä is a), all else is a space.
///
/// # Errors
/// A character that was lost earlier (U+FFFD), or a letter that has no transliteration.
pub fn transliterate(text: &str) -> Result<String, Refusal> {
    let mut ascii = String::with_capacity(text.len());
    for char in cell::visible(text.chars().filter(|&char| !is_apostrophe(char))) {
        match char {
            '\u{FFFD}' => return Err(Refusal::LostCharacter),
            _ if char.is_ascii() => ascii.push(char),
            _ if char.is_alphanumeric() => {
                let letters = deunicode_char(char).ok_or(Refusal::BadCharacter)?;
                push_letters(letters, &mut ascii);
            }
            _ if is_combining_mark(char) => {
                push_letters(deunicode_char(char).unwrap_or_default(), &mut ascii);
            }
            _ => ascii.push(' '),
        }
    }
    Ok(ascii)
}

/// Transliterations write soft signs and the like as punctuation, which is no part of a word.
fn push_letters(letters: &str, ascii: &mut String) {
    ascii.extend(letters.chars().filter(|&char| char.is_ascii_alphanumeric() || char == ' '));
}

/// Apostrophes and what is typed for them.
fn is_apostrophe(char: char) -> bool {
    matches!(char,
        '\'' | '`' | '\u{B4}' | '\u{2B9}'..='\u{2BF}' | '\u{2C8}' | '\u{2CA}' | '\u{2CB}'
        | '\u{384}' | '\u{55A}' | '\u{5F3}' | '\u{1FBD}' | '\u{1FBF}' | '\u{1FFD}' | '\u{1FFE}'
        | '\u{2018}'..='\u{201B}' | '\u{2032}' | '\u{2035}' | '\u{A78B}' | '\u{A78C}'
        | '\u{FF07}' | '\u{FF40}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_letter_has_its_ascii_form() {
        for (text, ascii) in [
            ("Zoë", "Zoe"),
            ("Zoe\u{308}", "Zoe"),
            ("Weiß", "Weiss"),
            ("Sørensen", "Sorensen"),
            ("Łukasz", "Lukasz"),
            ("Þór", "Thor"),
            ("ﬁona", "fiona"),
            ("O’Brien", "OBrien"),
            ("O´Brien", "OBrien"),
            ("Игорь", "Igor"),
            ("Ἀλέξανδρος", "Alexandros"),
            ("١٢", "12"),
            ("Anne–Marie", "Anne Marie"),
            ("Ann\u{ad}e", "Anne"),
        ] {
            assert_eq!(transliterate(text).as_deref(), Ok(ascii), "{text}");
        }
    }

    #[test]
    fn symbols_are_spaces_and_not_words() {
        assert_eq!(transliterate("😀é☂").as_deref(), Ok(" e "));
    }

    #[test]
    fn a_lost_character_is_noticed() {
        assert_eq!(transliterate("Ren\u{fffd}e"), Err(Refusal::LostCharacter));
    }
}
