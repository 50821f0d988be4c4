//! What is written where a name is missing.
//!
//! A name that is a word for having none is refused even where it is somebody's: Null, Male, Boy
//! and Patient are surnames, and such a person links by the other fields. Sample, Child, Blank and
//! Nan are commoner as names than as placeholders and are kept. `N A` is refused although it may
//! be two initials.

use super::placeholder::is_one_letter_repeated;
use super::word_list::WordList;

/// Whether a cell, as typed, stands for no name in a way that its letters alone do not show.
pub fn is_placeholder_as_typed(text: &str) -> bool {
    match text.as_bytes() {
        [b'#', ..] => true,
        [b'B' | b'b', b'/' | b'\\', b'O' | b'o', ..] => true,
        _ => text == "NaN",
    }
}

/// Whether upper-case words stand for no name.
pub fn is_placeholder(name: &str) -> bool {
    is_filler(name.as_bytes())
        || PLACEHOLDERS.has(name.as_bytes())
        || name.split_once(' ').is_some_and(|(first, rest)| {
            let second = rest.split(' ').next().unwrap_or_default();
            opens_a_placeholder(first, second) || name.split(' ').any(spoils_a_name)
        })
}

/// One letter again and again, or the prefixes of test records.
fn is_filler(name: &[u8]) -> bool {
    is_one_letter_repeated(name)
        || matches!(
            name,
            b"X" | b"XX"
                | b"ZZ"
                | b"QQ"
                | [b'X', b'X', b'X', ..]
                | [b'Z', b'Z', b'Z', ..]
                | [b'X', b'X' | b'Z', b'T', b'E', b'S', b'T', ..]
                | [b'Z', b'Z', b'T', b'E', b'S', b'T', ..]
        )
}

/// Whether two words begin such phrases as BABY OF ANN, TEST PATIENT or NOT KNOWN.
fn opens_a_placeholder(first: &str, second: &str) -> bool {
    match first {
        "BABY" | "BOY" | "GIRL" | "MALE" | "FEMALE" | "INFANT" | "CHILD" => matches!(
            second,
            "OF" | "BOY"
                | "GIRL"
                | "MALE"
                | "FEMALE"
                | "INFANT"
                | "CHILD"
                | "BABY"
                | "ONE"
                | "TWO"
                | "THREE"
                | "A"
                | "B"
                | "C"
                | "I"
                | "II"
                | "III"
                | "M"
                | "F"
                | "X"
                | "NO"
                | "NUMBER"
        ),
        "TEST" => matches!(
            second,
            "TEST" | "PATIENT" | "CHILD" | "PUPIL" | "PERSON" | "RECORD" | "CASE" | "USER" | "DATA"
        ),
        "PATIENT" => second == "NOT",
        "NO" => matches!(
            second,
            "NAME" | "FIRST" | "FORENAME" | "LAST" | "SURNAME" | "MIDDLE" | "SHOW" | "DATA"
        ),
        "DO" => second == "NOT",
        "MIG" => second == "ERROR",
        "NOT" | "DUPLICATE" => true,
        _ => false,
    }
}

/// Whether a word makes a placeholder of any words around it.
fn spoils_a_name(word: &str) -> bool {
    matches!(
        word,
        "TWIN"
            | "TWINS"
            | "TRIPLET"
            | "TRIPLETS"
            | "UNBORN"
            | "STILLBORN"
            | "NEWBORN"
            | "UNNAMED"
            | "UNKNOWN"
            | "FETUS"
            | "FOETUS"
    )
}

static PLACEHOLDERS: WordList = WordList::new(&[
    "ADOPTED",
    "ANON",
    "ANONYMOUS",
    "BABY",
    "BABYBOY",
    "BABYGIRL",
    "BOY",
    "CONFIDENTIAL",
    "DECEASED",
    "DELETED",
    "DONOTUSE",
    "DUMMY",
    "DUPLICATE",
    "ERROR",
    "FAMILY NAME",
    "FEMALE",
    "FETUS",
    "FIRST NAME",
    "FIRSTNAME",
    "FOETUS",
    "FORENAME",
    "GIRL",
    "GIVEN NAME",
    "INFANT",
    "LAST NAME",
    "LASTNAME",
    "MALE",
    "MASKED",
    "MIDDLE NAME",
    "MIDDLENAME",
    "MISS",
    "MISSING",
    "MISSING NAME",
    "MR",
    "MRS",
    "MSTR",
    "N A",
    "N K",
    "NA",
    "NAME",
    "NEW BORN",
    "NEWBORN",
    "NIL",
    "NK",
    "NOFORENAME",
    "NONAME",
    "NONE",
    "NOSURNAME",
    "NOTAPPLICABLE",
    "NOTAVAILABLE",
    "NOTENTERED",
    "NOTGIVEN",
    "NOTKNOWN",
    "NOTRECORDED",
    "NOTSTATED",
    "NULL",
    "PATIENT",
    "REDACTED",
    "REFUSED",
    "STILL BORN",
    "STILLBORN",
    "SURNAME",
    "TBA",
    "TBC",
    "TBD",
    "TEST",
    "TESTING",
    "TESTPATIENT",
    "TESTTEST",
    "TRIPLET",
    "TRIPLETS",
    "TWIN",
    "TWINS",
    "UNAVAILABLE",
    "UNBORN",
    "UNDEFINED",
    "UNK",
    "UNKN",
    "UNKNOWN",
    "UNNAMED",
    "UNSPECIFIED",
    "WITHHELD",
    "ZZZTRASH",
]);

#[cfg(test)]
mod tests {
    use super::super::{Refusal, canonical, name};
    use super::*;

    #[test]
    fn the_list_is_in_order() {
        assert!(PLACEHOLDERS.words().is_sorted());
    }

    #[test]
    fn cells_that_stand_for_no_name_are_refused() {
        let cells = "\
            Unknown, UNK, Not Known, NK, n/k, N/A, na, None, NULL, Test, DUMMY, Anonymous, \
            Missing, Unavailable, NOT AVAILABLE, Patient, patient not found, MASKED, \
            ZZZTRASH, No Name, NAME, Forename, No surname, SURNAME, NOT ENTERED, \
            MIG_ERROR_123, NO_SHOW_SMITH, DUPLICATE_SMITH, -9, -8, -7, -4, Baby, BABY BOY, \
            Baby Girl Smith, Boy, GIRL, Male, female, INFANT, Newborn, Baby of Ann, \
            B/O Smith, Twin, TWIN 1, Twin II, twin a, Triplet 2, Smith Twin 1, Baby 1, \
            Unborn, UNBORN BABY, Stillborn, Fetus, ADOPTED, Deceased, DO NOT USE, XX, X, \
            ZZ, ZZZ, xxxxx, AAA, Mr Unknown, Miss, Master Baby, NaN, #REF!, <NA>, ???, \
            Test Patient, XXTESTPATIENT-TFTB, unknown smith, Not yet named, ТЕСТ";
        for cell in cells.split(", ") {
            assert_eq!(canonical(name, cell), Err(Refusal::Placeholder), "{cell}");
        }
    }
}
