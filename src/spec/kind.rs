//! The kinds of field sealink knows, and what can be derived from each.
//!
//! A kind decides how a cell is normalised; a derivation says which part of the normalised value
//! goes into a token. Both carry a version: a change that alters a single output byte takes a new
//! version, so that it can never meet tokens of the old one.

/// What a field holds, and so how its cells are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// NHS number of England, Wales and the Isle of Man: ten digits, modulus 11.
    NhsNumber,
    /// Community Health Index number of Scotland: ten digits that open with a birth date.
    ChiNumber,
    /// Health and Care number of Northern Ireland: ten digits, modulus 11, 320… to 399….
    HcNumber,
    /// Unique pupil number of England and Wales: a check letter and twelve characters.
    Upn,
    /// Unique learner number: ten digits, modulus 11, disjoint from NHS numbers.
    Uln,
    /// Unique property reference number: up to twelve digits.
    Uprn,
    /// A personal name, or part of one, in any script.
    Name,
    /// A calendar date.
    Date,
    /// Sex or gender, by a declared code list: `F`, `M` or `X`.
    Sex,
    /// A postcode of the United Kingdom or a Crown dependency.
    UkPostcode,
    /// A code or number without a check: letters and digits, case and punctuation ignored.
    Code,
    /// Free text such as a town: words of letters and digits, case and accents ignored.
    Text,
}

impl Kind {
    /// Every kind, in the order in which the documentation lists them.
    pub const ALL: [Self; 12] = [
        Self::NhsNumber,
        Self::ChiNumber,
        Self::HcNumber,
        Self::Upn,
        Self::Uln,
        Self::Uprn,
        Self::Name,
        Self::Date,
        Self::Sex,
        Self::UkPostcode,
        Self::Code,
        Self::Text,
    ];

    /// The word for this kind in `linkage.toml`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NhsNumber => "nhs_number",
            Self::ChiNumber => "chi_number",
            Self::HcNumber => "hc_number",
            Self::Upn => "upn",
            Self::Uln => "uln",
            Self::Uprn => "uprn",
            Self::Name => "name",
            Self::Date => "date",
            Self::Sex => "sex",
            Self::UkPostcode => "uk_postcode",
            Self::Code => "code",
            Self::Text => "text",
        }
    }

    /// Whether the values are numbers given to one person or place each, so that they seldom stand
    /// twice in a column.
    #[must_use]
    pub const fn is_number(self) -> bool {
        match self {
            Self::NhsNumber
            | Self::ChiNumber
            | Self::HcNumber
            | Self::Upn
            | Self::Uln
            | Self::Uprn => true,
            Self::Name | Self::Date | Self::Sex | Self::UkPostcode | Self::Code | Self::Text => {
                false
            }
        }
    }

    /// The version of the kind's normaliser; it is part of every recipe that uses the kind.
    #[must_use]
    pub const fn version(self) -> u32 {
        1
    }

    /// The kind with this word in `linkage.toml`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Whether a value of this kind belongs to one person alone (by its own rules, errors apart).
    #[must_use]
    pub const fn identifies_one_person(self) -> bool {
        matches!(self, Self::NhsNumber | Self::ChiNumber | Self::HcNumber | Self::Upn | Self::Uln)
    }

    /// The derivations that a recipe may ask of this kind.
    #[must_use]
    pub const fn derivations(self) -> &'static [Derivation] {
        use Derivation as D;
        match self {
            Self::NhsNumber
            | Self::ChiNumber
            | Self::HcNumber
            | Self::Uln
            | Self::Uprn
            | Self::Sex => &[D::Whole],
            Self::Upn => &[D::Whole, D::Permanent, D::Temporary],
            Self::Name => &[
                D::Whole,
                D::FirstWord,
                D::EveryWord,
                D::LaterWords,
                D::Nickname,
                D::Soundex,
                D::Metaphone,
                D::Initial,
                D::Prefix2,
                D::Prefix3,
                D::Prefix4,
                D::Suffix3,
                D::Suffix4,
            ],
            Self::Date => &[
                D::Whole,
                D::Year,
                D::YearMonth,
                D::YearDay,
                D::MonthDay,
                D::EitherOrder,
                D::NotNewYear,
            ],
            Self::UkPostcode => &[D::Whole, D::Sector, D::District, D::Area],
            Self::Code => &[D::Whole, D::Prefix2, D::Prefix3, D::Prefix4, D::Suffix3, D::Suffix4],
            Self::Text => {
                &[D::Whole, D::FirstWord, D::EveryWord, D::Soundex, D::Prefix3, D::Prefix4]
            }
        }
    }
}

