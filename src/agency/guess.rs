//! A door for public values: what somebody without records could guess, derived and made a token
//! of as an agency would. An audit tries with it what the linkage key opens.
//!
//! What comes in here is a list of names, dates or made-up numbers, never a record.

use super::derive::derive;
use super::normalise::normalise;
use crate::key::LinkageKey;
use crate::spec::{Derivation, FieldIx, Kind, Linkage, Recipe, SourceField};
use crate::token::{Keyed, Token, encode};

/// What a recipe takes from a public value of this kind: none if the value is refused or has no
/// such part.
#[must_use]
pub fn parts_of(kind: Kind, derivation: Derivation, value: &str) -> Vec<String> {
    let (mut canonical, mut scratch, mut parts) = (String::new(), String::new(), Vec::new());
    if normalise(kind, &SourceField::plain(FieldIx(0), kind), value, &mut canonical).is_ok() {
        derive(kind, derivation, &canonical, &mut scratch, &mut |part| parts.push(part.to_owned()));
    }
    parts
}

/// Makes the tokens of guesses under one recipe.
pub struct GuessTokens {
    key: Keyed,
    message: Vec<u8>,
}

impl GuessTokens {
    /// The tokens of a recipe under a linkage key.
    #[must_use]
    pub fn new(linkage: &Linkage, key: &LinkageKey, recipe: &Recipe) -> Self {
        let definition = recipe.definition_hash(&linkage.fields);
        let key = key.recipe_key(&linkage.project, &recipe.id, &definition);
        Self { key, message: Vec::new() }
    }

    /// The token of these derived parts, one for each of the recipe's.
    pub fn token<'p>(&mut self, parts: impl ExactSizeIterator<Item = &'p str>) -> Token {
        self.message.clear();
        encode(parts.map(str::as_bytes), &mut self.message);
        self.key.token(&self.message)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_value_is_derived_as_a_record_would_be() {
        assert_eq!(parts_of(Kind::Name, Derivation::Soundex, "Robert"), ["R163"]);
        assert_eq!(parts_of(Kind::Date, Derivation::YearMonth, "2012-01-21"), ["2012-01"]);
        assert!(parts_of(Kind::Date, Derivation::YearMonth, "2012-02-30").is_empty());
        assert!(parts_of(Kind::Name, Derivation::LaterWords, "ANNA").is_empty());
    }
}
