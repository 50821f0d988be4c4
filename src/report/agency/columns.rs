//! Column by column: what leaves, what stays, and what tokens give away.

use maud::{Markup, html};

use super::{AgencyReport, TokenColumnRow};
use crate::report::page::{cell, of_numbers, of_words, table};
use crate::report::text::small_percent;

pub fn section(report: &AgencyReport) -> Markup {
    let rows: Vec<Vec<Markup>> = report
        .columns
        .iter()
        .map(|column| {
            vec![
                html! { code { (column.column) } },
                cell(&column.role),
                cell(&column.leaves),
                cell(column.stays),
            ]
        })
        .collect();
    let heads =
        [of_words("column"), of_words("declared as"), of_words("leaves"), of_words("stays")];
    html! {
        p {
            "Every column of the source has one declared role; one without a role would have "
            "stopped the run. Identifiers leave as tokens alone, to the linker; payload goes to the "
            "researcher or safe haven under a record reference; the table of references and local "
            "ids stays."
        }
        (table("Columns of the source and where they go", &heads, &rows))
    }
}

pub fn tokens(report: &AgencyReport) -> Markup {
    let rows: Vec<Vec<Markup>> =
        report.token_columns.iter().map(|row| token(report, row)).collect();
    let heads = [
        of_words("token column"),
        of_words("made of"),
        of_numbers("rows with a token"),
        of_numbers("commonest token"),
        of_words("within the limit"),
    ];
    html! {
        p {
            "Without the key a token says nothing but how often it occurs. The share of records that "
            "the commonest token of a column would have is estimated here from the recipe; the limit "
            "is " (small_percent(report.largest_share)) ". "
            code { "sealink audit" } " measures it in the tables, with attacks simulated."
        }
        (table("Token columns and how common their commonest token may be", &heads, &rows))
    }
}

fn token(report: &AgencyReport, row: &TokenColumnRow) -> Vec<Markup> {
    let within = row.estimated_largest_share <= report.largest_share;
    vec![
        html! { code { (row.recipe) } },
        cell(&row.parts),
        cell(row.rows),
        cell(small_percent(row.estimated_largest_share)),
        match (within, row.accepted_risk) {
            (true, _) => cell("yes"),
            (false, true) => html! { strong { "no, accepted by the parties" } },
            (false, false) => html! { strong { "no" } },
        },
    ]
}
