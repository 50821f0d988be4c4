//! Where a secret lies in memory: on a page of its own, kept out of swap, wiped when dropped.

use secrecy::{ExposeSecret, ExposeSecretMut, SecretBox};
use zeroize::Zeroize;

use super::KEY_BYTES;
use crate::token::{TOKEN_BYTES, Token};

/// The bytes of one key.
pub(super) struct Secret {
    /// Unlocks when dropped; it stands before the page, so that the page is still there then.
    lock: Option<region::LockGuard>,
    page: SecretBox<Page>,
}

/// A secret alone on its page: locks are of whole pages and do not count, so that two secrets of
/// one page would be unlocked by the first to go. Pages are of 4 or 16 KiB; where they are larger
/// two secrets may share one.
#[derive(Default)]
#[repr(align(16384))]
struct Page([u8; KEY_BYTES]);

impl Zeroize for Page {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}

impl Secret {
    /// A secret that is filled in its own place, so that it is nowhere else. The page is locked
    /// before, if the system lets it.
    pub fn fill(filling: impl FnOnce(&mut [u8; KEY_BYTES])) -> Self {
        let mut page = SecretBox::<Page>::default();
        let place = page.expose_secret_mut();
        let lock = region::lock(place.0.as_ptr(), KEY_BYTES).ok();
        filling(&mut place.0);
        Self { lock, page }
    }

    /// Whether the system keeps the page out of swap.
    pub const fn is_locked(&self) -> bool {
        self.lock.is_some()
    }

    pub fn expose_secret(&self) -> &[u8; KEY_BYTES] {
        &self.page.expose_secret().0
    }

    /// HKDF-Expand-SHA256 with the secret, which is uniform and so needs no Extract.
    pub fn expand(&self, info: &[u8], out: &mut [u8]) {
        hkdf::Hkdf::<sha2::Sha256>::from_prk(self.expose_secret())
            .expect("32 bytes are a full key")
            .expand(info, out)
            .expect("32 bytes are less than the most HKDF gives");
    }

    /// 16 bytes of [`Secret::expand`].
    pub fn expand_token(&self, info: &[u8]) -> Token {
        let mut token = [0; TOKEN_BYTES];
        self.expand(info, &mut token);
        Token(token)
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        // Before the page may go to swap again.
        self.page.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_lie_on_pages_of_their_own() {
        let (one, other) = (Secret::fill(|bytes| bytes.fill(1)), Secret::fill(|_| ()));
        let page = |secret: &Secret| secret.expose_secret().as_ptr().addr() / 16_384;
        assert_ne!(page(&one), page(&other));
        assert_eq!(one.expose_secret(), &[1; KEY_BYTES]);
        assert_eq!(one.is_locked(), other.is_locked());
    }
}
