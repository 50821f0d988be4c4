//! The linkage report, filled in from a run: every count by way of a policy.

mod presence;
mod rates;

use std::collections::BTreeMap;

use super::LinkSummary;
use super::coverage::DatasetLinks;
use super::weighed::Weighed;
use crate::count::{Count, Disclosed, Policy, Preset};
use crate::format::{Manifest, SOFTWARE};
use crate::report::{
    Blocked, DatasetRow, KeyRow, LinkageReport, Method, NamedCount, PatternChart, SetOfDatasets,
    Step, WeightBin, Weights,
};
use crate::spec::{self, Linkage};
use crate::token::PROTOCOL;

/// What a report is made from.
pub(super) struct Source<'s> {
    pub linkage: &'s Linkage,
    pub manifest: &'s Manifest,
    pub summary: &'s LinkSummary,
    pub given_model: bool,
}

/// Fills in a report by the rules of a policy.
pub(super) fn report(source: &Source<'_>, mut policy: Policy) -> LinkageReport {
    let Source { linkage, manifest, summary, .. } = *source;
    let (datasets, withdrawn, sealed) = (
        datasets(linkage, summary, &mut policy),
        policy.disclose("withdrawn", Count::of(summary.withdrawn)),
        policy.disclose("sealed", Count::of(summary.sealed)),
    );
    let weights = summary.match_weights.as_ref().map(|weighed| weights(weighed, &mut policy));
    let (combinations, people) = combinations(summary, &mut policy);
    let mut report = LinkageReport {
        format: "linkage-release/1",
        protocol: PROTOCOL,
        project: linkage.project.clone(),
        spec: manifest.spec.clone(),
        rules: manifest.rules.clone().unwrap_or_default(),
        key: manifest.key.clone(),
        software: SOFTWARE,
        disclosure: policy.preset(),
        counts: BTreeMap::new(),
        method: method(source, &mut policy),
        fields: fields(linkage),
        withdrawn,
        sealed,
        candidate_pairs: policy.disclose("candidate_pairs", Count::of(summary.candidate_pairs)),
        people,
        match_keys: match_keys(summary, &mut policy),
        kept_apart: kept_apart(summary, &mut policy),
        review: review(summary, &mut policy),
        cluster_sizes: cluster_sizes(summary, &mut policy),
        combinations,
        duplicates: duplicates(summary, &mut policy),
        presence: presence::presence(linkage, summary, &datasets, &mut policy),
        weights,
        rates: rates::rates(summary, &mut policy),
        datasets,
    };
    report.counts = policy.ledger().clone();
    report
}

fn fields(linkage: &Linkage) -> Vec<(String, String)> {
    linkage.fields.iter().map(|f| (f.name.clone(), f.kind.name().to_owned())).collect()
}

fn method(source: &Source<'_>, policy: &mut Policy) -> Method {
    let rules = &source.linkage.rules;
    let block = |block: &super::Blocks| Blocked {
        recipe: block.recipe.clone(),
        pairs: policy.disclose(&format!("blocks/{}", block.recipe), Count::of(block.pairs)),
    };
    Method {
        scored: rules.method == spec::Method::Scored,
        threshold: rules.threshold,
        review: rules.review,
        given_model: source.given_model,
        blocks: source.summary.blocks.iter().map(block).collect(),
        largest_block: rules.largest_block,
        vetoes: rules.vetoes.iter().map(|veto| veto.id.clone()).collect(),
    }
}

fn datasets(linkage: &Linkage, summary: &LinkSummary, policy: &mut Policy) -> Vec<DatasetRow> {
    let given = linkage
        .datasets
        .iter()
        .filter_map(|dataset| summary.datasets.get(&dataset.name).map(|links| (dataset, links)));
    let row = |(dataset, links): (&spec::Dataset, &DatasetLinks)| {
        let parts = [
            ("linked", Count::of(links.linked)),
            ("not_linked", Count::of(links.duplicates_only + links.single)),
        ];
        let told = policy.parts(&format!("records/{}", dataset.name), &parts);
        DatasetRow {
            name: dataset.name.clone(),
            free_of_duplicates: dataset.free_of_duplicates,
            records: told.total,
            linked: told.cells[0],
            not_linked: told.cells[1],
            rate: told.cells[0].rate_of(told.total),
        }
    };
    given.map(row).collect()
}

/// People by sets of datasets, and all of them. With more datasets than sets can be listed of,
/// people by their sizes take that place.
fn combinations(summary: &LinkSummary, policy: &mut Policy) -> (Vec<SetOfDatasets>, Disclosed) {
    if summary.combinations.is_empty() {
        return (Vec::new(), policy.disclose("people", Count::of(summary.people)));
    }
    let parts: Vec<(String, Count)> = summary
        .combinations
        .iter()
        .map(|set| (set.datasets.join("+"), Count::of(set.people)))
        .collect();
    // Where nobody is in a dataset twice, its records are the people of all sets with it.
    let with = |dataset: &String| -> Vec<usize> {
        let sets = summary.combinations.iter().enumerate();
        sets.filter(|(_, set)| set.datasets.contains(dataset)).map(|(place, _)| place).collect()
    };
    let sums: Vec<Vec<usize>> = summary.datasets.keys().map(with).collect();
    let told = policy.parts_of("people", &parts, &sums);
    let set = |(set, people): (&super::Combination, &Disclosed)| SetOfDatasets {
        datasets: set.datasets.clone(),
        people: *people,
    };
    (summary.combinations.iter().zip(&told.cells).map(set).collect(), told.total)
}

