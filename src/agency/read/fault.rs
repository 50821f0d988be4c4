//! Every fault that stops reading: one table of what is said and what is advised.

use super::{MAX_COLUMNS, MAX_FIELD, MAX_ROW};
use crate::format::bounded::MAX_PAGE;
use crate::spec::Encoding;

/// What stops the reading of an input. It holds places, kinds and declared names, never a cell.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The system's message; reading or opening failed.
    #[error("could not be read: {0}")]
    Io(String),
    /// There is nothing to read.
    #[error("no input was given")]
    NoInput,
    /// `-` was given more than once.
    #[error("standard input was given more than once")]
    StdinTwice,
    /// Parquet needs seeking.
    #[error("standard input holds a Parquet file")]
    StdinParquet,
    /// A known kind of file that is neither CSV nor Parquet.
    #[error("it is {0}, neither CSV nor Parquet")]
    OtherFormat(&'static str),
    /// Zero bytes, or nothing but a byte order mark.
    #[error("the file is empty")]
    Empty,
    /// The first line is blank.
    #[error("the first line is blank, so there is no header")]
    NoHeader,
    /// A column without a name.
    #[error("the header has no name for this column")]
    EmptyName,
    /// Two columns of one name; the number of the first one, counted from 1.
    #[error("the header has the same name here as in column {first}")]
    DuplicateName {
        /// The first column of that name, counted from 1.
        first: usize,
    },
    /// Over [`MAX_COLUMNS`].
    #[error("there are more than {MAX_COLUMNS} columns")]
    TooManyColumns,
    /// This input's header lacks columns of the first input's, or has others.
    #[error("its columns differ from those of {first}: {}", differences(missing, extra))]
    ColumnsDiffer {
        /// The first input.
        first: String,
        /// Columns of the first input that are not here.
        missing: Vec<String>,
        /// Columns here that are not in the first input.
        extra: Vec<String>,
    },
    /// The first row shares too few names with the first input's header to be one.
    #[error("its first row has {shared} of the {expected} column names of {first}")]
    NotThisHeader {
        /// The first input.
        first: String,
        /// How many names both have.
        shared: usize,
        /// How many names the first input has.
        expected: usize,
    },
    /// A wanted column is not in the header.
    #[error("there is no column named {0:?}")]
    MissingColumn(String),
    /// As before, and the whole header is one name.
    #[error("there is no column named {0:?}, and the file has a single column")]
    MissingInSingleColumn(String),
    /// A `"` in a field that does not begin with one.
    #[error("a double quote stands inside a field that is not quoted")]
    QuoteInField,
    /// Something other than a delimiter or a line end after a closing quote.
    #[error("text follows the closing quote of a field")]
    TextAfterQuote,
    /// The input ends inside a quoted field; the place is where it opened.
    #[error("a quoted field opens here and is never closed")]
    UnterminatedQuote,
    /// A carriage return that is not part of CRLF, outside quotes.
    #[error("a carriage return stands alone, without a line feed")]
    LoneReturn,
    /// Byte 0.
    #[error("the text holds a NUL byte")]
    Nul,
    /// A control character other than tab, carriage return and line feed.
    #[error("the text holds the control character 0x{0:02X}")]
    Control(u8),
    /// Bytes that are not UTF-8.
    #[error("the text is not valid UTF-8")]
    InvalidUtf8,
    /// Bytes that the declared encoding does not have.
    #[error("the text is not valid {0}")]
    InvalidText(Encoding),
    /// A byte order mark of another encoding than the declared one.
    #[error("the file begins with the byte order mark of {found} but is declared to be {declared}")]
    OtherMark {
        /// What `source.toml` says, or the default.
        declared: Encoding,
        /// What the mark says.
        found: Encoding,
    },
    /// UTF-16 was declared, and nothing says which byte comes first.
    #[error("the file is declared to be UTF-16 but has no byte order mark")]
    NoMark,
    /// Over [`MAX_FIELD`].
    #[error("a field is longer than {} KiB", MAX_FIELD / 1024)]
    FieldTooLong,
    /// As before, in quotes.
    #[error("a quoted field opens here and is longer than {} KiB", MAX_FIELD / 1024)]
    QuotedTooLong,
    /// Over [`MAX_ROW`].
    #[error("the row is longer than {} KiB", MAX_ROW / 1024)]
    RowTooLong,
    /// The library cannot read it.
    #[error("the Parquet file is damaged or uses a feature that cannot be read")]
    DamagedParquet,
    /// Parquet modular encryption.
    #[error("the Parquet file is encrypted")]
    EncryptedParquet,
    /// A column of a type that cannot be an identifier.
    #[error("column {column:?} is of the type {found}, which cannot be read as {wanted}")]
    UnsupportedType {
        /// The column.
        column: String,
        /// Its type in the file.
        found: String,
        /// What was asked for.
        wanted: &'static str,
    },
    /// A floating-point value beyond the whole numbers that its type keeps apart.
    #[error("the column is floating-point and holds a number too large for it to keep exactly")]
    InexactNumber,
    /// A few rows of a Parquet file expand to more than can be held.
    #[error("a few thousand rows of the Parquet file expand to more than can be held at once")]
    BatchTooLarge,
    /// The description of a Parquet file, at its end, is over a limit.
    #[error("the Parquet file describes itself at greater length than any real table needs")]
    FooterTooLarge,
    /// The Parquet file claims more rows than its bytes can be.
    #[error("the Parquet file claims far more rows than a file of its size can hold")]
    TooManyRows,
    /// A page of a Parquet file is over a limit.
    #[error("the Parquet file has a page of more than {} MiB", MAX_PAGE >> 20)]
    PageTooLarge,
    /// The text of a Parquet file is many times the file.
    #[error("the Parquet file expands to far more text than a file of its size can hold")]
    ExpandsTooMuch,
    /// Two inputs hold a payload column in different types.
    #[error("column {column:?} is of another type here than in the first input")]
    TypeDiffers {
        /// The column.
        column: String,
    },
}

