//! A Parquet file of an agency: an error, or a table of which every row is used or counted as left out.

#![no_main]

mod file;
mod records;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| records::read(bytes));
