//! Parquet columns of every type, as identifiers and as payload.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, AsArray, BinaryArray, BooleanArray, Date32Array, Date64Array, Decimal128Array,
    DictionaryArray, Float32Array, Float64Array, Int8Array, Int64Array, LargeStringArray,
    NullArray, RecordBatch, StringArray, StringViewArray, Time64MicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, TimestampSecondArray, UInt64Array,
};
use arrow::datatypes::Int32Type;
use parquet::arrow::ArrowWriter;

use super::super::{ColumnAs, Fault, Input, ReadError, open};
use super::wanted;
use crate::spec::TextLayout;

/// A Parquet file of these columns.
pub(super) fn parquet(columns: Vec<(&str, ArrayRef)>) -> tempfile::NamedTempFile {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    );
    let batch = batch.expect("columns of one length");
    let file = tempfile::NamedTempFile::new().expect("a temporary folder");
    let mut writer = ArrowWriter::try_new(file.as_file(), batch.schema(), None).expect("a file");
    writer.write(&batch).expect("room on the disk");
    writer.close().expect("room on the disk");
    file
}

/// Reads the column `c` as is wanted.
pub(super) fn read(column: ArrayRef, read_as: ColumnAs) -> Result<ArrayRef, ReadError> {
    let file = parquet(vec![("before", column.clone()), ("c", column)]);
    let source = open(&[Input::from(file.path())], &TextLayout::default())?;
    let mut batches = source.select(&wanted(&["c"], read_as))?;
    let types = batches.types().to_vec();
    let batch = batches.next_chunk().expect("there are rows")?.parse()?;
    assert_eq!(types, [batch.columns[0].data_type().clone()]);
    assert!(batches.next_chunk().is_none());
    Ok(batch.columns[0].clone())
}

fn text(column: ArrayRef, read_as: ColumnAs) -> Vec<Option<String>> {
    let column = read(column, read_as).expect("good");
    column.as_string::<i32>().iter().map(|cell| cell.map(str::to_owned)).collect()
}

pub(super) fn some(cells: &[&str]) -> Vec<Option<String>> {
    cells.iter().map(|cell| Some((*cell).to_owned())).collect()
}

#[test]
fn every_kind_of_text_is_text() {
    let words = ["Zoë", "", "O'Neil"];
    let mut dictionary: DictionaryArray<Int32Type> = words.into_iter().collect();
    dictionary = dictionary.with_values(Arc::new(dictionary.values().as_string::<i32>().clone()));
    let columns: [ArrayRef; 4] = [
        Arc::new(StringArray::from(words.to_vec())),
        Arc::new(LargeStringArray::from(words.to_vec())),
        Arc::new(StringViewArray::from(words.to_vec())),
        Arc::new(dictionary),
    ];
    for column in columns {
        for read_as in [ColumnAs::Text, ColumnAs::DigitsPadded(10), ColumnAs::Date, ColumnAs::Kept]
        {
            assert_eq!(text(column.clone(), read_as), some(&words));
        }
    }
    let nulls: ArrayRef = Arc::new(StringArray::from(vec![Some("x"), None]));
    assert_eq!(text(nulls, ColumnAs::Text), [Some("x".to_owned()), None]);
    assert_eq!(text(Arc::new(NullArray::new(2)), ColumnAs::Text), [None, None]);
}

#[test]
fn whole_numbers_become_digits_and_regain_leading_zeros() {
    let padded = ColumnAs::DigitsPadded(10);
    let numbers: ArrayRef = Arc::new(Int64Array::from(vec![Some(101_299_877), None, Some(-9)]));
    let expected = [Some("0101299877".to_owned()), None, Some("-9".to_owned())];
    assert_eq!(text(numbers.clone(), padded), expected);
    assert_eq!(text(numbers, ColumnAs::Text)[0].as_deref(), Some("101299877"));
    let tiny: ArrayRef = Arc::new(Int8Array::from(vec![7]));
    assert_eq!(text(tiny, ColumnAs::DigitsPadded(3)), some(&["007"]));
    let largest: ArrayRef = Arc::new(UInt64Array::from(vec![u64::MAX]));
    assert_eq!(text(largest, ColumnAs::Text), some(&["18446744073709551615"]));
    let decimals = Decimal128Array::from(vec![9_434_765_919, 5]).with_precision_and_scale(20, 0);
    assert_eq!(
        text(Arc::new(decimals.expect("fits")), padded),
        some(&["9434765919", "0000000005"])
    );
    let scaled = Decimal128Array::from(vec![943_476_591_900, 150]).with_precision_and_scale(20, 2);
    assert_eq!(text(Arc::new(scaled.expect("fits")), padded), some(&["9434765919", "1.5"]));
    let birth: ArrayRef = Arc::new(Int64Array::from(vec![20_120_131, 1_022_012]));
    assert_eq!(text(birth, ColumnAs::Date), some(&["20120131", "01022012"]));
}

