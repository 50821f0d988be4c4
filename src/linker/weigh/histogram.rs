//! How many pairs have which match weight.

use super::model::MOST_ODDS;

/// The width of a bin, in bits.
pub const BIN_BITS: f64 = 4.0;

/// Where the first bin begins, in bits.
pub const LOWEST: f64 = -MOST_ODDS;

/// Bins from one end of the odds to the other.
const BINS: usize = 30;

/// Pairs by bins of their match weight.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Histogram(pub [u64; BINS]);

impl Histogram {
    /// Counts pairs in a bin.
    pub const fn count(&mut self, bin: usize, pairs: u64) {
        self.0[bin] += pairs;
    }

    /// Adds the pairs of another part.
    pub fn add(&mut self, other: &Self) {
        for (all, more) in self.0.iter_mut().zip(other.0) {
            *all += more;
        }
    }
}

/// The bin of a match weight; a bin takes its lower end and not its upper one.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "weights lie between the ends of the histogram"
)]
pub fn bin(odds: f64) -> usize {
    (((odds - LOWEST) / BIN_BITS) as usize).min(BINS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_weight_has_a_bin() {
        assert_eq!([-60.0, -56.1, -56.0, -0.1, 0.0, 3.9, 60.0].map(bin), [0, 0, 1, 14, 15, 15, 29]);
        assert!(bin(MOST_ODDS) + 1 == BINS, "the bins reach from end to end");
    }
}
