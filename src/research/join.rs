//! One dataset of the extract: its payload, joined to the people.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray, UInt32Array};
use arrow::compute::take;
use arrow::datatypes::{Field, Schema, SchemaRef};
use arrow::row::{RowConverter, SortField};

use super::payload::Payload;
use super::people::People;
use super::{ExtractError, coarsen};
use crate::spec::{Coarsen, ExtractColumn};

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
    /// For each row, its person's place among the people.
    pub(super) persons: Vec<u32>,
    pub(super) columns: Vec<ExtractColumn>,
    pub(super) schema: SchemaRef,
    pub(super) data: Vec<ArrayRef>,
}

/// Shows a payload by person; rows are ordered by person and then by content.
pub(super) fn join(payload: Payload, people: &People) -> Result<ExtractedDataset, ExtractError> {
    let mut left_empty = BTreeMap::new();
    let mut data = Vec::new();
    let mut fields = vec![Field::new("person_id", arrow::datatypes::DataType::Utf8, false)];
    for wanted in &payload.chosen {
        let column = payload.column(&wanted.column);
        let (coarse, lost) = coarsen::coarsen(column, wanted.coarsen, &wanted.format)
            .ok_or_else(|| payload.not_text(&wanted.column))?;
        if wanted.coarsen != Coarsen::AsIs {
            left_empty.insert(wanted.name.clone(), lost);
        }
        fields.push(Field::new(&wanted.name, coarse.data_type().clone(), true));
        data.push(coarse);
    }
    let order = order(&payload.persons, &data);
    let ids = order.values().iter().map(|row| people.id(payload.persons[*row as usize]));
    let mut columns: Vec<ArrayRef> = vec![Arc::new(StringArray::from_iter_values(ids))];
    columns.extend(data.iter().map(|c| take(c, &order, None).expect("the order has the rows")));
    Ok(ExtractedDataset {
        rows: payload.persons.len() as u64,
        without_payload: payload.without_payload,
        left_empty,
        persons: order.values().iter().map(|row| payload.persons[*row as usize]).collect(),
        columns: payload.chosen,
        schema: Arc::new(Schema::new(fields)),
        data: columns,
        name: payload.name,
    })
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
