//! Tokens and the bytes of protocol `sealink/1`: what enters an HMAC, and what comes out.
//!
//! The protocol is fixed; `docs/format.md` states it and `tests/vectors/` holds its vectors,
//! recomputed by a program that shares no code with this one.

use std::cmp::Ordering;

#[cfg(any(feature = "agency", feature = "research"))]
use hmac::{Hmac, KeyInit, Mac};
#[cfg(feature = "agency")]
pub(crate) use hmac_lanes::CHUNK_BYTES;
#[cfg(any(feature = "agency", feature = "linker", feature = "research"))]
use hmac_lanes::HmacKey;
#[cfg(any(feature = "agency", feature = "linker", feature = "research"))]
pub(crate) use hmac_lanes::Messages;
#[cfg(feature = "linker")]
use hmac_lanes::Unkeyed;
#[cfg(any(feature = "agency", feature = "research"))]
use sha2::Sha256;

#[cfg(test)]
mod injective;
#[cfg(all(test, feature = "agency", feature = "linker", feature = "research"))]
mod vectors;
#[cfg(all(test, feature = "agency"))]
mod wycheproof;

/// The protocol this program speaks; it changes when any token byte would.
pub const PROTOCOL: &str = "sealink/1";

/// Bytes of a token, a record reference and a person id: at 10^9 records and 20 recipes the
/// expected number of colliding pairs is 3·10^-20.
pub const TOKEN_BYTES: usize = 16;

/// A keyed token, a record reference or a person id: 16 bytes that mean nothing without the key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Token(pub [u8; TOKEN_BYTES]);

/// As the bytes are ordered, but two numbers are compared faster.
impl Ord for Token {
    #[inline]
    fn cmp(&self, other: &Self) -> Ordering {
        u128::from_be_bytes(self.0).cmp(&u128::from_be_bytes(other.0))
    }
}

impl PartialOrd for Token {
    #[inline]
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Appends the length-prefixed encoding of `parts` to `out`: `0x01`, the number of parts as one
/// byte, then each part's length as two bytes, most significant first, and its bytes.
///
/// The encoding is injective: no two lists of parts share one.
///
/// # Panics
/// If there are more than 255 parts or a part is longer than 65,535 bytes; cells are capped far
/// below, and a spec has at most eight parts a recipe.
pub fn encode<'p>(parts: impl ExactSizeIterator<Item = &'p [u8]>, out: &mut Vec<u8>) {
    out.extend_from_slice(&head(parts.len()));
    parts.for_each(|part| encode_part(part, out));
}

/// What [`encode`] puts before so many parts.
pub(crate) const fn head(parts: usize) -> [u8; 2] {
    assert!(parts <= 255, "a message has at most 255 parts");
    #[expect(clippy::cast_possible_truncation, reason = "it was looked at just above")]
    [1, parts as u8]
}

/// Appends one part as [`encode`] does.
///
/// # Panics
/// If the part is longer than 65,535 bytes.
pub fn encode_part(part: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&part_head(part));
    out.extend_from_slice(part);
}

/// What [`encode`] puts before a part: its length.
///
/// # Panics
/// As [`encode_part`].
pub(crate) fn part_head(part: &[u8]) -> [u8; 2] {
    u16::try_from(part.len()).expect("a part has at most 65,535 bytes").to_be_bytes()
}

/// [`encode`] into a new buffer.
#[must_use]
pub fn encoded(parts: &[&[u8]]) -> Vec<u8> {
    let mut out = Vec::with_capacity(2 + parts.iter().map(|part| 2 + part.len()).sum::<usize>());
    encode(parts.iter().copied(), &mut out);
    out
}

/// A key ready for use: the two keyed states of HMAC-SHA-256, wiped when dropped.
#[cfg(any(feature = "agency", feature = "linker", feature = "research"))]
pub(crate) struct Keyed {
    /// For one message at a time.
    #[cfg(any(feature = "agency", feature = "research"))]
    one: Hmac<Sha256>,
    /// For many.
    many: HmacKey,
}

#[cfg(any(feature = "agency", feature = "linker", feature = "research"))]
impl Keyed {
    pub fn new(key: &[u8; 32]) -> Self {
        Self {
            #[cfg(any(feature = "agency", feature = "research"))]
            one: Hmac::new_from_slice(key).expect("HMAC takes a key of any length"),
            many: HmacKey::new(key),
        }
    }

    /// The first 16 bytes of the HMAC of `message`.
    #[cfg(any(feature = "agency", feature = "research"))]
    pub fn token(&self, message: &[u8]) -> Token {
        let mut state = self.one.clone();
        state.update(message);
        let digest = state.finalize().into_bytes();
        let mut token = [0; TOKEN_BYTES];
        token.copy_from_slice(&digest[..TOKEN_BYTES]);
        Token(token)
    }

