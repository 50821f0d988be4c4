//! A column of either kind: of tokens, or of what the library encodes.

use std::io::Write;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::concat;
use arrow::datatypes::Field;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowColumnWriter, compute_leaves};
use parquet::errors::Result as ParquetResult;
use parquet::file::writer::SerializedRowGroupWriter;
use parquet::schema::types::ColumnDescPtr;

use super::tokens::TokenChunk;
use crate::format::token_column::TokenColumn;
use crate::format::token_type;

/// Some rows of a column.
#[derive(Clone)]
pub enum Column {
    /// Tokens, which are written as they are.
    Tokens(TokenColumn),
    /// Anything else.
    Other(ArrayRef),
}

impl From<ArrayRef> for Column {
    fn from(array: ArrayRef) -> Self {
        match *array.data_type() == token_type() {
            true => Self::Tokens(TokenColumn::of(array.as_fixed_size_binary())),
            false => Self::Other(array),
        }
    }
}

impl From<TokenColumn> for Column {
    fn from(tokens: TokenColumn) -> Self {
        Self::Tokens(tokens)
    }
}

impl Column {
    pub(super) fn rows(&self) -> usize {
        match self {
            Self::Tokens(tokens) => tokens.rows(),
            Self::Other(array) => array.len(),
        }
    }

    /// Whether it is of the field's type, and has gaps only where it may.
    pub(super) fn fits(&self, field: &Field) -> bool {
        let (is_full, is_of_type) = match self {
            Self::Tokens(tokens) => (tokens.is_full(), *field.data_type() == token_type()),
            Self::Other(array) => (array.null_count() == 0, field.data_type() == array.data_type()),
        };
        is_of_type && (is_full || field.is_nullable())
    }

    pub(super) fn slice(&self, start: usize, rows: usize) -> Self {
        match self {
            Self::Tokens(tokens) => Self::Tokens(tokens.slice(start, rows)),
            Self::Other(array) => Self::Other(array.slice(start, rows)),
        }
    }

    const fn tokens(&self) -> Option<&TokenColumn> {
        match self {
            Self::Tokens(tokens) => Some(tokens),
            Self::Other(_) => None,
        }
    }

    fn other(&self) -> Option<&dyn Array> {
        match self {
            Self::Tokens(_) => None,
            Self::Other(array) => Some(array.as_ref()),
        }
    }
}

/// A column's share of a row group, ready to be written.
pub(super) enum Encoded {
    Tokens(TokenChunk),
    Other(ArrowColumnChunk),
}

impl Encoded {
    /// Encodes runs of a column; what is not of tokens by `writer`.
    pub fn of(
        runs: &[&Column],
        field: &Field,
        described: ColumnDescPtr,
        writer: ArrowColumnWriter,
    ) -> ParquetResult<Self> {
        let tokens: Vec<&TokenColumn> = runs.iter().filter_map(|run| run.tokens()).collect();
        if tokens.len() == runs.len() {
            return TokenChunk::encode(described, &tokens).map(Self::Tokens);
        }
        let arrays: Vec<&dyn Array> = runs.iter().filter_map(|run| run.other()).collect();
        encode(writer, field, &arrays).map(Self::Other)
    }

    /// Writes the chunk as the next column of the row group.
    pub fn append<W: Write + Send>(
        self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> ParquetResult<()> {
        match self {
            Self::Tokens(chunk) => chunk.append(group),
            Self::Other(chunk) => chunk.append_to_row_group(group),
        }
    }
}

/// Encodes a column, its runs as one, since where pages end depends on what comes at once.
fn encode(
    mut writer: ArrowColumnWriter,
    field: &Field,
    runs: &[&dyn Array],
) -> ParquetResult<ArrowColumnChunk> {
    for leaf in compute_leaves(field, &concat(runs)?)? {
        writer.write(&leaf)?;
    }
    writer.close()
}
