//! The search for canaries finds what it is made to find.

use std::collections::BTreeSet;
use std::sync::Arc;

use arrow::array::{ArrayRef, FixedSizeBinaryArray, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::canaries::{Aviary, Search, forms};
use super::leak_cases::joined;
use super::support::Project;
use super::{digests, tables};

#[test]
fn the_search_finds_a_planted_leak_of_every_form() {
    let mut aviary = Aviary::new(15);
    aviary.person();
    let search = Search::new(&aviary.hidden);
    let mut seen = BTreeSet::new();
    for value in &aviary.hidden {
        for (form, bytes) in forms(value).into_iter().filter(|(_, bytes)| bytes.len() > 6) {
            seen.insert(form);
            let haystack = joined(&[b"some text before, \xFF\x00", &bytes, b" and after"]);
            assert!(!search.bytes(&haystack).is_empty(), "{value} as {form}");
        }
    }
    assert_eq!(seen.len(), 13, "{seen:?}");
    assert!(search.bytes(b"nothing of this kind is in here, nor in 0123456789abcdef").is_empty());

    // Base64 of a longer text, however the value lies in it.
    let value = aviary.hidden[3].clone();
    for before in ["", "1", "22", "333"] {
        let engine = |text: &str| base64(text.as_bytes());
        let text = engine(&format!("{before}{value} and so on"));
        assert!(!search.bytes(text.as_bytes()).is_empty(), "{text}");
    }
}

#[test]
fn the_search_looks_into_compressed_columns() {
    let mut aviary = Aviary::new(16);
    let person = aviary.person();
    let search = Search::new(&aviary.hidden);
    let project = Project::new("");
    let texts: Vec<String> = (0..200)
        .map(|n| if n == 77 { person.surname.clone() } else { format!("row {n} of many") })
        .collect();
    let digest = digests::sha256(person.surname.to_uppercase().as_bytes());
    let tokens: Vec<&[u8]> =
        (0..200).map(|n| if n == 5 { &digest[..16] } else { &[9; 16][..] }).collect();
    let columns: [ArrayRef; 2] = [
        Arc::new(StringArray::from(texts)),
        Arc::new(FixedSizeBinaryArray::try_from_iter(tokens.into_iter()).expect("16 bytes each")),
    ];
    for (place, column) in columns.into_iter().enumerate() {
        let batch = RecordBatch::try_from_iter([("c", column)]).expect("one column");
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_statistics_enabled(EnabledStatistics::None)
            .build();
        let mut bytes = Vec::new();
        let mut writer =
            ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).expect("a writer");
        writer.write(&batch).expect("written");
        writer.close().expect("closed");
        let path = project.put(&format!("{place}.parquet"), &bytes);
        assert!(!search.file(&path).is_empty(), "column {place}");
        assert_eq!(tables::read(&path).rows(), 200);
    }
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |word: u32, by: u32| {
        char::from(DIGITS[usize::try_from(word >> by & 63).expect("six bits")])
    };
    let chunks = bytes.chunks(3).map(|chunk| {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        byte(0) << 16 | byte(1) << 8 | byte(2)
    });
    chunks.flat_map(|word| [18, 12, 6, 0].map(|by| digit(word, by))).collect()
}
