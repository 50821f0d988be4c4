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

/// Weighs the candidate pairs and clusters the records, strongest links first.
pub(super) fn score(
    linkage: &Linkage,
    records: &Records,
    candidates: &Candidates,
    patterns: &[Pattern],
    observer: &dyn Observer,
) -> Decided {
    observer.stage("score", None);
    let weights = weigh(linkage, records, candidates, patterns);
    let evidence = Evidence { linkage, records, candidates, patterns, weights: &weights };
    let links = evidence.links();
    observer.stage("cluster", Some(links.len() as u64));
    let mut linking = Linking::new(&evidence);
    for run in links.chunk_by(|a, b| a.weight == b.weight) {
        linking.link(run);
        observer.advance(run.len() as u64);
    }
    let people = people(records, &linking.clusters);
    Decided { people, linked_by: linking.linked_by, keys: linking.keys }
}

/// A candidate pair that is probable enough to be a link.
struct ScoredLink {
    /// The pair's place among the candidates.
    place: usize,
    pair: Pair,
    weight: Weight,
}

/// What is known of the candidate pairs.
struct Evidence<'e> {
    linkage: &'e Linkage,
    records: &'e Records,
    candidates: &'e Candidates,
    patterns: &'e [Pattern],
    weights: &'e BTreeMap<Shown, Weight>,
}

impl Evidence<'_> {
    /// The pairs that reach the threshold, by falling weight.
    fn links(&self) -> Vec<ScoredLink> {
        let identifiers = identifiers(self.linkage);
        let probable = |weight: Weight| probability(weight.odds) >= self.linkage.rules.threshold;
        let mut links: Vec<ScoredLink> = self
            .candidates
            .pairs
            .iter()
            .enumerate()
            .filter(|(place, _)| self.patterns[*place].agree & !identifiers != 0)
            .map(|(place, pair)| ScoredLink { place, pair: *pair, weight: self.weight(place) })
            .filter(|link| probable(link.weight))
            .collect();
        links.sort_by(|a, b| {
            let by_strangers = b.weight.against_strangers.total_cmp(&a.weight.against_strangers);
            by_strangers.then(b.weight.odds.total_cmp(&a.weight.odds)).then(a.place.cmp(&b.place))
        });
        links
    }

    /// The weight of the candidate pair at a place.
    fn weight(&self, place: usize) -> Weight {
        let within = within(self.records, self.candidates.pairs[place]);
        self.weights[&(within, self.patterns[place])]
    }

    /// Whether the evidence of all pairs between two clusters together speaks for a union.
    fn favours(&self, a: &[RecordIx], b: &[RecordIx]) -> bool {
        let pairs = a.iter().flat_map(|a| b.iter().map(move |b| (*a.min(b), *a.max(b))));
        let bits = pairs.map(|(first, second)| {
            let place = self.candidates.pairs.binary_search(&Pair { first, second });
            place.map_or(NOT_COMPARED, |place| {
                self.weight(place).odds.clamp(-MOST_EVIDENCE, MOST_EVIDENCE)
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
}

impl<'l> Linking<'l> {
    fn new(evidence: &'l Evidence<'l>) -> Self {
        let rules = &evidence.linkage.rules;
        Self {
            evidence,
            clusters: Clusters::new(evidence.records, &rules.vetoes),
            linked_by: vec![None; evidence.records.len()],
            keys: vec![KeyCount::default(); rules.match_keys.len() + 1],
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
                Err(conflict) => *count.conflicts.entry(conflict).or_default() += 1,
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
    if records.within(pair.first, pair.second) { Within::Within } else { Within::Across }
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
