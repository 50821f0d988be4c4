//! Key files inside age files: encrypted to recipients, or with a passphrase.
//!
//! The program `age` opens what is wrapped here, and what it wraps is opened here
//! (<https://c2sp.org/age>).

use std::io::{Read, Write};
use std::iter;

use age::scrypt;
use age::secrecy::{ExposeSecret, SecretString};
use age::{DecryptError, Decryptor, Encryptor};
use zeroize::Zeroizing;

use super::identity::{Identity, Recipient};
use super::{KeyProblem, LARGEST_FILE, LARGEST_TEXT};
use crate::guard::guarded;

const OPENS: &[u8] = b"age-encryption.org/";
const ARMOUR: &[u8] = b"-----BEGIN AGE";

/// Scrypt's N is two to this power: 256 MiB and about a second for each guess, as the program
/// `age` has it. It is not fitted to the machine that wraps.
const WORK: u8 = 18;
/// 1 GiB and some seconds: a file that asks for more is not tried.
const MOST_WORK: u8 = 20;

/// A shorter passphrase is not taken for wrapping.
const SHORTEST_PASSPHRASE: usize = 12;

/// What opens a key file that is wrapped with it.
pub struct Passphrase(SecretString);

impl std::fmt::Debug for Passphrase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("passphrase (secret)")
    }
}

impl Passphrase {
    /// A passphrase to open with.
    ///
    /// # Errors
    /// If it is empty.
    pub fn to_open(text: &str) -> Result<Self, KeyProblem> {
        if text.is_empty() {
            return Err(KeyProblem::Passphrase("is empty"));
        }
        // A box of just this size: none that was shrunk leaves a copy behind.
        Ok(Self(SecretString::new(text.into())))
    }

    /// A passphrase to wrap with.
    ///
    /// # Errors
    /// If it has fewer than 12 characters.
    pub fn to_wrap(text: &str) -> Result<Self, KeyProblem> {
        if text.chars().count() < SHORTEST_PASSPHRASE {
            return Err(KeyProblem::Passphrase(
                "has fewer than 12 characters; take three words or more that nobody would guess",
            ));
        }
        Self::to_open(text)
    }

    pub(super) fn again(&self) -> Self {
        Self(SecretString::new(self.0.expose_secret().into()))
    }
}

/// How a new key file is closed.
#[derive(Debug)]
pub enum Wrap {
    /// Not at all.
    Plain,
    /// To each of these, of whom there is at least one.
    Recipients(Vec<Recipient>),
    /// With a passphrase.
    Passphrase(Passphrase),
}

/// The bytes of a file that holds the text of a key.
///
/// # Errors
/// If the text is to be wrapped to nobody.
pub fn wrapped(text: &str, wrap: &Wrap) -> Result<Zeroizing<Vec<u8>>, KeyProblem> {
    let mut file = Zeroizing::new(Vec::with_capacity(LARGEST_FILE));
    let encryptor = match wrap {
        Wrap::Plain => {
            file.extend_from_slice(text.as_bytes());
            return Ok(file);
        }
        Wrap::Recipients(recipients) => {
            Encryptor::with_recipients(recipients.iter().map(Recipient::as_age))
        }
        Wrap::Passphrase(passphrase) => {
            let mut recipient = scrypt::Recipient::new(passphrase.again().0);
            recipient.set_work_factor(WORK);
            Encryptor::with_recipients(iter::once(&recipient as &dyn age::Recipient))
        }
    };
    let encryptor = encryptor.map_err(|_| KeyProblem::NoIdentityOpens { given: 0 })?;
    let mut writer = encryptor.wrap_output(&mut *file).expect("memory takes what is written");
    let written = writer.write_all(text.as_bytes()).and_then(|()| writer.finish().map(|_| ()));
    written.expect("memory takes what is written");
    if file.len() > LARGEST_FILE { Err(KeyProblem::TooLarge) } else { Ok(file) }
}

/// How a key file was found to be closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapping {
    /// Not at all.
    Plain,
    /// To so many recipients.
    Recipients(usize),
    /// With a passphrase.
    Passphrase,
}

/// How a file is closed, from its first lines.
pub(super) fn wrapping(file: &[u8]) -> Result<Wrapping, KeyProblem> {
    if file.starts_with(ARMOUR) {
        return Err(KeyProblem::Armoured);
    }
    if !file.starts_with(OPENS) {
        return Ok(Wrapping::Plain);
    }
    if header(file)?.is_scrypt() {
        return Ok(Wrapping::Passphrase);
    }
    let lines = file.split(|byte| *byte == b'\n').take_while(|line| !line.starts_with(b"---"));
    // Lines of other kinds are there so that programs learn to pass over them.
    Ok(Wrapping::Recipients(lines.filter(|line| line.starts_with(b"-> X25519 ")).count()))
}

fn header(file: &[u8]) -> Result<Decryptor<&[u8]>, KeyProblem> {
    guarded(|| Decryptor::new_buffered(file).ok()).flatten().ok_or(KeyProblem::Damaged)
}

/// Opens a file that is wrapped to recipients.
pub(super) fn unwrap(file: &[u8], with: &[Identity]) -> Result<Zeroizing<String>, KeyProblem> {
    open(file, &mut with.iter().map(Identity::as_age)).map_err(|error| match error {
        Some(DecryptError::NoMatchingKeys) => KeyProblem::NoIdentityOpens { given: with.len() },
        _ => KeyProblem::Damaged,
    })?
}

