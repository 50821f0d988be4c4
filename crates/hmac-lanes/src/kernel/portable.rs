//! One message at a time, by the compression function of `sha2`: on every processor.

use sha2::block_api::compress256;

use super::Lanes;
use crate::key::{Start, TAG_BYTES, Tag};
use crate::messages::{BLOCK_BYTES, Block};

#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Lanes<1> for Portable {
    fn tags(self, start: Start<'_>, [message]: &[&[Block]; 1]) -> [Tag; 1] {
        let mut state = *start.inner;
        compress256(&mut state, message);
        if let Some(outer) = start.outer {
            let mut outer = *outer;
            compress256(&mut outer, &[outer_block(&state)]);
            state = outer;
        }
        let mut tag = [0; TAG_BYTES];
        write_words(&state, &mut tag);
        [tag]
    }
}

/// The only block of the outer hash after the key's: the inner digest, padded.
fn outer_block(inner: &[u32; 8]) -> Block {
    let mut block = [0; BLOCK_BYTES];
    write_words(inner, &mut block[..32]);
    block[32] = 0x80;
    block[BLOCK_BYTES - 2..].copy_from_slice(&super::OUTER_BITS.to_be_bytes()[2..]);
    block
}

/// As many words as there is room for, each most significant byte first.
fn write_words(words: &[u32], bytes: &mut [u8]) {
    for (bytes, word) in bytes.chunks_exact_mut(4).zip(words) {
        bytes.copy_from_slice(&word.to_be_bytes());
    }
}
