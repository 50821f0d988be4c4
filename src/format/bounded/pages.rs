//! The pages of a column, each looked at before the library makes room for it.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Arc;

use parquet::arrow::arrow_reader::RowGroups;
use parquet::basic::{Compression, Encoding, Type};
use parquet::column::page::{Page, PageIterator, PageMetadata, PageReader};
use parquet::errors::Result as LibraryResult;
use parquet::file::metadata::{ColumnChunkMetaData, ParquetMetaData, RowGroupMetaData};
use parquet::file::serialized_reader::SerializedPageReader;

use super::budget::Budget;
use super::header::{Header, PageKind};
use super::{MAX_PAGE, Refused, delta};

/// How much is read to find a header's end, and then once more.
const HEADER: u64 = 1 << 14;
const LONG_HEADER: u64 = 1 << 21;

/// What a view of a dictionary's entry takes in memory.
const VIEW: u64 = 16;

/// Every row group of a file.
pub(super) struct Groups {
    pub file: Arc<File>,
    pub size: u64,
    pub metadata: Arc<ParquetMetaData>,
    pub rows: usize,
    pub budget: Arc<Budget>,
}

impl RowGroups for Groups {
    fn num_rows(&self) -> usize {
        self.rows
    }

    fn column_chunks(&self, column: usize) -> LibraryResult<Box<dyn PageIterator>> {
        Ok(Box::new(Chunks {
            file: Arc::clone(&self.file),
            size: self.size,
            metadata: Arc::clone(&self.metadata),
            budget: Arc::clone(&self.budget),
            column,
            group: 0,
        }))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(self.metadata.row_groups().iter())
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }
}

/// The chunks of one column, a row group each.
struct Chunks {
    file: Arc<File>,
    size: u64,
    metadata: Arc<ParquetMetaData>,
    budget: Arc<Budget>,
    column: usize,
    group: usize,
}

impl Iterator for Chunks {
    type Item = LibraryResult<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        let group = self.metadata.row_groups().get(self.group)?;
        self.group += 1;
        Some(self.open(group))
    }
}

impl PageIterator for Chunks {}

impl Chunks {
    fn open(&self, group: &RowGroupMetaData) -> LibraryResult<Box<dyn PageReader>> {
        let refuse = |reason| self.budget.refuse(reason);
        let chunk = group.column(self.column);
        let rows = usize::try_from(group.num_rows()).map_err(|_| refuse(Refused::Damaged))?;
        let (start, length) = chunk.byte_range();
        let end = start.checked_add(length).filter(|end| *end <= self.size);
        let end = end.ok_or_else(|| refuse(Refused::Damaged))?;
        let inner = SerializedPageReader::new(Arc::clone(&self.file), chunk, rows, None)?;
        Ok(Box::new(Pages {
            inner,
            file: Arc::clone(&self.file),
            budget: Arc::clone(&self.budget),
            place: start,
            end,
            chunk: chunk.clone(),
            values_left: rows as u64,
            dictionary: 0,
            page: 0,
        }))
    }
}

/// The pages of one chunk.
struct Pages {
    inner: SerializedPageReader<File>,
    file: Arc<File>,
    budget: Arc<Budget>,
    /// Where the next page begins, and where the chunk ends.
    place: u64,
    end: u64,
    chunk: ColumnChunkMetaData,
    /// The rows for which no value has come.
    values_left: u64,
    /// Bytes that the dictionary and the last page take.
    dictionary: u64,
    page: u64,
}

impl Drop for Pages {
    fn drop(&mut self) {
        self.budget.free(self.dictionary + self.page);
    }
}

impl Iterator for Pages {
    type Item = LibraryResult<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Pages {
    fn get_next_page(&mut self) -> LibraryResult<Option<Page>> {
        let checked = self.check_next();
        checked.map_err(|reason| self.budget.refuse(reason))?;
        let page = self.inner.get_next_page()?;
        if let Some(page) = &page {
            self.check_texts(page).map_err(|reason| self.budget.refuse(reason))?;
        }
        Ok(page)
    }

    fn peek_next_page(&mut self) -> LibraryResult<Option<PageMetadata>> {
        self.inner.peek_next_page()
    }

    /// Nothing is skipped here: every row is read.
    fn skip_next_page(&mut self) -> LibraryResult<()> {
        Err(self.budget.refuse(Refused::Damaged))
    }
}

impl Pages {
    /// Looks at the header of the page that the library reads next.
    fn check_next(&mut self) -> Result<(), Refused> {
        while self.place < self.end {
            let header = self.header()?;
            let body = self.place + header.length;
            let after = body.checked_add(header.stored).filter(|after| *after <= self.end);
            self.place = after.ok_or(Refused::Damaged)?;
            if header.kind != PageKind::Index {
                return self.check(&header, body);
            }
        }
        Ok(())
    }

