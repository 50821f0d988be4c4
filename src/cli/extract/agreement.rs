//! How far linked people agree, as a table to read.

use std::fmt::Write as _;

use super::super::say::count;
use crate::research::{Agreements, Compared, Count, Estimate};

/// The agreements as tables, and what they rest on.
pub fn text(agreements: &Agreements) -> String {
    let mut text = String::new();
    for agreement in &agreements.columns {
        let _ = writeln!(
            text,
            "\n  {:<34}{:>8}{:>10}{:>16}  {:<22}{:>9}  links that are true",
            format!("agreement in {}", agreement.name),
            "linked",
            "compared",
            "agree",
            "share",
            "by chance",
        );
        for pair in &agreement.pairs {
            row(&mut text, &pair.datasets.join(" × "), &pair.people);
        }
        if agreement.pairs.len() > 1 {
            row(&mut text, "together", &agreement.overall);
        }
        if agreement.error > 0.0 {
            let _ = writeln!(text, "    stated recording errors: {}", agreement.error);
        }
    }
    let _ = writeln!(
        text,
        "\n  Shares are of those compared, with 95 % intervals. Someone of whom one dataset says two \
         things disagrees.\n  Counts of fewer than {} people are not told; pairs of datasets with \
         so few compared are not in `together`.\n  {}",
        agreements.fewest, agreements.assumptions
    );
    text
}

fn row(text: &mut String, name: &str, people: &Compared) {
    let _ = writeln!(
        text,
        "    {name:<32}{:>8}{:>10}{:>16}  {:<22}{:>9}  {}",
        shown(people.linked),
        shown(people.compared),
        people.agreeing.map_or_else(none, shown),
        people.agreement.map_or_else(none, estimate),
        people.random.map_or_else(none, |random| format!("{random:.3}")),
        people.true_links.map_or_else(none, estimate),
    );
}

fn none() -> String {
    "–".to_owned()
}

fn shown(number: Count) -> String {
    match number {
        Count { least, most } if least == most => count(least),
        Count { least: 1, most } => format!("<{}", most + 1),
        Count { least, most } => format!("{}–{}", count(least), count(most)),
    }
}

fn estimate(estimate: Estimate) -> String {
    let Estimate { share, low, high } = estimate;
    let share = share.map_or_else(|| "      ".to_owned(), |share| format!("{share:.4}"));
    format!("{share} {low:.4}–{high:.4}")
}
