//! 95 % intervals: of a share of pairs, whose clusters are people, and of a count of rare events.

use serde::Serialize;

use crate::interval::{Ratio, Z};

/// How many of some pairs count, as a share with its 95 % interval.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Share {
    /// The pairs.
    pub n: u64,
    /// Those that count.
    pub count: u64,
    /// Their share, 0 to 1; none of nothing.
    pub share: Option<f64>,
    /// The ends of its interval.
    pub low: Option<f64>,
    /// The upper end.
    pub high: Option<f64>,
}

impl Share {
    /// The share over people, each given as how many pairs of its own count and how many it has.
    pub(super) fn of(people: &[(u64, u64)]) -> Self {
        let mut ratio = Ratio::default();
        people.iter().for_each(|(count, n)| ratio.add(*count, *n));
        let estimate = ratio.estimate();
        Self {
            n: ratio.whole,
            count: ratio.part,
            share: estimate.map(|estimate| estimate.share),
            low: estimate.map(|estimate| estimate.low),
            high: estimate.map(|estimate| estimate.high),
        }
    }
}

/// Byar's interval of the expected number of events, given how many there were (Breslow and Day,
/// 1987).
#[expect(clippy::cast_precision_loss, reason = "an interval needs a few digits")]
pub(super) fn byar(events: u64) -> (f64, f64) {
    let end = |n: f64, z: f64| n * (z / n.sqrt()).mul_add(1.0 / 3.0, 1.0 - 1.0 / (9.0 * n)).powi(3);
    let low = if events == 0 { 0.0 } else { end(events as f64, -Z) };
    (low, end(events as f64 + 1.0, Z))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_is(found: f64, wanted: f64, within: f64) {
        assert!((found - wanted).abs() < within, "{found}, not {wanted}");
    }

    #[test]
    fn people_are_the_clusters_of_a_share() {
        assert_eq!(Share::of(&[]), Share::default());
        assert_eq!(Share::of(&[(0, 0)]), Share::default());
        // As many as three people of one pair each would tell.
        let (of_three, of_one) = (Share::of(&[(4, 4); 3]), Share::of(&[(1, 1); 3]));
        assert_eq!((of_three.n, of_three.count, of_three.share), (12, 12, Some(1.0)));
        assert_eq!((of_three.low, of_three.high), (of_one.low, of_one.high));
        let one = Share::of(&[(1, 3)]);
        assert!(one.low < one.share && one.share < one.high);
    }

    #[test]
    fn byars_interval_is_near_the_exact_one() {
        // Exact (Garwood, 1936): 0 to 3.69, 4.80 to 18.39, 81.36 to 121.63.
        for (events, low, high) in [(0, 0.0, 3.69), (10, 4.80, 18.39), (100, 81.36, 121.63)] {
            let found = byar(events);
            assert_is(found.0, low, 0.02);
            assert_is(found.1, high, 0.03);
        }
    }
}
