//! From agreement patterns to levels of agreement, field by field.
//!
//! A recipe is a conjunction: its tokens agree if all its parts do. So a recipe that agrees says
//! that each of its parts agrees, and one that disagrees although all its other parts are known to
//! agree says that the remaining part differs. Drawing these conclusions until nothing new follows
//! gives, for each field, the strictest level at which two records agree, whatever recipes the
//! spec has; a field about which nothing follows is neither for nor against.

use super::compare::Pattern;
use crate::spec::{Derivation, FieldIx, Kind, Linkage, Part};

/// How closely two records agree in one comparison; what each level means depends on the kind.
pub(super) type Level = u8;

/// Nothing is known about this comparison.
pub(super) const UNKNOWN: Level = Level::MAX;

/// What is compared, and at which levels, strictest first; the last level is disagreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comparison {
    pub name: String,
    pub of: Of,
}

/// What a comparison is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Of {
    GivenName,
    FamilyName,
    /// Any name against any name, asked only where no name agrees in its own place.
    AnyName,
    Date,
    Postcode,
    Sex,
    Identifier,
    Code,
    Text,
}

impl Of {
    /// The names of the levels.
    pub const fn levels(self) -> &'static [&'static str] {
        match self {
            Self::GivenName | Self::FamilyName => {
                &["same", "nickname", "sound", "part", "different"]
            }
            Self::Date => &["same", "swapped", "two_parts", "different"],
            Self::Postcode => &["unit", "sector", "district", "different"],
            Self::Code | Self::Text => &["same", "part", "different"],
            Self::AnyName | Self::Sex | Self::Identifier => &["same", "different"],
        }
    }
}

/// A part of some recipe: what can agree or differ.
struct Atom {
    part: Part,
    /// The comparison it speaks for, and the level at which it agrees.
    speaks: Option<(usize, Level)>,
}

/// The comparisons of a spec.
pub(super) struct Comparisons {
    pub list: Vec<Comparison>,
    atoms: Vec<Atom>,
    /// For each recipe, its atoms as bits.
    recipes: Vec<u64>,
    /// Atoms that agree whenever another does.
    follows: Vec<(u64, u64)>,
}

/// What is known of the atoms, as bits.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Known {
    agree: u64,
    differ: u64,
}

impl Comparisons {
    pub fn new(linkage: &Linkage) -> Self {
        let mut comparisons =
            Self { list: Vec::new(), atoms: Vec::new(), recipes: Vec::new(), follows: Vec::new() };
        for recipe in &linkage.recipes {
            let mut bits = 0;
            for part in &recipe.parts {
                bits |= 1 << comparisons.atom(linkage, part);
            }
            comparisons.recipes.push(bits);
        }
        comparisons.follows = follows(&comparisons.atoms);
        comparisons
    }

    fn atom(&mut self, linkage: &Linkage, part: &Part) -> usize {
        if let Some(place) = self.atoms.iter().position(|atom| atom.part == *part) {
            return place;
        }
        let speaks = of(linkage, part).map(|(name, of, level)| {
            let known = self.list.iter().position(|comparison| comparison.name == name);
            let place = known.unwrap_or_else(|| {
                self.list.push(Comparison { name, of });
                self.list.len() - 1
            });
            (place, level)
        });
        self.atoms.push(Atom { part: part.clone(), speaks });
        self.atoms.len() - 1
    }

    /// The level of each comparison under a pattern.
    pub fn levels(&self, pattern: Pattern) -> Vec<Level> {
        let known = self.conclude(pattern);
        let mut levels = vec![UNKNOWN; self.list.len()];
        for (place, atom) in self.atoms.iter().enumerate() {
            let Some((comparison, level)) = atom.speaks else { continue };
            let last = self.list[comparison].of.levels().len() - 1;
            let last = Level::try_from(last).expect("a comparison has a few levels");
            let best = &mut levels[comparison];
            if known.agree & (1 << place) != 0 {
                *best = (*best).min(level);
            } else if known.differ & (1 << place) != 0 && level == 0 {
                *best = (*best).min(last);
            }
        }
        self.silence_any_name(&mut levels);
        levels
    }

    /// Any name against any name adds nothing where a name agrees in its own place.
    fn silence_any_name(&self, levels: &mut [Level]) {
        let named = |of: Of| matches!(of, Of::GivenName | Of::FamilyName);
        let own = self.list.iter().zip(levels.iter()).any(|(c, level)| named(c.of) && *level < 4);
        for (comparison, level) in self.list.iter().zip(levels.iter_mut()) {
            if comparison.of == Of::AnyName && own {
                *level = UNKNOWN;
            }
        }
    }

