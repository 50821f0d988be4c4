//! What a Parquet file says beside its rows: nothing but its columns and its manifest. Statistics,
//! indexes, filters and dictionaries would show cells or their order, and a library's habits would
//! name the machine.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use arrow::array::{ArrayRef, FixedSizeBinaryArray, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::Type;
use parquet::column::page::Page;
use parquet::file::metadata::{ColumnChunkMetaData, KeyValue, SortingColumn};
use parquet::file::properties::{EnabledStatistics, ReaderProperties, WriterProperties};
use parquet::file::reader::{FileReader, RowGroupReader, SerializedFileReader};
use parquet::file::serialized_reader::ReadOptionsBuilder;

use super::super::support::{files_below, run};
use super::pipeline::Flock;

/// All that must not be in a file.
const CHECKS: [&str; 12] = [
    "statistics of a column",
    "statistics of a page",
    "sizes or levels of cells",
    "a column index",
    "an offset index",
    "a bloom filter",
    "sorting columns",
    "a dictionary of tokens",
    "a schema of Arrow",
    "another key than sealink's",
    "another maker than sealink",
    "a host, user, path or time",
];

/// What of [`CHECKS`] is in a file.
fn faults(path: &Path) -> BTreeSet<&'static str> {
    let pages_too = ReaderProperties::builder().set_read_page_statistics(true).build();
    let options = ReadOptionsBuilder::new().with_reader_properties(pages_too).build();
    let file = File::open(path).expect("a file");
    let reader = SerializedFileReader::new_with_options(file, options).expect("Parquet");
    let mut faults = BTreeSet::new();
    let mut add = |wrong: bool, fault: &'static str| {
        assert!(CHECKS.contains(&fault));
        if wrong {
            faults.insert(fault);
        }
    };
    let metadata = reader.metadata();
    for group in metadata.row_groups() {
        add(group.sorting_columns().is_some(), "sorting columns");
        for column in group.columns() {
            column_faults(column, &mut add);
        }
    }
    for group in 0..metadata.num_row_groups() {
        let group = reader.get_row_group(group).expect("a row group");
        page_faults(group.as_ref(), &mut add);
    }
    let file = metadata.file_metadata();
    for pair in file.key_value_metadata().into_iter().flatten() {
        add(pair.key == "ARROW:schema", "a schema of Arrow");
        add(!pair.key.starts_with("sealink"), "another key than sealink's");
    }
    add(file.created_by() != Some("sealink"), "another maker than sealink");
    let bytes = fs::read(path).expect("a file");
    add(names_of_here().iter().any(|name| holds(&bytes, name)), "a host, user, path or time");
    faults
}

