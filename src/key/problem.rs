//! What can be wrong with a key file: where and what kind, never what it holds.

use std::path::PathBuf;

use chrono::NaiveDate;

use super::Role;

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
    #[error(
        "cannot be read ({0}); is the path right? A key is made with `sealink keygen`, or sent by its \
         custodian"
    )]
    Unreadable(String),
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
    /// The file, or what is wrapped in it, is larger than any key.
    #[error("is larger than any key file; another file was named")]
    TooLarge,
    /// The file is something else.
    #[error("is not a key file; `sealink keygen` makes one")]
    NotAKeyFile,
    /// The file opens like a key file of another version.
    #[error(
        "is a key file of another version, which this program does not read; `sealink keygen` makes a new key"
    )]
    OtherVersion,
    /// The file opens like a key file but its text has been altered.
    #[error("is a damaged key file; ask the key's custodian for a fresh copy")]
    Damaged,
    /// The file is whole, but its key check value is not that of its key.
    #[error(
        "states a key check value that is not its key's; ask the key's custodian for a fresh copy"
    )]
    CheckValue,
    /// The file is an age file in text form.
    #[error(
        "is wrapped in the text form of age; wrap it without `--armor`, or with `sealink key wrap`"
    )]
    Armoured,
    /// No identity that was given opens the file.
    #[error(
        "is wrapped to recipients, and {}; name yours with --identity FILE",
        if *given == 0 { "no identity was given" } else { "none of the identities given opens it" }
    )]
    NoIdentityOpens {
        /// How many were given.
        given: usize,
    },
    /// The file is wrapped with a passphrase that nobody can be asked for.
    #[error(
        "is wrapped with a passphrase, and there is no terminal to ask for it; give it with --passphrase-fd N"
    )]
    NoPassphrase,
    /// The passphrase does not open the file.
    #[error("is wrapped with another passphrase")]
    WrongPassphrase,
    /// The passphrase cannot be used.
    #[error("the passphrase {0}")]
    Passphrase(&'static str),
    /// Opening the file would take too much memory and time.
    #[error(
        "asks for more work to try a passphrase than any key of ours; wrap the key anew with `sealink key wrap`"
    )]
    TooMuchWork,
    /// The file is no identity file.
    #[error("is not a file of one identity; `sealink keygen --role identity` makes one")]
    NotAnIdentity,
    /// The file is no signing key.
    #[error("is not a signing key; `sealink keygen --role signing` makes one")]
    NotASigningKey,
    /// The key serves another purpose.
    #[error("is {} key; this takes {} key", found.described(), wanted.described())]
    WrongRole {
        /// The role in the file.
        found: Role,
        /// The role that was asked for.
        wanted: Role,
    },
    /// This program was built without the role that may read the key.
    #[error("is {} key, which this program was built not to read", .0.described())]
    NotForThisProgram(Role),
    /// The key is another project's.
    #[error("is a key of the project `{found}`; this is the project `{wanted}`")]
    WrongProject {
        /// The project in the file.
        found: String,
        /// The project of the work.
        wanted: String,
    },
    /// The key's last day is over.
    #[error("is a key that expired after {0}; ask the key's custodian for its successor")]
    Expired(NaiveDate),
    /// The operating system gave no random bytes.
    #[error("the operating system gave no random bytes")]
    NoRandomBytes,
}
