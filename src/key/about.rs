//! What a key file says without its secret, and wrapping the file anew.

use std::path::Path;

use zeroize::Zeroizing;

use super::identity::{Identity, Recipient};
use super::opening::Opening;
use super::signing::{SigningKey, VerifyingKey};
use super::text::{self, KeyFacts};
use super::wrap::{self, Wrap, Wrapping};
use super::{KeyError, KeyProblem, private};

/// What a key file says of itself.
#[derive(Debug)]
pub struct About {
    /// How it is closed.
    pub wrapping: Wrapping,
    /// Which key is in it.
    pub content: Content,
    /// Whether the system keeps such a secret out of swap while it is used; unknown of the keys
    /// of other formats.
    pub locked_in_memory: Option<bool>,
}

/// Which key is in a file.
#[derive(Debug)]
pub enum Content {
    /// A key of sealink's own.
    Key(KeyFacts),
    /// An identity, by its recipient.
    Identity(Recipient),
    /// A signing key, by its public half.
    Signing(VerifyingKey),
}

/// Opens a key file of any kind and tells what it says.
///
/// # Errors
/// If the file is not private, cannot be opened, or is no whole key file.
pub fn about(path: &Path, opening: &Opening) -> Result<About, KeyError> {
    let (text, wrapping) = opening.open(path)?;
    content(&text, wrapping).map_err(|problem| KeyError { path: path.to_owned(), problem })
}

fn content(text: &str, wrapping: Wrapping) -> Result<About, KeyProblem> {
    let (content, locked_in_memory) = if let Ok(identity) = Identity::parse(text) {
        (Content::Identity(identity.recipient()), None)
    } else if let Ok(key) = SigningKey::parse(text) {
        (Content::Signing(key.verifying_key()), None)
    } else {
        let (facts, secret) = text::parse(text, None)?;
        (Content::Key(facts), Some(secret.is_locked()))
    };
    Ok(About { wrapping, content, locked_in_memory })
}

/// How a key file is closed, without opening it.
///
/// # Errors
/// If the file is not private or cannot be read.
pub fn wrapping(path: &Path) -> Result<Wrapping, KeyError> {
    let file = private::read(path).and_then(|file| wrap::wrapping(&file));
    file.map_err(|problem| KeyError { path: path.to_owned(), problem })
}

/// The bytes of a key file with the same key as another, closed in another way.
///
/// # Errors
/// If the file is not private, cannot be opened, or is no whole key file.
pub fn rewrapped(
    path: &Path,
    opening: &Opening,
    wrap: &Wrap,
) -> Result<(Zeroizing<Vec<u8>>, About), KeyError> {
    let problem = |problem| KeyError { path: path.to_owned(), problem };
    let (text, wrapping) = opening.open(path)?;
    let about = content(&text, wrapping).map_err(problem)?;
    Ok((wrap::wrapped(&text, wrap).map_err(problem)?, about))
}
