//! Rows that came from a server: columns by name, as plain values.

use arrow::array::{
    Array, ArrayRef, ArrowPrimitiveType, AsArray, GenericListArray, OffsetSizeTrait, RecordBatch,
};
use arrow::buffer::Buffer;
use arrow::datatypes::{
    DataType, Float32Type, Float64Type, Int8Type, Int16Type, Int32Type, Int64Type,
};
use arrow::ipc::reader::StreamDecoder;
use bytes::Bytes;

use super::error::Error;

/// Some of a query's rows.
pub struct Batch {
    rows: RecordBatch,
}

/// One column of a batch. A row's value is nothing where it is null.
pub struct Column<'a, T> {
    rows: usize,
    read: Box<dyn Fn(usize) -> Option<T> + 'a>,
}

impl<T> Column<'_, T> {
    /// A row's value.
    ///
    /// # Panics
    ///
    /// If the batch has no such row.
    #[must_use]
    pub fn get(&self, row: usize) -> Option<T> {
        assert!(row < self.rows, "the batch has {} rows", self.rows);
        (self.read)(row)
    }

    /// All of them, in order.
    pub fn iter(&self) -> impl Iterator<Item = Option<T>> {
        (0..self.rows).map(|row| (self.read)(row))
    }
}

/// An accessor for a type of numbers.
macro_rules! numbers {
    ($($(#[$doc:meta])* $name:ident: $native:ty, $arrow:ty, $spark:literal;)*) => {$(
        $(#[$doc])*
        ///
        /// # Errors
        ///
        /// There is no such column, or it is of another type.
        pub fn $name(&self, column: &str) -> Result<Column<'_, $native>, Error> {
            self.number::<$arrow>(column, $spark)
        }
    )*};
}

impl Batch {
    /// What an Arrow stream holds, or nothing if it is damaged.
    pub(super) fn read(stream: Bytes) -> Option<Vec<Self>> {
        let mut buffer = Buffer::from(stream);
        let mut decoder = StreamDecoder::new();
        let mut batches = Vec::new();
        while !buffer.is_empty() {
            if let Some(rows) = decoder.decode(&mut buffer).ok()? {
                batches.push(Self { rows });
            }
        }
        decoder.finish().ok()?;
        Some(batches)
    }

    /// How many there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows.num_rows()
    }

    numbers! {
        /// A column of type BIGINT.
        i64: i64, Int64Type, "BIGINT";
        /// A column of type INT.
        i32: i32, Int32Type, "INT";
        /// A column of type SMALLINT.
        i16: i16, Int16Type, "SMALLINT";
        /// A column of type TINYINT.
        i8: i8, Int8Type, "TINYINT";
        /// A column of type DOUBLE.
        f64: f64, Float64Type, "DOUBLE";
        /// A column of type FLOAT.
        f32: f32, Float32Type, "FLOAT";
    }

    fn number<T: ArrowPrimitiveType>(
        &self,
        column: &str,
        wanted: &'static str,
    ) -> Result<Column<'_, T::Native>, Error> {
        let array = self.column(column)?;
        let values = array.as_primitive_opt::<T>().ok_or_else(|| other(column, wanted, array))?;
        Ok(known(array, |row| values.value(row)))
    }

    /// A column of type BOOLEAN.
    ///
    /// # Errors
    ///
    /// There is no such column, or it is of another type.
    pub fn bool(&self, column: &str) -> Result<Column<'_, bool>, Error> {
        let array = self.column(column)?;
        let values = array.as_boolean_opt().ok_or_else(|| other(column, "BOOLEAN", array))?;
        Ok(known(array, |row| values.value(row)))
    }

    /// A column of type BINARY.
    ///
    /// # Errors
    ///
    /// There is no such column, or it is of another type.
    pub fn binary(&self, column: &str) -> Result<Column<'_, &[u8]>, Error> {
        let array = self.column(column)?;
        Ok(match array.data_type() {
            DataType::Binary => known(array, |row| array.as_binary::<i32>().value(row)),
            DataType::LargeBinary => known(array, |row| array.as_binary::<i64>().value(row)),
            DataType::BinaryView => known(array, |row| array.as_binary_view().value(row)),
            DataType::FixedSizeBinary(_) => {
                known(array, |row| array.as_fixed_size_binary().value(row))
            }
            _ => return Err(other(column, "BINARY", array)),
        })
    }

    /// A column of type STRING.
    ///
    /// # Errors
    ///
    /// There is no such column, or it is of another type.
    pub fn text(&self, column: &str) -> Result<Column<'_, &str>, Error> {
        let array = self.column(column)?;
        Ok(match array.data_type() {
            DataType::Utf8 => known(array, |row| array.as_string::<i32>().value(row)),
            DataType::LargeUtf8 => known(array, |row| array.as_string::<i64>().value(row)),
            DataType::Utf8View => known(array, |row| array.as_string_view().value(row)),
            _ => return Err(other(column, "STRING", array)),
        })
    }

    /// A column of type `ARRAY<BIGINT>`, without nulls inside.
    ///
    /// # Errors
    ///
    /// There is no such column, it is of another type, or a list holds a null.
    pub fn i64_list(&self, column: &str) -> Result<Column<'_, &[i64]>, Error> {
        self.list::<Int64Type>(column, "ARRAY<BIGINT>")
    }

    /// A column of type `ARRAY<INT>`, without nulls inside.
    ///
    /// # Errors
    ///
    /// There is no such column, it is of another type, or a list holds a null.
    pub fn i32_list(&self, column: &str) -> Result<Column<'_, &[i32]>, Error> {
        self.list::<Int32Type>(column, "ARRAY<INT>")
    }

    fn list<T: ArrowPrimitiveType>(
        &self,
        column: &str,
        wanted: &'static str,
    ) -> Result<Column<'_, &[T::Native]>, Error> {
        let array = self.column(column)?;
        if let Some(lists) = array.as_list_opt::<i32>() {
            lists_of::<i32, T>(lists, column, wanted)
        } else if let Some(lists) = array.as_list_opt::<i64>() {
            lists_of::<i64, T>(lists, column, wanted)
        } else {
            Err(other(column, wanted, array))
        }
    }

    fn column(&self, name: &str) -> Result<&ArrayRef, Error> {
        self.rows.column_by_name(name).ok_or_else(|| Error::NoColumn(name.to_owned()))
    }
}

