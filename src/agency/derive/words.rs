//! Parts of names, texts and codes.

use super::{nickname, phonetic};
use crate::agency::normalise::is_particle;
use crate::spec::Derivation as D;

/// Derives from single-spaced words.
pub fn derive(derivation: D, words: &str, scratch: &mut String, emit: &mut dyn FnMut(&str)) {
    match derivation {
        D::FirstWord => emit_some(words.split(' ').next(), emit),
        D::EveryWord => {
            emit_some(Some(run_together(words, scratch)), emit);
            if words.contains(' ') {
                each_word(words, 0, emit);
            }
        }
        D::LaterWords => each_word(words, 1, emit),
        D::Nickname => emit_some(words.split(' ').next().map(nickname::root), emit),
        D::Soundex => {
            let code = words.split(' ').next().and_then(phonetic::soundex);
            emit_some(code.as_ref().and_then(|code| std::str::from_utf8(code).ok()), emit);
        }
        D::Metaphone => {
            emit_some(words.split(' ').next().and_then(phonetic::metaphone).as_deref(), emit);
        }
        _ => derive_letters(derivation, run_together(words, scratch), emit),
    }
}

/// Derives from letters without spaces.
pub fn derive_letters(derivation: D, letters: &str, emit: &mut dyn FnMut(&str)) {
    let part = match derivation {
        D::Whole => Some(letters),
        D::Initial => letters.get(..1),
        D::Prefix2 => letters.get(..2),
        D::Prefix3 => letters.get(..3),
        D::Prefix4 => letters.get(..4),
        D::Suffix3 => letters.len().checked_sub(3).and_then(|start| letters.get(start..)),
        D::Suffix4 => letters.len().checked_sub(4).and_then(|start| letters.get(start..)),
        _ => None,
    };
    emit_some(part, emit);
}

fn emit_some(value: Option<&str>, emit: &mut dyn FnMut(&str)) {
    if let Some(value) = value.filter(|value| !value.is_empty()) {
        emit(value);
    }
}

/// The words without the spaces between.
fn run_together<'text>(words: &'text str, scratch: &'text mut String) -> &'text str {
    if !words.contains(' ') {
        return words;
    }
    scratch.clear();
    scratch.extend(words.split(' '));
    scratch
}

/// Emits each word from `first` on once, if it can stand for the value on its own.
fn each_word(words: &str, first: usize, emit: &mut dyn FnMut(&str)) {
    let words = || words.split(' ').skip(first);
    for (at, word) in words().enumerate() {
        if stands_alone(word) && words().take(at).all(|earlier| earlier != word) {
            emit(word);
        }
    }
}

/// Initials and particles belong to too many people.
fn stands_alone(word: &str) -> bool {
    word.len() >= 2 && !is_particle(word.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::super::derived;
    use super::*;
    use crate::spec::Kind;

    fn of(derivation: D, name: &str) -> Vec<String> {
        derived(Kind::Name, derivation, name)
    }

    #[test]
    fn the_whole_of_a_name_is_its_words_run_together() {
        assert_eq!(of(D::Whole, "SMITH JONES"), ["SMITHJONES"]);
        assert_eq!(of(D::Whole, "SMITH"), ["SMITH"]);
    }

    #[test]
    fn every_word_is_the_whole_and_each_word_that_can_stand_for_it() {
        assert_eq!(of(D::EveryWord, "SMITH"), ["SMITH"]);
        assert_eq!(of(D::EveryWord, "SMITH JONES"), ["SMITHJONES", "SMITH", "JONES"]);
        assert_eq!(of(D::EveryWord, "ANNA M ANNA LE"), ["ANNAMANNALE", "ANNA"]);
        assert_eq!(of(D::EveryWord, "O"), ["O"]);
    }

    #[test]
    fn later_words_leave_out_the_first_initials_and_particles() {
        assert_eq!(of(D::LaterWords, "ANNA MARIA J ROSE MARIA"), ["MARIA", "ROSE"]);
        assert!(of(D::LaterWords, "ANNA").is_empty());
    }

    #[test]
    fn prefixes_and_suffixes_need_enough_letters() {
        assert_eq!(of(D::Prefix3, "AN NA"), ["ANN"]);
        assert_eq!(of(D::Suffix4, "ANNA MARIA"), ["ARIA"]);
        assert_eq!(of(D::Suffix3, "ANN"), ["ANN"]);
        assert!(of(D::Prefix4, "ANN").is_empty());
        assert!(of(D::Suffix4, "ANN").is_empty());
        assert_eq!(of(D::Initial, "ANN"), ["A"]);
    }

    #[test]
    fn codes_and_texts_have_parts_of_their_own() {
        assert_eq!(derived(Kind::Code, D::Suffix4, "AB12345"), ["2345"]);
        assert_eq!(derived(Kind::Text, D::FirstWord, "12 HIGH STREET"), ["12"]);
        assert!(derived(Kind::Text, D::Soundex, "12 HIGH STREET").is_empty());
    }
}
