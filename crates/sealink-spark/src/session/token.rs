//! Reading a bearer token from a file that its owner alone may read.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sealink::reason::reason;
use secrecy::SecretString;
use zeroize::Zeroizing;

use super::remote::RemoteProblem;

/// The token in a file: one line.
pub(super) fn read(path: &Path) -> Result<SecretString, RemoteProblem> {
    let unreadable = |error: std::io::Error| RemoteProblem::TokenFile(reason(&error));
    let file = File::open(path).map_err(unreadable)?;
    refuse_shared(&file.metadata().map_err(unreadable)?)?;
    // With room for all of it and more, so that growing leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(2 * LONGEST));
    file.take(LONGEST as u64 + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    let text = bytes.strip_suffix(b"\n").unwrap_or(&bytes);
    let text = text.strip_suffix(b"\r").unwrap_or(text);
    if text.is_empty() || text.len() > LONGEST || !text.iter().all(u8::is_ascii_graphic) {
        return Err(RemoteProblem::NoToken);
    }
    Ok(SecretString::from(std::str::from_utf8(text).expect("it is ASCII")))
}

#[cfg(unix)]
fn refuse_shared(metadata: &std::fs::Metadata) -> Result<(), RemoteProblem> {
    use std::os::unix::fs::PermissionsExt;
    let mode = metadata.permissions().mode() & 0o777;
    if mode & 0o077 == 0 { Ok(()) } else { Err(RemoteProblem::TokenFileShared(mode)) }
}

#[cfg(not(unix))]
fn refuse_shared(_: &std::fs::Metadata) -> Result<(), RemoteProblem> {
    Ok(())
}

/// More than any issuer's tokens take, in bytes.
const LONGEST: usize = 16 * 1024;
