//! The checks that a delivery must pass, in their order, and what it means to fail one.

use std::path::PathBuf;

use crate::format::FormatError;

/// The checks of a delivery, in the order in which they are made. Nothing is decrypted before the
/// seventh has passed, and nothing parsed before the ninth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Check {
    /// A trusted sender signed the manifest.
    Signature,
    /// It is of this project and spec, and of a dataset that the sender may deliver.
    Project,
    /// Its canary digest and key check value are those of the project's other deliveries.
    Canary,
    /// It follows on the last delivery seen.
    Sequence,
    /// It has not expired.
    Expiry,
    /// Its files are those that the manifest names, in name and size.
    Files,
    /// The encrypted bytes are those that were signed.
    SealedHash,
    /// The receiver's identity decrypts them whole.
    Decryption,
    /// The clear bytes are those that were signed.
    PlainHash,
    /// A table is a Parquet file, in the clear.
    Magic,
    /// A table is of the kind, spec and columns that the manifest promises.
    Schema,
    /// A table has as many rows as the manifest says.
    Rows,
}

impl Check {
    /// Every check, in order.
    pub const ALL: [Self; 12] = [
        Self::Signature,
        Self::Project,
        Self::Canary,
        Self::Sequence,
        Self::Expiry,
        Self::Files,
        Self::SealedHash,
        Self::Decryption,
        Self::PlainHash,
        Self::Magic,
        Self::Schema,
        Self::Rows,
    ];

    /// The check's name in messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Signature => "signature",
            Self::Project => "project and spec",
            Self::Canary => "canary digest and key",
            Self::Sequence => "sequence",
            Self::Expiry => "expiry",
            Self::Files => "names and sizes",
            Self::SealedHash => "hash of the encrypted file",
            Self::Decryption => "decryption",
            Self::PlainHash => "hash of the decrypted file",
            Self::Magic => "Parquet magic",
            Self::Schema => "schema",
            Self::Rows => "row count",
        }
    }

    /// The exit code of a command that stops at this check: 10 for the first, then upwards.
    #[must_use]
    pub const fn exit_code(self) -> u8 {
        10 + self as u8
    }

    /// Fails the check.
    pub(super) fn refuse<T>(self, what: impl Into<String>) -> Result<T, Refusal> {
        Err(Refusal { check: self, what: what.into() })
    }
}

/// What check a delivery failed, and how.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("refused by the check of {}: {what}", check.name())]
pub struct Refusal {
    /// The check.
    pub check: Check,
    /// What was found, and what to do.
    pub what: String,
}

/// Why a delivery was not opened. Nothing of it is left on the disk.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// It failed a check.
    #[error("{}: {refusal}", delivery.display())]
    Refused {
        /// The delivery's folder.
        delivery: PathBuf,
        /// The check and what it found.
        refusal: Refusal,
    },
    /// A file cannot be read or written.
    #[error(transparent)]
    Format(#[from] FormatError),
}
