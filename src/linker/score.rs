//! Probabilistic decisions: weigh every candidate pair, then cluster the strongest links first.

use std::collections::BTreeMap;
use std::ops::Range;

use rayon::prelude::*;

use super::LinkError;
use super::cluster::{Clusters, Members};
use super::compare::{Compared, Pattern};
use super::decide::{Decided, KeyCount, first_key};
use super::first_links::{FirstLinks, LinkedBy};
use super::pairs::{Candidates, Pair, PatternNo};
use super::people::People;
use super::records::{RecordIx, Records, ahead};
use super::review::{Best, Reason, doubts, least_odds};
use super::rivalry::Rivalry;
use super::starts::starts;
use super::weigh::{Found, ModelFile, Telling, Weights, log2_odds, weigh};
use super::weighed::{Shares, Weighed};
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
) -> Result<Decided, LinkError> {
    observer.stage("score", None);
    let (weights, model) = weigh(compared, given)?;
    let rules = &compared.linkage.rules;
    let least = log2_odds(rules.threshold);
    let Found { telling, unopposed, histogram } = weights.find(least_odds(rules), least)?;
    let held = WeighedPairs { candidates: compared.candidates, weights: &weights };
    let evidence =
        Evidence::new(compared.linkage, compared.records, &held, telling, compared.visible);
    let ties = evidence.ties(&unopposed);
    drop(unopposed);
    let sole = |a, b| evidence.sole(a, b);
    let linking = Linking::of(&evidence, &sole, observer);
    let shares = Shares::of(&evidence, weights.scale(), &linking.clusters);
    let weighed = Weighed::of(rules, weights.scale(), &histogram, &shares);
    let best = Best::of_links(&evidence, &linking.clusters, std::iter::empty());
    Ok(Decided {
        people: People::of(compared.records, &linking.clusters),
        doubts: doubts(&evidence, &linking.clusters, &linking.refused, &best),
        ties,
        linked_by: linking.linked_by,
        keys: linking.keys,
        model: Some(model),
        weighed: Some(weighed),
    })
}

/// The candidate pairs, wherever they are held: what clustering asks of them.
pub(super) trait Known: Sync {
    /// The pattern with this number.
    fn pattern(&self, pattern: PatternNo) -> Pattern;

    /// The log2 odds of a pair, if it was compared.
    fn odds(&self, pair: Pair) -> Option<f64>;
}

/// Pairs that are weighed when they are asked for.
struct WeighedPairs<'w> {
    candidates: &'w Candidates<'w>,
    weights: &'w Weights<'w>,
}

impl Known for WeighedPairs<'_> {
    fn pattern(&self, pattern: PatternNo) -> Pattern {
        self.candidates.patterns[pattern as usize]
    }

    fn odds(&self, pair: Pair) -> Option<f64> {
        Some(self.weights.of(pair, self.candidates.find(pair)?).odds)
    }
}

/// What is known of the candidate pairs.
pub(super) struct Evidence<'e> {
    pub linkage: &'e Linkage,
    pub records: &'e Records,
    pairs: &'e dyn Known,
    /// The pairs that may be links or worth a look, in ascending order.
    pub telling: Vec<Telling>,
    /// Where those of each first record begin, and an end.
    telling_of: Vec<u32>,
    /// The log2 odds of the least probable link.
    pub least: f64,
    /// The recipes that are an identifier and nothing else, as bits.
    identifiers: u32,
    /// The recipes that are looked at, as bits.
    visible: u32,
}

impl<'e> Evidence<'e> {
    /// Of these pairs, in ascending order.
    pub fn new(
        linkage: &'e Linkage,
        records: &'e Records,
        pairs: &'e dyn Known,
        telling: Vec<Telling>,
        visible: u32,
    ) -> Self {
        let firsts = telling.iter().map(|telling| telling.pair.first.index());
        Self {
            linkage,
            records,
            pairs,
            telling_of: starts(records.len(), firsts),
            telling,
            least: log2_odds(linkage.rules.threshold),
            identifiers: linkage.identifiers(),
            visible,
        }
    }

    /// Whether two records agree in more than an identifier: it is strong evidence, and never the
    /// only evidence, since a mistyped number may be another child's.
    pub fn more_than_identifiers(&self, pattern: PatternNo) -> bool {
        self.pairs.pattern(pattern).agree & !self.identifiers != 0
    }

    /// The telling pairs that reach the threshold, by their place, by falling weight.
    fn links(&self) -> Vec<u32> {
        let telling = (0..).zip(&self.telling);
        let links = telling.filter(|(_, pair)| {
            self.more_than_identifiers(pair.pattern) && pair.weight.odds >= self.least
        });
        let mut links: Vec<u32> = links.map(|(place, _)| place).collect();
        let telling = &self.telling;
        let weight = |place: &u32| telling[*place as usize].weight;
        links.par_sort_unstable_by(|a, b| {
            let (left, right) = (weight(a), weight(b));
            let by_strangers = right.against_strangers.total_cmp(&left.against_strangers);
            by_strangers.then(right.odds.total_cmp(&left.odds)).then(a.cmp(b))
        });
        links
    }

    /// Of these pairs, those across datasets that agree in more than an identifier.
    fn ties(&self, unopposed: &[(Pair, PatternNo)]) -> Vec<Pair> {
        let across = |pair: &Pair| !self.records.within(pair.first, pair.second);
        let pairs = unopposed.iter().filter(|(_, pattern)| self.more_than_identifiers(*pattern));
        pairs.map(|(pair, _)| *pair).filter(across).collect()
    }