/// The links of all keys together are the records less the people: they are parts of a total.
fn match_keys(summary: &LinkSummary, policy: &mut Policy) -> Vec<KeyRow> {
    let keys = &summary.match_keys;
    let across =
        keys.iter().map(|key| (format!("{}/across", key.key), Count::of(key.linked_across)));
    let within =
        keys.iter().map(|key| (format!("{}/within", key.key), Count::of(key.linked_within)));
    let links = policy.parts("links", &across.chain(within).collect::<Vec<_>>()).cells;
    let rivals: Vec<(&str, Count)> =
        keys.iter().map(|key| (key.key.as_str(), Count::of(key.ambiguous))).collect();
    let ambiguous = policy.parts("two_partners", &rivals).cells;
    let row = |(place, key): (usize, &super::KeySummary)| KeyRow {
        key: key.key.clone(),
        satisfied: policy.disclose(&format!("satisfied/{}", key.key), Count::of(key.satisfied)),
        across: links[place],
        within: links[keys.len() + place],
        ambiguous: ambiguous[place],
    };
    keys.iter().enumerate().map(row).collect()
}

fn kept_apart(summary: &LinkSummary, policy: &mut Policy) -> Vec<NamedCount> {
    let parts: Vec<(&str, Count)> = summary
        .kept_apart
        .iter()
        .map(|veto| (veto.constraint.as_str(), Count::of(veto.pairs)))
        .collect();
    let told = policy.parts("kept_apart", &parts).cells;
    let row = |(veto, count): (&super::VetoSummary, Disclosed)| NamedCount {
        name: veto.constraint.clone(),
        reason: veto.reason.clone(),
        count,
    };
    summary.kept_apart.iter().zip(told).map(row).collect()
}

/// The review list by reason. A release leaves out the reasons that are counted elsewhere in
/// it: two counts of nearly the same pairs would give each other away.
fn review(summary: &LinkSummary, policy: &mut Policy) -> Vec<NamedCount> {
    let exact = policy.preset() == Preset::Exact;
    let elsewhere =
        |reason: &str| reason.starts_with("kept apart") || reason.starts_with("another partner");
    let listed = summary.review.iter().filter(|(reason, _)| exact || !elsewhere(reason));
    let row = |(reason, pairs): (&String, &u64)| NamedCount {
        name: reason.clone(),
        reason: None,
        count: policy.disclose(&format!("review/{reason}"), Count::of(*pairs)),
    };
    listed.map(row).collect()
}

fn cluster_sizes(summary: &LinkSummary, policy: &mut Policy) -> Vec<NamedCount> {
    let sizes = policy.pooled(&summary.cluster_sizes);
    let told = policy.parts("people_by_records", &sizes).cells;
    let row = |((name, _), count)| NamedCount { name, reason: None, count };
    sizes.into_iter().zip(told).map(row).collect()
}

fn duplicates(summary: &LinkSummary, policy: &mut Policy) -> Vec<NamedCount> {
    let row = |(dataset, people): (&String, &u64)| NamedCount {
        name: dataset.clone(),
        reason: None,
        count: policy.disclose(&format!("duplicates/{dataset}"), Count::of(*people)),
    };
    summary.duplicates.iter().map(row).collect()
}

fn weights(weighed: &Weighed, policy: &mut Policy) -> Weights {
    let rows: Vec<(String, Vec<Count>)> = weighed
        .histogram
        .iter()
        .map(|bin| {
            let counts = [bin.of_one_person, bin.pairs - bin.of_one_person];
            (format!("{:+}", bin.from), counts.map(Count::of).to_vec())
        })
        .collect();
    let table = policy.table("match_weights", &["of_one_person", "of_two"], &rows);
    let bins = weighed.histogram.iter().zip(&table.rows).map(|(bin, row)| WeightBin {
        from: bin.from,
        to: bin.to,
        pairs: row.total,
        of_one_person: row.cells[0],
    });
    let pattern = |(place, pattern): (usize, &super::EvidencePattern)| PatternChart {
        shown_as: pattern.shown_as,
        pairs: policy.disclose(&format!("patterns/{place}"), Count::of(pattern.pairs)),
        before: pattern.explained.before,
        steps: pattern.explained.steps.iter().map(step).collect(),
        family: pattern.explained.family,
        match_weight: pattern.explained.match_weight,
    };
    Weights {
        threshold: weighed.threshold,
        review: weighed.review,
        bins: bins.collect(),
        patterns: weighed.patterns.iter().enumerate().map(pattern).collect(),
    }
}

fn step(step: &super::EvidenceStep) -> Step {
    Step { comparison: step.comparison.clone(), level: step.level, bits: step.bits }
}