fn lists_of<'a, O: OffsetSizeTrait, T: ArrowPrimitiveType>(
    lists: &'a GenericListArray<O>,
    column: &str,
    wanted: &'static str,
) -> Result<Column<'a, &'a [T::Native]>, Error> {
    let items = lists.values();
    let values = items.as_primitive_opt::<T>().ok_or_else(|| other(column, wanted, lists))?;
    // Nulls between the lists, or under a list that is null, are of no list.
    let inside = |row| lists.is_valid(row) && lists.value(row).null_count() > 0;
    if values.null_count() > 0 && (0..lists.len()).any(inside) {
        return Err(Error::NullInList(column.to_owned()));
    }
    let starts = lists.value_offsets();
    Ok(known(lists, move |row| {
        &values.values()[starts[row].as_usize()..starts[row + 1].as_usize()]
    }))
}

/// A column whose rows that are not null are read by a function.
fn known<'a, T>(array: &'a dyn Array, read: impl Fn(usize) -> T + 'a) -> Column<'a, T> {
    let nulls = array.nulls();
    Column {
        rows: array.len(),
        read: Box::new(move |row| nulls.is_none_or(|nulls| nulls.is_valid(row)).then(|| read(row))),
    }
}

fn other(column: &str, wanted: &'static str, array: &dyn Array) -> Error {
    Error::WrongType { column: column.to_owned(), wanted, found: array.data_type().to_string() }
}

#[cfg(test)]
mod tests;
