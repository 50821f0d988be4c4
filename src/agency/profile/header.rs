//! What columns' names say, and whether the first row is a header at all.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::date_formats;
use super::meaning::Meaning;
use crate::agency::error::AgencyError;
use crate::agency::normalise::{chi_number, date, hc_number, nhs_number, uk_postcode, uln, upn};

/// What a column's name says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Said {
    /// It is called as such columns are.
    Meaning(Meaning),
    /// A known name of something that identifies nobody.
    Other,
}

/// What the name of a column says, if it is known.
pub fn said(name: &str) -> Option<Said> {
    let name = plain(name);
    let found = find(&name);
    let without = |prefix: &&str| find(name.strip_prefix(*prefix)?);
    found.or_else(|| PREFIXES.iter().find_map(without))
}

/// The name in lower case, without anything but letters and digits.
pub fn plain(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// Whose the column is, where every column is the child's.
const PREFIXES: [&str; 9] =
    ["child", "pupil", "patient", "person", "client", "student", "nominal", "subject", "current"];

fn find(name: &str) -> Option<Said> {
    let begins = || NAMES.beginnings.iter().find(|(start, _)| name.starts_with(start));
    NAMES.whole.get(name).copied().or_else(|| begins().map(|(_, said)| *said))
}

struct Names {
    whole: HashMap<&'static str, Said>,
    beginnings: Vec<(&'static str, Said)>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let mut names = Names { whole: HashMap::new(), beginnings: Vec::new() };
    for line in TABLE.lines().filter(|line| !line.starts_with('#')) {
        let (meaning, words) = line.split_once('\t').expect("a line has a tab");
        let said = Meaning::named(meaning).map_or(Said::Other, Said::Meaning);
        for word in words.split(' ') {
            match word.strip_suffix('*') {
                Some(start) => names.beginnings.push((start, said)),
                None => {
                    names.whole.insert(word, said);
                }
            }
        }
    }
    names
});

const TABLE: &str = include_str!("header_names.tsv");

/// Whether the names may be shown: a file without a header has a person's cells in their place.
///
/// # Errors
/// A name that looks like a person's data.
pub fn is_known(names: &[String], person_says_so: bool) -> Result<bool, AgencyError> {
    if let Some(place) = names.iter().position(|name| looks_like_data(name)) {
        return Err(AgencyError::NoHeader { column: place + 1 });
    }
    let known = names.iter().filter(|name| said(name).is_some()).count();
    Ok(person_says_so || known >= 2.min(names.len()))
}

/// Digits of a name beyond which it is a number of somebody.
const MOST_DIGITS: usize = 5;

fn looks_like_data(name: &str) -> bool {
    let out = &mut String::new();
    name.bytes().filter(u8::is_ascii_digit).count() > MOST_DIGITS
        || nhs_number(name, out).is_ok()
        || chi_number(name, out).is_ok()
        || hc_number(name, out).is_ok()
        || uln(name, out).is_ok()
        || upn(name, out).is_ok()
        || uk_postcode(name, out).is_ok()
        || date(name, date_formats::all(), out).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_real_files_are_known() {
        for (name, meaning) in [
            ("PersonBirthDate", Meaning::DateOfBirth),
            ("Date of Birth", Meaning::DateOfBirth),
            ("DOB", Meaning::DateOfBirth),
            ("NHS_NO", Meaning::NhsNumber),
            ("NHSNumber_Mother", Meaning::SomeoneElse),
            ("MC_DOB", Meaning::SomeoneElse),
            ("FormerUPN", Meaning::FormerUpn),
            ("GIVEN_NAME", Meaning::Forename),
            ("pupil_surname", Meaning::Surname),
            ("addressline4", Meaning::AddressPart),
            ("LAchildID", Meaning::RecordId),
        ] {
            assert_eq!(said(name), Some(Said::Meaning(meaning)), "{name}");
        }
        assert_eq!(said("NHS_NUMBER_STATUS"), Some(Said::Other));
        assert_eq!(said("c7"), None);
    }

    #[test]
    fn no_name_is_in_the_table_twice_and_each_is_plain() {
        let words = TABLE.lines().filter(|line| !line.starts_with('#'));
        let words: Vec<&str> =
            words.flat_map(|line| line.split_once('\t').expect("a tab").1.split(' ')).collect();
        for word in &words {
            assert_eq!(plain(word), word.trim_end_matches('*'), "{word}");
            assert_eq!(words.iter().filter(|other| *other == word).count(), 1, "{word}");
        }
        let meanings = TABLE.lines().filter_map(|line| line.split_once('\t'));
        assert!(meanings.clone().count() > 20);
        let unknown: Vec<&str> =
            meanings.map(|(m, _)| m).filter(|m| Meaning::named(m).is_none()).collect();
        assert_eq!(unknown, ["other"]);
    }

    #[test]
    fn a_person_in_the_first_row_is_no_header() {
        let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        let judged = |row: &[&str]| is_known(&names(row), false);
        assert!(judged(&["x1", "Ann", "Smith", "21/01/2012"]).is_err());
        assert!(judged(&["x1", "Ann", "Smith", "AB1 2AD"]).is_err());
        assert!(judged(&["x1", "Ann", "Smith", "1234567"]).is_err());
        assert!(matches!(judged(&["Ann", "Street", "M"]), Ok(false)));
        assert!(matches!(judged(&["id", "forename", "anything"]), Ok(true)));
        assert!(matches!(is_known(&names(&["c1", "c2"]), true), Ok(true)));
    }
}
