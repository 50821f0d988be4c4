//! Numbers that look drawn at random and yet are all different.

use super::draw::Draw;

/// A one-to-one map of 0 to `size - 1` onto itself: `a * i + b` modulo `size`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spread {
    size: u64,
    factor: u64,
    offset: u64,
}

impl Spread {
    /// A map of `size` numbers.
    pub(super) fn new(size: u64, draw: &mut Draw) -> Self {
        let offset = draw.next() % size;
        let factor = loop {
            let factor = draw.next() % size;
            if common_divisor(factor, size) == 1 {
                break factor;
            }
        };
        Self { size, factor, offset }
    }

    /// Where a number goes.
    pub(super) fn of(self, number: u64) -> u64 {
        let wide = u128::from(number) * u128::from(self.factor) + u128::from(self.offset);
        u64::try_from(wide % u128::from(self.size)).expect("a remainder is below its modulus")
    }
}

const fn common_divisor(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::draw::Purpose;
    use super::*;

    #[test]
    fn no_two_numbers_go_to_one_place() {
        for size in [1, 2, 10, 997, 1000] {
            let spread = Spread::new(size, &mut Draw::new(size, Purpose::RecordIds, 0));
            let places: BTreeSet<u64> = (0..size).map(|number| spread.of(number)).collect();
            assert_eq!(places.len() as u64, size);
            assert!(places.iter().all(|&place| place < size));
        }
    }
}
