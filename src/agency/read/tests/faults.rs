//! Every fault of CSV, with its place, and that no message tells what a cell holds.

use super::super::{BLOCK, Fault, MAX_COLUMNS, MAX_FIELD, MAX_ROW, ReadError};
use super::{read, read_plain};
use crate::spec::{Encoding, TextLayout};

const SECRET: &str = "SECRETNAME";

/// The error of an input, which must be the same whatever the blocks, with its secret kept.
fn error_of(input: &[u8], options: &TextLayout) -> ReadError {
    let error = read(&[input], options, BLOCK).expect_err("the input is faulty");
    for block in [1, 2, 3, 7, 64, 1000] {
        if input.len() / block > 4000 {
            continue;
        }
        let again = read(&[input], options, block).expect_err("faulty in any blocks");
        assert_eq!(error.to_string(), again.to_string(), "in blocks of {block}");
    }
    for shown in [error.to_string(), format!("{error:?}"), format!("{error:#?}")] {
        assert!(!shown.contains("SECRET"), "{shown}");
    }
    assert!(std::error::Error::source(&error).is_none(), "a source may print a cell");
    assert!(!error.help().is_empty() && error.to_string().ends_with(error.help()));
    error
}

fn assert_fault(input: &[u8], row: Option<u64>, column: Option<usize>, fault: &Fault) {
    let error = error_of(input, &TextLayout::default());
    assert_eq!((error.row(), error.column(), error.fault()), (row, column, fault), "{error}");
}

#[test]
fn broken_quoting_is_refused_at_its_place() {
    let table: [(&str, u64, usize, Fault); 16] = [
        ("a,b\nSECRETNAME,x\ny,SECRET\"NAME\n", 3, 2, Fault::QuoteInField),
        ("a,b\nSECRETNAME, \"x\"\n", 2, 2, Fault::QuoteInField),
        ("a,b\nSECRETNAME\",x\n\"z\",SECRETNAME\n", 2, 1, Fault::QuoteInField),
        ("a,b\n\"SECRETNAME\"x,y\n", 2, 1, Fault::TextAfterQuote),
        ("a,b\nx,\"SECRETNAME\" \n", 2, 2, Fault::TextAfterQuote),
        ("a,b\nx,\"SECRET\"NAME\"\n", 2, 2, Fault::TextAfterQuote),
        ("a,b\n\"SECRET\nNAME\"\"\n\",\"\"x\n", 2, 2, Fault::TextAfterQuote),
        ("a,b\nx,y\nx,\"SECRETNAME\nz,w\n", 3, 2, Fault::UnterminatedQuote),
        ("a,b\n\"SECRETNAME\"\"", 2, 1, Fault::UnterminatedQuote),
        ("a,b\nx,\"", 2, 2, Fault::UnterminatedQuote),
        ("a,b\n\"x\ny\",1\nx,\"\"\"SECRETNAME\n", 3, 2, Fault::UnterminatedQuote),
        ("a,\"b\nx,SECRETNAME\n", 1, 2, Fault::UnterminatedQuote),
        ("a,b\"\nx,SECRETNAME\n", 1, 2, Fault::QuoteInField),
        ("a,b\nx,SECRET\rNAME\n", 2, 2, Fault::LoneReturn),
        ("a,b\nx,\"SECRETNAME\"\ry,z\n", 2, 2, Fault::LoneReturn),
        ("a,b\nx,SECRETNAME\r", 2, 2, Fault::LoneReturn),
    ];
    for (input, row, column, fault) in table {
        assert_fault(input.as_bytes(), Some(row), Some(column), &fault);
    }
}

