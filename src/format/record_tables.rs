//! `<dataset>.payload.parquet` and `<dataset>.refs.parquet`: what belongs to a record reference.

use std::path::Path;
use std::sync::Arc;

use arrow::array::AsArray;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};

use super::error::{FormatError, Problem};
use super::manifest::TableKind;
use super::table::{Table, token_type};
use super::token_table::{ABSENT, RECORD_REF, read_column};
use crate::token::Token;

/// The column of local ids in a table of references.
pub const RECORD_ID: &str = "record_id";

/// The schema of a payload table with these columns.
#[must_use]
pub fn payload_schema(columns: impl IntoIterator<Item = FieldRef>) -> SchemaRef {
    let mut fields = vec![Arc::new(Field::new(RECORD_REF, token_type(), false))];
    fields.extend(columns);
    Arc::new(Schema::new(fields))
}

/// The schema of a table of references.
#[must_use]
pub fn refs_schema() -> SchemaRef {
    Arc::new(Schema::new(vec![
        Field::new(RECORD_REF, token_type(), false),
        Field::new(RECORD_ID, DataType::Utf8, false),
    ]))
}

/// Reads a table of references: each record's reference and local id.
///
/// # Errors
/// If the file is not a whole table of references.
pub fn read_refs(path: &Path) -> Result<(Table, Vec<(Token, String)>), FormatError> {
    let table = Table::open(path, TableKind::Refs)?;
    let mut pairs = Vec::new();
    table.read(&[RECORD_REF, RECORD_ID], |columns| {
        let [refs, ids] = columns else { return Err(Problem::Column(RECORD_ID.to_owned())) };
        let mut tokens = Vec::new();
        read_column(refs, RECORD_REF, ABSENT, &mut tokens)?;
        let ids =
            ids.as_string_opt::<i32>().ok_or_else(|| Problem::Column(RECORD_ID.to_owned()))?;
        for (token, id) in tokens.into_iter().zip(ids) {
            pairs.push((token, id.ok_or(Problem::Empty(RECORD_ID))?.to_owned()));
        }
        Ok(())
    })?;
    Ok((table, pairs))
}