    fn header(&mut self) -> Result<Header, Refused> {
        for most in [HEADER, LONG_HEADER] {
            let most = most.min(self.end - self.place);
            let bytes = read(&self.file, self.place, most)?;
            if let Some(header) = Header::parse(&bytes)? {
                return Ok(header);
            }
        }
        Err(Refused::Damaged)
    }

    fn check(&mut self, header: &Header, body: u64) -> Result<(), Refused> {
        if header.expanded > MAX_PAGE || header.stored > MAX_PAGE {
            return Err(Refused::Page);
        }
        if matches!(self.chunk.compression(), Compression::GZIP(_)) && header.compressed {
            self.check_gzip(header, body)?;
        }
        if header.kind == PageKind::Dictionary {
            let least = if self.chunk.column_type() == Type::FIXED_LEN_BYTE_ARRAY { 1 } else { 4 };
            if header.values > header.expanded / least {
                return Err(Refused::Damaged);
            }
            let bytes = header.expanded + header.values * VIEW;
            let freed = std::mem::replace(&mut self.dictionary, bytes);
            return self.budget.take(bytes, freed);
        }
        self.values_left = self.values_left.checked_sub(header.values).ok_or(Refused::Damaged)?;
        let freed = std::mem::replace(&mut self.page, header.expanded);
        self.budget.take(header.expanded, freed)
    }

    /// The library expands a gzip page to its end, whatever its header says; so does this, without
    /// keeping anything and no further than is claimed.
    fn check_gzip(&self, header: &Header, body: u64) -> Result<(), Refused> {
        let damaged = Refused::Damaged;
        let stored = header.stored.checked_sub(header.levels).ok_or(damaged)?;
        let expanded = header.expanded.checked_sub(header.levels).ok_or(damaged)?;
        if expanded == 0 {
            return Ok(());
        }
        let packed = read(&self.file, body + header.levels, stored)?;
        let expanding = flate2::read::MultiGzDecoder::new(packed.as_slice());
        let found = std::io::copy(&mut expanding.take(expanded + 1), &mut std::io::sink());
        if found.is_ok_and(|found| found == expanded) { Ok(()) } else { Err(damaged) }
    }

    /// Looks into pages whose content says how much room is made for it.
    fn check_texts(&self, page: &Page) -> Result<(), Refused> {
        let (values, encoding) = (u64::from(page.num_values()), page.encoding());
        let texts = |page| self.after_levels(page).ok_or(Refused::Damaged);
        match encoding {
            Encoding::DELTA_LENGTH_BYTE_ARRAY => delta::check_lengths(texts(page)?, values),
            Encoding::DELTA_BYTE_ARRAY => delta::check_texts(texts(page)?, values, MAX_PAGE),
            _ => Ok(()),
        }
    }

    /// What follows the levels of a data page.
    fn after_levels<'p>(&self, page: &'p Page) -> Option<&'p [u8]> {
        match page {
            Page::DataPage { buf, .. } if self.chunk.column_descr().max_def_level() == 0 => {
                Some(buf)
            }
            Page::DataPage { buf, .. } => {
                let (length, rest) = buf.split_first_chunk()?;
                rest.get(usize::try_from(u32::from_le_bytes(*length)).ok()?..)
            }
            Page::DataPageV2 { buf, def_levels_byte_len, rep_levels_byte_len, .. } => buf.get(
                usize::try_from(def_levels_byte_len.checked_add(*rep_levels_byte_len)?).ok()?..,
            ),
            Page::DictionaryPage { .. } => None,
        }
    }
}

/// At most so many bytes of the file from a place on.
fn read(mut file: &File, place: u64, most: u64) -> Result<Vec<u8>, Refused> {
    let mut bytes = Vec::new();
    let mut read = || {
        file.seek(SeekFrom::Start(place))?;
        file.take(most).read_to_end(&mut bytes)
    };
    read().map_err(|_| Refused::Damaged)?;
    Ok(bytes)
}
