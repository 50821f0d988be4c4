//! Records that their agency has withdrawn since it delivered them: they are dropped before
//! anything else, from whichever table they stand in.

use std::path::PathBuf;

use super::{LinkError, Mismatch, open};
use crate::format::withdrawals::Withdrawals;
use crate::format::{FormatError, Table, TableKind};
use crate::spec::Linkage;
use crate::token::{Token, hex};

/// The withdrawn records of all datasets.
pub(super) struct Withdrawn(Vec<Withdrawals>);

/// Opens token tables and tables of withdrawn records, in any order, if they belong together: the
/// token tables in the spec's order of datasets, and what was withdrawn.
pub(super) fn open(
    linkage: &Linkage,
    paths: &[PathBuf],
) -> Result<(Vec<Table>, Withdrawn), LinkError> {
    let (tables, withdrawn) = apart(open::read(paths)?)?;
    let tables = open::belonging(linkage, tables)?;
    withdrawn.check(linkage, &tables)?;
    Ok((tables, withdrawn))
}

/// Sets tables of withdrawn records apart from the others.
fn apart(tables: Vec<Table>) -> Result<(Vec<Table>, Withdrawn), FormatError> {
    let (withdrawn, others): (Vec<Table>, _) = tables
        .into_iter()
        .partition(|table| table.manifest.format == TableKind::Withdrawals.name());
    let withdrawn = withdrawn.into_iter().map(Withdrawals::of).collect::<Result<_, _>>()?;
    Ok((others, Withdrawn(withdrawn)))
}

impl Withdrawn {
    /// Checks that they are of this linkage and of the datasets that are being linked.
    fn check(&self, linkage: &Linkage, tables: &[Table]) -> Result<(), LinkError> {
        let fingerprint = hex(&linkage.fingerprint());
        let datasets: Vec<&str> =
            tables.iter().filter_map(|table| table.manifest.dataset.as_deref()).collect();
        let mut found = Vec::new();
        for table in &self.0 {
            let mut check = |what, has: &str, wanted: &str, from: &str, fits: bool| {
                if !fits {
                    let (path, found_value) = (table.path().to_owned(), has.to_owned());
                    let (wanted, from) = (wanted.to_owned(), from.to_owned());
                    found.push(Mismatch { path, what, found: found_value, wanted, from });
                }
            };
            let (project, spec) = (&*table.manifest.project, &*table.manifest.spec);
            check("project", project, &linkage.project, "the spec", project == linkage.project);
            check("spec fingerprint", spec, &fingerprint, "the spec", spec == fingerprint);
            let (has, known) = (table.dataset(), datasets.join(", "));
            check("dataset", has, &known, "the token tables", datasets.contains(&has));
        }
        if found.is_empty() { Ok(()) } else { Err(LinkError::Mismatch(found)) }
    }

    /// The withdrawn records of a dataset.
    pub fn of(&self, dataset: &str) -> impl Iterator<Item = Token> {
        let tables = self.0.iter().filter(move |table| table.dataset() == dataset);
        tables.flat_map(Withdrawals::records)
    }

    /// Whether a record is withdrawn.
    pub fn contains(&self, dataset: &str, record: Token) -> bool {
        self.0.iter().any(|table| table.dataset() == dataset && table.contains(record))
    }

    /// These records without those that are withdrawn.
    pub fn left_of(&self, records: &[(String, Token)]) -> Vec<(String, Token)> {
        let stays = |(dataset, record): &&(String, Token)| !self.contains(dataset, *record);
        records.iter().filter(stays).cloned().collect()
    }
}
