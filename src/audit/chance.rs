//! Chance for simulated attacks: seeded, the same on every machine.

use super::counts::mix;

/// A stream of random numbers: `SplitMix64` (Steele, Lea and Flood, 2014).
pub(super) struct Chance(u64);

impl Chance {
    /// The stream of a column and of one of its simulations.
    pub const fn new(column: u64, which: u64) -> Self {
        Self(mix(mix(column.wrapping_add(GAMMA)) ^ which.wrapping_mul(GAMMA)))
    }

    /// The next 64 bits.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// A number below `n`, which is not 0.
    pub fn below(&mut self, n: u64) -> u64 {
        let wide = u128::from(self.next()) * u128::from(n);
        u64::try_from(wide >> 64).expect("it is below n")
    }

    /// A number from 0 up to, but not reaching, 1.
    pub fn share(&mut self) -> f64 {
        // 32 bits, which a float holds exactly: no machine rounds them differently.
        let bits = u32::try_from(self.next() >> 32).expect("32 bits are left");
        f64::from(bits) / (f64::from(u32::MAX) + 1.0)
    }
}

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_are_even_and_the_same_for_a_seed() {
        let mut chance = Chance::new(1, 2);
        let mut counts = [0; 8];
        (0..80_000).for_each(|_| counts[usize::try_from(chance.below(8)).expect("small")] += 1);
        assert!(counts.iter().all(|n| (9_500..10_500).contains(n)), "{counts:?}");
        let mean = (0..80_000).map(|_| chance.share()).sum::<f64>() / 80_000.0;
        assert!((0.49..0.51).contains(&mean), "{mean}");
        assert_eq!(Chance::new(1, 2).next(), Chance::new(1, 2).next());
        assert_ne!(Chance::new(1, 2).next(), Chance::new(1, 3).next());
    }
}
