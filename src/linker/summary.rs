//! What a run compared, linked and kept apart, in counts.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::block::BlockCount;
use super::cluster::Conflict;
use super::compare::Compared;
use super::coverage::{Combination, Coverage, DatasetLinks, add_all};
use super::decide::{Decided, KeyCount};
use super::records::RecordIx;
use super::review::{Reason, by_reason};
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

/// What a run did, in the counts that it is told by.
pub(super) struct Counts<'c> {
    pub linkage: &'c Linkage,
    /// The datasets, each with how many records it has.
    pub datasets: Vec<(&'c str, u64)>,
    pub candidate_pairs: u64,
    pub blocks: Vec<BlockCount>,
    pub sealed: u64,
    pub withdrawn: u64,
    pub coverage: Coverage,
    pub keys: Vec<KeyCount>,
    /// Pairs listed for review.
    pub review: BTreeMap<Reason, u64>,
    pub match_weights: Option<Weighed>,
}

/// Tells what a run did.
pub(super) fn summarise(
    compared: &Compared<'_>,
    decided: &Decided,
    sealed: &BTreeSet<RecordIx>,
) -> LinkSummary {
    let Compared { linkage, records, candidates, .. } = *compared;
    let datasets = records.datasets.iter().map(|d| (&*d.name, d.records.len() as u64));
    Counts {
        linkage,
        datasets: datasets.collect(),
        candidate_pairs: candidates.len(),
        blocks: candidates.blocking.counts().cloned().collect(),
        sealed: sealed.len() as u64,
        withdrawn: records.withdrawn,
        coverage: Coverage::of(records, &decided.people),
        keys: decided.keys.clone(),
        review: by_reason(&decided.doubts),
        match_weights: decided.weighed.clone(),
    }
    .summary()
}

impl Counts<'_> {
    /// These counts under their names.
    pub fn summary(self) -> LinkSummary {
        let Self { linkage, ref datasets, ref coverage, .. } = self;
        let names: Vec<&str> = datasets.iter().map(|(name, _)| *name).collect();
        let named = || names.iter().map(|name| (*name).to_owned());
        let keys = linkage.rules.match_keys.iter().map(|key| key.id.as_str()).chain([SCORED]);
        let mut review = BTreeMap::new();
        for (reason, pairs) in &self.review {
            *review.entry(reason_name(linkage, &names, *reason)).or_default() += pairs;
        }
        LinkSummary {
            records: datasets
                .iter()
                .map(|(name, records)| ((*name).to_owned(), *records))
                .collect(),
            candidate_pairs: self.candidate_pairs,
            blocks: self.blocks.iter().map(|count| blocks(linkage, count)).collect(),
            match_keys: keys.zip(&self.keys).map(|(key, count)| key_summary(key, count)).collect(),
            kept_apart: kept_apart(linkage, &names, &self.keys),
            sealed: self.sealed,
            withdrawn: self.withdrawn,
            review,
            people: coverage.people(),
            cluster_sizes: coverage.sizes.clone(),
            overlap: overlap(coverage, &names),
            duplicates: named().zip(coverage.twice()).collect(),
            datasets: named().zip(coverage.datasets(linkage)).collect(),
            combinations: coverage.combinations(&names),
            match_weights: self.match_weights,
            validation: None,
        }
    }
}

fn blocks(linkage: &Linkage, count: &BlockCount) -> Blocks {
    Blocks {
        recipe: linkage.recipes[count.recipe.index()].id.clone(),
        pairs: count.pairs,
        split: (count.split > 0).then_some(Split {
            blocks: count.split,
            records: count.split_records,
            left: count.left_records,
        }),
    }
}

fn overlap(coverage: &Coverage, names: &[&str]) -> Vec<Overlap> {
    let both = coverage.both().iter();
    let name = |place: usize| names[place].to_owned();
    both.map(|(two, people)| Overlap { datasets: two.map(name), people: *people }).collect()
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
fn kept_apart(linkage: &Linkage, datasets: &[&str], keys: &[KeyCount]) -> Vec<VetoSummary> {
    let vetoes = (0..linkage.rules.vetoes.len()).map(|place| (Conflict::Veto(place), 0));
    let mut counts: BTreeMap<Conflict, u64> = vetoes.collect();
    keys.iter().for_each(|key| add_all(&mut counts, &key.conflicts));
    let reason = |conflict| match conflict {
        Conflict::Veto(place) => linkage.rules.vetoes[place].reason.clone(),
        Conflict::Duplicate(_) | Conflict::Evidence => None,
    };
    let summary = |(conflict, pairs)| VetoSummary {
        constraint: conflict_name(linkage, datasets, conflict),
        reason: reason(conflict),
        pairs,
    };
    counts.into_iter().map(summary).collect()
}

fn conflict_name(linkage: &Linkage, datasets: &[&str], conflict: Conflict) -> String {
    match conflict {
        Conflict::Veto(place) => linkage.rules.vetoes[place].id.clone(),
        Conflict::Duplicate(dataset) => {
            format!("free_of_duplicates: {}", datasets[usize::from(dataset.0)])
        }
        Conflict::Evidence => "evidence".to_owned(),
    }
}

/// Why a pair is listed for review, in a few words; given the datasets' names.
pub(super) fn reason_name(linkage: &Linkage, datasets: &[&str], reason: Reason) -> String {
    match reason {
        Reason::KeptApart(conflict) => {
            format!("kept apart by {}", conflict_name(linkage, datasets, conflict))
        }
        Reason::Rivals => "another partner is as good".to_owned(),
        Reason::IdentifierAlone => "an identifier alone agrees".to_owned(),
        Reason::CloseSecond => "close to a link that was made".to_owned(),
        Reason::Band => "below the threshold".to_owned(),
    }
}
