//! Who was found: sets of datasets, sizes, duplicates.

use maud::{Markup, html};

use super::{LinkageReport, NamedCount};
use crate::report::chart::{Bar, Label, bars};
use crate::report::overlap::overlap;
use crate::report::page::{beside, cell, of_numbers, of_words, table};
use crate::report::text::words;

pub fn section(report: &LinkageReport) -> Markup {
    let datasets: Vec<&str> = report.datasets.iter().map(|dataset| &*dataset.name).collect();
    html! {
        h3 { "Overlap of the datasets" }
        (overlap(&datasets, &report.combinations))
        h3 { "Records of one person" }
        (sizes(report))
    }
}

fn sizes(report: &LinkageReport) -> Markup {
    let bar = |size: &NamedCount| Bar {
        name: format!("{} {}", size.name, if size.name == "1" { "record" } else { "records" }),
        count: size.count,
        within: None,
    };
    let bars_of: Vec<Bar> = report.cluster_sizes.iter().map(bar).collect();
    let list: Vec<String> =
        bars_of.iter().map(|bar| format!("{}: {}", bar.name, bar.count)).collect();
    let title = "People by their number of records";
    let label = Label { id: "sizes", title, description: format!("{}.", list.join("; ")) };
    let row = |size: &NamedCount| vec![cell(&size.name), cell(size.count)];
    let rows: Vec<Vec<Markup>> = report.cluster_sizes.iter().map(row).collect();
    let duplicate = |dataset: &NamedCount| vec![cell(words(&dataset.name)), cell(dataset.count)];
    let duplicates: Vec<Vec<Markup>> = report.duplicates.iter().map(duplicate).collect();
    let tables = html! {
        div {
            (table(title, &[of_words("records"), of_numbers("people")], &rows))
            br;
            (table(
                "People with several records in one dataset",
                &[of_words("dataset"), of_numbers("people")],
                &duplicates,
            ))
        }
    };
    beside(&bars(&label, &bars_of), title, &tables)
}
