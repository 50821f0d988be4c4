//! What a run compared, linked and kept apart, in counts.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::cluster::Conflict;
use super::compare::Compared;
use super::coverage::{Combination, Coverage, DatasetLinks, coverage};
use super::decide::{Decided, KeyCount};
use super::pairs::Candidates;
use super::people::People;
use super::records::{DatasetIx, RecordIx, Records};
use super::review::Reason;
use super::validate::Validation;
use super::weighed::Weighed;
use crate::spec::Linkage;

/// The name of links that satisfy no match key and were made by their weight alone.
pub(super) const SCORED: &str = "scored";

/// What a run compared, linked and kept apart.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkSummary {
    /// Records of each dataset.
    pub records: BTreeMap<String, u64>,
    /// Candidate pairs compared.
    pub candidate_pairs: u64,
    /// What each blocking recipe gave.
    pub blocks: Vec<Blocks>,
    /// What each match key did, in order: the table of links by first successful key.
    pub match_keys: Vec<KeySummary>,
    /// How often each constraint kept a pair apart, over all keys; those that never did too.
    pub kept_apart: Vec<VetoSummary>,
    /// Records that were linked to none since they are listed as sealed.
    pub sealed: u64,
    /// Records of the tables that were dropped unread since their agency has withdrawn them.
    pub withdrawn: u64,
    /// Pairs listed for review, by reason.
    pub review: BTreeMap<String, u64>,
    /// People found.
    pub people: u64,
    /// How many people have how many records.
    pub cluster_sizes: BTreeMap<u64, u64>,
    /// For each pair of datasets, the people who are in both.
    pub overlap: Vec<Overlap>,
    /// People with more than one record in a dataset.
    pub duplicates: BTreeMap<String, u64>,
    /// What became of each dataset's records.
    pub datasets: BTreeMap<String, DatasetLinks>,
    /// For each set of datasets, the people who are in these and in no other.
    pub combinations: Vec<Combination>,
    /// How the pairs' match weights lie and come about, where links are scored.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub match_weights: Option<Weighed>,
    /// How good the links are, where that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub validation: Option<Validation>,
}

/// What a blocking recipe gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Blocks {
    /// The recipe.
    pub recipe: String,
    /// Candidate pairs from its blocks.
    pub pairs: u64,
    /// Blocks that were too large, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub split: Option<Split>,
}

/// Blocks that were too large to compare by one recipe alone, and were split by all others.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Split {
    /// How many.
    pub blocks: u64,
    /// Records in them.
    pub records: u64,
    /// Of these, records that none of the smaller blocks took.
    pub left: u64,
}

/// What a match key did.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeySummary {
    /// The match key.
    pub key: String,
    /// Pairs that satisfy it and no earlier one.
    pub satisfied: u64,
    /// Links made between datasets.
    pub linked_across: u64,
    /// Links made within a dataset.
    pub linked_within: u64,
    /// Pairs passed over since a second person satisfied the key too.
    pub ambiguous: u64,
    /// Pairs kept apart by a constraint.
    pub kept_apart: u64,
}

/// How often a constraint kept a pair apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct VetoSummary {
    /// The veto, or `free_of_duplicates` with the dataset.
    pub constraint: String,
    /// Why there is such a constraint, where the spec says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Pairs kept apart.
    pub pairs: u64,
}

/// The people of two datasets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Overlap {
    /// The datasets, in the spec's order.
    pub datasets: [String; 2],
    /// People with a record in both.
    pub people: u64,
}

impl LinkSummary {
    /// Whether there are several datasets and no two of them share a person.
    #[must_use]
    pub fn shares_no_person(&self) -> bool {
        !self.overlap.is_empty() && self.overlap.iter().all(|overlap| overlap.people == 0)
    }
}

/// Counts what a run did.
pub(super) fn summarise(
    compared: &Compared<'_>,
    decided: &Decided,
    sealed: &BTreeSet<RecordIx>,
) -> LinkSummary {
    let Compared { linkage, records, candidates, .. } = *compared;
    let mut review = BTreeMap::new();
    for doubt in &decided.doubts {
        *review.entry(reason_name(linkage, records, doubt.reason)).or_default() += 1;
    }
    let datasets = || records.datasets.iter();
    let mut cluster_sizes = BTreeMap::new();
    for person in decided.people.iter() {
        *cluster_sizes.entry(person.len() as u64).or_default() += 1;
    }
    let Coverage { datasets: links, combinations } = coverage(linkage, records, &decided.people);
    LinkSummary {
        datasets: links,
        combinations,
        match_weights: decided.weighed.clone(),
        records: datasets().map(|d| (d.name.clone(), d.records.len() as u64)).collect(),
        candidate_pairs: candidates.len(),
        blocks: blocks(linkage, candidates),
        match_keys: linkage
            .rules
            .match_keys
            .iter()
            .map(|key| key.id.as_str())
            .chain([SCORED])
            .zip(&decided.keys)
            .map(|(key, count)| key_summary(key, count))
            .collect(),
        kept_apart: kept_apart(linkage, records, decided),
        sealed: sealed.len() as u64,
        withdrawn: records.withdrawn,
        review,
        people: decided.people.len() as u64,
        cluster_sizes,
        overlap: overlap(records, &decided.people),
        duplicates: duplicates(records, &decided.people),
        validation: None,
    }
}

