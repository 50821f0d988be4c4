//! What errors call an input and its columns.

use std::sync::Arc;

use super::Wanted;
use super::error::ReadError;
use super::fault::Fault;

/// What an input is called in errors, and which of its columns the run has declared.
pub(super) struct Labels {
    pub(super) input: usize,
    pub(super) name: String,
    /// By the column's place in the input: its name, if the run asked for it by that name.
    pub(super) declared: Vec<Option<String>>,
}

impl Labels {
    pub(super) fn new(
        input: usize,
        name: String,
        columns: &[String],
        wanted: &Wanted,
    ) -> Arc<Self> {
        let is_wanted = |name: &&String| wanted.columns.iter().any(|w| w.name == **name);
        let declared = columns.iter().map(|c| Some(c).filter(is_wanted).cloned()).collect();
        Arc::new(Self { input, name, declared })
    }

    /// An error at a row and a column, the latter counted from 1. Only a declared column is named:
    /// in a file without a header the others' "names" are a person's data.
    pub(super) fn error(&self, row: u64, column: Option<usize>, fault: Fault) -> ReadError {
        let name = column.and_then(|number| self.declared.get(number - 1)?.clone());
        ReadError::at(self.name.clone(), Some(row), column.map(|number| (number, name)), fault)
    }
}
