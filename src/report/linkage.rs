//! The linker's report, in the order of GUILD (Gilbert and others, 2018): what was provided, how
//! it was linked, what an analyst must know, what a publication should say.

mod analysis;
mod checklist;
mod links;
mod people;
mod provided;
mod quality;
mod told;
mod weights;

use super::page::{Page, Section};
use super::text::{percent, thousands};
use crate::count::Preset;
pub use told::{
    Amount, Blocked, DatasetRow, KeyRow, LinkageReport, Method, NamedCount, PatternChart, Presence,
    PresenceIn, Rated, Rates, Step, WeightBin, Weights,
};

/// The report as a page.
#[must_use]
pub fn render(report: &LinkageReport) -> String {
    let exact = report.disclosure == Preset::Exact;
    Page {
        kind: "Linkage report",
        title: &report.project,
        preset: report.disclosure,
        readers: if exact {
            "For the linker. With --disclosure, sealink link makes a report for others beside it."
        } else {
            "For whoever governs, reviews or uses the linkage. It holds counts and shares of all \
             records; none tells of a single child."
        },
        facts: facts(report),
        sections: sections(report),
        origin: origin(report),
    }
    .render()
}

fn facts(report: &LinkageReport) -> Vec<(&'static str, String)> {
    let all: Option<u64> = report.datasets.iter().map(|dataset| dataset.records.number()).sum();
    let linked: Option<u64> = report.datasets.iter().map(|dataset| dataset.linked.number()).sum();
    let share = |(part, whole): (u64, u64)| crate::interval::share(part, whole);
    let rate = linked.zip(all).and_then(share).map_or_else(|| "not told".to_owned(), percent);
    vec![
        ("datasets", report.datasets.len().to_string()),
        ("records", all.map_or_else(|| "not told".to_owned(), thousands)),
        ("people found", report.people.to_string()),
        ("records linked to another dataset", rate),
    ]
}

fn sections(report: &LinkageReport) -> Vec<Section> {
    let section = |id, heading, body| Section { id, heading, body };
    // The checklists name sections by these numbers.
    vec![
        section("provided", "1 What was provided", provided::section(report)),
        section("links", "2 How it was linked", links::section(report)),
        section("weights", "3 The evidence", weights::section(report.weights.as_ref())),
        section("people", "4 Who was found", people::section(report)),
        section("quality", "5 How good the links are", quality::section(report)),
        section("analysis", "6 For the analysis", analysis::section(report)),
        section("checklist", "7 Checklists", checklist::section(report)),
    ]
}

fn origin(report: &LinkageReport) -> Vec<(&'static str, String)> {
    let mut origin = vec![
        ("software", report.software.to_owned()),
        ("protocol", report.protocol.to_owned()),
        ("spec fingerprint", report.spec.clone()),
        ("rules fingerprint", report.rules.clone()),
    ];
    origin.extend(report.key.clone().map(|key| ("linkage key's check value", key)));
    origin
}
