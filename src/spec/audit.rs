//! What an audit holds against the agreed limits: `[audit]` in `linkage.toml` and `extract.toml`.

use super::document::{Document, Section};
use crate::disclose;

/// The limits of `[audit]` in `linkage.toml`: what a token column may give away.
///
/// They are the linker's to judge by and change no token, so they are no part of the spec's
/// fingerprint.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TokenLimits {
    /// The largest share of records that one token may cover.
    pub largest_share: f64,
    /// The largest share of records that matching ranks may name rightly.
    pub rank_match: f64,
    /// How many of the twenty commonest tokens it may name rightly.
    pub rank_top20: u64,
}

impl Default for TokenLimits {
    fn default() -> Self {
        Self { largest_share: disclose::LARGEST_SHARE, rank_match: 0.001, rank_top20: 1 }
    }
}

impl TokenLimits {
    /// The limits as one text.
    pub(super) fn canonical(&self) -> String {
        format!(
            "audit largest_share {} rank_match {} rank_top20 {}\n",
            self.largest_share, self.rank_match, self.rank_top20
        )
    }

    pub(super) fn read(root: &Section<'_, '_>) -> Self {
        let mut limits = Self::default();
        let Some(section) = root.section("audit") else { return limits };
        limits.largest_share = section.share("largest_share").unwrap_or(limits.largest_share);
        limits.rank_match = section.share("rank_match").unwrap_or(limits.rank_match);
        limits.rank_top20 = section.number("rank_top20", 0..21).unwrap_or(limits.rank_top20);
        section.finish();
        limits
    }
}

/// `[audit]` in `extract.toml`: what somebody may know of a child beforehand, what they must not
/// learn, and how large a group must be for the child to be hidden in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtractLimits {
    /// Columns that somebody may know of a child: `column`, of every dataset that has it, or
    /// `dataset.column`.
    pub quasi_identifiers: Vec<String>,
    /// Columns that tell what nobody should learn, named in the same way.
    pub sensitive: Vec<String>,
    /// The fewest people who must look alike.
    pub smallest_class: u64,
    /// The fewest different values of a sensitive column among people who look alike.
    pub diversity: u64,
}

impl Default for ExtractLimits {
    fn default() -> Self {
        Self {
            quasi_identifiers: Vec::new(),
            sensitive: Vec::new(),
            smallest_class: 10,
            diversity: 2,
        }
    }
}

impl ExtractLimits {
    pub(super) fn read(document: &Document<'_>, root: &Section<'_, '_>) -> Self {
        let mut limits = Self::default();
        let Some(section) = root.section("audit") else { return limits };
        let quasi = section.texts("quasi_identifiers");
        let sensitive = section.texts("sensitive");
        for both in sensitive.iter().filter(|s| quasi.iter().any(|q| q.text == s.text)) {
            let message = format!("`{}` is both known beforehand and sensitive", both.text);
            document.mistake(&both.at, message);
        }
        let texts = |list: Vec<super::document::Placed>| list.into_iter().map(|p| p.text).collect();
        limits.quasi_identifiers = texts(quasi);
        limits.sensitive = texts(sensitive);
        limits.smallest_class =
            section.number("smallest_class", 2..1001).unwrap_or(limits.smallest_class);
        limits.diversity = section.number("diversity", 1..101).unwrap_or(limits.diversity);
        section.finish();
        limits
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Extract, Linkage};
    use super::*;

    const LINKAGE: &str = "protocol = \"sealink/1\"\nproject = \"p\"\ndatasets = [\"a\"]\n\
        [fields]\nu = \"uln\"\n[recipes]\nr = [\"u\"]\n";
    const EXTRACT: &str = "extract = \"x\"\n[datasets.a]\ncolumns = [\"*\"]\n";

    #[test]
    fn limits_are_the_linkers_rules_and_no_part_of_the_fingerprint() {
        let plain = Linkage::parse("spec", LINKAGE).expect("sound");
        assert_eq!(plain.audit, TokenLimits::default());
        let text = format!("{LINKAGE}[audit]\nrank_top20 = 3\nlargest_share = 0.001\n");
        let other = Linkage::parse("spec", &text).expect("sound");
        let limits = TokenLimits { rank_top20: 3, largest_share: 0.001, ..TokenLimits::default() };
        assert_eq!(other.audit, limits);
        assert_eq!(plain.fingerprint(), other.fingerprint());
        assert_ne!(plain.rules_fingerprint(), other.rules_fingerprint());
    }

    #[test]
    fn mistakes_in_limits_are_told() {
        let text = format!("{LINKAGE}[audit]\nrank_top20 = 21\nlargest_share = 2\nk = 1\n");
        let error = Linkage::parse("spec", &text).expect_err("three mistakes");
        assert_eq!(error.mistakes.len(), 3, "{error}");
        let text = format!(
            "{EXTRACT}[audit]\nquasi_identifiers = [\"s\"]\nsensitive = \"s\"\nsmallest_class = 1\n"
        );
        let error = Extract::parse("extract", &text).expect_err("two mistakes");
        assert_eq!(error.mistakes.len(), 2, "{error}");
    }

    #[test]
    fn an_extract_without_limits_has_the_usual_ones() {
        let extract = Extract::parse("extract", EXTRACT).expect("sound");
        assert_eq!(extract.audit, ExtractLimits::default());
        let text = format!("{EXTRACT}[audit]\nquasi_identifiers = [\"a.b\"]\nsmallest_class = 5\n");
        let extract = Extract::parse("extract", &text).expect("sound");
        assert_eq!(extract.audit.smallest_class, 5);
        assert_eq!(extract.audit.quasi_identifiers, ["a.b"]);
    }
}
