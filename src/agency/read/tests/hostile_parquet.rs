//! Damaged and hostile Parquet files: an error or a table, never a panic, never much memory.

use std::io::Write;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, StringArray};

use super::super::{ColumnAs, Fault, Input, open};
use super::parquet_types::parquet;
use super::{Found, ReadError, collect, wanted};
use crate::spec::TextLayout;

fn read(bytes: &[u8]) -> Result<Found, ReadError> {
    let mut file = tempfile::NamedTempFile::new().expect("a temporary folder");
    file.write_all(bytes).expect("room on the disk");
    let source = open(&[Input::from(file.path())], &TextLayout::default())?;
    let columns = source.columns().to_vec();
    let batches = source.select(&wanted(&columns, ColumnAs::Text))?;
    collect(columns, batches)
}

fn sample() -> Vec<u8> {
    let words: ArrayRef =
        Arc::new(StringArray::from_iter_values((0..40).map(|n| format!("SECRETNAME{}", n % 7))));
    let numbers: ArrayRef = Arc::new(Int64Array::from_iter_values(0..40));
    let file = parquet(vec![("name", words), ("number", numbers)]);
    std::fs::read(file.path()).expect("just written")
}

fn without_panic_messages(run: impl FnOnce()) {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    run();
    std::panic::set_hook(hook);
}

#[test]
fn damage_is_an_error_or_a_table_and_tells_no_cell() {
    let good = sample();
    assert_eq!(read(&good).expect("good").rows.len(), 40);
    without_panic_messages(|| {
        for at in 0..good.len() {
            for bit in [1, 0x80] {
                let mut bytes = good.clone();
                bytes[at] ^= bit;
                // The last four bytes are not looked at by who tells CSV from Parquet.
                if let Err(error) = read(&bytes) {
                    assert!(!format!("{error} {error:?}").contains("SECRET"), "{error}");
                }
            }
            assert!(at < 4 || read(&good[..at]).is_err(), "cut at {at}");
        }
    });
}

#[test]
fn a_file_that_only_begins_like_parquet_is_an_error() {
    let error = read(b"PAR1SECRETNAME,x\n1,2\n").expect_err("not Parquet");
    assert_eq!(*error.fault(), Fault::DamagedParquet);
    let encrypted = read(b"PAREabc").expect_err("encrypted");
    assert_eq!(*encrypted.fault(), Fault::EncryptedParquet);
}

#[test]
fn a_small_file_that_expands_to_much_text_is_refused() {
    let long = "x".repeat(60_000);
    let column: ArrayRef =
        Arc::new(StringArray::from_iter_values((0..8000).map(|_| long.as_str())));
    let bytes = std::fs::read(parquet(vec![("c", column)]).path()).expect("just written");
    assert!(bytes.len() < 1_000_000);
    let error = read(&bytes).expect_err("480 MB of text");
    assert_eq!(*error.fault(), Fault::BatchTooLarge);
}
