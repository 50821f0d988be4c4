//! Common names, to tell forenames from surnames by their values.

use std::collections::HashSet;
use std::sync::LazyLock;

/// What the lists say of a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// It is on neither list.
    No,
    /// A common forename.
    Forename,
    /// A common surname.
    Surname,
    /// One of each: a whole name.
    Whole,
}

/// What the lists say of a normalised name, by its first word and its last.
pub fn listed(name: &str) -> Listed {
    let first = name.split(' ').next().unwrap_or_default();
    let last = name.rsplit(' ').next().unwrap_or_default();
    let is_forename = |word| FORENAMES.contains(word);
    let is_surname = |word| SURNAMES.contains(word);
    if is_forename(first) && is_surname(last) || is_surname(first) && is_forename(last) {
        Listed::Whole
    } else if is_forename(first) {
        Listed::Forename
    } else if is_surname(first) || is_surname(last) {
        Listed::Surname
    } else {
        Listed::No
    }
}

static FORENAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| words(include_str!("forenames.txt")));
static SURNAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| words(include_str!("surnames.txt")));

fn words(text: &'static str) -> HashSet<&'static str> {
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.flat_map(str::split_ascii_whitespace).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agency::normalise;

    #[test]
    fn a_name_is_on_one_list_at_most_and_canonical() {
        assert!(FORENAMES.len() > 500 && SURNAMES.len() > 400);
        assert!(FORENAMES.is_disjoint(&SURNAMES));
        for word in FORENAMES.union(&SURNAMES) {
            let mut out = String::new();
            assert!(normalise::name(word, &mut out).is_ok(), "{word}");
            assert_eq!(out, *word);
        }
    }

    #[test]
    fn the_first_word_and_the_last_tell() {
        assert_eq!(listed("AMELIA JANE"), Listed::Forename);
        assert_eq!(listed("KHAN"), Listed::Surname);
        assert_eq!(listed("SMITH JONES"), Listed::Surname);
        assert_eq!(listed("AMELIA KHAN"), Listed::Whole);
        assert_eq!(listed("KHAN AMELIA"), Listed::Whole);
        assert_eq!(listed("QWERTY"), Listed::No);
    }
}
