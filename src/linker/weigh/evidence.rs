//! From agreement patterns to levels of agreement, field by field.
//!
//! A recipe is a conjunction: its tokens agree if all its parts do. So a recipe that agrees says
//! that each of its parts agrees, and one that disagrees although all its other parts are known to
//! agree says that the remaining part differs. Drawing these conclusions until nothing new follows
//! gives, for each field, the strictest level at which two records agree, whatever recipes the
//! spec has; a field about which nothing follows is neither for nor against.

mod parts;

use crate::linker::compare::{Names, Pattern};
use crate::spec::{Derivation, Linkage, Part};
use parts::{follows, of, takes, together};

/// How closely two records agree in one comparison; what each level means depends on the kind.
pub type Level = u8;

/// The levels of names that counting names turns on.
const SAME_NAME: Level = 0;
const OTHER_NAME: Level = 5;
const SWAPPED_NAMES: Level = 6;
const DIFFERENT_NAME: Level = 7;

/// The levels of dates that a 1 January turns on.
const SAME_DATE: Level = 0;
const SAME_NEW_YEAR: Level = 1;
const NEW_YEAR: Level = 4;

/// The places of the comparisons of names whatever their fields.
const ANY_NAME: usize = 0;
const MORE_NAMES: usize = 1;

/// Nothing is known about this comparison.
pub const UNKNOWN: Level = Level::MAX;

/// What is compared, and at which levels, strictest first; the last level is disagreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    pub name: String,
    pub of: Of,
}

/// What a comparison is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    GivenName,
    FamilyName,
    /// Any name against any name, asked only where no name agrees in its own place.
    AnyName,
    /// Further names, asked only where the names agree in their own places.
    MoreNames,
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
                &["same", "nickname", "sound", "part", "initial", "other", "swapped", "different"]
            }
            Self::AnyName => &["one", "none"],
            Self::Date => {
                &["same", "same_new_year", "swapped", "two_parts", "new_year", "different"]
            }
            Self::Postcode => &["unit", "sector", "district", "different"],
            Self::Code | Self::Text => &["same", "part", "different"],
            Self::MoreNames | Self::Sex | Self::Identifier => &["same", "different"],
        }
    }
}

impl Comparison {
    /// A comparison of names whatever their fields.
    fn across_names(of: Of) -> Self {
        let name = if of == Of::AnyName { "any_name" } else { "more_names" };
        Self { name: name.to_owned(), of }
    }
}

/// A part of some recipe: what can agree or differ.
struct Atom {
    part: Part,
    /// The comparison it speaks for, and the level at which it agrees.
    speaks: Option<(usize, Level)>,
}

/// The comparisons of a spec.
pub struct Comparisons {
    pub list: Vec<Comparison>,
    atoms: Vec<Atom>,
    /// For each recipe, its atoms as bits.
    recipes: Vec<u64>,
    /// Atoms that agree whenever another does.
    follows: Vec<(u64, u64)>,
    /// Atoms that a record has whenever it has another.
    together: Vec<(u64, u64)>,
    /// Atoms that are a date, and those that are a date unless it is a 1 January.
    dates: u64,
    not_new_year: u64,
    /// The recipes that take any name, each with its other atoms.
    any_name: Vec<(usize, u64)>,
}

/// What is known of the atoms, as bits.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Known {
    agree: u64,
    differ: u64,
}

