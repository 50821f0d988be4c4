//! The list for review, written from rows that an engine gives in order.

use std::path::Path;

use super::basis::Basis;
use super::outcome::Doubt;
use crate::format::review::{ReviewWriter, Reviewed};
use crate::format::write::NewFile;
use crate::linker::LinkError;
use crate::linker::publish::{self, Listed, REVIEW};
use crate::token::Token;

/// Pairs that are written at a time.
const ROWS: usize = 1 << 16;

/// A list for review under way.
pub struct Review<'r> {
    basis: Basis<'r>,
    writer: ReviewWriter,
    rows: Vec<Reviewed<'r>>,
}

impl<'r> Review<'r> {
    /// Begins the list in a folder.
    ///
    /// # Errors
    /// If it cannot be begun.
    pub fn create(basis: Basis<'r>, out: &Path) -> Result<Self, LinkError> {
        Ok(Self { basis, writer: ReviewWriter::create(&out.join(REVIEW))?, rows: Vec::new() })
    }

    /// Adds the next pair, in the order of its records; with the places of their datasets, their
    /// references, and the blocking recipes that found it, as bits.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add(
        &mut self,
        doubt: Doubt,
        datasets: [usize; 2],
        record_ref: [Token; 2],
        found_by: u32,
    ) -> Result<(), LinkError> {
        let Basis { linkage, tables, patterns, .. } = self.basis;
        let listed = Listed {
            reason: doubt.reason,
            dataset: datasets.map(|place| &*tables.datasets[place].name),
            record_ref,
            weight: doubt.weight,
            pattern: patterns[doubt.pattern as usize],
            found_by,
        };
        self.rows.push(listed.reviewed(linkage));
        if self.rows.len() == ROWS { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), LinkError> {
        self.writer.write(&self.rows)?;
        self.rows.clear();
        Ok(())
    }

    /// Ends the list. It still waits to be published.
    pub(super) fn close(mut self) -> Result<NewFile, LinkError> {
        self.write()?;
        let map = publish::manifest(self.basis.linkage, &self.basis.tables.tables);
        Ok(self.writer.close(publish::review_manifest(&map))?)
    }
}
