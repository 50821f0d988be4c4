//! Files that appear whole or not at all: written beside, flushed to disk, renamed, and the
//! folder flushed too.

mod encrypt;
mod folder;
mod spill;
mod sweep;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use tempfile::{NamedTempFile, PersistError};

use super::error::{FormatError, Problem};
use crate::key::identity::Recipient;
use crate::reason::reason;

pub use encrypt::{Digested, Digesting};
pub use folder::{NewFolder, PassingFolder};
pub use spill::{Run, Spill};
pub use sweep::UNDER_WAY;

use encrypt::Encrypting;

const BUFFER_BYTES: usize = 1 << 18;

/// A file under way. Dropped without [`NewFile::publish`], it leaves nothing.
pub struct NewFile {
    out: Out,
    path: PathBuf,
}

enum Out {
    Clear(BufWriter<NamedTempFile>),
    Encrypted(Box<Encrypting>),
}

impl NewFile {
    /// Begins a file that will be at `path`; its folder is made if it is not there, and what a
    /// killed run left in it under a passing name is taken away.
    ///
    /// # Errors
    /// If the folder or the file beside cannot be made.
    pub fn create(path: &Path) -> Result<Self, FormatError> {
        let file = begin(path).map_err(|error| failed(path, &error))?;
        Ok(Self { out: Out::Clear(file), path: path.to_owned() })
    }

    /// Begins a file that only the recipients will be able to read.
    ///
    /// # Errors
    /// As [`NewFile::create`], and if the operating system gives no random bytes.
    pub fn encrypted(path: &Path, recipients: &[Recipient]) -> Result<Self, FormatError> {
        let out = begin(path)
            .and_then(|file| Encrypting::begin(file, recipients))
            .map_err(|error| failed(path, &error))?;
        Ok(Self { out: Out::Encrypted(Box::new(out)), path: path.to_owned() })
    }

    /// Where the file will be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Brings everything written to disk; the file is still under its passing name.
    fn settle(self) -> Result<Settled, FormatError> {
        let path = self.path;
        let settle = || {
            let (file, digests) = match self.out {
                Out::Clear(file) => (file, None),
                Out::Encrypted(out) => {
                    let (file, digests) = out.finish()?;
                    (file, Some(digests))
                }
            };
            let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.as_file().sync_all()?;
            Ok((file, digests))
        };
        let (file, digests) = settle().map_err(|error| failed(&path, &error))?;
        Ok(Settled { file, path, digests })
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
        self.settle()?.publish_new(|path, error| failed(path, &error.error))
    }

    /// Brings the file to disk, does some other work, and gives the file its name only then,
    /// unless there is one already.
    ///
    /// # Errors
    /// If the file cannot be brought to disk, the work is not done; if the work fails, there is
    /// no new file. If only the name cannot be given, the error says where the file is instead.
    pub fn publish_new_after(
        self,
        work: impl FnOnce() -> Result<(), FormatError>,
    ) -> Result<(), FormatError> {
        let settled = self.settle()?;
        work()?;
        settled.publish_new(kept)
    }
}

impl Write for NewFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match &mut self.out {
            Out::Clear(file) => file.write(bytes),
            Out::Encrypted(out) => out.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match &mut self.out {
            Out::Clear(file) => file.flush(),
            Out::Encrypted(out) => out.flush(),
        }
    }
}

/// A file whose bytes are on the disk, under its passing name.
struct Settled {
    file: NamedTempFile,
    path: PathBuf,
    /// Of an encrypted file: of what was encrypted, and of the result.
    digests: Option<[Digested; 2]>,
}

impl Settled {
    fn publish(self) -> Result<(), FormatError> {
        self.file.persist(&self.path).map_err(|error| failed(&self.path, &error.error))?;
        sync_folder(&self.path)
    }

    /// Gives the file its name, unless there is one already; `otherwise` tells why not.
    fn publish_new(
        self,
        otherwise: impl FnOnce(&Path, PersistError) -> FormatError,
    ) -> Result<(), FormatError> {
        let Self { file, path, .. } = self;
        file.persist_noclobber(&path).map_err(|error| otherwise(&path, error))?;
        sync_folder(&path)
    }
}

