//! Which datasets hold the same people.

use maud::Markup;
use serde::Serialize;

use super::chart::{Label, SetBar, sets};
use super::page::{beside, cell, of_numbers, of_words, table};
use super::text::words;
use crate::count::Disclosed;

/// The most sets of datasets that are drawn; the table has all.
const MOST_DRAWN: usize = 15;

/// A set of datasets.
#[derive(Clone, Debug, Serialize)]
pub struct SetOfDatasets {
    /// The datasets.
    pub datasets: Vec<String>,
    /// The people who are in each of these and in no other.
    pub people: Disclosed,
}

/// Sets of some of these datasets, drawn and as a table.
pub(super) fn overlap(datasets: &[&str], combinations: &[SetOfDatasets]) -> Markup {
    let names: Vec<String> = datasets.iter().map(|name| words(name)).collect();
    let place = |name: &String| datasets.iter().position(|dataset| dataset == name);
    let mut drawn: Vec<&SetOfDatasets> =
        combinations.iter().filter(|set| set.people.number() != Some(0)).collect();
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
    let rows: Vec<Vec<Markup>> = combinations
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

fn joined(datasets: &[String]) -> String {
    datasets.iter().map(|name| words(name)).collect::<Vec<_>>().join(" + ")
}
