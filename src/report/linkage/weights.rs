//! The evidence: how match weights lie, and how some come about.

use maud::{Markup, html};

use super::{PatternChart, WeightBin, Weights};
use crate::count::Disclosed;
use crate::report::chart::{Column, Fall, Label, Marked, histogram, waterfall};
use crate::report::page::{beside, cell, of_numbers, of_words, table};
use crate::report::text::{bits, words};

pub fn section(weights: Option<&Weights>) -> Markup {
    let Some(weights) = weights else {
        return html! {
            p { "Links were decided by match keys (section 2): there are no match weights." }
        };
    };
    html! {
        p {
            "A match weight is the evidence for a link in bits, the logarithm to base 2 of its odds: "
            "0 is even, and each bit more doubles them, so that +10 is about a thousand to one. It "
            "is what Splink calls the match weight: the odds before anything is compared, and the "
            "log2 Bayes factor (m/u) of each comparison. A good linkage shows two hills with a "
            "valley at the threshold."
        }
        h3 { "Match weights of all pairs compared" }
        (weights_of(weights))
        h3 { "How a weight adds up" }
        p {
            "Each comparison adds bits where records of one person agree so more often than those "
            "of strangers, and takes off where they do less often. What is not known of one of "
            "the two adds nothing. Names are taken as common as on average; a single pair "
            "gains by a rare name and by having no better partner."
        }
        @for (place, pattern) in weights.patterns.iter().enumerate() { (pattern_of(place, pattern)) }
        @if weights.patterns.is_empty() { p { "No pattern of evidence linked two datasets." } }
    }
}

fn weights_of(weights: &Weights) -> Markup {
    let columns: Vec<Column> = weights.bins.iter().map(column).collect();
    let mut marked = vec![Marked { at: weights.threshold, name: "link" }];
    if weights.review < weights.threshold {
        marked.push(Marked { at: weights.review, name: "review" });
    }
    let told = |of: fn(&WeightBin) -> Disclosed| {
        Disclosed::told(&weights.bins.iter().map(of).collect::<Vec<_>>())
    };
    let description = format!(
        "Pairs by match weight from {} to {} bits, of which {} are of one person; the threshold of \
         links is at {}.",
        weights.bins.first().map_or_else(String::new, |bin| bits(bin.from)),
        weights.bins.last().map_or_else(String::new, |bin| bits(bin.to)),
        told(|bin| bin.of_one_person),
        bits(weights.threshold),
    );
    let title = "Pairs by match weight";
    let label = Label { id: "weights-chart", title, description };
    let rows: Vec<Vec<Markup>> = weights
        .bins
        .iter()
        .map(|bin| {
            let span = format!("{} to {}", bits(bin.from), bits(bin.to));
            vec![cell(span), cell(bin.pairs), cell(bin.of_one_person)]
        })
        .collect();
    let heads = [of_words("bits"), of_numbers("pairs"), of_numbers("of one person")];
    beside(
        &histogram(&label, &columns, &marked),
        "Pairs by match weight, on a logarithmic scale; in the stronger colour, those of one \
         person. A dot marks counts that are not told.",
        &table("Pairs by match weight", &heads, &rows),
    )
}

const fn column(bin: &WeightBin) -> Column {
    Column { from: bin.from, to: bin.to, all: bin.pairs, within: bin.of_one_person }
}

fn pattern_of(place: usize, pattern: &PatternChart) -> Markup {
    let named = |name: &str, level: &str| format!("{}: {}", words(name), words(level));
    let mut falls = vec![Fall { name: "before".to_owned(), bits: pattern.before }];
    falls.extend(
        pattern.steps.iter().map(|s| Fall { name: named(&s.comparison, s.level), bits: s.bits }),
    );
    // Less than shows on the page is nothing.
    if pattern.family.abs() >= 0.05 {
        falls.push(Fall { name: "siblings, twins".to_owned(), bits: pattern.family });
    }
    let id = format!("pattern-{}", place + 1);
    let title = format!("Pattern {}: {}", place + 1, pattern.shown_as);
    let list: Vec<String> =
        falls.iter().map(|fall| format!("{} {}", fall.name, bits(fall.bits))).collect();
    let description = format!("{}; together {} bits.", list.join("; "), bits(pattern.match_weight));
    let label = Label { id: &id, title: &title, description };
    let mut rows: Vec<Vec<Markup>> =
        falls.iter().map(|fall| vec![cell(&fall.name), cell(bits(fall.bits))]).collect();
    rows.push(vec![html! { strong { "match weight" } }, cell(bits(pattern.match_weight))]);
    let caption = format!("{title} ({} pairs)", pattern.pairs);
    let heads = [of_words("evidence"), of_numbers("bits")];
    beside(
        &waterfall(&label, &falls, pattern.match_weight),
        &caption,
        &table(&title, &heads, &rows),
    )
}