    fn conclude(&self, pattern: Pattern) -> Known {
        let mut known = Known { agree: 0, differ: 0 };
        for (recipe, atoms) in self.recipes.iter().enumerate() {
            if pattern.agree & (1 << recipe) != 0 {
                known.agree |= atoms;
            }
        }
        loop {
            let before = known;
            for (all, implied) in &self.follows {
                if known.agree & all == *all {
                    known.agree |= implied;
                } else if all.is_power_of_two() && known.differ & implied != 0 {
                    known.differ |= all & !known.agree;
                }
            }
            for (recipe, atoms) in self.recipes.iter().enumerate() {
                let disagrees = (pattern.known & !pattern.agree) & (1 << recipe) != 0;
                let open = atoms & !known.agree;
                if disagrees && open.is_power_of_two() {
                    known.differ |= open;
                }
            }
            if known == before {
                return known;
            }
        }
    }
}

/// What a part speaks for: the comparison's name, what it is about, and the level of agreement.
fn of(linkage: &Linkage, part: &Part) -> Option<(String, Of, Level)> {
    let fields: Vec<FieldIx> = part.choices.iter().map(|choice| choice.field).collect();
    let first = linkage.field_at(fields[0]);
    let alike = fields.iter().all(|field| linkage.field_at(*field).kind == first.kind);
    let one = fields.iter().all(|field| *field == fields[0]);
    if !alike {
        return None;
    }
    let level = part.choices.iter().map(|c| level(first.kind, c.derivation)).max().flatten();
    let about = match first.kind {
        Kind::Name if !one => return Some(("any_name".to_owned(), Of::AnyName, 0)),
        Kind::Name if is_family_name(&first.name) => Of::FamilyName,
        Kind::Name => Of::GivenName,
        Kind::Date => Of::Date,
        Kind::UkPostcode => Of::Postcode,
        Kind::Sex => Of::Sex,
        Kind::Code | Kind::Uprn => Of::Code,
        Kind::Text => Of::Text,
        _ => Of::Identifier,
    };
    level.map(|level| (first.name.clone(), about, level))
}

/// Whether a field of names holds what a family shares.
fn is_family_name(field: &str) -> bool {
    ["surname", "family", "last"].iter().any(|word| field.contains(word))
}

/// The level of agreement of which a derivation speaks; none if it speaks of no level of its own.
const fn level(kind: Kind, derivation: Derivation) -> Option<Level> {
    use Derivation as D;
    match (kind, derivation) {
        (
            _,
            D::Whole
            | D::FirstWord
            | D::EveryWord
            | D::LaterWords
            | D::Permanent
            | D::Temporary
            | D::NotNewYear,
        ) => Some(0),
        (Kind::Name, D::Nickname) => Some(1),
        (Kind::Name, D::Soundex | D::Metaphone) => Some(2),
        (Kind::Name, _) => Some(3),
        (Kind::Date, D::EitherOrder) => Some(1),
        (Kind::Date, D::YearMonth | D::YearDay | D::MonthDay) => Some(2),
        (Kind::UkPostcode, D::Sector) => Some(1),
        (Kind::UkPostcode, D::District) => Some(2),
        (Kind::Code | Kind::Text, _) => Some(1),
        _ => None,
    }
}

/// Which atoms agree whenever others do: what is derived from an equal value is equal, and two of
/// the pairs of a date's parts give the date.
fn follows(atoms: &[Atom]) -> Vec<(u64, u64)> {
    let mut follows = Vec::new();
    for (a, strict) in atoms.iter().enumerate() {
        for (b, loose) in atoms.iter().enumerate() {
            if a != b && implies(&strict.part, &loose.part) {
                follows.push((1 << a, 1 << b));
            }
        }
    }
    let pairs = [Derivation::YearMonth, Derivation::YearDay, Derivation::MonthDay];
    for (a, first) in atoms.iter().enumerate() {
        for (b, second) in atoms.iter().enumerate().skip(a + 1) {
            for (c, whole) in atoms.iter().enumerate() {
                if let ([x], [y], [z]) =
                    (&first.part.choices[..], &second.part.choices[..], &whole.part.choices[..])
                    && pairs.contains(&x.derivation)
                    && pairs.contains(&y.derivation)
                    && z.derivation == Derivation::Whole
                    && x.field == z.field
                    && y.field == z.field
                {
                    follows.push((1 << a | 1 << b, 1 << c));
                }
            }
        }
    }
    follows
}

