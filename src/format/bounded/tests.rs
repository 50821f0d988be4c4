//! Parquet files that claim what they do not hold, or hold more than anyone can. Those that need a
//! whole file are in `tests/damage/bombs.rs`.

use super::delta::{check_lengths, check_texts};
use super::footer::most_rows;
use super::header::{Header, PageKind};
use super::thrift::{Flaw, Thrift, kind};
use super::{MAX_PAGE, Refused};

/// A data page of 7 values, 300 bytes in 200, in the plain encoding.
const HEADER: [u8; 19] =
    [0x15, 0, 0x15, 0xD8, 4, 0x15, 0x90, 3, 0x2C, 0x15, 14, 0x15, 0, 0x15, 6, 0x15, 6, 0, 0];

#[test]
fn a_header_is_read_and_one_that_could_be_read_in_two_ways_is_refused() {
    let header = Header::parse(&HEADER).expect("a header").expect("a whole one");
    assert_eq!(header.kind, PageKind::Data);
    assert_eq!((header.expanded, header.stored, header.values), (300, 200, 7));
    assert_eq!(header.length, HEADER.len() as u64);
    for end in 0..HEADER.len() {
        assert_eq!(Header::parse(&HEADER[..end]), Ok(None), "cut at {end}");
    }
    // The size a second time, its number written out.
    let mut twice = HEADER[..8].to_vec();
    twice.extend_from_slice(&[0x05, 4, 2]);
    twice.extend_from_slice(&HEADER[8..]);
    assert_eq!(Header::parse(&twice), Err(Refused::Damaged));
    // A size of -1.
    let negative = [0x15, 0, 0x15, 1, 0x15, 2, 0];
    assert_eq!(Header::parse(&negative), Err(Refused::Damaged));
}

#[test]
fn a_walk_ends_whatever_the_bytes_say() {
    let walk = |bytes: &[u8], most| Thrift::new(bytes, most).skip(kind::STRUCT, 0);
    assert_eq!(walk(&[0], 1), Ok(()));
    assert_eq!(walk(&[0], 0), Err(Flaw::TooMany));
    assert_eq!(walk(&[0x1C; 99], 99), Err(Flaw::Wrong), "too deep");
    assert_eq!(walk(&[0x19, 0xFC, 0xFF, 0xFF, 0xFF, 0xFF, 7, 0], 99), Err(Flaw::Short));
    assert_eq!(walk(&[0x18, 0xFF, 0xFF, 0xFF, 0xFF, 7], 99), Err(Flaw::Short));
    assert_eq!(
        walk(&[0x16, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], 9),
        Err(Flaw::Wrong)
    );
    assert_eq!(walk(&[0x1F], 9), Err(Flaw::Wrong), "no such kind");
}

/// The numbers 3, 5, 7 and 8 in one block of 128 in four miniblocks, 2 bits each.
fn packed() -> Vec<u8> {
    // Differences 2, 2, 1: the least is 1; above it 1, 1, 0.
    let mut bytes = vec![0x80, 1, 4, 4, 6, 2, 2, 0, 0, 0, 0b0000_0101];
    bytes.resize(bytes.len() + 7, 0);
    bytes
}

#[test]
fn lengths_that_belong_together_are_accepted_and_others_are_not() {
    assert_eq!(check_lengths(&packed(), 4), Ok(()));
    assert_eq!(check_lengths(&packed(), 3), Err(Refused::Damaged), "more than the page's values");
    // Prefixes 0, 0, 0, 0, and the lengths above.
    let none = [0x80, 1, 4, 4, 0, 0, 0, 0, 0, 0];
    let texts = [&none[..], &packed()].concat();
    assert_eq!(check_texts(&texts, 4, MAX_PAGE), Ok(()));
    assert_eq!(check_texts(&texts, 4, 23), Ok(()), "3 + 5 + 7 + 8");
    assert_eq!(check_texts(&texts, 4, 22), Err(Refused::Page));
    // A prefix that is longer than the text before it.
    let texts = [packed(), packed()].concat();
    assert_eq!(check_texts(&texts, 4, MAX_PAGE), Err(Refused::Damaged));
    for end in 0..packed().len() {
        let _ = check_texts(&packed()[..end], 4, MAX_PAGE);
    }
}

#[test]
fn a_small_file_may_have_a_million_rows_and_not_a_billion() {
    assert_eq!(most_rows(1000), 1_100_000);
    assert!(most_rows(10_000_000) >= 1_000_000_000);
    assert_eq!(most_rows(u64::MAX), u64::MAX);
}
