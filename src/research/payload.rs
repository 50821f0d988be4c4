//! One dataset's payload as it is read: each row's person, and the columns that are used.

use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::DataType;

use super::ExtractError;
use super::people::People;
use crate::format::person_map::PersonMap;
use crate::format::token_table::{ABSENT, RECORD_REF, read_column};
use crate::format::{FormatError, Table};
use crate::spec::{Chosen, Coarsen, Extract, ExtractColumn};
use crate::token::Token;

/// The rows of a payload.
pub(super) struct Payload<'w> {
    /// The table that they are of.
    pub wanted: &'w Wanted,
    /// For each row, its person's place among the people.
    pub persons: Vec<u32>,
    /// Records of the person map that have no row.
    pub without_payload: u64,
    columns: Vec<Batched>,
}

/// A column as it is read: its name, and its cells in batches.
pub(super) type Batched = (String, Vec<ArrayRef>);

impl Payload<'_> {
    /// A column that the extract shows or compares, in batches.
    pub fn column(&self, name: &str) -> &[ArrayRef] {
        let found = self.columns.iter().find(|(column, _)| column == name);
        &found.expect("every column that is used was read").1
    }
}

/// A payload table, and what the extract wants of it: every column that is named is there.
pub(super) struct Wanted {
    table: Table,
    /// The dataset.
    pub name: String,
    /// The columns that the extract shows.
    pub chosen: Vec<ExtractColumn>,
}

impl Wanted {
    /// Looks up what the extract names; nothing is read yet.
    pub fn of(extract: &Extract, table: Table) -> Result<Self, ExtractError> {
        let name = table.manifest.dataset.clone().unwrap_or_default();
        let mistakes = lacks(extract, &table, &name);
        if !mistakes.is_empty() {
            return Err(ExtractError::Spec(mistakes));
        }
        let chosen = chosen(extract, &table, &name);
        let mistakes = named_twice(&chosen, &name);
        if mistakes.is_empty() {
            Ok(Self { table, name, chosen })
        } else {
            Err(ExtractError::Spec(mistakes))
        }
    }

    /// Reads the payload.
    pub fn read(
        &self,
        extract: &Extract,
        map: &PersonMap,
        people: &People,
    ) -> Result<Payload<'_>, ExtractError> {
        let Self { table, name, chosen } = self;
        let mut names: Vec<&str> = chosen.iter().map(|column| column.column.as_str()).collect();
        names.extend(compared(extract, name).map(|(_, column)| column));
        names.sort_unstable();
        names.dedup();
        let (refs, columns) = read_columns(table, &names)?;
        let (persons, without_payload) = persons(table, name, &refs, map, people)?;
        Ok(Payload { wanted: self, persons, without_payload, columns })
    }

    /// The type of a column as the extract shows it.
    pub fn type_shown(&self, told: &ExtractColumn) -> DataType {
        let field = self.table.schema().field_with_name(&told.column);
        match told.coarsen {
            Coarsen::AsIs => field.expect("the payload has the column").data_type().clone(),
            _ => DataType::Utf8,
        }
    }

    /// That a column cannot be read as text.
    pub fn not_text(&self, column: &str) -> ExtractError {
        ExtractError::Spec(vec![format!("the column `{column}` of `{}` is not text", self.name)])
    }
}

/// The columns of a dataset that agreements compare, each with the agreement's name.
fn compared<'e>(extract: &'e Extract, dataset: &str) -> impl Iterator<Item = (&'e str, &'e str)> {
    extract.agreements.iter().flat_map(move |agreement| {
        let of_dataset = agreement.columns.iter().filter(move |column| column.dataset == dataset);
        of_dataset.map(|column| (agreement.name.as_str(), column.column.as_str()))
    })
}

