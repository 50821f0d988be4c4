//! The arguments and the work of opening and closing key files, the same for every command.

mod passphrase;

use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use super::files;
#[cfg(any(feature = "agency", feature = "linker", feature = "research"))]
use crate::key::KeyUse;
use crate::key::identity::{Identity, Recipient};
use crate::key::signing::SigningKey;
use crate::key::{KeyError, NoPassphrase, Opening, Wrap};

/// What opens wrapped key files.
#[derive(Debug, Args)]
pub struct KeyArguments {
    /// An identity that opens key files wrapped to its recipient; may be given again.
    #[arg(long = "identity", value_name = "FILE")]
    identities: Vec<PathBuf>,
    /// Read the passphrase of wrapped files from this open file descriptor, one line, instead of
    /// asking on the terminal.
    #[arg(long, value_name = "N")]
    passphrase_fd: Option<u32>,
}

/// What opens key files, and the day they are used on.
#[derive(Debug)]
pub struct Keys {
    pub opening: Opening,
    #[cfg(any(feature = "agency", feature = "linker", feature = "research"))]
    today: chrono::NaiveDate,
}

impl KeyArguments {
    /// Reads the passphrase and the identities; a passphrase may open the identities too.
    pub fn open(&self) -> Result<Keys, Failure> {
        self.asking(|| Ok(Box::new(passphrase::Terminal)))
    }

    /// As [`KeyArguments::open`], but nobody is asked for a passphrase.
    pub fn open_unasked(&self) -> Result<Keys, Failure> {
        self.asking(|| Ok(Box::new(NoPassphrase)))
    }

    /// Whether anything was given that opens a wrapped file.
    pub fn are_given(&self) -> bool {
        !self.identities.is_empty() || self.passphrase_fd.is_some()
    }

    fn asking(
        &self,
        otherwise: impl FnOnce() -> Result<Box<dyn crate::key::AskPassphrase>, Failure>,
    ) -> Result<Keys, Failure> {
        let mut opening = Opening::asking(match self.passphrase_fd {
            Some(descriptor) => Box::new(passphrase::to_open(descriptor)?),
            None => otherwise()?,
        });
        for path in &self.identities {
            opening.add_identity(path)?;
        }
        Ok(Keys {
            opening,
            #[cfg(any(feature = "agency", feature = "linker", feature = "research"))]
            today: super::today(),
        })
    }
}

impl Keys {
    /// The linkage key in a file, for this project.
    #[cfg(feature = "agency")]
    pub fn linkage(&self, path: &Path, project: &str) -> Result<crate::key::LinkageKey, KeyError> {
        crate::key::LinkageKey::read(path, &self.opening, &self.job(project))
    }

    /// The agency key in a file, for this project.
    #[cfg(feature = "agency")]
    pub fn agency(&self, path: &Path, project: &str) -> Result<crate::key::AgencyKey, KeyError> {
        crate::key::AgencyKey::read(path, &self.opening, &self.job(project))
    }

    /// The linker key in a file, for this project.
    #[cfg(any(feature = "linker", feature = "research"))]
    pub fn linker(&self, path: &Path, project: &str) -> Result<crate::key::LinkerKey, KeyError> {
        crate::key::LinkerKey::read(path, &self.opening, &self.job(project))
    }

    #[cfg(any(feature = "agency", feature = "linker", feature = "research"))]
    const fn job<'p>(&self, project: &'p str) -> KeyUse<'p> {
        KeyUse { project: Some(project), today: self.today }
    }
}

impl Keys {
    /// The signing key in a file.
    pub fn signing(&self, path: &Path) -> Result<SigningKey, KeyError> {
        SigningKey::read(path, &self.opening)
    }

    /// The identities that were named on the command line.
    pub fn identities(&self) -> &[Identity] {
        self.opening.identities()
    }
}

/// How a new key file is to be closed.
pub fn wrap(recipients: &[String], ask: bool, descriptor: Option<u32>) -> Result<Wrap, Failure> {
    if let Some(descriptor) = descriptor {
        return Ok(Wrap::Passphrase(passphrase::to_wrap(descriptor)?));
    }
    if ask {
        return Ok(Wrap::Passphrase(passphrase::ask_twice()?));
    }
    let mut all: Vec<Recipient> = Vec::new();
    for text in recipients {
        for recipient in files::recipients(text)? {
            if !all.iter().any(|known| known.to_string() == recipient.to_string()) {
                all.push(recipient);
            }
        }
    }
    Ok(if all.is_empty() { Wrap::Plain } else { Wrap::Recipients(all) })
}
