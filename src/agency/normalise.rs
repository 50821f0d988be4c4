//! Cell in, canonical text out: one pure function for each kind of field.
//!
//! A normaliser reads a cell as an agency's file holds it and leaves the canonical text in `out`,
//! replacing what was there. A cell that cannot stand for a value leaves `out` empty and gives the
//! [`Refusal`] instead: it makes no token. Nothing is guessed, because nothing can be repaired
//! after hashing; what is mended without doubt is reported as a [`Warning`]. Canonical text is
//! ASCII and normalises to itself. A refusal or a warning never carries any part of the cell.
//!
//! A change that alters one output byte of a normaliser takes a new `Kind::version`.

mod cell;
mod chi_number;
mod code;
mod date;
mod hc_number;
mod name;
mod name_placeholder;
mod name_words;
mod nhs_number;
mod number;
mod placeholder;
mod postcode_area;
mod refusal;
mod sex;
mod text;
mod transliterate;
mod uk_postcode;
mod uln;
mod upn;
mod uprn;
mod warning;
mod word_list;

pub use chi_number::chi_number;
pub use code::code;
pub use date::date;
pub use hc_number::hc_number;
pub use name::name;
pub use name_words::is_particle;
pub use nhs_number::nhs_number;
pub use refusal::Refusal;
pub use sex::sex;
pub use text::text;
pub use uk_postcode::uk_postcode;
pub use uln::uln;
pub use upn::upn;
pub use uprn::uprn;
pub use warning::Warning;

use crate::spec::{Kind, SourceField};

/// A value, perhaps an odd one, or the reason why there is none.
pub type Normalised = Result<Option<Warning>, Refusal>;

/// Normalises a cell of a field of this kind, as the source describes it.
///
/// # Errors
/// A cell that cannot stand for a value.
pub fn normalise(kind: Kind, source: &SourceField, cell: &str, out: &mut String) -> Normalised {
    match kind {
        Kind::NhsNumber => nhs_number(cell, out),
        Kind::ChiNumber => chi_number(cell, out),
        Kind::HcNumber => hc_number(cell, out),
        Kind::Upn => upn(cell, out),
        Kind::Uln => uln(cell, out),
        Kind::Uprn => uprn(cell, out),
        Kind::Name => name(cell, out),
        Kind::Date => date(cell, &source.formats, out),
        Kind::Sex => sex(cell, &source.codes, out),
        Kind::UkPostcode => uk_postcode(cell, out),
        Kind::Code => code(cell, out),
        Kind::Text => text(cell, out),
    }
}

#[cfg(test)]
pub(crate) fn canonical(
    normalise: impl Fn(&str, &mut String) -> Normalised,
    cell: &str,
) -> Result<(String, Option<Warning>), Refusal> {
    let mut out = String::from("left over");
    match normalise(cell, &mut out) {
        Ok(warning) => Ok((out, warning)),
        Err(refusal) => {
            assert_eq!(out, "", "a refused cell leaves nothing behind");
            Err(refusal)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Normaliser = fn(&str, &mut String) -> Normalised;

    const ALL: [(&str, Normaliser); 10] = [
        ("nhs_number", nhs_number),
        ("chi_number", chi_number),
        ("hc_number", hc_number),
        ("upn", upn),
        ("uln", uln),
        ("uprn", uprn),
        ("uk_postcode", uk_postcode),
        ("name", name),
        ("code", code),
        ("text", text),
    ];

    fn holds_for(cell: &str) {
        for (kind, normalise) in ALL {
            if let Ok((first, _)) = canonical(normalise, cell) {
                assert!(first.is_ascii() && !first.is_empty(), "{kind} of {cell:?}: {first:?}");
                let (second, _) = canonical(normalise, &first)
                    .unwrap_or_else(|refusal| panic!("{kind} of {cell:?}, {first:?}: {refusal:?}"));
                assert_eq!(first, second, "{kind} of {cell:?}");
            }
        }
    }

    #[test]
    fn white_space_and_invisible_characters_alone_are_blank() {
        for blank in ["", " ", "\t\r\n", "\u{a0}", "\u{feff}\u{200b} \u{3000}", "\0"] {
            for (kind, normalise) in ALL {
                assert_eq!(canonical(normalise, blank), Err(Refusal::Blank), "{kind} {blank:?}");
            }
        }
    }

    #[test]
    fn the_ways_of_saying_nothing_are_placeholders_in_every_kind() {
        let nothing =
            ["N/A", "n/a", "NULL", "None", "unknown", "NOT KNOWN", "-9", "-", "?", "#N/A"];
        for missing in nothing {
            for (kind, normalise) in ALL {
                assert_eq!(
                    canonical(normalise, missing),
                    Err(Refusal::Placeholder),
                    "{kind} {missing:?}"
                );
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_normalises_to_canonical_text_that_is_its_own_normal_form(cell in any::<String>()) {
            holds_for(&cell);
        }

        #[test]
        fn text_that_resembles_names_and_codes_does_too(
            cell in "[A-Za-zÀ-ž0-9Ж-я李 '’,.()#/-]{0,24}"
        ) {
            holds_for(&cell);
        }

        #[test]
        fn names_of_particles_titles_and_letters_do_too(
            words in proptest::collection::vec(
                "DE|LA|L|O|MC|ST|VAN|DER|MR|DR|LADY|DY|JR|J|R|II|I|DEL|S|A|X|UN|KNOWN|BABY|OF|TWIN|CEASED|N",
                1..7,
            )
        ) {
            holds_for(&words.join(" "));
        }

        #[test]
        fn text_that_resembles_numbers_does_too(cell in "[-0-9 .eE+]{0,16}") {
            holds_for(&cell);
        }
    }
}
