//! A CSV file of an agency: an error, or a table of which every row is used or counted as left out.

#![no_main]

mod file;

use libfuzzer_sys::fuzz_target;
use sealink::agency::{Input, check};
use sealink::observe::Silent;
use sealink::spec::{Linkage, Source};

const SOURCE: &str = "dataset = \"a\"\nrecord_id = \"id\"\nseveral_rows = true\n[fields]\n\
    forename = \"forename\"\nnhs_number = \"nhs_number\"\n\
    date_of_birth = { column = \"date_of_birth\", format = \"%Y-%m-%d\" }\n\
    [columns]\npayload = []\ndrop = []\n";

fuzz_target!(|bytes: &[u8]| {
    let linkage = Linkage::parse("linkage.toml", file::LINKAGE).expect("a spec");
    let source = Source::parse("source.toml", SOURCE, &linkage).expect("a mapping");
    file::with_file(bytes, |path| {
        if let Ok(tally) = check(&linkage, &source, &[Input::from(path)], &Silent) {
            assert_eq!(tally.rows, tally.used_rows + tally.rows_left_out());
        }
    });
});
