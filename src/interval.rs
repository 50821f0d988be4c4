//! A share and how far chance may have moved it.
//!
//! The interval is Wilson's (1927), at 95 %. Pairs of one child are linked or missed together, so
//! that they tell less than as many independent pairs would: over clusters the interval is taken at
//! the *effective* number of pairs, as is usual for samples of clusters (Franco, Little, Louis and
//! Slud, 2019). That is p(1−p) over the variance of the ratio between clusters (Cochran, 1977,
//! linearised), and no more than the number of pairs. Where nothing varies (none or all of the
//! pairs count, or there is one cluster) it is Kish's number for clusters that are of one piece,
//! the square of the sum of their sizes over the sum of the squares.
//!
//! It assumes that the clusters are independent and the truth a sample of what one wants to know
//! about. It says nothing of whether made-up records are like real ones.

use serde::Serialize;

/// The 97.5 % point of the normal distribution.
pub const Z: f64 = 1.959_963_984_540_054;

/// A share with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The share that was found, 0 to 1.
    pub share: f64,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

/// A share as it grows, cluster by cluster.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ratio {
    /// Those that count.
    pub part: u64,
    /// All of them.
    pub whole: u64,
    clusters: u64,
    part_squared: u128,
    product: u128,
    whole_squared: u128,
}

impl Ratio {
    /// A cluster of which `part` of `whole` count.
    pub fn add(&mut self, part: u64, whole: u64) {
        if whole == 0 {
            return;
        }
        let (wide_part, wide_whole) = (u128::from(part), u128::from(whole));
        self.part += part;
        self.whole += whole;
        self.clusters += 1;
        self.part_squared += wide_part * wide_part;
        self.product += wide_part * wide_whole;
        self.whole_squared += wide_whole * wide_whole;
    }

    /// The share and its interval; none if there is nothing to have a share of.
    #[must_use]
    pub fn estimate(&self) -> Option<Estimate> {
        let share = share(self.part, self.whole)?;
        let (low, high) = wilson(share, self.effective(share));
        Some(Estimate { share, low, high })
    }

    /// How many independent trials would tell as much.
    #[expect(clippy::cast_precision_loss, reason = "an interval needs a few digits")]
    fn effective(&self, share: f64) -> f64 {
        let (whole, clusters) = (self.whole as f64, self.clusters as f64);
        let of_one_piece = whole * whole / self.whole_squared as f64;
        if self.clusters == 1 || self.part == 0 || self.part == self.whole {
            return of_one_piece;
        }
        let squares = share.mul_add(
            share.mul_add(self.whole_squared as f64, -2.0 * self.product as f64),
            self.part_squared as f64,
        );
        let variance = squares.max(0.0) / (whole * whole) * clusters / (clusters - 1.0);
        (share * (1.0 - share) / variance).min(whole)
    }
}

