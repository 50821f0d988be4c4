use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, LargeBinaryArray, ListArray, StringViewArray};
use arrow::datatypes::Int32Type;
use arrow::ipc::writer::StreamWriter;

use super::*;

fn batch(columns: Vec<(&str, ArrayRef)>) -> Batch {
    Batch {
        rows: RecordBatch::try_from_iter_with_nullable(
            columns.into_iter().map(|(name, array)| (name, array, true)),
        )
        .expect("columns of one length"),
    }
}

fn stream(batch: &Batch) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = StreamWriter::try_new(&mut bytes, &batch.rows.schema()).expect("a schema");
    writer.write(&batch.rows).expect("rows");
    writer.finish().expect("an end");
    drop(writer);
    bytes
}

#[test]
fn a_column_of_another_type_is_an_error_that_names_it_and_no_value() {
    let batch = batch(vec![("sum", Arc::new(Int64Array::from(vec![987_654_321])))]);
    let told = batch.i32("sum").err().expect("it is a BIGINT").to_string();
    assert!(told.contains("sum") && told.contains("INT"), "{told}");
    assert!(!told.contains("987"), "{told}");
    assert!(matches!(batch.i64("total"), Err(Error::NoColumn(name)) if name == "total"));
}

#[test]
fn nulls_are_seen() {
    let batch = batch(vec![("n", Arc::new(Int64Array::from(vec![Some(1), None, Some(0)])))]);
    let read = batch.i64("n").expect("numbers");
    assert_eq!(read.iter().collect::<Vec<_>>(), [Some(1), None, Some(0)]);
    assert_eq!(read.get(1), None);
}

#[test]
fn binary_and_text_are_read_in_every_form_that_servers_send() {
    let large = LargeBinaryArray::from_opt_vec(vec![Some(b"ab".as_slice()), None]);
    let view = StringViewArray::from(vec![Some("a text that is not inline"), None]);
    let batch = batch(vec![("b", Arc::new(large)), ("t", Arc::new(view))]);
    assert_eq!(batch.binary("b").expect("binary").get(0), Some(b"ab".as_slice()));
    let text = batch.text("t").expect("text");
    assert_eq!(text.iter().collect::<Vec<_>>(), [Some("a text that is not inline"), None]);
}

#[test]
fn a_list_with_a_null_inside_is_refused_and_a_null_list_is_not() {
    let lists = |items: Vec<Option<Vec<Option<i32>>>>| {
        batch(vec![("l", Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>(items)))])
    };
    let good = lists(vec![Some(vec![Some(1), Some(2)]), None, Some(vec![])]);
    let read = good.i32_list("l").expect("lists").iter().collect::<Vec<_>>();
    assert_eq!(read, [Some([1, 2].as_slice()), None, Some([].as_slice())]);
    let bad = lists(vec![Some(vec![Some(1), None])]);
    assert!(matches!(bad.i32_list("l"), Err(Error::NullInList(name)) if name == "l"));
    assert!(matches!(good.i64_list("l"), Err(Error::WrongType { .. })));
}

#[test]
fn a_stream_that_was_cut_or_altered_is_no_batch_and_no_panic() {
    let whole = stream(&batch(vec![("n", Arc::new(Int64Array::from_iter_values(0..100)))]));
    let rows = Batch::read(whole.clone().into()).expect("it is whole");
    assert_eq!(rows.iter().map(Batch::rows).sum::<usize>(), 100);
    for length in [1, 7, whole.len() / 2] {
        assert!(Batch::read(whole[..length].to_vec().into()).is_none(), "{length} bytes");
    }
    assert!(Batch::read(vec![0xA5; 64].into()).is_none());
}
