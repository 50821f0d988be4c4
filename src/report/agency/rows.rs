//! What was read, and what became of it row by row.

use maud::{Markup, html};

use super::AgencyReport;
use crate::report::chart::{Bar, Label, bars};
use crate::report::page::{beside, cell, of_numbers, of_words, table};
use crate::report::text::words;

/// The most rows left out that are listed on the page; the JSON has more.
const MOST_ROWS: usize = 50;

pub fn section(report: &AgencyReport) -> Markup {
    let bar = |(name, count): &(String, _)| Bar { name: words(name), count: *count, within: None };
    let bars_of: Vec<Bar> = report.row_outcomes.iter().map(bar).collect();
    let list: Vec<String> = bars_of.iter().map(|b| format!("{}: {}", b.name, b.count)).collect();
    let title = "Rows by what became of them";
    let label = Label { id: "rows", title, description: format!("{}.", list.join("; ")) };
    let row = |bar: &Bar| vec![cell(&bar.name), cell(bar.count)];
    let mut rows: Vec<Vec<Markup>> = bars_of.iter().map(row).collect();
    rows.push(vec![html! { strong { "all" } }, cell(report.rows)]);
    html! {
        (beside(
            &bars(&label, &bars_of),
            "A row is used, left out for a fault of its own, or left out since it is listed.",
            &table(title, &[of_words("rows"), of_numbers("count")], &rows),
        ))
        @if let Some([left_out, sealed]) = report.listed {
            p {
                "By the lists of the source mapping " (left_out) " records went nowhere, and "
                (sealed) " records are sealed: they have no token, and nothing can be tied to "
                "them. Which ones is told nowhere."
            }
        }
        (left_out(report))
    }
}

fn left_out(report: &AgencyReport) -> Markup {
    let shown = report.left_out_rows.iter().take(MOST_ROWS);
    let rows: Vec<Vec<Markup>> = shown
        .map(|(input, row, reason)| vec![cell(input), cell(row), cell(words(reason))])
        .collect();
    let heads = [of_words("input"), of_numbers("row"), of_words("left out for")];
    html! {
        @if !rows.is_empty() {
            h3 { "Rows left out for a fault" }
            p {
                "Rows are counted as a spreadsheet shows them: the header is row 1. "
                @if report.left_out_rows.len() > MOST_ROWS {
                    "The first " (MOST_ROWS) " stand here; the JSON beside this page has more."
                }
            }
            (table("Rows left out", &heads, &rows))
        }
    }
}
