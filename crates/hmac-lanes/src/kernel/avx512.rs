//! Sixteen messages at once: AVX-512 rotates a word in one instruction and takes any function of
//! three words in another.

use std::arch::x86_64::{
    __m512i, _mm512_add_epi32, _mm512_loadu_si512, _mm512_mask_mov_epi32, _mm512_ror_epi32,
    _mm512_set_epi64, _mm512_set1_epi32, _mm512_setzero_si512, _mm512_shuffle_epi8,
    _mm512_shuffle_i32x4, _mm512_srli_epi32, _mm512_storeu_si512, _mm512_ternarylogic_epi32,
    _mm512_unpackhi_epi32, _mm512_unpackhi_epi64, _mm512_unpacklo_epi32, _mm512_unpacklo_epi64,
};

use super::rounds::{CONSTANTS, compress_lanes};
use super::{Lanes, block_at, longest, unfinished};
use crate::key::{Start, TAG_BYTES, Tag};
use crate::messages::Block;

const LANES: usize = 16;

/// Proof that the processor has AVX-512F and AVX-512BW: made by [`Avx512::detect`] alone.
#[derive(Clone, Copy)]
pub(super) struct Avx512(());

impl Avx512 {
    pub fn detect() -> Option<Self> {
        let has = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw");
        has.then_some(Self(()))
    }
}

impl Lanes<LANES> for Avx512 {
    fn tags(self, start: Start<'_>, messages: &[&[Block]; LANES]) -> [Tag; LANES] {
        // SAFETY: there is no `Avx512` but where `detect` found the features of `tags`.
        unsafe { tags(start, messages) }
    }
}

#[target_feature(enable = "avx512f,avx512bw")]
fn tags(start: Start<'_>, messages: &[&[Block]; LANES]) -> [Tag; LANES] {
    let mut state = splat_all(start.inner);
    for place in 0..longest(messages) {
        let after = compress(state, words(messages, place));
        let unfinished = unfinished(messages, place);
        for (word, after) in state.iter_mut().zip(after) {
            *word = _mm512_mask_mov_epi32(*word, unfinished, after);
        }
    }
    if let Some(outer) = start.outer {
        state = compress(splat_all(outer), outer_words(state));
    }
    let [a, b, c, d, ..] = state;
    write([a, b, c, d])
}

compress_lanes!(__m512i, "avx512f,avx512bw");

/// The words of a block of each message.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn words(messages: &[&[Block]; LANES], place: usize) -> [__m512i; 16] {
    let mut quarters = [[_mm512_setzero_si512(); 4]; 4];
    for (quarter, messages) in quarters.iter_mut().zip(messages.as_chunks::<4>().0) {
        let [a, b, c, d] = messages.map(|message| block_at(message, place));
        *quarter = turn_words([load(a), load(b), load(c), load(d)]);
    }
    let [a, b, c, d] = quarters;
    let mut words = [_mm512_setzero_si512(); 16];
    for i in 0..4 {
        let [first, second, third, fourth] = turn_quarters([a[i], b[i], c[i], d[i]]);
        words[i] = first;
        words[4 + i] = second;
        words[8 + i] = third;
        words[12 + i] = fourth;
    }
    words
}

/// The tags from the first four words of the digests.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn write(words: [__m512i; 4]) -> [Tag; LANES] {
    let mut tags = [[0; TAG_BYTES]; LANES];
    let rows = turn_quarters(turn_words(words));
    let (chunks, _) = tags.as_flattened_mut().as_chunks_mut();
    for (chunk, row) in chunks.iter_mut().zip(rows) {
        store(swap_bytes(row), chunk);
    }
    tags
}