#[test]
fn bytes_that_are_not_text_are_refused_at_their_place() {
    let table: [(&[u8], u64, usize, Fault); 11] = [
        (b"a,b\nSECRETNAME,x\0y\n", 2, 2, Fault::Nul),
        (b"a,b\n\"SECRET\0NAME\",y\n", 2, 1, Fault::Nul),
        (b"a,b\nx,y\nx,SECRET\x0BNAME\n", 3, 2, Fault::Control(0x0B)),
        (b"a,b\nx,y\n\x1A", 3, 1, Fault::Control(0x1A)),
        (b"a,b\nx,\"y\"\x01\n", 2, 2, Fault::Control(1)),
        (b"a,b\nx,SECRETNAM\xC9\n", 2, 2, Fault::InvalidUtf8),
        (b"a,b\nx,\"SECRETNAME\xC3\n", 2, 2, Fault::InvalidUtf8),
        (b"a,b\nx,SECRETNAME\xC3", 2, 2, Fault::InvalidUtf8),
        (b"a,b\nx,\xED\xA0\x80\n", 2, 2, Fault::InvalidUtf8),
        (b"a\xFF,b\n", 1, 1, Fault::InvalidUtf8),
        (b"a,\0\n", 1, 2, Fault::Nul),
    ];
    for (input, row, column, fault) in table {
        assert_fault(input, Some(row), Some(column), &fault);
    }
}

#[test]
fn the_first_fault_of_the_file_is_the_one_that_is_told() {
    assert_fault(b"a,b\nx,y\"\nx,\xFF\n", Some(2), Some(2), &Fault::QuoteInField);
    assert_fault(b"a,b\nx,\xFF\nx,y\"\n", Some(2), Some(2), &Fault::InvalidUtf8);
    assert_fault(b"a,b\nx,\x01\n\xFF\n", Some(2), Some(2), &Fault::Control(1));
    assert_fault(b"a,b\n\xFF\nx,\x01\n", Some(2), Some(1), &Fault::InvalidUtf8);
}

#[test]
fn old_macintosh_line_ends_are_named() {
    assert_fault(b"a,b\rx,SECRETNAME\r", Some(1), Some(2), &Fault::LoneReturn);
    let mut long = b"a,b\r".to_vec();
    long.extend(b"x,SECRETNAME\r".repeat(MAX_ROW / 8));
    assert_fault(&long, Some(1), Some(2), &Fault::LoneReturn);
}