    /// The token of each message, in order, appended to `out`; several are made at once.
    pub fn tokens(&self, messages: &Messages, out: &mut Vec<Token>) {
        let mut tags = Vec::with_capacity(messages.len());
        self.many.tags(messages, &mut tags);
        out.extend(tags.into_iter().map(Token));
    }
}

impl Token {
    /// The token that these 32 hexadecimal digits name.
    #[must_use]
    pub fn from_hex(digits: &str) -> Option<Self> {
        let digits = digits.as_bytes();
        if digits.len() != 2 * TOKEN_BYTES {
            return None;
        }
        let mut token = [0; TOKEN_BYTES];
        for (byte, pair) in token.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |place: usize| char::from(pair[place]).to_digit(16);
            *byte = u8::try_from(digit(0)? << 4 | digit(1)?).ok()?;
        }
        Some(Self(token))
    }
}

/// The linker's id of the person whose first record this is: the same in every run that finds
/// that record first, and of no meaning outside the linkage.
#[cfg(feature = "linker")]
#[must_use]
pub fn linker_person(dataset: &str, record_ref: Token) -> Token {
    linker_people(std::iter::once((dataset, record_ref)))[0]
}

/// [`linker_person`] of many people, in order; several are made at once.
#[cfg(feature = "linker")]
#[must_use]
pub fn linker_people<'d>(firsts: impl Iterator<Item = (&'d str, Token)>) -> Vec<Token> {
    let (mut messages, mut tags) = (Unkeyed::new(), Vec::new());
    let (mut start, mut of) = (Vec::new(), None);
    for (dataset, record_ref) in firsts {
        // Most follow another of their dataset.
        if of.replace(dataset) != Some(dataset) {
            start = encoded(&[b"sealink/1/linker-person", dataset.as_bytes(), &record_ref.0]);
            start.truncate(start.len() - TOKEN_BYTES);
        }
        messages.push(&[&start, &record_ref.0]);
    }
    messages.tags(&mut tags);
    tags.into_iter().map(Token).collect()
}

/// The bytes as lower-case hexadecimal digits.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().flat_map(|byte| digits(*byte)).map(char::from).collect()
}

/// A token's [`hex`] digits in ASCII.
#[must_use]
pub fn hex_digits(token: Token) -> [u8; 2 * TOKEN_BYTES] {
    let mut hex = [0; 2 * TOKEN_BYTES];
    for (pair, byte) in hex.as_chunks_mut().0.iter_mut().zip(token.0) {
        *pair = digits(byte);
    }
    hex
}

const fn digits(byte: u8) -> [u8; 2] {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    [DIGITS[(byte >> 4) as usize], DIGITS[(byte & 15) as usize]]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_encoding_tells_where_each_part_ends() {
        assert_eq!(encoded(&[b"ANN", b"A SMITH"]), b"\x01\x02\x00\x03ANN\x00\x07A SMITH");
        assert_ne!(encoded(&[b"ANN", b"A SMITH"]), encoded(&[b"ANNA", b" SMITH"]));
        assert_eq!(encoded(&[]), b"\x01\x00");
    }

    #[test]
    fn tokens_are_ordered_as_their_bytes_are() {
        let token = |first: u8, last: u8| {
            let mut bytes = [7; TOKEN_BYTES];
            (bytes[0], bytes[TOKEN_BYTES - 1]) = (first, last);
            Token(bytes)
        };
        let all = [token(0, 255), token(1, 0), token(1, 1), token(255, 0)];
        assert!(all.is_sorted_by(|one, next| one < next && one.0 < next.0));
    }

    #[test]
    fn hex_has_two_digits_a_byte() {
        assert_eq!(hex(&[0, 15, 255]), "000fff");
        let token = Token(*b"0123456789abcd\x0f\xf0");
        assert_eq!(hex_digits(token), hex(&token.0).as_bytes());
    }

    #[test]
    fn a_token_is_read_from_its_digits_and_from_nothing_else() {
        let token = Token([0xa7; TOKEN_BYTES]);
        assert_eq!(Token::from_hex(&hex(&token.0)), Some(token));
        assert_eq!(Token::from_hex(&"A7".repeat(TOKEN_BYTES)), Some(token));
        for wrong in ["", "a7", &"g7".repeat(TOKEN_BYTES), &"a7".repeat(TOKEN_BYTES + 1)] {
            assert_eq!(Token::from_hex(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn different_parts_never_share_an_encoding(
            a in prop::collection::vec(prop::collection::vec(0u8..4, 0..5), 0..5),
            b in prop::collection::vec(prop::collection::vec(0u8..4, 0..5), 0..5),
        ) {
            let encode = |parts: &[Vec<u8>]| {
                encoded(&parts.iter().map(Vec::as_slice).collect::<Vec<_>>())
            };
            prop_assert_eq!(a == b, encode(&a) == encode(&b));
        }
    }
}
