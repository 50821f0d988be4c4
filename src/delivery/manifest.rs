//! A delivery's manifest: what it holds, for what project, and how it follows on the last one.
//!
//! Its bytes are canonical JSON: keys in alphabetical order, no blanks, whole numbers. It holds no
//! clock but the day on which it expires, no host name and no path.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::contents::Contents;
use crate::format::write::Digested;
use crate::spec::is_device;

/// The name of the manifest in a delivery.
pub const MANIFEST: &str = "manifest.json";
/// The name of its signature.
pub const SIGNATURE: &str = "manifest.json.minisig";
/// What ends the name of an encrypted file.
pub const ENCRYPTED: &str = ".age";
/// The layout and its version.
pub const FORMAT: &str = "delivery/1";

/// How days are written.
const DAY: &str = "%Y-%m-%d";

/// What a delivery says of itself. The fields stand in alphabetical order, as in its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveryManifest {
    /// Who sends it.
    pub agency: String,
    /// The canary digest of a token table.
    pub canary: Option<String>,
    /// What it holds.
    pub contents: Contents,
    /// The dataset, if it is of one.
    pub dataset: Option<String>,
    /// The last day on which it may be opened.
    pub expires: NaiveDate,
    /// Its files, in the order of their names.
    pub files: Vec<DeliveredFile>,
    /// The layout and its version.
    pub format: String,
    /// The linkage key's check value, of a token table.
    pub key: Option<String>,
    /// SHA-256 of the manifest of the delivery before; none for the first.
    pub previous: Option<String>,
    /// The project.
    pub project: String,
    /// The token protocol.
    pub protocol: String,
    /// Its number among the sender's deliveries of this dataset and contents, from 1.
    pub sequence: u64,
    /// The program that made it.
    pub software: String,
    /// The spec's fingerprint.
    pub spec: String,
}

/// One file of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeliveredFile {
    /// Its name once it is decrypted; in the delivery `.age` follows.
    pub name: String,
    /// The clear bytes.
    pub plain: Digested,
    /// Rows, if it is a Parquet table.
    pub rows: Option<u64>,
    /// The encrypted bytes.
    pub sealed: Digested,
}

impl DeliveryManifest {
    /// Reads the bytes of a manifest; none but canonical ones are taken, so that a manifest has one
    /// form and one hash.
    #[must_use]
    pub fn parse(bytes: &[u8]) -> Option<Self> {
        let manifest: Self = serde_json::from_slice(bytes).ok()?;
        (manifest.bytes() == bytes).then_some(manifest)
    }

    /// The canonical bytes.
    ///
    /// # Panics
    /// Never: a manifest is plain text and numbers.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a manifest is plain text and numbers")
    }

    /// What the signature's comment says: the manifest's main words, for whoever checks it with
    /// `minisign`.
    #[must_use]
    pub fn comment(&self) -> String {
        format!(
            "sealink {} project {} from {} {} sequence {} expires {}",
            self.contents.name(),
            self.project,
            self.agency,
            self.dataset.as_deref().unwrap_or("-"),
            self.sequence,
            self.expires.format(DAY)
        )
    }

    /// The name of the delivery's folder.
    #[must_use]
    pub fn folder_name(&self) -> String {
        let of = self.dataset.as_deref().unwrap_or(&self.project);
        format!("{of}.{}.{:04}.delivery", self.contents.name(), self.sequence)
    }
}

/// Whether a file is a Parquet table, by its name.
pub(super) fn is_table(name: &str) -> bool {
    name.ends_with(".parquet")
}

/// Whether a name may be a delivered file's: letters, digits, dot, dash and underscore, no dot or
/// dash in front, so that it is a file in the folder and nothing else.
#[must_use]
pub fn is_plain_name(name: &str) -> bool {
    let mut letters = name.bytes();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    letters.next().is_some_and(|first| first.is_ascii_alphanumeric())
        && letters.all(plain)
        && name.len() <= 128
        && !is_device(&name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest() -> DeliveryManifest {
        let digested = |byte: &str| Digested { bytes: 7, sha256: byte.repeat(64) };
        DeliveryManifest {
            agency: "North \u{e9}".to_owned(),
            canary: None,
            contents: Contents::PersonMap,
            dataset: None,
            expires: NaiveDate::from_ymd_opt(2027, 3, 31).expect("a day"),
            files: vec![DeliveredFile {
                name: "a".to_owned(),
                plain: digested("0"),
                rows: Some(3),
                sealed: digested("1"),
            }],
            format: FORMAT.to_owned(),
            key: None,
            previous: None,
            project: "p".to_owned(),
            protocol: "sealink/1".to_owned(),
            sequence: 1,
            software: "s".to_owned(),
            spec: "f".repeat(64),
        }
    }

    #[test]
    fn a_manifest_has_one_form() {
        let bytes = manifest().bytes();
        assert_eq!(DeliveryManifest::parse(&bytes), Some(manifest()));
        let text = String::from_utf8(bytes).expect("UTF-8");
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let ordered: std::collections::BTreeMap<String, serde_json::Value> =
            serde_json::from_value(value).expect("an object");
        let sorted = serde_json::to_string(&ordered).expect("JSON");
        assert_eq!(text, sorted, "the keys are not in order");
        for other in [
            text.replacen(':', ": ", 1),
            format!("{text}\n"),
            text.replacen("\"sequence\":1", "\"sequence\":1,\"more\":1", 1),
            text.replacen("\u{e9}", "\\u00e9", 1),
        ] {
            assert_ne!(other, text);
            assert_eq!(DeliveryManifest::parse(other.as_bytes()), None, "{other}");
        }
    }

    #[test]
    fn names_that_are_not_plain_are_refused() {
        for name in ["a", "health.tokens.parquet", "7-x_y.csv"] {
            assert!(is_plain_name(name), "{name}");
        }
        let long = "a".repeat(129);
        for name in [
            "",
            ".",
            "..",
            "../a",
            "a/b",
            "/a",
            "a\\b",
            "-rf",
            ".x",
            "a\0",
            "\u{e9}",
            &long,
            "CON.csv",
            "nul.parquet",
        ] {
            assert!(!is_plain_name(name), "{name:?}");
        }
    }
}
