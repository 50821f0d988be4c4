//! A column of tokens as Parquet stores it: one plain page a row group.
//!
//! The library makes an object of every value before it lays it down. Sixteen random bytes need
//! no more than to be laid end to end, so that is done here, and they are not copied for it; page
//! headers and metadata are the library's.

use std::collections::VecDeque;
use std::io::{self, Read, Write};

use arrow::array::BooleanBufferBuilder;
use bytes::{Buf as _, Bytes};
use parquet::basic::{Compression, Encoding};
use parquet::column::page::{CompressedPage, Page, PageWriter};
use parquet::column::writer::ColumnCloseResult;
use parquet::errors::Result as ParquetResult;
use parquet::file::metadata::ColumnChunkMetaData;
use parquet::file::reader::{ChunkReader, Length};
use parquet::file::writer::{SerializedPageWriter, SerializedRowGroupWriter, TrackedWrite};
use parquet::schema::types::ColumnDescPtr;

use crate::format::token_column::TokenColumn;

/// A column's share of a row group, ready to be written.
pub(super) struct TokenChunk {
    pieces: Pieces,
    close: ColumnCloseResult,
}

impl TokenChunk {
    /// Encodes runs of the column, at most 2^31 rows in all.
    pub fn encode(column: ColumnDescPtr, runs: &[&TokenColumn]) -> ParquetResult<Self> {
        let rows: usize = runs.iter().map(|run| run.rows()).sum();
        let mut page = Pieces::default();
        if column.max_def_level() > 0 {
            page.push(levels(runs, rows).into());
        }
        runs.iter().for_each(|run| page.push(run.bytes()));
        let mut pieces = Pieces::default();
        pieces.push(header(rows, page.length())?);
        page.0.into_iter().for_each(|piece| pieces.push(piece));
        Ok(Self { close: closed(column, rows, pieces.length())?, pieces })
    }

    /// Writes the chunk as the next column of the row group.
    pub fn append<W: Write + Send>(
        self,
        group: &mut SerializedRowGroupWriter<'_, W>,
    ) -> ParquetResult<()> {
        group.append_column(&self.pieces, self.close)
    }
}

/// Bytes that follow each other in the file.
#[derive(Clone, Default)]
struct Pieces(VecDeque<Bytes>);

impl Pieces {
    fn push(&mut self, piece: Bytes) {
        self.0.push_back(piece);
    }

    fn length(&self) -> usize {
        self.0.iter().map(Bytes::len).sum()
    }
}

impl Read for Pieces {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        while let Some(piece) = self.0.front_mut().filter(|_| !out.is_empty()) {
            let read = out.len().min(piece.len());
            if read > 0 {
                piece.copy_to_slice(&mut out[..read]);
                return Ok(read);
            }
            self.0.pop_front();
        }
        Ok(0)
    }
}

impl Length for Pieces {
    fn len(&self) -> u64 {
        self.length() as u64
    }
}

impl ChunkReader for Pieces {
    type T = Self;

    fn get_read(&self, start: u64) -> ParquetResult<Self> {
        let mut rest = self.clone();
        io::copy(&mut rest.by_ref().take(start), &mut io::sink())?;
        Ok(rest)
    }

    fn get_bytes(&self, start: u64, length: usize) -> ParquetResult<Bytes> {
        let mut bytes = vec![0; length];
        self.get_read(start)?.read_exact(&mut bytes)?;
        Ok(bytes.into())
    }
}

/// The header of a page of so many rows and bytes. The library writes headers only before pages:
/// it is given one of zeros, which goes nowhere.
fn header(rows: usize, bytes: usize) -> ParquetResult<Bytes> {
    let page = Page::DataPage {
        buf: vec![0; bytes].into(),
        num_values: u32::try_from(rows).expect("a row group has few rows"),
        encoding: Encoding::PLAIN,
        def_level_encoding: Encoding::RLE,
        rep_level_encoding: Encoding::RLE,
        statistics: None,
    };
    let mut sink = TrackedWrite::new(Beginning::default());
    SerializedPageWriter::new(&mut sink).write_page(CompressedPage::new(page, bytes))?;
    let Beginning { mut kept, written } = sink.into_inner()?;
    kept.truncate(written - bytes);
    Ok(kept.into())
}

/// Keeps the first bytes of what is written to it.
#[derive(Default)]
struct Beginning {
    kept: Vec<u8>,
    written: usize,
}

