//! Who was found: sets of datasets, sizes, duplicates.

use maud::{Markup, html};

use super::{LinkageReport, NamedCount};
use crate::report::chart::{Bar, Label, SetBar, bars, sets};
use crate::report::page::{beside, cell, of_numbers, of_words, table};
use crate::report::text::words;

/// The most sets of datasets that are drawn; the table has all.
const MOST_DRAWN: usize = 15;

pub fn section(report: &LinkageReport) -> Markup {
    html! {
        h3 { "Overlap of the datasets" }
        (overlap(report))
        h3 { "Records of one person" }
        (sizes(report))
    }
}

fn overlap(report: &LinkageReport) -> Markup {
    let names: Vec<String> = report.datasets.iter().map(|dataset| words(&dataset.name)).collect();
    let place = |name: &String| report.datasets.iter().position(|dataset| dataset.name == *name);
    let mut drawn: Vec<&super::SetOfDatasets> =
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
    let list: Vec<String> =
        drawn.iter().map(|set| format!("{}: {}", joined(&set.datasets), set.people)).collect();
    let title = "People by the set of datasets that holds them";
    let label = Label { id: "sets", title, description: format!("{}.", list.join("; ")) };
    let rows: Vec<Vec<Markup>> = report
        .combinations
        .iter()
        .map(|set| vec![cell(joined(&set.datasets)), cell(set.people)])
        .collect();
    let heads = [of_words("in these and in no other"), of_numbers("people")];
    beside(
        &sets(&label, &names, &bars),
        "Each column is a set of datasets, marked by the dots below it; its height is how many \
         people are in these and in no other.",
        &table(title, &heads, &rows),
    )
}

fn joined(datasets: &[String]) -> String {
    datasets.iter().map(|name| words(name)).collect::<Vec<_>>().join(" + ")
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
