//! Which vocabulary of codes for sex a column uses.

use super::cell::SEX_CODES;
use super::column::Column;

/// Codes and what they stand for, as `source.toml` has them: whole vocabularies, not only the codes
/// that were found.
pub type Codes = Vec<(String, &'static str)>;

/// Letters, as in the School Census and SSDA903 from 2025; X and I are known to be neither.
const LETTERS: &[(&str, &str)] = &[("M", "M"), ("F", "F"), ("X", "X"), ("I", "X"), ("U", "")];

/// PERSON STATED GENDER: 9 is indeterminate, X not known.
const STATED: &[(&str, &str)] = &[("1", "M"), ("2", "F"), ("9", "X"), ("X", "")];

/// PERSON GENDER CURRENT: 0 is not known, 9 not specified.
const CURRENT: &[(&str, &str)] = &[("0", ""), ("1", "M"), ("2", "F"), ("9", "")];

const WORDS: &[(&str, &str)] = &[
    ("MALE", "M"),
    ("FEMALE", "F"),
    ("INDETERMINATE", "X"),
    ("UNKNOWN", ""),
    ("NOT KNOWN", ""),
    ("NOT SPECIFIED", ""),
];

const CHILDREN: &[(&str, &str)] = &[("B", "M"), ("G", "F"), ("BOY", "M"), ("GIRL", "F")];

/// The vocabularies of which the column has codes. Of one code with two meanings the first counts.
pub fn codes(column: &Column) -> Codes {
    let has = |code: &str| count(column, code) > 0;
    let any = |list: &[(&str, &str)]| list.iter().any(|(code, _)| has(code));
    let digits = match () {
        () if !["0", "1", "2", "9"].into_iter().any(has) => None,
        () if has("X") && !has("0") => Some(STATED),
        () => Some(CURRENT),
    };
    let letters = Some(LETTERS)
        .filter(|_| ["M", "F", "U", "I"].into_iter().any(has) || digits.is_none() && has("X"));
    let words = Some(WORDS).filter(|words| any(words));
    let children = Some(CHILDREN).filter(|children| any(children));
    let mut codes = Codes::new();
    for (code, meaning) in [digits, letters, words, children].into_iter().flatten().flatten() {
        if !codes.iter().any(|(other, _)| other == code) {
            codes.push(((*code).to_owned(), *meaning));
        }
    }
    codes
}

/// How many cells hold a code.
pub fn count(column: &Column, code: &str) -> u64 {
    let place = SEX_CODES.iter().position(|known| *known == code);
    place.map_or(0, |place| column.sex[place])
}

/// Cells that are known codes for sex.
pub fn known(column: &Column) -> u64 {
    column.sex.iter().sum()
}

/// Of these codes, cells that give a value and cells that mean "not known".
pub fn counts(column: &Column, codes: &Codes) -> (u64, u64) {
    let of = |unknown: bool| {
        let chosen = codes.iter().filter(|(_, meaning)| meaning.is_empty() == unknown);
        chosen.map(|(code, _)| count(column, code)).sum()
    };
    (of(false), of(true))
}

/// Whether both sexes are there in letters or words, and nothing else.
pub fn is_spelt_out(column: &Column) -> bool {
    let pairs = [("M", "F"), ("MALE", "FEMALE"), ("BOY", "GIRL"), ("B", "G")];
    pairs.into_iter().any(|(m, f)| count(column, m) > 0 && count(column, f) > 0)
}

/// Whether both sexes are there in digits.
pub fn is_in_digits(column: &Column) -> bool {
    count(column, "1") > 0 && count(column, "2") > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(codes: &[&str]) -> Column {
        let mut column = Column::new(10);
        for code in codes {
            let place = SEX_CODES.iter().position(|known| known == code).expect("a known code");
            column.sex[place] = 1;
        }
        column
    }

    fn meaning(column: &Column, code: &str) -> Option<&'static str> {
        codes(column).into_iter().find(|(other, _)| other == code).map(|(_, meaning)| meaning)
    }

    #[test]
    fn nine_and_x_mean_what_their_vocabulary_says() {
        let stated = with(&["1", "2", "9", "X"]);
        assert_eq!((meaning(&stated, "9"), meaning(&stated, "X")), (Some("X"), Some("")));
        let current = with(&["0", "1", "2", "9"]);
        assert_eq!((meaning(&current, "9"), meaning(&current, "0")), (Some(""), Some("")));
        assert_eq!(meaning(&with(&["1", "2", "9"]), "9"), Some(""));
        let letters = with(&["M", "F", "X"]);
        assert_eq!((meaning(&letters, "X"), meaning(&letters, "U")), (Some("X"), Some("")));
        let both = with(&["1", "2", "M", "F", "U"]);
        assert_eq!((meaning(&both, "1"), meaning(&both, "F")), (Some("M"), Some("F")));
        assert_eq!(meaning(&with(&["MALE", "FEMALE"]), "NOT KNOWN"), Some(""));
    }

    #[test]
    fn every_code_of_a_vocabulary_is_counted() {
        for (code, _) in [LETTERS, STATED, CURRENT, WORDS, CHILDREN].concat() {
            assert!(SEX_CODES.contains(&code), "{code}");
        }
    }
}
