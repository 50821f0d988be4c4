//! An extract's tables, read column by column into numbers.

use std::collections::{BTreeMap, BTreeSet};

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::super::AuditError;
use super::AuditExtract;
use super::classes::{Codes, together};
use crate::format::{FormatError, Problem, Table, TableKind};
use crate::guard::guarded;
use crate::spec::{ExtractLimits, PEOPLE};
use crate::token::Token;

const PERSON_ID: &str = "person_id";

/// What opens the names of the columns that tell which datasets hold a person.
const IN: &str = "in_";

/// Columns that are one thing to whoever knows it: by table and name.
pub(super) struct Group {
    pub name: String,
    pub columns: Vec<(String, String)>,
}

/// The groups that the spec names.
pub(super) struct Groups {
    pub quasi: Vec<Group>,
    pub sensitive: Vec<Group>,
}

/// Opens the tables, that of people first, then by dataset.
pub(super) fn open(job: &AuditExtract<'_>) -> Result<Vec<Table>, AuditError> {
    let mut tables = job
        .tables
        .iter()
        .map(|path| Table::open(path, TableKind::Extract))
        .collect::<Result<Vec<_>, _>>()?;
    tables.sort_by(|a, b| a.manifest.dataset.cmp(&b.manifest.dataset));
    if tables.first().is_none_or(|table| table.manifest.dataset.is_some()) {
        let message = "the extract's `people.parquet` is not among the tables; give the folder";
        return Err(AuditError::Usage(message.to_owned()));
    }
    let first = &tables[0].manifest;
    for (place, table) in tables.iter().enumerate() {
        let wrong = |what: &str| AuditError::NotTogether {
            path: table.path().to_owned(),
            what: what.to_owned(),
        };
        let manifest = &table.manifest;
        if (&manifest.extract, &manifest.spec) != (&first.extract, &first.spec) {
            return Err(wrong("is of another extract than the table of people"));
        }
        if job.extract.is_some_and(|extract| Some(&extract.id) != manifest.extract.as_ref()) {
            return Err(wrong("is of another extract than the spec describes"));
        }
        if place > 0 && tables[place - 1].manifest.dataset == manifest.dataset {
            return Err(wrong("is a second table of its dataset"));
        }
    }
    Ok(tables)
}

fn name_of(table: &Table) -> &str {
    table.manifest.dataset.as_deref().unwrap_or(PEOPLE)
}

/// Finds the columns that the spec names.
pub(super) fn groups(limits: &ExtractLimits, tables: &[Table]) -> Result<Groups, AuditError> {
    let group = |name: &String| {
        let columns = tables.iter().flat_map(|table| {
            let fields = table.schema().fields().iter().map(|field| field.name());
            let is_meant = move |column: &&String| {
                *column == name || format!("{}.{column}", name_of(table)) == *name
            };
            fields.filter(is_meant).map(|column| (name_of(table).to_owned(), column.clone()))
        });
        let columns: Vec<(String, String)> = columns.collect();
        if columns.is_empty() {
            let message = format!("no table of the extract has the column `{name}` of [audit]");
            return Err(AuditError::Usage(message));
        }
        Ok(Group { name: name.clone(), columns })
    };
    let all = |names: &[String]| names.iter().map(group).collect::<Result<Vec<_>, _>>();
    Ok(Groups { quasi: all(&limits.quasi_identifiers)?, sensitive: all(&limits.sensitive)? })
}

/// The people of an extract, in the order of their numbers.
pub(super) struct People {
    ids: Vec<Token>,
    agencies: Codes,
    agency_columns: Vec<(String, String)>,
}