/// Which part of a normalised value goes into a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Derivation {
    /// The whole value; the words of a name or text run together.
    Whole,
    /// The first word.
    FirstWord,
    /// The whole, and each word that can stand alone (two letters, not a particle).
    EveryWord,
    /// Each word after the first that can stand alone (two letters, not a particle).
    LaterWords,
    /// The root of the first word's nickname group (BETH, LIZ and ELIZABETH share one), else the word.
    Nickname,
    /// American Soundex of the first word.
    Soundex,
    /// Double Metaphone of the first word, primary code, four characters at most.
    Metaphone,
    /// The first letter.
    Initial,
    /// The first two letters; shorter values give none.
    Prefix2,
    /// The first three letters; shorter values give none.
    Prefix3,
    /// The first four letters; shorter values give none.
    Prefix4,
    /// The last three letters; shorter values give none.
    Suffix3,
    /// The last four letters; shorter values give none.
    Suffix4,
    /// The year of a date.
    Year,
    /// Year and month of a date.
    YearMonth,
    /// Year and day of the month of a date.
    YearDay,
    /// Month and day of a date.
    MonthDay,
    /// The date with day and month in ascending order, so that swapped dates agree; none where
    /// the day could not be a month.
    EitherOrder,
    /// The date, unless it is a 1 January, which often stands for "some day of that year".
    NotNewYear,
    /// The outward code and the first digit of the inward code.
    Sector,
    /// The outward code without the letter of a sub-district.
    District,
    /// The letters that open a postcode.
    Area,
    /// A pupil number, unless it is a temporary one.
    Permanent,
    /// A temporary pupil number.
    Temporary,
}

impl Derivation {
    /// Every derivation.
    pub const ALL: [Self; 24] = [
        Self::Whole,
        Self::FirstWord,
        Self::EveryWord,
        Self::LaterWords,
        Self::Nickname,
        Self::Soundex,
        Self::Metaphone,
        Self::Initial,
        Self::Prefix2,
        Self::Prefix3,
        Self::Prefix4,
        Self::Suffix3,
        Self::Suffix4,
        Self::Year,
        Self::YearMonth,
        Self::YearDay,
        Self::MonthDay,
        Self::EitherOrder,
        Self::NotNewYear,
        Self::Sector,
        Self::District,
        Self::Area,
        Self::Permanent,
        Self::Temporary,
    ];

    /// The word for this derivation after the dot in a recipe's part; `whole` may be left out.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Whole => "whole",
            Self::FirstWord => "first_word",
            Self::EveryWord => "every_word",
            Self::LaterWords => "later_words",
            Self::Nickname => "nickname",
            Self::Soundex => "soundex",
            Self::Metaphone => "metaphone",
            Self::Initial => "initial",
            Self::Prefix2 => "prefix2",
            Self::Prefix3 => "prefix3",
            Self::Prefix4 => "prefix4",
            Self::Suffix3 => "suffix3",
            Self::Suffix4 => "suffix4",
            Self::Year => "year",
            Self::YearMonth => "year_month",
            Self::YearDay => "year_day",
            Self::MonthDay => "month_day",
            Self::EitherOrder => "either_order",
            Self::NotNewYear => "not_new_year",
            Self::Sector => "sector",
            Self::District => "district",
            Self::Area => "area",
            Self::Permanent => "permanent",
            Self::Temporary => "temporary",
        }
    }

    /// The version of the derivation; it is part of every recipe that uses it.
    #[must_use]
    pub const fn version(self) -> u32 {
        1
    }

    /// The derivation with this word in `linkage.toml`.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|derivation| derivation.name() == name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_and_derivation_is_found_by_its_name() {
        for kind in Kind::ALL {
            assert_eq!(Kind::named(kind.name()), Some(kind));
            assert_eq!(kind.derivations().first(), Some(&Derivation::Whole));
        }
        for derivation in Derivation::ALL {
            assert_eq!(Derivation::named(derivation.name()), Some(derivation));
        }
        assert_eq!(Kind::named("forename"), None);
    }
}