fn blocks(linkage: &Linkage, candidates: &Candidates<'_>) -> Vec<Blocks> {
    let block = |count: &super::block::BlockCount| Blocks {
        recipe: linkage.recipes[count.recipe.index()].id.clone(),
        pairs: count.pairs,
        split: (count.split > 0).then_some(Split {
            blocks: count.split,
            records: count.split_records,
            left: count.left_records,
        }),
    };
    candidates.blocking.counts().map(block).collect()
}

fn key_summary(id: &str, count: &KeyCount) -> KeySummary {
    KeySummary {
        key: id.to_owned(),
        satisfied: count.satisfied,
        linked_across: count.linked_across,
        linked_within: count.linked_within,
        ambiguous: count.ambiguous,
        kept_apart: count.conflicts.values().sum(),
    }
}

/// How often each constraint kept a pair apart: every veto of the spec, and the others that did.
fn kept_apart(linkage: &Linkage, records: &Records, decided: &Decided) -> Vec<VetoSummary> {
    let vetoes = (0..linkage.rules.vetoes.len()).map(|place| (Conflict::Veto(place), 0));
    let mut counts: BTreeMap<Conflict, u64> = vetoes.collect();
    for (conflict, pairs) in decided.keys.iter().flat_map(|key| &key.conflicts) {
        *counts.entry(*conflict).or_default() += pairs;
    }
    let reason = |conflict| match conflict {
        Conflict::Veto(place) => linkage.rules.vetoes[place].reason.clone(),
        Conflict::Duplicate(_) | Conflict::Evidence => None,
    };
    let summary = |(conflict, pairs)| VetoSummary {
        constraint: conflict_name(linkage, records, conflict),
        reason: reason(conflict),
        pairs,
    };
    counts.into_iter().map(summary).collect()
}

fn conflict_name(linkage: &Linkage, records: &Records, conflict: Conflict) -> String {
    match conflict {
        Conflict::Veto(place) => linkage.rules.vetoes[place].id.clone(),
        Conflict::Duplicate(dataset) => {
            format!("free_of_duplicates: {}", records.dataset(dataset).name)
        }
        Conflict::Evidence => "evidence".to_owned(),
    }
}

/// Why a pair is listed for review, in a few words.
pub(super) fn reason_name(linkage: &Linkage, records: &Records, reason: Reason) -> String {
    match reason {
        Reason::KeptApart(conflict) => {
            format!("kept apart by {}", conflict_name(linkage, records, conflict))
        }
        Reason::Rivals => "another partner is as good".to_owned(),
        Reason::IdentifierAlone => "an identifier alone agrees".to_owned(),
        Reason::CloseSecond => "close to a link that was made".to_owned(),
        Reason::Band => "below the threshold".to_owned(),
    }
}

fn datasets_of(records: &Records, person: &[RecordIx]) -> BTreeSet<DatasetIx> {
    person.iter().map(|record| records.dataset_of(*record)).collect()
}

fn overlap(records: &Records, people: &People) -> Vec<Overlap> {
    let pairs = records.pairs_of_datasets();
    let mut counts: BTreeMap<[DatasetIx; 2], u64> = pairs.into_iter().map(|p| (p, 0)).collect();
    for person in people.iter().filter(|person| person.len() > 1) {
        let datasets: Vec<DatasetIx> = datasets_of(records, person).into_iter().collect();
        for (i, a) in datasets.iter().enumerate() {
            for b in &datasets[i + 1..] {
                *counts.entry([*a, *b]).or_default() += 1;
            }
        }
    }
    let name = |dataset| records.dataset(dataset).name.clone();
    counts
        .into_iter()
        .map(|(datasets, people)| Overlap { datasets: datasets.map(name), people })
        .collect()
}

fn duplicates(records: &Records, people: &People) -> BTreeMap<String, u64> {
    let mut counts: BTreeMap<String, u64> =
        records.datasets.iter().map(|dataset| (dataset.name.clone(), 0)).collect();
    for person in people.iter().filter(|person| person.len() > 1) {
        for dataset in datasets_of(records, person) {
            let range = &records.dataset(dataset).records;
            if person.iter().filter(|record| range.contains(&record.0)).count() > 1 {
                *counts.entry(records.dataset(dataset).name.clone()).or_default() += 1;
            }
        }
    }
    counts
}
