//! What is told of a linkage.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::count::{Disclosed, Preset};
use crate::interval::Estimate;
use crate::report::overlap::SetOfDatasets;

/// What is told of a linkage.
#[derive(Clone, Debug, Serialize)]
pub struct LinkageReport {
    /// The format of the report as JSON.
    pub format: &'static str,
    /// The protocol of the tokens.
    pub protocol: &'static str,
    /// The project.
    pub project: String,
    /// The spec's fingerprint.
    pub spec: String,
    /// The fingerprint of the linker's rules.
    pub rules: String,
    /// The linkage key's check value.
    pub key: Option<String>,
    /// Program and version.
    pub software: &'static str,
    /// The rules by which counts are told.
    #[serde(serialize_with = "crate::report::name_of")]
    pub disclosure: Preset,
    /// Every count that is told or hidden, by name: what the next release is compared with.
    pub counts: BTreeMap<String, Disclosed>,
    /// How links were made.
    pub method: Method,
    /// The identifiers, each with its kind.
    pub fields: Vec<(String, String)>,
    /// The datasets.
    pub datasets: Vec<DatasetRow>,
    /// Records that were dropped as withdrawn, and linked to none as sealed.
    pub withdrawn: Disclosed,
    /// Records that were linked to none as sealed.
    pub sealed: Disclosed,
    /// Pairs that were compared.
    pub candidate_pairs: Disclosed,
    /// People found.
    pub people: Disclosed,
    /// What each match key did.
    pub match_keys: Vec<KeyRow>,
    /// Pairs kept apart, by constraint.
    pub kept_apart: Vec<NamedCount>,
    /// Pairs listed for review, by reason.
    pub review: Vec<NamedCount>,
    /// People by how many records they have.
    pub cluster_sizes: Vec<NamedCount>,
    /// People by the set of datasets that holds them.
    pub combinations: Vec<SetOfDatasets>,
    /// People with several records in a dataset.
    pub duplicates: Vec<NamedCount>,
    /// Which tokens linked records have, and others.
    pub presence: Vec<Presence>,
    /// How match weights lie and come about, where links are scored.
    pub weights: Option<Weights>,
    /// How good the links are as far as shows without truth, where that was asked for.
    pub rates: Vec<Rates>,
}

/// How links were made.
#[derive(Clone, Debug, Serialize)]
pub struct Method {
    /// By match weight, or by match keys alone.
    pub scored: bool,
    /// The least probability of a link.
    pub threshold: f64,
    /// The least probability of a pair for review.
    pub review: f64,
    /// Whether the model was that of an earlier linkage.
    pub given_model: bool,
    /// What each blocking recipe found.
    pub blocks: Vec<Blocked>,
    /// The largest block that was compared by its recipe alone.
    pub largest_block: u32,
    /// The vetoes by name.
    pub vetoes: Vec<String>,
}

/// What a blocking recipe found.
#[derive(Clone, Debug, Serialize)]
pub struct Blocked {
    /// The recipe.
    pub recipe: String,
    /// Its pairs.
    pub pairs: Disclosed,
}

/// One dataset.
#[derive(Clone, Debug, Serialize)]
pub struct DatasetRow {
    /// Its name.
    pub name: String,
    /// Whether it is declared to hold nobody twice.
    pub free_of_duplicates: bool,
    /// Its records.
    pub records: Disclosed,
    /// Records of people who are in another dataset too.
    pub linked: Disclosed,
    /// Records that are linked to no other dataset.
    pub not_linked: Disclosed,
    /// The share that is linked, with its interval; from the counts above.
    pub rate: Option<Estimate>,
}

/// What a match key did.
#[derive(Clone, Debug, Serialize)]
pub struct KeyRow {
    /// The key.
    pub key: String,
    /// Pairs that satisfy it first.
    pub satisfied: Disclosed,
    /// Links between datasets.
    pub across: Disclosed,
    /// Links within a dataset.
    pub within: Disclosed,
    /// Pairs passed over for a second partner.
    pub ambiguous: Disclosed,
}

/// A count with its name.
#[derive(Clone, Debug, Serialize)]
pub struct NamedCount {
    /// Its name.
    pub name: String,
    /// The spec's reason for it, if any.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The count.
    pub count: Disclosed,
}

/// How many of some records have something.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Amount {
    /// Those that have it.
    pub with: Disclosed,
    /// All of them.
    pub of: Disclosed,
}

/// Who has a token of a recipe.
#[derive(Clone, Debug, Serialize)]
pub struct Presence {
    /// The recipe.
    pub recipe: String,
    /// By dataset.
    pub datasets: Vec<PresenceIn>,
}

/// Who of a dataset has a token of a recipe.
#[derive(Clone, Debug, Serialize)]
pub struct PresenceIn {
    /// The dataset.
    pub dataset: String,
    /// Of its linked records.
    pub linked: Amount,
    /// Of its other records.
    pub not_linked: Amount,
    /// The difference of the two shares in standard deviations; none if it cannot be told.
    pub standardised_difference: Option<f64>,
}

/// How match weights lie and come about.
#[derive(Clone, Debug, Serialize)]
pub struct Weights {
    /// The weight of the least probable link, in bits.
    pub threshold: f64,
    /// The weight of the least probable pair for review, in bits.
    pub review: f64,
    /// Pairs by weight.
    pub bins: Vec<WeightBin>,
    /// Some patterns of evidence.
    pub patterns: Vec<PatternChart>,
}

/// Pairs of some weight.
#[derive(Clone, Debug, Serialize)]
pub struct WeightBin {
    /// No less than this, in bits.
    pub from: f64,
    /// Less than this.
    pub to: f64,
    /// Pairs.
    pub pairs: Disclosed,
    /// Of these, pairs of one person.
    pub of_one_person: Disclosed,
}

/// A pattern of evidence and how its weight comes about.
#[derive(Clone, Debug, Serialize)]
pub struct PatternChart {
    /// Why it is shown.
    pub shown_as: &'static str,
    /// Pairs that show it.
    pub pairs: Disclosed,
    /// The odds before anything is compared, in bits.
    pub before: f64,
    /// What each comparison adds.
    pub steps: Vec<Step>,
    /// What is taken off for siblings and twins.
    pub family: f64,
    /// The sum.
    pub match_weight: f64,
}

/// What a comparison adds.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// What is compared.
    pub comparison: String,
    /// How closely it agrees.
    pub level: &'static str,
    /// What that adds, in bits.
    pub bits: f64,
}

/// Shares that tell of quality, with what they take for granted.
#[derive(Clone, Debug, Serialize)]
pub struct Rates {
    /// What the shares are of.
    pub what: &'static str,
    /// What is taken for granted.
    pub assumes: &'static str,
    /// Whether a high share is a good one.
    pub high_is_good: bool,
    /// The shares.
    pub rows: Vec<Rated>,
}

/// A share that tells of quality.
#[derive(Clone, Debug, Serialize)]
pub struct Rated {
    /// Of what.
    pub name: String,
    /// Those that count, and all of them, where these are counts.
    pub counts: Option<Amount>,
    /// The share with its interval; none if it may not be told or there is nothing.
    pub share: Option<Estimate>,
}
