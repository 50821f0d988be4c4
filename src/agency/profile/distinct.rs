//! How many different values a column holds, within bounded memory and without keeping a value.
//!
//! Of each value there is a 64-bit hash, and of the hashes the smallest are kept: all of them up to
//! a bound, and beyond it a sample of the different values that does not depend on their order,
//! with how often each stands (Broder's bottom-k sketch).

use std::collections::HashMap;

use rustc_hash::FxBuildHasher;

/// The different values of one column.
pub struct Distinct {
    bound: usize,
    kept: HashMap<u64, u64, FxBuildHasher>,
    /// No hash above this is kept.
    largest: u64,
}

/// How many different values there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    /// Different values found; if `more`, there are more than this.
    pub values: u64,
    /// Whether there are more.
    pub more: bool,
    /// Of these values, those that stand in more than one cell.
    pub repeated: u64,
}

impl Distinct {
    /// None yet; `bound` is the most values that are counted one by one.
    pub fn new(bound: usize) -> Self {
        Self { bound, kept: HashMap::default(), largest: u64::MAX }
    }

    /// Takes a value, by its hash.
    pub fn add(&mut self, hash: u64) {
        self.add_times(hash, 1);
    }

    /// Takes all that another has taken.
    pub fn merge(&mut self, other: &Self) {
        // The order of a map's entries has no say: what is kept does not depend on it.
        #[allow(clippy::iter_over_hash_type, reason = "what is kept does not depend on the order")]
        for (hash, times) in &other.kept {
            self.add_times(*hash, *times);
        }
        self.largest = self.largest.min(other.largest);
        self.prune();
    }

    /// The counts.
    pub fn counted(&mut self) -> Counted {
        self.cut();
        let repeated = self.kept.values().filter(|times| **times > 1).count() as u64;
        let more = self.largest < u64::MAX;
        Counted { values: self.kept.len() as u64, more, repeated }
    }

    fn add_times(&mut self, hash: u64, times: u64) {
        if hash <= self.largest {
            *self.kept.entry(hash).or_default() += times;
            self.prune();
        }
    }

    /// Cuts only when there are twice too many, so that it seldom happens.
    fn prune(&mut self) {
        if self.kept.len() > 2 * self.bound {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.largest < u64::MAX {
            let largest = self.largest;
            self.kept.retain(|hash, _| *hash <= largest);
        }
        if self.kept.len() > self.bound {
            let mut hashes: Vec<u64> = self.kept.keys().copied().collect();
            let (_, largest, _) = hashes.select_nth_unstable(self.bound - 1);
            self.largest = *largest;
            let largest = self.largest;
            self.kept.retain(|hash, _| *hash <= largest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixed(n: u64) -> u64 {
        n.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }

    fn of(values: impl Iterator<Item = u64>, bound: usize) -> Distinct {
        let mut distinct = Distinct::new(bound);
        values.for_each(|n| distinct.add(mixed(n)));
        distinct
    }

    #[test]
    fn up_to_the_bound_the_count_is_exact() {
        let counted = of((0..100).chain(0..40), 100).counted();
        assert_eq!(counted, Counted { values: 100, more: false, repeated: 40 });
    }

    #[test]
    fn beyond_the_bound_memory_is_bounded_and_a_sample_tells_of_repeats() {
        let values = || (0..10_000).chain(0..5_000);
        let mut all = of(values(), 1000);
        assert!(all.kept.len() <= 2000);
        let counted = all.counted();
        assert_eq!((counted.values, counted.more), (1000, true));
        assert!((400..600).contains(&counted.repeated), "{counted:?}");
        assert_eq!(of(0..10_000, 1000).counted().repeated, 0);
    }

    #[test]
    fn the_parts_of_an_input_count_as_the_whole_in_any_order() {
        let whole = of((0..3000).chain(1000..4000), 500).counted();
        let parts = || [of(0..1500, 500), of(1500..3000, 500), of(1000..4000, 500)];
        let merged = |parts: Vec<Distinct>| {
            let mut all = Distinct::new(500);
            parts.iter().for_each(|part| all.merge(part));
            all.counted()
        };
        assert_eq!(merged(parts().into()), whole);
        assert_eq!(merged(parts().into_iter().rev().collect()), whole);
    }
}
