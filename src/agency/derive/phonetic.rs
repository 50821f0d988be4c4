//! Codes of how a word sounds.

use std::sync::LazyLock;

use rphonetic::{DoubleMetaphone, Encoder};

/// The digit of each letter from A to Z; vowels, H, W and Y have none.
const SOUNDEX_DIGITS: &[u8; 26] = b"01230120022455012623010202";

/// Characters of a Soundex code.
const SOUNDEX_LENGTH: usize = 4;

/// American Soundex of a word of letters: its first letter and the digits of the next consonants,
/// equal ones once if there is nothing or only H and W between them.
pub fn soundex(word: &str) -> Option<[u8; SOUNDEX_LENGTH]> {
    let (first, rest) = of_letters(word)?.as_bytes().split_first()?;
    let digit = |letter: &u8| SOUNDEX_DIGITS[usize::from(letter - b'A')];
    let mut code = [b'0'; SOUNDEX_LENGTH];
    code[0] = *first;
    let (mut length, mut last) = (1, digit(first));
    for next in rest.iter().filter(|letter| !matches!(letter, b'H' | b'W')).map(digit) {
        if next != b'0' && next != last {
            code[length] = next;
            length += 1;
            if length == SOUNDEX_LENGTH {
                break;
            }
        }
        last = next;
    }
    Some(code)
}

/// The primary code of Double Metaphone, of four letters at most, of a word of letters.
pub fn metaphone(word: &str) -> Option<String> {
    static METAPHONE: LazyLock<DoubleMetaphone> = LazyLock::new(DoubleMetaphone::default);
    of_letters(word).map(|word| METAPHONE.encode(word))
}

/// The encoders are made for names; what else they do with other text is no concern of ours.
fn of_letters(word: &str) -> Option<&str> {
    word.bytes().all(|byte| byte.is_ascii_uppercase()).then_some(word)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rphonetic::Soundex;

    use super::*;

    #[test]
    fn soundex_gives_the_published_codes() {
        for (word, code) in [
            ("ROBERT", "R163"),
            ("RUPERT", "R163"),
            ("RUBIN", "R150"),
            ("ASHCRAFT", "A261"),
            ("TYMCZAK", "T522"),
            ("PFISTER", "P236"),
            ("HONEYMAN", "H555"),
            ("LEE", "L000"),
        ] {
            assert_eq!(
                soundex(word).as_ref().map(<[u8; 4]>::as_slice),
                Some(code.as_bytes()),
                "{word}"
            );
        }
    }

    #[test]
    fn metaphone_brings_spellings_of_a_name_together() {
        for (one, other) in [
            ("CATHERINE", "KATHRYN"),
            ("STEPHEN", "STEVEN"),
            ("SMITH", "SMYTHE"),
            ("MOHAMMED", "MUHAMMAD"),
            ("AISHA", "AYSHA"),
        ] {
            assert_eq!(metaphone(one), metaphone(other), "{one} {other}");
        }
        assert_eq!(metaphone("SMITH").as_deref(), Some("SM0"));
        assert_eq!(metaphone("SCHMIDT").as_deref(), Some("XMT"));
    }

    proptest! {
        #[test]
        fn soundex_is_that_of_another_program(word in "[A-Z]{1,32}") {
            let code = soundex(&word).expect("it has letters");
            prop_assert_eq!(code.escape_ascii().to_string(), Soundex::default().encode(&word));
        }

        #[test]
        fn no_word_panics_and_codes_have_four_characters_at_most(word in "[A-Z]{1,32}") {
            prop_assert!(metaphone(&word).is_some_and(|code| code.len() <= 4));
        }
    }
}
