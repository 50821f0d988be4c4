//! A key in memory, and reading it from its file.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::marker::PhantomData;
use std::path::Path;

use secrecy::{ExposeSecret, SecretBox};
use zeroize::{Zeroize, Zeroizing};

use super::{HEADER, KEY_BYTES, KeyError, KeyProblem, Role};

/// A larger file is some other file.
const LARGEST_KEY_FILE: u64 = 4096;

/// A key of one role.
pub struct Key<R> {
    secret: SecretBox<[u8; KEY_BYTES]>,
    role: PhantomData<R>,
}

impl<R: KeyRole> fmt::Debug for Key<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} key (secret)", R::ROLE.name())
    }
}

impl<R: KeyRole> Key<R> {
    /// The key with these bytes, which are wiped.
    #[must_use]
    pub fn from_bytes(bytes: &mut [u8; KEY_BYTES]) -> Self {
        let secret = SecretBox::init_with_mut(|secret: &mut [u8; KEY_BYTES]| *secret = *bytes);
        bytes.zeroize();
        Self { secret, role: PhantomData }
    }

    /// Reads a key file of this role.
    ///
    /// # Errors
    /// If the file cannot be read, others than its owner can read it, it is a link, it is not a
    /// key file, or it holds a key of another role.
    pub fn read(path: &Path) -> Result<Self, KeyError> {
        let problem = |problem| KeyError { path: path.to_owned(), problem };
        let text = read_private(path).map_err(problem)?;
        Self::parse(&text).map_err(problem)
    }

    fn parse(text: &str) -> Result<Self, KeyProblem> {
        let mut lines = text.lines();
        if lines.next() != Some(HEADER) {
            return Err(KeyProblem::NotAKeyFile);
        }
        let role =
            value(lines.next(), "role: ").and_then(Role::named).ok_or(KeyProblem::Damaged)?;
        if role != R::ROLE {
            return Err(KeyProblem::WrongRole { found: role, wanted: R::ROLE });
        }
        let id = value(lines.next(), "id: ").ok_or(KeyProblem::Damaged)?;
        let secret = value(lines.next(), "secret: ").ok_or(KeyProblem::Damaged)?;
        if lines.next().is_some() || id.len() != 32 || !id.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(KeyProblem::Damaged);
        }
        let (prefix, bytes) = bech32::decode(secret).map_err(|_| KeyProblem::Damaged)?;
        let bytes = Zeroizing::new(bytes);
        if !prefix.as_str().eq_ignore_ascii_case(R::ROLE.prefix()) {
            return Err(KeyProblem::Damaged);
        }
        let mut key: [u8; KEY_BYTES] =
            bytes.as_slice().try_into().map_err(|_| KeyProblem::Damaged)?;
        Ok(Self::from_bytes(&mut key))
    }

    pub(super) fn expose_secret(&self) -> &[u8; KEY_BYTES] {
        self.secret.expose_secret()
    }
}

/// A role as a type, so that one role's key cannot stand in for another's.
pub trait KeyRole {
    /// The role.
    const ROLE: Role;
}

/// The type-level name of [`Role::Linkage`].
pub enum ForLinkage {}
/// The type-level name of [`Role::Agency`].
pub enum ForAgency {}
/// The type-level name of [`Role::Linker`].
pub enum ForLinker {}

impl KeyRole for ForLinkage {
    const ROLE: Role = Role::Linkage;
}
impl KeyRole for ForAgency {
    const ROLE: Role = Role::Agency;
}
impl KeyRole for ForLinker {
    const ROLE: Role = Role::Linker;
}

fn value<'t>(line: Option<&'t str>, name: &str) -> Option<&'t str> {
    line?.strip_prefix(name)
}

fn read_private(path: &Path) -> Result<Zeroizing<String>, KeyProblem> {
    let unreadable = |error: std::io::Error| KeyProblem::Unreadable(error.kind());
    let kind = path.symlink_metadata().map_err(unreadable)?.file_type();
    if kind.is_symlink() {
        return Err(KeyProblem::Link);
    }
    // Opening a pipe would wait for a writer.
    if !kind.is_file() {
        return Err(KeyProblem::NotAKeyFile);
    }
    let file = File::open(path).map_err(unreadable)?;
    let metadata = file.metadata().map_err(unreadable)?;
    if !metadata.is_file() || metadata.len() > LARGEST_KEY_FILE {
        return Err(KeyProblem::NotAKeyFile);
    }
    refuse_shared(&metadata)?;
    let size = usize::try_from(LARGEST_KEY_FILE).expect("4096 is a size");
    let mut bytes = Zeroizing::new(Vec::with_capacity(size + 1));
    file.take(LARGEST_KEY_FILE).read_to_end(&mut bytes).map_err(unreadable)?;
    let text = std::str::from_utf8(&bytes).map_err(|_| KeyProblem::NotAKeyFile)?;
    Ok(Zeroizing::new(text.to_owned()))
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

#[cfg(test)]
mod tests {
    use super::super::generate;
    use super::*;

    type AnyLinkage = Key<ForLinkage>;

    #[test]
    fn a_generated_key_is_read_back_by_its_role_alone() {
        let text = generate(Role::Linkage).expect("random bytes");
        assert!(AnyLinkage::parse(&text).is_ok());
        let other = Key::<ForLinker>::parse(&text).expect_err("another role");
        assert_eq!(other, KeyProblem::WrongRole { found: Role::Linkage, wanted: Role::Linker });
    }

    #[test]
    fn every_altered_character_of_the_secret_is_noticed() {
        let text = generate(Role::Agency).expect("random bytes");
        let start = text.find("KEY-1").expect("the prefix") + 5;
        for place in start..text.len() - 1 {
            let mut bytes = text.as_bytes().to_vec();
            bytes[place] = if bytes[place] == b'Q' { b'P' } else { b'Q' };
            let altered = String::from_utf8(bytes).expect("ASCII");
            assert!(Key::<ForAgency>::parse(&altered).is_err());
        }
    }

    #[test]
    fn a_truncated_key_file_is_refused() {
        let text = generate(Role::Agency).expect("random bytes");
        for length in 0..text.len() - 1 {
            let cut = text.get(..length).expect("ASCII");
            assert!(Key::<ForAgency>::parse(cut).is_err(), "{length} bytes were taken for a key");
        }
    }

    #[test]
    fn a_key_never_prints_itself() {
        let key = AnyLinkage::from_bytes(&mut [7; KEY_BYTES]);
        assert_eq!(format!("{key:?}"), "linkage key (secret)");
    }
}
