//! Eight messages at once, where there are neither AVX-512 nor SHA instructions.

use std::arch::x86_64::{
    __m256i, _mm256_add_epi32, _mm256_and_si256, _mm256_andnot_si256, _mm256_blendv_epi8,
    _mm256_cmpeq_epi32, _mm256_loadu_si256, _mm256_or_si256, _mm256_permute2x128_si256,
    _mm256_set_epi64x, _mm256_set1_epi32, _mm256_setr_epi32, _mm256_setzero_si256,
    _mm256_shuffle_epi8, _mm256_slli_epi32, _mm256_srli_epi32, _mm256_storeu_si256,
    _mm256_unpackhi_epi32, _mm256_unpackhi_epi64, _mm256_unpacklo_epi32, _mm256_unpacklo_epi64,
    _mm256_xor_si256,
};

use super::rounds::{CONSTANTS, compress_lanes};
use super::{Lanes, block_at, longest, unfinished};
use crate::key::{Start, TAG_BYTES, Tag};
use crate::messages::Block;

const LANES: usize = 8;

/// Proof that the processor has AVX2: made by [`Avx2::detect`] alone.
#[derive(Clone, Copy)]
pub(super) struct Avx2(());

impl Avx2 {
    pub fn detect() -> Option<Self> {
        is_x86_feature_detected!("avx2").then_some(Self(()))
    }
}

impl Lanes<LANES> for Avx2 {
    fn tags(self, start: Start<'_>, messages: &[&[Block]; LANES]) -> [Tag; LANES] {
        // SAFETY: there is no `Avx2` but where `detect` found the feature of `tags`.
        unsafe { tags(start, messages) }
    }
}

#[target_feature(enable = "avx2")]
fn tags(start: Start<'_>, messages: &[&[Block]; LANES]) -> [Tag; LANES] {
    let mut state = splat_all(start.inner);
    for place in 0..longest(messages) {
        let after = compress(state, words(messages, place));
        let unfinished = mask(unfinished(messages, place));
        for (word, after) in state.iter_mut().zip(after) {
            *word = _mm256_blendv_epi8(*word, after, unfinished);
        }
    }
    if let Some(outer) = start.outer {
        state = compress(splat_all(outer), outer_words(state));
    }
    let [a, b, c, d, ..] = state;
    write([a, b, c, d])
}

compress_lanes!(__m256i, "avx2");

/// All bits of each lane whose bit is set.
#[inline]
#[target_feature(enable = "avx2")]
fn mask(lanes: u16) -> __m256i {
    let lane = _mm256_setr_epi32(1, 2, 4, 8, 16, 32, 64, 128);
    _mm256_cmpeq_epi32(_mm256_and_si256(splat(u32::from(lanes)), lane), lane)
}

/// The words of a block of each message.
#[inline]
#[target_feature(enable = "avx2")]
fn words(messages: &[&[Block]; LANES], place: usize) -> [__m256i; 16] {
    let mut words = [_mm256_setzero_si256(); 16];
    for half in 0..2 {
        let mut quarters = [[_mm256_setzero_si256(); 4]; 2];
        for (quarter, messages) in quarters.iter_mut().zip(messages.as_chunks::<4>().0) {
            let [a, b, c, d] =
                messages.map(|message| &block_at(message, place).as_chunks().0[half]);
            *quarter = turn_words([load(a), load(b), load(c), load(d)]);
        }
        let [a, b] = quarters;
        for i in 0..4 {
            let (first, second) = turn_halves(a[i], b[i]);
            words[8 * half + i] = first;
            words[8 * half + 4 + i] = second;
        }
    }
    words
}

/// The tags from the first four words of the digests.
#[inline]
#[target_feature(enable = "avx2")]
fn write(words: [__m256i; 4]) -> [Tag; LANES] {
    let mut tags = [[0; TAG_BYTES]; LANES];
    let [a, b, c, d] = turn_words(words);
    let (ab, ab_high) = turn_halves(a, b);
    let (cd, cd_high) = turn_halves(c, d);
    let (chunks, _) = tags.as_flattened_mut().as_chunks_mut();
    for (chunk, row) in chunks.iter_mut().zip([ab, cd, ab_high, cd_high]) {
        store(swap_bytes(row), chunk);
    }
    tags
}

