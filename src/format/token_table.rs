//! `<dataset>.tokens.parquet`: tokens by record reference, one column a recipe.

use std::sync::Arc;

use arrow::array::{Array, AsArray, FixedSizeBinaryArray};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use arrow::datatypes::{Field, Schema, SchemaRef};

use super::error::{FormatError, Problem};
use super::table::{Table, token_type};
use crate::token::{TOKEN_BYTES, Token};

/// The column of record references.
pub const RECORD_REF: &str = "record_ref";

/// Stands for "no token" in memory; a table has null in its place. A token has this value with
/// probability 2^-128.
pub const ABSENT: Token = Token([0; TOKEN_BYTES]);

/// The schema of a token table with these recipes.
#[must_use]
pub fn schema<'r>(recipes: impl Iterator<Item = &'r str>) -> SchemaRef {
    let mut fields = vec![Field::new(RECORD_REF, token_type(), false)];
    fields.extend(recipes.map(|recipe| Field::new(recipe, token_type(), true)));
    Arc::new(Schema::new(fields))
}

/// A column without gaps.
#[must_use]
pub fn full_column(values: Vec<Token>) -> FixedSizeBinaryArray {
    array(values, None)
}

/// A column in which `absent` marks the gaps, which are written as null.
#[must_use]
pub fn column(values: Vec<Token>, absent: Token) -> FixedSizeBinaryArray {
    let present = BooleanBuffer::collect_bool(values.len(), |place| values[place] != absent);
    array(values, Some(NullBuffer::new(present)))
}

fn array(values: Vec<Token>, nulls: Option<NullBuffer>) -> FixedSizeBinaryArray {
    // Neither step copies: the tokens' bytes are the buffer.
    let bytes: Vec<[u8; TOKEN_BYTES]> = values.into_iter().map(|value| value.0).collect();
    let bytes = Buffer::from_vec(bytes.into_flattened());
    let size = i32::try_from(TOKEN_BYTES).expect("16 is small");
    FixedSizeBinaryArray::new(size, bytes, nulls)
}

/// Appends the tokens of a column to `out`, with `absent` for each null.
///
/// # Errors
/// If the column is of another type.
pub fn read_column(
    column: &dyn Array,
    name: &str,
    absent: Token,
    out: &mut Vec<Token>,
) -> Result<(), Problem> {
    let before = out.len();
    out.reserve(column.len());
    read_runs(column, name, |start, tokens| {
        out.resize(before + start, absent);
        out.extend(tokens.iter().copied().map(Token));
    })?;
    out.resize(before + column.len(), absent);
    Ok(())
}

/// Gives each run of tokens of a column that lie between nulls, with the row that it begins at.
///
/// # Errors
/// If the column is of another type.
pub fn read_runs(
    column: &dyn Array,
    name: &str,
    mut take: impl FnMut(usize, &[[u8; TOKEN_BYTES]]),
) -> Result<(), Problem> {
    let tokens = column.as_fixed_size_binary_opt().filter(|c| *c.data_type() == token_type());
    let tokens = tokens.ok_or_else(|| Problem::Column(name.to_owned()))?;
    let (values, _) = tokens.value_data().as_chunks();
    match tokens.nulls().filter(|nulls| nulls.null_count() > 0) {
        None => take(0, values),
        Some(nulls) => {
            nulls.valid_slices().for_each(|(start, end)| take(start, &values[start..end]))
        }
    }
    Ok(())
}

/// Checks that a token table holds the columns of these recipes and no other.
///
/// # Errors
/// If a column is missing, of another type, or not among them.
pub fn check_columns<'r>(
    table: &Table,
    recipes: impl Iterator<Item = &'r str>,
) -> Result<(), FormatError> {
    let wanted = schema(recipes);
    let has = |schema: &SchemaRef, name: &str| {
        schema.field_with_name(name).is_ok_and(|field| *field.data_type() == token_type())
    };
    for field in wanted.fields().iter().chain(table.schema().fields()) {
        if !has(table.schema(), field.name()) || !has(&wanted, field.name()) {
            return Err(FormatError::new(table.path(), Problem::Column(field.name().clone())));
        }
    }
    Ok(())
}

/// The record reference of each row; equal ones lie together, in ascending order.
///
/// # Errors
/// If the column is damaged or out of order.
pub fn read_refs(table: &Table) -> Result<Vec<Token>, FormatError> {
    let mut refs: Vec<Token> = Vec::new();
    table.read(&[RECORD_REF], |columns| {
        let [column] = columns else { return Err(Problem::Column(RECORD_REF.to_owned())) };
        if column.null_count() > 0 {
            return Err(Problem::Empty(RECORD_REF));
        }
        read_column(column, RECORD_REF, ABSENT, &mut refs)
    })?;
    if refs.is_sorted() { Ok(refs) } else { Err(FormatError::new(table.path(), Problem::Order)) }
}
