//! The rounds of SHA-256 (FIPS 180-4, 6.2.2) over vectors that hold the same word of several
//! messages.

/// The constants of the rounds.
#[rustfmt::skip]
pub(super) const CONSTANTS: [u32; 64] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5, 0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3, 0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc, 0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7, 0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13, 0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3, 0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5, 0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208, 0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
];

/// Defines `compress` from the word operations `add`, `splat`, `choose`, `majority`, `big_sigma0`,
/// `big_sigma1`, `small_sigma0` and `small_sigma1` of the module that it stands in.
///
/// Sixteen rounds are written out: with every place a constant, state and words are registers and
/// the turning of both costs nothing.
macro_rules! compress_lanes {
    ($vector:ty, $features:literal) => {
        compress_lanes!($vector, $features, 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15);
    };
    ($vector:ty, $features:literal, $($i:literal)*) => {
        /// A block of each message: its state after it, from the state before and the words.
        #[inline]
        #[target_feature(enable = $features)]
        fn compress(before: [$vector; 8], mut words: [$vector; 16]) -> [$vector; 8] {
            let mut state = before;
            $( state = round(state, CONSTANTS[$i], words[$i]); )*
            for first in [16, 32, 48] {
                $(
                    let near = add(words[$i], small_sigma0(words[($i + 1) % 16]));
                    let far = add(words[($i + 9) % 16], small_sigma1(words[($i + 14) % 16]));
                    words[$i] = add(near, far);
                    state = round(state, CONSTANTS[first + $i], words[$i]);
                )*
            }
            for (word, before) in state.iter_mut().zip(before) {
                *word = add(*word, before);
            }
            state
        }

        #[inline]
        #[target_feature(enable = $features)]
        fn round(state: [$vector; 8], constant: u32, word: $vector) -> [$vector; 8] {
            let [a, b, c, d, e, f, g, h] = state;
            let known = add(h, add(word, splat(constant)));
            let one = add(add(known, choose(e, f, g)), big_sigma1(e));
            let two = add(big_sigma0(a), majority(a, b, c));
            [add(one, two), a, b, c, add(d, one), e, f, g]
        }

        /// The only block of the outer hash after the key's: the inner digest, padded.
        #[inline]
        #[target_feature(enable = $features)]
        fn outer_words([a, b, c, d, e, f, g, h]: [$vector; 8]) -> [$vector; 16] {
            let end = splat(0x8000_0000);
            let zero = splat(0);
            let bits = splat($crate::kernel::OUTER_BITS);
            [a, b, c, d, e, f, g, h, end, zero, zero, zero, zero, zero, zero, bits]
        }

        /// A state that all messages share.
        #[inline]
        #[target_feature(enable = $features)]
        fn splat_all(state: &[u32; 8]) -> [$vector; 8] {
            let mut all = [splat(0); 8];
            for (vector, word) in all.iter_mut().zip(state) {
                *vector = splat(*word);
            }
            all
        }
    };
}

pub(super) use compress_lanes;