/// Within each half of the vectors, word `i` of vector `j` becomes word `j` of vector `i`.
#[inline]
#[target_feature(enable = "avx2")]
fn turn_words([a, b, c, d]: [__m256i; 4]) -> [__m256i; 4] {
    let (ab, ab_high) = (_mm256_unpacklo_epi32(a, b), _mm256_unpackhi_epi32(a, b));
    let (cd, cd_high) = (_mm256_unpacklo_epi32(c, d), _mm256_unpackhi_epi32(c, d));
    [
        _mm256_unpacklo_epi64(ab, cd),
        _mm256_unpackhi_epi64(ab, cd),
        _mm256_unpacklo_epi64(ab_high, cd_high),
        _mm256_unpackhi_epi64(ab_high, cd_high),
    ]
}

/// The lower halves of both vectors, and the upper.
#[inline]
#[target_feature(enable = "avx2")]
fn turn_halves(a: __m256i, b: __m256i) -> (__m256i, __m256i) {
    (_mm256_permute2x128_si256::<0x20>(a, b), _mm256_permute2x128_si256::<0x31>(a, b))
}

/// Half a block as its eight words.
#[inline]
#[target_feature(enable = "avx2")]
fn load(half: &[u8; 32]) -> __m256i {
    // SAFETY: there are 32 bytes that may be read, and the load asks for no alignment.
    swap_bytes(unsafe { _mm256_loadu_si256(half.as_ptr().cast()) })
}

#[inline]
#[target_feature(enable = "avx2")]
fn store(vector: __m256i, bytes: &mut [u8; 32]) {
    // SAFETY: there are 32 bytes that may be written, and the store asks for no alignment.
    unsafe { _mm256_storeu_si256(bytes.as_mut_ptr().cast(), vector) }
}

/// Each word with its bytes in the other order.
#[inline]
#[target_feature(enable = "avx2")]
fn swap_bytes(vector: __m256i) -> __m256i {
    const LOW: i64 = 0x0405_0607_0001_0203;
    const HIGH: i64 = 0x0c0d_0e0f_0809_0a0b;
    _mm256_shuffle_epi8(vector, _mm256_set_epi64x(HIGH, LOW, HIGH, LOW))
}

#[inline]
#[target_feature(enable = "avx2")]
fn splat(word: u32) -> __m256i {
    _mm256_set1_epi32(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx2")]
fn add(a: __m256i, b: __m256i) -> __m256i {
    _mm256_add_epi32(a, b)
}

#[inline]
#[target_feature(enable = "avx2")]
fn xor(a: __m256i, b: __m256i, c: __m256i) -> __m256i {
    _mm256_xor_si256(_mm256_xor_si256(a, b), c)
}

#[inline]
#[target_feature(enable = "avx2")]
fn choose(a: __m256i, b: __m256i, c: __m256i) -> __m256i {
    _mm256_xor_si256(_mm256_and_si256(a, b), _mm256_andnot_si256(a, c))
}

#[inline]
#[target_feature(enable = "avx2")]
fn majority(a: __m256i, b: __m256i, c: __m256i) -> __m256i {
    _mm256_or_si256(_mm256_and_si256(a, b), _mm256_and_si256(_mm256_or_si256(a, b), c))
}

/// Each word turned to the right by `RIGHT` bits; `LEFT` is 32 less these.
#[inline]
#[target_feature(enable = "avx2")]
fn rotate<const RIGHT: i32, const LEFT: i32>(x: __m256i) -> __m256i {
    const { assert!(RIGHT + LEFT == 32) };
    _mm256_or_si256(_mm256_srli_epi32::<RIGHT>(x), _mm256_slli_epi32::<LEFT>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn big_sigma0(x: __m256i) -> __m256i {
    xor(rotate::<2, 30>(x), rotate::<13, 19>(x), rotate::<22, 10>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn big_sigma1(x: __m256i) -> __m256i {
    xor(rotate::<6, 26>(x), rotate::<11, 21>(x), rotate::<25, 7>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn small_sigma0(x: __m256i) -> __m256i {
    xor(rotate::<7, 25>(x), rotate::<18, 14>(x), _mm256_srli_epi32::<3>(x))
}

#[inline]
#[target_feature(enable = "avx2")]
fn small_sigma1(x: __m256i) -> __m256i {
    xor(rotate::<17, 15>(x), rotate::<19, 13>(x), _mm256_srli_epi32::<10>(x))
}
