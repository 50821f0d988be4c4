//! The three kinds of key, each a type of its own, and the text of a key file.
//!
//! Reading a secret takes the word `expose_secret`; keys cannot be printed, cloned or compared,
//! and are wiped when dropped.

use std::path::PathBuf;

use bech32::{Bech32, Hrp};
use zeroize::Zeroizing;

#[cfg(any(feature = "agency", feature = "research"))]
mod file;
pub mod identity;
pub mod signing;
#[cfg(any(feature = "agency", feature = "research"))]
mod uses;

#[cfg(any(feature = "agency", feature = "research"))]
pub use file::{ForAgency, ForLinkage, ForLinker, Key, KeyRole};
#[cfg(feature = "research")]
pub use uses::PersonIds;
#[cfg(feature = "agency")]
pub use uses::RecordRefs;

/// Bytes of every key: 32, from the operating system.
pub const KEY_BYTES: usize = 32;

const HEADER: &str = "sealink-key/1";

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

    #[cfg(any(feature = "agency", feature = "research"))]
    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }
}

/// The key that makes tokens.
#[cfg(feature = "agency")]
pub type LinkageKey = Key<ForLinkage>;
/// The key that makes an agency's record references.
#[cfg(feature = "agency")]
pub type AgencyKey = Key<ForAgency>;
/// The key that makes the person ids of extracts.
#[cfg(feature = "research")]
pub type LinkerKey = Key<ForLinker>;

/// The text of a new key file: 32 random bytes of the operating system, and a random id.
///
/// # Errors
/// If the operating system gives no random bytes.
pub fn generate(role: Role) -> Result<Zeroizing<String>, KeyError> {
    let problem = |_| KeyError::new(KeyProblem::NoRandomBytes);
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

/// A key file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct KeyError {
    /// The file.
    pub path: PathBuf,
    /// What is wrong with it.
    pub problem: KeyProblem,
}

impl KeyError {
    /// A problem of no file.
    pub(crate) const fn new(problem: KeyProblem) -> Self {
        Self { path: PathBuf::new(), problem }
    }
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
    /// The file is no identity file.
    #[error("is not a file of one identity; `sealink keygen --role identity` makes one")]
    NotAnIdentity,
    /// The file is no signing key.
    #[error("is not a signing key; `sealink keygen --role signing` makes one")]
    NotASigningKey,
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
