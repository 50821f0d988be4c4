//! The person map and the files beside it, written from rows that an engine gives in order.

use std::path::{Path, PathBuf};

use super::review::Review;
use super::scoring::Scoring;
use super::tables::Tables;
use crate::format::Manifest;
use crate::format::person_map::{MapWriter, Mapped};
use crate::format::write::whole;
use crate::linker::first_links::LinkedBy;
use crate::linker::publish::{self, MODEL, PERSON_MAP};
use crate::linker::report::Source;
use crate::linker::{LinkError, LinkSummary};
use crate::spec::Linkage;
use crate::token::{Token, linker_person};

/// Records that are written at a time.
const ROWS: usize = 1 << 16;

/// A person map under way.
pub struct Map<'m> {
    linkage: &'m Linkage,
    tables: &'m Tables,
    out: PathBuf,
    writer: MapWriter,
    manifest: Manifest,
    rows: Vec<Mapped<'m>>,
}

impl<'m> Map<'m> {
    /// Begins the map in a folder.
    ///
    /// # Errors
    /// If it cannot be begun.
    pub fn create(linkage: &'m Linkage, tables: &'m Tables, out: &Path) -> Result<Self, LinkError> {
        let writer = MapWriter::create(&out.join(PERSON_MAP))?;
        let manifest = publish::manifest(linkage, &tables.tables);
        Ok(Self { linkage, tables, out: out.to_owned(), writer, manifest, rows: Vec::new() })
    }

    /// Adds the next record, in the order of dataset and reference, with the place of its dataset;
    /// with its person and its first link, as they were decided, if it was in any batch.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn add(
        &mut self,
        dataset: usize,
        record_ref: Token,
        person: Option<Token>,
        link: Option<LinkedBy>,
    ) -> Result<(), LinkError> {
        let dataset = &*self.tables.datasets[dataset].name;
        let person_id = person.unwrap_or_else(|| linker_person(dataset, record_ref));
        let linkage = self.linkage;
        self.rows.push(publish::mapped(linkage, dataset, record_ref, person_id, link));
        if self.rows.len() == ROWS { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<(), LinkError> {
        self.writer.write(&self.rows)?;
        self.rows.clear();
        Ok(())
    }

    /// Ends the map, and publishes it with the report, and the model and the list for review where
    /// links are scored: the map last. `given_model` tells whether the model was given and not
    /// fitted.
    ///
    /// # Errors
    /// If they cannot be written. Then none of them is there.
    pub fn publish(
        mut self,
        summary: &LinkSummary,
        scored: Option<(&Scoring, Review<'_>)>,
        given_model: bool,
    ) -> Result<Vec<PathBuf>, LinkError> {
        self.write()?;
        let (linkage, manifest) = (self.linkage, &self.manifest);
        let source = Source { linkage, manifest, summary, given_model };
        let mut files = publish::reports(&self.out, &source, None)?;
        if let Some((scoring, review)) = scored {
            files.push(whole(&self.out.join(MODEL), &scoring.model.json())?);
            files.push(review.close()?);
        }
        files.push(self.writer.close(self.manifest)?);
        Ok(publish::published(files)?)
    }
}
