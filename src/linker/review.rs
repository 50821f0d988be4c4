//! Pairs for a person to look at: links that were refused, and links that were nearly made or hang
//! by little.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::cluster::{Clusters, Conflict};
use super::pairs::{Pair, PatternNo};
use super::records::{DatasetIx, RecordIx};
use super::score::Evidence;
use super::weigh::{Telling, log2_odds};
use crate::spec::Rules;

/// A second-best partner this close to the best one, in bits, makes the best one doubtful.
const CLOSE: f64 = 3.0;

/// Why a pair that is not linked is worth a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reason {
    /// Probable enough, but a constraint or the evidence of the rest of the clusters forbade it.
    KeptApart(Conflict),
    /// Probable enough, but another partner is as good.
    Rivals,
    /// An identifying number agrees and nothing else.
    IdentifierAlone,
    /// Nearly as good as a link that was made.
    CloseSecond,
    /// Below the threshold, but not below that for review.
    Band,
}

/// A pair worth a look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Doubt {
    pub pair: Pair,
    pub pattern: PatternNo,
    pub reason: Reason,
    /// The pair's match weight, in log2 odds.
    pub weight: f64,
}

/// The least log2 odds of a pair that may be worth a look.
pub(super) fn least_odds(rules: &Rules) -> f64 {
    log2_odds(rules.review).min(log2_odds(rules.threshold) - CLOSE)
}

/// The pairs worth a look, in ascending order. `refused` are links that were not made, by their
/// place among the telling pairs.
pub(super) fn doubts(
    evidence: &Evidence<'_>,
    clusters: &Clusters<'_>,
    refused: &BTreeMap<usize, Reason>,
) -> Vec<Doubt> {
    let best = best_links(evidence, clusters);
    let band = log2_odds(evidence.linkage.rules.review);
    let mut doubts = Vec::new();
    for (place, Telling { pair, pattern, weight }) in evidence.telling.iter().enumerate() {
        let (pair, pattern, weight) = (*pair, *pattern, weight.odds);
        if clusters.of(pair.first) == clusters.of(pair.second) {
            continue;
        }
        let close = |side| {
            let best = best.get(side).copied().flatten();
            best.is_some_and(|best| weight >= best - CLOSE)
        };
        let reason = if let Some(reason) = refused.get(&place) {
            Some(*reason)
        } else if weight >= evidence.least && !evidence.more_than_identifiers(pattern) {
            Some(Reason::IdentifierAlone)
        } else if sides(evidence, pair).iter().any(close) {
            Some(Reason::CloseSecond)
        } else {
            (weight >= band).then_some(Reason::Band)
        };
        doubts.extend(reason.map(|reason| Doubt { pair, pattern, reason, weight }));
    }
    doubts
}

/// A record, and a dataset in which it has a pair.
type Side = (RecordIx, DatasetIx);

fn sides(evidence: &Evidence<'_>, pair: Pair) -> [Side; 2] {
    let Pair { first, second } = pair;
    [(first, second), (second, first)].map(|(own, other)| (own, evidence.records.dataset_of(other)))
}

/// For each side of a telling pair that is not linked, the weight of the best link there, if any.
fn best_links(evidence: &Evidence<'_>, clusters: &Clusters<'_>) -> FxHashMap<Side, Option<f64>> {
    let apart = |pair: Pair| clusters.of(pair.first) != clusters.of(pair.second);
    let mut best: FxHashMap<Side, Option<f64>> = FxHashMap::default();
    for telling in evidence.telling.iter().filter(|telling| apart(telling.pair)) {
        best.extend(sides(evidence, telling.pair).map(|side| (side, None)));
    }
    for telling in evidence.telling.iter().filter(|telling| !apart(telling.pair)) {
        let weight = telling.weight.odds;
        for side in sides(evidence, telling.pair) {
            if let Some(known) = best.get_mut(&side).filter(|_| weight >= evidence.least) {
                *known = Some(known.map_or(weight, |known| known.max(weight)));
            }
        }
    }
    best
}
