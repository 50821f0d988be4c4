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

    /// Whether it comes out of a linkage, and so is of no one dataset.
    #[must_use]
    pub const fn is_linked(self) -> bool {
        matches!(self, Self::PersonMap | Self::Extract)
    }

    /// Whether a file that is no table may travel with it: counts with tokens, the description and
    /// CSV tables with an extract.
    #[must_use]
    pub fn takes_beside(self, name: &str) -> bool {
        match self {
            Self::Tokens => name.ends_with(".quality.json"),
            Self::Extract => name == "datapackage.json" || name.ends_with(".csv"),
            Self::Payload | Self::Withdrawals | Self::PersonMap => false,
        }
    }
}