    /// A pair, if it is a telling one.
    fn telling(&self, pair: Pair) -> Option<&Telling> {
        let ends = &self.telling_of[pair.first.index()..pair.first.index() + 2];
        let of_first = &self.telling[ends[0] as usize..ends[1] as usize];
        let place = of_first.binary_search_by_key(&pair.second, |telling| telling.pair.second);
        Some(&of_first[place.ok()?])
    }

    /// The log2 odds of a pair, if it was compared.
    fn odds(&self, pair: Pair) -> Option<f64> {
        let known = self.telling(pair).map(|telling| telling.weight.odds);
        known.or_else(|| self.pairs.odds(pair))
    }

    /// Whether two records are probable enough to be of one person and have no better partner.
    pub fn sole(&self, a: RecordIx, b: RecordIx) -> bool {
        let weight = self.telling(Pair::of(a, b)).map(|telling| telling.weight);
        weight.is_some_and(|weight| weight.sole && weight.odds >= self.least)
    }

    /// Whether the evidence of all pairs between two clusters together speaks for a union.
    fn favours(&self, a: Members<'_>, b: &Members<'_>) -> bool {
        let pairs = a.flat_map(|a| b.clone().map(move |b| Pair::of(a, b)));
        let bits = pairs.map(|pair| {
            let bits = self.odds(pair).map(|odds| odds - self.least);
            bits.map_or(NOT_COMPARED, |bits| bits.clamp(-MOST_EVIDENCE, MOST_EVIDENCE))
        });
        bits.sum::<f64>() >= 0.0
    }
}

/// The clusters as they grow.
pub(super) struct Linking<'l> {
    evidence: &'l Evidence<'l>,
    pub clusters: Clusters<'l>,
    pub linked_by: FirstLinks,
    /// For each match key what it did, and one more for links of no key.
    pub keys: Vec<KeyCount>,
    /// Links that were not made, by the pair's place among the telling ones.
    pub refused: BTreeMap<usize, Reason>,
}

impl<'l> Linking<'l> {
    /// Makes the links, strongest first.
    pub fn of(
        evidence: &'l Evidence<'l>,
        sole: &'l (dyn Fn(RecordIx, RecordIx) -> bool + Sync),
        observer: &dyn Observer,
    ) -> Self {
        let links = evidence.links();
        observer.stage("cluster", Some(links.len() as u64));
        let mut linking = Self::new(evidence, sole);
        let weight = |place: &u32| evidence.telling[*place as usize].weight;
        let mut done = 0;
        for run in links.chunk_by(|a, b| weight(a) == weight(b)) {
            linking.link(&links, done..done + run.len());
            done += run.len();
            observer.advance(run.len() as u64);
        }
        linking
    }

    fn new(
        evidence: &'l Evidence<'l>,
        sole: &'l (dyn Fn(RecordIx, RecordIx) -> bool + Sync),
    ) -> Self {
        let rules = &evidence.linkage.rules;
        Self {
            evidence,
            clusters: Clusters::new(evidence.records, &rules.vetoes, evidence.visible, sole),
            linked_by: FirstLinks::scored(evidence.records.len()),
            keys: vec![KeyCount::default(); rules.match_keys.len() + 1],
            refused: BTreeMap::new(),
        }
    }

    /// Makes the links of one weight, which lie here among all links, given by their places among
    /// the telling pairs. Where one of them has a rival as good, neither is made.
    fn link(&mut self, links: &[u32], run: Range<usize>) {
        let evidence = self.evidence;
        let places = links[run.clone()].iter().map(|place| *place as usize);
        let pairs: Vec<Pair> = places.clone().map(|place| evidence.telling[place].pair).collect();
        let rivalry = Rivalry::of(evidence.records, &self.clusters, &pairs);
        for (number, place) in places.enumerate() {
            if let Some(next) = ahead(links, run.start + number) {
                self.fetch(next);
            }
            let Telling { pair, pattern, weight } = evidence.telling[place];
            let Pair { first, second } = pair;
            let key = first_key(evidence.linkage, evidence.pairs.pattern(pattern));
            let apart = self.clusters.of(first) != self.clusters.of(second);
            let rivalled = rivalry.stands(number, |partner, rival| self.alike(partner, rival));
            let count = &mut self.keys[key.unwrap_or(evidence.linkage.rules.match_keys.len())];
            count.satisfied += 1;
            if rivalled {
                count.ambiguous += 1;
                self.refused.insert(place, Reason::Rivals);
                continue;
            }
            match self.clusters.join_if(first, second, |a, b| evidence.favours(a, &b)) {
                Ok(()) => {
                    count.linked(evidence.records, pair, apart);
                    self.linked_by.add(pair, LinkedBy { key, weight: Some(weight.odds) });
                }
                Err(conflict) => {
                    *count.conflicts.entry(conflict).or_default() += 1;
                    self.refused.insert(place, Reason::KeptApart(conflict));
                }
            }
        }
    }

    /// Whether two people are found to be the same.
    fn alike(&self, a: RecordIx, b: RecordIx) -> bool {
        let (left, right) = (self.clusters.members(a), self.clusters.members(b));
        self.clusters.compatible(a, b) && self.evidence.favours(left, &right)
    }

    /// Has what is asked of links and of their records brought near.
    fn fetch(&self, links: &[u32]) {
        let pairs = links.iter().map(|place| self.evidence.telling[*place as usize].pair);
        let records: Vec<RecordIx> = pairs.flat_map(|pair| [pair.first, pair.second]).collect();
        self.clusters.fetch(records.iter().copied());
        self.linked_by.fetch(records.iter().copied());
        if !self.evidence.linkage.rules.vetoes.is_empty() {
            self.evidence.records.fetch(&records);
        }
    }
}
