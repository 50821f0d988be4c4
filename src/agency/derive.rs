//! The part of a canonical value that goes into a token.
//!
//! The canonical text of each derivation is part of the token contract: what is emitted here for
//! a value today must be emitted for it always, or the derivation takes a new version.

mod date;
mod nickname;
mod phonetic;
mod postcode;
mod words;

use crate::spec::{Derivation, Kind};

/// Emits every value that `derivation` takes from a canonical value of `kind`; none where the
/// value has no such part, or the kind no such derivation.
///
/// | derivation of a date | 21 January 2012 |
/// |---|---|
/// | `year` | `2012` |
/// | `year_month` | `2012-01` |
/// | `year_day` | `2012--21` |
/// | `month_day` | `-01-21` |
/// | `either_order` | none; of 2 January and of 1 February `2012-01/02` |
pub fn derive(
    kind: Kind,
    derivation: Derivation,
    canonical: &str,
    scratch: &mut String,
    emit: &mut dyn FnMut(&str),
) {
    if canonical.is_empty() || !kind.derivations().contains(&derivation) {
        return;
    }
    match kind {
        Kind::Name | Kind::Text => words::derive(derivation, canonical, scratch, emit),
        Kind::Code => words::derive_letters(derivation, canonical, emit),
        Kind::Date => date::derive(derivation, canonical, scratch, emit),
        Kind::UkPostcode => postcode::derive(derivation, canonical, emit),
        Kind::Upn => derive_upn(derivation, canonical, emit),
        Kind::NhsNumber | Kind::ChiNumber | Kind::HcNumber | Kind::Uln | Kind::Uprn | Kind::Sex => {
            if derivation == Derivation::Whole {
                emit(canonical);
            }
        }
    }
}

/// A temporary pupil number ends in a letter.
fn derive_upn(derivation: Derivation, upn: &str, emit: &mut dyn FnMut(&str)) {
    let is_temporary = upn.ends_with(|last: char| last.is_ascii_alphabetic());
    match derivation {
        Derivation::Whole => emit(upn),
        Derivation::Permanent if !is_temporary => emit(upn),
        Derivation::Temporary if is_temporary => emit(upn),
        _ => {}
    }
}

#[cfg(test)]
pub(crate) fn derived(kind: Kind, derivation: Derivation, canonical: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut scratch = String::from("left over");
    derive(kind, derivation, canonical, &mut scratch, &mut |value| values.push(value.to_owned()));
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::agency::normalise;
    use proptest::prelude::*;

    #[test]
    fn a_pupil_number_is_either_permanent_or_temporary() {
        let of = |derivation, upn| derived(Kind::Upn, derivation, upn);
        assert_eq!(of(Derivation::Permanent, "B801200005001"), ["B801200005001"]);
        assert!(of(Derivation::Temporary, "B801200005001").is_empty());
        assert!(of(Derivation::Permanent, "M80120000500A").is_empty());
        assert_eq!(of(Derivation::Temporary, "M80120000500A"), ["M80120000500A"]);
    }

    #[test]
    fn what_a_kind_does_not_offer_is_not_derived() {
        let samples = [
            (Kind::NhsNumber, "9434765919"),
            (Kind::ChiNumber, "0101011237"),
            (Kind::HcNumber, "3200000007"),
            (Kind::Upn, "B801200005001"),
            (Kind::Uln, "9276308686"),
            (Kind::Uprn, "100023336956"),
            (Kind::Name, "ELIZABETH ANNE"),
            (Kind::Date, "20120201"),
            (Kind::Sex, "F"),
            (Kind::UkPostcode, "SW1A1AA"),
            (Kind::Code, "AB12345"),
            (Kind::Text, "KINGS LYNN"),
        ];
        for (kind, sample) in samples {
            for derivation in Derivation::ALL {
                let values = derived(kind, derivation, sample);
                let offered =
                    kind.derivations().contains(&derivation) && derivation != Derivation::Temporary;
                assert_eq!(!values.is_empty(), offered, "{kind:?} {derivation:?}: {values:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_nothing_empty_is_emitted(canonical in any::<String>()) {
            for kind in Kind::ALL {
                for derivation in Derivation::ALL {
                    prop_assert!(!derived(kind, derivation, &canonical).contains(&String::new()));
                }
            }
        }

        #[test]
        fn every_name_gives_distinct_values(cell in "[A-Za-z' -]{1,40}") {
            let mut name = String::new();
            if normalise::name(&cell, &mut name).is_ok() {
                for derivation in Derivation::ALL {
                    let values = derived(Kind::Name, derivation, &name);
                    let distinct: std::collections::BTreeSet<_> = values.iter().collect();
                    prop_assert_eq!(distinct.len(), values.len());
                }
            }
        }
    }
}