/// Whether agreement of one part means agreement of another: each choice of the stricter is a
/// choice of the looser, or the looser has something derived from it.
fn implies(strict: &Part, loose: &Part) -> bool {
    strict.choices.iter().all(|a| {
        loose.choices.iter().any(|b| a.field == b.field && gives(a.derivation, b.derivation))
    })
}

/// Whether what is equal under one derivation is equal under another.
const fn gives(strict: Derivation, loose: Derivation) -> bool {
    use Derivation as D;
    match (strict, loose) {
        (D::YearMonth | D::YearDay, D::Year)
        | (D::Sector, D::District | D::Area)
        | (D::District, D::Area) => true,
        // A temporary number or a 1 January has no such part, but a pair that agrees in the whole
        // does not differ in it either.
        (D::Whole, D::Permanent | D::Temporary | D::NotNewYear | D::EitherOrder) => false,
        (D::Whole, _) => true,
        _ => strict as u8 == loose as u8,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::templates;

    fn linkage() -> Linkage {
        let template = templates::named("uk-children").expect("the template is shipped");
        Linkage::parse("spec", &template.linkage("test", &template.datasets())).expect("sound")
    }

    /// The pattern in which these recipes agree, these differ, and the rest are missing.
    fn pattern(linkage: &Linkage, agree: &[&str], differ: &[&str]) -> Pattern {
        let bits = |names: &[&str]| {
            names.iter().fold(0, |bits, name| {
                let place = linkage.recipes.iter().position(|recipe| recipe.id == *name);
                bits | 1 << place.expect("the recipe is in the template")
            })
        };
        Pattern { agree: bits(agree), known: bits(agree) | bits(differ) }
    }

    fn shown(agree: &[&str], differ: &[&str]) -> Vec<(String, &'static str)> {
        let linkage = linkage();
        let comparisons = Comparisons::new(&linkage);
        let levels = comparisons.levels(pattern(&linkage, agree, differ));
        let named = comparisons.list.iter().zip(levels).filter(|(_, level)| *level != UNKNOWN);
        named.map(|(c, level)| (c.name.clone(), c.of.levels()[usize::from(level)])).collect()
    }

    fn level(shown: &[(String, &'static str)], comparison: &str) -> Option<&'static str> {
        shown.iter().find(|(name, _)| name == comparison).map(|(_, level)| *level)
    }

    #[test]
    fn nothing_known_says_nothing() {
        assert!(shown(&[], &[]).is_empty());
    }

    #[test]
    fn a_recipe_that_agrees_says_that_all_its_parts_do() {
        let shown = shown(&["forename_dob"], &[]);
        assert_eq!(level(&shown, "forename"), Some("same"));
        assert_eq!(level(&shown, "date_of_birth"), Some("same"));
        assert_eq!(level(&shown, "surname"), None);
    }

    #[test]
    fn a_recipe_that_disagrees_alone_does_not_say_which_part_differs() {
        let shown = shown(&[], &["forename_dob"]);
        assert_eq!(level(&shown, "forename"), None);
        assert_eq!(level(&shown, "date_of_birth"), None);
    }

    #[test]
    fn a_disagreement_is_laid_to_the_one_part_that_is_not_known_to_agree() {
        let shown = shown(&["surname_dob", "forename_sound"], &["forename_dob", "postcode_dob"]);
        assert_eq!(level(&shown, "forename"), Some("sound"));
        assert_eq!(level(&shown, "postcode"), Some("different"));
    }

    #[test]
    fn twins_show_a_different_forename() {
        let differ = ["forename_dob", "nickname_dob", "forename_sound", "forename_start"];
        let shown = shown(&["surname_dob", "postcode_dob"], &differ);
        assert_eq!(level(&shown, "forename"), Some("different"));
        assert_eq!(level(&shown, "surname"), Some("same"));
        assert_eq!(level(&shown, "postcode"), Some("unit"));
    }

    #[test]
    fn names_that_agree_show_that_the_date_differs_in_part() {
        let shown = shown(&["names_year", "any_name_ym"], &["forename_dob", "surname_dob"]);
        assert_eq!(level(&shown, "date_of_birth"), Some("two_parts"));
        assert_eq!(level(&shown, "forename"), Some("same"));
    }

    #[test]
    fn swapped_names_show_as_any_name_against_any() {
        let shown = shown(&["sex_dob", "any_name_dob"], &["forename_dob", "surname_dob"]);
        assert_eq!(level(&shown, "any_name"), Some("same"));
        assert_eq!(level(&shown, "forename"), Some("different"));
    }
}