impl Fault {
    /// Whether another declaration of the layout may be all that is needed.
    #[must_use]
    pub const fn is_of_layout(&self) -> bool {
        matches!(
            self,
            Self::InvalidUtf8
                | Self::InvalidText(_)
                | Self::OtherMark { .. }
                | Self::NoMark
                | Self::Nul
                | Self::FieldTooLong
        )
    }

    /// What to try, in one sentence.
    #[must_use]
    #[allow(clippy::too_many_lines, reason = "a table, one entry a fault")]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Io(_) => {
                "Check that the file exists, that it may be read and that the disk is there."
            }
            Self::NoInput => "Name at least one file, or - for standard input.",
            Self::StdinTwice => "Give - once; save the other inputs to files.",
            Self::StdinParquet => {
                "Save it to a file and give the file's name; standard input may be CSV only."
            }
            Self::OtherFormat(_) => {
                "Export the table as CSV (UTF-8) or Parquet, not compressed, and give that file."
            }
            Self::Empty | Self::NoHeader => {
                "The first line must name the columns: export the table again with its header."
            }
            Self::EmptyName => "Give the column a name, or export the table without it.",
            Self::DuplicateName { .. } => {
                "Rename one of the two columns in the export; without a header row, add one."
            }
            Self::TooManyColumns => {
                "Check that the delimiter is declared right, or export only the columns that are needed."
            }
            Self::ColumnsDiffer { .. } => {
                "Inputs of one run must have the same columns (in any order): export them alike, or run them as separate datasets."
            }
            Self::NotThisHeader { .. } => {
                "Check that the file has a header row and is an export of the same table, with the same delimiter."
            }
            Self::MissingColumn(_) => {
                "Names must agree exactly, also in upper and lower case: correct source.toml or the export."
            }
            Self::MissingInSingleColumn(_) => {
                "Declare the delimiter in source.toml if the file uses another one than the comma, such as a semicolon or a tab."
            }
            Self::QuoteInField => {
                "A field that holds quotes must itself be quoted and its quotes doubled (\"\"), with no space before the opening quote: export the table again with standard CSV quoting."
            }
            Self::TextAfterQuote => {
                "Quotes inside a quoted field must be doubled (\"\"), and nothing, also no space, may follow the closing one: export the table again with standard CSV quoting."
            }
            Self::UnterminatedQuote => {
                "Close the quote, or double it (\"\") if it belongs to the text; if the row looks whole, the export may have been cut short."
            }
            Self::LoneReturn => {
                "Save the file with Windows (CRLF) or Unix (LF) line endings instead of old Macintosh ones; inside a field a line break must be quoted."
            }
            Self::Nul => {
                "The file is probably UTF-16 (declare encoding = \"utf-16\" in source.toml) or not text at all."
            }
            Self::Control(_) => {
                "Check that the file is text in the declared encoding, and remove the character at its source."
            }
            Self::InvalidUtf8 => {
                "Declare the file's encoding in source.toml (Excel's plain \"CSV\" is encoding = \"windows-1252\"), or export it as \"CSV UTF-8\"."
            }
            Self::InvalidText(_) => {
                "Declare the encoding that the file really has in source.toml, or export it as \"CSV UTF-8\"."
            }
            Self::OtherMark { .. } => "Declare in source.toml the encoding that the mark names.",
            Self::NoMark => {
                "Declare encoding = \"utf-16le\" (usual on Windows) or \"utf-16be\" in source.toml."
            }
            Self::FieldTooLong => {
                "Check that the delimiter and the line endings are what is declared, or leave the column out of the export."
            }
            Self::QuotedTooLong => {
                "A quote that is opened and not closed is the usual cause: look at the place where the field opens."
            }
            Self::RowTooLong => "Check the line endings and the quoting of this row.",
            Self::DamagedParquet => {
                "Copy the file again and compare its size; if that does not help, write it again with a current tool (compression: none, snappy, gzip or zstd)."
            }
            Self::EncryptedParquet => "Decrypt it first: this program holds no key for it.",
            Self::UnsupportedType { .. } => {
                "Turn the column into text (dates as YYYY-MM-DD) in the export."
            }
            Self::InexactNumber => "Digits are already lost: export the column again as text.",
            Self::BatchTooLarge => {
                "Leave very long texts out of the export; if there are none, do not trust the file."
            }
            Self::FooterTooLarge => {
                "Write it again with larger row groups; if it is not from a tool you know, do not trust the file."
            }
            Self::TooManyRows | Self::ExpandsTooMuch => {
                "Do not trust the file; if it really is so, split it, or export it as CSV."
            }
            Self::PageTooLarge => {
                "Write it again with pages of the usual size (1 MiB) or smaller row groups; if it is not from a tool you know, do not trust the file."
            }
            Self::TypeDiffers { .. } => {
                "Export the inputs alike, or run them as separate datasets."
            }
        }
    }
}

fn differences(missing: &[String], extra: &[String]) -> String {
    let list = |what: &str, names: &[String]| match names {
        [] => None,
        names => Some(format!(
            "{what} {}",
            names.iter().map(|n| format!("{n:?}")).collect::<Vec<_>>().join(", ")
        )),
    };
    [list("it lacks", missing), list("it also has", extra)]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join("; ")
}
