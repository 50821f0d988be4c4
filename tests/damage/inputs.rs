//! An agency's own files, CSV and Parquet. They carry no checksum, so that a letter in a cell is
//! another letter, by nature, and a CSV cut within its last cell is a shorter cell. What must hold
//! is that every row is used or counted as left out, and that nothing else goes wrong.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Int64Array, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, Encoding, GzipLevel, ZstdLevel};
use parquet::file::properties::{WriterProperties, WriterPropertiesBuilder, WriterVersion};
use parquet::schema::types::ColumnPath;
use sealink::agency::{AgencyError, Input, Tally, check};
use sealink::observe::Silent;
use sealink::spec::{Linkage, Source};

use super::people::{HEADER, LINKAGE, csv, rows, source};
use super::tried::{Alterations, Outcome};

/// Reads an agency's file as `check` does.
fn read(path: &Path, encoding: &str) -> Result<Tally, AgencyError> {
    let linkage = Linkage::parse("linkage.toml", LINKAGE).expect("a spec");
    let source = format!("encoding = \"{encoding}\"\n{}", source("a"));
    let source = Source::parse("source.toml", &source, &linkage).expect("a mapping");
    check(&linkage, &source, &[Input::from(path)], &Silent)
}

/// Tries a file, whose good rows are so many.
fn try_file(name: &str, good: &[u8], encoding: &str, most: usize) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("good");
    std::fs::write(&path, good).expect("a file");
    let whole = read(&path, encoding).expect("a good file");
    assert!(whole.used_rows > 0);
    let [cuts, _] = Alterations { name, good, most }.tried(|path| match read(path, encoding) {
        Err(error) => {
            assert!(!error.to_string().is_empty());
            Outcome::Refused
        }
        Ok(found) => {
            assert_eq!(found.rows, found.used_rows + found.rows_left_out(), "{name}");
            assert!(found.rows <= 4 * whole.rows, "{name}: {} rows", found.rows);
            if found == whole { Outcome::Same } else { Outcome::Silent }
        }
    });
    // Parquet ends with its directory: without it there is nothing.
    assert!(!name.starts_with("parquet") || cuts.refused == cuts.all(), "{name}: {cuts:?}");
}

fn text() -> String {
    csv(&rows(1, 0..8))
}

/// The same rows as Parquet.
fn parquet(properties: WriterPropertiesBuilder) -> Vec<u8> {
    let text = text();
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().expect("a header").split(',').collect();
    let cells: Vec<Vec<String>> = lines
        .map(|line| line.replace("\"a, b\"", "a b").split(',').map(str::to_owned).collect())
        .collect();
    let column = |place: usize| -> ArrayRef {
        let cells = cells.iter().map(|row| row[place].as_str());
        match names[place] {
            "serial" => Arc::new(cells.map(|c| c.parse::<i64>().ok()).collect::<Int64Array>()),
            "seen" => Arc::new(cells.map(|c| c[..2].parse::<i32>().ok()).collect::<Date32Array>()),
            _ => {
                Arc::new(cells.map(|c| Some(c).filter(|c| !c.is_empty())).collect::<StringArray>())
            }
        }
    };
    let columns = names.iter().enumerate().map(|(place, name)| (*name, column(place), true));
    let batch = RecordBatch::try_from_iter_with_nullable(columns).expect("columns of one length");
    let mut bytes = Vec::new();
    let writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties.build()));
    let mut writer = writer.expect("a table");
    writer.write(&batch).expect("room");
    writer.close().expect("room");
    bytes
}

fn inputs(most: usize) {
    try_file("csv", text().as_bytes(), "utf-8", most);
    try_file("csv (windows-1252)", text().as_bytes(), "windows-1252", most);
    let wide: Vec<u8> =
        [0xFEFF].into_iter().chain(text().encode_utf16()).flat_map(u16::to_le_bytes).collect();
    try_file("csv (utf-16)", &wide, "utf-16", most);
    let plain = WriterProperties::builder;
    let zstd = Compression::ZSTD(ZstdLevel::default());
    let v2 = plain().set_writer_version(WriterVersion::PARQUET_2_0);
    for (name, properties) in [
        ("parquet", plain()),
        ("parquet (zstd, v2)", v2.set_compression(zstd)),
        ("parquet (snappy)", plain().set_compression(Compression::SNAPPY)),
        ("parquet (gzip)", plain().set_compression(Compression::GZIP(GzipLevel::default()))),
        ("parquet (lengths)", texts(Encoding::DELTA_LENGTH_BYTE_ARRAY)),
        ("parquet (prefixes)", texts(Encoding::DELTA_BYTE_ARRAY)),
    ] {
        try_file(name, &parquet(properties), "utf-8", most);
    }
}

/// Properties by which text is written in an encoding.
fn texts(encoding: Encoding) -> WriterPropertiesBuilder {
    let properties = WriterProperties::builder().set_dictionary_enabled(false);
    HEADER
        .split(',')
        .filter(|name| !["serial", "seen"].contains(name))
        .fold(properties, |properties, name| {
            properties.set_column_encoding(ColumnPath::from(name), encoding)
        })
}

#[test]
fn a_damaged_file_of_an_agency_is_an_error_or_a_table_with_every_row_counted() {
    inputs(250);
}

#[test]
#[ignore = "tries every bit: minutes"]
fn every_cut_and_every_turned_bit_in_a_file_of_an_agency_ends_well() {
    inputs(usize::MAX);
}
