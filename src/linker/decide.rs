//! Deterministic decisions: match keys from strict to loose, the first that succeeds counts.

use std::collections::BTreeMap;

use super::cluster::{Clusters, Conflict};
use super::compare::{Compared, Pattern};
use super::coverage::add_all;
use super::first_links::{FirstLinks, LinkedBy};
use super::pairs::{Candidates, Pair, Step};
use super::people::People;
use super::records::{Records, ahead};
use super::review::Doubt;
use super::rivalry::Rivalry;
use super::weigh::ModelFile;
use super::weighed::Weighed;
use crate::format::FormatError;
use crate::observe::Observer;
use crate::spec::{Linkage, MatchKey};

/// What was decided.
pub(super) struct Decided {
    pub people: People,
    pub linked_by: FirstLinks,
    /// For each match key, what it did; where links are scored, one more for links of no key.
    pub keys: Vec<KeyCount>,
    /// Pairs for a person to look at.
    pub doubts: Vec<Doubt>,
    /// The pairs across datasets that would be linked, did no rule and no rival forbid it.
    pub ties: Vec<Pair>,
    /// The model, where links are scored.
    pub model: Option<ModelFile>,
    /// How the pairs' weights lie and come about, where links are scored.
    pub weighed: Option<Weighed>,
}

/// What a match key did.
#[derive(Clone, Debug, Default)]
pub(super) struct KeyCount {
    /// Pairs that satisfy the key and no earlier one.
    pub satisfied: u64,
    /// Unions made between datasets.
    pub linked_across: u64,
    /// Unions made within a dataset.
    pub linked_within: u64,
    /// Pairs passed over since another person satisfied the key too.
    pub ambiguous: u64,
    /// Pairs kept apart, by constraint.
    pub conflicts: BTreeMap<Conflict, u64>,
}

impl KeyCount {
    /// Counts a link, which is a union if the two were apart.
    pub fn linked(&mut self, records: &Records, pair: Pair, apart: bool) {
        let within = records.within(pair.first, pair.second);
        *(if within { &mut self.linked_within } else { &mut self.linked_across }) +=
            u64::from(apart);
    }

    /// Adds what the key did in another part of the records.
    pub fn add(&mut self, part: &Self) {
        self.satisfied += part.satisfied;
        self.linked_across += part.linked_across;
        self.linked_within += part.linked_within;
        self.ambiguous += part.ambiguous;
        add_all(&mut self.conflicts, &part.conflicts);
    }
}

/// Applies the match keys in order.
pub(super) fn decide(
    compared: &Compared<'_>,
    observer: &dyn Observer,
) -> Result<Decided, FormatError> {
    let Compared { linkage, records, candidates, .. } = *compared;
    observer.stage("decide", Some(linkage.rules.match_keys.len() as u64));
    let by_key = first_keys(linkage, records, candidates)?;
    let ByKeys { clusters, linked_by, keys } =
        ByKeys::of(linkage, records, &by_key, compared.visible, observer);
    let people = People::of(records, &clusters);
    let across = by_key.into_iter().map(|pairs| pairs.across);
    let ties = across.reduce(|mut all, mut more| {
        all.append(&mut more);
        all
    });
    let ties = ties.unwrap_or_default();
    Ok(Decided { people, linked_by, keys, doubts: Vec::new(), ties, model: None, weighed: None })
}

/// The clusters that match keys make.
pub(super) struct ByKeys<'k> {
    pub clusters: Clusters<'k>,
    pub linked_by: FirstLinks,
    pub keys: Vec<KeyCount>,
}

impl<'k> ByKeys<'k> {
    /// Given for each match key the pairs that satisfy it and no earlier one.
    pub fn of(
        linkage: &'k Linkage,
        records: &'k Records,
        by_key: &[OfKey],
        visible: u32,
        observer: &dyn Observer,
    ) -> Self {
        let keys = &linkage.rules.match_keys;
        let mut linked = Self {
            clusters: Clusters::new(records, &linkage.rules.vetoes, visible, &|_, _| false),
            linked_by: FirstLinks::decided_by_rule(records.len()),
            keys: vec![KeyCount::default(); keys.len()],
        };
        for (place, (key, pairs)) in keys.iter().zip(by_key).enumerate() {
            for pairs in [&pairs.within, &pairs.across] {
                linked.link(place, key, records, pairs);
            }
            observer.advance(1);
        }
        linked
    }

    /// Links the pairs of the key at this place.
    fn link(&mut self, place: usize, key: &MatchKey, records: &Records, pairs: &[Pair]) {
        let Self { clusters, linked_by, keys } = self;
        let count = &mut keys[place];
        count.satisfied += pairs.len() as u64;
        let rivalry = Rivalry::of(records, clusters, if key.unique { pairs } else { &[] });
        for (number, pair) in pairs.iter().enumerate() {
            if let Some(next) = ahead(pairs, number) {
                let seconds = next.iter().map(|pair| pair.second);
                clusters.fetch(seconds.clone());
                linked_by.fetch(seconds);
            }
            if rivalry.stands(number, |_, _| false) {
                count.ambiguous += 1;
                continue;
            }
            let apart = clusters.of(pair.first) != clusters.of(pair.second);
            match clusters.join(pair.first, pair.second) {
                Ok(()) => {
                    count.linked(records, *pair, apart);
                    linked_by.add(*pair, LinkedBy { key: Some(place), weight: None });
                }
                Err(conflict) => *count.conflicts.entry(conflict).or_default() += 1,
            }
        }
    }
}

/// The pairs that satisfy a match key and no earlier one, of one dataset and of two.
#[derive(Clone, Default)]
pub(super) struct OfKey {
    within: Vec<Pair>,
    across: Vec<Pair>,
}

impl OfKey {
    /// Adds a pair; pairs are added in ascending order.
    pub fn push(&mut self, records: &Records, pair: Pair) {
        let within = records.within(pair.first, pair.second);
        if within { &mut self.within } else { &mut self.across }.push(pair);
    }
}

/// For each match key, the pairs that satisfy it and no earlier one.
fn first_keys(
    linkage: &Linkage,
    records: &Records,
    candidates: &Candidates<'_>,
) -> Result<Vec<OfKey>, FormatError> {
    let keys = candidates.patterns.iter().map(|pattern| first_key(linkage, *pattern));
    let key_of: Vec<Option<usize>> = keys.collect();
    let mut by_key = vec![OfKey::default(); linkage.rules.match_keys.len()];
    for steps in candidates.steps() {
        for (pair, pattern) in steps?.iter().flat_map(Step::pairs) {
            if let Some(place) = key_of[pattern as usize] {
                by_key[place].push(records, pair);
            }
        }
    }
    Ok(by_key)
}

/// The strictest match key that a pattern satisfies.
pub(super) fn first_key(linkage: &Linkage, pattern: Pattern) -> Option<usize> {
    linkage.rules.match_keys.iter().position(|key| satisfies(key, pattern))
}

fn satisfies(key: &MatchKey, pattern: Pattern) -> bool {
    pattern.agrees(&key.agree)
        && (key.any_of.is_empty() || pattern.agreeing(&key.any_of) >= key.at_least)
}
