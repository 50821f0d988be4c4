//! Reading Parquet files without any of the program's own code.

use std::fs::File;
use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray};
use arrow::compute::concat;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// A whole Parquet file.
pub struct Parquet {
    pub columns: Vec<(String, ArrayRef)>,
    /// Key-value metadata of the file.
    pub metadata: Vec<(String, String)>,
}

/// Reads a file that must be whole.
#[track_caller]
pub fn read(path: &Path) -> Parquet {
    try_read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads a file, every page of it.
pub fn try_read(path: &Path) -> Result<Parquet, String> {
    let text = |error: &dyn std::error::Error| error.to_string();
    let file = File::open(path).map_err(|error| text(&error))?;
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|error| text(&error))?;
    let pairs = builder.metadata().file_metadata().key_value_metadata().cloned();
    let metadata = pairs
        .unwrap_or_default()
        .into_iter()
        .map(|pair| (pair.key, pair.value.unwrap_or_default()))
        .collect();
    let schema = builder.schema().clone();
    let batches: Vec<_> = builder
        .build()
        .map_err(|error| text(&error))?
        .collect::<Result<_, _>>()
        .map_err(|error| text(&error))?;
    let columns = schema.fields().iter().enumerate().map(|(place, field)| {
        let parts: Vec<&dyn Array> = batches.iter().map(|b| b.column(place).as_ref()).collect();
        let whole = if parts.is_empty() {
            arrow::array::new_empty_array(field.data_type())
        } else {
            concat(&parts).expect("the batches are of one type")
        };
        (field.name().clone(), whole)
    });
    Ok(Parquet { columns: columns.collect(), metadata })
}

impl Parquet {
    pub fn names(&self) -> Vec<&str> {
        self.columns.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[track_caller]
    pub fn column(&self, name: &str) -> &ArrayRef {
        let found = self.columns.iter().find(|(column, _)| column == name);
        &found.unwrap_or_else(|| panic!("there is no column {name}")).1
    }

    /// A column's cells as text; bytes as hexadecimal digits.
    #[track_caller]
    pub fn cells(&self, name: &str) -> Vec<Option<String>> {
        cells(self.column(name))
    }

    /// A column without empty cells, as text.
    #[track_caller]
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.cells(name).into_iter().map(|cell| cell.expect("the column has no gap")).collect()
    }

    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |(_, column)| column.len())
    }
}

fn cells(column: &ArrayRef) -> Vec<Option<String>> {
    let options = FormatOptions::default();
    let formatter = ArrayFormatter::try_new(column, &options).expect("the type can be shown");
    let cell = |row| (!column.is_null(row)).then(|| formatter.value(row).to_string());
    (0..column.len()).map(cell).collect()
}

/// A column's bytes as they are, each cell ended by a line feed.
pub fn raw_cells(column: &ArrayRef) -> Vec<u8> {
    let mut bytes = Vec::new();
    for row in 0..column.len() {
        if let Some(binary) = column.as_fixed_size_binary_opt() {
            bytes.extend_from_slice(binary.value(row));
        } else if let Some(binary) = column.as_binary_opt::<i32>() {
            bytes.extend_from_slice(binary.value(row));
        }
        bytes.push(b'\n');
    }
    for cell in cells(column) {
        bytes.extend_from_slice(cell.unwrap_or_default().as_bytes());
        bytes.push(b'\n');
    }
    bytes
}