/// Within each quarter of the vectors, word `i` of vector `j` becomes word `j` of vector `i`.
#[inline]
#[target_feature(enable = "avx512f")]
fn turn_words([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    let (ab, ab_high) = (_mm512_unpacklo_epi32(a, b), _mm512_unpackhi_epi32(a, b));
    let (cd, cd_high) = (_mm512_unpacklo_epi32(c, d), _mm512_unpackhi_epi32(c, d));
    [
        _mm512_unpacklo_epi64(ab, cd),
        _mm512_unpackhi_epi64(ab, cd),
        _mm512_unpacklo_epi64(ab_high, cd_high),
        _mm512_unpackhi_epi64(ab_high, cd_high),
    ]
}

/// Quarter `i` of vector `j` becomes quarter `j` of vector `i`.
#[inline]
#[target_feature(enable = "avx512f")]
fn turn_quarters([a, b, c, d]: [__m512i; 4]) -> [__m512i; 4] {
    const LOW: i32 = 0b01_00_01_00;
    const HIGH: i32 = 0b11_10_11_10;
    const EVEN: i32 = 0b10_00_10_00;
    const ODD: i32 = 0b11_01_11_01;
    let (ab, ab_high) = (_mm512_shuffle_i32x4::<LOW>(a, b), _mm512_shuffle_i32x4::<HIGH>(a, b));
    let (cd, cd_high) = (_mm512_shuffle_i32x4::<LOW>(c, d), _mm512_shuffle_i32x4::<HIGH>(c, d));
    [
        _mm512_shuffle_i32x4::<EVEN>(ab, cd),
        _mm512_shuffle_i32x4::<ODD>(ab, cd),
        _mm512_shuffle_i32x4::<EVEN>(ab_high, cd_high),
        _mm512_shuffle_i32x4::<ODD>(ab_high, cd_high),
    ]
}

/// A block as its sixteen words.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn load(block: &Block) -> __m512i {
    // SAFETY: a block is 64 bytes that may be read, and the load asks for no alignment.
    swap_bytes(unsafe { _mm512_loadu_si512(block.as_ptr().cast()) })
}

#[inline]
#[target_feature(enable = "avx512f")]
fn store(vector: __m512i, bytes: &mut [u8; 64]) {
    // SAFETY: there are 64 bytes that may be written, and the store asks for no alignment.
    unsafe { _mm512_storeu_si512(bytes.as_mut_ptr().cast(), vector) }
}

/// Each word with its bytes in the other order.
#[inline]
#[target_feature(enable = "avx512f,avx512bw")]
fn swap_bytes(vector: __m512i) -> __m512i {
    const LOW: i64 = 0x0405_0607_0001_0203;
    const HIGH: i64 = 0x0c0d_0e0f_0809_0a0b;
    _mm512_shuffle_epi8(vector, _mm512_set_epi64(HIGH, LOW, HIGH, LOW, HIGH, LOW, HIGH, LOW))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn splat(word: u32) -> __m512i {
    _mm512_set1_epi32(word.cast_signed())
}

#[inline]
#[target_feature(enable = "avx512f")]
fn add(a: __m512i, b: __m512i) -> __m512i {
    _mm512_add_epi32(a, b)
}

/// `a ^ b ^ c`. The constant is the function's truth table, as in the next two.
#[inline]
#[target_feature(enable = "avx512f")]
fn xor(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi32::<0b1001_0110>(a, b, c)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn choose(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi32::<0b1100_1010>(a, b, c)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn majority(a: __m512i, b: __m512i, c: __m512i) -> __m512i {
    _mm512_ternarylogic_epi32::<0b1110_1000>(a, b, c)
}

#[inline]
#[target_feature(enable = "avx512f")]
fn big_sigma0(x: __m512i) -> __m512i {
    xor(_mm512_ror_epi32::<2>(x), _mm512_ror_epi32::<13>(x), _mm512_ror_epi32::<22>(x))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn big_sigma1(x: __m512i) -> __m512i {
    xor(_mm512_ror_epi32::<6>(x), _mm512_ror_epi32::<11>(x), _mm512_ror_epi32::<25>(x))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn small_sigma0(x: __m512i) -> __m512i {
    xor(_mm512_ror_epi32::<7>(x), _mm512_ror_epi32::<18>(x), _mm512_srli_epi32::<3>(x))
}

#[inline]
#[target_feature(enable = "avx512f")]
fn small_sigma1(x: __m512i) -> __m512i {
    xor(_mm512_ror_epi32::<17>(x), _mm512_ror_epi32::<19>(x), _mm512_srli_epi32::<10>(x))
}
