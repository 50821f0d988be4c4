//! The tables that roles exchange: an error, or columns as long as the manifest says.

#![no_main]

mod file;

use libfuzzer_sys::fuzz_target;
use sealink::format::person_map::PersonMap;
use sealink::format::{Table, record_tables, token_table};

fuzz_target!(|bytes: &[u8]| {
    file::with_file(bytes, |path| {
        if let Ok(table) = Table::open_any(path) {
            let _ = token_table::check_columns(&table, ["nhs", "name_dob"].into_iter());
            if let Ok(refs) = token_table::read_refs(&table) {
                assert_eq!(refs.len() as u64, table.manifest.rows);
            }
            if let Ok(map) = PersonMap::of(&table) {
                assert_eq!(map.person_id.len() as u64, table.manifest.rows);
            }
        }
        let _ = record_tables::read_refs(path);
    });
});
