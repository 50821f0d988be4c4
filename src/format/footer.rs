//! The end of a Parquet file: where its footer begins, and the footer's bytes.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// The largest footer, in bytes; one of a thousand row groups of 200 columns has about 30 MB.
pub const MAX_FOOTER: u64 = 64 << 20;

/// The length of the footer and the magic number, which follow it.
const TAIL: u64 = 8;

/// A footer as it stands in its file, unparsed.
pub struct Footer {
    /// Where it begins, in bytes from the start of the file.
    pub start: u64,
    /// Everything from there to the end of the file: the footer, its length, the magic number.
    pub bytes: Vec<u8>,
}

/// Why there is no footer.
#[derive(Debug, thiserror::Error)]
pub enum FooterError {
    /// The operating system refused to read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// The file does not end as a Parquet file does.
    #[error("it does not end as a Parquet file does")]
    NotParquet,
    /// The footer is over [`MAX_FOOTER`].
    #[error("its footer is too large")]
    TooLarge,
}

impl Footer {
    /// Reads the footer of a file.
    ///
    /// # Errors
    /// If the file cannot be read, does not end as a Parquet file does, or its footer is too large.
    pub fn read(mut file: &File) -> Result<Self, FooterError> {
        let length = file.seek(SeekFrom::End(0))?;
        let end = length.checked_sub(TAIL).ok_or(FooterError::NotParquet)?;
        file.seek(SeekFrom::Start(end))?;
        let mut tail = [0; 8];
        file.read_exact(&mut tail)?;
        let [a, b, c, d, magic @ ..] = tail;
        let size = u64::from(u32::from_le_bytes([a, b, c, d]));
        let start = end.checked_sub(size).filter(|_| &magic == b"PAR1");
        let start = start.ok_or(FooterError::NotParquet)?;
        if size > MAX_FOOTER {
            return Err(FooterError::TooLarge);
        }
        let mut bytes = Vec::new();
        file.seek(SeekFrom::Start(start))?;
        file.take(size + TAIL).read_to_end(&mut bytes)?;
        Ok(Self { start, bytes })
    }

    /// The footer by itself.
    #[must_use]
    pub fn itself(&self) -> &[u8] {
        self.bytes.split_last_chunk::<8>().map_or(&[], |(footer, _)| footer)
    }

    /// The size of the file, in bytes.
    #[must_use]
    pub const fn file_size(&self) -> u64 {
        self.start + self.bytes.len() as u64
    }
}
