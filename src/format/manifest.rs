//! The manifest: what a table says of itself, as JSON in its key-value metadata.
//!
//! It holds no clock, host name or path: the same input gives the same bytes.

use serde::{Deserialize, Serialize};

use crate::token::PROTOCOL;

/// The key of the manifest in a Parquet file's key-value metadata.
pub const MANIFEST_KEY: &str = "sealink";

/// The key of the checksum there.
pub const CHECKSUM_KEY: &str = "sealink.checksum";

/// This program and its version, as manifests state it.
pub const SOFTWARE: &str = concat!("sealink ", env!("CARGO_PKG_VERSION"));

/// What a table is, with the version of its layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// Tokens by record reference, for the linker.
    Tokens,
    /// Payload by record reference, for the researcher.
    Payload,
    /// Local ids by record reference; stays at the agency.
    Refs,
    /// References of records that an agency has withdrawn.
    Withdrawals,
    /// Person ids by dataset and record reference.
    PersonMap,
    /// Pairs of records for a person to look at.
    Review,
    /// A table of a research extract.
    Extract,
}

impl TableKind {
    /// The name and layout version in manifests.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Tokens => "token-table/1",
            Self::Payload => "payload/1",
            Self::Refs => "record-refs/1",
            Self::Withdrawals => "withdrawals/1",
            Self::PersonMap => "person-map/1",
            Self::Review => "review/1",
            Self::Extract => "extract/1",
        }
    }
}

/// What a table says of itself. Fields that a kind of table does not have are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The kind of table and its layout version.
    pub format: String,
    /// The token protocol.
    pub protocol: String,
    /// The project.
    pub project: String,
    /// The dataset, for tables of one agency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// The extract, for tables of an extract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extract: Option<String>,
    /// The spec's fingerprint, in hexadecimal digits.
    pub spec: String,
    /// The fingerprint of the linker's rules, for a person map.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rules: Option<String>,
    /// The linkage key's check value, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The canary digest, in hexadecimal digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canary: Option<String>,
    /// The check value of the linker's own key, with which its tokens were made anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rekeyed: Option<String>,
    /// Rows of this table.
    pub rows: u64,
    /// Distinct records in this table.
    pub records: u64,
    /// The program that wrote it.
    pub software: String,
}

impl Manifest {
    /// A manifest of this kind, project and spec; the rest is empty.
    #[must_use]
    pub fn new(kind: TableKind, project: &str, spec: &str) -> Self {
        Self {
            format: kind.name().to_owned(),
            protocol: PROTOCOL.to_owned(),
            project: project.to_owned(),
            dataset: None,
            extract: None,
            spec: spec.to_owned(),
            rules: None,
            key: None,
            canary: None,
            rekeyed: None,
            rows: 0,
            records: 0,
            software: SOFTWARE.to_owned(),
        }
    }
}
