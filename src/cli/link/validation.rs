//! The lines of a summary that say how good the links are.

use std::fmt::Write as _;

use crate::linker::{BlindShares, Overlap, Share, Validation};

/// What stands for an estimate that cannot be made.
const UNKNOWN: &str = "unknown";

/// Adds what was estimated over all and between every two datasets, with what it takes for granted.
pub fn write(text: &mut String, validation: &Validation, overlap: &[Overlap]) {
    text.push('\n');
    let columns = ["found", "false, at most", "true, at least"].map(str::to_owned);
    line(text, "estimated without truth", &columns);
    let blind = validation.without_identifiers.as_ref();
    if let Some(blind) = blind {
        let all = [share(&blind.recall.all), share(&blind.false_links.all), String::new()];
        line(text, "all that can be judged", &all);
    }
    for Overlap { datasets, .. } in overlap {
        let value = validation.duplicate_counts.telling(datasets);
        let estimates = [
            between(blind.map(|blind| &blind.recall), datasets),
            between(blind.map(|blind| &blind.false_links), datasets),
            value.map_or_else(|| UNKNOWN.to_owned(), |s| interval(s.ppv, s.low, s.high)),
        ];
        line(text, &datasets.join(" and "), &estimates);
    }
    if let Some(blind) = blind {
        let _ = writeln!(
            text,
            "  found, false: linked again without {}, and judged by\n  \
             them; if numbers that agree are right, and children with a number in both datasets are \
             like\n  those without; a mistyped number counts as a false link",
            blind.hidden.join(", ")
        );
    }
    text.push_str(
        "  true: links as scored, by how many partners records have; if a person has one true \
         partner\n  at most in the other dataset, and false ones come by chance\n",
    );
}

fn line(text: &mut String, what: &str, estimates: &[String; 3]) {
    let [found, wrong, right] = estimates;
    let line = format!("  {what:<28}{found:<22}{wrong:<22}{right}");
    let _ = writeln!(text, "{}", line.trim_end());
}

fn between(shares: Option<&BlindShares>, datasets: &[String; 2]) -> String {
    let mut between = shares.into_iter().flat_map(|shares| &shares.between);
    let between = between.find(|between| between.datasets == *datasets);
    between.map_or_else(|| UNKNOWN.to_owned(), |between| share(&between.share))
}

fn share(share: &Share) -> String {
    match (share.share, share.low, share.high) {
        (Some(middle), Some(low), Some(high)) => interval(middle, low, high),
        _ => UNKNOWN.to_owned(),
    }
}

/// A share and its 95 % interval.
fn interval(share: f64, low: f64, high: f64) -> String {
    format!("{share:.4} {low:.4}–{high:.4}")
}
