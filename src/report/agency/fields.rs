//! Field by field: what gave a value, what was refused and why, and what to mend.

use maud::{Markup, html};

use super::{AgencyReport, FieldRow, Reason};
use crate::report::chart::{Bar, Label, bars};
use crate::report::page::{beside, cell, of_numbers, of_words, table};
use crate::report::text::{percent, words};

pub fn section(report: &AgencyReport) -> Markup {
    let bar = |field: &FieldRow| Bar {
        name: format!("{}: {} give a value", words(&field.field), share(field)),
        count: field.cells,
        within: Some(field.accepted),
    };
    let bars_of: Vec<Bar> = report.fields.iter().map(bar).collect();
    let list: Vec<String> = bars_of.iter().map(|bar| bar.name.clone()).collect();
    let title = "Cells of each field, and those that give a value";
    let label = Label { id: "fields-chart", title, description: format!("{}.", list.join("; ")) };
    let rows: Vec<Vec<Markup>> = report.fields.iter().map(row).collect();
    let heads = [
        of_words("field"),
        of_numbers("cells"),
        of_numbers("accepted"),
        of_numbers("blank"),
        of_words("refused"),
        of_words("accepted, but odd"),
    ];
    html! {
        p {
            "A cell is accepted, blank or refused. What is refused makes no token, as if it were "
            "blank: a doubtful value would link the wrong child."
        }
        (beside(
            &bars(&label, &bars_of),
            "All cells of a field; in the stronger colour, those that give a value.",
            &table(title, &heads, &rows),
        ))
    }
}

fn share(field: &FieldRow) -> String {
    field.accepted.share_of(field.cells).map_or_else(|| "an untold share".to_owned(), percent)
}

fn row(field: &FieldRow) -> Vec<Markup> {
    let list = |reasons: &[Reason]| {
        html! {
            @for (place, reason) in reasons.iter().enumerate() {
                @if place > 0 { br; }
                (words(reason.code)) " " (reason.count)
            }
        }
    };
    vec![
        cell(words(&field.field)),
        cell(field.cells),
        cell(field.accepted),
        cell(field.blank),
        list(&field.refused),
        list(&field.odd),
    ]
}

/// The reasons that occurred, most frequent first, with what to do.
pub fn mend(report: &AgencyReport) -> Markup {
    let mut found: Vec<(&FieldRow, &Reason)> = report
        .fields
        .iter()
        .flat_map(|field| field.refused.iter().chain(&field.odd).map(move |reason| (field, reason)))
        .collect();
    found.sort_by_key(|(_, reason)| std::cmp::Reverse(reason.count.number()));
    let rows: Vec<Vec<Markup>> = found
        .iter()
        .map(|(field, reason)| {
            vec![
                cell(words(&field.field)),
                cell(words(reason.code)),
                cell(reason.count),
                cell(reason.meaning),
            ]
        })
        .collect();
    let heads = [
        of_words("field"),
        of_words("what"),
        of_numbers("cells"),
        of_words("what to do at source"),
    ];
    html! {
        @if rows.is_empty() { p { "Nothing was refused, and nothing looked odd." } }
        @else {
            p { "Most frequent first. Each mended value is one more chance to link its child." }
            (table("What was refused or odd, and what to do about it", &heads, &rows))
        }
    }
}
