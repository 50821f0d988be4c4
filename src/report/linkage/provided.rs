//! What was provided: datasets, their records and identifiers.

use maud::{Markup, html};

use super::LinkageReport;
use crate::report::chart::{FlowStep, Label, flow};
use crate::report::page::{beside, cell, of_numbers, of_words, table};
use crate::report::text::{percent, words};

pub fn section(report: &LinkageReport) -> Markup {
    let fields: Vec<String> = report.fields.iter().map(|(name, _)| words(name)).collect();
    html! {
        p {
            "The linker received tables of tokens: keyed fingerprints of identifiers. It saw no "
            "name, date, postcode or number, holds no linkage key, and received nothing else about "
            "a child. The identifiers behind the tokens are " (fields.join(", ")) "."
        }
        p {
            "The population that each dataset covers, its time of extraction, and what was read "
            "and refused of its identifiers are in the agencies' quality reports; the linker "
            "cannot know them."
        }
        h3 { "From records to people" }
        (flow_of(report))
    }
}

/// The flow diagram that RECORD asks for, with the datasets beside it.
fn flow_of(report: &LinkageReport) -> Markup {
    let whole = |of: fn(&super::DatasetRow) -> Option<u64>| {
        report.datasets.iter().map(of).sum::<Option<u64>>()
    };
    let told = |number: Option<u64>| {
        number.map_or_else(|| "not told".to_owned(), crate::report::text::thousands)
    };
    let records = told(whole(|dataset| dataset.records.number()));
    let linked = told(whole(|dataset| dataset.linked.number()));
    let single = told(whole(|dataset| dataset.not_linked.number()));
    let people = report.people.to_string();
    let withdrawn = report.withdrawn.to_string();
    let step = |what, count: &str, out| FlowStep { what, count: count.to_owned(), out };
    let out = |what, count: &str| Some((what, count.to_owned()));
    let steps = [
        step("records in the tables", &records, out("withdrawn records", &withdrawn)),
        step(
            "pairs of them compared",
            &report.candidate_pairs.to_string(),
            out("sealed records", &report.sealed.to_string()),
        ),
        step("linked to another dataset", &linked, out("not linked", &single)),
        step("people", &people, None),
    ];
    let description = format!(
        "{records} records without {withdrawn} withdrawn ones; {} pairs compared; {linked} records \
         linked to another dataset, {single} not; {people} people.",
        report.candidate_pairs
    );
    let label = Label { id: "flow", title: "Flow from records to people", description };
    let rows = report.datasets.iter().map(|dataset| {
        let rate = dataset.rate.map_or_else(|| "not told".to_owned(), |rate| percent(rate.share));
        vec![
            cell(words(&dataset.name)),
            cell(dataset.records),
            cell(dataset.linked),
            cell(dataset.not_linked),
            cell(rate),
            cell(if dataset.free_of_duplicates { "nobody twice" } else { "may repeat" }),
        ]
    });
    let columns = [
        of_words("dataset"),
        of_numbers("records"),
        of_numbers("linked"),
        of_numbers("not linked"),
        of_numbers("rate"),
        of_words("declared"),
    ];
    let rows: Vec<Vec<Markup>> = rows.collect();
    beside(
        &flow(&label, &steps),
        "From records to people (RECORD 6.3 and 13.1).",
        &table("Records by dataset, and those linked to another dataset", &columns, &rows),
    )
}
