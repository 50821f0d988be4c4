//! `<dataset>.withdrawn.parquet`: references of records that an agency has withdrawn after they
//! were delivered, and how every table forgets them.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, BooleanArray};
use arrow::compute::filter;
use arrow::datatypes::{Field, Schema};

use super::error::{FormatError, Problem};
use super::manifest::{Manifest, TableKind};
use super::table::{ROW_GROUP_ROWS, Table, TableWriter, token_type};
use super::token_column::TokenColumn;
use super::token_table::{ABSENT, RECORD_REF, read_column, read_refs};
use super::write::NewFile;
use crate::token::Token;

const DATASET: &str = "dataset";

/// The withdrawn records of one dataset.
#[derive(Debug)]
pub struct Withdrawals {
    path: PathBuf,
    /// What the table says of itself.
    pub manifest: Manifest,
    /// In ascending order.
    refs: Vec<Token>,
}

/// A table without the withdrawn records, waiting to be published.
pub struct Forgotten {
    /// The new table.
    pub file: NewFile,
    /// Withdrawn records that stood in the old one.
    pub records: u64,
    /// Rows taken out.
    pub rows: u64,
}

/// Why a table could not forget.
#[derive(Debug, thiserror::Error)]
pub enum ForgetError {
    /// A table cannot be read or written.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The withdrawals are not of this table's records.
    #[error("{}: {what}", path.display())]
    Mismatch {
        /// The table.
        path: PathBuf,
        /// In what they differ.
        what: String,
    },
}

/// Writes the references of withdrawn records, in ascending order and once each.
///
/// # Errors
/// If the file cannot be written.
pub fn write(
    path: &Path,
    mut refs: Vec<Token>,
    manifest: Manifest,
) -> Result<NewFile, FormatError> {
    refs.sort_unstable();
    refs.dedup();
    let schema = Schema::new(vec![Field::new(RECORD_REF, token_type(), false)]);
    let mut writer = TableWriter::create(path, Arc::new(schema))?;
    for refs in refs.chunks(ROW_GROUP_ROWS) {
        writer.write([TokenColumn::full(refs.to_vec())])?;
    }
    writer.close(Manifest { records: refs.len() as u64, ..manifest })
}

impl Withdrawals {
    /// The withdrawn records, in ascending order.
    pub fn records(&self) -> impl Iterator<Item = Token> {
        self.refs.iter().copied()
    }

    /// Reads a table of withdrawals.
    ///
    /// # Errors
    /// If the file is not a whole table of withdrawals.
    pub fn read(path: &Path) -> Result<Self, FormatError> {
        Self::of(Table::open(path, TableKind::Withdrawals)?)
    }

    /// Reads an opened table of withdrawals.
    ///
    /// # Errors
    /// If its rows are damaged, out of order or repeated.
    pub fn of(table: Table) -> Result<Self, FormatError> {
        let refs = read_refs(&table)?;
        let path = table.path().to_owned();
        if refs.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(FormatError::new(&path, Problem::Order));
        }
        Ok(Self { path, manifest: table.manifest, refs })
    }

    /// The file, as the caller named it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The dataset whose records they are.
    #[must_use]
    pub fn dataset(&self) -> &str {
        self.manifest.dataset.as_deref().unwrap_or_default()
    }

    /// Writes these and others of the dataset as one list, with this one's manifest.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn write_with(&self, others: &Self, path: &Path) -> Result<NewFile, FormatError> {
        let refs = self.refs.iter().chain(&others.refs).copied().collect();
        write(path, refs, self.manifest.clone())
    }

    /// Whether a record of the dataset is withdrawn.
    #[must_use]
    pub fn contains(&self, record: Token) -> bool {
        self.refs.binary_search(&record).is_ok()
    }
}

/// Writes `table` anew at `out` without the withdrawn records. What is left stays in its order and
/// as it was: the records that a withdrawn one had tied together in a person map stay together
/// until they are linked again.
///
/// # Errors
/// If the table has no references, the withdrawals are of another project, spec or dataset, or a
/// file cannot be read or written. Then nothing is at `out`.
pub fn apply(
    table: &Path,
    withdrawn: &[Withdrawals],
    out: &Path,
) -> Result<Forgotten, ForgetError> {
    let table = Table::open_any(table)?;
    let mut forget = Forget::new(&table, withdrawn)?;
    let schema = Arc::clone(table.schema());
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let mut writer = TableWriter::create(out, Arc::clone(&schema))?;
    table.copy(&names, &mut writer, |columns| {
        let kept = forget.kept(&names, columns)?;
        let rest = columns.iter().map(|column| filter(column, &kept));
        rest.collect::<Result<Vec<ArrayRef>, _>>().map_err(|_| Problem::NotParquet)
    })?;
    let by_pair = table.manifest.format == TableKind::Review.name();
    let records = if by_pair { forget.rows } else { forget.records };
    let file = writer.close(Manifest { records, ..table.manifest.clone() })?;
    let rows = table.manifest.rows - forget.rows;
    Ok(Forgotten { file, records: forget.gone.len() as u64, rows })
}

