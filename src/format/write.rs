//! Files that appear whole or not at all: written beside, flushed to disk, renamed, and the
//! folder flushed too.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::error::{FormatError, Problem, io_text};

/// What opens the names of files under way; one left by a killed run may be deleted.
pub const UNDER_WAY: &str = ".sealink-";

const BUFFER_BYTES: usize = 1 << 18;

/// A file under way. Dropped without [`NewFile::publish`], it leaves nothing.
pub struct NewFile {
    file: BufWriter<NamedTempFile>,
    path: PathBuf,
}

impl NewFile {
    /// Begins a file that will be at `path`; its folder is made if it is not there.
    ///
    /// # Errors
    /// If the folder or the file beside cannot be made.
    pub fn create(path: &Path) -> Result<Self, FormatError> {
        let folder = folder_of(path);
        let begin = || {
            fs::create_dir_all(folder)?;
            tempfile::Builder::new().prefix(UNDER_WAY).tempfile_in(folder)
        };
        let file = begin().map_err(|error| failed(path, &error))?;
        Ok(Self { file: BufWriter::with_capacity(BUFFER_BYTES, file), path: path.to_owned() })
    }

    /// Where the file will be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Brings everything written to disk; the file is still under its passing name.
    fn settle(self) -> Result<(NamedTempFile, PathBuf), FormatError> {
        let path = self.path;
        let file = self.file.into_inner().map_err(|error| failed(&path, error.error()))?;
        file.as_file().sync_all().map_err(|error| failed(&path, &error))?;
        Ok((file, path))
    }

    /// Gives the file its name, replacing any file there.
    ///
    /// # Errors
    /// If the bytes cannot be brought to disk or the file cannot be renamed; then there is no
    /// new file and an old one is as it was.
    pub fn publish(self) -> Result<(), FormatError> {
        publish_all(vec![self])
    }

    /// Gives the file its name, unless there is one already.
    ///
    /// # Errors
    /// As [`NewFile::publish`], and if the name is taken.
    pub fn publish_new(self) -> Result<(), FormatError> {
        let (file, path) = self.settle()?;
        file.persist_noclobber(&path).map_err(|error| failed(&path, &error.error))?;
        sync_folder(&path)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Publishes files that belong together: first all are brought to disk, then all are renamed, in
/// the order given, so that the last one tells that the others are there.
///
/// # Errors
/// If any cannot be brought to disk, none is published.
pub fn publish_all(files: Vec<NewFile>) -> Result<(), FormatError> {
    let settled = files.into_iter().map(NewFile::settle).collect::<Result<Vec<_>, _>>()?;
    for (file, path) in settled {
        file.persist(&path).map_err(|error| failed(&path, &error.error))?;
        sync_folder(&path)?;
    }
    Ok(())
}

/// Writes a small file whole.
///
/// # Errors
/// If it cannot be written or renamed.
pub fn whole(path: &Path, bytes: &[u8]) -> Result<NewFile, FormatError> {
    let mut file = NewFile::create(path)?;
    file.write_all(bytes).map_err(|error| failed(path, &error))?;
    Ok(file)
}

fn failed(path: &Path, error: &io::Error) -> FormatError {
    FormatError::new(path, Problem::Write(io_text(error)))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the rename itself durable; Windows has no way to ask for it and needs none.
fn sync_folder(path: &Path) -> Result<(), FormatError> {
    if cfg!(unix) {
        let folder = folder_of(path);
        File::open(folder)
            .and_then(|folder| folder.sync_all())
            .map_err(|error| failed(path, &error))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_appears_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("deep/file");
        let file = whole(&path, b"content").expect("written");
        assert!(!path.exists());
        file.publish().expect("published");
        assert_eq!(fs::read(&path).expect("read"), b"content");

        drop(whole(&path, b"other").expect("written"));
        assert_eq!(fs::read(&path).expect("read"), b"content");
        let left = fs::read_dir(folder.path().join("deep")).expect("listed").count();
        assert_eq!(left, 1);
    }

    #[test]
    fn a_new_file_never_replaces_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        whole(&path, b"first").expect("written").publish_new().expect("published");
        assert!(whole(&path, b"second").expect("written").publish_new().is_err());
        assert_eq!(fs::read(&path).expect("read"), b"first");
    }
}
