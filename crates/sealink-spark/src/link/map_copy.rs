//! A copy of the person map in the cluster's own storage.

use std::path::Path;

use sealink::format::Table;
use sealink::format::person_map::{Mapped, read_parts};
use sealink::linker::LinkError;
use sealink::token::Token;

use super::Run;
use crate::plan::MAPPED;
use crate::session::Values;

/// Records that are sent at a time: some 60 MB.
const ROWS: usize = 1_000_000;

impl Run<'_> {
    /// Makes sure, before any work, that a copy of the map can lie in a folder of the cluster's:
    /// that there is nothing in it.
    pub(super) fn begin_copy(&self, folder: &str) -> Result<(), LinkError> {
        self.session.run(&self.plan.map_copy(folder))?;
        let there = self.number(&self.plan.count_copied(), "records")?;
        if there > 0 {
            return Err(LinkError::Engine(format!(
                "{folder}: a table is there already\n\
                 help: remove it, or name an empty folder with --map-at"
            )));
        }
        Ok(self.session.run(&self.plan.no_mapped())?)
    }

    /// Copies the map, which has been written here, to the cluster's folder.
    pub(super) fn copy_map(&self, map: &Path, folder: &str) -> Result<(), LinkError> {
        self.stage("copy");
        let kept_here = |error: LinkError| match error {
            LinkError::Engine(what) => LinkError::Engine(format!(
                "{what}\nhelp: the map is in {}, whole; what is in {folder} is not",
                map.display()
            )),
            other => other,
        };
        self.send_map(map).map_err(kept_here)
    }

    fn send_map(&self, map: &Path) -> Result<(), LinkError> {
        let map = Table::open_any(map)?;
        let mut rows = Rows::default();
        read_parts(&map, |part| {
            part.iter().for_each(|record| rows.push(record));
            if rows.refs.len() < ROWS { Ok(()) } else { self.send(&mut rows) }
        })?;
        self.send(&mut rows)?;
        self.session.run(&self.plan.copy_map())?;
        let copied = self.number(&self.plan.count_copied(), "records")?;
        if copied != map.manifest.rows {
            let wanted = map.manifest.rows;
            let what = format!("the copy of the map has {copied} of {wanted} records");
            return Err(LinkError::Engine(what));
        }
        Ok(())
    }

    /// Sends the rows that have been gathered, if there are any.
    fn send(&self, rows: &mut Rows) -> Result<(), LinkError> {
        let rows = std::mem::take(rows);
        if rows.refs.is_empty() {
            return Ok(());
        }
        self.session.put(MAPPED, rows.columns())?;
        Ok(self.session.run(&self.plan.keep_mapped())?)
    }
}

/// Rows of the map, column by column.
#[derive(Default)]
struct Rows {
    datasets: Vec<Option<String>>,
    refs: Vec<Option<Vec<u8>>>,
    people: Vec<Option<Vec<u8>>>,
    statuses: Vec<Option<String>>,
    weights: Vec<Option<f32>>,
    probabilities: Vec<Option<f32>>,
}

impl Rows {
    fn push(&mut self, record: &Mapped<'_>) {
        let bytes = |token: Token| Some(token.0.to_vec());
        self.datasets.push(Some(record.dataset.to_owned()));
        self.refs.push(bytes(record.record_ref));
        self.people.push(bytes(record.person_id));
        self.statuses.push(Some(record.link_status.to_owned()));
        self.weights.push(record.match_weight);
        self.probabilities.push(record.probability);
    }

    fn columns(self) -> Vec<(&'static str, Values)> {
        vec![
            ("dataset", Values::Text(self.datasets)),
            ("record_ref", Values::Binary(self.refs)),
            ("person_id", Values::Binary(self.people)),
            ("link_status", Values::Text(self.statuses)),
            ("match_weight", Values::F32(self.weights)),
            ("probability", Values::F32(self.probabilities)),
        ]
    }
}