fn column_faults(column: &ColumnChunkMetaData, add: &mut impl FnMut(bool, &'static str)) {
    add(column.statistics().is_some(), "statistics of a column");
    let levels = column.definition_level_histogram().is_some()
        || column.repetition_level_histogram().is_some()
        || column.unencoded_byte_array_data_bytes().is_some()
        || column.geo_statistics().is_some();
    add(levels, "sizes or levels of cells");
    add(column.column_index_offset().is_some(), "a column index");
    add(column.offset_index_offset().is_some(), "an offset index");
    add(column.bloom_filter_offset().is_some(), "a bloom filter");
    let dictionary = column.dictionary_page_offset().is_some();
    add(is_token(column) && dictionary, "a dictionary of tokens");
    add(column.file_path().is_some(), "a host, user, path or time");
}

fn page_faults(group: &dyn RowGroupReader, add: &mut impl FnMut(bool, &'static str)) {
    for (place, column) in group.metadata().columns().iter().enumerate() {
        for page in group.get_column_page_reader(place).expect("pages") {
            let page = page.expect("a whole page");
            add(page.statistics().is_some(), "statistics of a page");
            let dictionary = matches!(page, Page::DictionaryPage { .. });
            add(is_token(column) && dictionary, "a dictionary of tokens");
        }
    }
}

/// Whether a column holds 16 bytes a cell: tokens, references or person ids.
fn is_token(column: &ColumnChunkMetaData) -> bool {
    let wide = column.column_descr().type_length() == 16;
    column.column_type() == Type::FIXED_LEN_BYTE_ARRAY && wide
}

/// What tells this machine, user, folder or day from others.
fn names_of_here() -> Vec<String> {
    let said = |program: &str, word: &str| {
        let output = Command::new(program).arg(word).output().expect("it is on every machine");
        String::from_utf8(output.stdout).expect("plain").trim().to_owned()
    };
    let mut names = vec![
        said("uname", "-n"),
        said("date", "+%Y-%m-%d"),
        said("date", "+%Y%m%d"),
        said("date", "+%Y-%m"),
        said("date", "+%H:%M:"),
        std::env::temp_dir().display().to_string(),
        std::env::current_dir().expect("a folder").display().to_string(),
        std::env::current_exe().expect("a program").display().to_string(),
        env!("CARGO_MANIFEST_DIR").to_owned(),
        ".cargo".to_owned(),
        "x86_64".to_owned(),
    ];
    let users = [std::env::var("HOME"), std::env::var("USER"), Ok(said("id", "-un"))];
    names.extend(users.into_iter().flatten().filter(|name| name.contains('/') || name.len() > 5));
    names.extend(["+00:00", "T00:00"].map(str::to_owned));
    // A shorter name would be found by chance.
    names.retain(|name| name.len() > 4);
    names
}

fn holds(bytes: &[u8], name: &str) -> bool {
    bytes.windows(name.len()).any(|window| window == name.as_bytes())
}

fn tables_below(folder: &Path) -> Vec<PathBuf> {
    let is_table = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "parquet");
    files_below(folder).into_iter().filter(is_table).collect()
}

#[test]
fn a_footer_holds_the_manifest_and_nothing_else() {
    let flock = Flock::new(300, 18);
    for dataset in ["a", "b"] {
        run(&mut flock.project.pseudonymise(dataset)).ends(3);
    }
    run(&mut flock.link()).ends(0);
    run(&mut flock.extract()).ends(0);
    let mut seen = 0;
    for path in tables_below(&flock.project.at("")) {
        assert_eq!(faults(&path), BTreeSet::new(), "{}", path.display());
        seen += 1;
    }
    assert_eq!(seen, 3 + 3 + 2 + 3);
    eprintln!("{seen} tables, {} checks of each, 0 found", CHECKS.len());
}

/// A table as a writer's defaults would have it, and with what else a footer can hold.
fn careless(folder: &Path) -> PathBuf {
    let tokens = (0..100_u8).map(|n| [n % 2; 16]);
    let columns: [(&str, ArrayRef); 2] = [
        ("token", Arc::new(FixedSizeBinaryArray::try_from_iter(tokens).expect("16 bytes each"))),
        ("text", Arc::new(StringArray::from(vec!["one"; 100]))),
    ];
    let batch = RecordBatch::try_from_iter(columns).expect("two columns");
    let machine = names_of_here().swap_remove(0);
    let sorted = SortingColumn { column_idx: 0, descending: false, nulls_first: false };
    let properties = WriterProperties::builder()
        .set_statistics_enabled(EnabledStatistics::Page)
        .set_write_page_header_statistics(true)
        .set_bloom_filter_enabled(true)
        .set_sorting_columns(Some(vec![sorted]))
        .set_key_value_metadata(Some(vec![KeyValue::new("made on".to_owned(), machine)]))
        .build();
    let path = folder.join("careless.parquet");
    let file = File::create(&path).expect("a file");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).expect("begun");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    path
}

#[test]
fn every_check_of_a_footer_finds_what_it_looks_for() {
    let folder = tempfile::tempdir().expect("a folder");
    assert_eq!(faults(&careless(folder.path())), CHECKS.into_iter().collect());
}

#[test]
fn a_name_of_this_machine_or_day_is_found_in_a_file() {
    for name in names_of_here() {
        let bytes = [&[0; 5000], name.as_bytes(), &[1; 50]].concat();
        assert!(holds(&bytes, &name), "{name}");
        assert!(!holds(&[0; 5000], &name));
    }
}
