//! The report of a research extract: what is in it, whom it covers, how linkage differs between
//! groups, and what was done so that it tells of nobody.

mod agreement;
mod coverage;
mod dictionary;
mod subgroups;

use std::collections::BTreeMap;

use maud::{Markup, html};
use serde::Serialize;

use super::overlap::SetOfDatasets;
use super::page::{Page, Section};
use crate::count::{Disclosed, Preset};
use crate::interval::Estimate;

/// What is told of an extract.
#[derive(Clone, Debug, Serialize)]
pub struct ExtractReport {
    /// The project.
    #[serde(skip)]
    pub project: String,
    /// The extract's id.
    #[serde(skip)]
    pub extract: String,
    /// Its title.
    #[serde(skip)]
    pub title: String,
    /// The spec's fingerprint.
    #[serde(skip)]
    pub spec: String,
    /// The fingerprint of the linker's rules.
    #[serde(skip)]
    pub rules: Option<String>,
    /// Program and version.
    #[serde(skip)]
    pub software: &'static str,
    /// The rules by which counts are told.
    #[serde(serialize_with = "super::name_of")]
    pub disclosure: Preset,
    /// Every count that is told or hidden, by name.
    pub counts: BTreeMap<String, Disclosed>,
    /// People in the extract.
    pub people: Disclosed,
    /// People by the set of datasets that holds them.
    pub combinations: Vec<SetOfDatasets>,
    /// The tables, the people's first.
    pub tables: Vec<TableRow>,
    /// How linkage differs between groups.
    pub subgroups: Vec<Subgroups>,
    /// How far columns agree that say the same of a person.
    #[serde(skip)]
    pub agreements: Vec<AgreementRows>,
    /// What the agreements take for granted.
    #[serde(skip)]
    pub agreement_assumes: &'static str,
}

/// A table of the extract.
#[derive(Clone, Debug, Serialize)]
pub struct TableRow {
    /// Its name.
    pub name: String,
    /// What it holds.
    #[serde(skip)]
    pub description: String,
    /// Its rows; those linked to another dataset and the others, for a dataset.
    pub rows: Disclosed,
    /// Rows of people who are in another dataset of the extract too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub linked: Option<Disclosed>,
    /// The share of rows that is linked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rate: Option<Estimate>,
    /// Records of the person map that have no payload.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub without_payload: Option<Disclosed>,
    /// Its columns.
    pub columns: Vec<ColumnRow>,
}

/// A column of the extract.
#[derive(Clone, Debug, Serialize)]
pub struct ColumnRow {
    /// Its name.
    pub name: String,
    /// Its type.
    #[serde(skip)]
    pub r#type: &'static str,
    /// What it means.
    #[serde(skip)]
    pub description: String,
    /// How much of the value is shown, if not all of it.
    #[serde(skip)]
    pub coarsened: Option<&'static str>,
    /// Cells that hold something, that were empty, and that were left empty since they could not
    /// be made coarser; not of the people's table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cells: Option<[Disclosed; 3]>,
}

/// How linkage differs between the groups of a column.
#[derive(Clone, Debug, Serialize)]
pub struct Subgroups {
    /// The dataset.
    pub dataset: String,
    /// The column.
    pub column: String,
    /// The groups in the order of their values.
    pub groups: Vec<Subgroup>,
}

/// A group of rows.
#[derive(Clone, Debug, Serialize)]
pub struct Subgroup {
    /// The value.
    pub value: String,
    /// Its rows.
    pub rows: Disclosed,
    /// Rows of people who are in another dataset of the extract too.
    pub linked: Disclosed,
    /// The share that is linked, with its interval.
    pub rate: Option<Estimate>,
    /// How much commoner the group is among linked rows than among others, in standard deviations.
    pub standardised_difference: Option<f64>,
}

/// How far columns agree in what they say of a person; the counts are told by the module that
/// compared them.
#[derive(Clone, Debug)]
pub struct AgreementRows {
    /// What the columns say.
    pub name: String,
    /// For each two datasets and together: names, and what is told as text.
    pub rows: Vec<AgreementRow>,
}

/// How far the columns of two datasets agree.
#[derive(Clone, Debug)]
pub struct AgreementRow {
    /// The two, or all together.
    pub name: String,
    /// People linked, compared and agreeing, as they are told.
    pub counts: [String; 3],
    /// The share that agrees and the ends of its interval; no share if it would tell a small count.
    pub agreement: Option<(Option<f64>, f64, f64)>,
    /// The share that would agree by chance.
    pub random: Option<f64>,
    /// The share of true links.
    pub true_links: Option<(Option<f64>, f64, f64)>,
}

/// The report as a page.
#[must_use]
pub fn render(report: &ExtractReport) -> String {
    let section = |id, heading, body| Section { id, heading, body };
    let mut sections = vec![
        section("dictionary", "1 What is in it", dictionary::section(report)),
        section("coverage", "2 Whom it covers", coverage::section(report)),
        section("subgroups", "3 Linkage by group", subgroups::section(report)),
    ];
    sections.push(section("agreement", "4 Do linked records agree?", agreement::section(report)));
    sections.push(section("disclosure", "5 Disclosure control", disclosure(report)));
    let columns: usize = report.tables.iter().map(|table| table.columns.len()).sum();
    let mut origin = vec![
        ("software", report.software.to_owned()),
        ("project", report.project.clone()),
        ("extract", report.extract.clone()),
        ("spec fingerprint", report.spec.clone()),
    ];
    origin.extend(report.rules.clone().map(|rules| ("rules fingerprint", rules)));
    Page {
        kind: "Report of a research extract",
        title: &report.title,
        preset: report.disclosure,
        readers: "For the researcher, the safe haven and whoever approves the extract. The extract \
                  itself holds single records and is not for release; this page may be.",
        facts: vec![
            ("people", report.people.to_string()),
            ("tables", report.tables.len().to_string()),
            ("columns", columns.to_string()),
        ],
        sections,
        origin,
    }
    .render()
}

fn disclosure(report: &ExtractReport) -> Markup {
    let coarse: Vec<(&str, &ColumnRow)> = report
        .tables
        .iter()
        .flat_map(|table| table.columns.iter().map(|column| (table.name.as_str(), column)))
        .filter(|(_, column)| column.coarsened.is_some())
        .collect();
    html! {
        ul {
            li { "Counts on this page: " (report.disclosure.describe()) }
            li { "A person is a number made anew for this extract; it means nothing in another." }
            li { "Rows are in the order of these numbers: nothing of a source's order is left." }
            li { "No token, record reference, local id or key is in the extract." }
            @for (table, column) in coarse {
                li {
                    code { (table) "." (column.name) } " is made coarser: "
                    (column.coarsened.unwrap_or_default()) "."
                }
            }
        }
        p {
            "What this does not do: a rare combination of values in the extract may still tell of a "
            "child to whoever knows it. " code { "sealink audit" } " finds who stands out; checking "
            "the outputs of an analysis is the safe haven's task."
        }
    }
}
