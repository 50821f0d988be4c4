//! Why an agency's step stopped: place and kind, never a value.

use std::path::PathBuf;

use super::read::ReadError;
use crate::delivery::SealError;
use crate::format::FormatError;

/// Why an agency's step stopped.
#[derive(Debug, thiserror::Error)]
pub enum AgencyError {
    /// An input cannot be read as declared.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A table cannot be written.
    #[error(transparent)]
    Write(#[from] FormatError),
    /// The delivery cannot be made.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The source mapping does not fit the input's columns.
    #[error("{}", .0.join("\n"))]
    Mapping(Vec<String>),
    /// The first row holds a person's data where names of columns belong.
    #[error(
        "column {column} of the first row holds what looks like somebody's data, not a name; is it \
         a header? Export the table again with its header, or rename the column"
    )]
    NoHeader {
        /// The column, counted from 1.
        column: usize,
    },
    /// Rows share a record id.
    #[error(
        "record ids repeat: row {row} of input {input} has the id of row {first_row} of input \
         {first_input}, the first of {rows} such cases. If several rows may describe one record, \
         say `several_rows = true` in the source mapping; else mend the ids at source"
    )]
    RepeatedRecord {
        /// How many rows repeat an id.
        rows: u64,
        /// The first of them.
        row: u64,
        /// Its input, counted from 1.
        input: usize,
        /// The row whose id it has.
        first_row: u64,
        /// That row's input, counted from 1.
        first_input: usize,
    },
    /// A list of records has a row that names none, so that a record might go unlisted.
    #[error(
        "{}, row {row}: {what}, so that a record might go unlisted. Mend the list and run again; \
         nothing was read or written", file.display()
    )]
    ListedRow {
        /// The list.
        file: PathBuf,
        /// The row: the header is row 1.
        row: u64,
        /// What is wrong with it.
        what: &'static str,
    },
    /// None of the records to withdraw is in the table of references.
    #[error(
        "{}: none of the records on the list is in the table of references; is it the table of \
         the delivery that they were part of?",
        .0.iter().map(|list| list.display().to_string()).collect::<Vec<_>>().join(", ")
    )]
    NothingToWithdraw(Vec<PathBuf>),
    /// No record was read.
    #[error("the inputs hold no record with an id; nothing was written")]
    NoRecords,
}
