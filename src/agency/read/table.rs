//! One input, of either kind: before and after its columns are chosen.

use std::sync::Arc;

use arrow::datatypes::DataType;

use super::csv::{CsvReader, CsvTable};
use super::error::ReadError;
use super::fault::Fault;
use super::parquet::{ParquetReader, ParquetTable};
use super::{Chunk, Unparsed, Wanted};

/// An input whose columns are known.
pub(super) enum Table {
    Csv(CsvTable),
    Parquet(ParquetTable),
}

impl Table {
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Csv(table) => table.name(),
            Self::Parquet(table) => table.name(),
        }
    }

    pub(super) fn columns(&self) -> &[String] {
        match self {
            Self::Csv(table) => table.columns(),
            Self::Parquet(table) => table.columns(),
        }
    }

    pub(super) fn size(&self) -> Option<u64> {
        match self {
            Self::Csv(table) => table.size(),
            Self::Parquet(table) => Some(table.size()),
        }
    }

    pub(super) fn select(
        self,
        input: usize,
        wanted: &Wanted,
    ) -> Result<(Reader, Vec<DataType>), ReadError> {
        Ok(match self {
            Self::Csv(table) => {
                let reader = Reader::Csv(table.select(input, wanted)?);
                (reader, vec![DataType::Utf8; wanted.columns.len()])
            }
            Self::Parquet(table) => {
                let (reader, types) = table.select(input, wanted)?;
                (Reader::Parquet(reader), types)
            }
        })
    }
}

/// An input that is being read.
pub(super) enum Reader {
    Csv(CsvReader),
    Parquet(ParquetReader),
}

impl Reader {
    pub(super) fn position(&self) -> u64 {
        match self {
            Self::Csv(reader) => reader.position(),
            Self::Parquet(reader) => reader.position(),
        }
    }

    pub(super) fn next_chunk(&mut self) -> Option<Result<Chunk, ReadError>> {
        match self {
            Self::Csv(reader) => Some(reader.next_chunk()?.map(|c| Chunk(Unparsed::Csv(c)))),
            Self::Parquet(reader) => {
                Some(reader.next_chunk()?.map(|c| Chunk(Unparsed::Parquet(c))))
            }
        }
    }
}

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
