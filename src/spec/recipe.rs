//! Recipes: which parts of which fields make one token column.

use sha2::{Digest, Sha256};

use super::kind::{Derivation, Kind};

/// The most token columns a spec may have: an agreement pattern is one 32-bit word.
pub const MOST_RECIPES: usize = 32;

/// The most different parts that a spec's recipes may have together: what is known of them when
/// two records are compared is one 64-bit word.
pub const MOST_PARTS: usize = 64;

/// The most parts that one recipe may have.
pub const MOST_RECIPE_PARTS: usize = 8;

/// A field of the agreed spec, by its place in the spec's list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldIx(pub u16);

/// A recipe of the agreed spec, by its place in the spec's list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecipeIx(pub u8);

impl RecipeIx {
    /// The place as a list index.
    #[must_use]
    pub const fn index(self) -> usize {
        self.0 as usize
    }

    /// The bit that stands for this recipe in an agreement pattern.
    #[must_use]
    pub const fn bit(self) -> u32 {
        1 << self.0
    }
}

/// A field: the agencies' common word for one identifier.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Field {
    /// The name that sources and recipes use.
    pub name: String,
    /// What the field holds.
    pub kind: Kind,
}

/// One way to fill a part: a field and what is derived from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// The field.
    pub field: FieldIx,
    /// What is taken from the field's values.
    pub derivation: Derivation,
}

/// One part of a token: any of its choices may fill it, each value giving a token of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The choices, in canonical order, without repeats; never empty.
    pub choices: Vec<Choice>,
}

/// The definition of one token column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipe {
    /// The column's name in token tables.
    pub id: String,
    /// The parts, in the order in which they enter the token; never empty.
    pub parts: Vec<Part>,
}

impl Recipe {
    /// The recipe's meaning as one text, independent of how the file spells it: a line with the
    /// id, then a line a part, `field:kind/version.derivation/version`, choices joined by `|`.
    #[must_use]
    pub fn canonical(&self, fields: &[Field]) -> String {
        let mut text = format!("recipe {}\n", self.id);
        for part in &self.parts {
            let choices: Vec<String> =
                part.choices.iter().map(|choice| canonical_choice(*choice, fields)).collect();
            text.push_str("part ");
            text.push_str(&choices.join("|"));
            text.push('\n');
        }
        text
    }

    /// SHA-256 of the canonical text: what ties a token key to its definition.
    #[must_use]
    pub fn definition_hash(&self, fields: &[Field]) -> [u8; 32] {
        Sha256::digest(self.canonical(fields).as_bytes()).into()
    }
}

/// A choice as the canonical text spells it.
pub(super) fn canonical_choice(choice: Choice, fields: &[Field]) -> String {
    let field = &fields[usize::from(choice.field.0)];
    format!(
        "{}:{}/{}.{}/{}",
        field.name,
        field.kind.name(),
        field.kind.version(),
        choice.derivation.name(),
        choice.derivation.version()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_canonical_text_names_kinds_derivations_and_versions() {
        let fields = [
            Field { name: "surname".to_owned(), kind: Kind::Name },
            Field { name: "dob".to_owned(), kind: Kind::Date },
        ];
        let choice = |field, derivation| Choice { field: FieldIx(field), derivation };
        let recipe = Recipe {
            id: "r".to_owned(),
            parts: vec![
                Part {
                    choices: vec![choice(0, Derivation::Whole), choice(0, Derivation::Soundex)],
                },
                Part { choices: vec![choice(1, Derivation::YearMonth)] },
            ],
        };
        assert_eq!(
            recipe.canonical(&fields),
            "recipe r\npart surname:name/1.whole/1|surname:name/1.soundex/1\n\
             part dob:date/1.year_month/1\n"
        );
    }
}
