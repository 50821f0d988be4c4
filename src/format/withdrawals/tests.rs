//! Tables of every kind of column that forget.

use arrow::array::{
    BooleanArray, Date32Array, Decimal128Array, Float64Array, Int64Array, StringArray,
    TimestampMicrosecondArray, UInt8Array,
};

use super::*;
use crate::format::record_tables::payload_schema;
use crate::format::token_table::full_column;
use crate::token::TOKEN_BYTES;

fn manifest(kind: TableKind) -> Manifest {
    let spec = "0".repeat(64);
    Manifest { dataset: Some("a".to_owned()), ..Manifest::new(kind, "trial", &spec) }
}

fn record(number: u8) -> Token {
    Token([number; TOKEN_BYTES])
}

/// A payload of every kind of column, of the records with these numbers.
fn payload(path: &Path, records: &[u8]) {
    let number = |n: &u8| i64::from(*n) * 1_000_003;
    let refs: Vec<Token> = records.iter().map(|n| record(*n)).collect();
    let micros: TimestampMicrosecondArray = records.iter().map(|n| Some(number(n))).collect();
    let decimal: Decimal128Array = records.iter().map(|n| Some(i128::from(*n))).collect();
    let columns: Vec<ArrayRef> = vec![
        Arc::new(records.iter().map(|n| Some(n.to_string())).collect::<StringArray>()),
        Arc::new(records.iter().map(|n| (*n > 1).then_some(n % 2 == 0)).collect::<BooleanArray>()),
        Arc::new(records.iter().map(|n| Some(*n)).collect::<UInt8Array>()),
        Arc::new(records.iter().map(|n| (*n != 3).then(|| number(n))).collect::<Int64Array>()),
        Arc::new(records.iter().map(|n| Some(f64::from(*n) / 3.0)).collect::<Float64Array>()),
        Arc::new(records.iter().map(|n| Some(i32::from(*n))).collect::<Date32Array>()),
        Arc::new(micros.clone()),
        Arc::new(micros.with_timezone("UTC")),
        Arc::new(decimal.with_precision_and_scale(10, 2).expect("it fits")),
    ];
    let field = |(place, column): (usize, &ArrayRef)| {
        Arc::new(Field::new(format!("c{place}"), column.data_type().clone(), true))
    };
    let schema = payload_schema(columns.iter().enumerate().map(field));
    let mut writer = TableWriter::create(path, schema).expect("begun");
    let all = [vec![Arc::new(full_column(refs.clone())) as ArrayRef], columns].concat();
    writer.write(all).expect("written");
    let mut distinct = refs;
    distinct.dedup();
    let records = distinct.len() as u64;
    let file = writer.close(Manifest { records, ..manifest(TableKind::Payload) });
    file.expect("closed").publish().expect("published");
}

#[test]
fn what_is_left_keeps_its_type_its_order_and_its_gaps() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |name: &str| folder.path().join(name);
    payload(&at("all"), &[1, 2, 2, 3, 4]);
    payload(&at("some"), &[1, 3, 4]);
    let list = |name: &str, refs: Vec<Token>| {
        let file = write(&at(name), refs, manifest(TableKind::Withdrawals)).expect("written");
        file.publish().expect("published");
        Withdrawals::read(&at(name)).expect("read")
    };
    let lists = [list("one", vec![record(9), record(9)]), list("two", vec![record(2)])];
    assert_eq!(lists[0].manifest.records, 1);
    let done = apply(&at("all"), &lists, &at("after")).expect("forgotten");
    assert_eq!((done.records, done.rows), (1, 2));
    assert!(!at("after").exists(), "it waits to be published");
    done.file.publish().expect("published");
    let read = |name: &str| std::fs::read(at(name)).expect("read");
    assert!(read("after") == read("some"), "as if the record had never been there");
}
