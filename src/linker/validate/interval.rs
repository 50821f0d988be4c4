//! 95 % intervals: of a share of pairs, and of a count of rare events.
//!
//! The pairs of one person are linked or missed together, so that they tell less than as many
//! independent pairs would. A share's interval is Wilson's (1927) at the *effective* number of
//! pairs: the number at which independent pairs would vary as the people do (Cochran, 1977), and no
//! more than there are. Where nothing varies it is Kish's number, the square of the sum of the
//! people's pairs over the sum of the squares.

use serde::Serialize;

/// The 97.5 % point of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

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
    #[expect(clippy::cast_precision_loss, reason = "an interval needs a few digits")]
    pub(super) fn of(people: &[(u64, u64)]) -> Self {
        let sum = |of: fn(&(u64, u64)) -> u64| people.iter().map(of).sum::<u64>();
        let (count, n) = (sum(|person| person.0), sum(|person| person.1));
        if n == 0 {
            return Self::default();
        }
        let share = count as f64 / n as f64;
        let effective = if count == 0 || count == n || people.len() == 1 {
            let squares: f64 = people.iter().map(|(_, n)| (*n as f64).powi(2)).sum();
            (n as f64).powi(2) / squares
        } else {
            let residue = |(count, n): &(u64, u64)| (*n as f64).mul_add(-share, *count as f64);
            let squares: f64 = people.iter().map(|person| residue(person).powi(2)).sum();
            let people = people.len() as f64;
            let variance = squares / (n as f64).powi(2) * people / (people - 1.0);
            (share * (1.0 - share) / variance).min(n as f64)
        };
        let (low, high) = wilson(share, effective);
        let low = if count == 0 { 0.0 } else { low };
        let high = if count == n { 1.0 } else { high };
        Self { n, count, share: Some(share), low: Some(low), high: Some(high) }
    }
}

/// Wilson's interval of a share of n trials.
fn wilson(share: f64, n: f64) -> (f64, f64) {
    let shrink = 1.0 + Z * Z / n;
    let centre = (share + Z * Z / (2.0 * n)) / shrink;
    let half = Z / shrink * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    ((centre - half).max(0.0), (centre + half).min(1.0))
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
    fn people_of_one_pair_have_wilsons_interval() {
        // 81 of 263, as in Newcombe (1998), table I.
        let (low, high) = wilson(81.0 / 263.0, 263.0);
        assert_is(low, 0.2553, 5e-5);
        assert_is(high, 0.3662, 5e-5);
        let people: Vec<(u64, u64)> = (0..263).map(|n| (u64::from(n < 81), 1)).collect();
        let share = Share::of(&people);
        assert_eq!((share.n, share.count), (263, 81));
        assert_is(share.low.expect("a share"), low, 2e-4);
        assert_is(share.high.expect("a share"), high, 2e-4);
    }

    #[test]
    fn pairs_of_one_person_tell_as_much_as_one() {
        // A hundred people of six pairs each, all of a piece.
        let people: Vec<(u64, u64)> = (0..100).map(|n| (6 * u64::from(n < 90), 6)).collect();
        let single: Vec<(u64, u64)> = people.iter().map(|(count, _)| (count / 6, 1)).collect();
        let (sixfold, single) = (Share::of(&people), Share::of(&single));
        assert_is(sixfold.low.expect("a share"), single.low.expect("a share"), 1e-9);
        assert_is(sixfold.high.expect("a share"), single.high.expect("a share"), 1e-9);
    }

    #[test]
    fn none_all_and_nothing_have_intervals_within_bounds() {
        assert_eq!(Share::of(&[]), Share::default());
        assert_eq!(Share::of(&[(0, 0)]), Share::default());
        let none = Share::of(&[(0, 1); 20]);
        assert_eq!((none.low, none.share), (Some(0.0), Some(0.0)));
        assert_is(none.high.expect("a share"), 0.1611, 1e-4);
        let all = Share::of(&[(1, 1); 20]);
        assert_eq!((all.high, all.share), (Some(1.0), Some(1.0)));
        assert_is(all.low.expect("a share"), 0.8389, 1e-4);
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
