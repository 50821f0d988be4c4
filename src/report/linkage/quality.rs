//! How good the links are, as far as shows without truth.

use maud::{Markup, html};

use super::{LinkageReport, Rates};
use crate::interval::Estimate;
use crate::report::chart::{Interval, Label, intervals};
use crate::report::page::{beside, cell, of_numbers, of_words, table};
use crate::report::text::percent;

pub fn section(report: &LinkageReport) -> Markup {
    html! {
        @if report.rates.is_empty() {
            p {
                "No estimate was asked for. " code { "sealink link --validate" } " links once more "
                "without the identifying numbers and judges the links by them; "
                code { "sealink extract" } " compares payload columns that say the same of a person; "
                code { "sealink evaluate" } " compares with a known truth."
            }
        } @else {
            p {
                "Estimated without truth: each figure says what it takes for granted. Intervals "
                "are at 95 %."
            }
        }
        @for (place, rates) in report.rates.iter().enumerate() {
            h3 { (rates.what) }
            (rates_of(place, rates))
        }
    }
}

fn rates_of(place: usize, rates: &Rates) -> Markup {
    let three = |e: Estimate| [e.share, e.low, e.high];
    let drawn: Vec<Interval> = rates
        .rows
        .iter()
        .map(|row| Interval { name: row.name.clone(), share: row.share.map(three) })
        .collect();
    let span = |e: Estimate| format!("{} to {}", percent(e.low), percent(e.high));
    let counted = rates.rows.iter().any(|row| row.counts.is_some());
    let rows: Vec<Vec<Markup>> = rates
        .rows
        .iter()
        .map(|row| {
            let mut cells = vec![cell(&row.name)];
            if counted {
                cells.push(cell(row.counts.map_or_else(String::new, |n| n.with.to_string())));
                cells.push(cell(row.counts.map_or_else(String::new, |n| n.of.to_string())));
            }
            let none = row.counts.is_some_and(|n| n.of.number() == Some(0));
            let missing = if none { "no pairs" } else { "not told" };
            let share = row.share.map_or_else(|| missing.to_owned(), |e| percent(e.share));
            cells.extend([cell(share), cell(row.share.map_or_else(String::new, span))]);
            cells
        })
        .collect();
    let list: Vec<String> = rates
        .rows
        .iter()
        .filter_map(|row| row.share.map(|e| format!("{} {}", row.name, percent(e.share))))
        .collect();
    let id = format!("rates-{}", place + 1);
    let label = Label { id: &id, title: rates.what, description: format!("{}.", list.join("; ")) };
    let caption = format!(
        "{} {}",
        if rates.high_is_good { "Higher is better." } else { "Lower is better." },
        assumes(rates)
    );
    let mut heads = vec![of_words("of")];
    if counted {
        heads.extend([of_numbers("count"), of_numbers("out of")]);
    }
    heads.extend([of_numbers("share"), of_numbers("95\u{a0}% interval")]);
    beside(&intervals(&label, &drawn), &caption, &table(rates.what, &heads, &rows))
}

fn assumes(rates: &Rates) -> String {
    format!("Takes for granted: {}.", rates.assumes)
}
