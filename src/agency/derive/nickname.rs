//! Forenames that stand for one another.

use std::collections::HashMap;
use std::sync::LazyLock;

/// The root of the nickname group of a word, else the word: BETH and LIZ give ELIZABETH.
///
/// Groups hold short forms and spellings of one name. A form that could be of several names is
/// with the one that is commonest among children in the United Kingdom today, and names that are
/// given in their own right (Jack, Molly) stand alone.
pub fn root(word: &str) -> &str {
    static ROOTS: LazyLock<HashMap<&str, &str>> = LazyLock::new(|| forms().collect());
    ROOTS.get(word).copied().unwrap_or(word)
}

/// Every form with its root; the roots themselves are not listed.
fn forms() -> impl Iterator<Item = (&'static str, &'static str)> {
    NICKNAMES.lines().filter(|line| !line.starts_with('#')).flat_map(|line| {
        let (root, forms) = line.split_once('\t').unwrap_or((line, ""));
        forms.split_ascii_whitespace().map(move |form| (form, root))
    })
}

/// A group a line: the root, a tab, the other forms.
const NICKNAMES: &str = include_str!("../normalise/nicknames.tsv");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agency::normalise;
    use std::collections::BTreeSet;

    #[test]
    fn forms_give_their_root_and_other_words_themselves() {
        for (word, expected) in [
            ("BETH", "ELIZABETH"),
            ("LIZ", "ELIZABETH"),
            ("ELIZABETH", "ELIZABETH"),
            ("MUHAMMAD", "MOHAMMED"),
            ("MD", "MOHAMMED"),
            ("KASIA", "KATARZYNA"),
            ("JACK", "JACK"),
            ("QWERTY", "QWERTY"),
        ] {
            assert_eq!(root(word), expected, "{word}");
        }
    }

    #[test]
    fn every_form_is_in_one_group() {
        let mut seen = BTreeSet::new();
        let roots: BTreeSet<_> = forms().map(|(_, root)| root).collect();
        for (form, root) in forms() {
            assert!(seen.insert(form), "{form} is listed twice, once under {root}");
            assert!(!roots.contains(form), "{form} is under {root} and a root itself");
        }
        assert!(roots.len() >= 150, "{} groups", roots.len());
    }

    #[test]
    fn every_line_is_a_root_with_forms_in_canonical_text() {
        let lines = NICKNAMES.lines().filter(|line| !line.starts_with('#'));
        let roots: Vec<_> = lines.map(|line| line.split('\t').next()).collect();
        assert!(roots.is_sorted(), "the groups are in the order of the alphabet");
        assert_eq!(roots.len(), roots.iter().collect::<BTreeSet<_>>().len());
        for (form, root) in forms() {
            for word in [form, root] {
                let read = normalise::canonical(normalise::name, word);
                assert_eq!(read, Ok((word.to_owned(), None)), "{word}");
            }
        }
    }
}
