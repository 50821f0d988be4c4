//! One dataset of the extract: its payload, joined to the people.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray, UInt32Array};
use arrow::compute::{concat, take};
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::row::{RowConverter, SortField};

use super::people::People;
use super::{ExtractError, MakeExtract, coarsen};
use crate::format::person_map::PersonMap;
use crate::format::token_table::{RECORD_REF, read_column};
use crate::format::{FormatError, Problem, Table};
use crate::spec::{Chosen, Coarsen, DateFormat, ExtractColumn};
use crate::token::{TOKEN_BYTES, Token};

/// One dataset of an extract.
#[derive(Debug)]
pub struct ExtractedDataset {
    /// The dataset's name.
    pub name: String,
    /// Rows.
    pub rows: u64,
    /// Records of the person map that have no payload.
    pub without_payload: u64,
    /// For each column that was made coarser, the cells that could not be and were left empty.
    pub left_empty: BTreeMap<String, u64>,
    pub(super) columns: Vec<ExtractColumn>,
    pub(super) schema: SchemaRef,
    pub(super) data: Vec<ArrayRef>,
}

/// Joins a payload to the people; rows are ordered by person and then by content.
pub(super) fn join(
    job: &MakeExtract<'_>,
    table: &Table,
    map: &PersonMap,
    people: &People,
) -> Result<ExtractedDataset, ExtractError> {
    let name = table.manifest.dataset.clone().unwrap_or_default();
    let chosen = chosen(job, table, &name)?;
    let (refs, payload) = read(table, &chosen)?;
    let (persons, without_payload) = persons(table, &name, &refs, map, people)?;

    let mut left_empty = BTreeMap::new();
    let mut data = Vec::new();
    let mut fields = vec![Field::new("person_id", arrow::datatypes::DataType::Utf8, false)];
    for (column, wanted) in payload.iter().zip(&chosen) {
        let (coarse, lost) = coarsen::coarsen(column, wanted).ok_or_else(|| {
            ExtractError::Spec(vec![format!(
                "the column `{}` of `{name}` is not text",
                wanted.column
            )])
        })?;
        if wanted.coarsen != Coarsen::AsIs {
            left_empty.insert(wanted.name.clone(), lost);
        }
        fields.push(Field::new(&wanted.name, coarse.data_type().clone(), true));
        data.push(coarse);
    }
    let order = order(&persons, &data);
    let ids = order.values().iter().map(|row| people.id(persons[*row as usize]));
    let mut columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from_iter_values(ids))];
    columns.extend(data.iter().map(|c| take(c, &order, None).expect("the order has the rows")));
    Ok(ExtractedDataset {
        rows: refs.len() as u64,
        without_payload,
        left_empty,
        columns: chosen,
        schema: Arc::new(Schema::new(fields)),
        data: columns,
        name,
    })
}

/// The columns wanted of this payload; all of them must be there.
fn chosen(
    job: &MakeExtract<'_>,
    table: &Table,
    name: &str,
) -> Result<Vec<ExtractColumn>, ExtractError> {
    let dataset = job.extract.dataset(name).expect("payloads of other datasets were refused");
    let has = |column: &str| table.schema().column_with_name(column).is_some();
    match &dataset.chosen {
        Chosen::All => {
            let names = table.schema().fields().iter().map(|field| field.name());
            let iso = DateFormat::iso();
            let as_is = |column: &String| ExtractColumn {
                column: column.clone(),
                name: column.clone(),
                coarsen: Coarsen::AsIs,
                format: iso.clone(),
                description: String::new(),
            };
            Ok(names.filter(|column| *column != RECORD_REF).map(as_is).collect())
        }
        Chosen::Columns(columns) => {
            let missing = |c: &&ExtractColumn| c.column == RECORD_REF || !has(&c.column);
            let mistakes: Vec<String> = columns
                .iter()
                .filter(missing)
                .map(|c| format!("the payload of `{name}` has no column `{}`", c.column))
                .collect();
            if mistakes.is_empty() {
                Ok(columns.clone())
            } else {
                Err(ExtractError::Spec(mistakes))
            }
        }
    }
}

/// The references and the chosen columns.
fn read(
    table: &Table,
    chosen: &[ExtractColumn],
) -> Result<(Vec<Token>, Vec<ArrayRef>), FormatError> {
    let mut names = vec![RECORD_REF];
    for column in chosen {
        if !names.contains(&column.column.as_str()) {
            names.push(&column.column);
        }
    }
    let mut refs = Vec::new();
    let mut batches: Vec<Vec<ArrayRef>> = vec![Vec::new(); names.len()];
    table.read(&names, |columns| {
        read_column(&columns[0], RECORD_REF, Token([0; TOKEN_BYTES]), &mut refs)?;
        for (batches, column) in batches.iter_mut().zip(columns) {
            batches.push(Arc::clone(column));
        }
        Ok(())
    })?;
    let whole = |place: usize| {
        let parts: Vec<_> = batches[place].iter().map(AsRef::as_ref).collect();
        concat(&parts).map_err(|_| FormatError {
            path: table.path().to_owned(),
            problem: Problem::Column(names[place].to_owned()),
        })
    };
    let place = |column: &ExtractColumn| names.iter().position(|name| *name == column.column);
    let columns = chosen.iter().filter_map(place).map(whole).collect::<Result<_, _>>()?;
    Ok((refs, columns))
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
    let find = |record: &Token| known.binary_search_by_key(record, |(known, _)| *known).ok();
    let found: Vec<Option<usize>> = refs.iter().map(find).collect();
    let strange = found.iter().filter(|found| found.is_none()).count();
    if strange > 0 {
        let what = format!("{strange} of its rows are of records that the person map lacks");
        return Err(ExtractError::Mismatch { path: table.path().to_owned(), what });
    }
    let mut held: Vec<usize> = found.iter().flatten().copied().collect();
    let persons = held.iter().map(|place| known[*place].1).collect();
    held.sort_unstable();
    held.dedup();
    Ok((persons, (known.len() - held.len()) as u64))
}

/// The rows in the order of person, and rows of one person in the order of their content.
fn order(persons: &[u32], data: &[ArrayRef]) -> UInt32Array {
    let rows = u32::try_from(persons.len()).expect("a map has fewer than 2^32 records");
    let mut order: Vec<u32> = (0..rows).collect();
    order.sort_unstable_by_key(|row| (persons[*row as usize], *row));
    if !data.is_empty() {
        let fields = data.iter().map(|column| SortField::new(column.data_type().clone())).collect();
        let converter = RowConverter::new(fields).expect("payload columns can be ordered");
        let groups = order.chunk_by_mut(|a, b| persons[*a as usize] == persons[*b as usize]);
        for group in groups.filter(|group| group.len() > 1) {
            let places = UInt32Array::from(group.to_vec());
            let columns: Vec<ArrayRef> = data
                .iter()
                .map(|column| take(column, &places, None).expect("the group has rows"))
                .collect();
            let keys = converter.convert_columns(&columns).expect("the converter has their types");
            let mut sorted: Vec<usize> = (0..group.len()).collect();
            sorted.sort_by_key(|place| keys.row(*place));
            let sorted: Vec<u32> = sorted.into_iter().map(|place| group[place]).collect();
            group.copy_from_slice(&sorted);
        }
    }
    UInt32Array::from(order)
}
