//! Parquet from outside, read within bounds: a file may claim anything and expand to anything, and
//! the library allocates what is claimed before it looks at what is there.
//!
//! So the footer is walked before the library parses it (`footer`), each page's header before
//! the page is handed over (`header`, `pages`), and what comes out is counted (`reader`). Columns of
//! tokens, laid out as sealink does, need no library (`tokens`).
//! Nothing here is believed; each size is compared with one that is known.

mod budget;
mod delta;
mod footer;
mod header;
mod pages;
mod reader;
#[cfg(test)]
mod tests;
mod thrift;
mod tokens;

pub use footer::check as check_footer;
pub use reader::BoundedReader;
pub use tokens::read_plain;

/// The largest page, compressed or not, in bytes. Usual writers make pages of 1 MiB, the most
/// generous of them of 100 MB.
pub const MAX_PAGE: u64 = 128 << 20;

/// What the pages of all columns may take at once, in bytes.
pub const MAX_HELD: u64 = 1 << 30;

/// What the pages that make one batch of rows may take, in bytes.
pub const MAX_BATCH: u64 = 512 << 20;

/// The text of all columns of a batch, in bytes.
pub const MAX_BATCH_TEXT: u64 = 128 << 20;

/// The most structures in a footer; a chunk of a column takes about eight.
pub const MAX_STRUCTURES: u64 = 1 << 22;

/// The most nodes of a schema.
pub const MAX_SCHEMA: u64 = 1 << 16;

/// A file may have this many rows, and [`ROWS_A_BYTE`] more for each of its bytes. Rows that have
/// an id and a name of their own take several bytes each, however they are compressed.
pub const FREE_ROWS: u64 = 1_000_000;

/// See [`FREE_ROWS`].
pub const ROWS_A_BYTE: u64 = 100;

/// A file may hold this many bytes of text, and [`TEXT_A_BYTE`] more for each of its bytes.
pub const FREE_TEXT: u64 = 256 << 20;

/// See [`FREE_TEXT`].
pub const TEXT_A_BYTE: u64 = 1000;

/// Why a Parquet file is not read on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is not what the format describes, or uses what the library cannot read.
    #[error("damaged or unreadable")]
    Damaged,
    /// Its footer is over [`MAX_FOOTER`](super::footer::MAX_FOOTER) or [`MAX_STRUCTURES`].
    #[error("its footer is too large")]
    Footer,
    /// Its schema is over [`MAX_SCHEMA`].
    #[error("it has too many columns")]
    Columns,
    /// It claims more rows than a file of its size can hold.
    #[error("it claims too many rows")]
    Rows,
    /// A page is over [`MAX_PAGE`].
    #[error("a page is too large")]
    Page,
    /// A few thousand rows are over [`MAX_BATCH`] or [`MAX_BATCH_TEXT`].
    #[error("a few thousand rows are too large")]
    Batch,
    /// All its text is more than a file of its size can hold.
    #[error("its text expands too much")]
    Text,
}
