//! What is odd about values that are used all the same.

/// What is odd about a value that is used all the same.
///
/// A cell has one warning at most: of several, the one that says most about whether the value is
/// the right person's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Warning {
    /// An NHS number of the block for tests, which is issued to nobody.
    TestRange,
    /// An NHS number of a block that is not in use.
    UnallocatedRange,
    /// A number of the scheme of Scotland, Northern Ireland or Ireland in an NHS number field.
    ElsewhereRange,
    /// A temporary pupil number.
    TemporaryUpn,
    /// A pupil number of a local authority that is not on the list.
    UnknownAuthority,
    /// A lost leading zero was restored.
    Padded,
    /// The `.0` of a spreadsheet was taken off.
    Mended,
    /// A birthday of 1 January.
    FirstOfJanuary,
    /// A postcode in an area that is not on the list.
    UnknownArea,
    /// A postcode of a large organisation, not of homes.
    NonGeographicPostcode,
    /// A name of a single letter.
    InitialOnly,
    /// A digit in a name.
    DigitInName,
}

impl Warning {
    /// Every warning, in the order of reports.
    pub const ALL: [Self; 12] = [
        Self::TestRange,
        Self::UnallocatedRange,
        Self::ElsewhereRange,
        Self::TemporaryUpn,
        Self::UnknownAuthority,
        Self::Padded,
        Self::Mended,
        Self::FirstOfJanuary,
        Self::UnknownArea,
        Self::NonGeographicPostcode,
        Self::InitialOnly,
        Self::DigitInName,
    ];

    /// The stable word for this warning in reports.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::TestRange => "test_range",
            Self::UnallocatedRange => "unallocated_range",
            Self::ElsewhereRange => "elsewhere_range",
            Self::TemporaryUpn => "temporary_upn",
            Self::UnknownAuthority => "unknown_authority",
            Self::Padded => "padded",
            Self::Mended => "mended",
            Self::FirstOfJanuary => "first_of_january",
            Self::UnknownArea => "unknown_area",
            Self::NonGeographicPostcode => "non_geographic_postcode",
            Self::InitialOnly => "initial_only",
            Self::DigitInName => "digit_in_name",
        }
    }

    /// What it means and what to look into, in one sentence.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::TestRange => {
                "NHS numbers that begin with 9 are for tests and belong to nobody; remove test records from a live file."
            }
            Self::UnallocatedRange => {
                "The NHS number passes its check but lies in a block that is not in use; verify it against the record."
            }
            Self::ElsewhereRange => {
                "The NHS number lies in the block of Scotland, Northern Ireland or Ireland; if the column mixes schemes, map each to its own field."
            }
            Self::TemporaryUpn => {
                "The pupil number is a temporary one and will not be found elsewhere; use the permanent number if there is one."
            }
            Self::UnknownAuthority => {
                "The pupil number passes its check but names a local authority that is not on the list; verify it against the record."
            }
            Self::Padded => {
                "A leading zero was lost and has been restored; export the column as text."
            }
            Self::Mended => {
                "The number ended in .0, which was taken off; export the column as text."
            }
            Self::FirstOfJanuary => {
                "1 January often stands for a birthday that nobody knows; many of them mean that the source fills it in."
            }
            Self::UnknownArea => {
                "The postcode has the right shape, but no UK postcode area begins with these letters; verify it against the address."
            }
            Self::NonGeographicPostcode => {
                "The postcode belongs to a large organisation and not to homes; enter the person's own address."
            }
            Self::InitialOnly => {
                "The name is a single letter, which agrees with few full names; enter the full name if it is known."
            }
            Self::DigitInName => {
                "The name holds a digit: a zero beside a letter was read as the letter O and other digits were dropped; correct the record."
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_distinct_snake_case_words_and_descriptions_are_sentences() {
        let codes: std::collections::BTreeSet<_> = Warning::ALL.map(Warning::code).into();
        assert_eq!(codes.len(), Warning::ALL.len());
        for warning in Warning::ALL {
            assert!(warning.code().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
            assert!(warning.describe().ends_with('.'));
        }
    }
}
