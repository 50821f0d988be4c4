//! Folders that appear whole or not at all, and folders that pass.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::encrypt::Digested;
use super::{FormatError, NewFile, Settled, failed, folder_of, make_folder, sweep, sync_folder};
use crate::guard::guarded;
use crate::key::identity::Recipient;

/// A folder under way with the files in it. Dropped without [`NewFolder::publish`], it leaves
/// nothing.
pub struct NewFolder {
    under_way: PassingFolder,
    path: PathBuf,
}

impl NewFolder {
    /// Begins a folder that will be at `path`, where nothing may be yet.
    ///
    /// # Errors
    /// If something is there, or the folder beside cannot be made.
    pub fn create(path: &Path) -> Result<Self, FormatError> {
        if path.symlink_metadata().is_ok() {
            return Err(failed(path, &std::io::ErrorKind::AlreadyExists.into()));
        }
        Ok(Self { under_way: PassingFolder::create(folder_of(path))?, path: path.to_owned() })
    }

    /// Where the folder will be.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Begins a file in it that only the recipients will be able to read.
    ///
    /// # Errors
    /// If the file cannot be made.
    pub fn encrypted(&self, name: &str, to: &[Recipient]) -> Result<NewFile, FormatError> {
        NewFile::encrypted(&self.under_way.path().join(name), to)
    }

    /// Takes an encrypted file of this folder that has been written: the digests of what was
    /// encrypted, and of the result.
    ///
    /// # Errors
    /// If the bytes cannot be brought to disk.
    ///
    /// # Panics
    /// If the file is not one of [`NewFolder::encrypted`].
    pub fn take(&self, file: NewFile) -> Result<[Digested; 2], FormatError> {
        let Settled { file, path, digests } = file.settle()?;
        file.persist(&path).map_err(|error| failed(&path, &error.error))?;
        Ok(digests.expect("the file is encrypted"))
    }

    /// Puts a small file into it that anyone may read.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<(), FormatError> {
        super::whole(&self.under_way.path().join(name), bytes)?.publish()
    }

    /// Brings the folder's list of files to disk.
    pub(super) fn settle(&self) -> Result<(), FormatError> {
        sync_folder(&self.under_way.path().join("any"))
    }

    /// Gives the folder its name.
    ///
    /// # Errors
    /// If the name is taken meanwhile, or the folder cannot be renamed.
    pub fn publish(mut self) -> Result<(), FormatError> {
        self.settle()?;
        fs::rename(self.under_way.path(), &self.path)
            .map_err(|error| failed(&self.path, &error))?;
        // What had the passing name has none to be removed under.
        let _ = self.under_way.folder.take().map(TempDir::keep);
        sync_folder(&self.path)
    }
}

/// A folder for files that must not outlive the work: readable by its owner alone, removed when
/// dropped, and swept by the next run if this one is killed.
pub struct PassingFolder {
    /// None once it has another name.
    folder: Option<TempDir>,
    _lock: Option<File>,
}

impl PassingFolder {
    /// Makes one in this folder, which is made if it is not there.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn create(within: &Path) -> Result<Self, FormatError> {
        let make = || {
            make_folder(within)?;
            sweep::sweep(within);
            sweep::new_folder(within)
        };
        let (folder, lock) = make().map_err(|error| failed(within, &error))?;
        Ok(Self { folder: Some(folder), _lock: lock })
    }

    /// A folder of this name within it.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn folder(&self, name: &str) -> Result<PathBuf, FormatError> {
        let path = self.path().join(name);
        make_folder(&path).map_err(|error| failed(&path, &error))?;
        Ok(path)
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.as_ref().map_or(Path::new(""), TempDir::path)
    }
}

impl Drop for PassingFolder {
    fn drop(&mut self) {
        // The standard library panics where a folder cannot be closed.
        let folder = self.folder.take();
        let _ = guarded(|| drop(folder));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_appears_whole_or_not_at_all() {
        let root = tempfile::tempdir().expect("a folder");
        let path = root.path().join("deep/made");
        let folder = NewFolder::create(&path).expect("begun");
        folder.put("a", b"content").expect("put");
        assert!(!path.exists());
        folder.publish().expect("published");
        assert_eq!(fs::read(path.join("a")).expect("read"), b"content");
        assert!(NewFolder::create(&path).is_err());

        let other = NewFolder::create(&root.path().join("deep/other")).expect("begun");
        other.put("a", b"content").expect("put");
        drop(other);
        assert_eq!(fs::read_dir(root.path().join("deep")).expect("listed").count(), 1);
    }
}
