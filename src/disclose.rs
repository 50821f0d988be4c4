//! What a token column gives away by the frequencies of its tokens, judged from its recipe.
//!
//! Without the key a token says nothing but how often it occurs; a value common in the population
//! is recognised by rank. The estimate here is the share of rows that the commonest value of the
//! whole recipe would cover: the product of its parts' commonest shares, with a factor for names
//! that go together (a forename and a surname of one naming tradition). `docs/privacy.md` has the
//! sources of the shares.

use crate::spec::{Choice, Derivation, Field, Kind, Recipe};

/// The largest share of rows that one token may cover: 0.05 %.
pub const LARGEST_SHARE: f64 = 0.0005;

/// How much commoner the commonest pair of names is than chance would have it.
const NAMES_TOGETHER: f64 = 8.0;

/// The estimated share of rows under the recipe's commonest token, from 0 to 1.
#[must_use]
pub fn largest_share(recipe: &Recipe, fields: &[Field]) -> f64 {
    let share =
        |choice: &Choice| commonest(fields[usize::from(choice.field.0)].kind, choice.derivation);
    let mut product = 1.0;
    for part in &recipe.parts {
        product *= part.choices.iter().map(share).fold(0.0, f64::max);
    }
    let named = |kind: Kind| matches!(kind, Kind::Name);
    let names = recipe
        .parts
        .iter()
        .filter(|part| part.choices.iter().any(|c| named(fields[usize::from(c.field.0)].kind)))
        .count();
    if names > 1 { f64::min(product * NAMES_TOGETHER, 1.0) } else { product }
}

/// The share of people under the commonest value of a part.
const fn commonest(kind: Kind, derivation: Derivation) -> f64 {
    match kind {
        Kind::NhsNumber | Kind::ChiNumber | Kind::HcNumber | Kind::Upn | Kind::Uln => 0.00001,
        Kind::Uprn => 0.0001,
        Kind::Sex => 0.52,
        Kind::Name => match derivation {
            Derivation::Initial => 0.12,
            Derivation::Prefix2 => 0.06,
            Derivation::Soundex | Derivation::Metaphone | Derivation::Prefix3 => 0.03,
            Derivation::Prefix4 | Derivation::Suffix3 => 0.025,
            Derivation::Nickname | Derivation::EveryWord | Derivation::LaterWords => 0.02,
            _ => 0.015,
        },
        Kind::Date => match derivation {
            Derivation::Year => 0.06,
            Derivation::YearMonth | Derivation::YearDay => 0.0065,
            Derivation::MonthDay => 0.0045,
            _ => 0.0004,
        },
        Kind::UkPostcode => match derivation {
            Derivation::Area => 0.05,
            Derivation::District => 0.02,
            Derivation::Sector => 0.004,
            _ => 0.0004,
        },
        Kind::Code => match derivation {
            Derivation::Whole => 0.001,
            _ => 0.1,
        },
        Kind::Text => match derivation {
            Derivation::Whole => 0.05,
            _ => 0.1,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::{FieldIx, Part};

    fn fields() -> Vec<Field> {
        [("f", Kind::Name), ("s", Kind::Name), ("d", Kind::Date), ("x", Kind::Sex)]
            .map(|(name, kind)| Field { name: name.to_owned(), kind })
            .to_vec()
    }

    fn share(parts: &[(u16, Derivation)]) -> f64 {
        let part = |&(field, derivation)| Part {
            choices: vec![Choice { field: FieldIx(field), derivation }],
        };
        let recipe = Recipe { id: "r".to_owned(), parts: parts.iter().map(part).collect() };
        largest_share(&recipe, &fields())
    }

    #[test]
    fn bare_names_and_sex_exceed_the_bound() {
        assert!(share(&[(0, Derivation::Whole)]) > LARGEST_SHARE);
        assert!(share(&[(0, Derivation::Soundex)]) > LARGEST_SHARE);
        assert!(share(&[(3, Derivation::Whole)]) > LARGEST_SHARE);
        assert!(share(&[(0, Derivation::Whole), (1, Derivation::Whole)]) > LARGEST_SHARE);
    }

    #[test]
    fn names_with_parts_of_the_birth_date_keep_it() {
        assert!(share(&[(0, Derivation::Whole), (2, Derivation::YearMonth)]) <= LARGEST_SHARE);
        assert!(share(&[(3, Derivation::Whole), (2, Derivation::Whole)]) <= LARGEST_SHARE);
        let three = [(0, Derivation::Whole), (1, Derivation::Whole), (2, Derivation::Year)];
        assert!(share(&three) <= LARGEST_SHARE);
    }
}
