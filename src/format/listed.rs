//! A list that someone wrote as CSV (a truth, sealed records), watched while a library reads it:
//! the library takes broken quoting for text, and makes room for a field of any length.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::path::Path;

/// The longest row, in bytes.
const MAX_ROW: usize = 1 << 20;

/// Opens a list. Reading fails at broken quoting, at a control character and at an endless row.
///
/// # Errors
/// If the file cannot be opened.
pub fn open(path: &Path) -> io::Result<Watched<File>> {
    Ok(Watched { inner: File::open(path)?, at: At::FieldStart, row: 0 })
}

/// What [`open`] gives.
#[derive(Debug)]
pub struct Watched<R> {
    inner: R,
    at: At,
    row: usize,
}

/// Where in a row the last byte was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum At {
    FieldStart,
    Bare,
    Quoted,
    AfterQuote,
}

impl<R: Read> Read for Watched<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(out)?;
        for byte in &out[..read] {
            self.pass(*byte).ok_or(ErrorKind::InvalidData)?;
        }
        if read == 0 && !out.is_empty() && self.at == At::Quoted {
            return Err(ErrorKind::InvalidData.into());
        }
        Ok(read)
    }
}

impl<R> Watched<R> {
    fn pass(&mut self, byte: u8) -> Option<()> {
        self.at = match (self.at, byte) {
            (_, b) if b < b' ' && !b"\t\r\n".contains(&b) => return None,
            (At::FieldStart, b'"') | (At::AfterQuote, b'"') => At::Quoted,
            (At::Quoted, b'"') => At::AfterQuote,
            (At::Quoted, _) => At::Quoted,
            (At::Bare, b'"') => return None,
            (_, b',' | b'\r' | b'\n') => At::FieldStart,
            (At::AfterQuote, _) => return None,
            (At::FieldStart | At::Bare, _) => At::Bare,
        };
        let ends = self.at == At::FieldStart && byte != b',';
        self.row = if ends { 0 } else { self.row + 1 };
        (self.row <= MAX_ROW).then_some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &[u8]) -> io::Result<usize> {
        let mut watched = Watched { inner: text, at: At::FieldStart, row: 0 };
        watched.read_to_end(&mut Vec::new())
    }

    #[test]
    fn broken_quoting_control_characters_and_endless_rows_are_errors() {
        for good in ["", "a,b\r\n1,2\n", "\"a\",\"b\"\"c\n,\"\n", "a,\"\"", "a, b"] {
            assert_eq!(read(good.as_bytes()).ok(), Some(good.len()), "{good:?}");
        }
        for bad in ["a\"b", "\"a\"b", "\"a", "a,\"b\n", "a\0b", "a\u{1b}b"] {
            assert!(read(bad.as_bytes()).is_err(), "{bad:?}");
        }
        assert!(read(&vec![b'a'; MAX_ROW]).is_ok());
        assert!(read(&vec![b'a'; MAX_ROW + 1]).is_err());
        assert!(read(&[&b"\""[..], &vec![b'\n'; MAX_ROW + 1]].concat()).is_err());
    }
}
