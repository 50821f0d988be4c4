//! Probabilistic decisions: weigh every candidate pair, then cluster the strongest links first.

use std::collections::BTreeMap;

use super::block::{Candidates, Pair};
use super::cluster::Clusters;
use super::compare::{Compared, Pattern};
use super::decide::{Decided, KeyCount, LinkedBy, Partners, first_key, people};
use super::records::{RecordIx, Records};
use super::review::{Reason, doubts};
use super::weigh::{ModelError, ModelFile, Weighed, Weight, log2_odds, weigh};
use crate::observe::Observer;
use crate::spec::Linkage;

/// The most that one pair's evidence counts for or against a union of clusters, in bits.
const MOST_EVIDENCE: f64 = 9.0;

/// What a pair that was never compared counts against a union, in bits: it shares no block.
const NOT_COMPARED: f64 = -1.5;

/// Weighs the candidate pairs and clusters the records, strongest links first.
pub(super) fn score(
    compared: &Compared<'_>,
    given: Option<&ModelFile>,
    observer: &dyn Observer,
) -> Result<Decided, ModelError> {
    observer.stage("score", None);
    let Weighed { weights, unopposed, model } = weigh(compared, given)?;
    let evidence = Evidence::new(compared, &weights);
    let links = evidence.links();
    observer.stage("cluster", Some(links.len() as u64));
    let sole = |a, b| evidence.sole(a, b);
    let mut linking = Linking::new(&evidence, &sole);
    for run in links.chunk_by(|a, b| a.weight == b.weight) {
        linking.link(run);
        observer.advance(run.len() as u64);
    }
    Ok(Decided {
        people: people(compared.records, &linking.clusters),
        doubts: doubts(&evidence, &linking.clusters, &linking.refused),
        ties: evidence.ties(&unopposed),
        linked_by: linking.linked_by,
        keys: linking.keys,
        model: Some(model),
    })
}

/// A candidate pair that is probable enough to be a link.
struct ScoredLink {
    /// The pair's place among the candidates.
    place: usize,
    pair: Pair,
    weight: Weight,
}

/// What is known of the candidate pairs.
pub(super) struct Evidence<'e> {
    pub linkage: &'e Linkage,
    pub records: &'e Records,
    pub candidates: &'e Candidates,
    patterns: &'e [Pattern],
    pub weights: &'e [Weight],
    /// The log2 odds of the least probable link.
    pub least: f64,
    /// The recipes that are an identifier and nothing else, as bits.
    identifiers: u32,
    /// The recipes that are looked at, as bits.
    visible: u32,
}

impl<'e> Evidence<'e> {
    fn new(compared: &Compared<'e>, weights: &'e [Weight]) -> Self {
        let Compared { linkage, records, candidates, patterns, visible, .. } = *compared;
        let least = log2_odds(linkage.rules.threshold);
        let identifiers = linkage.identifiers();
        Self { linkage, records, candidates, patterns, weights, least, identifiers, visible }
    }

    /// Whether two records agree in more than an identifier: it is strong evidence, and never the
    /// only evidence, since a mistyped number may be another child's.
    pub fn more_than_identifiers(&self, place: usize) -> bool {
        self.patterns[place].agree & !self.identifiers != 0
    }

    /// The pairs that reach the threshold, by falling weight.
    fn links(&self) -> Vec<ScoredLink> {
        let mut links: Vec<ScoredLink> = self
            .candidates
            .pairs
            .iter()
            .enumerate()
            .filter(|(place, _)| self.more_than_identifiers(*place))
            .map(|(place, pair)| ScoredLink { place, pair: *pair, weight: self.weights[place] })
            .filter(|link| link.weight.odds >= self.least)
            .collect();
        links.sort_by(|a, b| {
            let by_strangers = b.weight.against_strangers.total_cmp(&a.weight.against_strangers);
            by_strangers.then(b.weight.odds.total_cmp(&a.weight.odds)).then(a.place.cmp(&b.place))
        });
        links
    }

