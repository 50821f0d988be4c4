//! What the targets share that read records: one spec and mapping.

use sealink::agency::{Input, check};
use sealink::observe::Silent;
use sealink::spec::{Linkage, Source};

use crate::file;

const SOURCE: &str = "dataset = \"a\"\nrecord_id = \"id\"\nseveral_rows = true\n[fields]\n\
    forename = \"forename\"\nnhs_number = \"nhs_number\"\n\
    date_of_birth = { column = \"date_of_birth\", format = \"%Y-%m-%d\" }\n\
    [columns]\npayload = []\ndrop = []\n";

/// Reads the bytes as an agency's records: an error, or every row is used or counted as left out.
pub fn read(bytes: &[u8]) {
    let linkage = Linkage::parse("linkage.toml", file::LINKAGE).expect("a spec");
    let source = Source::parse("source.toml", SOURCE, &linkage).expect("a mapping");
    file::with_file(bytes, |path| {
        if let Ok(tally) = check(&linkage, &source, &[Input::from(path)], &Silent) {
            assert_eq!(tally.rows, tally.used_rows + tally.rows_left_out());
        }
    });
}