impl Write for Beginning {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = HEADER_BYTES - self.kept.len();
        self.kept.extend_from_slice(&bytes[..room.min(bytes.len())]);
        self.written += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Room for a page's header, which takes less.
const HEADER_BYTES: usize = 64;

/// Bytes of a length before the levels.
const LENGTH_BYTES: usize = 4;

/// Definition levels: 1 where there is a token. They are one run of the hybrid encoding of run
/// lengths and packed bits, and its packed bits lie as Arrow's do.
fn levels(runs: &[&TokenColumn], rows: usize) -> Vec<u8> {
    let mut levels = vec![0; LENGTH_BYTES];
    if runs.iter().all(|run| run.is_full()) {
        append_varint(rows << 1, &mut levels);
        levels.push(1);
    } else {
        let mut present = BooleanBufferBuilder::new(rows);
        runs.iter().for_each(|run| run.append_present(&mut present));
        append_varint(rows.div_ceil(8) << 1 | 1, &mut levels);
        levels.extend_from_slice(present.as_slice());
    }
    let length = u32::try_from(levels.len() - LENGTH_BYTES).expect("there are few rows");
    levels[..LENGTH_BYTES].copy_from_slice(&length.to_le_bytes());
    levels
}

/// Appends a number as unsigned LEB128.
fn append_varint(mut number: usize, page: &mut Vec<u8>) {
    loop {
        let low = u8::try_from(number & 0x7f).expect("seven bits");
        number >>= 7;
        page.push(low | if number > 0 { 0x80 } else { 0 });
        if number == 0 {
            return;
        }
    }
}

fn closed(column: ColumnDescPtr, rows: usize, length: usize) -> ParquetResult<ColumnCloseResult> {
    let (values, size) = (as_i64(rows), as_i64(length));
    let metadata = ColumnChunkMetaData::builder(column)
        .set_compression(Compression::UNCOMPRESSED)
        .set_encodings(vec![Encoding::PLAIN, Encoding::RLE])
        .set_num_values(values)
        .set_total_compressed_size(size)
        .set_total_uncompressed_size(size)
        .set_data_page_offset(0)
        .build()?;
    Ok(ColumnCloseResult {
        bytes_written: length as u64,
        rows_written: rows as u64,
        metadata,
        bloom_filter: None,
        column_index: None,
        offset_index: None,
    })
}

fn as_i64(number: usize) -> i64 {
    i64::try_from(number).expect("a row group is far below 2^63 bytes")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{Array, ArrayRef, AsArray, FixedSizeBinaryArray, RecordBatch};
    use arrow::compute::concat;
    use arrow::datatypes::{Field, Schema};
    use parquet::arrow::ArrowSchemaConverter;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use parquet::file::writer::SerializedFileWriter;
    use proptest::prelude::*;

    use super::*;
    use crate::format::token_type;

    /// Runs of a column, with gaps where `present` is false; each run is a slice of a longer one.
    fn runs(present: &[Vec<bool>]) -> Vec<ArrayRef> {
        let mut number = 0_u128;
        let mut token = |present: &bool| {
            number += 1;
            present.then(|| number.to_le_bytes())
        };
        let column = |run: &Vec<bool>| {
            let padded = [&[true][..], run, &[false]].concat();
            let tokens = padded.iter().map(&mut token);
            let column = FixedSizeBinaryArray::try_from_sparse_iter_with_size(tokens, 16);
            let column: ArrayRef = Arc::new(column.expect("every token has 16 bytes"));
            column.slice(1, run.len())
        };
        present.iter().map(column).collect()
    }

    /// The column as the library reads it back.
    fn read_back(runs: &[ArrayRef], nullable: bool) -> ArrayRef {
        let schema = Schema::new(vec![Field::new("token", token_type(), nullable)]);
        let columns = ArrowSchemaConverter::new().convert(&schema).expect("the schema is plain");
        let mut writer =
            SerializedFileWriter::new(Vec::new(), columns.root_schema_ptr(), Arc::default())
                .expect("memory can be written");
        let runs: Vec<TokenColumn> =
            runs.iter().map(|run| TokenColumn::of(run.as_fixed_size_binary())).collect();
        let runs: Vec<&TokenColumn> = runs.iter().collect();
        let chunk = TokenChunk::encode(columns.column(0), &runs).expect("it can be encoded");
        let mut group = writer.next_row_group().expect("memory can be written");
        chunk.append(&mut group).expect("memory can be written");
        group.close().expect("all columns are there");
        let file = Bytes::from(writer.into_inner().expect("memory can be written"));
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("it is Parquet");
        let batches = reader.build().expect("it can be read").map(|batch| batch.expect("is whole"));
        let batches: Vec<RecordBatch> = batches.collect();
        let read: Vec<&dyn Array> = batches.iter().map(|batch| batch.column(0).as_ref()).collect();
        concat(&read).expect("the batches are of one type")
    }

    fn whole(runs: &[ArrayRef]) -> ArrayRef {
        let runs: Vec<&dyn Array> = runs.iter().map(|run| run.as_ref()).collect();
        concat(&runs).expect("the runs are of one type")
    }

    #[test]
    fn a_column_that_may_have_no_gap_is_read_back() {
        let runs = runs(&[vec![true; 3], vec![true; 5]]);
        assert_eq!(&read_back(&runs, false), &whole(&runs));
    }

    proptest! {
        #[test]
        fn a_column_with_gaps_is_read_back(
            present in prop::collection::vec(prop::collection::vec(any::<bool>(), 1..40), 1..5),
            always in any::<bool>(),
        ) {
            let present: Vec<Vec<bool>> =
                present.iter().map(|run| run.iter().map(|bit| always || *bit).collect()).collect();
            let runs = runs(&present);
            prop_assert_eq!(&read_back(&runs, true), &whole(&runs));
        }
    }
}
