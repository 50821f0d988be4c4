//! Pairs for a person to look at: links that were refused, and links that were nearly made or hang
//! by little.

use std::collections::BTreeMap;

use rayon::prelude::*;
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

/// How many pairs are worth a look, by why.
pub(super) fn by_reason(doubts: &[Doubt]) -> BTreeMap<Reason, u64> {
    let mut pairs = BTreeMap::new();
    doubts.iter().for_each(|doubt| *pairs.entry(doubt.reason).or_default() += 1);
    pairs
}

/// The pairs worth a look, in ascending order. `refused` are links that were not made, by their
/// place among the telling pairs.
pub(super) fn doubts(
    evidence: &Evidence<'_>,
    clusters: &Clusters<'_>,
    refused: &BTreeMap<usize, Reason>,
    best: &Best,
) -> Vec<Doubt> {
    let rules = &evidence.linkage.rules;
    let doubt = |(place, Telling { pair, pattern, weight }): (usize, &Telling)| {
        let (pair, pattern, weight) = (*pair, *pattern, weight.odds);
        if clusters.of(pair.first) == clusters.of(pair.second) {
            return None;
        }
        let reason = refused.get(&place).copied().or_else(|| {
            let best = sides(evidence, pair).map(|side| best.of(side));
            reason(rules, weight, evidence.more_than_identifiers(pattern), best)
        });
        reason.map(|reason| Doubt { pair, pattern, reason, weight })
    };
    evidence.telling.par_iter().enumerate().filter_map(doubt).collect()
}

/// Why a telling pair that is not linked and was not refused is worth a look, if it is: by its log2
/// odds, whether it agrees in more than an identifier, and the best link of each of its sides.
pub(super) fn reason(
    rules: &Rules,
    weight: f64,
    more_than_identifiers: bool,
    best: [Option<f64>; 2],
) -> Option<Reason> {
    if weight >= log2_odds(rules.threshold) && !more_than_identifiers {
        Some(Reason::IdentifierAlone)
    } else if best.iter().flatten().any(|best| weight >= best - CLOSE) {
        Some(Reason::CloseSecond)
    } else {
        (weight >= log2_odds(rules.review)).then_some(Reason::Band)
    }
}

/// A record, and a dataset in which it has a pair.
pub(super) type Side = (RecordIx, DatasetIx);

fn sides(evidence: &Evidence<'_>, pair: Pair) -> [Side; 2] {
    let Pair { first, second } = pair;
    [(first, second), (second, first)].map(|(own, other)| (own, evidence.records.dataset_of(other)))
}

/// For each side of a telling pair that is not linked, the weight of the best link there, if any.
pub(super) struct Best(FxHashMap<Side, Option<f64>>);

impl Best {
    /// Looks at the telling pairs that are linked; for the others among them, and for these sides of
    /// pairs that are not at hand.
    pub fn of_links(
        evidence: &Evidence<'_>,
        clusters: &Clusters<'_>,
        elsewhere: impl Iterator<Item = Side>,
    ) -> Self {
        let apart = |pair: Pair| clusters.of(pair.first) != clusters.of(pair.second);
        let telling = evidence.telling.par_iter();
        let of_apart = telling.clone().filter(|telling| apart(telling.pair));
        let asked = of_apart.flat_map_iter(|telling| sides(evidence, telling.pair));
        let asked: Vec<Side> = asked.collect();
        let asked = elsewhere.chain(asked);
        let mut best: FxHashMap<Side, Option<f64>> = asked.map(|side| (side, None)).collect();
        let links = telling.filter(|telling| telling.weight.odds >= evidence.least);
        let links = links.filter(|telling| !apart(telling.pair)).flat_map_iter(|telling| {
            sides(evidence, telling.pair).map(|side| (side, telling.weight.odds))
        });
        let links: Vec<(Side, f64)> = links.filter(|(side, _)| best.contains_key(side)).collect();
        for (side, weight) in links {
            let known = best.entry(side).or_default();
            *known = Some(known.map_or(weight, |known| known.max(weight)));
        }
        Self(best)
    }

    /// The weight of the best link of a side that was looked at.
    pub fn of(&self, side: Side) -> Option<f64> {
        self.0.get(&side).copied().flatten()
    }
}
