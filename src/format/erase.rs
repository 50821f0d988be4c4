//! Destroying a file: overwritten in place, brought to disk, cut to nothing, removed.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::error::{FormatError, Problem};
use super::write::{UNDER_WAY, failed, folder_of, sync_folder};
use crate::reason::reason;
use crate::token::hex;

/// A file that is going to be destroyed.
pub struct Doomed {
    file: File,
    path: PathBuf,
    bytes: u64,
}

impl Doomed {
    /// Opens a file, and no link, for overwriting; looks whether its name could be removed.
    ///
    /// # Errors
    /// If it is a link or no file, or may not be written or removed.
    pub fn open(path: &Path) -> Result<Self, FormatError> {
        let begin = || {
            if !path.symlink_metadata()?.is_file() {
                return Err(std::io::ErrorKind::InvalidInput.into());
            }
            let file = File::options().read(true).write(true).open(path)?;
            let bytes = file.metadata()?.len();
            // A folder that takes a new file lets an old one go.
            drop(tempfile::Builder::new().prefix(UNDER_WAY).tempfile_in(folder_of(path))?);
            Ok(Self { file, path: path.to_owned(), bytes })
        };
        begin().map_err(|error| failed(path, &error))
    }

    /// The file's size.
    #[must_use]
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The digest of what the file holds, in hexadecimal digits.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn sha256(&self) -> Result<String, FormatError> {
        let mut content = zeroize::Zeroizing::new(Vec::new());
        let mut file = &self.file;
        let read = file.seek(SeekFrom::Start(0)).and_then(|_| file.read_to_end(&mut content));
        read.map_err(|error| FormatError::new(&self.path, Problem::Read(reason(&error))))?;
        Ok(hex(&Sha256::digest(&content)))
    }

    /// Destroys it.
    ///
    /// # Errors
    /// If a step fails; then the name is still there, though what it holds may be overwritten.
    pub fn erase(mut self) -> Result<(), FormatError> {
        let mut steps = || {
            self.overwrite()?;
            self.file.set_len(0)?;
            self.file.sync_all()?;
            fs::remove_file(&self.path)
        };
        steps().map_err(|error| failed(&self.path, &error))?;
        // Should the name come back after a crash, nothing is left under it: no failure.
        let _ = sync_folder(&self.path);
        Ok(())
    }

    /// Puts random bytes in the place of the file's own.
    fn overwrite(&mut self) -> std::io::Result<()> {
        self.file.seek(SeekFrom::Start(0))?;
        let mut left = self.bytes;
        let mut noise = [0; 4096];
        while left > 0 {
            getrandom::fill(&mut noise).map_err(|_| std::io::ErrorKind::Other)?;
            let length = left.min(noise.len() as u64);
            self.file.write_all(&noise[..usize::try_from(length).expect("4096 at most")])?;
            left -= length;
        }
        self.file.sync_all()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::disallowed_methods, reason = "the file is there to be destroyed")]
    fn the_bytes_of_a_destroyed_file_are_overwritten_in_their_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, other) = (folder.path().join("key"), folder.path().join("other"));
        fs::write(&path, vec![b'K'; 10_000]).expect("written");
        fs::hard_link(&path, &other).expect("another name");
        let mut doomed = Doomed::open(&path).expect("a file");
        doomed.overwrite().expect("overwritten");
        let bytes = fs::read(&other).expect("read");
        assert_eq!(bytes.len(), 10_000);
        assert!(bytes.windows(4).all(|four| four != b"KKKK"));
        doomed.erase().expect("destroyed");
        assert!(!path.exists());
        assert_eq!(fs::read(&other).expect("read"), b"");
    }

    #[test]
    fn a_link_or_folder_is_not_destroyed() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(Doomed::open(folder.path()).is_err());
        assert!(Doomed::open(&folder.path().join("missing")).is_err());
    }
}
