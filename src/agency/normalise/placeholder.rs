//! Text that says that there is no value.

use super::word_list::WordList;

/// Whether a whole cell, trimmed and plain, says that there is no value: a word for it, a missing
/// code such as -9, a spreadsheet's error, or punctuation alone.
pub fn says_missing(text: &str) -> bool {
    match text.as_bytes() {
        [b'-', ..] if NEGATIVE_CODES.contains(&text) => return true,
        [b'#', letter, ..] if letter.is_ascii_alphabetic() => return true,
        _ => {}
    }
    let mut compact = [0; WordList::LONGEST];
    let mut length = 0;
    for byte in text.bytes() {
        if byte.is_ascii_alphabetic() && length < compact.len() {
            compact[length] = byte.to_ascii_uppercase();
            length += 1;
        } else if byte.is_ascii_alphanumeric() || !byte.is_ascii() {
            return false;
        }
    }
    length == 0 || MISSING.has(&compact[..length])
}

/// Whether text is nothing but zeros, or nothing but three or more nines.
pub fn is_zeros_or_nines(text: &[u8]) -> bool {
    text.iter().all(|&byte| byte == b'0')
        || text.len() >= 3 && text.iter().all(|&byte| byte == b'9')
}

/// Whether a cell says that there is no value, by its text or by what was made of it: letters and
/// digits that are a filler.
pub fn is_filler(text: &str, canonical: &str) -> bool {
    is_zeros_or_nines(canonical.as_bytes())
        || is_one_letter_repeated(canonical.as_bytes())
        || says_missing(text)
}

/// Whether text is one letter, three times or more.
pub fn is_one_letter_repeated(text: &[u8]) -> bool {
    text.len() >= 3 && text[0].is_ascii_alphabetic() && text.iter().all(|&byte| byte == text[0])
}

/// What survey software writes for the several reasons of having no answer.
const NEGATIVE_CODES: [&str; 10] =
    ["-1", "-2", "-3", "-4", "-7", "-8", "-9", "-99", "-999", "-9999"];

static MISSING: WordList = WordList::new(&[
    "ANON",
    "ANONYMOUS",
    "BLANK",
    "CONFIDENTIAL",
    "DECLINED",
    "DUMMY",
    "EMPTY",
    "MASKED",
    "MISSING",
    "NA",
    "NAN",
    "NAT",
    "NIL",
    "NK",
    "NODATA",
    "NONE",
    "NOTAPPLICABLE",
    "NOTAVAILABLE",
    "NOTDISCLOSED",
    "NOTENTERED",
    "NOTGIVEN",
    "NOTKNOWN",
    "NOTPROVIDED",
    "NOTRECORDED",
    "NOTSPECIFIED",
    "NOTSTATED",
    "NOTSUPPLIED",
    "NULL",
    "REDACTED",
    "REFUSED",
    "SAMPLE",
    "TBA",
    "TBC",
    "TBD",
    "TEST",
    "TESTTEST",
    "UNABLETOOBTAIN",
    "UNAVAILABLE",
    "UNDEFINED",
    "UNK",
    "UNKN",
    "UNKNOWN",
    "UNSPECIFIED",
    "WITHHELD",
]);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_in_order() {
        assert!(MISSING.words().is_sorted());
    }

    #[test]
    fn case_and_punctuation_do_not_hide_a_missing_word() {
        for text in ["Not known", "not_known", "N/A", "<NA>", "n.k.", "#REF!", "-9", "...", "nan"] {
            assert!(says_missing(text), "{text}");
        }
        for text in ["9", "NANCY", "NOTTINGHAM", "é", "unknown unknown unknown"] {
            assert!(!says_missing(text), "{text}");
        }
    }
}
