//! Whether a file's header is that of a return with a ready mapping.

use std::collections::BTreeMap;

use serde::Serialize;

use super::header::{self, Said, plain};
use super::meaning::Meaning;
use crate::spec::ready::{self, READY, Ready};
use crate::spec::{Linkage, Source};

/// The return that a file looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Looks {
    /// The ready mapping's name.
    pub name: &'static str,
    /// The return.
    pub title: &'static str,
    /// The years or versions that have this layout.
    pub years: &'static str,
    /// How many of the layout's columns are here.
    pub found: usize,
    /// How many columns the layout has.
    pub of: usize,
    /// Columns of the layout that are called otherwise here: first the layout's name.
    pub renamed: Vec<(String, String)>,
    /// Columns of the layout that are not here.
    pub missing: Vec<String>,
    /// How many columns are here that the layout does not have.
    pub more: usize,
}

/// What a layout makes of one column of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Role {
    /// It is this.
    Is(Meaning),
    /// It identifies nobody, or somebody else.
    Goes,
}

/// A return that was recognised, and what it makes of each column of the file.
pub struct Recognised {
    pub looks: Looks,
    pub ready: &'static Ready,
    pub roles: Vec<Option<Role>>,
    /// The layout's codes for sex.
    pub codes: super::sex::Codes,
    pub several_rows: bool,
}

/// A layout is recognised by at least so many columns, and so many of a hundred.
const LEAST: usize = 4;
const SHARE: usize = 60;

/// The layout that the names fit best, if one fits well enough.
pub fn recognise(names: &[String]) -> Option<Recognised> {
    let here: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let fits = READY.iter().filter_map(|ready| {
        let (linkage, source) = ready.mapping();
        let columns: Vec<String> = ready::columns(&source).into_iter().map(plain).collect();
        let found = columns.iter().filter(|column| here.contains(column)).count();
        let enough = found >= LEAST && found * 100 >= columns.len() * SHARE;
        // Dice's coefficient: what either lacks of the other counts.
        let score = 2 * found * 10_000 / (columns.len() + here.len());
        enough.then_some((score, ready, linkage, source))
    });
    // Of equals the first, which is the newest.
    let best = fits.rev().max_by_key(|(score, ..)| *score);
    best.map(|(_, ready, linkage, source)| of(ready, &linkage, &source, names))
}

fn of(ready: &'static Ready, linkage: &Linkage, source: &Source, names: &[String]) -> Recognised {
    let meant = meanings(linkage, source);
    let role = |name: &String| meant.get(&plain(name)).cloned();
    let roles: Vec<Option<Role>> = names.iter().map(role).collect();
    let here: Vec<String> = names.iter().map(|name| plain(name)).collect();
    let columns = ready::columns(source);
    let missing: Vec<&str> =
        columns.iter().filter(|column| !here.contains(&plain(column))).copied().collect();
    let extra: Vec<&String> =
        names.iter().filter(|name| !meant.contains_key(&plain(name))).collect();
    let renamed: Vec<(String, String)> = missing
        .iter()
        .filter_map(|old| {
            let said = header::said(old).filter(is_of_a_person)?;
            let new = extra.iter().find(|name| header::said(name) == Some(said))?;
            Some(((*old).to_owned(), (*new).clone()))
        })
        .collect();
    let is_renamed = |old: &&&str| renamed.iter().any(|(name, _)| name == **old);
    let looks = Looks {
        name: ready.name,
        title: ready.title,
        years: ready.years,
        found: columns.len() - missing.len(),
        of: columns.len(),
        missing: missing.iter().filter(|old| !is_renamed(old)).map(|o| (*o).to_owned()).collect(),
        more: extra.len() - renamed.len(),
        renamed,
    };
    let codes = source.fields.iter().find(|field| linkage.field_at(field.field).name == "sex");
    let pairs = codes.map(|field| {
        field
            .codes
            .pairs()
            .map(|(code, sex)| (code.to_owned(), sex.map_or("", crate::spec::Sex::text)))
    });
    let codes = pairs.map_or_else(Vec::new, Iterator::collect);
    Recognised { looks, ready, roles, codes, several_rows: source.several_rows }
}

/// Whether a name says that a column identifies the person: other columns are too many to be told
/// apart by it.
fn is_of_a_person(said: &Said) -> bool {
    matches!(said, Said::Meaning(meaning)
        if meaning.field().is_some() || *meaning == Meaning::RecordId)
}

/// What a mapping makes of each column, by its plain name.
fn meanings(linkage: &Linkage, source: &Source) -> BTreeMap<String, Role> {
    let mut meant = BTreeMap::new();
    for name in ready::columns(source) {
        let known = match header::said(name) {
            Some(Said::Meaning(Meaning::RecordId)) => Role::Goes,
            Some(Said::Meaning(meaning)) if meaning.field().is_none() => Role::Is(meaning),
            _ => Role::Goes,
        };
        meant.insert(plain(name), known);
    }
    for field in &source.fields {
        let name = &linkage.field_at(field.field).name;
        let meaning = Meaning::of_field(name).expect("a field of the template has a meaning");
        for (place, column) in field.columns.iter().enumerate() {
            let meaning = if place == 0 { meaning } else { meaning.further() };
            meant.insert(plain(column), Role::Is(meaning));
        }
    }
    meant.insert(plain(&source.record_id), Role::Is(Meaning::RecordId));
    meant
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn a_return_is_known_by_its_header_whatever_the_case() {
        let header = ["child", "sex", "dob", "ethnic", "upn", "mother", "mc_dob"];
        let found = recognise(&names(&header)).expect("it is the whole header");
        assert_eq!((found.looks.name, found.looks.found, found.looks.of), ("ssda903-header", 7, 7));
        assert_eq!(found.roles[0], Some(Role::Is(Meaning::RecordId)));
        assert_eq!(found.roles[5], Some(Role::Is(Meaning::SomeoneElse)));
    }

    #[test]
    fn the_layout_of_the_right_years_is_found_by_its_renamed_column() {
        for (sex, expected) in [("sex", "school-census"), ("gender", "school-census-gender")] {
            let ready = ready::named(expected).expect("it is there");
            let (_, source) = ready.mapping();
            let all: Vec<String> = ready::columns(&source).into_iter().map(str::to_owned).collect();
            assert!(all.contains(&sex.to_owned()));
            assert_eq!(recognise(&all).expect("its own header").looks.name, expected);
        }
    }

    #[test]
    fn a_column_that_is_called_otherwise_is_told() {
        let header = ["CHILD", "GENDER", "DOB", "ETHNIC", "UPN", "MOTHER", "MC_DOB", "LA"];
        let looks = recognise(&names(&header)).expect("most of it is there").looks;
        assert_eq!(looks.renamed, [("SEX".to_owned(), "GENDER".to_owned())]);
        assert_eq!((looks.found, looks.more, looks.missing), (6, 1, vec![]));
    }

    #[test]
    fn a_file_of_ones_own_is_no_return() {
        assert!(recognise(&names(&["id", "forename", "surname", "dob", "postcode"])).is_none());
    }
}
