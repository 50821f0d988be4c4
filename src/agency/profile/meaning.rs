//! What a column may hold.

use serde::{Serialize, Serializer};

use crate::spec::Kind;

/// What a column seems to hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Meaning {
    /// NHS numbers of England, Wales and the Isle of Man.
    NhsNumber,
    /// CHI numbers of Scotland.
    ChiNumber,
    /// Health and Care numbers of Northern Ireland.
    HcNumber,
    /// Unique pupil numbers.
    Upn,
    /// Unique pupil numbers of before.
    FormerUpn,
    /// Unique learner numbers.
    Uln,
    /// Unique property reference numbers.
    Uprn,
    /// Forenames.
    Forename,
    /// Forenames by which a person is known besides.
    OtherForename,
    /// Middle names.
    MiddleNames,
    /// Surnames.
    Surname,
    /// Surnames of before, or besides.
    OtherSurname,
    /// Forename and surname in one cell.
    FullName,
    /// Dates of birth.
    DateOfBirth,
    /// Codes for sex or gender.
    Sex,
    /// Postcodes of the home.
    Postcode,
    /// Postcodes of before, or besides.
    OtherPostcode,
    /// The agency's own id of a record.
    RecordId,
    /// Identifiers of somebody else: a parent, a worker, a practice.
    SomeoneElse,
    /// Whole addresses.
    FullAddress,
    /// A part of an address.
    AddressPart,
    /// Dates of something else.
    OtherDate,
    /// Codes or numbers.
    Code,
    /// Free text.
    Text,
    /// No cell has anything.
    Nothing,
}

/// One meaning: its word, how it is shown, and the field that it feeds.
struct Entry(Meaning, &'static str, &'static str, Option<(&'static str, Kind)>);

impl Meaning {
    /// The stable word for it in JSON and in the table of header names.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.entry().1
    }

    /// How it is shown to people.
    #[must_use]
    pub fn title(self) -> &'static str {
        self.entry().2
    }

    /// The template's field that it feeds, and the kind of such a field.
    #[must_use]
    pub fn field(self) -> Option<(&'static str, Kind)> {
        self.entry().3
    }

    /// The meaning with this word.
    pub(super) fn named(code: &str) -> Option<Self> {
        ENTRIES.iter().find(|entry| entry.1 == code).map(|entry| entry.0)
    }

    /// The meaning of the first column of a template's field.
    pub(super) fn of_field(field: &str) -> Option<Self> {
        ENTRIES.iter().find(|entry| entry.3.is_some_and(|(name, _)| name == field)).map(|e| e.0)
    }

    /// The first meaning of a kind.
    pub(super) fn of_kind(kind: Kind) -> Self {
        let feeds = |entry: &&Entry| entry.3.is_some_and(|(_, fed)| fed == kind);
        ENTRIES.iter().find(feeds).map_or(Self::Code, |entry| entry.0)
    }

    /// The meaning of a further column of the same field.
    pub(super) const fn further(self) -> Self {
        match self {
            Self::Forename => Self::OtherForename,
            Self::Surname => Self::OtherSurname,
            Self::Postcode => Self::OtherPostcode,
            other => other,
        }
    }

    /// Whether a wrong value can nearly always be told from a right one.
    pub(super) fn has_check(self) -> bool {
        use Kind::{ChiNumber, HcNumber, NhsNumber, UkPostcode, Uln, Upn};
        self.field().is_some_and(|(_, kind)| {
            matches!(kind, NhsNumber | ChiNumber | HcNumber | Upn | Uln | UkPostcode)
        })
    }

    fn entry(self) -> &'static Entry {
        ENTRIES.iter().find(|entry| entry.0 == self).expect("every meaning is in the table")
    }
}

impl Serialize for Meaning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

const ENTRIES: [Entry; 25] = {
    use Meaning as M;
    [
        Entry(M::NhsNumber, "nhs_number", "NHS number", Some(("nhs_number", Kind::NhsNumber))),
        Entry(M::ChiNumber, "chi_number", "CHI number", Some(("chi_number", Kind::ChiNumber))),
        Entry(M::HcNumber, "hc_number", "H&C number", Some(("hc_number", Kind::HcNumber))),
        Entry(M::Upn, "upn", "UPN", Some(("upn", Kind::Upn))),
        Entry(M::FormerUpn, "former_upn", "former UPN", Some(("former_upn", Kind::Upn))),
        Entry(M::Uln, "uln", "ULN", Some(("uln", Kind::Uln))),
        Entry(M::Uprn, "uprn", "UPRN", Some(("uprn", Kind::Uprn))),
        Entry(M::Forename, "forename", "forename", Some(("forename", Kind::Name))),
        Entry(M::OtherForename, "other_forename", "other forename", Some(("forename", Kind::Name))),
        Entry(M::MiddleNames, "middle_names", "middle names", Some(("middle_names", Kind::Name))),
        Entry(M::Surname, "surname", "surname", Some(("surname", Kind::Name))),
        Entry(M::OtherSurname, "other_surname", "other surname", Some(("surname", Kind::Name))),
        Entry(M::FullName, "full_name", "whole name", None),
        Entry(
            M::DateOfBirth,
            "date_of_birth",
            "date of birth",
            Some(("date_of_birth", Kind::Date)),
        ),
        Entry(M::Sex, "sex", "sex codes", Some(("sex", Kind::Sex))),
        Entry(M::Postcode, "postcode", "postcode", Some(("postcode", Kind::UkPostcode))),
        Entry(
            M::OtherPostcode,
            "other_postcode",
            "other postcode",
            Some(("postcode", Kind::UkPostcode)),
        ),
        Entry(M::RecordId, "record_id", "record id", None),
        Entry(M::SomeoneElse, "someone_else", "someone else's", None),
        Entry(M::FullAddress, "full_address", "address", None),
        Entry(M::AddressPart, "address_part", "part of address", None),
        Entry(M::OtherDate, "other_date", "another date", None),
        Entry(M::Code, "code", "code", None),
        Entry(M::Text, "text", "free text", None),
        Entry(M::Nothing, "nothing", "nothing", None),
    ]
};

/// How sure it is what a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sure {
    /// A person must decide.
    Unsure,
    /// The name or the values say so.
    Likely,
    /// The name and the values say so, or values with a check digit.
    Sure,
}

impl Sure {
    /// The word for it.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Unsure => "unsure",
            Self::Likely => "likely",
            Self::Sure => "sure",
        }
    }
}
