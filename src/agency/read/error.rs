//! What went wrong and where; never what a cell held.

use std::fmt;

use super::fault::Fault;

/// An input could not be read: where, what kind of fault, and what to try.
///
/// Shown as two sentences: the fault with its place, then [`ReadError::help`].
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct ReadError(Box<Found>);

/// Behind a box, so that a `Result` of the hot path stays small.
#[derive(Debug)]
struct Found {
    file: String,
    row: Option<u64>,
    column: Option<(usize, Option<String>)>,
    fault: Fault,
}

impl ReadError {
    /// The input as it was given.
    #[must_use]
    pub fn file(&self) -> &str {
        &self.0.file
    }

    /// The record's row: the header is row 1.
    #[must_use]
    pub fn row(&self) -> Option<u64> {
        self.0.row
    }

    /// The column's number, counted from 1.
    #[must_use]
    pub fn column(&self) -> Option<usize> {
        self.0.column.as_ref().map(|(number, _)| *number)
    }

    /// The column's name, if the run asked for a column of that name.
    #[must_use]
    pub fn column_name(&self) -> Option<&str> {
        self.0.column.as_ref().and_then(|(_, name)| name.as_deref())
    }

    /// What is wrong.
    #[must_use]
    pub fn fault(&self) -> &Fault {
        &self.0.fault
    }

    /// What to try.
    #[must_use]
    pub fn help(&self) -> &'static str {
        self.0.fault.help()
    }

    /// The same without any name of a column: for a file of which nobody has said that its first row
    /// is a header.
    #[must_use]
    pub fn without_names(mut self) -> Self {
        if let Some((_, name)) = &mut self.0.column {
            *name = None;
        }
        if let Fault::UnsupportedType { column, .. } = &mut self.0.fault {
            "..".clone_into(column);
        }
        self
    }

    pub(super) fn of_input(file: impl Into<String>, fault: Fault) -> Self {
        Self::at(file.into(), None, None, fault)
    }

    pub(super) fn at(
        file: String,
        row: Option<u64>,
        column: Option<(usize, Option<String>)>,
        fault: Fault,
    ) -> Self {
        Self(Box::new(Found { file, row, column, fault }))
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let Some((number, name)) = &self.column {
            write!(f, ", column {number}")?;
            if let Some(name) = name {
                write!(f, " ({name:?})")?;
            }
        }
        write!(f, ": {}. {}", self.fault, self.fault.help())
    }
}
