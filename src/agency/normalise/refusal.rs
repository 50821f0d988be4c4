//! The reasons for which a cell makes no value.

/// What kept a cell from becoming a value. It never carries any part of the cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Refusal {
    /// Nothing but white space.
    Blank,
    /// Text that stands for "no value", such as `UNKNOWN` or `1900-01-01`.
    Placeholder,
    /// Too few or too many characters for the kind.
    WrongLength,
    /// A character that the kind does not have in that place.
    BadCharacter,
    /// A number that a spreadsheet shortened, such as `9.43E+09`.
    ScientificNotation,
    /// The check digit or check letter is not the one the others give.
    CheckDigit,
    /// Outside the range of the kind.
    OutOfRange,
    /// None of the declared date formats fits.
    DateFormat,
    /// Day, month and year that no calendar has.
    NotADate,
    /// Not of the shape of a postcode.
    NotAPostcode,
    /// A postcode made up for people without one, such as `ZZ99 3VZ`.
    PseudoPostcode,
    /// A postcode at which nobody lives.
    NotResidential,
    /// A code that the source's code map does not list.
    UnknownCode,
    /// A name without a letter.
    NoLetters,
    /// A character was lost on the way here.
    LostCharacter,
    /// Longer than any value of the kind.
    TooLong,
}

impl Refusal {
    /// Every reason, in the order of reports.
    pub const ALL: [Self; 16] = [
        Self::Blank,
        Self::Placeholder,
        Self::WrongLength,
        Self::BadCharacter,
        Self::ScientificNotation,
        Self::CheckDigit,
        Self::OutOfRange,
        Self::DateFormat,
        Self::NotADate,
        Self::NotAPostcode,
        Self::PseudoPostcode,
        Self::NotResidential,
        Self::UnknownCode,
        Self::NoLetters,
        Self::LostCharacter,
        Self::TooLong,
    ];

    /// The stable word for this reason in reports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Blank => "blank",
            Self::Placeholder => "placeholder",
            Self::WrongLength => "wrong_length",
            Self::BadCharacter => "bad_character",
            Self::ScientificNotation => "scientific_notation",
            Self::CheckDigit => "check_digit",
            Self::OutOfRange => "out_of_range",
            Self::DateFormat => "date_format",
            Self::NotADate => "not_a_date",
            Self::NotAPostcode => "not_a_postcode",
            Self::PseudoPostcode => "pseudo_postcode",
            Self::NotResidential => "not_residential",
            Self::UnknownCode => "unknown_code",
            Self::NoLetters => "no_letters",
            Self::LostCharacter => "lost_character",
            Self::TooLong => "too_long",
        }
    }

    /// What it means and what to try at the source, in one sentence.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Blank => "The cell is empty; if many are, check that the right column is mapped.",
            Self::Placeholder => {
                "The cell says that there is no value (such as UNKNOWN, N/A, TWIN 1 or 01/01/1900); enter the value if it is known."
            }
            Self::WrongLength => {
                "The value has too few or too many characters; look for lost leading zeros and for two values in one cell."
            }
            Self::BadCharacter => {
                "The value holds a character that it cannot have, such as a letter O for a zero; correct it against the record."
            }
            Self::ScientificNotation => {
                "A spreadsheet has rounded the number (9.43E+09) and its digits are lost; export again with the column as text."
            }
            Self::CheckDigit => {
                "The check digit is wrong, so at least one character was mistyped; correct it against the record."
            }
            Self::OutOfRange => {
                "The value is outside the range of its kind; check that the column holds what the mapping says."
            }
            Self::DateFormat => {
                "The cell fits none of the date formats declared for the column; add the format, with the time of day if there is one."
            }
            Self::NotADate => {
                "The calendar has no such day; look for a mistyped day, or for day and month declared in the wrong order."
            }
            Self::NotAPostcode => {
                "The cell is not a whole UK postcode; look for missing characters, foreign postcodes and the letter O for a zero."
            }
            Self::PseudoPostcode => {
                "The postcode is made up and stands for 'not known', 'no fixed abode' or a country; enter a real one if there is one."
            }
            Self::NotResidential => {
                "Nobody lives at this postcode; enter the person's own address."
            }
            Self::UnknownCode => {
                "The source's code map does not list this code; add it to the map, as blank if it means 'not known'."
            }
            Self::NoLetters => {
                "The name has no letter in it; check that the right column is mapped and correct the record."
            }
            Self::LostCharacter => {
                "A character was lost before the file reached sealink (U+FFFD stands in its place); export again as UTF-8."
            }
            Self::TooLong => {
                "The cell is longer than any value of its kind; check that the right column is mapped."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_snake_case_words_and_descriptions_are_sentences() {
        let codes: std::collections::BTreeSet<_> = Refusal::ALL.map(Refusal::code).into();
        assert_eq!(codes.len(), Refusal::ALL.len());
        for refusal in Refusal::ALL {
            assert!(refusal.code().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
            assert!(refusal.describe().ends_with('.'));
        }
    }
}