/// Opens a file that is wrapped with a passphrase.
pub(super) fn unlock(file: &[u8], with: Passphrase) -> Result<Zeroizing<String>, KeyProblem> {
    let mut identity = scrypt::Identity::new(with.0);
    identity.set_max_work_factor(MOST_WORK);
    open(file, &mut iter::once(&identity as &dyn age::Identity)).map_err(|error| match error {
        Some(DecryptError::ExcessiveWork { .. }) => KeyProblem::TooMuchWork,
        Some(DecryptError::DecryptionFailed) => KeyProblem::WrongPassphrase,
        _ => KeyProblem::Damaged,
    })?
}

/// What the file holds, if it opens: a text, or what is wrong with that.
fn open(
    file: &[u8],
    with: &mut dyn Iterator<Item = &dyn age::Identity>,
) -> Result<Result<Zeroizing<String>, KeyProblem>, Option<DecryptError>> {
    let decryptor = header(file).map_err(|_| None)?;
    let reader = guarded(|| decryptor.decrypt(with)).ok_or(None)?.map_err(Some)?;
    // With room for all of it and more, so that growing leaves no copy behind.
    let mut bytes = Zeroizing::new(Vec::with_capacity(2 * LARGEST_TEXT));
    let read = guarded(|| reader.take(LARGEST_TEXT as u64 + 1).read_to_end(&mut bytes));
    read.ok_or(None)?.map_err(|_| None)?;
    Ok(text(&bytes))
}

/// Bytes as the text of a key.
pub(super) fn text(bytes: &[u8]) -> Result<Zeroizing<String>, KeyProblem> {
    if bytes.len() > LARGEST_TEXT {
        return Err(KeyProblem::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| KeyProblem::NotAKeyFile)?;
    Ok(Zeroizing::new(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::super::identity;
    use super::*;

    const TEXT: &str = "the text of a key\n";

    fn identity() -> (Identity, Recipient) {
        let (text, recipient) = identity::generate();
        (Identity::parse(&text).expect("an identity"), recipient)
    }

    /// What a file holds, however it is closed.
    fn opened(file: &[u8], with: &[Identity]) -> Result<String, KeyProblem> {
        let text = match wrapping(file)? {
            Wrapping::Plain => text(file),
            _ => unwrap(file, with),
        };
        text.map(|text| text.to_string())
    }

    #[test]
    fn each_recipient_opens_a_file_and_nobody_else() {
        let (one, two, other) = (identity(), identity(), identity());
        let wrap = Wrap::Recipients(vec![one.1, two.1]);
        let file = wrapped(TEXT, &wrap).expect("wrapped");
        assert_eq!(wrapping(&file), Ok(Wrapping::Recipients(2)));
        assert_eq!(opened(&file, &[one.0]).as_deref(), Ok(TEXT));
        assert_eq!(opened(&file, &[other.0, two.0]).as_deref(), Ok(TEXT));
        let none = KeyProblem::NoIdentityOpens { given: 0 };
        assert_eq!(opened(&file, &[]), Err(none));
        assert!(wrapped(TEXT, &Wrap::Recipients(Vec::new())).is_err());
    }

    #[test]
    fn every_altered_byte_and_every_cut_of_a_wrapped_file_is_noticed() {
        let (identity, recipient) = identity();
        let with = [identity];
        let file = wrapped(TEXT, &Wrap::Recipients(vec![recipient])).expect("wrapped");
        for place in 0..file.len() {
            assert_ne!(opened(&file[..place], &with).as_deref(), Ok(TEXT), "cut at {place}");
            let mut altered = file.to_vec();
            altered[place] ^= 1;
            assert_ne!(opened(&altered, &with).as_deref(), Ok(TEXT), "byte {place}");
        }
        let longer = [&file, &b"x"[..]].concat();
        assert!(opened(&longer, &with).is_err());
    }

    #[test]
    fn what_is_too_large_for_a_key_is_refused_within_a_wrapping_too() {
        let (identity, recipient) = identity();
        let text = "x".repeat(LARGEST_TEXT + 1);
        let file = wrapped(&text, &Wrap::Recipients(vec![recipient])).expect("wrapped");
        assert_eq!(opened(&file, &[identity]), Err(KeyProblem::TooLarge));
    }

    #[test]
    fn a_file_that_asks_for_too_much_work_is_not_tried() {
        let stanza = |work: u32| {
            let (salt, body, mac) = ("A".repeat(22), "A".repeat(43), "A".repeat(43));
            let head =
                format!("age-encryption.org/v1\n-> scrypt {salt} {work}\n{body}\n--- {mac}\n");
            [head.as_bytes(), &[0; 64]].concat()
        };
        let pass = || Passphrase::to_open("any").expect("not empty");
        let tried = |work| unlock(&stanza(work), pass()).map(|_| ());
        assert_eq!(wrapping(&stanza(30)), Ok(Wrapping::Passphrase));
        for work in [u32::from(MOST_WORK) + 1, 30, 63] {
            assert_eq!(tried(work), Err(KeyProblem::TooMuchWork), "2^{work}");
        }
        assert_eq!(tried(1), Err(KeyProblem::WrongPassphrase));
    }

    #[test]
    fn a_passphrase_to_wrap_with_is_no_short_one() {
        assert!(Passphrase::to_wrap("eleven char").is_err());
        assert!(Passphrase::to_open("").is_err());
        let passphrase = Passphrase::to_wrap("twelve chars").expect("long enough");
        assert_eq!(format!("{passphrase:?}"), "passphrase (secret)");
    }
}
