//! A fixed list of words that most text is not on.

/// Upper-case words in order, with a quick way to see that a word is not among them.
pub struct WordList {
    words: &'static [&'static str],
    /// For each length, a bit for each letter with which a word of that length begins.
    first_letters: [u32; Self::LONGEST + 1],
}

impl WordList {
    /// The length of the longest word that a list can have.
    pub const LONGEST: usize = 15;

    /// A list of words, which must be in order, begin with a letter and be at most
    /// [`Self::LONGEST`] long: the compiler sees to the latter two.
    pub const fn new(words: &'static [&'static str]) -> Self {
        let mut first_letters = [0; Self::LONGEST + 1];
        let mut at = 0;
        while at < words.len() {
            let word = words[at].as_bytes();
            first_letters[word.len()] |= 1 << (word[0] - b'A');
            at += 1;
        }
        Self { words, first_letters }
    }

    /// Whether the word is on the list.
    pub fn has(&self, word: &[u8]) -> bool {
        let Some(&first @ b'A'..=b'Z') = word.first() else {
            return false;
        };
        let letters = self.first_letters.get(word.len()).copied().unwrap_or(0);
        letters & (1 << (first - b'A')) != 0
            && self.words.binary_search_by(|listed| listed.as_bytes().cmp(word)).is_ok()
    }

    /// The words.
    #[cfg(test)]
    pub const fn words(&self) -> &'static [&'static str] {
        self.words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_listed_words_are_on_the_list() {
        const LIST: WordList = WordList::new(&["NA", "NOT KNOWN", "UNK"]);
        assert!(LIST.words().iter().all(|word| LIST.has(word.as_bytes())));
        for word in ["", "N", "NO", "NB", "UNKN", "na", "?", "A WORD LONGER THAN ALL"] {
            assert!(!LIST.has(word.as_bytes()), "{word}");
        }
    }
}
