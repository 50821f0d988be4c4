//! Columns of tokens as sealink writes them, read from the file into their place.
//!
//! The library makes room for each page, reads it there, and copies it into a batch, which is
//! copied again. Tokens take most of a file and are stored as they are; so where a column's share
//! of a row group is one plain page, the system puts its tokens where they are to be. Everything
//! else is left to the library, behind the checks of its reader.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom};

use parquet::basic::{Compression, Type};
use parquet::file::metadata::{ColumnChunkMetaData, RowGroupMetaData};

use super::header::{Header, PageKind};
use crate::token::TOKEN_BYTES;

/// More bytes than the header of a plain page has.
const HEADER: u64 = 256;

/// Bytes of a length before the levels.
const LENGTH_BYTES: usize = 4;

/// A token as it is stored.
type Bytes = [u8; TOKEN_BYTES];

/// Reads a row group's share of a column into places of which there is one a row, with `absent` for
/// each null, and gives how many rows are null. None if it is not one plain page, whole, with
/// nothing but tokens in it; what is in the places then is of no use.
pub fn read_plain(
    file: &File,
    group: &RowGroupMetaData,
    column: usize,
    absent: Bytes,
    places: &mut [Bytes],
) -> Option<usize> {
    let chunk = group.column(column);
    let mut page = Plain::open(file, chunk, places.len())?;
    if chunk.column_descr().max_def_level() == 0 {
        page.read(places)?;
        return Some(0);
    }
    let present = page.levels(places.len())?;
    let tokens = present.iter().map(|bits| bits.count_ones() as usize).sum::<usize>();
    page.read(&mut places[..tokens])?;
    spread(&present, tokens, absent, places);
    Some(places.len() - tokens)
}

/// A page that is read from its start to its end.
struct Plain<'f> {
    file: &'f File,
    left: usize,
}

impl<'f> Plain<'f> {
    /// The only page of a chunk, after its header.
    fn open(mut file: &'f File, chunk: &ColumnChunkMetaData, rows: usize) -> Option<Self> {
        let descr = chunk.column_descr();
        let is_of_tokens = chunk.column_type() == Type::FIXED_LEN_BYTE_ARRAY
            && usize::try_from(descr.type_length()).ok()? == TOKEN_BYTES
            && descr.max_rep_level() == 0
            && descr.max_def_level() <= 1;
        if !is_of_tokens || chunk.compression() != Compression::UNCOMPRESSED {
            return None;
        }
        let (start, length) = chunk.byte_range();
        let mut head = Vec::new();
        file.seek(SeekFrom::Start(start)).ok()?;
        file.take(HEADER.min(length)).read_to_end(&mut head).ok()?;
        let header = Header::parse(&head).ok()??;
        let is_plain = header.kind == PageKind::Data
            && header.plain
            && header.values == rows as u64
            && header.stored == header.expanded
            && header.length.checked_add(header.stored)? == length;
        file.seek(SeekFrom::Start(start.checked_add(header.length)?)).ok()?;
        is_plain.then_some(Self { file, left: usize::try_from(header.stored).ok()? })
    }

    /// A bit for each row, set where there is a token: definition levels of one run, as sealink
    /// writes them.
    fn levels(&mut self, rows: usize) -> Option<Vec<u8>> {
        let mut length = [0; LENGTH_BYTES];
        self.fill(&mut length)?;
        let length = usize::try_from(u32::from_le_bytes(length)).ok()?;
        // A bit a row, and how many bytes of bits there are.
        if length > rows.div_ceil(8) + 10 {
            return None;
        }
        let mut levels = vec![0; length];
        self.fill(&mut levels)?;
        let (mut run, mut head) = (0, 0_u32);
        for byte in &levels {
            run |= usize::from(byte & 0x7F).checked_shl(7 * head)?;
            head += 1;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let bits = levels.split_off(usize::try_from(head).ok()?);
        let mut present = match (run & 1, &*bits) {
            (0, [level @ (0 | 1)]) if run >> 1 == rows => vec![0xFF * level; rows.div_ceil(8)],
            (1, bits) if run >> 1 == bits.len() && bits.len() == rows.div_ceil(8) => bits.to_vec(),
            _ => return None,
        };
        if let Some(last) = present.last_mut().filter(|_| !rows.is_multiple_of(8)) {
            *last &= (1 << (rows % 8)) - 1;
        }
        Some(present)
    }

    /// Reads the tokens, which are all that is left.
    fn read(mut self, places: &mut [Bytes]) -> Option<()> {
        self.fill(places.as_flattened_mut())?;
        (self.left == 0).then_some(())
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Option<()> {
        self.left = self.left.checked_sub(bytes.len())?;
        let mut file = self.file;
        file.read_exact(bytes).ok()
    }
}

fn has(present: &[u8], row: usize) -> bool {
    present[row / 8] >> (row % 8) & 1 == 1
}

/// Moves tokens that lie together at the start to their rows, the last first.
fn spread(present: &[u8], tokens: usize, absent: Bytes, places: &mut [Bytes]) {
    let mut left = tokens;
    for row in (0..places.len()).rev() {
        // All those before are in their places.
        if left > row {
            return;
        }
        let is_there = has(present, row);
        left -= usize::from(is_there);
        places[row] = if is_there { places[left] } else { absent };
    }
}
