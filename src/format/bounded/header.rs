//! The header of a page: what the page claims to be.

use super::Refused;
use super::thrift::{Flaw, Thrift, kind};

/// What a page is, as the format numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PageKind {
    Data,
    Index,
    Dictionary,
    DataV2,
}

/// A page's header.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Header {
    pub kind: PageKind,
    /// Bytes of the page as it is read, and as it is stored.
    pub expanded: u64,
    pub stored: u64,
    /// Values of a data page, with nulls, or of a dictionary.
    pub values: u64,
    /// Bytes before the values that are not compressed.
    pub levels: u64,
    /// Whether the values may be compressed.
    pub compressed: bool,
    /// Of a data page: whether its values lie one after the other as they are, and the levels before
    /// them in runs.
    pub plain: bool,
    /// Bytes of the header itself.
    pub length: u64,
}

/// The structures within a header are few.
const MOST_STRUCTURES: u64 = 16;

impl Header {
    /// The header at the start of these bytes; none if they end within it.
    pub(super) fn parse(bytes: &[u8]) -> Result<Option<Self>, Refused> {
        match parse(bytes) {
            Ok(header) => Ok(Some(header)),
            Err(Flaw::Short) => Ok(None),
            Err(_) => Err(Refused::Damaged),
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Header, Flaw> {
    let mut thrift = Thrift::new(bytes, MOST_STRUCTURES);
    let (mut sizes, mut page) = ([None; 3], Page { compressed: true, ..Page::default() });
    thrift.structure(0, |thrift, number, kind| {
        match number {
            1..=3 => sizes[usize::try_from(number - 1).expect("1 to 3")] = Some(thrift.size(kind)?),
            5 | 7 | 8 if kind == kind::STRUCT => page.read(thrift, number)?,
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    let [Some(kind), Some(expanded), Some(stored)] = sizes else { return Err(Flaw::Wrong) };
    let (kind, described) = match kind {
        0 => (PageKind::Data, page.of[0]),
        1 => (PageKind::Index, true),
        2 => (PageKind::Dictionary, page.of[1]),
        3 => (PageKind::DataV2, page.of[2]),
        _ => return Err(Flaw::Wrong),
    };
    // A header that describes two kinds of page could be understood in two ways.
    let kinds = page.of.iter().filter(|described| **described).count();
    if !described || kinds > 1 {
        return Err(Flaw::Wrong);
    }
    Ok(Header {
        kind,
        expanded,
        stored,
        values: page.values,
        levels: page.levels,
        compressed: page.compressed,
        plain: page.plain && page.runs,
        length: (bytes.len() - thrift.left()) as u64,
    })
}

/// What the part of the header says that is of one kind of page.
#[derive(Default)]
struct Page {
    /// Whether there is a part on data pages, dictionaries, data pages of version 2.
    of: [bool; 3],
    values: u64,
    levels: u64,
    compressed: bool,
    plain: bool,
    runs: bool,
}

/// Encodings as the format numbers them.
const PLAIN: u64 = 0;
const RUN_LENGTHS: u64 = 3;

impl Page {
    fn read(&mut self, thrift: &mut Thrift<'_>, part: i64) -> Result<(), Flaw> {
        let place = match part {
            5 => 0,
            7 => 1,
            _ => 2,
        };
        self.of[place] = true;
        thrift.structure(1, |thrift, number, kind| {
            match (part, number) {
                (_, 1) => self.values = thrift.size(kind)?,
                (5, 2) if kind == kind::I32 => self.plain = thrift.size(kind)? == PLAIN,
                (5, 3) if kind == kind::I32 => self.runs = thrift.size(kind)? == RUN_LENGTHS,
                (8, 5 | 6) => self.levels += thrift.size(kind)?,
                (8, 7) => self.compressed = kind == kind::TRUE,
                _ => return Ok(false),
            }
            Ok(true)
        })
    }
}
