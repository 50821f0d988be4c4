//! What was read, refused and made, in counts.

use std::collections::BTreeMap;

use serde::Serialize;

use super::normalise::{Refusal, Warning};
use crate::spec::Linkage;

/// Rows listed one by one in the quality report; further ones are only counted.
pub const MOST_LISTED_ROWS: usize = 1000;

/// What became of an input's rows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Rows read, without headers and blank lines.
    pub rows: u64,
    /// Rows that became part of a record that is written.
    pub used_rows: u64,
    /// Distinct records written.
    pub records: u64,
    /// Blank lines passed over.
    pub blank_lines: u64,
    /// Rows left out for a fault, by reason.
    pub left_out: BTreeMap<&'static str, u64>,
    /// The first rows left out.
    pub left_out_rows: Vec<LeftOut>,
    /// What came of the lists of records, where the source mapping has some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub listed: Option<ListedTally>,
    /// Alternatives beyond the most that one record may have of one recipe.
    pub alternatives_cut: u64,
    /// What became of each field's cells.
    pub fields: BTreeMap<String, FieldTally>,
    /// What each recipe gave.
    pub recipes: BTreeMap<String, RecipeTally>,
}

/// A row that was left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LeftOut {
    /// The input, counted from 1.
    pub input: usize,
    /// The row, counted as a spreadsheet shows records: the header is row 1.
    pub row: u64,
    /// Why.
    pub reason: &'static str,
}

/// What came of the lists of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ListedTally {
    /// Records that went nowhere.
    pub leave_out: ListTally,
    /// Records that nothing can be tied to; without those that are left out too.
    pub seal: ListTally,
}

/// What came of the lists of one kind. Nothing says which records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ListTally {
    /// Different ids on the lists.
    pub listed: u64,
    /// Of these, records that the inputs hold.
    pub records: u64,
    /// The rows of those records.
    pub rows: u64,
    /// Ids that no record of the inputs has.
    pub not_found: u64,
}

/// What became of a field's cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct FieldTally {
    /// Cells that gave a value.
    pub accepted: u64,
    /// Empty cells.
    pub blank: u64,
    /// Cells refused, by reason.
    pub refused: BTreeMap<&'static str, u64>,
    /// Cells that gave a value but look odd, by what is odd.
    pub warned: BTreeMap<&'static str, u64>,
}

/// What a recipe gave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RecipeTally {
    /// Rows with at least one token.
    pub rows: u64,
    /// Tokens, alternatives among them.
    pub tokens: u64,
}

impl Tally {
    /// Nothing counted yet.
    #[must_use]
    pub fn new(linkage: &Linkage) -> Self {
        Self {
            recipes: linkage
                .recipes
                .iter()
                .map(|recipe| (recipe.id.clone(), RecipeTally::default()))
                .collect(),
            ..Self::default()
        }
    }

    /// Leaves a row out.
    pub(super) fn leave_out(&mut self, input: usize, row: u64, reason: &'static str) {
        *self.left_out.entry(reason).or_default() += 1;
        if self.left_out_rows.len() < MOST_LISTED_ROWS {
            self.left_out_rows.push(LeftOut { input, row, reason });
        }
    }

    /// Rows left out for a fault, whichever it is; those of listed records are not among them.
    #[must_use]
    pub fn rows_left_out(&self) -> u64 {
        self.left_out.values().sum()
    }

    /// What each code that was counted for a cell means, and what to do at source.
    #[must_use]
    pub fn meanings(&self) -> BTreeMap<&'static str, &'static str> {
        let counted = |code: &str| {
            self.fields
                .values()
                .any(|f| f.refused.contains_key(code) || f.warned.contains_key(code))
        };
        let refusals = Refusal::ALL.map(|refusal| (refusal.code(), refusal.describe()));
        let warnings = Warning::ALL.map(|warning| (warning.code(), warning.describe()));
        refusals.into_iter().chain(warnings).filter(|(code, _)| counted(code)).collect()
    }

    /// Adds the counts of a later part of the input.
    pub(super) fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        self.used_rows += other.used_rows;
        self.blank_lines += other.blank_lines;
        self.alternatives_cut += other.alternatives_cut;
        add_counts(&mut self.left_out, &other.left_out);
        let room = MOST_LISTED_ROWS.saturating_sub(self.left_out_rows.len());
        self.left_out_rows.extend(other.left_out_rows.iter().take(room).cloned());
        for (name, counts) in &other.fields {
            self.fields.entry(name.clone()).or_default().add(counts);
        }
        for (name, counts) in &other.recipes {
            let recipe = self.recipes.entry(name.clone()).or_default();
            recipe.rows += counts.rows;
            recipe.tokens += counts.tokens;
        }
    }
}

impl FieldTally {
    pub(super) fn refuse(&mut self, reason: &'static str) {
        *self.refused.entry(reason).or_default() += 1;
    }

    pub(super) fn warn(&mut self, oddity: &'static str) {
        *self.warned.entry(oddity).or_default() += 1;
    }

    fn add(&mut self, other: &Self) {
        self.accepted += other.accepted;
        self.blank += other.blank;
        add_counts(&mut self.refused, &other.refused);
        add_counts(&mut self.warned, &other.warned);
    }
}

fn add_counts(to: &mut BTreeMap<&'static str, u64>, from: &BTreeMap<&'static str, u64>) {
    for (reason, count) in from {
        *to.entry(reason).or_default() += count;
    }
}
