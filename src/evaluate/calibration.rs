//! Whether links are as often true as the map says.
//!
//! The map gives each linked record the probability of its strongest link, and the person that it
//! is of, but not the record at the link's other end. So the share of true links is enclosed. A
//! link cannot be true unless *another* record of the person is of the record's entity, and
//! cannot be false if *every* record of the person is. In a person of two records the two are the
//! same.

use serde::Serialize;

use super::read::Labelled;
use crate::interval::{Estimate, Ratio, share};

/// The bounds of the bands; each band has its lower one, and the last its upper one too. In the
/// map's precision, so that what the map has as 0.9 is not below it.
const BOUNDS: [f32; 10] = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0];
/// The same in the precision of the report.
const SHOWN_BOUNDS: [f64; 10] = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1.0];

/// Linked records by the probability of their links.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Calibration {
    /// The bands that hold records, by rising probability.
    pub bands: Vec<Band>,
    /// All of them; none if no record can be judged.
    pub all: Option<Band>,
    /// Records with a probability that cannot be judged: the truth knows no other record of their
    /// person, or not all of them.
    pub not_judged: u64,
}

/// Records whose links have a probability from one bound up to another.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Band {
    /// The lower bound, which is of the band.
    pub from: f64,
    /// The upper bound, which is of the next band, if there is one.
    pub to: f64,
    /// Records.
    pub records: u64,
    /// The mean of their probabilities.
    pub claimed: f64,
    /// The share with at least one other record of their entity in their person, people being the
    /// clusters of its interval: no fewer than have a true link.
    pub right: Estimate,
    /// The share of whose person every record is of their entity: no more than have a true link.
    pub surely_right: f64,
}

/// A band as it fills.
#[derive(Clone, Copy, Default)]
struct Tally {
    claimed: f64,
    right: Ratio,
    surely_right: u64,
}

/// One person's records in a band.
#[derive(Clone, Copy, Default)]
struct Share {
    claimed: f64,
    records: u64,
    right: u64,
    surely_right: u64,
}

/// The calibration of a map; none if it gives no probabilities.
pub(super) fn calibration(labelled: &Labelled) -> Option<Calibration> {
    let records = &labelled.records;
    if records.iter().all(|record| record.probability.is_none()) {
        return None;
    }
    let mut order: Vec<usize> = (0..records.len()).collect();
    order.sort_by_key(|at| (records[*at].person, records[*at].entity));
    let mut bands = [Tally::default(); BOUNDS.len() - 1];
    let mut all = Tally::default();
    let mut not_judged = 0;
    for person in order.chunk_by(|a, b| records[*a].person == records[*b].person) {
        if person.len() < 2 || labelled.people_with_extra.contains(&records[person[0]].person) {
            let given = person.iter().filter(|at| records[**at].probability.is_some());
            not_judged += given.count() as u64;
            continue;
        }
        let shares = shares(labelled, person);
        bands.iter_mut().zip(&shares).for_each(|(band, share)| band.add(share));
        all.add(&shares.iter().copied().fold(Share::default(), Share::and));
    }
    let shown =
        |band: &Tally, from: usize, to: usize| band.shown(SHOWN_BOUNDS[from], SHOWN_BOUNDS[to]);
    let all = shown(&all, 0, BOUNDS.len() - 1);
    let bands = (0..).zip(&bands).filter_map(|(at, band)| shown(band, at, at + 1)).collect();
    Some(Calibration { bands, all, not_judged })
}

/// One person's records in each band; they come entity by entity.
fn shares(labelled: &Labelled, person: &[usize]) -> [Share; BOUNDS.len() - 1] {
    let records = &labelled.records;
    let mut shares = [Share::default(); BOUNDS.len() - 1];
    for alike in person.chunk_by(|a, b| records[*a].entity == records[*b].entity) {
        for probability in alike.iter().filter_map(|at| records[*at].probability) {
            let share = Share {
                claimed: f64::from(probability),
                records: 1,
                right: u64::from(alike.len() > 1),
                surely_right: u64::from(alike.len() == person.len()),
            };
            let band = &mut shares[band_of(probability)];
            *band = band.and(share);
        }
    }
    shares
}

/// The place of the band of a probability.
fn band_of(probability: f32) -> usize {
    let above = BOUNDS.partition_point(|bound| *bound <= probability);
    above.clamp(1, BOUNDS.len() - 1) - 1
}

impl Share {
    fn and(self, more: Self) -> Self {
        Self {
            claimed: self.claimed + more.claimed,
            records: self.records + more.records,
            right: self.right + more.right,
            surely_right: self.surely_right + more.surely_right,
        }
    }
}

impl Tally {
    fn add(&mut self, share: &Share) {
        self.claimed += share.claimed;
        self.right.add(share.right, share.records);
        self.surely_right += share.surely_right;
    }

    fn shown(&self, from: f64, to: f64) -> Option<Band> {
        let records = self.right.whole;
        let right = self.right.estimate()?;
        let surely_right = share(self.surely_right, records)?;
        #[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^53")]
        let claimed = self.claimed / records as f64;
        Some(Band { from, to, records, claimed, right, surely_right })
    }
}

#[cfg(test)]
mod tests {
    use super::super::read::Record;
    use super::*;

    fn labelled(records: &[(u64, u64, Option<f32>)]) -> Labelled {
        let record = |(entity, person, probability): &(u64, u64, Option<f32>)| Record {
            agency: 0,
            entity: *entity,
            person: *person,
            probability: *probability,
        };
        Labelled {
            agencies: vec!["a".to_owned()],
            records: records.iter().map(record).collect(),
            ..Labelled::default()
        }
    }

    #[test]
    fn a_bound_is_of_the_band_above_it() {
        let bands = [0.0, 0.499, 0.5, 0.9, 0.95, 0.999, 1.0].map(band_of);
        assert_eq!(bands, [0, 0, 1, 5, 6, 8, 8]);
    }

    #[test]
    fn shares_are_as_by_hand() {
        let mut labelled = labelled(&[
            // Two records, of one child.
            (1, 1, Some(0.92)),
            (1, 1, Some(0.92)),
            // Two records, of two.
            (2, 2, Some(0.92)),
            (3, 2, Some(0.92)),
            // Three records, of which one is another child's; one link was made without a weight.
            (4, 3, Some(0.999)),
            (4, 3, None),
            (5, 3, Some(0.55)),
            // Alone in the truth, and with a record that the truth lacks.
            (6, 4, Some(0.9)),
            (7, 5, Some(0.9)),
            (7, 5, Some(0.9)),
        ]);
        labelled.people_with_extra.insert(5);
        let calibration = calibration(&labelled).expect("the map has probabilities");
        assert_eq!(calibration.not_judged, 3);
        let shown: Vec<_> = calibration
            .bands
            .iter()
            .map(|band| (band.from, band.records, band.right.share, band.surely_right))
            .collect();
        assert_eq!(shown, [(0.5, 1, 0.0, 0.0), (0.9, 4, 0.5, 0.5), (0.999, 1, 1.0, 0.0)]);
        let all = calibration.all.expect("some were judged");
        assert_eq!(all.records, 6);
        assert!((all.claimed - (4.0 * 0.92 + 0.999 + 0.55) / 6.0).abs() < 1e-6);
        // Two people of the band stand for two trials, whatever the number of their records.
        let band = &calibration.bands[1];
        assert!(band.right.low < 0.1 && band.right.high > 0.9);
    }

    #[test]
    fn a_map_without_probabilities_has_no_calibration() {
        assert_eq!(calibration(&labelled(&[(1, 1, None), (1, 1, None)])), None);
    }
}
