//! Layouts of CSV that are read.

use arrow::array::{Array, AsArray};

use super::super::rows::BadRowKind;
use super::super::{BLOCK, BadRow, ColumnAs, Input, Wanted, open};
use super::{Found, read, read_plain, source, wanted};
use crate::spec::{Delimiter, Encoding, TextLayout};

fn rows(found: &Found) -> Vec<(u64, Vec<&str>)> {
    found
        .rows
        .iter()
        .map(|(row, cells)| {
            (*row, cells.iter().map(|c| c.as_deref().expect("CSV text has no nulls")).collect())
        })
        .collect()
}

#[test]
fn line_ends_may_be_mixed_and_the_last_may_be_missing() {
    for input in
        ["a,b\n1,2\r\n3,4", "a,b\r\n1,2\n3,4\r\n", "\u{FEFF}a,b\n1,2\n3,4\n", " a ,b \n1,2\n3,4"]
    {
        let found = read_plain(input).expect("good");
        assert_eq!(found.columns, ["a", "b"]);
        assert_eq!(rows(&found), [(2, vec!["1", "2"]), (3, vec!["3", "4"])]);
    }
}

#[test]
fn quoted_fields_keep_their_text() {
    let found =
        read_plain("a,\"b, \"\"c\"\"\"\n\"x\r\ny\n\",\"\"\n\"\"\"\",\"z\"\"\"\"\"").expect("good");
    assert_eq!(found.columns, ["a", "b, \"c\""]);
    assert_eq!(rows(&found), [(2, vec!["x\r\ny\n", ""]), (3, vec!["\"", "z\"\""])]);
}

#[test]
fn a_header_alone_has_no_rows() {
    for input in ["a,b", "a,b\n", "a,b\r\n"] {
        assert_eq!(rows(&read_plain(input).expect("good")), []);
    }
}

#[test]
fn ragged_rows_are_left_out_and_counted_with_their_place() {
    let found = read_plain("a,b\n1\n3,4\n5,6,7\n\"\"\n8,9\n").expect("good");
    assert_eq!(rows(&found), [(3, vec!["3", "4"]), (6, vec!["8", "9"])]);
    let few = BadRowKind::TooFewFields { found: 1, expected: 2 };
    let many = BadRowKind::TooManyFields { found: 3, expected: 2 };
    let bad = |row, kind| BadRow { input: 0, row, kind };
    assert_eq!(found.bad_rows, [bad(2, few), bad(4, many), bad(5, few)]);
}

#[test]
fn blank_lines_are_passed_over_and_counted_unless_there_is_one_column() {
    let found = read_plain("a,b\n\n1,2\r\n\r\n\n3,4\n\n").expect("good");
    assert_eq!(rows(&found), [(3, vec!["1", "2"]), (6, vec!["3", "4"])]);
    assert_eq!((found.blank_lines, found.bad_rows.len()), (4, 0));
    let found = read_plain("a\n\n1\n\r\n").expect("good");
    assert_eq!(rows(&found), [(2, vec![""]), (3, vec!["1"]), (4, vec![""])]);
    assert_eq!(found.blank_lines, 0);
}

#[test]
fn other_delimiters_and_encodings_give_the_same_table() {
    let text = "näme;b€\nÆ😀;\"x;\n\"\n";
    let delimiter = Delimiter::new(';').expect("usual");
    let utf16 = |to: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to).collect::<Vec<_>>();
    let marked = |to: fn(u16) -> [u8; 2]| [to(0xFEFF).to_vec(), utf16(to)].concat();
    for block in [1, 2, 3, 5, BLOCK] {
        let read = |bytes: Vec<u8>, encoding| {
            read(&[&bytes], &TextLayout { encoding, delimiter }, block).expect("good")
        };
        let expected = read(text.into(), Encoding::Utf8);
        assert_eq!(rows(&expected), [(2, vec!["Æ😀", "x;\n"])]);
        assert_eq!(read(utf16(u16::to_le_bytes), Encoding::Utf16Le), expected);
        assert_eq!(read(utf16(u16::to_be_bytes), Encoding::Utf16Be), expected);
        assert_eq!(read(marked(u16::to_le_bytes), Encoding::Utf16), expected);
        assert_eq!(read(marked(u16::to_be_bytes), Encoding::Utf16), expected);
        assert_eq!(read(marked(u16::to_be_bytes), Encoding::Utf16Be), expected);
        let ansi = read(b"n\xE4me;b\x80\n\xC6;\x92\n".to_vec(), Encoding::Windows1252);
        assert_eq!(ansi.columns, ["näme", "b€"]);
        assert_eq!(rows(&ansi), [(2, vec!["Æ", "’"])]);
    }
}