/// Brings all files to disk.
fn settle_all(files: Vec<NewFile>) -> Result<Vec<Settled>, FormatError> {
    files.into_iter().map(NewFile::settle).collect()
}

/// Publishes files that belong together: first all are brought to disk, then all are renamed, in
/// the order given, so that the last one tells that the others are there. An earlier last file goes
/// before the first is renamed.
///
/// # Errors
/// If any cannot be brought to disk, none is published.
pub fn publish_all(files: Vec<NewFile>) -> Result<(), FormatError> {
    let settled = settle_all(files)?;
    if let [.., _, last] = &*settled {
        withdraw(&last.path)?;
    }
    settled.into_iter().try_for_each(Settled::publish)
}

/// Puts files that do not vouch for each other in the place of others: first all are brought to
/// disk, then all are renamed. At no moment is any of them missing.
///
/// # Errors
/// If any cannot be brought to disk, none is replaced.
pub fn replace_all(files: Vec<NewFile>) -> Result<(), FormatError> {
    settle_all(files)?.into_iter().try_for_each(Settled::publish)
}

/// Takes an earlier run's last file away, so that it does not vouch for files of this one.
fn withdraw(path: &Path) -> Result<(), FormatError> {
    match fs::remove_file(path) {
        Ok(()) => sync_folder(path),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(failed(path, &error)),
    }
}

/// Publishes files and then a folder that tells that they are there.
///
/// # Errors
/// As [`publish_all`], and if the folder's name is taken.
pub fn publish_with(files: Vec<NewFile>, folder: NewFolder) -> Result<(), FormatError> {
    let settled = settle_all(files)?;
    folder.settle()?;
    settled.into_iter().try_for_each(Settled::publish)?;
    folder.publish()
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

/// Keeps a file that did not get its name, if another has not got it first.
fn kept(path: &Path, error: PersistError) -> FormatError {
    let told = reason(&error.error);
    if error.error.kind() != io::ErrorKind::AlreadyExists
        && let Ok((_, aside)) = error.file.keep()
    {
        // Under its passing name the next run would sweep it away.
        let mut beside = path.as_os_str().to_owned();
        beside.push(".aside");
        let aside = match fs::rename(&aside, &beside) {
            Ok(()) => PathBuf::from(beside),
            Err(_) => aside,
        };
        let aside = aside.display();
        return FormatError::new(path, Problem::Write(format!("{told}; it is at {aside}")));
    }
    FormatError::new(path, Problem::Write(told))
}

/// Gives files that were published in a folder that passes their names, and then publishes `last`,
/// which tells that they are there.
///
/// # Errors
/// If `last` cannot be brought to disk, or a file cannot be renamed.
pub fn adopt(files: &BTreeMap<PathBuf, PathBuf>, last: NewFile) -> Result<(), FormatError> {
    let last = last.settle()?;
    for (place, from) in files {
        fs::rename(from, place).map_err(|error| failed(place, &error))?;
        sync_folder(place)?;
    }
    last.publish()
}

fn begin(path: &Path) -> io::Result<BufWriter<NamedTempFile>> {
    let folder = folder_of(path);
    make_folder(folder)?;
    sweep::sweep(folder);
    Ok(BufWriter::with_capacity(BUFFER_BYTES, sweep::new_file(folder)?))
}

/// Makes a folder if it is not there. One that is taken away meanwhile is told as missing, where the
/// standard library tells that it exists.
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder).or_else(|error| match error.kind() {
        io::ErrorKind::AlreadyExists if fs::metadata(folder)?.is_dir() => Ok(()),
        _ => Err(error),
    })
}

pub(super) fn failed(path: &Path, error: &io::Error) -> FormatError {
    FormatError::new(path, Problem::Write(reason(error)))
}

pub(super) fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// Makes the rename itself durable; Windows has no way to ask for it and needs none.
pub(super) fn sync_folder(path: &Path) -> Result<(), FormatError> {
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
