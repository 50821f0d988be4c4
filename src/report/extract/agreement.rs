//! Whether linked records agree in columns that say the same of a person.

use maud::{Markup, html};

use super::{AgreementRow, ExtractReport};
use crate::report::page::{cell, of_numbers, of_words, table};
use crate::report::text::{percent, thousands, words};

pub fn section(report: &ExtractReport) -> Markup {
    if report.agreements.is_empty() {
        return html! {
            p {
                "No columns were named that say the same of a person in several datasets. Under "
                code { "[[agreement]]" } " in " code { "extract.toml" } " they are a check on the "
                "links that needs no truth."
            }
        };
    }
    html! {
        p { "A check on the links that needs no truth. " (report.agreement_assumes) }
        @for agreement in &report.agreements {
            h3 { (words(&agreement.name)) }
            (table(
                &format!("Agreement in {}", words(&agreement.name)),
                &HEADS,
                &agreement.rows.iter().map(row).collect::<Vec<_>>(),
            ))
        }
    }
}

const HEADS: [(&str, bool); 7] = [
    of_words("datasets"),
    of_numbers("linked"),
    of_numbers("compared"),
    of_numbers("agree"),
    of_numbers("share, 95\u{a0}% interval"),
    of_numbers("by chance"),
    of_numbers("links that are true"),
];

fn row(row: &AgreementRow) -> Vec<Markup> {
    let none = || "–".to_owned();
    let interval = |(share, low, high): (Option<f64>, f64, f64)| {
        let span = format!("{} to {}", percent(low), percent(high));
        share.map_or_else(|| span.clone(), |share| format!("{} ({span})", percent(share)))
    };
    let mut cells = vec![cell(words(&row.name))];
    // Thousands set apart, in ranges too.
    let apart = |word: &str| word.parse().map_or_else(|_| word.to_owned(), thousands);
    let shown = |count: &String| count.split(' ').map(apart).collect::<Vec<_>>().join(" ");
    cells.extend(row.counts.iter().map(|count| cell(shown(count))));
    cells.push(cell(row.agreement.map_or_else(none, interval)));
    cells.push(cell(row.random.map_or_else(none, percent)));
    cells.push(cell(row.true_links.map_or_else(none, interval)));
    cells
}
