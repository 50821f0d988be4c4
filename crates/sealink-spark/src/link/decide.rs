//! Who is one person, decided component by component.

use std::collections::{BTreeMap, BTreeSet};

use sealink::linker::LinkError;
use sealink::linker::engine::{Batch as Components, Decision, Facts, PairOf, Pattern, Scoring};
use sealink::token::Token;
use serde::Serialize;

use super::weights::weigh;
use super::{Job, Run, no_value, token};
use crate::plan::{DECIDED, place_of_dataset};
use crate::session::{Batch, Values};

/// What a run compared and linked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Records of each dataset.
    pub records: BTreeMap<String, u64>,
    /// Candidate pairs compared.
    pub candidate_pairs: u64,
    /// People found.
    pub people: u64,
    /// How many people have how many records; those of one record are not counted here.
    pub cluster_sizes: BTreeMap<u64, u64>,
    /// For each two datasets, by their places, the people who are in both.
    #[serde(skip)]
    both: BTreeMap<[usize; 2], u64>,
    /// For each two datasets, the people who are in both.
    pub overlap: Vec<(String, String, u64)>,
}

impl Summary {
    /// Whether there are several datasets and no two of them share a person.
    #[must_use]
    pub fn shares_no_person(&self) -> bool {
        self.records.len() > 1 && self.both.is_empty()
    }

    /// Counts the people of some components.
    fn count(&mut self, decisions: &[Decision]) {
        let mut people: BTreeMap<Token, Vec<usize>> = BTreeMap::new();
        for decision in decisions {
            let dataset = place_of_dataset(decision.record);
            people.entry(decision.person).or_default().push(dataset);
        }
        for datasets in people.values().filter(|datasets| datasets.len() > 1) {
            *self.cluster_sizes.entry(datasets.len() as u64).or_default() += 1;
            let different: Vec<usize> =
                datasets.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            for (place, a) in different.iter().enumerate() {
                for b in &different[place + 1..] {
                    *self.both.entry([*a, *b]).or_default() += 1;
                }
            }
        }
    }

    /// Adds what was compared.
    pub(super) fn compared(&mut self, job: &Job<'_>, facts: &Facts, pairs: u64) {
        let name = |place: usize| job.tables.datasets[place].name.clone();
        let records = facts.records.iter().enumerate();
        self.records = records.map(|(place, records)| (name(place), *records)).collect();
        self.candidate_pairs = pairs;
        let joined = self.cluster_sizes.iter().map(|(size, people)| (size - 1) * people);
        self.people = facts.records.iter().sum::<u64>() - joined.sum::<u64>();
        let all = facts.records.len();
        let two = (0..all).flat_map(|a| (a + 1..all).map(move |b| [a, b]));
        let people = |two: [usize; 2]| self.both.get(&two).copied().unwrap_or_default();
        self.overlap = two.map(|[a, b]| (name(a), name(b), people([a, b]))).collect();
    }
}

impl std::fmt::Display for Summary {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let records: u64 = self.records.values().sum();
        write!(
            f,
            "{records} records of {} datasets are {} people; {} candidate pairs compared",
            self.records.len(),
            self.people,
            self.candidate_pairs
        )?;
        self.overlap.iter().try_for_each(|(a, b, people)| write!(f, "\n  in {a} and {b}: {people}"))
    }
}

impl Run<'_> {
    /// Decides all components, bucket by bucket.
    pub(super) fn decide(
        &self,
        scoring: &Scoring,
        patterns: &[Pattern],
        buckets: u64,
    ) -> Result<Summary, LinkError> {
        self.observer.stage("cluster", Some(buckets));
        self.session.run(&self.plan.inside(scoring.name_columns().count()))?;
        self.session.run(&self.plan.members())?;
        self.session.run(&self.plan.no_decisions())?;
        let mut summary = Summary::default();
        for bucket in 0..buckets {
            let mut components = Components::new(self.job.linkage, self.job.tables, patterns);
            self.session.rows(&self.plan.members_of(bucket), |batch| {
                add_members(&mut components, &batch)
            })?;
            self.session.rows(&self.plan.pairs_of(bucket), |batch| {
                add_pairs(&mut components, scoring, &batch)
            })?;
            let decisions = components.decide()?;
            summary.count(&decisions);
            self.keep(&decisions)?;
            self.observer.advance(1);
        }
        Ok(summary)
    }

    /// Keeps decisions on the cluster.
    fn keep(&self, decisions: &[Decision]) -> Result<(), LinkError> {
        let key = |decision: &Decision| i32::try_from(decision.link?.0?).ok();
        let columns = vec![
            ("id", Values::I64(decisions.iter().map(|d| Some(d.record.cast_signed())).collect())),
            (
                "person",
                Values::Binary(decisions.iter().map(|d| Some(d.person.0.to_vec())).collect()),
            ),
            ("match_key", Values::I32(decisions.iter().map(key).collect())),
            ("weight", Values::F64(decisions.iter().map(|d| Some(d.link?.1)).collect())),
        ];
        self.session.put(DECIDED, columns)?;
        Ok(self.session.run(&self.plan.keep_decisions())?)
    }
}

fn add_members(components: &mut Components<'_>, batch: &Batch) -> Result<(), LinkError> {
    let (ids, refs) = (batch.i64("id")?, batch.binary("record_ref")?);
    let (recipes, tokens) = (batch.i32_list("recipes")?, batch.i64_list("tokens")?);
    for row in 0..batch.rows() {
        let record = ids.get(row).ok_or_else(|| no_value("id"))?.cast_unsigned();
        let record_ref = token(refs.get(row).ok_or_else(|| no_value("record_ref"))?)?;
        let recipes = recipes.get(row).unwrap_or_default();
        let tokens = tokens.get(row).unwrap_or_default();
        let held = recipes.iter().zip(tokens).filter_map(|(recipe, token)| {
            Some((u8::try_from(*recipe).ok()?, token.cast_unsigned()))
        });
        components.add(record, place_of_dataset(record), record_ref, held.collect());
    }
    Ok(())
}

fn add_pairs(
    components: &mut Components<'_>,
    scoring: &Scoring,
    batch: &Batch,
) -> Result<(), LinkError> {
    let (first, second) = (batch.i64("a")?, batch.i64("b")?);
    let evidence = batch.text("evidence")?;
    for row in 0..batch.rows() {
        let record =
            |record: Option<i64>| record.map(i64::cast_unsigned).ok_or_else(|| no_value("a"));
        let evidence = evidence.get(row).ok_or_else(|| no_value("evidence"))?;
        let (pattern, weight) = weigh(scoring, evidence)?;
        let (first, second) = (record(first.get(row))?, record(second.get(row))?);
        components.add_pair(PairOf { first, second, pattern, weight });
    }
    Ok(())
}
