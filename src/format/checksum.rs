//! A file's checksum inside the file itself, so that a bit that turned over on a disk or a cut on
//! the way is noticed before a byte is parsed.
//!
//! The checksum is BLAKE3 over the whole file with the checksum's own 64 digits as zeros. It finds
//! damage, not forgery: whoever can alter the file can make its checksum anew. Against forgery
//! stands the signature of a delivery.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};

use blake3::Hasher;

use super::footer::Footer;

/// What stands before the digits.
const MARK: &str = "blake3:";

const DIGITS: usize = blake3::OUT_LEN * 2;

const READ_BYTES: usize = 1 << 20;

/// What stands in a file for its checksum until that is known.
#[must_use]
pub fn placeholder() -> String {
    format!("{MARK}{}", "0".repeat(DIGITS))
}

/// Writes a file whose end holds the [`placeholder`], which becomes the checksum.
pub struct Checked<W> {
    inner: W,
    hasher: Hasher,
    end: Option<Vec<u8>>,
}

impl<W: Write> Checked<W> {
    /// Begins at the start of the file.
    pub fn new(inner: W) -> Self {
        Self { inner, hasher: Hasher::new(), end: None }
    }

    /// Holds back everything from here on, in which the placeholder stands once.
    pub fn hold_back(&mut self) {
        self.end.get_or_insert_default();
    }

    /// Puts in the checksum and writes what was held back.
    ///
    /// # Errors
    /// If that cannot be written.
    ///
    /// # Panics
    /// If the placeholder was not written once; who writes the file puts it there.
    pub fn finish(mut self) -> io::Result<W> {
        let mut end = self.end.take().expect("the end of the file was held back");
        let at = place(&end).expect("the placeholder stands in the end of the file once");
        end[at..at + DIGITS].copy_from_slice(self.hasher.finalize().to_hex().as_bytes());
        self.inner.write_all(&end)?;
        Ok(self.inner)
    }
}

impl<W: Write> Write for Checked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if let Some(end) = &mut self.end {
            end.extend_from_slice(bytes);
            self.hasher.update(bytes);
            return Ok(bytes.len());
        }
        let written = self.inner.write(bytes)?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// A small text with the placeholder in it once, as it is written: with its checksum.
///
/// # Panics
/// If the placeholder does not stand in it once.
#[must_use]
pub fn stamped(text: &[u8]) -> Vec<u8> {
    let mut writer = Checked::new(Vec::with_capacity(text.len()));
    writer.hold_back();
    writer.write_all(text).and_then(|()| writer.finish()).expect("memory takes every byte")
}

/// Whether a text is as it was [`stamped`]; one without any checksum is not.
#[must_use]
pub fn is_whole(text: &[u8]) -> bool {
    let Some(at) = place(text) else { return false };
    let mut hasher = Hasher::new();
    hasher.update(&text[..at]).update(&[b'0'; DIGITS]).update(&text[at + DIGITS..]);
    hasher.finalize().to_hex().as_bytes() == &text[at..at + DIGITS]
}

/// What a Parquet file's checksum says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The file is as it was written.
    Whole,
    /// The file has no checksum in its footer.
    Unmarked,
    /// The file differs from what was written.
    Altered,
}

/// Reads a Parquet file once from start to footer and compares its checksum.
///
/// # Errors
/// If the file cannot be read.
pub fn judge(mut file: &File, footer: &Footer) -> io::Result<Verdict> {
    let Footer { start, bytes: footer } = footer;
    let Some(at) = place(footer) else { return Ok(Verdict::Unmarked) };
    let mut hasher = Hasher::new();
    file.seek(SeekFrom::Start(0))?;
    let mut before = file.take(*start);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        match before.read(&mut buffer)? {
            0 => break,
            n => _ = hasher.update(&buffer[..n]),
        }
    }
    hasher.update(&footer[..at]).update(&[b'0'; DIGITS]).update(&footer[at + DIGITS..]);
    let found = hasher.finalize().to_hex();
    let same = found.as_bytes() == &footer[at..at + DIGITS];
    Ok(if same { Verdict::Whole } else { Verdict::Altered })
}

/// Where the digits begin, if the mark stands in the text once and has room for them.
fn place(text: &[u8]) -> Option<usize> {
    let mut places = memchr::memmem::find_iter(text, MARK);
    let at = places.next()? + MARK.len();
    let digits = text.get(at..at + DIGITS)?;
    let plain = digits.iter().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    (plain && places.next().is_none()).then_some(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_altered_bit_of_a_stamped_text_is_noticed() {
        let text = format!("{{\"checksum\":\"{}\",\"n\":17}}", placeholder());
        let whole = stamped(text.as_bytes());
        assert!(is_whole(&whole));
        for bit in 0..whole.len() * 8 {
            let mut altered = whole.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(!is_whole(&altered), "bit {bit}");
        }
        for length in 0..whole.len() {
            assert!(!is_whole(&whole[..length]), "{length} bytes");
        }
    }
}
