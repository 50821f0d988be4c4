//! Whether figures keep the limits, with a floor for small tables.

use serde::Serialize;

use super::column::{ColumnFigures, float};
use crate::spec::TokenLimits;

/// A token that no more records have than this is never held to be common. An attack by
/// frequencies ranks counts, and counts below ten owe more to chance than to the value (ten vary
/// by three); in a table of fewer than 20,000 records 0.05 % would be less than that.
const FEWEST_TO_RANK: f64 = 10.0;

/// Less than one record in expectation is no re-identification, however small the table.
const FEWEST_NAMED: f64 = 1.0;

/// What became of a column against the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every limit that could be judged is kept.
    Pass,
    /// A limit is exceeded.
    Fail,
    /// A limit is exceeded, and the spec accepts the recipe's risk by name.
    Waived,
}

/// A column judged.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Judged {
    /// What became of it.
    pub outcome: Outcome,
    /// The limits that are exceeded: `largest_share`, `rank_match`, `rank_top20`.
    pub exceeded: Vec<&'static str>,
    /// The limits that could not be judged.
    pub not_judged: Vec<&'static str>,
}

/// What rank matching found in a column, as records and of the twenty commonest tokens.
pub(super) type Named = (f64, f64);

/// Judges a column; of several attacks the one that finds most counts.
pub(super) fn judge(
    limits: &TokenLimits,
    records: u64,
    figures: &ColumnFigures,
    attacks: &[Named],
    accepted: bool,
) -> Judged {
    let most = |share: f64, floor: f64| f64::max(share * float(records), floor);
    let mut exceeded = Vec::new();
    if float(figures.largest_count) > most(limits.largest_share, FEWEST_TO_RANK) {
        exceeded.push("largest_share");
    }
    if attacks.iter().any(|(named, _)| *named > most(limits.rank_match, FEWEST_NAMED)) {
        exceeded.push("rank_match");
    }
    if attacks.iter().any(|(_, top)| *top > float(limits.rank_top20)) {
        exceeded.push("rank_top20");
    }
    let not_judged = if attacks.is_empty() { vec!["rank_match", "rank_top20"] } else { Vec::new() };
    let outcome = match (exceeded.is_empty(), accepted) {
        (true, _) => Outcome::Pass,
        (false, true) => Outcome::Waived,
        (false, false) => Outcome::Fail,
    };
    Judged { outcome, exceeded, not_judged }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(largest_count: u64) -> ColumnFigures {
        ColumnFigures {
            records_with_token: 0,
            null_share: 0.0,
            tokens: 0,
            distinct: 0,
            largest_count,
            largest_shares: Vec::new(),
            unique_share: 0.0,
            entropy_bits: 0.0,
            min_entropy_bits: 0.0,
            neighbours: 0.0,
        }
    }

    fn outcome(records: u64, largest: u64, attacks: &[Named], accepted: bool) -> Judged {
        judge(&TokenLimits::default(), records, &figures(largest), attacks, accepted)
    }

    #[test]
    fn limits_are_shares_of_a_large_table() {
        assert_eq!(outcome(200_000, 100, &[(200.0, 1.0)], false).outcome, Outcome::Pass);
        let over = outcome(200_000, 101, &[(0.0, 0.0), (201.0, 1.1)], false);
        assert_eq!(over.outcome, Outcome::Fail);
        assert_eq!(over.exceeded, ["largest_share", "rank_match", "rank_top20"]);
    }

    #[test]
    fn a_small_table_is_not_judged_by_one_record() {
        assert_eq!(outcome(500, 10, &[(1.0, 0.5)], false).outcome, Outcome::Pass);
        assert_eq!(outcome(500, 11, &[], false).exceeded, ["largest_share"]);
        assert_eq!(outcome(500, 1, &[(1.5, 0.0)], false).exceeded, ["rank_match"]);
    }

    #[test]
    fn a_waiver_shows_what_it_waives() {
        let waived = outcome(1000, 500, &[], true);
        assert_eq!((waived.outcome, waived.exceeded.len()), (Outcome::Waived, 1));
        assert_eq!(waived.not_judged, ["rank_match", "rank_top20"]);
        assert_eq!(outcome(1000, 5, &[], true).outcome, Outcome::Pass);
    }
}
