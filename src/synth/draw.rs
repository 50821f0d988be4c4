//! Chance: a seeded generator whose numbers are the same on every machine.

/// What a rate is given in: events per 100,000.
pub(super) const WHOLE: u32 = 100_000;

/// A stream of random numbers: `SplitMix64` (Steele, Lea and Flood, 2014). All draws are made in
/// whole numbers, so that no machine rounds them differently.
#[derive(Clone, Debug)]
pub(super) struct Draw(u64);

impl Draw {
    /// The stream of a purpose and of one of its many things, such as a family.
    pub(super) fn new(seed: u64, purpose: Purpose, which: u64) -> Self {
        let mut start = Self(mix(seed ^ mix(purpose as u64)));
        let seed = start.next() ^ mix(which.wrapping_add(GAMMA));
        Self(mix(seed))
    }

    /// The next 64 bits.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GAMMA);
        mix(self.0)
    }

    /// A number from 0 to `n - 1`; 0 if `n` is 0.
    pub(super) fn below(&mut self, n: u32) -> u32 {
        (((self.next() >> 32) * u64::from(n)) >> 32) as u32
    }

    /// A number from `low` to `high`, both among them.
    pub(super) fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// Whether an event of this rate happens.
    pub(super) fn happens(&mut self, rate: u32) -> bool {
        self.below(WHOLE) < rate
    }

    /// Whether an event happens that has `percent` of a hundred chances.
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// A place in a list of `length` things.
    pub(super) fn place(&mut self, length: usize) -> usize {
        self.below(u32::try_from(length).expect("lists are short")) as usize
    }

    /// One of the things; each is as likely.
    pub(super) fn one<'a, T>(&mut self, things: &'a [T]) -> &'a T {
        &things[self.place(things.len())]
    }

    /// A place in a list of weights, each as likely as it is heavy.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> usize {
        let mut left = self.below(weights.iter().sum());
        for (place, &weight) in weights.iter().enumerate() {
            if left < weight {
                return place;
            }
            left -= weight;
        }
        0
    }

    /// Puts things in an order of chance (Fisher and Yates).
    pub(super) fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            let other = self.place(last + 1);
            things.swap(last, other);
        }
    }
}

/// What a stream is for; streams of different purposes are independent.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    Births = 1,
    Family,
    Records,
    Order,
    NhsNumbers,
    PupilNumbers,
    LearnerNumbers,
    Properties,
    RecordIds,
    Geography,
    Fashion,
}

const GAMMA: u64 = 0x9E37_79B9_7F4A_7C15;

/// Spreads every bit of a number over all of them.
pub(super) const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stream_is_the_published_one() {
        let mut draw = Draw(1_234_567);
        let first: Vec<u64> = (0..3).map(|_| draw.next()).collect();
        assert_eq!(
            first,
            [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]
        );
    }

    #[test]
    fn rates_are_what_they_say() {
        let mut draw = Draw::new(7, Purpose::Order, 0);
        let happened = (0..100_000).filter(|_| draw.happens(20_000)).count();
        assert!((19_500..20_500).contains(&happened), "{happened}");
        let mut counts = [0; 3];
        (0..60_000).for_each(|_| counts[draw.weighted(&[1, 2, 3])] += 1);
        assert!((9_500..10_500).contains(&counts[0]) && (29_000..31_000).contains(&counts[2]));
    }
}