#[test]
fn a_header_must_name_every_column_once() {
    assert_fault(b"", None, None, &Fault::Empty);
    assert_fault(b"\xEF\xBB\xBF", None, None, &Fault::Empty);
    assert_fault(b"\na,b\n", Some(1), None, &Fault::NoHeader);
    assert_fault(b"\r\na,b\n", Some(1), None, &Fault::NoHeader);
    assert_fault(b"SECRETNAME,,c\n", Some(1), Some(2), &Fault::EmptyName);
    assert_fault(b"SECRETNAME, ,c\n", Some(1), Some(2), &Fault::EmptyName);
    assert_fault(b"SECRETNAME,\"\"\n", Some(1), Some(2), &Fault::EmptyName);
    let twice = Fault::DuplicateName { first: 1 };
    assert_fault(b"SECRETNAME,b, SECRETNAME \n", Some(1), Some(3), &twice);
    let wide = vec!["x"; MAX_COLUMNS + 1].join(",") + "\n";
    assert_fault(wide.as_bytes(), Some(1), None, &Fault::TooManyColumns);
    let names: Vec<_> = (0..MAX_COLUMNS).map(|n| n.to_string()).collect();
    assert!(read_plain(&names.join(",")).is_ok());
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table, one line a case")]
fn long_fields_and_rows_are_refused_at_their_place() {
    let long = SECRET.repeat(MAX_FIELD / SECRET.len() + 1);
    let at_limit = "x".repeat(MAX_FIELD);
    assert!(read_plain(&format!("a,b\n{at_limit},y\ny,{at_limit}")).is_ok());
    assert!(read_plain(&format!("a,b\ny,{at_limit}\r\ny,z")).is_ok());
    for (input, row, column, fault) in [
        (format!("a,b\ny,{at_limit}x\n"), 2, Some(2), Fault::FieldTooLong),
        (format!("a,b\ny,{at_limit}x\r\n"), 2, Some(2), Fault::FieldTooLong),
        (format!("a,b\nx,y\nx,{long}\n"), 3, Some(2), Fault::FieldTooLong),
        (format!("a,b\nx,y\nx,{long}"), 3, Some(2), Fault::FieldTooLong),
        (format!("a,b\nx,\"{long}\"\n"), 2, Some(2), Fault::QuotedTooLong),
        (format!("a,b\nx,\"{}", "z,w\n".repeat(MAX_ROW)), 2, Some(2), Fault::QuotedTooLong),
        (format!("a,b\nx,\"{}", "\"\"".repeat(MAX_ROW)), 2, Some(2), Fault::QuotedTooLong),
        (format!("a,b\n{}\n", "SECRETNAME,".repeat(MAX_ROW / 10)), 2, None, Fault::RowTooLong),
        (format!("a,b\n{}\n", "\"SECRET\nNAME\",".repeat(MAX_ROW / 8)), 2, None, Fault::RowTooLong),
        (format!("a,b\nx\"{}", "z,w\n".repeat(MAX_ROW)), 2, Some(1), Fault::QuoteInField),
        (format!("{}\n", "SECRETNAME,".repeat(MAX_ROW / 10)), 1, None, Fault::RowTooLong),
    ] {
        assert_fault(input.as_bytes(), Some(row), column, &fault);
    }
}

#[test]
fn a_row_just_within_the_limit_is_read_and_one_just_over_is_not() {
    for over in [0, 1, 2, 3] {
        let field = "x".repeat(1023);
        let mut row = vec![field.as_str(); 1023].join(",");
        row.extend(std::iter::repeat_n('y', MAX_ROW + over - row.len()));
        for quotes in [false, true] {
            let ending = if quotes { ",\"\"\r\n" } else { "\r\n" };
            let input = format!("a,b\n{row}{ending}x,y\n");
            match read_plain(&input) {
                Ok(found) => assert!(over == 0 && !quotes && found.bad_rows.len() == 1),
                Err(error) => assert_eq!(*error.fault(), Fault::RowTooLong, "{over} {quotes}"),
            }
        }
    }
}

#[test]
#[allow(clippy::too_many_lines, reason = "a table, one line a case")]
fn declared_encodings_are_held_to() {
    let options = |encoding| TextLayout { encoding, ..TextLayout::default() };
    let utf16: Vec<u8> = "a,b\nx,SECRETNAME\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xFF, 0xFE], utf16.as_slice()].concat();
    let mark = |declared, found| Fault::OtherMark { declared, found };
    let (utf8, ansi) = (Encoding::Utf8, Encoding::Windows1252);
    let (le, be) = (Encoding::Utf16Le, Encoding::Utf16Be);
    let odd = [&marked, [0x41].as_slice()].concat();
    let lone_surrogate = [&marked, [0x00, 0xD8, 0x41, 0x00].as_slice()].concat();
    for (input, encoding, row, column, fault) in [
        (marked.as_slice(), utf8, None, None, mark(utf8, le)),
        (&marked, ansi, None, None, mark(ansi, le)),
        (&marked, be, None, None, mark(be, le)),
        (b"\xFE\xFFa", utf8, None, None, mark(utf8, be)),
        (b"\xEF\xBB\xBFa", ansi, None, None, mark(ansi, utf8)),
        (&utf16, Encoding::Utf16, None, None, Fault::NoMark),
        (&utf16, utf8, Some(1), Some(1), Fault::Nul),
        (&odd, Encoding::Utf16, Some(3), Some(1), Fault::InvalidText(le)),
        (&lone_surrogate, le, Some(3), Some(1), Fault::InvalidText(le)),
        (b"a,b\nx,SECRET\x81NAME\n", ansi, Some(2), Some(2), Fault::InvalidText(ansi)),
        (b"a,b\nx,\"SECRET\x9DNAME\"\n", ansi, Some(2), Some(2), Fault::InvalidText(ansi)),
        (b"a,b\n\x90x,y\"\n", ansi, Some(2), Some(1), Fault::InvalidText(ansi)),
        (b"a,b\nx\",y\x90\n", ansi, Some(2), Some(1), Fault::QuoteInField),
    ] {
        let error = error_of(input, &options(encoding));
        assert_eq!((error.row(), error.column(), error.fault()), (row, column, &fault), "{error}");
    }
}