/// A share of a count; none of nothing.
#[must_use]
pub fn share(part: u64, whole: u64) -> Option<f64> {
    #[expect(clippy::cast_precision_loss, reason = "counts of pairs are far below 2^53")]
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The difference of two shares in their pooled standard deviations; none if neither varies and
/// they differ.
#[must_use]
pub fn standardised_difference((one, other): (f64, f64)) -> Option<f64> {
    let variance = f64::midpoint(one * (1.0 - one), other * (1.0 - other));
    let difference = one - other;
    if variance > 0.0 {
        Some(difference / variance.sqrt())
    } else {
        (difference.abs() < f64::EPSILON).then_some(0.0)
    }
}

/// Wilson's interval of a share of n trials.
#[must_use]
pub fn wilson(share: f64, n: f64) -> (f64, f64) {
    let shrink = 1.0 + Z * Z / n;
    let centre = (share + Z * Z / (2.0 * n)) / shrink;
    let half = Z / shrink * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let low = if share > 0.0 { (centre - half).max(0.0) } else { 0.0 };
    let high = if share < 1.0 { (centre + half).min(1.0) } else { 1.0 };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(clusters: &[(u64, u64)]) -> Ratio {
        let mut ratio = Ratio::default();
        clusters.iter().for_each(|(part, whole)| ratio.add(*part, *whole));
        ratio
    }

    #[track_caller]
    fn assert_is(estimate: Option<Estimate>, wanted: [f64; 3]) {
        let Estimate { share, low, high } = estimate.expect("a share");
        for (found, wanted) in [share, low, high].into_iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-4, "{share} {low} {high}, not {wanted}");
        }
    }

    #[test]
    fn independent_trials_have_wilsons_interval() {
        // 81 of 263, as in Newcombe (1998), table I; the clusters are of one pair each, so that
        // only k/(k−1) lies between.
        let trials: Vec<(u64, u64)> = (0..263).map(|n| (u64::from(n < 81), 1)).collect();
        let (low, high) = wilson(81.0 / 263.0, 263.0);
        assert!((low - 0.2553).abs() < 5e-5 && (high - 0.3662).abs() < 5e-5, "{low} {high}");
        let estimate = ratio(&trials).estimate().expect("a share");
        assert!((estimate.low - low).abs() < 2e-4 && (estimate.high - high).abs() < 2e-4);
        // 0 of 20, and 20 of 20.
        assert_is(ratio(&[(0, 1); 20]).estimate(), [0.0, 0.0, 0.1611]);
        assert_is(ratio(&[(1, 1); 20]).estimate(), [1.0, 0.8389, 1.0]);
    }

    #[test]
    fn a_standardised_difference_is_in_standard_deviations() {
        let half_and_more = standardised_difference((0.6, 0.5)).expect("they vary");
        assert!((half_and_more - 0.1 / 0.245f64.sqrt()).abs() < 1e-12);
        assert_eq!(standardised_difference((1.0, 1.0)), Some(0.0));
        assert_eq!(standardised_difference((1.0, 0.0)), None);
    }

    #[test]
    fn clusters_of_one_piece_tell_as_much_as_one_trial_each() {
        let pieces: Vec<(u64, u64)> = (0..100).map(|n| (6 * u64::from(n < 90), 6)).collect();
        let found = ratio(&pieces).effective(0.9);
        assert!((found - 99.0).abs() < 1e-6, "{found}");
        assert!((ratio(&[(6, 6); 100]).effective(1.0) - 100.0).abs() < 1e-9);
        // Sizes 3, 1 and 1: 25 over 11.
        assert!((ratio(&[(3, 3), (1, 1), (1, 1)]).effective(1.0) - 25.0 / 11.0).abs() < 1e-9);
    }

    #[test]
    fn the_variance_between_clusters_is_as_by_hand() {
        // Shares 2 of 3, 1 of 1, 0 of 2: p = 1/2, residues 1/2, 1/2 and −1; the variance is
        // 1.5 / 36 · 3/2 = 1/16, and p(1−p) over it is 4.
        let three = ratio(&[(2, 3), (1, 1), (0, 2)]);
        assert!((three.effective(0.5) - 4.0).abs() < 1e-9);
        assert_is(three.estimate(), [0.5, 0.1500, 0.8500]);
    }

    #[test]
    fn a_share_of_nothing_has_no_estimate_and_extremes_stay_within_bounds() {
        assert_eq!(ratio(&[(0, 0)]).estimate(), None);
        assert_is(ratio(&[(1, 2)]).estimate(), [0.5, 0.0546, 0.9454]);
        // As many in each cluster: never more than the number of pairs.
        assert!((ratio(&[(1, 2); 8]).effective(0.5) - 16.0).abs() < 1e-9);
        let most = u64::from(u32::MAX) * u64::from(u32::MAX - 1) / 2;
        let huge = ratio(&[(most / 3, most), (0, 1)]).estimate().expect("a share");
        assert!(huge.low >= 0.0 && huge.low < huge.share && huge.share < huge.high);
    }
}
