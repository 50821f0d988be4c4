//! How linkage differs between groups.

use maud::{Markup, html};

use super::{ExtractReport, Subgroup, Subgroups};
use crate::interval::Estimate;
use crate::report::chart::{Interval, Label, intervals};
use crate::report::page::{beside, cell, of_numbers, of_words, table};
use crate::report::text::{percent, words};

/// From this on a standardised difference is taken to matter.
const MATTERS: f64 = 0.1;

pub fn section(report: &ExtractReport) -> Markup {
    html! {
        @if report.subgroups.is_empty() {
            p {
                "No column was named to compare groups by. Under " code { "[report]" } " in "
                code { "extract.toml" } ", " code { "subgroups = [\"sex\"]" } " names some."
            }
        } @else {
            p {
                "A row is linked if its person is in another dataset of the extract too. Where rates "
                "differ, it may be that a group is known to fewer services, or that its links are "
                "missed more often: the standardised difference says how much commoner the group is "
                "among linked rows, and beyond " (MATTERS) " either way it may bias an analysis."
            }
        }
        @for (place, groups) in report.subgroups.iter().enumerate() {
            h3 { (words(&groups.dataset)) ": " (words(&groups.column)) }
            (groups_of(place, groups))
        }
    }
}

fn groups_of(place: usize, groups: &Subgroups) -> Markup {
    let drawn: Vec<Interval> = groups
        .groups
        .iter()
        .map(|group| Interval {
            name: group.value.clone(),
            share: group.rate.map(|e| [e.share, e.low, e.high]),
        })
        .collect();
    let list: Vec<String> = groups
        .groups
        .iter()
        .map(|g| format!("{} {}", g.value, told(g.rate, |e| e.share)))
        .collect();
    let id = format!("groups-{}", place + 1);
    let title =
        format!("Share of rows linked, {} by {}", words(&groups.dataset), words(&groups.column));
    let label = Label { id: &id, title: &title, description: format!("{}.", list.join("; ")) };
    let rows: Vec<Vec<Markup>> = groups.groups.iter().map(row).collect();
    let heads = [
        of_words("group"),
        of_numbers("rows"),
        of_numbers("linked"),
        of_numbers("rate"),
        of_numbers("95\u{a0}% interval"),
        of_numbers("std. difference"),
    ];
    beside(&intervals(&label, &drawn), "Wilson's intervals at 95 %.", &table(&title, &heads, &rows))
}

fn told(rate: Option<Estimate>, of: fn(Estimate) -> f64) -> String {
    rate.map_or_else(|| "not told".to_owned(), |e| percent(of(e)))
}

fn row(group: &Subgroup) -> Vec<Markup> {
    let span = group
        .rate
        .map_or_else(String::new, |e| format!("{} to {}", percent(e.low), percent(e.high)));
    let signed = |d: f64| format!("{d:+.2}").replace('-', "−");
    vec![
        cell(&group.value),
        cell(group.rows),
        cell(group.linked),
        cell(told(group.rate, |e| e.share)),
        cell(span),
        match group.standardised_difference {
            Some(d) if d.abs() >= MATTERS => html! { strong { (signed(d)) } },
            Some(d) => cell(signed(d)),
            None => cell("–"),
        },
    ]
}
