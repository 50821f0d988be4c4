//! How the match weights of all pairs lie, and how some of them come about: what a report draws.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde::Serialize;

use super::cluster::Clusters;
use super::score::Evidence;
use super::weigh::{BIN_BITS, Explained, Histogram, LOWEST, Scale, Telling, bin, log2_odds};
use crate::spec::Rules;

/// How many of the commonest patterns of evidence are explained.
const COMMONEST: usize = 3;

/// The fewest pairs of a pattern that is explained for being weak or refused.
const FEWEST_PAIRS: u64 = 10;

/// Pairs that one thread counts at a time.
const PAIRS_PER_STEP: usize = 1 << 14;

/// How the match weights of all pairs lie and come about.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Weighed {
    /// The weight, in log2 odds, of the least probable link.
    pub threshold: f64,
    /// The weight of the least probable pair that is listed for review.
    pub review: f64,
    /// Pairs by match weight, lowest first, without empty bins at either end.
    pub histogram: Vec<Bin>,
    /// How the weight of some patterns of evidence comes about.
    pub patterns: Vec<EvidencePattern>,
}

/// Pairs whose match weight lies between two numbers of bits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Bin {
    /// No less than this.
    pub from: f64,
    /// Less than this.
    pub to: f64,
    /// Pairs.
    pub pairs: u64,
    /// Of these, pairs of one person; those of which nothing could tell are not looked at.
    pub of_one_person: u64,
}

/// A pattern of evidence: the levels at which two records agree.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EvidencePattern {
    /// Why it is shown.
    pub shown_as: &'static str,
    /// Pairs of different datasets that show it and are of one person, or are not if it is shown
    /// as refused.
    pub pairs: u64,
    /// How its weight comes about.
    #[serde(flatten)]
    pub explained: Explained,
}

/// Pairs that may be links, in counts: those of parts of the pairs add up.
#[derive(Clone, Debug, Default)]
pub(super) struct Shares {
    /// Pairs of one person, by weight.
    linked: Histogram,
    /// Pairs across datasets, of one person and not, by their set of levels.
    sets: BTreeMap<usize, [u64; 2]>,
}

impl Shares {
    /// Of the telling pairs, given the clusters that came of them.
    pub fn of(evidence: &Evidence<'_>, scale: &Scale, clusters: &Clusters<'_>) -> Self {
        let parts = evidence.telling.par_chunks(PAIRS_PER_STEP);
        let counted = parts.fold(Self::default, |mut shares, part| {
            part.iter().for_each(|telling| shares.count(telling, evidence, scale, clusters));
            shares
        });
        counted.reduce(Self::default, |mut all, part| {
            all.add(&part);
            all
        })
    }

    fn count(
        &mut self,
        Telling { pair, pattern, weight }: &Telling,
        evidence: &Evidence<'_>,
        scale: &Scale,
        clusters: &Clusters<'_>,
    ) {
        let together = clusters.of(pair.first) == clusters.of(pair.second);
        if together {
            self.linked.count(bin(weight.odds), 1);
        }
        let within = evidence.records.within(pair.first, pair.second);
        if !within && (together || weight.odds >= evidence.least) {
            self.set(scale.shown(*pattern), together);
        }
    }

    /// Counts a pair across datasets that is not of one person though it reaches the threshold.
    pub fn refused(&mut self, set: usize) {
        self.set(set, false);
    }

    fn set(&mut self, set: usize, together: bool) {
        self.sets.entry(set).or_default()[usize::from(!together)] += 1;
    }

    /// Adds those of another part.
    pub fn add(&mut self, part: &Self) {
        self.linked.add(&part.linked);
        for (set, part) in &part.sets {
            let all = self.sets.entry(*set).or_default();
            all.iter_mut().zip(part).for_each(|(all, part)| *all += part);
        }
    }
}

impl Weighed {
    /// From all pairs' weights and the shares of those that may be links.
    pub(super) fn of(rules: &Rules, scale: &Scale, all: &Histogram, shares: &Shares) -> Self {
        Self {
            threshold: log2_odds(rules.threshold),
            review: log2_odds(rules.review),
            histogram: bins(all, &shares.linked),
            patterns: patterns(scale, &shares.sets),
        }
    }
}

fn bins(all: &Histogram, linked: &Histogram) -> Vec<Bin> {
    let bins = (0u32..).zip(all.0.iter().zip(linked.0)).map(|(place, (pairs, of_one_person))| {
        let from = f64::from(place).mul_add(BIN_BITS, LOWEST);
        Bin { from, to: from + BIN_BITS, pairs: *pairs, of_one_person }
    });
    let bins: Vec<Bin> = bins.collect();
    let filled = |bin: &Bin| bin.pairs > 0;
    let first = bins.iter().position(filled).unwrap_or(0);
    let end = bins.iter().rposition(filled).map_or(0, |last| last + 1);
    bins[first.min(end)..end].to_vec()
}

/// The commonest patterns among links, the weakest, and the commonest that was refused.
fn patterns(scale: &Scale, sets: &BTreeMap<usize, [u64; 2]>) -> Vec<EvidencePattern> {
    let explain = |shown_as, set: usize, side: usize| EvidencePattern {
        shown_as,
        pairs: sets[&set][side],
        explained: scale.explain(set),
    };
    let by_count = |side: usize| {
        let mut found: Vec<usize> = sets.keys().copied().filter(|s| sets[s][side] > 0).collect();
        found.sort_by_key(|set| (std::cmp::Reverse(sets[set][side]), *set));
        found
    };
    let linked = by_count(0);
    let mut patterns: Vec<EvidencePattern> = linked
        .iter()
        .take(COMMONEST)
        .map(|set| explain("one of the commonest among links", *set, 0))
        .collect();
    let few = |set: &&usize| sets[*set][0] >= FEWEST_PAIRS;
    let weight = |set: &usize| scale.explain(*set).match_weight;
    let rest = linked.iter().skip(COMMONEST).filter(few);
    let weakest = rest.min_by(|a, b| weight(a).total_cmp(&weight(b)));
    patterns.extend(weakest.map(|set| explain("the weakest among links", *set, 0)));
    let refused = by_count(1).into_iter().find(|set| sets[set][1] >= FEWEST_PAIRS);
    patterns.extend(
        refused.map(|set| explain("the commonest among pairs refused above the threshold", set, 1)),
    );
    patterns
}
