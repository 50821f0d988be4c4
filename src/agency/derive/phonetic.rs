//! Codes of how a word sounds.

use std::sync::LazyLock;

use rphonetic::{DoubleMetaphone, Encoder, Soundex};

/// American Soundex (H and W do not separate equal codes) of a word of letters.
pub fn soundex(word: &str) -> Option<String> {
    static SOUNDEX: LazyLock<Soundex> = LazyLock::new(Soundex::default);
    of_letters(word).map(|word| SOUNDEX.encode(word))
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
    use super::*;
    use proptest::prelude::*;

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
            assert_eq!(soundex(word).as_deref(), Some(code), "{word}");
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
        fn no_word_panics_and_codes_have_four_characters_at_most(word in "[A-Z]{1,32}") {
            prop_assert_eq!(soundex(&word).map(|code| code.len()), Some(4));
            prop_assert!(metaphone(&word).is_some_and(|code| code.len() <= 4));
        }
    }
}
