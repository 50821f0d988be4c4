//! Who sent a delivery: signatures in minisign's format, which the program `minisign` makes and
//! checks too.

use std::io::Cursor;

use minisign::{KeyPair, PublicKey, PublicKeyBox, SecretKey, SecretKeyBox, SignatureBox};
use zeroize::Zeroizing;

use super::{KeyError, KeyProblem};
use crate::guard::guarded;

/// Signs deliveries; held by one sender alone.
pub struct SigningKey(SecretKey);

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("signing key (secret)")
    }
}

impl SigningKey {
    /// The key in the text of a minisign secret key file without a password of its own.
    ///
    /// # Errors
    /// If the text is something else.
    pub fn parse(text: &str) -> Result<Self, KeyProblem> {
        let boxed =
            SecretKeyBox::from_string(text.trim_end()).map_err(|_| KeyProblem::NotASigningKey)?;
        boxed.into_unencrypted_secret_key().map(Self).map_err(|_| KeyProblem::NotASigningKey)
    }

    /// The text of a signature file over `message`, with a comment that is signed too.
    ///
    /// # Errors
    /// If the operating system gives no random bytes.
    pub fn sign(&self, message: &[u8], comment: &str) -> Result<String, KeyProblem> {
        let untrusted = "signed by sealink; minisign checks it too";
        minisign::sign(None, &self.0, Cursor::new(message), Some(comment), Some(untrusted))
            .map(SignatureBox::into_string)
            .map_err(|_| KeyProblem::NoRandomBytes)
    }

    /// What checks this key's signatures.
    ///
    /// # Panics
    /// Never: every secret key holds its public half.
    #[must_use]
    pub fn verifying_key(&self) -> VerifyingKey {
        VerifyingKey(PublicKey::from_secret_key(&self.0).expect("the public half is in it"))
    }
}

/// The number that names a pair of keys; it proves nothing.
pub type SignerId = [u8; 8];

/// Checks a sender's signatures; no secret.
#[derive(Clone, Debug)]
pub struct VerifyingKey(PublicKey);

impl VerifyingKey {
    /// The key in a line of Base64 (`RW…`), or in the text of a minisign public key file.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let parse = || {
            if text.contains('\n') {
                PublicKeyBox::from_string(text).ok()?.into_public_key().ok()
            } else {
                PublicKey::from_base64(text).ok()
            }
        };
        guarded(parse)?.map(Self)
    }

    /// The number that a signature names this key by.
    #[must_use]
    pub fn id(&self) -> SignerId {
        let mut id = SignerId::default();
        id.copy_from_slice(self.0.keynum());
        id
    }

    /// Whether this key made the signature over the message and over its comment.
    #[must_use]
    pub fn verifies(&self, message: &[u8], signature: &Signature) -> bool {
        // Of a signature that was cut the library takes slices beyond its end.
        let verify =
            || minisign::verify(&self.0, &signature.0, Cursor::new(message), true, false, false);
        guarded(verify).is_some_and(|verified| verified.is_ok())
    }
}

impl std::fmt::Display for VerifyingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.to_base64())
    }
}

/// A signature, of which nothing is true until a key verified it.
pub struct Signature(SignatureBox);

impl std::fmt::Debug for Signature {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("signature")
    }
}

impl Signature {
    /// The signature in the text of a signature file.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        guarded(|| SignatureBox::from_string(text))?.ok().map(Self)
    }

    /// The number of the key that is said to have made it.
    #[must_use]
    pub fn signer(&self) -> SignerId {
        let mut id = SignerId::default();
        id.copy_from_slice(self.0.keynum());
        id
    }

    /// The comment that is signed with the message.
    #[must_use]
    pub fn comment(&self) -> Option<String> {
        guarded(|| self.0.trusted_comment())?.ok()
    }
}

/// The texts of a new signing key's file and of its public half's.
///
/// # Errors
/// If the operating system gives no random bytes.
pub fn generate() -> Result<(Zeroizing<String>, String), KeyError> {
    let failed = |_| KeyError::new(KeyProblem::NoRandomBytes);
    let pair = KeyPair::generate_unencrypted_keypair().map_err(failed)?;
    let secret = pair.sk.to_box(Some("sealink signing key")).map_err(failed)?;
    let public = pair.pk.to_box().map_err(failed)?;
    Ok((Zeroizing::new(secret.into_string()), public.into_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (SigningKey, VerifyingKey) {
        let (secret, public) = generate().expect("random bytes");
        let key = SigningKey::parse(&secret).expect("a signing key file");
        (key, VerifyingKey::parse(&public).expect("a public key file"))
    }

    #[test]
    fn a_signature_is_verified_by_its_own_key_over_its_own_message_alone() {
        let (key, public) = pair();
        let text = key.sign(b"message", "a comment").expect("random bytes");
        let signature = Signature::parse(&text).expect("a signature");
        assert_eq!(signature.signer(), public.id());
        assert_eq!(signature.comment().as_deref(), Some("a comment"));
        assert!(public.verifies(b"message", &signature));
        assert!(!public.verifies(b"massage", &signature));
        assert!(!pair().1.verifies(b"message", &signature));
        let altered = text.replace("a comment", "A comment");
        let altered = Signature::parse(&altered).expect("a signature");
        assert!(!public.verifies(b"message", &altered));
    }

    #[test]
    fn a_public_key_is_one_line_or_a_file() {
        let (key, public) = pair();
        let line = public.to_string();
        assert_eq!(VerifyingKey::parse(&line).expect("a line").id(), key.verifying_key().id());
        assert!(VerifyingKey::parse("RWQ").is_none());
        assert!(SigningKey::parse(&line).is_err());
    }
}