#[test]
fn a_delimiter_is_punctuation_or_tab() {
    assert!([',', ';', '\t', '|', '^'].into_iter().all(|c| Delimiter::new(c).is_some()));
    assert!(
        ['"', '\n', '\r', ' ', 'a', '0', '£', '\0'].iter().all(|c| Delimiter::new(*c).is_none())
    );
}

#[test]
fn columns_come_in_the_order_wanted_whatever_the_inputs_order() {
    let inputs = [b"a,b,c\n1,2,3\n".as_slice(), b"c,a,b\n6,4,5\n"];
    let source = source(&inputs, &TextLayout::default(), BLOCK).expect("the same columns");
    assert_eq!(source.size(), Some(24));
    let mut batches = source.select(&wanted(&["c", "a", "c"], ColumnAs::Text)).expect("there");
    let mut seen = Vec::new();
    while let Some(chunk) = batches.next_chunk() {
        let batch = chunk.and_then(super::super::Chunk::parse).expect("good");
        let cells = batch.columns.iter().map(|c| c.as_string::<i32>().value(0).to_owned());
        seen.push((batch.input, batch.rows.iter().next(), cells.collect::<Vec<_>>().concat()));
    }
    assert_eq!(seen, [(0, Some(2), "313".to_owned()), (1, Some(2), "646".to_owned())]);
    assert_eq!(batches.position(), 24);
}

#[test]
fn an_empty_cell_is_null_in_the_payload_and_empty_elsewhere() {
    let read = |read_as| {
        let source = source(&[b"a,b\n1,\n2,\"\"\n3,x\n"], &TextLayout::default(), BLOCK);
        let mut batches = source.and_then(|s| s.select(&wanted(&["b"], read_as))).expect("good");
        let batch = batches.next_chunk().expect("one").and_then(super::super::Chunk::parse);
        batch.expect("good").columns[0].clone()
    };
    assert_eq!(read(ColumnAs::Kept).null_count(), 2);
    let text = read(ColumnAs::DigitsPadded(10));
    assert_eq!((text.null_count(), text.as_string::<i32>().value(2)), (0, "x"));
}

#[test]
fn no_wanted_columns_still_count_rows() {
    let source = source(&[b"a,b\n1,2\n3,4\n"], &TextLayout::default(), BLOCK).expect("good");
    let mut batches = source.select(&Wanted::default()).expect("nothing is missing");
    let batch = batches.next_chunk().expect("one").and_then(super::super::Chunk::parse);
    assert_eq!(batch.expect("good").rows.len(), 2);
}

#[test]
fn files_are_opened_by_path_and_missing_ones_named() {
    use std::io::Write;
    let mut file = tempfile::NamedTempFile::new().expect("a temporary folder");
    file.write_all(b"a,b\n1,2\n").expect("room on the disk");
    let source = open(&[Input::from(file.path())], &TextLayout::default()).expect("good");
    assert_eq!((source.columns().len(), source.size()), (2, Some(8)));
    let missing = Input::Path("/nowhere/x.csv".into());
    let error = open(&[missing], &TextLayout::default()).err().expect("missing");
    assert!(error.to_string().starts_with("/nowhere/x.csv: could not be read: "), "{error}");
    let directory = open(&[Input::Path("/".into())], &TextLayout::default());
    assert!(directory.is_err());
    let none = open(&[], &TextLayout::default()).err().expect("nothing");
    assert!(none.to_string().contains("no input"), "{none}");
    let twice = open(&[Input::Stdin, Input::Stdin], &TextLayout::default()).err().expect("twice");
    assert!(twice.to_string().contains("more than once"), "{twice}");
}
