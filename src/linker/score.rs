//! Probabilistic decisions: weigh every candidate pair, then cluster the strongest links first.

use std::collections::BTreeMap;

use super::block::{Candidates, Pair};
use super::cluster::Clusters;
use super::compare::Pattern;
use super::decide::{Decided, KeyCount, LinkedBy, first_key, people};
use super::evidence::{Comparisons, Level};
use super::model::{Counts, Model, probability};
use super::records::{RecordIx, Records};
use crate::observe::Observer;
use crate::spec::Linkage;

/// The most that one pair's evidence counts for or against a union of clusters, in bits.
const MOST_EVIDENCE: f64 = 9.0;

/// What a pair that was never compared counts against a union, in bits: it shares no block.
const NOT_COMPARED: f64 = -1.5;

/// Weighs the candidate pairs and clusters the records.
pub(super) fn score(
    linkage: &Linkage,
    records: &Records,
    candidates: &Candidates,
    patterns: &[Pattern],
    observer: &dyn Observer,
) -> Decided {
    observer.stage("score", None);
    let weights = weigh(linkage, records, patterns);
    let mut links: Vec<(u32, f64)> = (0..)
        .zip(patterns.iter().map(|pattern| weights[pattern]))
        .filter(|(_, weight)| probability(*weight) >= linkage.rules.threshold)
        .collect();
    links.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));

    observer.stage("cluster", Some(links.len() as u64));
    let pair_weights = PairWeights { candidates, patterns, weights: &weights };
    let mut clusters = Clusters::new(records, &linkage.rules.vetoes);
    let mut linked_by: Vec<Option<LinkedBy>> = vec![None; records.len()];
    let mut keys = vec![KeyCount::default(); linkage.rules.match_keys.len() + 1];
    for (place, weight) in links {
        let pair = candidates.pairs[place as usize];
        let key = first_key(linkage, patterns[place as usize]);
        let count = &mut keys[key.unwrap_or(linkage.rules.match_keys.len())];
        count.satisfied += 1;
        let apart = clusters.of(pair.first) != clusters.of(pair.second);
        let outcome = clusters.join_if(pair.first, pair.second, |a, b| pair_weights.favour(a, b));
        match outcome {
            Ok(()) => {
                count.linked(records, pair, apart);
                for record in [pair.first, pair.second] {
                    linked_by[record.index()].get_or_insert(LinkedBy { key, weight: Some(weight) });
                }
            }
            Err(conflict) => *count.conflicts.entry(conflict).or_default() += 1,
        }
        observer.advance(1);
    }
    Decided { people: people(records, &clusters), linked_by, keys }
}

/// The match weight of each pattern.
fn weigh(linkage: &Linkage, records: &Records, patterns: &[Pattern]) -> BTreeMap<Pattern, f64> {
    let comparisons = Comparisons::new(linkage);
    let mut shown: BTreeMap<Pattern, u64> = BTreeMap::new();
    for pattern in patterns {
        *shown.entry(*pattern).or_default() += 1;
    }
    let levels: BTreeMap<Pattern, Vec<Level>> =
        shown.keys().map(|pattern| (*pattern, comparisons.levels(*pattern))).collect();
    let mut counts = Counts::new();
    for (pattern, n) in &shown {
        *counts.entry(levels[pattern].clone()).or_default() += n;
    }
    let model = Model::fit(&comparisons.list, &counts, records.len() as u64);
    levels.iter().map(|(pattern, levels)| (*pattern, model.weight(levels))).collect()
}

/// The weights of candidate pairs, by pair.
struct PairWeights<'w> {
    candidates: &'w Candidates,
    patterns: &'w [Pattern],
    weights: &'w BTreeMap<Pattern, f64>,
}

impl PairWeights<'_> {
    /// Whether the evidence of all pairs between two clusters together speaks for a union.
    fn favour(&self, a: &[RecordIx], b: &[RecordIx]) -> bool {
        let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (*a.min(b), *a.max(b))));
        let evidence: f64 = pairs
            .map(|(first, second)| {
                let place = self.candidates.pairs.binary_search(&Pair { first, second });
                place.map_or(NOT_COMPARED, |place| {
                    self.weights[&self.patterns[place]].clamp(-MOST_EVIDENCE, MOST_EVIDENCE)
                })
            })
            .sum();
        evidence >= 0.0
    }
}
