//! Reading a file that its owner alone may read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use zeroize::Zeroizing;

use super::{KeyProblem, LARGEST_FILE};
use crate::reason::reason;

/// The bytes of a private file.
pub(super) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, KeyProblem> {
    let unreadable = |error: std::io::Error| KeyProblem::Unreadable(reason(&error));
    let file = open(path)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() {
        return Err(KeyProblem::NotAKeyFile);
    }
    refuse_shared(&metadata)?;
    // With room for all of it and more, so that growing leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(2 * LARGEST_FILE));
    file.take(LARGEST_FILE as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() > LARGEST_FILE { Err(KeyProblem::TooLarge) } else { Ok(bytes) }
}

/// Opens a file and no link, and does not wait for the writer of a pipe.
#[cfg(unix)]
fn open(path: &Path) -> Result<File, KeyProblem> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
    match rustix::fs::open(path, flags, Mode::empty()) {
        Ok(file) => Ok(file.into()),
        // Not every system says `LOOP` of a link.
        Err(_) if path.is_symlink() => Err(KeyProblem::Link),
        Err(error) => Err(KeyProblem::Unreadable(reason(&error.into()))),
    }
}

#[cfg(not(unix))]
fn open(path: &Path) -> Result<File, KeyProblem> {
    if path.is_symlink() {
        return Err(KeyProblem::Link);
    }
    File::open(path).map_err(|error| KeyProblem::Unreadable(reason(&error)))
}

#[cfg(unix)]
fn refuse_shared(metadata: &std::fs::Metadata) -> Result<(), KeyProblem> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(KeyProblem::Shared { mode }) }
}

#[cfg(not(unix))]
fn refuse_shared(_: &std::fs::Metadata) -> Result<(), KeyProblem> {
    Ok(())
}
