//! Whole Parquet tables: rows, the order of columns, several inputs, other writers.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};
use arrow::datatypes::DataType;
use parquet::data_type::Int96Type;
use parquet::file::writer::SerializedFileWriter;

use super::super::{ColumnAs, Fault, Input, MAX_FIELD, Wanted, WantedColumn, open};
use super::parquet_types::{parquet, read, some};
use super::{collect, wanted};
use crate::spec::TextLayout;

#[test]
fn a_long_text_is_refused_at_its_place() {
    let long = "SECRETNAME".repeat(MAX_FIELD / 10 + 1);
    let column: ArrayRef = Arc::new(StringArray::from(vec!["x", "y", long.as_str()]));
    let error = read(column, ColumnAs::Kept).expect_err("too long");
    assert_eq!(
        (error.row(), error.column(), error.fault()),
        (Some(4), Some(2), &Fault::FieldTooLong)
    );
    assert!(!error.to_string().contains("SECRET"));
}

#[test]
fn many_rows_are_numbered_through_and_columns_come_in_the_order_wanted() {
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..20_000));
    let words: ArrayRef =
        Arc::new(StringArray::from_iter_values((0..20_000).map(|n| format!("w{n}"))));
    let file = parquet(vec![("n", numbers), ("unused", words.clone()), (" w ", words)]);
    let open = || open(&[Input::from(file.path())], &TextLayout::default()).expect("good");
    assert_eq!(open().columns(), ["n", "unused", "w"]);
    let columns = ["w", "n", "w"];
    let size = open().size().expect("a file");
    let mut batches = open().select(&wanted(&columns, ColumnAs::Text)).expect("there");
    while batches.next_chunk().is_some() {}
    assert_eq!(batches.position(), size);
    let batches = open().select(&wanted(&columns, ColumnAs::Text)).expect("there");
    let found = collect(Vec::new(), batches).expect("good");
    assert_eq!(found.rows.len(), 20_000);
    for (n, (row, cells)) in found.rows.iter().enumerate() {
        assert_eq!(*row, n as u64 + 2);
        assert_eq!(*cells, some(&[&format!("w{n}"), &n.to_string(), &format!("w{n}")]));
    }
}

#[test]
fn inputs_of_one_run_keep_payload_in_one_type() {
    let as_number = parquet(vec![("p", Arc::new(Int64Array::from(vec![1])))]);
    let as_text = parquet(vec![("p", Arc::new(StringArray::from(vec!["1"])))]);
    let inputs = [Input::from(as_number.path()), Input::from(as_text.path())];
    let select = |read_as| {
        let column = WantedColumn { name: "p".to_owned(), read_as };
        let source = open(&inputs, &TextLayout::default()).expect("the same columns");
        source.select(&Wanted { columns: vec![column] })
    };
    let error = select(ColumnAs::Kept).err().expect("they differ");
    assert_eq!(*error.fault(), Fault::TypeDiffers { column: "p".to_owned() });
    let batches = select(ColumnAs::Text).expect("both become text");
    assert_eq!(batches.types(), [DataType::Utf8]);
    assert_eq!(collect(Vec::new(), batches).expect("good").rows.len(), 2);
}

#[test]
fn an_empty_table_is_fine() {
    let file = parquet(vec![("c", Arc::new(StringArray::from(Vec::<&str>::new())))]);
    let source = open(&[Input::from(file.path())], &TextLayout::default()).expect("good");
    let mut batches = source.select(&wanted(&["c"], ColumnAs::Text)).expect("there");
    assert!(batches.next_chunk().is_none());
}

#[test]
fn spark_and_hive_times_keep_far_placeholders() {
    // 9999-12-31 as INT96: nanoseconds of the day, then the Julian day, little-endian.
    let julian_day: u32 = 2_440_588 + 2_932_896;
    let value = parquet::data_type::Int96::from(vec![0, 0, julian_day]);
    let schema = parquet::schema::parser::parse_message_type("message m { required int96 c; }");
    let file = tempfile::NamedTempFile::new().expect("a temporary folder");
    let schema = Arc::new(schema.expect("a good schema"));
    let mut writer =
        SerializedFileWriter::new(file.as_file(), schema, Arc::default()).expect("a file");
    let mut rows = writer.next_row_group().expect("a row group");
    let mut column = rows.next_column().expect("room").expect("one column");
    column.typed::<Int96Type>().write_batch(&[value], None, None).expect("room");
    column.close().expect("room");
    rows.close().expect("room");
    writer.close().expect("room");
    let source = open(&[Input::from(file.path())], &TextLayout::default()).expect("good");
    let batches = source.select(&wanted(&["c"], ColumnAs::Date)).expect("there");
    let found = collect(Vec::new(), batches).expect("good");
    assert_eq!(found.rows, [(2, some(&["9999-12-31"]))]);
}
