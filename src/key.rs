//! The three kinds of key, each a type of its own, and the text of a key file.
//!
//! Reading a secret takes the word `expose_secret`; keys cannot be printed, cloned or compared,
//! and are wiped when dropped.

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use bech32::{Bech32, Hrp};
use secrecy::{ExposeSecret, SecretBox};
use zeroize::{Zeroize, Zeroizing};

#[cfg(any(feature = "agency", feature = "linker", feature = "research"))]
use crate::token::Keyed;
#[cfg(any(feature = "agency", feature = "research"))]
use crate::token::{Token, encoded};

/// Bytes of every key: 32, from the operating system.
pub const KEY_BYTES: usize = 32;

const HEADER: &str = "sealink-key/1";
const LARGEST_KEY_FILE: u64 = 4096;

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Makes tokens; held by the key custodian and by every agency of one project.
    Linkage,
    /// Makes record references; held by one agency alone.
    Agency,
    /// Makes the person ids of extracts; held by the linker alone.
    Linker,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Linkage, Self::Agency, Self::Linker];

    /// The role's word in key files and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Linkage => "linkage",
            Self::Agency => "agency",
            Self::Linker => "linker",
        }
    }

    /// What opens the secret in a key file, so that scanners for leaked secrets can find it.
    #[must_use]
    pub const fn prefix(self) -> &'static str {
        match self {
            Self::Linkage => "sealink-linkage-key-",
            Self::Agency => "sealink-agency-key-",
            Self::Linker => "sealink-linker-key-",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
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

/// The key that makes tokens.
#[cfg(feature = "agency")]
pub type LinkageKey = Key<ForLinkage>;
/// The key that makes an agency's record references.
#[cfg(feature = "agency")]
pub type AgencyKey = Key<ForAgency>;
/// The key that makes the person ids of extracts.
#[cfg(any(feature = "linker", feature = "research"))]
pub type LinkerKey = Key<ForLinker>;

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

    #[cfg(any(feature = "agency", feature = "research"))]
    fn keyed(&self) -> Keyed {
        Keyed::new(self.secret.expose_secret())
    }
}

/// The text of a new key file: 32 random bytes of the operating system, and a random id.
///
/// # Errors
/// If the operating system gives no random bytes.
pub fn generate(role: Role) -> Result<Zeroizing<String>, KeyError> {
    let problem = |_| KeyError { path: PathBuf::new(), problem: KeyProblem::NoRandomBytes };
    let mut secret = Zeroizing::new([0; KEY_BYTES]);
    let mut id = [0; 16];
    getrandom::fill(secret.as_mut_slice()).map_err(problem)?;
    getrandom::fill(&mut id).map_err(problem)?;
    let prefix = Hrp::parse(role.prefix()).expect("the prefixes are valid");
    let spelled = Zeroizing::new(
        bech32::encode_upper::<Bech32>(prefix, secret.as_slice()).expect("32 bytes fit"),
    );
    let text = format!(
        "{HEADER}\nrole: {}\nid: {}\nsecret: {}\n",
        role.name(),
        crate::token::hex(&id),
        *spelled
    );
    Ok(Zeroizing::new(text))
}

fn value<'t>(line: Option<&'t str>, name: &str) -> Option<&'t str> {
    line?.strip_prefix(name)
}

fn read_private(path: &Path) -> Result<Zeroizing<String>, KeyProblem> {
    let unreadable = |error: std::io::Error| KeyProblem::Unreadable(error.kind());
    if path.symlink_metadata().map_err(unreadable)?.is_symlink() {
        return Err(KeyProblem::Link);
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

#[cfg(feature = "agency")]
impl LinkageKey {
    /// The key's fingerprint in a project: shown by every command, useless without the key.
    #[must_use]
    pub fn check_value(&self, project: &str) -> Token {
        let mut value = [0; crate::token::TOKEN_BYTES];
        let info = encoded(&[b"sealink/1/check", project.as_bytes()]);
        self.expand(&info, &mut value);
        Token(value)
    }

    /// The key of one recipe, tied to the recipe's definition.
    pub(crate) fn recipe_key(&self, project: &str, recipe: &str, definition: &[u8; 32]) -> Keyed {
        let info =
            encoded(&[b"sealink/1/token", project.as_bytes(), recipe.as_bytes(), definition]);
        let mut key = Zeroizing::new([0; KEY_BYTES]);
        self.expand(&info, key.as_mut_slice());
        Keyed::new(&key)
    }

    fn expand(&self, info: &[u8], out: &mut [u8]) {
        hkdf::Hkdf::<sha2::Sha256>::from_prk(self.secret.expose_secret())
            .expect("32 bytes are a full key")
            .expand(info, out)
            .expect("32 bytes are less than the most HKDF gives");
    }
}

/// What makes an agency's record references in one project and dataset.
#[cfg(feature = "agency")]
pub struct RecordRefs {
    keyed: Keyed,
    project: String,
    dataset: String,
}

#[cfg(feature = "agency")]
impl AgencyKey {
    /// The references of one project and dataset.
    #[must_use]
    pub fn record_refs(&self, project: &str, dataset: &str) -> RecordRefs {
        RecordRefs { keyed: self.keyed(), project: project.to_owned(), dataset: dataset.to_owned() }
    }
}

#[cfg(feature = "agency")]
impl RecordRefs {
    /// The reference of the record with this local id.
    #[must_use]
    pub fn of(&self, record_id: &str) -> Token {
        let parts: [&[u8]; 4] = [
            b"sealink/1/record",
            self.project.as_bytes(),
            self.dataset.as_bytes(),
            record_id.as_bytes(),
        ];
        self.keyed.token(&encoded(&parts))
    }
}

/// What makes the person ids of one extract.
#[cfg(feature = "research")]
pub struct PersonIds {
    keyed: Keyed,
    extract: String,
}

#[cfg(feature = "research")]
impl LinkerKey {
    /// The person ids of one extract.
    #[must_use]
    pub fn person_ids(&self, extract: &str) -> PersonIds {
        PersonIds { keyed: self.keyed(), extract: extract.to_owned() }
    }
}

#[cfg(feature = "research")]
impl PersonIds {
    /// The extract's id of the linker's person.
    #[must_use]
    pub fn of(&self, person: Token) -> Token {
        let parts: [&[u8]; 3] = [b"sealink/1/person", self.extract.as_bytes(), &person.0];
        self.keyed.token(&encoded(&parts))
    }
}

/// A key file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct KeyError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: KeyProblem,
}

/// What is wrong with a key file.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyProblem {
    /// The file cannot be opened or read.
    #[error("cannot be read ({0})")]
    Unreadable(std::io::ErrorKind),
    /// The path is a symbolic link.
    #[error("is a link; name the key file itself")]
    Link,
    /// Others than the owner may read or write it.
    #[error(
        "can be read by others (mode {mode:o}); run `chmod 600` on it, and make a new key if anyone may have"
    )]
    Shared {
        /// The permission bits.
        mode: u32,
    },
    /// The file is something else.
    #[error("is not a key file; `sealink keygen` makes one")]
    NotAKeyFile,
    /// The file opens like a key file but its text has been altered.
    #[error("is a damaged key file; ask the key's custodian for a fresh copy")]
    Damaged,
    /// The key serves another purpose.
    #[error("is a {} key; this takes a {} key", found.name(), wanted.name())]
    WrongRole {
        /// The role in the file.
        found: Role,
        /// The role that was asked for.
        wanted: Role,
    },
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomBytes,
}

#[cfg(test)]
mod tests {
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
