//! Parquet cells as text.

use std::io::Write;

use arrow::array::{Array, ArrayRef, AsArray, StringArray};
use arrow::compute::cast;
use arrow::datatypes::{
    DataType, Decimal128Type, Decimal256Type, Float64Type, Int64Type, TimeUnit, UInt64Type,
};

use super::fault::Fault;
use super::text_column::TextColumn;
use super::{ColumnAs, MAX_FIELD};

/// Rows in a batch of Parquet.
pub(super) const BATCH_ROWS: usize = 8192;

/// The most text that the rows of one column of a batch may hold: 8 KiB a row, far more than any
/// honest table and far less than the memory of any computer.
const MAX_BATCH_TEXT: usize = BATCH_ROWS * 8 * 1024;

/// A fault and the index of its row.
pub(super) type AtRow = (usize, Fault);

/// The type that a column of this type has after reading, if it can be read as is wanted.
pub(super) fn type_read_as(found: &DataType, read_as: ColumnAs) -> Result<DataType, &'static str> {
    let is_text = matches!(found, DataType::Utf8 | DataType::Utf8View | DataType::Null);
    let is_number = found.is_integer()
        || matches!(found, DataType::Float32 | DataType::Float64)
        || matches!(found, DataType::Decimal128(..) | DataType::Decimal256(..));
    let is_date = matches!(found, DataType::Date32 | DataType::Date64 | DataType::Timestamp(..));
    let is_boolean = *found == DataType::Boolean;
    let is_time = matches!(found, DataType::Time32(_) | DataType::Time64(_));
    match read_as {
        ColumnAs::Text | ColumnAs::DigitsPadded(_)
            if is_text || is_number || is_date || is_boolean =>
        {
            Ok(DataType::Utf8)
        }
        ColumnAs::Date if is_text || is_number || is_date => Ok(DataType::Utf8),
        ColumnAs::Kept if is_text => Ok(DataType::Utf8),
        ColumnAs::Kept if is_number || is_date || is_boolean || is_time => Ok(found.clone()),
        ColumnAs::Text | ColumnAs::DigitsPadded(_) => Err("text"),
        ColumnAs::Date => Err("a date"),
        ColumnAs::Kept => Err("payload"),
    }
}

/// A column that `type_read_as` allows, as is wanted.
pub(super) fn read_as(array: &ArrayRef, read_as: ColumnAs) -> Result<ArrayRef, AtRow> {
    let is_text = matches!(array.data_type(), DataType::Utf8View | DataType::Null);
    let digits = match read_as {
        ColumnAs::Kept if !is_text => return Ok(array.clone()),
        ColumnAs::Kept | ColumnAs::Text => 0,
        ColumnAs::DigitsPadded(digits) => usize::from(digits),
        ColumnAs::Date => DATE_DIGITS,
    };
    Ok(std::sync::Arc::new(text(array, digits)?))
}

/// A date kept as a number is `20120131` or, a leading zero lost, `1022012`.
const DATE_DIGITS: usize = 8;

fn text(array: &ArrayRef, digits: usize) -> Result<StringArray, AtRow> {
    match array.data_type() {
        DataType::Utf8View => views(array),
        DataType::Boolean => {
            let values = array.as_boolean();
            each(array, |at, out| put(out, format_args!("{}", values.value(at))))
        }
        DataType::Float32 => floats(array, digits, EXACT_F32),
        DataType::Float64 => floats(array, digits, EXACT_F64),
        DataType::Decimal128(..) => {
            let values = array.as_primitive::<Decimal128Type>();
            each(array, |at, out| decimal(&values.value_as_string(at), digits, out))
        }
        DataType::Decimal256(..) => {
            let values = array.as_primitive::<Decimal256Type>();
            each(array, |at, out| decimal(&values.value_as_string(at), digits, out))
        }
        DataType::Date32 => days(array),
        DataType::Date64 => instants(array, 1000, false),
        DataType::Timestamp(unit, zone) => instants(array, per_second(*unit), zone.is_some()),
        DataType::UInt64 => {
            let values = array.as_primitive::<UInt64Type>();
            each(array, |at, out| put(out, format_args!("{:0digits$}", values.value(at))))
        }
        found if found.is_integer() => {
            let values = whole(array);
            let values = values.as_primitive::<Int64Type>();
            each(array, |at, out| integer(values.value(at), digits, out))
        }
        _ => Ok(StringArray::new_null(array.len())),
    }
}

/// The text of each row by `write`, which is called for those that are not null.
fn each(
    array: &ArrayRef,
    mut write: impl FnMut(usize, &mut Vec<u8>) -> Result<(), Fault>,
) -> Result<StringArray, AtRow> {
    let mut column = TextColumn::with_capacity(array.len());
    for at in 0..array.len() {
        let mut written = Ok(());
        column.push(|out| {
            if array.is_valid(at) {
                written = write(at, out);
            }
        });
        written.map_err(|fault| (at, fault))?;
    }
    Ok(column.finish_with(array.nulls().cloned()))
}

