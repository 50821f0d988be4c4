//! The token tables of a linkage, opened and checked.

use std::path::PathBuf;

use crate::format::Table;
use crate::linker::LinkError;
use crate::linker::withdrawn::{self, Withdrawn};
use crate::spec::Linkage;
use crate::token::Token;

/// Token tables that belong together, in the order of the spec's datasets.
pub struct Tables {
    pub(super) tables: Vec<Table>,
    withdrawn: Withdrawn,
    /// The datasets, in the order in which records are numbered.
    pub datasets: Vec<DatasetTable>,
}

/// The token table of one dataset.
#[derive(Clone, Debug)]
pub struct DatasetTable {
    /// The dataset's name.
    pub name: String,
    /// Where the table is.
    pub path: PathBuf,
    /// How many records it holds, withdrawn ones among them.
    pub records: u64,
    /// Whether no two of its records are of one person.
    pub free_of_duplicates: bool,
}

impl Tables {
    /// Opens token tables, and tables of withdrawn records, in any order.
    ///
    /// # Errors
    /// If one is damaged, or they do not belong together or to the spec.
    pub fn open(linkage: &Linkage, paths: &[PathBuf]) -> Result<Self, LinkError> {
        let (tables, withdrawn) = withdrawn::open(linkage, paths)?;
        let dataset = |table: &Table| {
            let name = table.manifest.dataset.clone().unwrap_or_default();
            let free = linkage.dataset(&name).is_some_and(|dataset| dataset.free_of_duplicates);
            let (path, records) = (table.path().to_owned(), table.manifest.records);
            DatasetTable { name, path, records, free_of_duplicates: free }
        };
        Ok(Self { datasets: tables.iter().map(dataset).collect(), tables, withdrawn })
    }

    /// The withdrawn records, each with the place of its dataset.
    pub fn withdrawn(&self) -> impl Iterator<Item = (usize, Token)> {
        let datasets = self.datasets.iter().enumerate();
        datasets.flat_map(|(place, dataset)| {
            self.withdrawn.of(&dataset.name).map(move |record| (place, record))
        })
    }

    /// The records of a list that were not withdrawn, each with the place of its dataset.
    ///
    /// # Errors
    /// How many records are of a dataset that has no table.
    pub fn places(&self, listed: &[(String, Token)]) -> Result<Vec<(usize, Token)>, LinkError> {
        let place = |name: &str| self.datasets.iter().position(|dataset| dataset.name == name);
        let left = self.withdrawn.left_of(listed);
        let found: Vec<(usize, Token)> =
            left.iter().filter_map(|(name, record)| Some((place(name)?, *record))).collect();
        let missing = (left.len() - found.len()) as u64;
        if missing == 0 { Ok(found) } else { Err(LinkError::Sealed(missing)) }
    }
}
