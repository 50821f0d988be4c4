//! The files that roles exchange, and the only place that creates files.
//!
//! Every table is Parquet with a JSON manifest in its key-value metadata under [`MANIFEST_KEY`];
//! `docs/format.md` describes each. A file appears whole or not at all ([`mod@write`]).

pub mod bounded;
pub mod checksum;
pub mod erase;
mod error;
pub mod footer;
#[cfg(feature = "linker")]
pub mod listed;
mod manifest;
pub mod person_map;
pub mod record_tables;
pub mod review;
mod table;
mod token_column;
pub mod token_table;
pub mod withdrawals;
pub mod write;

pub use error::{FormatError, Problem};
pub use manifest::{CHECKSUM_KEY, MANIFEST_KEY, Manifest, SOFTWARE, TableKind};
pub use table::{Column, ROW_GROUP_ROWS, Table, TableWriter, token_type};
pub use token_column::TokenColumn;
