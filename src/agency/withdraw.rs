//! Withdrawing records that were delivered already: which references they went out under.

use std::path::PathBuf;

use super::error::AgencyError;
use super::listed::{RECORD_ID, read_lists};
use crate::format::{Manifest, TableKind, record_tables, withdrawals};
use crate::spec::{Source, TextLayout};
use crate::token::Token;

/// Records to withdraw.
#[derive(Debug)]
pub struct Withdraw<'j> {
    /// The agency's table of references of the delivery.
    pub refs: PathBuf,
    /// CSV files that list the records by the agency's own ids.
    pub lists: &'j [PathBuf],
    /// The agency's source mapping, which says how its CSV files are laid out; without one, UTF-8,
    /// commas and a column `record_id`.
    pub source: Option<&'j Source>,
    /// The folder for the table of withdrawals.
    pub out: PathBuf,
}

/// What was withdrawn.
#[derive(Debug)]
pub struct Withdrawn {
    /// The dataset.
    pub dataset: String,
    /// Records withdrawn.
    pub records: u64,
    /// Listed ids that the table of references lacks.
    pub unknown: u64,
    /// The file written.
    pub file: PathBuf,
}

/// Writes the references of the listed records, for everyone who holds tables with them.
///
/// # Errors
/// If a list or the table of references cannot be read, none of the records is in it, or the
/// table of withdrawals cannot be written. Then no table is there.
pub fn withdraw(job: &Withdraw<'_>) -> Result<Withdrawn, AgencyError> {
    let layout = job.source.map_or_else(TextLayout::default, |source| source.layout);
    let column = job.source.map_or(RECORD_ID, |source| &source.record_id);
    let listed = read_lists(job.lists, &layout, column)?;
    let (table, records) = record_tables::read_refs(&job.refs)?;
    let known = records.into_iter().filter(|(_, id)| listed.contains(id));
    let refs: Vec<Token> = known.map(|(record_ref, _)| record_ref).collect();
    if refs.is_empty() {
        return Err(AgencyError::NothingToWithdraw(job.lists.to_vec()));
    }
    let Manifest { project, spec, dataset, .. } = table.manifest;
    let dataset = dataset.unwrap_or_default();
    let file = job.out.join(format!("{dataset}.withdrawn.parquet"));
    let manifest = Manifest {
        dataset: Some(dataset.clone()),
        ..Manifest::new(TableKind::Withdrawals, &project, &spec)
    };
    let records = refs.len() as u64;
    withdrawals::write(&file, refs, manifest)?.publish()?;
    let unknown = (listed.len() as u64).saturating_sub(records);
    Ok(Withdrawn { dataset, records, unknown, file })
}
