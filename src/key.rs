//! The kinds of key, each a type of its own, and the files they are kept in.
//!
//! Reading a secret takes the word `expose_secret`; keys cannot be printed, cloned or compared,
//! are kept out of swap where the system lets them, and are wiped when dropped.

mod about;
#[cfg(any(feature = "agency", feature = "linker", feature = "research"))]
mod file;
pub mod identity;
mod opening;
mod private;
mod problem;
mod secret;
pub mod signing;
mod text;
#[cfg(any(feature = "agency", feature = "linker", feature = "research"))]
mod uses;
mod wrap;

pub use about::{About, Content, about, rewrapped, wrapping};
#[cfg(any(feature = "agency", feature = "linker", feature = "research"))]
pub use file::{ForAgency, ForLinkage, ForLinker, Key, KeyRole, KeyUse};
pub use opening::{AskPassphrase, NoPassphrase, Opening};
pub use problem::{KeyError, KeyProblem};
pub use text::{KeyFacts, NewKey, generate, parse_day};
#[cfg(feature = "research")]
pub use uses::PersonIds;
#[cfg(feature = "agency")]
pub use uses::RecordRefs;
#[cfg(feature = "linker")]
pub use uses::Rekeying;
pub use wrap::{Passphrase, Wrap, Wrapping, wrapped};

/// Bytes of every key: 32, from the operating system.
pub const KEY_BYTES: usize = 32;

/// The text of a key is shorter.
const LARGEST_TEXT: usize = 4096;
/// A key file is shorter, with the lines of a few hundred recipients.
const LARGEST_FILE: usize = 1 << 16;

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

    /// The role's word with its article, for a sentence.
    const fn described(self) -> &'static str {
        match self {
            Self::Linkage => "a linkage",
            Self::Agency => "an agency",
            Self::Linker => "a linker",
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

    /// Whether this program has the code of a role that holds such a key. A linker's has no
    /// business with a linkage key.
    const fn is_read_here(self) -> bool {
        match self {
            Self::Linkage | Self::Agency => cfg!(feature = "agency"),
            Self::Linker => cfg!(any(feature = "linker", feature = "research")),
        }
    }
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
