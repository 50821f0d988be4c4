//! Counting equal values of a stream too long to hold: in passes, each over a part of the values.

use std::collections::BTreeMap;

use crate::format::FormatError;

/// The most values held at once: 64 MB.
const MOST_AT_ONCE: u64 = 1 << 22;

/// Values that can be gone through again and again, always the same ones.
pub(super) trait Values {
    /// Gives every value to `take`.
    fn each(&self, take: &mut dyn FnMut(u128)) -> Result<(), FormatError>;
}

/// Gives each distinct value with its count to `take`, in an order that depends on nothing but the
/// values; `number` is how many values there are, roughly.
pub(super) fn distinct(
    values: &impl Values,
    number: u64,
    mut take: impl FnMut(u128, u64),
) -> Result<(), FormatError> {
    in_passes(values, number.div_ceil(MOST_AT_ONCE).max(1), &mut take)
}

fn in_passes(
    values: &impl Values,
    passes: u64,
    take: &mut impl FnMut(u128, u64),
) -> Result<(), FormatError> {
    let mut held = Vec::new();
    for pass in 0..passes {
        held.clear();
        values.each(&mut |value| {
            if passes == 1 || part_of(value) % passes == pass {
                held.push(value);
            }
        })?;
        held.sort_unstable();
        for equal in held.chunk_by(|a, b| a == b) {
            take(equal[0], equal.len() as u64);
        }
    }
    Ok(())
}

/// A number that is spread evenly, whether the value is random already or a small number.
fn part_of(value: u128) -> u64 {
    let bytes = value.to_be_bytes();
    bytes.as_chunks::<8>().0.iter().fold(0, |part, half| mix(part ^ u64::from_be_bytes(*half)))
}

/// Spreads every bit of a number over all of them.
pub(super) const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// How many tokens have each count: all that frequencies tell of a column.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Histogram(BTreeMap<u64, u64>);

impl Histogram {
    pub fn of(values: &impl Values, number: u64) -> Result<Self, FormatError> {
        let mut histogram = Self::default();
        distinct(values, number, |_, count| histogram.add(count))?;
        Ok(histogram)
    }

    pub fn add(&mut self, count: u64) {
        *self.0.entry(count).or_default() += 1;
    }

    /// Distinct tokens.
    pub fn distinct(&self) -> u64 {
        self.0.values().sum()
    }

    /// All tokens, repeats too.
    pub fn total(&self) -> u64 {
        self.0.iter().map(|(count, tokens)| count * tokens).sum()
    }

    /// Counts with how many tokens have each, largest count first.
    pub fn levels(&self) -> impl Iterator<Item = (u64, u64)> {
        self.0.iter().rev().map(|(count, tokens)| (*count, *tokens))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct List(Vec<u128>);

    impl Values for List {
        fn each(&self, take: &mut dyn FnMut(u128)) -> Result<(), FormatError> {
            self.0.iter().for_each(|value| take(*value));
            Ok(())
        }
    }

    #[test]
    fn passes_make_no_difference_to_what_is_counted() {
        let list = List((0..1000).map(|n| (n * n % 97) << (n % 3 * 40)).collect());
        let count = |passes| {
            let mut counts = BTreeMap::new();
            in_passes(&list, passes, &mut |value, count| {
                assert_eq!(counts.insert(value, count), None, "a value came twice");
            })
            .expect("a list is read");
            counts
        };
        let whole = count(1);
        assert!(whole.len() > 100 && whole.values().sum::<u64>() == 1000);
        assert_eq!(count(7), whole);
        assert_eq!(count(5000), whole);
    }
}
