//! Opens an input and tells by its first bytes what it is.

use std::fs::File;
use std::io::{self, Cursor, Read};

use super::Input;
use super::error::ReadError;
use super::fault::Fault;

/// What standard input is called in errors.
pub(super) const STDIN: &str = "standard input";

/// An input, opened.
pub(super) enum Sniffed {
    Text(Opened),
    Parquet(String, File),
}

/// Text that has been opened, its first bytes looked at.
pub(super) struct Opened {
    pub(super) name: String,
    /// The first bytes, at most [`LOOK`].
    pub(super) start: Vec<u8>,
    /// What follows `start`.
    pub(super) rest: Box<dyn Read + Send>,
    /// The whole length, if it is known.
    pub(super) size: Option<u64>,
}

/// Enough for every magic number and byte order mark below.
const LOOK: u64 = 8;

pub(super) fn sniff(input: &Input) -> Result<Sniffed, ReadError> {
    match input {
        Input::Stdin => {
            let opened = look(STDIN.to_owned(), Box::new(io::stdin()), None)?;
            if opened.start.starts_with(b"PAR1") {
                return Err(ReadError::of_input(STDIN, Fault::StdinParquet));
            }
            Ok(Sniffed::Text(opened))
        }
        Input::Path(path) => {
            let name = path.display().to_string();
            let failed =
                |error: &io::Error| ReadError::of_input(&name, Fault::Io(error.to_string()));
            let file = File::open(path).map_err(|error| failed(&error))?;
            let size = file.metadata().ok().filter(std::fs::Metadata::is_file).map(|m| m.len());
            let again = file.try_clone().map_err(|error| failed(&error))?;
            let whole = Measured { file, left: size.unwrap_or(0) };
            let opened = look(name, Box::new(whole), size)?;
            Ok(match opened.start.starts_with(b"PAR1") {
                true => Sniffed::Parquet(opened.name, again),
                false => Sniffed::Text(opened),
            })
        }
    }
}

/// A file that must not end before the length it had when it was opened: what is cut off meanwhile
/// would be taken for records that never were.
struct Measured {
    file: File,
    left: u64,
}

impl Read for Measured {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(bytes)?;
        if read == 0 && !bytes.is_empty() && self.left > 0 {
            let reason = "the file became shorter while it was read";
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, reason));
        }
        self.left = self.left.saturating_sub(read as u64);
        Ok(read)
    }
}

/// Reads the first bytes, and refuses what is known to be something else than a table.
pub(super) fn look(
    name: String,
    mut rest: Box<dyn Read + Send>,
    size: Option<u64>,
) -> Result<Opened, ReadError> {
    let mut start = Vec::new();
    if let Err(error) = rest.by_ref().take(LOOK).read_to_end(&mut start) {
        return Err(ReadError::of_input(name, Fault::Io(error.to_string())));
    }
    match other_format(&start) {
        Some(fault) => Err(ReadError::of_input(name, fault)),
        None => Ok(Opened { name, start, rest, size }),
    }
}

impl Opened {
    /// The bytes after the byte order mark.
    pub(super) fn after(self, mark: usize) -> Box<dyn Read + Send> {
        let mut start = Cursor::new(self.start);
        start.set_position(mark as u64);
        Box::new(start.chain(self.rest))
    }
}

fn other_format(start: &[u8]) -> Option<Fault> {
    Some(match start {
        [b'P', b'A', b'R', b'E', ..] => Fault::EncryptedParquet,
        [b'P', b'K', 3, 4, ..] => Fault::OtherFormat("an Excel workbook or a zip archive"),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => Fault::OtherFormat("an old Excel workbook"),
        [0x1F, 0x8B, ..] => Fault::OtherFormat("compressed with gzip"),
        [0x28, 0xB5, 0x2F, 0xFD, ..] => Fault::OtherFormat("compressed with zstd"),
        [b'A', b'R', b'R', b'O', b'W', b'1', 0, 0] => Fault::OtherFormat("an Arrow (Feather) file"),
        [b'S', b'Q', b'L', b'i', b't', b'e', b' ', b'f'] => {
            Fault::OtherFormat("an SQLite database")
        }
        [b'%', b'P', b'D', b'F', b'-', ..] => Fault::OtherFormat("a PDF document"),
        _ => return None,
    })
}
