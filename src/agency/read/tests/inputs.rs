//! Faults of whole inputs: other columns, other formats, a failing disk.

use std::io::Cursor;

use super::super::csv::CsvTable;
use super::super::{BLOCK, ColumnAs, Fault, Source, Table, sniff};
use super::{Failing, collect, read, source, wanted};
use crate::spec::TextLayout;

#[test]
fn a_column_is_named_only_if_the_run_asked_for_it() {
    for (record, column, name) in [("1,2\"", 2, None), ("1\",2", 1, Some("nhs_number"))] {
        let input = format!("nhs_number,SECRETNAME\n{record}\n");
        let source = source(&[input.as_bytes()], &TextLayout::default(), BLOCK).expect("a header");
        let batches = source.select(&wanted(&["nhs_number"], ColumnAs::Text)).expect("it is there");
        let error = collect(Vec::new(), batches).expect_err("a stray quote");
        assert_eq!((error.column(), error.column_name()), (Some(column), name));
        assert!(!error.to_string().contains("SECRET"));
    }
}

#[test]
fn a_missing_column_is_named_and_the_others_are_not() {
    let missing = |input: &[u8]| {
        let source = source(&[input], &TextLayout::default(), BLOCK).expect("a good header");
        source.select(&wanted(&["upn"], ColumnAs::Text)).err().expect("it is missing")
    };
    let error = missing(b"SECRETNAME,b\n");
    assert_eq!(*error.fault(), Fault::MissingColumn("upn".to_owned()));
    assert!(!error.to_string().contains("SECRET"));
    let error = missing(b"upn;dob\n");
    assert_eq!(*error.fault(), Fault::MissingInSingleColumn("upn".to_owned()));
    assert!(error.help().contains("delimiter"));
}

#[test]
fn inputs_with_other_columns_are_refused() {
    let error = |other: &[u8]| {
        read(&[b"a,b,c\n", other], &TextLayout::default(), BLOCK).expect_err("they differ")
    };
    let differs = error(b"a,b,d\n");
    assert_eq!(differs.file(), "file2.csv");
    let (missing, extra) = (vec!["c".to_owned()], vec!["d".to_owned()]);
    let first = "file1.csv".to_owned();
    assert_eq!(*differs.fault(), Fault::ColumnsDiffer { first: first.clone(), missing, extra });
    assert!(differs.to_string().contains("it lacks \"c\"; it also has \"d\""), "{differs}");
    let headless = error(b"SECRETNAME,a,SECRETNAME2\n");
    assert_eq!(*headless.fault(), Fault::NotThisHeader { first, shared: 1, expected: 3 });
    assert!(!format!("{headless} {headless:?}").contains("SECRET"));
}

#[test]
fn other_kinds_of_file_are_named() {
    for (start, says) in [
        (b"PK\x03\x04SECRET".as_slice(), "an Excel workbook or a zip archive"),
        (b"\x1F\x8B\x08", "compressed with gzip"),
        (b"PARE", "encrypted"),
    ] {
        let error = read(&[start], &TextLayout::default(), BLOCK).expect_err("not CSV");
        assert!(error.to_string().contains(says), "{error}");
    }
}

#[test]
fn a_failing_disk_is_an_error_and_the_end() {
    let rest = Box::new(Failing(Cursor::new(b"a,b\nx,y\nx,z\n".to_vec())));
    let opened = sniff::look("disk.csv".to_owned(), rest, None).expect("the start is readable");
    let table = CsvTable::open(opened, &TextLayout::default(), 4).expect("so is the header");
    let source = Source::of(vec![Table::Csv(table)]).expect("one table");
    let mut batches = source.select(&wanted(&["a"], ColumnAs::Text)).expect("it is there");
    let mut error = None;
    for _ in 0..10 {
        if let Some(Err(found)) = batches.next_chunk() {
            assert!(error.replace(found).is_none(), "there is one error only");
        }
    }
    assert!(error.expect("it failed").to_string().contains("the disk is gone"));
}