impl Comparisons {
    pub fn new(linkage: &Linkage) -> Self {
        let list = [Of::AnyName, Of::MoreNames].map(Comparison::across_names).to_vec();
        let mut comparisons = Self {
            list,
            atoms: Vec::new(),
            recipes: Vec::new(),
            follows: Vec::new(),
            together: Vec::new(),
            dates: 0,
            not_new_year: 0,
            any_name: Vec::new(),
        };
        for recipe in &linkage.recipes {
            let mut bits = 0;
            for part in &recipe.parts {
                bits |= 1 << comparisons.atom(linkage, part);
            }
            comparisons.recipes.push(bits);
        }
        comparisons.follows = follows(&comparisons.atoms);
        comparisons.together = together(&comparisons.atoms);
        comparisons.any_name = comparisons.taking_any_name(linkage);
        comparisons.dates = takes(&comparisons.atoms, linkage, Derivation::Whole);
        comparisons.not_new_year = takes(&comparisons.atoms, linkage, Derivation::NotNewYear);
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

    fn taking_any_name(&self, linkage: &Linkage) -> Vec<(usize, u64)> {
        let atoms = self.atoms.iter().enumerate();
        let any = atoms.filter(|(_, atom)| linkage.takes_any_name(&atom.part));
        let any = any.fold(0, |bits, (place, _)| bits | 1u64 << place);
        let recipes = self.recipes.iter().enumerate().filter(|(_, atoms)| *atoms & any != 0);
        recipes.map(|(recipe, atoms)| (recipe, atoms & !any)).collect()
    }

    /// What a recipe's parts speak for, if each speaks for a comparison of its own.
    pub fn parts(&self, recipe: usize) -> Option<Vec<(usize, Level)>> {
        let atoms = (0..self.atoms.len()).filter(|atom| self.recipes[recipe] & (1 << atom) != 0);
        let mut parts = atoms.map(|atom| self.atoms[atom].speaks).collect::<Option<Vec<_>>>()?;
        parts.sort_unstable();
        let single = parts.windows(2).all(|two| two[0].0 != two[1].0);
        single.then_some(parts)
    }

    /// The recipes that agree whenever this one does, itself among them, as bits.
    pub fn agreeing_with(&self, recipe: usize) -> u32 {
        let known = self.close(Known { agree: self.recipes[recipe], differ: 0 });
        let all = self.recipes.iter().enumerate();
        all.filter(|(_, atoms)| **atoms & !known.agree == 0).fold(0, |bits, (r, _)| bits | 1 << r)
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
        if pattern.names.shared > 0 || self.names_could_meet(known, pattern) {
            self.count_names(known, pattern.names, &mut levels);
        }
        self.doubt_new_year(pattern, &mut levels);
        levels
    }

    /// A 1 January often stands for some day of that year: it says little, whether it agrees or
    /// differs.
    fn doubt_new_year(&self, pattern: Pattern, levels: &mut [Level]) {
        for (comparison, level) in self.list.iter().zip(levels.iter_mut()) {
            if comparison.of == Of::Date && *level != UNKNOWN && self.on_new_year(pattern) {
                *level = if *level == SAME_DATE { SAME_NEW_YEAR } else { NEW_YEAR };
            }
        }
    }

    /// Whether one of the dates is a 1 January: the one part that both records would otherwise have
    /// is missing.
    fn on_new_year(&self, pattern: Pattern) -> bool {
        let recipes = self.recipes.iter().enumerate();
        let known = recipes.clone().filter(|(recipe, _)| pattern.known & (1 << recipe) != 0);
        let mut present = known.fold(0, |present, (_, atoms)| present | atoms);
        for (one, other) in &self.together {
            if present & one != 0 {
                present |= other;
            }
        }
        let mut missing = recipes.filter(|(recipe, _)| pattern.known & (1 << recipe) == 0);
        missing.any(|(_, atoms)| {
            let open = atoms & !present;
            open.is_power_of_two() && open & self.not_new_year != 0 && present & self.dates != 0
        })
    }

    /// Whether a comparison is known not to agree at its strictest level.
    fn refuted(&self, known: Known, comparison: usize) -> bool {
        let strict = |atom: &Atom| atom.speaks == Some((comparison, 0));
        let mut atoms = self.atoms.iter().enumerate().filter(|(_, atom)| strict(atom));
        atoms.any(|(place, _)| known.differ & (1 << place) != 0)
    }

    /// Whether names in common would show: a recipe that takes any name agrees but for the name. Where
    /// its date differs, no token of it is shared, whatever the names.
    fn names_could_meet(&self, known: Known, pattern: Pattern) -> bool {
        let mut recipes = self.any_name.iter();
        recipes.any(|(recipe, others)| {
            pattern.known & (1 << recipe) != 0 && others & !known.agree == 0
        })
    }

    /// What the number of names in common adds to what is known of names in their own places.
    fn count_names(&self, known: Known, names: Names, levels: &mut [Level]) {
        let place = |of| self.list.iter().position(|comparison| comparison.of == of);
        let (Some(given), Some(family)) = (place(Of::GivenName), place(Of::FamilyName)) else {
            return;
        };
        // Two names in common, and both alike in their own places: these are the same ones.
        let alike = |place: usize| (SAME_NAME..OTHER_NAME).contains(&levels[place]);
        let open = |place: usize| alike(place) && !self.refuted(known, place);
        if names.shared >= 2 && open(given) && open(family) {
            (levels[given], levels[family]) = (SAME_NAME, SAME_NAME);
        }
        let own = [given, family].into_iter().filter(|place| levels[*place] == SAME_NAME).count();
        let own = u8::try_from(own).unwrap_or_default();
        if names.possible <= own {
            return;
        }
        let further = names.shared.saturating_sub(own);
        let differs = |place: usize| levels[place] == DIFFERENT_NAME;
        match (differs(given), differs(family)) {
            (true, true) if further > 1 => {
                (levels[given], levels[family]) = (SWAPPED_NAMES, UNKNOWN);
            }
            (true, true) => levels[ANY_NAME] = Level::from(further == 0),
            (true, false) if further > 0 => levels[given] = OTHER_NAME,
            (false, true) if further > 0 => levels[family] = OTHER_NAME,
            (false, false) if own == 2 => levels[MORE_NAMES] = Level::from(further == 0),
            _ => {}
        }
    }

    /// Draws conclusions from the recipes that agree and disagree until nothing new follows.
    fn conclude(&self, pattern: Pattern) -> Known {
        let mut known = Known { agree: 0, differ: 0 };
        for (recipe, atoms) in self.recipes.iter().enumerate() {
            if pattern.agree & (1 << recipe) != 0 {
                known.agree |= atoms;
            }
        }
        loop {
            let before = known;
            known = self.close(known);
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

    /// Adds what follows from single parts.
    fn close(&self, mut known: Known) -> Known {
        loop {
            let before = known;
            for (all, implied) in &self.follows {
                if known.agree & all == *all {
                    known.agree |= implied;
                } else if all.is_power_of_two() && known.differ & implied != 0 {
                    known.differ |= all & !known.agree;
                }
            }
            if known == before {
                return known;
            }
        }
    }
}

#[cfg(test)]
mod tests;
