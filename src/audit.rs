//! What tables give away to somebody who should not learn from them, measured before they travel.
//!
//! [`audit_tokens`] looks at token tables as a holder without the key would, and, where the agency
//! lends its key, as a holder with it; [`audit_extract`] looks at a research extract as somebody
//! would who knows a child. Public values alone are guessed; no record's cleartext comes in here.
//! `docs/audit.md` says what the figures mean.

mod column;
mod counts;
mod frequencies;
mod report;
mod tokens;
mod verdict;

#[cfg(feature = "agency")]
mod attacker;
#[cfg(feature = "agency")]
mod chance;
#[cfg(feature = "agency")]
mod dictionary;
#[cfg(feature = "research")]
mod extract;
#[cfg(feature = "agency")]
mod rank_match;
#[cfg(feature = "agency")]
mod ranking;
#[cfg(feature = "agency")]
mod span;

use std::path::{Path, PathBuf};

use crate::format::{FormatError, write};

pub use column::ColumnFigures;
#[cfg(feature = "agency")]
pub use dictionary::{Dictionary, SLICES};
#[cfg(feature = "research")]
pub use extract::{AuditExtract, ExtractReport, Quasi, Sensitive, Shown, audit_extract};
pub use frequencies::Frequencies;
#[cfg(feature = "agency")]
pub use rank_match::RankMatch;
#[cfg(feature = "agency")]
pub use tokens::try_numbers;
pub use tokens::{AuditTokens, ColumnReport, Limits, TableReport, TokenReport, audit_tokens};
pub use verdict::{Judged, Outcome};

/// Ten-digit numbers that pass the check of the NHS number.
pub const VALID_NHS_NUMBERS: u64 = 909_090_910;

/// Those of the blocks that England, Wales and the Isle of Man use.
pub const ENGLISH_NHS_NUMBERS: u64 = 272_727_273;

/// Why there is no audit.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// A table cannot be read or a report not be written.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The tables do not belong together, or not to the spec or the key.
    #[error("{}: {what}", path.display())]
    NotTogether {
        /// The table.
        path: PathBuf,
        /// In what it differs.
        what: String,
    },
    /// What was asked for cannot be done with these inputs.
    #[error("{0}")]
    Usage(String),
    /// A list of public frequencies is not of its form.
    #[error("{file}:{line}: {what}")]
    Frequencies {
        /// The list, as the caller named it.
        file: String,
        /// The line, counted from 1.
        line: usize,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// Writes a report as `audit.json` and `audit.md` in a folder and gives their paths.
///
/// # Errors
/// If they cannot be written; then neither is there.
pub fn publish(
    out: &Path,
    json: &impl serde::Serialize,
    text: &str,
) -> Result<Vec<PathBuf>, AuditError> {
    let mut json = serde_json::to_vec_pretty(json).expect("a report is plain text and numbers");
    json.push(b'\n');
    let (json_path, text_path) = (out.join("audit.json"), out.join("audit.md"));
    let files = vec![write::whole(&text_path, text.as_bytes())?, write::whole(&json_path, &json)?];
    write::publish_all(files)?;
    Ok(vec![json_path, text_path])
}