#[test]
fn floating_point_identifiers_are_whole_numbers_or_refused() {
    let padded = ColumnAs::DigitsPadded(10);
    let numbers: ArrayRef = Arc::new(Float64Array::from(vec![
        Some(9_434_765_919.0),
        Some(101_299_877.0),
        Some(f64::NAN),
        None,
        Some(-0.0),
        Some(-9.0),
    ]));
    let digits = text(numbers.clone(), padded);
    let digits: Vec<_> = digits.iter().map(Option::as_deref).collect();
    let expected = ["9434765919", "0101299877", "", "", "0000000000", "-9"];
    assert_eq!(digits, expected.map(|cell| Some(cell).filter(|cell| !cell.is_empty())));
    assert_eq!(text(numbers, ColumnAs::Text)[1].as_deref(), Some("101299877"));
    let fraction: ArrayRef = Arc::new(Float64Array::from(vec![1.5]));
    assert_eq!(text(fraction, ColumnAs::Text), some(&["1.5"]));
    for inexact in [
        Arc::new(Float64Array::from(vec![1.0, 9.1e15])) as ArrayRef,
        Arc::new(Float32Array::from(vec![1.0, 9_434_765_919.0])),
        Arc::new(Float64Array::from(vec![1.0, f64::INFINITY])),
    ] {
        let error = read(inexact, padded).expect_err("digits are lost");
        let place = (error.row(), error.column(), error.column_name());
        assert_eq!((place, error.fault()), ((Some(3), Some(2), Some("c")), &Fault::InexactNumber));
    }
}

#[test]
fn dates_and_times_are_iso_text() {
    let days: ArrayRef = Arc::new(Date32Array::from(vec![
        Some(0),
        Some(-1),
        Some(15_370),
        None,
        Some(-719_468),
        Some(2_932_896),
        Some(11_016),
    ]));
    let expected =
        ["1970-01-01", "1969-12-31", "2012-01-31", "", "0000-03-01", "9999-12-31", "2000-02-29"];
    for read_as in [ColumnAs::Date, ColumnAs::Text] {
        let found: Vec<_> =
            text(days.clone(), read_as).into_iter().map(Option::unwrap_or_default).collect();
        assert_eq!(found, expected);
    }
    let midnight = 15_370 * 86_400_000;
    let milliseconds = vec![midnight, midnight + 3_661_001, midnight + 1, midnight - 1];
    let shown = ["2012-01-31", "2012-01-31 01:01:01", "2012-01-31 00:00:00", "2012-01-30 23:59:59"];
    let local: ArrayRef = Arc::new(TimestampMillisecondArray::from(milliseconds.clone()));
    assert_eq!(text(local, ColumnAs::Date), some(&shown));
    let zoned = TimestampMillisecondArray::from(milliseconds.clone()).with_timezone("UTC");
    let zoned_shown =
        shown.map(|time| if time.len() > 10 { format!("{time}Z") } else { time.to_owned() });
    assert_eq!(text(Arc::new(zoned), ColumnAs::Date), zoned_shown.map(Some));
    let nanoseconds: ArrayRef = Arc::new(TimestampNanosecondArray::from(vec![i64::MIN, 0]));
    assert_eq!(text(nanoseconds, ColumnAs::Date), some(&["1677-09-21 00:12:43", "1970-01-01"]));
    let seconds: ArrayRef = Arc::new(TimestampSecondArray::from(vec![midnight / 1000 + 1]));
    assert_eq!(text(seconds, ColumnAs::Date), some(&["2012-01-31 00:00:01"]));
    let date64: ArrayRef = Arc::new(Date64Array::from(vec![midnight]));
    assert_eq!(text(date64, ColumnAs::Date), some(&["2012-01-31"]));
    let extreme: ArrayRef = Arc::new(Date32Array::from(vec![i32::MIN, i32::MAX]));
    assert_eq!(text(extreme, ColumnAs::Date).len(), 2);
}

#[test]
fn booleans_are_words_and_times_and_bytes_are_no_identifiers() {
    let flags: ArrayRef = Arc::new(BooleanArray::from(vec![true, false]));
    assert_eq!(text(flags.clone(), ColumnAs::Text), some(&["true", "false"]));
    let bytes: ArrayRef = Arc::new(BinaryArray::from_vec(vec![b"SECRETNAME"]));
    let time: ArrayRef = Arc::new(Time64MicrosecondArray::from(vec![1]));
    for (column, read_as, found, wanted) in [
        (bytes.clone(), ColumnAs::Text, "binary", "text"),
        (bytes, ColumnAs::Kept, "binary", "payload"),
        (time, ColumnAs::Text, "Time64(µs)", "text"),
        (flags, ColumnAs::Date, "Boolean", "a date"),
    ] {
        let error = read(column, read_as).expect_err("not that type");
        let (column, found) = ("c".to_owned(), found.to_owned());
        assert_eq!(*error.fault(), Fault::UnsupportedType { column, found, wanted });
        assert!(!error.to_string().contains("SECRET"));
    }
}

#[test]
fn payload_keeps_its_type() {
    let columns: [ArrayRef; 4] = [
        Arc::new(Int8Array::from(vec![1])),
        Arc::new(Float64Array::from(vec![1.5])),
        Arc::new(Date32Array::from(vec![1])),
        Arc::new(Time64MicrosecondArray::from(vec![1])),
    ];
    for column in columns {
        assert_eq!(&read(column.clone(), ColumnAs::Kept).expect("good"), &column);
    }
}
