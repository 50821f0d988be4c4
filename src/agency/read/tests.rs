//! What every test of reading uses: inputs from memory, cut into blocks of any size.

use std::io::{self, Cursor, Read};

use arrow::array::{Array, AsArray};

use super::csv::CsvTable;
use super::{BadRow, Batches, ColumnAs, ReadError, Source, Table, Wanted, WantedColumn, sniff};
use crate::spec::TextLayout;

mod faults;
mod hostile_parquet;
mod inputs;
mod layout;
mod parquet_tables;
mod parquet_types;
mod properties;
mod reference;

/// All that was read, as text.
#[derive(Debug, PartialEq)]
struct Found {
    columns: Vec<String>,
    /// Row number and cells.
    rows: Vec<(u64, Vec<Option<String>>)>,
    bad_rows: Vec<BadRow>,
    blank_lines: u64,
}

fn source(inputs: &[&[u8]], options: &TextLayout, block: usize) -> Result<Source, ReadError> {
    let tables = inputs.iter().zip(1..).map(|(bytes, number)| {
        let rest: Box<dyn Read + Send> = Box::new(Cursor::new(bytes.to_vec()));
        let opened = sniff::look(format!("file{number}.csv"), rest, Some(bytes.len() as u64))?;
        CsvTable::open(opened, options, block).map(Table::Csv)
    });
    Source::of(tables.collect::<Result<_, ReadError>>()?)
}

/// Reads every column of the inputs.
fn read(inputs: &[&[u8]], options: &TextLayout, block: usize) -> Result<Found, ReadError> {
    let source = source(inputs, options, block)?;
    let columns = source.columns().to_vec();
    let batches = source.select(&wanted(&columns, ColumnAs::Text))?;
    collect(columns, batches)
}

/// Reads one input of UTF-8, separated by commas, in one block.
fn read_plain(input: &str) -> Result<Found, ReadError> {
    read(&[input.as_bytes()], &TextLayout::default(), super::BLOCK)
}

fn wanted(columns: &[impl ToString], read_as: ColumnAs) -> Wanted {
    let column = |name: &_| WantedColumn { name: ToString::to_string(name), read_as };
    Wanted { columns: columns.iter().map(column).collect() }
}

fn collect(columns: Vec<String>, mut batches: Batches) -> Result<Found, ReadError> {
    let mut found = Found { columns, rows: Vec::new(), bad_rows: Vec::new(), blank_lines: 0 };
    while let Some(chunk) = batches.next_chunk() {
        let batch = chunk?.parse()?;
        assert!(batch.columns.iter().all(|column| column.len() == batch.rows.len()));
        let text: Vec<_> = batch.columns.iter().map(|column| column.as_string::<i32>()).collect();
        for (index, row) in batch.rows.iter().enumerate() {
            let cell = |c: &&arrow::array::StringArray| {
                c.is_valid(index).then(|| c.value(index).to_owned())
            };
            found.rows.push((row, text.iter().map(cell).collect()));
        }
        found.bad_rows.extend(batch.bad_rows);
        found.blank_lines += batch.blank_lines;
    }
    Ok(found)
}

/// A reader that fails after its bytes.
struct Failing(Cursor<Vec<u8>>);

impl Read for Failing {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        match self.0.read(out)? {
            0 => Err(io::Error::other("the disk is gone")),
            some => Ok(some),
        }
    }
}
