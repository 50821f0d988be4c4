//! Probabilistic decisions: weigh every candidate pair, then cluster the strongest links first.

use std::collections::BTreeMap;

use super::block::{Candidates, Pair};
use super::cluster::Clusters;
use super::compare::Pattern;
use super::decide::{Decided, KeyCount, LinkedBy, Partners, first_key, people};
use super::evidence::{Comparisons, Level};
use super::model::{Counts, Model, Population, Weight, Within, probability};
use super::records::{RecordIx, Records};
use crate::observe::Observer;
use crate::spec::{Linkage, Recipe, RecipeIx};

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
    let weights = weigh(linkage, records, candidates, patterns);
    let identifiers = identifiers(linkage);
    let mut links: Vec<(u32, Weight)> = (0..)
        .zip(candidates.pairs.iter().zip(patterns))
        .map(|(place, (pair, pattern))| (place, weights[&(within(records, *pair), *pattern)]))
        .filter(|(place, weight)| {
            let evidence = patterns[*place as usize].agree & !identifiers;
            evidence != 0 && probability(weight.odds) >= linkage.rules.threshold
        })
        .collect();
    links.sort_by(|(a, x), (b, y)| {
        y.against_strangers
            .total_cmp(&x.against_strangers)
            .then(y.odds.total_cmp(&x.odds))
            .then(a.cmp(b))
    });

    observer.stage("cluster", Some(links.len() as u64));
    let pair_weights = PairWeights { records, candidates, patterns, weights: &weights };
    let mut clusters = Clusters::new(records, &linkage.rules.vetoes);
    let mut linked_by: Vec<Option<LinkedBy>> = vec![None; records.len()];
    let mut keys = vec![KeyCount::default(); linkage.rules.match_keys.len() + 1];
    for run in links.chunk_by(|(_, a), (_, b)| a == b) {
        let pairs: Vec<Pair> =
            run.iter().map(|(place, _)| candidates.pairs[*place as usize]).collect();
        let partners = Partners::of(records, &clusters, &pairs);
        for ((place, weight), pair) in run.iter().zip(pairs) {
            let key = first_key(linkage, patterns[*place as usize]);
            let count = &mut keys[key.unwrap_or(linkage.rules.match_keys.len())];
            count.satisfied += 1;
            let alike = |a, b| {
                clusters.compatible(a, b)
                    && pair_weights.favour(clusters.members(a), clusters.members(b))
            };
            if partners.several(records, pair.first, pair.second, alike)
                || partners.several(records, pair.second, pair.first, alike)
            {
                count.ambiguous += 1;
                continue;
            }
            let apart = clusters.of(pair.first) != clusters.of(pair.second);
            match clusters.join_if(pair.first, pair.second, |a, b| pair_weights.favour(a, b)) {
                Ok(()) => {
                    count.linked(records, pair, apart);
                    let by = LinkedBy { key, weight: Some(weight.odds) };
                    for record in [pair.first, pair.second] {
                        linked_by[record.index()].get_or_insert(by);
                    }
                }
                Err(conflict) => *count.conflicts.entry(conflict).or_default() += 1,
            }
        }
        observer.advance(run.len() as u64);
    }
    Decided { people: people(records, &clusters), linked_by, keys }
}

/// The recipes that are an identifier and nothing else, as bits: strong evidence, and never the
/// only evidence, since a mistyped number may be another child's.
fn identifiers(linkage: &Linkage) -> u32 {
    let alone = |recipe: &Recipe| {
        let mut choices = recipe.parts.iter().flat_map(|part| &part.choices);
        choices.all(|choice| linkage.field_at(choice.field).kind.identifies_one_person())
    };
    let recipes = (0..).map(RecipeIx).zip(&linkage.recipes);
    recipes.filter(|(_, recipe)| alone(recipe)).fold(0, |bits, (place, _)| bits | place.bit())
}

/// What a pair shows.
type Shown = (Within, Pattern);

fn within(records: &Records, pair: Pair) -> Within {
    if records.dataset_of(pair.first) == records.dataset_of(pair.second) {
        Within::Within
    } else {
        Within::Across
    }
}

/// The weight of each pattern, across and within datasets.
fn weigh(
    linkage: &Linkage,
    records: &Records,
    candidates: &Candidates,
    patterns: &[Pattern],
) -> BTreeMap<Shown, Weight> {
    let comparisons = Comparisons::new(linkage);
    let mut shown: BTreeMap<Shown, u64> = BTreeMap::new();
    for (pair, pattern) in candidates.pairs.iter().zip(patterns) {
        *shown.entry((within(records, *pair), *pattern)).or_default() += 1;
    }
    let levels: BTreeMap<Shown, Vec<Level>> =
        shown.keys().map(|shown| (*shown, comparisons.levels(shown.1))).collect();
    let mut counts = Counts::new();
    for (shown, n) in &shown {
        *counts.entry((shown.0, levels[shown].clone())).or_default() += n;
    }
    let sizes: Vec<u64> = records.datasets.iter().map(|d| d.records.len() as u64).collect();
    let populations = [Population::across(&sizes), Population::within(&sizes)];
    let model = Model::fit(&comparisons.list, &counts, populations);
    levels.iter().map(|(shown, levels)| (*shown, model.weight(shown.0, levels))).collect()
}

/// The weights of candidate pairs, by pair.
struct PairWeights<'w> {
    records: &'w Records,
    candidates: &'w Candidates,
    patterns: &'w [Pattern],
    weights: &'w BTreeMap<Shown, Weight>,
}

impl PairWeights<'_> {
    /// Whether the evidence of all pairs between two clusters together speaks for a union.
    fn favour(&self, a: &[RecordIx], b: &[RecordIx]) -> bool {
        let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (*a.min(b), *a.max(b))));
        let evidence: f64 = pairs
            .map(|(first, second)| {
                let pair = Pair { first, second };
                let place = self.candidates.pairs.binary_search(&pair);
                place.map_or(NOT_COMPARED, |place| {
                    let shown = (within(self.records, pair), self.patterns[place]);
                    self.weights[&shown].odds.clamp(-MOST_EVIDENCE, MOST_EVIDENCE)
                })
            })
            .sum();
        evidence >= 0.0
    }
}
