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

/// The tokens' bytes, end to end; neither step copies.
pub(super) fn flattened(tokens: Vec<Token>) -> Vec<u8> {
    let bytes: Vec<[u8; TOKEN_BYTES]> = tokens.into_iter().map(|token| token.0).collect();
    bytes.into_flattened()
}

fn array(values: Vec<Token>, nulls: Option<NullBuffer>) -> FixedSizeBinaryArray {
    let bytes = Buffer::from_vec(flattened(values));
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

/// Reads a column into places of which there is one a row of the table, with `absent` for each null,
/// and gives how many rows are null.
///
/// # Errors
/// If the column is not there or of another type, or the file is damaged.
pub fn read_into(
    table: &Table,
    column: &str,
    absent: Token,
    places: &mut [[u8; TOKEN_BYTES]],
) -> Result<usize, FormatError> {
    if let Some(nulls) = table.read_plain(column, absent.0, places) {
        return Ok(nulls);
    }
    let (mut row, mut nulls) = (0, 0);
    let wanted = places.len() as u64;
    table.read(&[column], |columns| {
        let [read] = columns else { return Err(Problem::Column(column.to_owned())) };
        let after = row + read.len();
        let more = Problem::Rows { found: after as u64, wanted };
        let own = places.get_mut(row..after).ok_or(more)?;
        own.fill(absent.0);
        nulls += read.null_count();
        row = after;
        read_runs(read, column, |start, tokens| {
            own[start..start + tokens.len()].copy_from_slice(tokens);
        })
    })?;
    Ok(nulls)
}

/// Reads the record reference of each row into places of which there is one a row; equal ones lie
/// together, in ascending order.
///
/// # Errors
/// If the column is damaged or out of order.
pub fn read_refs_into(table: &Table, places: &mut [[u8; TOKEN_BYTES]]) -> Result<(), FormatError> {
    let failed = |problem| Err(FormatError::new(table.path(), problem));
    if read_into(table, RECORD_REF, ABSENT, places)? > 0 {
        return failed(Problem::Empty(RECORD_REF));
    }
    let is_sorted = places.is_sorted_by_key(|bytes| Token(*bytes));
    if is_sorted { Ok(()) } else { failed(Problem::Order) }
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

/// The record reference of each row; equal ones lie together, in ascending order. The list grows with
/// what is read, whatever the table claims.
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

#[cfg(test)]
mod tests {
    use arrow::array::ArrayRef;
    use proptest::prelude::*;

    use super::*;
    use crate::format::{Manifest, ROW_GROUP_ROWS, TableKind, TableWriter};

    /// A table of references and one recipe, of which a row has a token where `present` says so.
    fn table(folder: &tempfile::TempDir, present: &[bool]) -> (Table, Vec<Token>) {
        let token = |row: usize| Token((row as u128 + 1).to_be_bytes());
        let refs: Vec<Token> = (0..present.len()).map(token).collect();
        let tokens = refs.iter().zip(present).map(|(token, is)| if *is { *token } else { ABSENT });
        let tokens: Vec<Token> = tokens.collect();
        let path = folder.path().join("some.tokens.parquet");
        let mut writer = TableWriter::create(&path, schema(["id"].into_iter())).expect("begun");
        let columns = [full_column(refs), column(tokens.clone(), ABSENT)];
        writer.write(columns.map(|column| -> ArrayRef { Arc::new(column) })).expect("written");
        let manifest = Manifest::new(TableKind::Tokens, "test", "00");
        writer.close(manifest).expect("closed").publish().expect("published");
        (Table::open_any(&path).expect("opened"), tokens)
    }

    /// Reads a column into places that are not empty before.
    fn read(table: &Table, name: &str, rows: usize) -> (Option<usize>, Vec<Token>) {
        let mut places = vec![[0xFF; TOKEN_BYTES]; rows];
        let nulls = table.read_plain(name, ABSENT.0, &mut places);
        (nulls, places.into_iter().map(Token).collect())
    }

    #[test]
    fn a_table_of_several_row_groups_is_read_straight_into_its_places() {
        let folder = tempfile::tempdir().expect("a folder");
        let present: Vec<bool> = (0..ROW_GROUP_ROWS + 13).map(|row| row % 3 != 1).collect();
        let (table, tokens) = table(&folder, &present);
        let gaps = present.iter().filter(|is| !**is).count();
        assert_eq!(read(&table, "id", tokens.len()), (Some(gaps), tokens));
        assert_eq!(read(&table, RECORD_REF, present.len()).0, Some(0));
    }

    #[test]
    fn a_table_with_other_rows_than_places_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let (table, _) = table(&folder, &[true, false, true]);
        for rows in [0, 2, 4] {
            let mut places = vec![ABSENT.0; rows];
            assert_eq!(table.read_plain("id", ABSENT.0, &mut places), None);
            if rows < 3 {
                assert!(read_into(&table, "id", ABSENT, &mut places).is_err());
            }
        }
        assert!(read_into(&table, "other", ABSENT, &mut [ABSENT.0; 3]).is_err());
    }

    #[test]
    fn a_claim_of_more_rows_than_the_file_has_bytes_for_is_found_out_by_reading() {
        let folder = tempfile::tempdir().expect("a folder");
        let (mut table, _) = table(&folder, &[true; 100]);
        assert!(table.has_bytes_for(TOKEN_BYTES));
        table.manifest.rows = 1 << 40;
        assert!(!table.has_bytes_for(TOKEN_BYTES));
        let error = read_refs(&table).expect_err("there are 100 rows");
        assert!(matches!(error.problem, Problem::Rows { found: 100, .. }));
    }

    proptest! {
        // Each case brings a file to disk.
        #![proptest_config(ProptestConfig::with_cases(40))]

        #[test]
        fn gaps_are_where_they_were(
            present in prop::collection::vec(any::<bool>(), 1..70),
            always in any::<bool>(),
            never in any::<bool>(),
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            let present: Vec<bool> =
                present.iter().map(|is| (*is || always) && !never).collect();
            let (table, tokens) = table(&folder, &present);
            let gaps = present.iter().filter(|is| !**is).count();
            prop_assert_eq!(read(&table, "id", tokens.len()), (Some(gaps), tokens.clone()));
            // The library reads the same.
            let mut by_library = Vec::new();
            let read = table.read(&["id"], |columns| {
                read_column(&columns[0], "id", ABSENT, &mut by_library)
            });
            read.expect("read");
            prop_assert_eq!(by_library, tokens);
        }
    }
}