/// What the extract names and the payload lacks. The reference of a record is no payload.
fn lacks(extract: &Extract, table: &Table, name: &str) -> Vec<String> {
    let lacks =
        |column: &str| column == RECORD_REF || table.schema().column_with_name(column).is_none();
    let mut mistakes = Vec::new();
    let dataset = extract.dataset(name);
    if let Some(Chosen::All(columns) | Chosen::Columns(columns)) = dataset.map(|d| &d.chosen) {
        for column in columns.iter().filter(|wanted| lacks(&wanted.column)) {
            let column = &column.column;
            mistakes.push(format!("the payload of `{name}` has no column `{column}`"));
        }
    }
    for (agreement, column) in compared(extract, name).filter(|(_, column)| lacks(column)) {
        mistakes.push(format!(
            "the payload of `{name}` has no column `{column}`, which the agreement `{agreement}` \
             compares"
        ));
    }
    mistakes
}

/// The columns of this payload that the extract shows.
fn chosen(extract: &Extract, table: &Table, name: &str) -> Vec<ExtractColumn> {
    let dataset = extract.dataset(name).expect("payloads of other datasets were refused");
    match &dataset.chosen {
        Chosen::All(told) => {
            let fields = table.schema().fields().iter();
            let names = fields.map(|field| field.name()).filter(|name| *name != RECORD_REF);
            names.flat_map(|name| as_told(told, name)).collect()
        }
        Chosen::Columns(columns) => columns.clone(),
    }
}

/// A payload column as the extract tells it, which may be several times; otherwise as it is.
fn as_told(told: &[ExtractColumn], name: &str) -> Vec<ExtractColumn> {
    let told = told.iter().filter(|column| column.column == name);
    let told: Vec<ExtractColumn> = told.cloned().collect();
    if told.is_empty() { vec![ExtractColumn::as_is(name)] } else { told }
}

/// Two columns of the extract's table that would have one name.
fn named_twice(chosen: &[ExtractColumn], dataset: &str) -> Vec<String> {
    let mut names: Vec<&str> = chosen.iter().map(|column| column.name.as_str()).collect();
    names.push("person_id");
    names.sort_unstable();
    let twice = names.windows(2).filter(|pair| pair[0] == pair[1]);
    twice.map(|pair| format!("two columns of `{dataset}` would be called `{}`", pair[0])).collect()
}

/// The references and the columns with these names.
fn read_columns(table: &Table, names: &[&str]) -> Result<(Vec<Token>, Vec<Batched>), FormatError> {
    let mut refs = Vec::new();
    let mut named: Vec<Batched> =
        names.iter().map(|name| ((*name).to_owned(), Vec::new())).collect();
    table.read(&[&[RECORD_REF], names].concat(), |columns| {
        read_column(&columns[0], RECORD_REF, ABSENT, &mut refs)?;
        for ((_, batches), column) in named.iter_mut().zip(&columns[1..]) {
            batches.push(Arc::clone(column));
        }
        Ok(())
    })?;
    Ok((refs, named))
}

/// For each payload row, its person; and how many records of the map have no row.
fn persons(
    table: &Table,
    name: &str,
    refs: &[Token],
    map: &PersonMap,
    people: &People,
) -> Result<(Vec<u32>, u64), ExtractError> {
    let dataset = map.datasets.iter().position(|dataset| dataset == name);
    let mut known: Vec<(Token, u32)> = (0..map.record_ref.len())
        .filter(|record| Some(usize::from(map.dataset[*record])) == dataset)
        .map(|record| (map.record_ref[record], people.of_record[record]))
        .collect();
    known.sort_unstable();
    let mut held = vec![false; known.len()];
    let mut persons = Vec::with_capacity(refs.len());
    let mut place = 0;
    for record_ref in refs {
        let is_at = |place| known.get(place).is_some_and(|(known, _)| known == record_ref);
        // Rows are in the order of their references, as a rule, and those of a record lie together.
        if !is_at(place) {
            place += 1;
        }
        if !is_at(place) {
            place = known.partition_point(|(known, _)| known < record_ref);
        }
        if is_at(place) {
            persons.push(known[place].1);
            held[place] = true;
        }
    }
    if persons.len() < refs.len() {
        let strange = refs.len() - persons.len();
        let what = format!("{strange} of its rows are of records that the person map lacks");
        return Err(ExtractError::Mismatch { path: table.path().to_owned(), what });
    }
    Ok((persons, held.iter().filter(|held| !**held).count() as u64))
}
