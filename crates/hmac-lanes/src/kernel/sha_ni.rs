//! Three messages side by side by SHA-NI: an instruction waits for the one before it in its own
//! stream, and the other streams fill the time.

use std::arch::x86_64::{
    __m128i, _mm_add_epi32, _mm_alignr_epi8, _mm_loadu_si128, _mm_set_epi32, _mm_set_epi64x,
    _mm_setzero_si128, _mm_sha256msg1_epu32, _mm_sha256msg2_epu32, _mm_sha256rnds2_epu32,
    _mm_shuffle_epi8, _mm_shuffle_epi32, _mm_storeu_si128, _mm_unpackhi_epi64, _mm_unpacklo_epi64,
};

use super::rounds::CONSTANTS;
use super::{Lanes, OUTER_BITS, block_at, longest};
use crate::key::{Midstates, TAG_BYTES, Tag};
use crate::messages::Block;

/// More need more registers than there are, and two leave some time unused; both were measured.
const STREAMS: usize = 3;

/// A state as the instructions want it: the words `feba` and `hgdc`, the lowest first.
type State = [__m128i; 2];

/// The sixteen words of a block, the lowest first.
type Words = [__m128i; 4];

/// Proof that the processor has SHA-NI, SSSE3 and SSE4.1: made by [`ShaNi::detect`] alone.
#[derive(Clone, Copy)]
pub(super) struct ShaNi(());

impl ShaNi {
    pub fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("sha")
            && is_x86_feature_detected!("ssse3")
            && is_x86_feature_detected!("sse4.1");
        has.then_some(Self(()))
    }
}

impl Lanes<STREAMS> for ShaNi {
    fn tags(self, key: &Midstates, messages: &[&[Block]; STREAMS]) -> [Tag; STREAMS] {
        // SAFETY: there is no `ShaNi` but where `detect` found the features of `tags`.
        unsafe { tags(key, messages) }
    }
}

#[target_feature(enable = "sha,ssse3,sse4.1")]
fn tags(key: &Midstates, messages: &[&[Block]; STREAMS]) -> [Tag; STREAMS] {
    let mut states = [state(&key.inner); STREAMS];
    for place in 0..longest(messages) {
        let mut words = [[_mm_setzero_si128(); 4]; STREAMS];
        for (words, message) in words.iter_mut().zip(messages) {
            *words = load(block_at(message, place));
        }
        let after = compress(states, words);
        for ((state, after), message) in states.iter_mut().zip(after).zip(messages) {
            if place < message.len() {
                *state = after;
            }
        }
    }
    let mut words = [[_mm_setzero_si128(); 4]; STREAMS];
    for (words, state) in words.iter_mut().zip(states) {
        *words = outer_words(state);
    }
    let mut tags = [[0; TAG_BYTES]; STREAMS];
    let digests = compress([state(&key.outer); STREAMS], words);
    for (tag, digest) in tags.iter_mut().zip(digests) {
        store(swap_bytes(in_order(digest)[0]), tag);
    }
    tags
}

/// A block of each message: its state after it, from the state before and the words.
#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn compress(before: [State; STREAMS], mut words: [Words; STREAMS]) -> [State; STREAMS] {
    let mut states = before;
    for quarter in 0..4 {
        for (state, words) in states.iter_mut().zip(&words) {
            *state = four_rounds(*state, quarter, words[quarter]);
        }
    }
    for first in [4, 8, 12] {
        for quarter in 0..4 {
            for (state, words) in states.iter_mut().zip(&mut words) {
                words[quarter] = next_words(words, quarter);
                *state = four_rounds(*state, first + quarter, words[quarter]);
            }
        }
    }
    for (state, before) in states.iter_mut().zip(before) {
        *state = [_mm_add_epi32(state[0], before[0]), _mm_add_epi32(state[1], before[1])];
    }
    states
}

#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn four_rounds([abef, cdgh]: State, quarter: usize, words: __m128i) -> State {
    let [a, b, c, d] = CONSTANTS.as_chunks::<4>().0[quarter].map(u32::cast_signed);
    let words = _mm_add_epi32(words, _mm_set_epi32(d, c, b, a));
    let cdgh = _mm_sha256rnds2_epu32(cdgh, abef, words);
    let abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32::<0b11_10>(words));
    [abef, cdgh]
}

/// The four words that come sixteen after those at `quarter`.
#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn next_words(words: &Words, quarter: usize) -> __m128i {
    let [a, b, c, d] = [0, 1, 2, 3].map(|next| words[(quarter + next) % 4]);
    let nine_on = _mm_alignr_epi8::<4>(d, c);
    _mm_sha256msg2_epu32(_mm_add_epi32(_mm_sha256msg1_epu32(a, b), nine_on), d)
}

#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn state(words: &[u32; 8]) -> State {
    let [a, b, c, d, e, f, g, h] = words.map(u32::cast_signed);
    [_mm_set_epi32(a, b, e, f), _mm_set_epi32(c, d, g, h)]
}

/// A state's eight words in their order.
#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn in_order([abef, cdgh]: State) -> [__m128i; 2] {
    const SWAP_PAIRS: i32 = 0b10_11_00_01;
    [
        _mm_shuffle_epi32::<SWAP_PAIRS>(_mm_unpackhi_epi64(abef, cdgh)),
        _mm_shuffle_epi32::<SWAP_PAIRS>(_mm_unpacklo_epi64(abef, cdgh)),
    ]
}

/// The only block of the outer hash after the key's: the inner digest, padded.
#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn outer_words(inner: State) -> Words {
    let [first, second] = in_order(inner);
    let end = _mm_set_epi32(0, 0, 0, 0x8000_0000_u32.cast_signed());
    [first, second, end, _mm_set_epi32(OUTER_BITS.cast_signed(), 0, 0, 0)]
}

/// A block as its words.
#[inline]
#[target_feature(enable = "sha,ssse3,sse4.1")]
fn load(block: &Block) -> Words {
    let mut words = [_mm_setzero_si128(); 4];
    for (words, bytes) in words.iter_mut().zip(block.as_chunks::<16>().0) {
        // SAFETY: there are 16 bytes that may be read, and the load asks for no alignment.
        *words = swap_bytes(unsafe { _mm_loadu_si128(bytes.as_ptr().cast()) });
    }
    words
}

#[inline]
#[target_feature(enable = "sse4.1")]
fn store(vector: __m128i, tag: &mut Tag) {
    // SAFETY: there are 16 bytes that may be written, and the store asks for no alignment.
    unsafe { _mm_storeu_si128(tag.as_mut_ptr().cast(), vector) }
}

/// Each word with its bytes in the other order.
#[inline]
#[target_feature(enable = "ssse3")]
fn swap_bytes(vector: __m128i) -> __m128i {
    _mm_shuffle_epi8(vector, _mm_set_epi64x(0x0c0d_0e0f_0809_0a0b, 0x0405_0607_0001_0203))
}
