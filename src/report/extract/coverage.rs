//! Whom the extract covers, and how far its columns are filled.

use maud::{Markup, html};

use super::{ExtractReport, TableRow};
use crate::report::chart::{Interval, Label, SetBar, intervals, sets};
use crate::report::page::{beside, cell, of_numbers, of_words, table};
use crate::report::text::{percent, words};

/// The most sets of datasets that are drawn; the table has all.
const MOST_DRAWN: usize = 15;

pub fn section(report: &ExtractReport) -> Markup {
    html! {
        h3 { "People by dataset" }
        (people(report))
        h3 { "Rows linked to another dataset of the extract" }
        (linked(report))
        h3 { "How far columns are filled" }
        (filled(report))
    }
}

fn datasets(report: &ExtractReport) -> impl Iterator<Item = &TableRow> {
    report.tables.iter().filter(|table| table.linked.is_some())
}

fn people(report: &ExtractReport) -> Markup {
    let names: Vec<String> = datasets(report).map(|table| words(&table.name)).collect();
    let place = |name: &String| datasets(report).position(|table| table.name == *name);
    let mut drawn: Vec<_> =
        report.combinations.iter().filter(|set| set.people.number() != Some(0)).collect();
    drawn.sort_by_key(|set| std::cmp::Reverse(set.people.number()));
    drawn.truncate(MOST_DRAWN);
    let bars: Vec<SetBar> = drawn
        .iter()
        .map(|set| SetBar {
            datasets: set.datasets.iter().filter_map(place).collect(),
            people: set.people,
        })
        .collect();
    let joined =
        |set: &[String]| set.iter().map(|name| words(name)).collect::<Vec<_>>().join(" + ");
    let list: Vec<String> =
        drawn.iter().map(|set| format!("{}: {}", joined(&set.datasets), set.people)).collect();
    let title = "People by the set of datasets that holds them";
    let label = Label { id: "sets", title, description: format!("{}.", list.join("; ")) };
    let rows: Vec<Vec<Markup>> = report
        .combinations
        .iter()
        .map(|set| vec![cell(joined(&set.datasets)), cell(set.people)])
        .collect();
    beside(
        &sets(&label, &names, &bars),
        "Each column is a set of datasets, marked by the dots below it; its height is how many \
         people are in these and in no other.",
        &table(title, &[of_words("in these and in no other"), of_numbers("people")], &rows),
    )
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
