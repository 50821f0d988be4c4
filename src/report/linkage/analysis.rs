//! For the analysis: who was linked and who was not, and what an analyst gets to handle error.

use maud::{Markup, html};

use super::{LinkageReport, Presence};
use crate::interval::Estimate;
use crate::report::chart::{Interval, Label, intervals};
use crate::report::page::{beside, cell, of_numbers, of_words, table};
use crate::report::text::{percent, words};

/// From this on a standardised difference is taken to matter.
const MATTERS: f64 = 0.1;

pub fn section(report: &LinkageReport) -> Markup {
    html! {
        h3 { "Linkage rates" }
        (rates(report))
        h3 { "Linked and unlinked records compared" }
        p {
            "The linker knows of a record only which tokens it has. A standardised difference "
            "beyond " (MATTERS) " either way says that linked and unlinked records of a dataset "
            "differ in having an identifier: links are then missed for want of it, and not by chance."
        }
        (presence(report))
        h3 { "By sex, age, ethnicity or area" }
        p {
            "The linker has no such column. Linkage rates by payload subgroup are in the report of "
            code { "sealink extract" } " where " code { "extract.toml" } " names columns under "
            code { "[report]" } "; with a known truth, " code { "sealink evaluate --by" }
            " gives precision and recall by subgroup."
        }
        h3 { "What the analyst receives" }
        p {
            "In every extract " code { "people.parquet" } " has for each person which datasets hold it, "
            "the match key of its first link (" code { "link_status" } ") and the probability of its "
            "weakest link (" code { "probability" } "): enough to repeat an analysis with stricter links, "
            "or to weigh people by how sure they are."
        }
    }
}

fn rates(report: &LinkageReport) -> Markup {
    let three = |e: Estimate| [e.share, e.low, e.high];
    let drawn: Vec<Interval> = report
        .datasets
        .iter()
        .map(|d| Interval { name: words(&d.name), share: d.rate.map(three) })
        .collect();
    let told = |rate: Option<Estimate>, of: fn(Estimate) -> f64| {
        rate.map_or_else(|| "not told".to_owned(), |e| percent(of(e)))
    };
    let list: Vec<String> = report
        .datasets
        .iter()
        .map(|d| format!("{} {}", words(&d.name), told(d.rate, |e| e.share)))
        .collect();
    let title = "Share of records linked to another dataset";
    let label = Label { id: "dataset-rates", title, description: format!("{}.", list.join("; ")) };
    let rows: Vec<Vec<Markup>> = report
        .datasets
        .iter()
        .map(|d| {
            vec![
                cell(words(&d.name)),
                cell(d.linked),
                cell(d.records),
                cell(told(d.rate, |e| e.share)),
                cell(told(d.rate, |e| e.low)),
                cell(told(d.rate, |e| e.high)),
            ]
        })
        .collect();
    let heads = [
        of_words("dataset"),
        of_numbers("linked"),
        of_numbers("records"),
        of_numbers("rate"),
        of_numbers("from"),
        of_numbers("to"),
    ];
    beside(
        &intervals(&label, &drawn),
        "Wilson's intervals at 95 %. A rate is no measure of quality by itself: not every child is \
         in several datasets.",
        &table(title, &heads, &rows),
    )
}

fn presence(report: &LinkageReport) -> Markup {
    let names: Vec<String> = report.datasets.iter().map(|d| words(&d.name)).collect();
    let mut heads = vec![of_words("recipe")];
    heads.extend(names.iter().map(|name| of_numbers(name)));
    let told = |one: &&Presence| one.datasets.iter().any(|d| d.standardised_difference.is_some());
    let rows: Vec<Vec<Markup>> =
        report.presence.iter().filter(told).map(|one| row(report, one)).collect();
    html! {
        (table(
            "Standardised difference, linked less unlinked, of having a token; beyond 0.1 in bold",
            &heads,
            &rows,
        ))
    }
}

fn row(report: &LinkageReport, presence: &Presence) -> Vec<Markup> {
    let mut cells = vec![html! { code { (presence.recipe) } }];
    for dataset in &report.datasets {
        let found = presence.datasets.iter().find(|one| one.dataset == dataset.name);
        let difference = found.and_then(|one| one.standardised_difference);
        cells.push(match difference {
            Some(d) if d.abs() >= MATTERS => html! { strong { (signed(d)) } },
            Some(d) => cell(signed(d)),
            None => cell("–"),
        });
    }
    cells
}

fn signed(difference: f64) -> String {
    format!("{difference:+.2}").replace('-', "−")
}
