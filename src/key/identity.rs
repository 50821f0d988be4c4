//! What a delivery is encrypted to, and opened with: recipients and identities of the age format,
//! the same that the program `age` reads.

use std::str::FromStr;

use age::secrecy::ExposeSecret as _;
use zeroize::Zeroizing;

use super::{KeyProblem, Role};

/// What opens every secret in a file of identities.
const SECRET_PREFIX: &str = "AGE-SECRET-KEY-1";

/// Whether a word is an identity or a key itself, whole or damaged, and so must not be repeated.
#[must_use]
pub fn is_secret(word: &str) -> bool {
    let word = word.trim_start().to_ascii_lowercase();
    let keys = Role::ALL.map(Role::prefix);
    // A file may be named so too, with an ending.
    word.starts_with(&SECRET_PREFIX.to_ascii_lowercase())
        || keys.iter().any(|key| word.starts_with(key) && !word.contains(['.', '/', '\\']))
}

/// To whom something is encrypted: the public half of an [`Identity`]; no secret.
#[derive(Clone, Debug)]
pub struct Recipient(age::x25519::Recipient);

impl Recipient {
    /// The recipient with this name, `age1…`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        age::x25519::Recipient::from_str(text).ok().map(Self)
    }

    /// The recipients in a text: one a line, blank lines and lines after `#` aside. None if a line
    /// is something else or there is no line.
    #[must_use]
    pub fn parse_all(text: &str) -> Option<Vec<Self>> {
        let all: Vec<Self> = meant(text).map(Self::parse).collect::<Option<_>>()?;
        (!all.is_empty()).then_some(all)
    }

    pub(crate) fn as_age(&self) -> &dyn age::Recipient {
        &self.0
    }
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// What opens deliveries: the secret half of a [`Recipient`].
pub struct Identity(age::x25519::Identity);

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("identity (secret)")
    }
}

impl Identity {
    /// The identity in the text of an identity file.
    ///
    /// # Errors
    /// If the text is no identity file, or holds more than one.
    pub fn parse(text: &str) -> Result<Self, KeyProblem> {
        let mut lines = meant(text);
        let line = lines.next().filter(|line| line.starts_with(SECRET_PREFIX));
        let line = line.ok_or(KeyProblem::NotAnIdentity)?;
        if lines.next().is_some() {
            return Err(KeyProblem::NotAnIdentity);
        }
        age::x25519::Identity::from_str(line).map(Self).map_err(|_| KeyProblem::Damaged)
    }

    /// To whom what this opens is encrypted.
    #[must_use]
    pub fn recipient(&self) -> Recipient {
        Recipient(self.0.to_public())
    }

    pub(crate) fn as_age(&self) -> &dyn age::Identity {
        &self.0
    }
}

/// The text of a new identity file, and its recipient.
#[must_use]
pub fn generate() -> (Zeroizing<String>, Recipient) {
    let identity = age::x25519::Identity::generate();
    let recipient = Recipient(identity.to_public());
    let secret = identity.to_string();
    let text = format!("# public key: {recipient}\n{}\n", secret.expose_secret());
    (Zeroizing::new(text), recipient)
}

/// The lines that say something.
fn meant(text: &str) -> impl Iterator<Item = &str> {
    text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_is_read_back_with_its_recipient() {
        let (text, recipient) = generate();
        let identity = Identity::parse(&text).expect("an identity file");
        assert_eq!(identity.recipient().to_string(), recipient.to_string());
        let listed = Recipient::parse_all(&format!("# the linker\n{recipient}\n\n"));
        assert_eq!(listed.map(|all| all.len()), Some(1));
    }

    #[test]
    fn what_is_no_identity_is_refused() {
        let (text, recipient) = generate();
        assert!(Identity::parse("").is_err());
        assert!(Identity::parse(&recipient.to_string()).is_err());
        assert!(Identity::parse(&format!("{}{}", *text, *text)).is_err());
        assert!(Recipient::parse_all("# nobody\n").is_none());
        assert!(Recipient::parse_all(&text).is_none());
    }
}