fn put(out: &mut Vec<u8>, text: std::fmt::Arguments<'_>) -> Result<(), Fault> {
    out.write_fmt(text).expect("a Vec takes what it is given");
    Ok(())
}

fn views(array: &ArrayRef) -> Result<StringArray, AtRow> {
    let values = array.as_string_view();
    if values.total_bytes_len() > MAX_BATCH_TEXT {
        return Err((0, Fault::BatchTooLarge));
    }
    each(array, |at, out| match values.value(at) {
        value if value.len() > MAX_FIELD => Err(Fault::FieldTooLong),
        value => {
            out.extend_from_slice(value.as_bytes());
            Ok(())
        }
    })
}

/// Only a number without a sign is padded: a negative one is a code such as -9, not an identifier.
fn integer(value: i64, digits: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
    match value < 0 {
        true => put(out, format_args!("{value}")),
        false => put(out, format_args!("{value:0digits$}")),
    }
}

/// Beyond this, f64 no longer keeps all whole numbers apart.
const EXACT_F64: f64 = 9_007_199_254_740_992.0;

/// The same for f32.
const EXACT_F32: f64 = 16_777_216.0;

/// Floating-point columns of identifiers are whole numbers that a tool with no other way to say
/// "missing" wrote so. NaN is missing; a fraction stays, for the normaliser to refuse and count.
fn floats(array: &ArrayRef, digits: usize, exact: f64) -> Result<StringArray, AtRow> {
    let values = cast(array, &DataType::Float64).expect("f32 widens to f64");
    let values = values.as_primitive::<Float64Type>();
    let written = each(array, |at, out| match values.value(at) {
        value if value.is_nan() => Ok(()),
        value if value.abs() >= exact => Err(Fault::InexactNumber),
        value if value < 0.0 => put(out, format_args!("{value}")),
        // Adding zero makes -0 into 0.
        value => put(out, format_args!("{:0digits$}", value + 0.0)),
    })?;
    let present = values.iter().map(|value| value.is_some_and(|value| !value.is_nan()));
    let (offsets, text, _) = written.into_parts();
    Ok(StringArray::new(offsets, text, Some(present.collect())))
}

fn decimal(value: &str, digits: usize, out: &mut Vec<u8>) -> Result<(), Fault> {
    let value = match value.contains('.') {
        true => value.trim_end_matches('0').trim_end_matches('.'),
        false => value,
    };
    match value.bytes().all(|byte| byte.is_ascii_digit()) {
        true => put(out, format_args!("{value:0>digits$}")),
        false => put(out, format_args!("{value}")),
    }
}

fn days(array: &ArrayRef) -> Result<StringArray, AtRow> {
    let days = whole(array);
    let days = days.as_primitive::<Int64Type>();
    each(array, |at, out| date(days.value(at), out))
}

/// Times as `YYYY-MM-DD`, with ` HH:MM:SS` unless they are midnight. A time that is bound to a zone
/// is shown in UTC and then ends in `Z`, so that midnight in British summer time, 23:00 the day
/// before in UTC, is not taken for a date.
fn instants(array: &ArrayRef, per_second: i64, zoned: bool) -> Result<StringArray, AtRow> {
    let values = whole(array);
    let values = values.as_primitive::<Int64Type>();
    each(array, |at, out| {
        let seconds = values.value(at).div_euclid(per_second);
        let subseconds = values.value(at).rem_euclid(per_second);
        date(seconds.div_euclid(86_400), out)?;
        let time = seconds.rem_euclid(86_400);
        if time == 0 && subseconds == 0 {
            return Ok(());
        }
        let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
        let zone = if zoned { "Z" } else { "" };
        put(out, format_args!(" {hour:02}:{minute:02}:{second:02}{zone}"))
    })
}

fn whole(array: &ArrayRef) -> ArrayRef {
    let array = match array.data_type() {
        DataType::Date32 => &cast(array, &DataType::Int32).expect("a Date32 is an i32 of days"),
        _ => array,
    };
    cast(array, &DataType::Int64).expect("integers up to 64 bits and times fit an i64")
}

fn per_second(unit: TimeUnit) -> i64 {
    match unit {
        TimeUnit::Second => 1,
        TimeUnit::Millisecond => 1_000,
        TimeUnit::Microsecond => 1_000_000,
        TimeUnit::Nanosecond => 1_000_000_000,
    }
}

/// The Gregorian date of a day counted from 1970-01-01, after Howard Hinnant's `civil_from_days`.
fn date(day: i64, out: &mut Vec<u8>) -> Result<(), Fault> {
    let day = day + 719_468;
    let era = day.div_euclid(146_097);
    let day_of_era = day.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    put(out, format_args!("{year:04}-{month:02}-{day:02}"))
}
