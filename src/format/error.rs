//! What can be wrong with a file: where and what kind, never what it holds.

use std::io;
use std::path::{Path, PathBuf};

use parquet::errors::ParquetError;

use super::bounded::Refused;
use super::manifest::TableKind;
use crate::reason::reason;

/// A file that could not be read or written.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct FormatError {
    /// The file, as the caller named it.
    pub path: PathBuf,
    /// What is wrong.
    pub problem: Problem,
}

impl FormatError {
    pub(crate) fn new(path: &Path, problem: Problem) -> Self {
        Self { path: path.to_owned(), problem }
    }
}

/// What is wrong with a file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The operating system refused to read.
    #[error("cannot be read: {0}")]
    Read(String),
    /// The operating system refused to write.
    #[error("cannot be written: {0}")]
    Write(String),
    /// The bytes are not a whole Parquet file.
    #[error(
        "is not a whole Parquet file: name a table that sealink wrote; if it is one, ask its sender \
         for a fresh copy"
    )]
    NotParquet,
    /// The file claims or holds more than is ever read.
    #[error("goes beyond what a table may be ({0}); do not trust it")]
    Beyond(Refused),
    /// The Parquet file is of some other program.
    #[error("is a Parquet file, but not one of sealink's")]
    NotSealink,
    /// The file differs from what was written.
    #[error("was damaged or altered after it was written; ask its sender for a fresh copy")]
    Altered,
    /// The file is no record of what was received.
    #[error("is not a record of received deliveries, or of another version")]
    NotALedger,
    /// The tokens were made anew by the linker before.
    #[error("has been re-keyed already")]
    Rekeyed,
    /// The file is of another kind or version.
    #[error("is a {found}; this takes a {}", wanted.name())]
    WrongKind {
        /// What the manifest says.
        found: String,
        /// What was wanted.
        wanted: TableKind,
    },
    /// A column is missing or of another type.
    #[error("lacks the column `{0}`, or holds it in another type")]
    Column(String),
    /// A column that must be filled has an empty cell.
    #[error("has an empty cell in the column `{0}`")]
    Empty(&'static str),
    /// The rows are not in the order of their references, or are repeated.
    #[error("has its rows out of order; it was altered after it was written")]
    Order,
    /// The rows differ in number from what the manifest says.
    #[error("holds {found} rows where its manifest says {wanted}; it was cut or altered")]
    Rows {
        /// Rows found.
        found: u64,
        /// Rows declared.
        wanted: u64,
    },
}

/// A Parquet library's error while writing: the operating system's reason, if there is one.
pub fn writing(error: &ParquetError) -> Problem {
    let told = match error {
        ParquetError::External(inner) => inner.downcast_ref::<io::Error>().map(reason),
        _ => None,
    };
    Problem::Write(told.unwrap_or_else(|| "the table could not be encoded".to_owned()))
}