/// The columns by which a row names a record; without one for the dataset, the whole table is of
/// one.
#[derive(Clone, Copy)]
struct Named {
    dataset: Option<&'static str>,
    reference: &'static str,
}

/// The records that a row of the table names.
fn named(table: &Table) -> &'static [Named] {
    const OF_ONE: [Named; 1] = [Named { dataset: None, reference: RECORD_REF }];
    const PAIR: [Named; 2] = [
        Named { dataset: Some(DATASET), reference: RECORD_REF },
        Named { dataset: Some("other_dataset"), reference: "other_ref" },
    ];
    let is = |kind: TableKind| kind.name() == table.manifest.format;
    if [TableKind::Tokens, TableKind::Payload, TableKind::Refs].into_iter().any(is) {
        &OF_ONE
    } else if is(TableKind::PersonMap) {
        &PAIR[..1]
    } else if is(TableKind::Review) {
        &PAIR
    } else {
        &[]
    }
}

/// A table that is forgetting: what is gone and what is left, so far.
struct Forget<'w> {
    withdrawn: &'w [Withdrawals],
    named: &'static [Named],
    /// The table's own dataset, if it has one.
    dataset: String,
    /// The withdrawn records met.
    gone: BTreeSet<(String, Token)>,
    /// Rows left.
    rows: u64,
    /// Records left, and the last of them.
    records: u64,
    last: Option<Token>,
}

impl<'w> Forget<'w> {
    /// Begins, if the withdrawals are of the table's records.
    fn new(table: &Table, withdrawn: &'w [Withdrawals]) -> Result<Self, ForgetError> {
        let mismatch = |what| ForgetError::Mismatch { path: table.path().to_owned(), what };
        let manifest = &table.manifest;
        for other in withdrawn {
            for (what, has, wanted) in [
                ("project", &manifest.project, &other.manifest.project),
                ("spec fingerprint", &manifest.spec, &other.manifest.spec),
            ] {
                if has != wanted {
                    let from = other.path.display();
                    return Err(mismatch(format!("has the {what} {has}, but {from} has {wanted}")));
                }
            }
        }
        let named = named(table);
        let Some(first) = named.first() else {
            let format = &manifest.format;
            let can = "token, payload and reference tables, person maps and review lists";
            return Err(mismatch(format!("is a {format}; only {can} can forget")));
        };
        let dataset = manifest.dataset.clone().unwrap_or_default();
        if first.dataset.is_none() && withdrawn.iter().all(|w| w.dataset() != dataset) {
            let what = format!("is of the dataset {dataset}, of which no withdrawals were given");
            return Err(mismatch(what));
        }
        let (gone, rows, records, last) = (BTreeSet::new(), 0, 0, None);
        Ok(Self { withdrawn, named, dataset, gone, rows, records, last })
    }

    /// The rows that stay.
    fn kept(&mut self, names: &[&str], columns: &[ArrayRef]) -> Result<BooleanArray, Problem> {
        let column = |name: &'static str| {
            let place = names.iter().position(|column| *column == name);
            place.map(|p| &columns[p]).ok_or_else(|| Problem::Column(name.to_owned()))
        };
        let refs = references(column(RECORD_REF)?, RECORD_REF)?;
        let mut kept = vec![true; refs.len()];
        for named in self.named {
            let records = references(column(named.reference)?, named.reference)?;
            let datasets = match named.dataset {
                Some(name) => texts(column(name)?, name)?,
                None => vec![self.dataset.as_str(); records.len()],
            };
            for ((kept, record), dataset) in kept.iter_mut().zip(records).zip(datasets) {
                let of = self.withdrawn.iter().filter(|other| other.dataset() == dataset);
                if of.into_iter().any(|other| other.contains(record)) {
                    *kept = false;
                    self.gone.insert((dataset.to_owned(), record));
                }
            }
        }
        for (record, _) in refs.iter().zip(&kept).filter(|(_, kept)| **kept) {
            self.rows += 1;
            self.records += u64::from(self.last != Some(*record));
            self.last = Some(*record);
        }
        Ok(BooleanArray::from(kept))
    }
}

fn references(column: &ArrayRef, name: &'static str) -> Result<Vec<Token>, Problem> {
    if column.null_count() > 0 {
        return Err(Problem::Empty(name));
    }
    let mut refs = Vec::with_capacity(column.len());
    read_column(column, name, ABSENT, &mut refs)?;
    Ok(refs)
}

fn texts<'c>(column: &'c ArrayRef, name: &'static str) -> Result<Vec<&'c str>, Problem> {
    let texts = column.as_string_opt::<i32>().ok_or_else(|| Problem::Column(name.to_owned()))?;
    texts.iter().map(|text| text.ok_or(Problem::Empty(name))).collect()
}

#[cfg(test)]
mod tests;
