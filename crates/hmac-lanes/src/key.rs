//! A key ready for use, and the tags of many messages under it.

use sha2::Digest;
use sha2::block_api::compress256;
use zeroize::{Zeroize, zeroize_stack};

use crate::kernel::{self, Kernel};
use crate::messages::{BLOCK_BYTES, Block, Messages};

/// Bytes of a [`Tag`].
pub const TAG_BYTES: usize = 16;

/// The first 16 bytes of an HMAC-SHA-256.
pub type Tag = [u8; TAG_BYTES];

/// SHA-256 before its first block (FIPS 180-4, 5.3.3).
pub(crate) const INITIAL: [u32; 8] = [
    0x6a09_e667,
    0xbb67_ae85,
    0x3c6e_f372,
    0xa54f_f53a,
    0x510e_527f,
    0x9b05_688c,
    0x1f83_d9ab,
    0x5be0_cd19,
];

/// What the key's bytes are combined with for the inner and the outer hash (RFC 2104).
const INNER_PAD: u8 = 0x36;
const OUTER_PAD: u8 = 0x5c;

/// More stack than a kernel's frame and those below it take.
const STACK_TO_WIPE: usize = 8 * 1024;

/// The states of the two hashes of HMAC after the key's block: all that is kept of a key.
struct Midstates {
    inner: [u32; 8],
    outer: [u32; 8],
}

/// The states that hashing starts from. Without the outer one the tag is of the inner hash.
#[derive(Clone, Copy)]
pub(crate) struct Start<'s> {
    pub inner: &'s [u32; 8],
    pub outer: Option<&'s [u32; 8]>,
}

/// A key ready for use: the two keyed states of HMAC-SHA-256, wiped when dropped.
pub struct HmacKey {
    midstates: Midstates,
    kernel: Kernel,
}

impl HmacKey {
    /// Takes a key of any length, to be used by the fastest kernel of this processor.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self::with_kernel(key, Kernel::fastest())
    }

    /// [`HmacKey::new`] with a kernel of one's choice: to test and to measure.
    #[must_use]
    pub fn with_kernel(key: &[u8], kernel: Kernel) -> Self {
        let mut block = key_block(key);
        let midstates =
            Midstates { inner: keyed(&block, INNER_PAD), outer: keyed(&block, OUTER_PAD) };
        block.zeroize();
        Self { midstates, kernel }
    }

    /// Appends to `tags` the first 16 bytes of the HMAC-SHA-256 of each message, in the order in
    /// which the messages were written.
    ///
    /// Messages are hashed in groups as wide as the kernel, and a group that is not full takes as
    /// long as a full one: thousands at once are worth more than a few.
    pub fn tags(&self, messages: &Messages, tags: &mut Vec<Tag>) {
        let before = tags.len();
        tags.resize(before + messages.len(), [0; TAG_BYTES]);
        let Midstates { inner, outer } = &self.midstates;
        let start = Start { inner, outer: Some(outer) };
        kernel::run(self.kernel, start, messages, &mut tags[before..]);
        zeroize_stack::<STACK_TO_WIPE>();
    }

    /// The kernel that this key is used by.
    #[must_use]
    pub fn kernel(&self) -> Kernel {
        self.kernel
    }
}

impl Drop for HmacKey {
    fn drop(&mut self) {
        self.midstates.inner.zeroize();
        self.midstates.outer.zeroize();
    }
}

/// A key filled up to a block with zeros; a key longer than that is hashed first.
fn key_block(key: &[u8]) -> Block {
    let mut block = [0; BLOCK_BYTES];
    if key.len() <= BLOCK_BYTES {
        block[..key.len()].copy_from_slice(key);
    } else {
        let mut digest = sha2::Sha256::digest(key);
        block[..digest.len()].copy_from_slice(&digest);
        digest.as_mut_slice().zeroize();
    }
    block
}

fn keyed(key: &Block, pad: u8) -> [u32; 8] {
    let mut block = key.map(|byte| byte ^ pad);
    let mut state = INITIAL;
    compress256(&mut state, &[block]);
    block.zeroize();
    state
}
