//! Finds every byte that has a meaning in CSV: delimiter, quote, carriage return and line feed.
//!
//! Sixty-four bytes are compared at once, without a branch, and their matches kept as the bits of a
//! word, as simdjson does (Langdale and Lemire, "Parsing gigabytes of JSON per second", 2019).
//! Fields are short and of uneven length, so looking for the end of each by itself costs more in
//! mispredicted branches than in anything else.

/// Walks over the meaningful bytes of a text.
pub(super) struct Stops<'a> {
    bytes: &'a [u8],
    delimiter: u8,
    /// Where the block of `left` begins.
    block: usize,
    /// The meaningful bytes of the block that are still to come, the lowest bit first.
    left: u64,
}

const BLOCK: usize = 64;

impl<'a> Stops<'a> {
    pub(super) fn new(bytes: &'a [u8], delimiter: u8) -> Self {
        let mut stops = Self { bytes, delimiter, block: 0, left: 0 };
        stops.seek(0);
        stops
    }

    /// Goes on from a place.
    pub(super) fn seek(&mut self, place: usize) {
        self.block = place - place % BLOCK;
        self.left = self.matches() & (u64::MAX << (place % BLOCK));
    }

    /// The place of the next meaningful byte.
    #[inline]
    pub(super) fn next(&mut self) -> Option<usize> {
        while self.left == 0 {
            if self.bytes.len() - self.block <= BLOCK {
                return None;
            }
            self.block += BLOCK;
            self.left = self.matches();
        }
        let place = self.block + self.left.trailing_zeros() as usize;
        self.left &= self.left - 1;
        Some(place)
    }

    /// The meaningful bytes of the block that begins at `self.block`.
    #[inline]
    fn matches(&self) -> u64 {
        let rest = &self.bytes[self.block..];
        match rest.first_chunk() {
            Some(block) => matches(block, self.delimiter),
            None => {
                let mut block = [0; BLOCK];
                block[..rest.len()].copy_from_slice(rest);
                matches(&block, self.delimiter)
            }
        }
    }
}

#[inline]
fn matches(block: &[u8; BLOCK], delimiter: u8) -> u64 {
    let mut hits = [0_u8; BLOCK];
    for (hit, &byte) in hits.iter_mut().zip(block) {
        let any = (byte == delimiter) | (byte == b'"') | (byte == b'\n') | (byte == b'\r');
        *hit = u8::from(any);
    }
    let (words, _) = hits.as_chunks::<8>();
    // Bytes 0 to 7 of a word are 0 or 1; the product has them as the bits of its highest byte.
    let bits = |word: &[u8; 8]| u64::from_le_bytes(*word).wrapping_mul(0x0102_0408_1020_4080) >> 56;
    words.iter().rev().fold(0, |all, word| all << 8 | bits(word))
}

#[cfg(test)]
mod tests {
    use super::Stops;

    #[test]
    fn every_meaningful_byte_is_found_from_any_place() {
        let text = "a,\"\r\nä;,bcdefghijklmnopqrstuvwxyz".repeat(9);
        for length in 0..text.len() {
            let bytes = &text.as_bytes()[..length];
            let places: Vec<_> = (0..length)
                .filter(|at| matches!(bytes[*at], b',' | b'"' | b'\r' | b'\n'))
                .collect();
            for from in (0..=length).step_by(if length > 150 { 37 } else { 1 }) {
                let mut stops = Stops::new(bytes, b',');
                stops.seek(from);
                let found: Vec<_> = std::iter::from_fn(|| stops.next()).collect();
                assert!(found.iter().eq(places.iter().filter(|place| **place >= from)));
            }
        }
    }
}
