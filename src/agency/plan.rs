//! How a source's columns feed the spec's fields, recipes and payload.

use std::collections::BTreeMap;

use arrow::datatypes::{DataType, Field, FieldRef};

use crate::agency::error::AgencyError;
use crate::agency::read::{ColumnAs, Wanted, WantedColumn};
use crate::agency::tally::FieldTally;
use crate::spec::{Kind, Linkage, Payload, Source, SourceField};

/// Digits of an NHS, CHI or H&C number that a spreadsheet or database may have kept as a number.
const HEALTH_NUMBER_DIGITS: u8 = 10;

/// A source's columns tied to the spec.
pub(super) struct Plan<'p> {
    pub linkage: &'p Linkage,
    pub source: &'p Source,
    /// For each of the source's fields, in its order, where its columns stand in a batch.
    pub fields: Vec<FieldPlan<'p>>,
    /// For each payload column, where it comes from.
    pub payload: Vec<PayloadPlan<'p>>,
}

/// One field of the source.
pub(super) struct FieldPlan<'p> {
    pub source: &'p SourceField,
    pub kind: Kind,
    pub columns: Vec<usize>,
}

/// Where a payload column comes from.
pub(super) enum PayloadPlan<'p> {
    /// A column of the batch.
    Column(usize),
    /// A field's value, coarsened.
    Derived(&'p Payload),
}

/// Where the record id stands in a batch.
pub(super) const RECORD_ID: usize = 0;

impl<'p> Plan<'p> {
    /// The plan for an input with these columns.
    pub fn new(
        linkage: &'p Linkage,
        source: &'p Source,
        found: &[String],
    ) -> Result<Self, AgencyError> {
        check_columns(source, found)?;
        let mut next = RECORD_ID + 1;
        let mut place = || {
            next += 1;
            next - 1
        };
        let fields = source
            .fields
            .iter()
            .map(|field| FieldPlan {
                source: field,
                kind: linkage.field_at(field.field).kind,
                columns: field.columns.iter().map(|_| place()).collect(),
            })
            .collect();
        let payload = source
            .payload
            .iter()
            .map(|payload| match payload {
                Payload::Column(_) => PayloadPlan::Column(place()),
                Payload::Derived { .. } => PayloadPlan::Derived(payload),
            })
            .collect();
        Ok(Self { linkage, source, fields, payload })
    }

    /// The columns to read, in the order in which the plan counts them.
    pub fn wanted(&self) -> Wanted {
        let column = |name: &str, read_as| WantedColumn { name: name.to_owned(), read_as };
        let mut columns = vec![column(&self.source.record_id, ColumnAs::Text)];
        for field in &self.fields {
            let read_as = match field.kind {
                Kind::NhsNumber | Kind::ChiNumber | Kind::HcNumber => {
                    ColumnAs::DigitsPadded(HEALTH_NUMBER_DIGITS)
                }
                Kind::Date => ColumnAs::Date,
                _ => ColumnAs::Text,
            };
            columns.extend(field.source.columns.iter().map(|name| column(name, read_as)));
        }
        columns.extend(self.source.payload.iter().filter_map(|payload| match payload {
            Payload::Column(name) => Some(column(name, ColumnAs::Kept)),
            Payload::Derived { .. } => None,
        }));
        Wanted { columns }
    }

    /// The fields' counts by the fields' names.
    pub fn named(&self, counts: Vec<FieldTally>) -> BTreeMap<String, FieldTally> {
        let name = |field: &FieldPlan<'_>| self.linkage.field_at(field.source.field).name.clone();
        self.fields.iter().map(name).zip(counts).collect()
    }

    /// The kinds of the fields' columns, field by field.
    pub fn kinds(&self) -> impl Iterator<Item = Kind> {
        self.fields.iter().flat_map(|field| field.columns.iter().map(|_| field.kind))
    }

    /// The payload's columns, given the types of the columns that [`Plan::wanted`] names.
    pub fn payload_fields(&self, types: &[DataType]) -> Vec<FieldRef> {
        let data_type = |payload: &PayloadPlan<'_>| match payload {
            PayloadPlan::Column(place) => types[*place].clone(),
            PayloadPlan::Derived(_) => DataType::Utf8,
        };
        let named = self.source.payload.iter().zip(&self.payload);
        named.map(|(name, plan)| Field::new(name.name(), data_type(plan), true).into()).collect()
    }
}

/// Every column that the mapping names must be there, and every column must have a role.
///
/// Names of the file's own columns are shown only if the record id's column was found: a file
/// without a header would otherwise have its first record printed.
fn check_columns(source: &Source, found: &[String]) -> Result<(), AgencyError> {
    let named = roles(source);
    let mut mistakes: Vec<String> = named
        .iter()
        .filter(|name| !found.iter().any(|column| column == *name))
        .map(|name| format!("the input has no column `{name}`, which the source mapping names"))
        .collect();
    let has_header = found.contains(&source.record_id);
    for (place, column) in found.iter().enumerate() {
        if named.contains(&column.as_str()) {
            continue;
        }
        mistakes.push(if has_header {
            format!(
                "the column `{column}` has no role; name it in the source mapping as a field, \
                 under payload or under drop"
            )
        } else {
            format!("column {} of the input has no role in the source mapping", place + 1)
        });
    }
    if !has_header {
        let hint = "is the first row of the input its header? If so, `sealink profile` says what its \
                    columns hold and proposes a mapping";
        mistakes.push(hint.to_owned());
    }
    if mistakes.is_empty() { Ok(()) } else { Err(AgencyError::Mapping(mistakes)) }
}

fn roles(source: &Source) -> Vec<&str> {
    let mut named = vec![source.record_id.as_str()];
    named.extend(source.fields.iter().flat_map(|field| &field.columns).map(String::as_str));
    named.extend(source.payload.iter().filter_map(|payload| match payload {
        Payload::Column(name) => Some(name.as_str()),
        Payload::Derived { .. } => None,
    }));
    named.extend(source.drop.iter().map(String::as_str));
    named
}
