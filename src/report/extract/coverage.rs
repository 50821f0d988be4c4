//! Whom the extract covers, and how far its columns are filled.

use maud::{Markup, html};

use super::{ExtractReport, TableRow};
use crate::report::chart::{Interval, Label, intervals};
use crate::report::overlap::overlap;
use crate::report::page::{beside, cell, of_numbers, of_words, table};
use crate::report::text::{percent, words};

pub fn section(report: &ExtractReport) -> Markup {
    let names: Vec<&str> = datasets(report).map(|table| &*table.name).collect();
    html! {
        h3 { "People by dataset" }
        (overlap(&names, &report.combinations))
        h3 { "Rows linked to another dataset of the extract" }
        (linked(report))
        h3 { "How far columns are filled" }
        (filled(report))
    }
}

fn datasets(report: &ExtractReport) -> impl Iterator<Item = &TableRow> {
    report.tables.iter().filter(|table| table.linked.is_some())
}

fn linked(report: &ExtractReport) -> Markup {
    let drawn: Vec<Interval> = datasets(report)
        .map(|table| Interval {
            name: words(&table.name),
            share: table.rate.map(|e| [e.share, e.low, e.high]),
        })
        .collect();
    let rate =
        |table: &TableRow| table.rate.map_or_else(|| "not told".to_owned(), |e| percent(e.share));
    let list: Vec<String> =
        datasets(report).map(|table| format!("{} {}", words(&table.name), rate(table))).collect();
    let title = "Share of rows whose person is in another dataset too";
    let label = Label { id: "linked", title, description: format!("{}.", list.join("; ")) };
    let told = |count: Option<_>| {
        count.map_or_else(String::new, |c: crate::count::Disclosed| c.to_string())
    };
    let rows: Vec<Vec<Markup>> = datasets(report)
        .map(|table| {
            vec![
                cell(words(&table.name)),
                cell(table.rows),
                cell(told(table.linked)),
                cell(rate(table)),
                cell(told(table.without_payload)),
            ]
        })
        .collect();
    let heads = [
        of_words("dataset"),
        of_numbers("rows"),
        of_numbers("linked"),
        of_numbers("rate"),
        of_numbers("records without payload"),
    ];
    beside(&intervals(&label, &drawn), "Wilson's intervals at 95 %.", &table(title, &heads, &rows))
}

fn filled(report: &ExtractReport) -> Markup {
    let mut rows = Vec::new();
    for one in datasets(report) {
        for column in &one.columns {
            let Some([filled, empty, left_empty]) = column.cells else { continue };
            let share = filled.share_of(one.rows).map_or_else(|| "not told".to_owned(), percent);
            rows.push(vec![
                html! { code { (one.name) "." (column.name) } },
                cell(filled),
                cell(empty),
                cell(left_empty),
                cell(share),
            ]);
        }
    }
    let heads = [
        of_words("column"),
        of_numbers("filled"),
        of_numbers("empty at source"),
        of_numbers("could not be coarsened"),
        of_numbers("share filled"),
    ];
    table("Cells of each column", &heads, &rows)
}
