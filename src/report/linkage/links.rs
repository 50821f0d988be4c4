//! How links were made: method, blocks, keys, and what kept pairs apart.

use maud::{Markup, html};

use super::LinkageReport;
use crate::report::chart::{Bar, Label, bars};
use crate::report::page::{beside, cell, of_numbers, of_words, table};
use crate::report::text::{percent, thousands, words};

pub fn section(report: &LinkageReport) -> Markup {
    let method = &report.method;
    html! {
        @if method.scored {
            p {
                "Links were decided by Fellegi-Sunter match weights over graded agreement of "
                "tokens, with classes of their own for siblings and twins"
                @if method.given_model { ", by the model of an earlier linkage" }
                @else { ". The model was fitted to these tables by expectation maximisation" }
                ". A pair is a link from a probability of " (percent(method.threshold))
                "; links were clustered strongest first, and a link that would break a constraint "
                "was not made. Match keys name the links by the strictest key they satisfy."
            }
        } @else {
            p {
                "Links were decided by match keys, from strict to loose: the first key that a pair "
                "satisfies links it, unless a constraint forbids it."
            }
        }
        p {
            "The result does not depend on the order of rows, files or threads. An identifying "
            "number that agrees is never the only evidence of a link."
        }
        h3 { "Links by first successful key" }
        (keys(report))
        h3 { "Pairs compared, by block" }
        (blocks(report))
        h3 { "Kept apart, and for review" }
        (conflicts(report))
    }
}

fn keys(report: &LinkageReport) -> Markup {
    let name = |key: &str| {
        if key == "scored" { "no key: by weight alone".to_owned() } else { words(key) }
    };
    let shown = report.match_keys.iter().filter(|key| key.across.number() != Some(0));
    let bars_of: Vec<Bar> =
        shown.map(|key| Bar { name: name(&key.key), count: key.across, within: None }).collect();
    let list: Vec<String> =
        bars_of.iter().map(|bar| format!("{}: {}", bar.name, bar.count)).collect();
    let title = "Links between datasets by the strictest key they satisfy";
    let label = Label { id: "keys", title, description: format!("{}.", list.join("; ")) };
    let columns = [
        of_words("match key"),
        of_numbers("pairs"),
        of_numbers("links across"),
        of_numbers("within"),
        of_numbers("two partners"),
    ];
    let rows = report.match_keys.iter().map(|key| {
        let counts = [key.satisfied, key.across, key.within, key.ambiguous];
        std::iter::once(cell(name(&key.key))).chain(counts.map(cell)).collect()
    });
    let rows: Vec<Vec<Markup>> = rows.collect();
    let caption = "What each key did, from strict to loose. A link joins two people found so far; \
                   pairs of one person beyond that make none.";
    beside(&bars(&label, &bars_of), title, &table(caption, &columns, &rows))
}

fn blocks(report: &LinkageReport) -> Markup {
    let rows: Vec<Vec<Markup>> = report
        .method
        .blocks
        .iter()
        .map(|block| vec![html! { code { (block.recipe) } }, cell(block.pairs)])
        .collect();
    html! {
        p {
            "Two records are compared if they share a token of one of these recipes. A block of "
            "more than " (thousands(report.method.largest_block.into()))
            " records is split by the other recipes. A pair may be found by several."
        }
        (table("Candidate pairs by blocking recipe", &[of_words("recipe"), of_numbers("pairs")], &rows))
    }
}

fn conflicts(report: &LinkageReport) -> Markup {
    let of_pairs = [of_words("constraint"), of_numbers("pairs kept apart"), of_words("why")];
    let rows: Vec<Vec<Markup>> = report
        .kept_apart
        .iter()
        .map(|veto| {
            vec![
                cell(words(&veto.name)),
                cell(veto.count),
                cell(veto.reason.as_deref().unwrap_or("")),
            ]
        })
        .collect();
    let listed: Vec<Vec<Markup>> =
        report.review.iter().map(|reason| vec![cell(&reason.name), cell(reason.count)]).collect();
    html! {
        @if rows.is_empty() { p { "No constraint kept a pair apart." } }
        @else {
            (table("Pairs that evidence would link and a constraint forbids", &of_pairs, &rows))
        }
        p {
            "Pairs for a person to look at are listed in " code { "review.parquet" }
            " by reference and evidence alone; nothing there shows a value."
        }
        @if !listed.is_empty() {
            (table("Pairs listed for review", &[of_words("reason"), of_numbers("pairs")], &listed))
        }
    }
}
