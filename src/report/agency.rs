//! An agency's quality report: what was read and refused, what leaves and what stays, and what to
//! mend at source.

mod columns;
mod fields;
mod rows;

use std::collections::BTreeMap;

use serde::Serialize;

use super::page::{Page, Section};
use super::text::words;
use crate::count::{Disclosed, Preset};

/// What is told of an agency's step.
#[derive(Clone, Debug, Serialize)]
pub struct AgencyReport {
    /// The format of the report as JSON.
    pub format: &'static str,
    /// The protocol of the tokens.
    pub protocol: &'static str,
    /// The project.
    pub project: String,
    /// The dataset.
    pub dataset: String,
    /// The spec's fingerprint.
    pub spec: String,
    /// The linkage key's check value.
    pub key: String,
    /// The canary digest.
    pub canary: String,
    /// Program and version.
    pub software: &'static str,
    /// The rules by which counts are told.
    #[serde(serialize_with = "super::name_of")]
    pub disclosure: Preset,
    /// Every count that is told or hidden, by name.
    pub counts: BTreeMap<String, Disclosed>,
    /// Records written.
    pub records: Disclosed,
    /// Rows read, and what became of them.
    pub rows: Disclosed,
    /// Rows by what became of them.
    pub row_outcomes: Vec<(String, Disclosed)>,
    /// The first rows left out, each by input, row and reason; none in a release.
    pub left_out_rows: Vec<(usize, u64, &'static str)>,
    /// Records that lists left out or sealed, if there are lists.
    pub listed: Option<[Disclosed; 2]>,
    /// The fields and their cells.
    pub fields: Vec<FieldRow>,
    /// The columns of the source and where each goes.
    pub columns: Vec<ColumnRow>,
    /// The token columns.
    pub token_columns: Vec<TokenColumnRow>,
    /// The largest share that one token may have.
    pub largest_share: f64,
}

/// What became of a field's cells.
#[derive(Clone, Debug, Serialize)]
pub struct FieldRow {
    /// The field.
    pub field: String,
    /// All of its cells.
    pub cells: Disclosed,
    /// Cells that gave a value.
    pub accepted: Disclosed,
    /// Empty cells.
    pub blank: Disclosed,
    /// Cells refused, by reason.
    pub refused: Vec<Reason>,
    /// Cells accepted that look odd, by what is odd.
    pub odd: Vec<Reason>,
}

/// A reason, how often it occurred, and what to do about it.
#[derive(Clone, Debug, Serialize)]
pub struct Reason {
    /// Its word in reports.
    pub code: &'static str,
    /// What it means and what to try at source.
    pub meaning: &'static str,
    /// Cells.
    pub count: Disclosed,
}

/// A column of the source.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnRow {
    /// Its name.
    pub column: String,
    /// What it is to the source mapping.
    pub role: String,
    /// What goes to whom.
    pub leaves: String,
    /// What stays.
    pub stays: &'static str,
}

/// A column of the token table.
#[derive(Clone, Debug, Serialize)]
pub struct TokenColumnRow {
    /// The recipe.
    pub recipe: String,
    /// What it is made of.
    pub parts: String,
    /// Rows with a token.
    pub rows: Disclosed,
    /// The share of records that the commonest token is estimated to have.
    pub estimated_largest_share: f64,
    /// Whether the parties accept a larger share than the limit.
    pub accepted_risk: bool,
}

/// The report as a page.
#[must_use]
pub fn render(report: &AgencyReport) -> String {
    let exact = report.disclosure == Preset::Exact;
    let section = |id, heading, body| Section { id, heading, body };
    let count = |count: Disclosed| count.to_string();
    Page {
        kind: "Quality report of an agency's step",
        title: &words(&report.dataset),
        preset: report.disclosure,
        readers: if exact {
            "For the agency that holds the records. It names columns, reasons and row numbers, and \
             no value. With --disclosure, sealink pseudonymise makes one for others beside it."
        } else {
            "For the linkage's governance. It names columns and reasons, and no value."
        },
        facts: vec![
            ("records", count(report.records)),
            ("rows read", count(report.rows)),
            ("fields", report.fields.len().to_string()),
            ("token columns", report.token_columns.len().to_string()),
        ],
        sections: vec![
            section("read", "1 What was read", rows::section(report)),
            section("fields", "2 Field by field", fields::section(report)),
            section("mend", "3 What to mend at source", fields::mend(report)),
            section("leaves", "4 What leaves and what stays", columns::section(report)),
            section("tokens", "5 What tokens give away", columns::tokens(report)),
        ],
        origin: vec![
            ("software", report.software.to_owned()),
            ("project", report.project.clone()),
            ("protocol", report.protocol.to_owned()),
            ("spec fingerprint", report.spec.clone()),
            ("linkage key's check value", report.key.clone()),
            ("canary digest", report.canary.clone()),
        ],
    }
    .render()
}
