//! Letters that a system cannot write.

use unicode_normalization::UnicodeNormalization;

/// The name without its accents, as a system keeps it that knows plain letters only.
pub(in super::super) fn without_accents(name: &str) -> String {
    name.nfd().filter_map(plain).collect()
}

fn plain(letter: char) -> Option<char> {
    match letter {
        '\u{300}'..='\u{36f}' => None,
        'ł' => Some('l'),
        'Ł' => Some('L'),
        'ı' => Some('i'),
        'ø' => Some('o'),
        letter => Some(letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_go_and_letters_stay() {
        assert_eq!(without_accents("Łucja Wiśniewska"), "Lucja Wisniewska");
        assert_eq!(without_accents("Yılmaz Şahin Zoë"), "Yilmaz Sahin Zoe");
        assert_eq!(without_accents("O'Neill-Smith"), "O'Neill-Smith");
    }
}
