//! The data dictionary.

use maud::{Markup, html};

use super::{ColumnRow, ExtractReport};
use crate::report::page::{cell, coded, of_words, table};
use crate::report::text::words;

pub fn section(report: &ExtractReport) -> Markup {
    html! {
        p {
            "Tables are Parquet files, described for programs in " code { "datapackage.json" }
            " (Frictionless Data Package). " code { "person_id" } " ties them together."
        }
        @for one in &report.tables {
            h3 { (words(&one.name)) }
            p { (one.description) }
            (table(&format!("Columns of {}", one.name), &HEADS, &rows(&one.columns)))
        }
    }
}

const HEADS: [(&str, bool); 3] = [of_words("column"), of_words("type"), of_words("meaning")];

fn rows(columns: &[ColumnRow]) -> Vec<Vec<Markup>> {
    let row = |column: &ColumnRow| {
        vec![html! { code { (column.name) } }, cell(column.r#type), coded(&column.description)]
    };
    columns.iter().map(row).collect()
}
