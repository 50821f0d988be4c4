//! An earlier release, with which a later one must not differ by a few.

use std::collections::BTreeMap;

use serde::Deserialize;

/// The counts that an earlier release told, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Earlier(BTreeMap<String, u64>);

/// Why a text is no earlier release.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EarlierError {
    /// It is not JSON with the counts of a release.
    #[error(
        "not a release of an earlier report: it has no `counts` (line {line}, column {column})"
    )]
    Unreadable {
        /// The line.
        line: usize,
        /// The column.
        column: usize,
    },
    /// It is of another project.
    #[error("of the project {0}, not of this one")]
    Project(String),
}

/// A report by itself, or as part of a data package.
#[derive(Deserialize)]
#[serde(untagged)]
enum Release {
    Report { project: String, counts: Counts },
    Package { sealink: Provenance },
}

#[derive(Deserialize)]
struct Provenance {
    project: String,
    report: Told,
}

#[derive(Deserialize)]
struct Told {
    counts: Counts,
}

type Counts = BTreeMap<String, Cell>;

#[derive(Deserialize)]
#[serde(untagged)]
enum Cell {
    Number(u64),
    Mark(serde::de::IgnoredAny),
}

impl Earlier {
    /// Reads the JSON of an earlier report of this project.
    ///
    /// # Errors
    /// If it is not such a report, or of another project.
    pub fn parse(text: &str, project: &str) -> Result<Self, EarlierError> {
        let release: Release = serde_json::from_str(text).map_err(|error| {
            EarlierError::Unreadable { line: error.line(), column: error.column() }
        })?;
        let (of, counts) = match release {
            Release::Report { project, counts } => (project, counts),
            Release::Package { sealink } => (sealink.project, sealink.report.counts),
        };
        if of != project {
            return Err(EarlierError::Project(of));
        }
        let number = |(name, told)| match told {
            Cell::Number(number) => Some((name, number)),
            // What was hidden then has no number to differ from.
            Cell::Mark(_) => None,
        };
        Ok(Self(counts.into_iter().filter_map(number).collect()))
    }

    /// What it told under a name.
    pub(super) fn told(&self, name: &str) -> Option<u64> {
        self.0.get(name).copied()
    }
}
