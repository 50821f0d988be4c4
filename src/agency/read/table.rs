//! One input, of either kind: before and after its columns are chosen.

use arrow::datatypes::DataType;

use super::csv::{CsvReader, CsvTable};
use super::error::ReadError;
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
