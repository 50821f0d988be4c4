//! Files under way: each is locked by the run that writes it, so that the next run can tell what a
//! killed one left and take it away.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::Path;

use tempfile::{NamedTempFile, TempDir};

use crate::guard::guarded;

/// What opens the names of files and folders under way.
pub const UNDER_WAY: &str = ".sealink-";

/// A new file under way in a folder.
pub(super) fn new_file(folder: &Path) -> io::Result<NamedTempFile> {
    loop {
        let file = tempfile::Builder::new().prefix(UNDER_WAY).tempfile_in(folder)?;
        if is_ours(file.path(), file.as_file()) {
            return Ok(file);
        }
    }
}

/// A new folder under way in a folder, readable by its owner alone, and the lock on it.
pub(super) fn new_folder(folder: &Path) -> io::Result<(TempDir, Option<File>)> {
    loop {
        let made = private_folder(folder)?;
        // A folder that is there and has no lock would be swept by its own run.
        let lock = match File::open(made.path()) {
            Err(error) if cfg!(unix) && error.kind() != io::ErrorKind::NotFound => {
                return Err(error);
            }
            lock => lock.ok(),
        };
        let is_ours = match &lock {
            Some(lock) => is_ours(made.path(), lock),
            None => made.path().exists(),
        };
        if is_ours {
            return Ok((made, lock));
        }
    }
}

/// Locks what was just made, unless another run takes it for one that was left: between its making
/// and its locking it looks like that, and whoever sweeps may be about to take it away, or has.
fn is_ours(path: &Path, made: &File) -> bool {
    // Where a file system knows no locks, nothing is ever swept either.
    let is_being_swept = matches!(made.try_lock(), Err(TryLockError::WouldBlock));
    !is_being_swept && path.exists()
}

#[cfg(unix)]
fn private_folder(folder: &Path) -> io::Result<TempDir> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::Permissions::from_mode(0o700);
    tempfile::Builder::new().prefix(UNDER_WAY).permissions(mode).tempdir_in(folder)
}

#[cfg(not(unix))]
fn private_folder(folder: &Path) -> io::Result<TempDir> {
    tempfile::Builder::new().prefix(UNDER_WAY).tempdir_in(folder)
}

/// Takes away what killed runs left under way in a folder. What cannot be listed, locked or taken
/// away is left: it does no harm but to take room.
pub(super) fn sweep(folder: &Path) {
    // The standard library panics where a folder cannot be closed.
    let _ = guarded(|| sweep_all(folder));
}

fn sweep_all(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if entry.file_name().to_string_lossy().starts_with(UNDER_WAY) {
            sweep_one(&entry);
        }
    }
}

fn sweep_one(entry: &fs::DirEntry) -> Option<()> {
    let kind = entry.file_type().ok()?;
    if !kind.is_file() && !kind.is_dir() {
        return None;
    }
    let held = File::open(entry.path()).ok()?;
    held.try_lock().ok()?;
    if kind.is_dir() {
        fs::remove_dir_all(entry.path()).ok()
    } else {
        fs::remove_file(entry.path()).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_sweeps_while_others_begin_takes_nothing_of_theirs() {
        let folder = tempfile::tempdir().expect("a folder");
        let begin_and_sweep = || {
            for _ in 0..300 {
                let file = new_file(folder.path()).expect("a file");
                let (deep, _lock) = new_folder(folder.path()).expect("a folder");
                sweep(folder.path());
                assert!(file.path().exists() && deep.path().exists());
            }
        };
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(begin_and_sweep);
            }
        });
    }

    #[test]
    fn what_nobody_writes_any_more_is_swept_and_the_rest_stays() {
        let folder = tempfile::tempdir().expect("a folder");
        let living = new_file(folder.path()).expect("a file");
        let (living_folder, lock) = new_folder(folder.path()).expect("a folder");
        let left = new_file(folder.path()).expect("a file");
        let (_, left_path) = left.keep().expect("kept under its passing name");
        let left_folder = folder.path().join(".sealink-left");
        fs::create_dir_all(left_folder.join("deep")).expect("a folder");
        let other = folder.path().join("sealink-notes");
        fs::create_dir(&other).expect("a folder");

        sweep(folder.path());
        assert!(living.path().exists() && living_folder.path().exists() && other.exists());
        assert!(!left_path.exists() && !left_folder.exists());
        drop(lock);
    }
}