impl People {
    /// Reads the table of people, which is the first one.
    pub fn read(tables: &[Table]) -> Result<Self, AuditError> {
        let table = &tables[0];
        let mut ids = Vec::new();
        each_person(table, None, |id, _| ids.push(id))?;
        if !ids.is_sorted_by(|a, b| a < b) {
            return Err(failed(table, Problem::Order).into());
        }
        let fields = table.schema().fields().iter().map(|field| field.name());
        let columns: Vec<(String, String)> = fields
            .filter(|name| name.starts_with(IN))
            .map(|name| (PEOPLE.to_owned(), name.clone()))
            .collect();
        let mut people = Self { agencies: vec![0; ids.len()], ids, agency_columns: Vec::new() };
        let group = Group { name: String::new(), columns };
        people.agencies = people.codes(tables, &group)?;
        people.agency_columns = group.columns;
        Ok(people)
    }

    pub const fn number(&self) -> usize {
        self.ids.len()
    }

    /// Which datasets hold each person.
    pub fn agencies(&self) -> Codes {
        self.agencies.clone()
    }

    pub fn agency_columns(&self) -> Vec<(String, String)> {
        self.agency_columns.clone()
    }

    /// What a group of columns says of each person: of several rows the set of values.
    pub fn codes(&self, tables: &[Table], group: &Group) -> Result<Codes, AuditError> {
        let mut all = vec![0; self.number()];
        for (name, column) in &group.columns {
            let table = tables.iter().find(|table| name_of(table) == name);
            let table = table.expect("the group's columns were found in the tables");
            all = together(&all, &self.column(table, column)?);
        }
        Ok(all)
    }

    fn column(&self, table: &Table, column: &str) -> Result<Codes, AuditError> {
        let mut values: BTreeMap<u32, BTreeSet<String>> = BTreeMap::new();
        let mut stranger = false;
        each_person(table, Some(column), |id, value| match self.ids.binary_search(&id) {
            Ok(place) => {
                let place = u32::try_from(place).expect("people are fewer than 2^32");
                if let Some(value) = value {
                    values.entry(place).or_default().insert(value);
                }
            }
            Err(_) => stranger = true,
        })?;
        if stranger {
            let what = "holds people whom the table of people lacks".to_owned();
            return Err(AuditError::NotTogether { path: table.path().to_owned(), what });
        }
        let mut numbers = BTreeMap::new();
        let mut codes = vec![0; self.number()];
        for (place, set) in values {
            let next = u32::try_from(numbers.len() + 1).expect("fewer than the people");
            codes[place as usize] = *numbers.entry(set).or_insert(next);
        }
        Ok(codes)
    }
}

/// Gives each row's person, and its cell of a column as text, to `take`.
fn each_person(
    table: &Table,
    column: Option<&str>,
    mut take: impl FnMut(Token, Option<String>),
) -> Result<(), FormatError> {
    let names: Vec<&str> = std::iter::once(PERSON_ID).chain(column).collect();
    let wrong = |name: &str| Problem::Column(name.to_owned());
    table.read(&names, |columns| {
        let ids = columns.first().and_then(|ids| ids.as_string_opt::<i32>());
        let ids = ids.ok_or_else(|| wrong(PERSON_ID))?;
        let texts = match (columns.get(1), column) {
            (Some(cells), Some(name)) => texts(cells).ok_or_else(|| wrong(name))?,
            _ => vec![None; ids.len()],
        };
        for (id, text) in ids.iter().zip(texts) {
            let id = id.and_then(|id| id.strip_prefix('p')).and_then(Token::from_hex);
            take(id.ok_or_else(|| wrong(PERSON_ID))?, text);
        }
        Ok(())
    })
}

/// A column's cells as text; none if they cannot be shown.
fn texts(cells: &ArrayRef) -> Option<Vec<Option<String>>> {
    guarded(|| {
        let options = FormatOptions::default();
        let shown = ArrayFormatter::try_new(cells, &options).ok()?;
        let text = |row| (!cells.is_null(row)).then(|| shown.value(row).to_string());
        Some((0..cells.len()).map(text).collect())
    })?
}

fn failed(table: &Table, problem: Problem) -> FormatError {
    FormatError { path: table.path().to_owned(), problem }
}
