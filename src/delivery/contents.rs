//! What a delivery may hold. Tables of different kinds never travel together: who may read one may
//! not read the other.

use serde::{Deserialize, Serialize};

use crate::format::TableKind;

/// What a delivery holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Contents {
    /// A token table and its counts: agency to linker.
    Tokens,
    /// A payload table: agency to safe haven or researcher.
    Payload,
    /// References of withdrawn records: agency to everyone who had them.
    Withdrawals,
    /// A person map: linker to safe haven.
    PersonMap,
    /// A research extract: linker or safe haven to researcher.
    Extract,
}

impl Contents {
    /// What a delivery with a table of this kind holds; none if such a table never travels.
    #[must_use]
    pub fn of(table: &str) -> Option<Self> {
        let known = [
            (TableKind::Tokens, Self::Tokens),
            (TableKind::Payload, Self::Payload),
            (TableKind::Withdrawals, Self::Withdrawals),
            (TableKind::PersonMap, Self::PersonMap),
            (TableKind::Extract, Self::Extract),
        ];
        known.into_iter().find(|(kind, _)| kind.name() == table).map(|(_, contents)| contents)
    }

    /// The word in names and manifests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tokens => "tokens",
            Self::Payload => "payload",
            Self::Withdrawals => "withdrawals",
            Self::PersonMap => "person-map",
            Self::Extract => "extract",
        }
    }

    /// Whether the linker takes it; whatever else travels it must not see.
    #[must_use]
    pub const fn is_for_linking(self) -> bool {
        matches!(self, Self::Tokens | Self::Withdrawals)
    }

    /// Whether who has one of these must not have the other.
    #[must_use]
    pub const fn is_kept_from(self, other: Self) -> bool {
        const fn shows_people(contents: Contents) -> bool {
            matches!(contents, Contents::Payload | Contents::Extract)
        }
        matches!(self, Self::Tokens) && shows_people(other)
            || matches!(other, Self::Tokens) && shows_people(self)
    }

    /// Whether it comes out of a linkage, and so is of no one dataset.
    #[must_use]
    pub const fn is_linked(self) -> bool {
        matches!(self, Self::PersonMap | Self::Extract)
    }

    /// Whether a file of this name may be in it. What is of one dataset has that dataset's names, so
    /// that it cannot take the place of another's; an extract's tables have none of those.
    #[must_use]
    pub fn takes(self, dataset: Option<&str>, name: &str) -> bool {
        match (self.endings(), dataset) {
            ([], _) => {
                let taken = OF_ONE.iter().flat_map(|contents| contents.endings());
                let ending = name.ends_with(".parquet") || name.ends_with(".csv");
                (ending || OF_EXTRACT.contains(&name))
                    && name != PERSON_MAP
                    && !taken.into_iter().any(|ending| name.ends_with(ending))
            }
            ([ending], None) => name == *ending,
            (endings, Some(dataset)) => {
                endings.iter().any(|ending| name.strip_suffix(ending) == Some(dataset))
            }
            _ => false,
        }
    }

    /// How the names of its files end after the dataset's, the table's first; none for an extract.
    const fn endings(self) -> &'static [&'static str] {
        match self {
            Self::Tokens => &[".tokens.parquet", ".quality.json"],
            Self::Payload => &[".payload.parquet"],
            Self::Withdrawals => &[".withdrawn.parquet"],
            Self::PersonMap => &[PERSON_MAP],
            Self::Extract => &[],
        }
    }

    /// The name of its one table; an extract has several.
    #[must_use]
    pub fn table_name(self, dataset: Option<&str>) -> Option<String> {
        let ending = self.endings().first()?;
        Some(format!("{}{ending}", dataset.unwrap_or_default()))
    }
}

const PERSON_MAP: &str = "person_map.parquet";

/// What an extract holds besides its tables.
const OF_EXTRACT: [&str; 6] =
    ["README.txt", "datapackage.json", "example.R", "example.py", "example.sql", "report.html"];

/// What is of one dataset.
const OF_ONE: [Contents; 3] = [Contents::Tokens, Contents::Payload, Contents::Withdrawals];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_contents_has_names_of_its_own() {
        let a = Some("a");
        for (contents, dataset, name, taken) in [
            (Contents::Tokens, a, "a.tokens.parquet", true),
            (Contents::Tokens, a, "a.quality.json", true),
            (Contents::Tokens, a, "b.tokens.parquet", false),
            (Contents::Tokens, a, "a.payload.parquet", false),
            (Contents::Tokens, None, ".tokens.parquet", false),
            (Contents::Payload, a, "a.payload.parquet", true),
            (Contents::PersonMap, None, "person_map.parquet", true),
            (Contents::PersonMap, None, "a.tokens.parquet", false),
            (Contents::Extract, None, "a.parquet", true),
            (Contents::Extract, None, "a.csv", true),
            (Contents::Extract, None, "datapackage.json", true),
            (Contents::Extract, None, "report.html", true),
            (Contents::Extract, None, "README.txt", true),
            (Contents::Extract, None, "example.sql", true),
            (Contents::Extract, None, "other.py", false),
            (Contents::Extract, None, "a.html", false),
            (Contents::Extract, None, "a.json", false),
            (Contents::Extract, None, "a.tokens.parquet", false),
            (Contents::Extract, None, "person_map.parquet", false),
        ] {
            assert_eq!(contents.takes(dataset, name), taken, "{contents:?} {name}");
        }
    }
}