    /// Of these places, the pairs across datasets that agree in more than an identifier.
    fn ties(&self, unopposed: &[usize]) -> Vec<Pair> {
        let places = unopposed.iter().filter(|place| self.more_than_identifiers(**place));
        places
            .map(|place| self.candidates.pairs[*place])
            .filter(|pair| !self.records.within(pair.first, pair.second))
            .collect()
    }

    /// The place of a pair among the candidates.
    fn pair(&self, a: RecordIx, b: RecordIx) -> Option<usize> {
        let pair = Pair { first: a.min(b), second: a.max(b) };
        self.candidates.pairs.binary_search(&pair).ok()
    }

    /// Whether two records are probable enough to be of one person and have no better partner.
    fn sole(&self, a: RecordIx, b: RecordIx) -> bool {
        let weight = self.pair(a, b).map(|place| self.weights[place]);
        weight.is_some_and(|weight| weight.sole && weight.odds >= self.least)
    }

    /// Whether the evidence of all pairs between two clusters together speaks for a union.
    fn favours(&self, a: &[RecordIx], b: &[RecordIx]) -> bool {
        let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (*a, *b)));
        let bits = pairs.map(|(a, b)| {
            self.pair(a, b).map_or(NOT_COMPARED, |place| {
                (self.weights[place].odds - self.least).clamp(-MOST_EVIDENCE, MOST_EVIDENCE)
            })
        });
        bits.sum::<f64>() >= 0.0
    }
}

/// The clusters as they grow.
struct Linking<'l> {
    evidence: &'l Evidence<'l>,
    clusters: Clusters<'l>,
    linked_by: Vec<Option<LinkedBy>>,
    keys: Vec<KeyCount>,
    /// Links that were not made, by the pair's place.
    refused: BTreeMap<usize, Reason>,
}

impl<'l> Linking<'l> {
    fn new(evidence: &'l Evidence<'l>, sole: &'l dyn Fn(RecordIx, RecordIx) -> bool) -> Self {
        let rules = &evidence.linkage.rules;
        Self {
            evidence,
            clusters: Clusters::new(evidence.records, &rules.vetoes, evidence.visible, sole),
            linked_by: vec![None; evidence.records.len()],
            keys: vec![KeyCount::default(); rules.match_keys.len() + 1],
            refused: BTreeMap::new(),
        }
    }

    /// Makes the links of one weight. Where one of them has a rival as good, neither is made.
    fn link(&mut self, run: &[ScoredLink]) {
        let pairs: Vec<Pair> = run.iter().map(|link| link.pair).collect();
        let partners = Partners::of(self.evidence.records, &self.clusters, &pairs);
        for link in run {
            let evidence = self.evidence;
            let Pair { first, second } = link.pair;
            let key = first_key(evidence.linkage, evidence.patterns[link.place]);
            let rivalled =
                self.rivalled(&partners, first, second) || self.rivalled(&partners, second, first);
            let apart = self.clusters.of(first) != self.clusters.of(second);
            let count = &mut self.keys[key.unwrap_or(evidence.linkage.rules.match_keys.len())];
            count.satisfied += 1;
            if rivalled {
                count.ambiguous += 1;
                self.refused.insert(link.place, Reason::Rivals);
                continue;
            }
            match self.clusters.join_if(first, second, |a, b| evidence.favours(a, b)) {
                Ok(()) => {
                    count.linked(evidence.records, link.pair, apart);
                    let by = LinkedBy { key, weight: Some(link.weight.odds) };
                    for record in [first, second] {
                        self.linked_by[record.index()].get_or_insert(by);
                    }
                }
                Err(conflict) => {
                    *count.conflicts.entry(conflict).or_default() += 1;
                    self.refused.insert(link.place, Reason::KeptApart(conflict));
                }
            }
        }
    }

    /// Whether `own` has another partner as good as `other` who is not found to be the same person.
    fn rivalled(&self, partners: &Partners, own: RecordIx, other: RecordIx) -> bool {
        partners.several(self.evidence.records, own, other, |a, b| {
            let (left, right) = (self.clusters.members(a), self.clusters.members(b));
            self.clusters.compatible(a, b) && self.evidence.favours(left, right)
        })
    }
}
