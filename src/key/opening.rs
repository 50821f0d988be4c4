//! Opening key files: plain, wrapped to recipients, or wrapped with a passphrase.

use std::fmt;
use std::path::Path;

use zeroize::Zeroizing;

use super::identity::Identity;
use super::signing::SigningKey;
use super::wrap::{self, Passphrase, Wrapping};
use super::{KeyError, KeyProblem, private};

/// Where passphrases come from.
pub trait AskPassphrase {
    /// The passphrase that opens this file.
    ///
    /// # Errors
    /// If there is nobody to ask.
    fn passphrase(&self, file: &Path) -> Result<Passphrase, KeyProblem>;
}

/// No passphrase for any file.
#[derive(Debug)]
pub struct NoPassphrase;

impl AskPassphrase for NoPassphrase {
    fn passphrase(&self, _: &Path) -> Result<Passphrase, KeyProblem> {
        Err(KeyProblem::NoPassphrase)
    }
}

/// One passphrase for every file.
impl AskPassphrase for Passphrase {
    fn passphrase(&self, _: &Path) -> Result<Passphrase, KeyProblem> {
        Ok(self.again())
    }
}

/// What opens wrapped key files.
pub struct Opening {
    identities: Vec<Identity>,
    passphrases: Box<dyn AskPassphrase>,
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "opening with {} identities (secret)", self.identities.len())
    }
}

impl Opening {
    /// Opens plain files alone.
    #[must_use]
    pub fn plain() -> Self {
        Self::asking(Box::new(NoPassphrase))
    }

    /// Opens plain files, and those wrapped with a passphrase.
    #[must_use]
    pub fn asking(passphrases: Box<dyn AskPassphrase>) -> Self {
        Self { identities: Vec::new(), passphrases }
    }

    /// Opens what is wrapped to the identity in this file too.
    ///
    /// # Errors
    /// If the file is not private, or no identity can be read from it.
    pub fn add_identity(&mut self, path: &Path) -> Result<(), KeyError> {
        self.identities.push(Identity::read(path, self)?);
        Ok(())
    }

    /// The identities, in the order they were added.
    #[must_use]
    pub fn identities(&self) -> &[Identity] {
        &self.identities
    }

    /// The text in a key file, and how it was wrapped.
    pub(super) fn open(&self, path: &Path) -> Result<(Zeroizing<String>, Wrapping), KeyError> {
        let problem = |problem| KeyError { path: path.to_owned(), problem };
        let file = private::read(path).map_err(problem)?;
        let wrapping = wrap::wrapping(&file).map_err(problem)?;
        let text = match wrapping {
            Wrapping::Plain => wrap::text(&file),
            Wrapping::Recipients(_) => wrap::unwrap(&file, &self.identities),
            Wrapping::Passphrase => {
                self.passphrases.passphrase(path).and_then(|with| wrap::unlock(&file, with))
            }
        };
        Ok((text.map_err(problem)?, wrapping))
    }
}

impl Identity {
    /// Reads an identity file.
    ///
    /// # Errors
    /// If others can read it, it is a link, it cannot be opened, or it holds no identity.
    pub fn read(path: &Path, opening: &Opening) -> Result<Self, KeyError> {
        let (text, _) = opening.open(path)?;
        Self::parse(&text).map_err(|problem| KeyError { path: path.to_owned(), problem })
    }
}

impl SigningKey {
    /// Reads a signing key's file.
    ///
    /// # Errors
    /// If others can read it, it is a link, it cannot be opened, or it holds no signing key.
    pub fn read(path: &Path, opening: &Opening) -> Result<Self, KeyError> {
        let (text, _) = opening.open(path)?;
        Self::parse(&text).map_err(|problem| KeyError { path: path.to_owned(), problem })
    }
}
