//! A table of this program, as plans that carry it to a server in parts.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BinaryArray, BooleanArray, Float32Array, Float64Array, Int8Array, Int16Array,
    Int32Array, Int64Array, ListArray, RecordBatch, StringArray,
};
use arrow::datatypes::{ArrowPrimitiveType, Field, Int32Type, Int64Type, Schema};
use arrow::ipc::writer::StreamWriter;
use proto::relation::RelType;
use spark_connect_proto as proto;

use super::error::Error;
use super::link::relation;

/// A column's values, a row each; nothing is null.
#[derive(Clone)]
pub enum Values {
    /// BIGINT.
    I64(Vec<Option<i64>>),
    /// INT.
    I32(Vec<Option<i32>>),
    /// SMALLINT.
    I16(Vec<Option<i16>>),
    /// TINYINT.
    I8(Vec<Option<i8>>),
    /// DOUBLE.
    F64(Vec<Option<f64>>),
    /// FLOAT.
    F32(Vec<Option<f32>>),
    /// BOOLEAN.
    Bool(Vec<Option<bool>>),
    /// BINARY.
    Binary(Vec<Option<Vec<u8>>>),
    /// STRING.
    Text(Vec<Option<String>>),
    /// `ARRAY<BIGINT>`.
    I64List(Vec<Option<Vec<i64>>>),
    /// `ARRAY<INT>`.
    I32List(Vec<Option<Vec<i32>>>),
}

impl Values {
    fn into_array(self) -> ArrayRef {
        match self {
            Self::I64(values) => Arc::new(Int64Array::from(values)),
            Self::I32(values) => Arc::new(Int32Array::from(values)),
            Self::I16(values) => Arc::new(Int16Array::from(values)),
            Self::I8(values) => Arc::new(Int8Array::from(values)),
            Self::F64(values) => Arc::new(Float64Array::from(values)),
            Self::F32(values) => Arc::new(Float32Array::from(values)),
            Self::Bool(values) => Arc::new(BooleanArray::from(values)),
            Self::Binary(values) => Arc::new(BinaryArray::from_iter(values)),
            Self::Text(values) => Arc::new(StringArray::from(values)),
            Self::I64List(lists) => Arc::new(list::<Int64Type>(lists)),
            Self::I32List(lists) => Arc::new(list::<Int32Type>(lists)),
        }
    }
}

fn list<T: ArrowPrimitiveType>(lists: Vec<Option<Vec<T::Native>>>) -> ListArray {
    let items = |list: Vec<T::Native>| list.into_iter().map(Some).collect::<Vec<_>>();
    ListArray::from_iter_primitive::<T, _, _>(lists.into_iter().map(|list| list.map(items)))
}

/// The table in parts of about [`PART`] bytes, one at least.
pub(super) fn relations(columns: Vec<(&str, Values)>) -> Result<Vec<proto::Relation>, Error> {
    let table = table(columns)?;
    let rows = rows_a_part(&table);
    let mut parts = Vec::new();
    let mut start = 0;
    while start < table.num_rows() || parts.is_empty() {
        let length = rows.min(table.num_rows() - start);
        parts.push(local(&table.slice(start, length)));
        start += length;
    }
    Ok(parts)
}

fn table(columns: Vec<(&str, Values)>) -> Result<RecordBatch, Error> {
    let mut fields = Vec::with_capacity(columns.len());
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(columns.len());
    for (name, values) in columns {
        let array = values.into_array();
        if arrays.first().is_some_and(|first| first.len() != array.len()) {
            return Err(Error::Length(name.to_owned()));
        }
        assert!(
            fields.iter().all(|f: &Field| f.name() != name),
            "the column {name} is there twice"
        );
        fields.push(Field::new(name, array.data_type().clone(), true));
        arrays.push(array);
    }
    let schema = Arc::new(Schema::new(fields));
    Ok(RecordBatch::try_new(schema, arrays).expect("there are columns, and all of one length"))
}

fn rows_a_part(table: &RecordBatch) -> usize {
    let parts = table.get_array_memory_size().div_ceil(PART).max(1);
    table.num_rows().div_ceil(parts).max(1)
}

fn local(rows: &RecordBatch) -> proto::Relation {
    let mut stream = Vec::new();
    let mut writer = StreamWriter::try_new(&mut stream, &rows.schema()).expect(IN_MEMORY);
    writer.write(rows).expect(IN_MEMORY);
    writer.finish().expect(IN_MEMORY);
    drop(writer);
    let data = Some(stream.into());
    relation(RelType::LocalRelation(proto::LocalRelation { data, schema: None }))
}

/// Bytes a message: far below the 128 MiB that a Spark server takes in one.
const PART: usize = 8 << 20;
const IN_MEMORY: &str = "columns of these types have a form in Arrow's stream";

#[cfg(test)]
mod tests {
    use super::*;

    fn data(relation: &proto::Relation) -> &[u8] {
        match &relation.rel_type {
            Some(RelType::LocalRelation(local)) => local.data.as_ref().expect("it has data"),
            _ => panic!("a local table was made"),
        }
    }

    #[test]
    fn a_large_table_is_parted_and_no_row_is_lost() {
        let numbers = (0..3_000_000).map(Some).collect();
        let parts = relations(vec![("n", Values::I64(numbers))]).expect("a table");
        assert!(parts.len() > 2, "{}", parts.len());
        let mut next = 0;
        for part in &parts {
            assert!(data(part).len() < 2 * PART);
            let stream = data(part).to_vec().into();
            for batch in super::super::Batch::read(stream).expect("it reads") {
                for number in batch.i64("n").expect("numbers").iter() {
                    assert_eq!(number, Some(next));
                    next += 1;
                }
            }
        }
        assert_eq!(next, 3_000_000);
    }

    #[test]
    fn a_table_without_rows_still_has_its_columns() {
        let parts = relations(vec![("n", Values::Text(Vec::new()))]).expect("a table");
        assert_eq!(parts.len(), 1);
        assert!(!data(&parts[0]).is_empty());
    }

    #[test]
    fn columns_of_different_length_are_refused_by_name() {
        let columns = vec![("a", Values::I32(vec![None])), ("b", Values::I32(vec![]))];
        assert!(matches!(relations(columns), Err(Error::Length(name)) if name == "b"));
    }
}
