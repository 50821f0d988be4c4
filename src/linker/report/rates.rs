//! What is estimated of the links' quality without truth, as far as counts may be told.

use crate::count::{Count, Disclosed, Policy};
use crate::interval::Estimate;
use crate::linker::LinkSummary;
use crate::linker::validate::{BlindShares, DuplicateCounts, FromTo, Share};
use crate::report::{Amount, Rated, Rates};

/// What is estimated of the links' quality.
pub fn rates(summary: &LinkSummary, policy: &mut Policy) -> Vec<Rates> {
    let Some(validation) = &summary.validation else { return Vec::new() };
    let mut rates = Vec::new();
    if let Some(blind) = &validation.without_identifiers {
        let found = "Pairs that a number confirms and that are found again without it";
        rates.push(blind_rates(found, "found_again", true, &blind.recall, policy));
        let wrong = "Pairs linked without numbers that a number contradicts";
        rates.push(blind_rates(wrong, "contradicted", false, &blind.false_links, policy));
    }
    rates.extend(predictive(&validation.duplicate_counts, policy));
    rates
}

fn blind_rates(
    what: &'static str,
    name: &str,
    high_is_good: bool,
    shares: &BlindShares,
    policy: &mut Policy,
) -> Rates {
    let rows: Vec<(String, Vec<Count>)> = shares
        .between
        .iter()
        .map(|between| {
            let Share { n, count, .. } = between.share;
            (between.datasets.join("+"), [count, n - count].map(Count::of).to_vec())
        })
        .collect();
    let table = policy.table(&format!("validation/{name}"), &["yes", "no"], &rows);
    let exact = !policy.preset().rounds();
    let rated = |name: String, share: &Share, with: Disclosed, other: Disclosed, of: Disclosed| {
        let told = with.number().is_some() && other.number().is_some();
        let of = if told { of } else { policy.withheld() };
        let given = share.share.zip(share.low).zip(share.high);
        let given = given.map(|((share, low), high)| Estimate { share, low, high });
        let rate = if exact { with.rate_of(of).and(given) } else { with.rate_of(of) };
        Rated { name, counts: Some(Amount { with, of }), share: rate }
    };
    let between = shares.between.iter().zip(&table.rows).map(|(between, row)| {
        let name = between.datasets.join(" and ").replace('_', " ");
        rated(name, &between.share, row.cells[0], row.cells[1], row.total)
    });
    let mut rows: Vec<Rated> = between.collect();
    // All of them are told from the columns' totals alone.
    let (yes, no) = (table.totals[0], table.totals[1]);
    let all = policy.sum(&[yes, no]);
    rows.insert(0, rated("all datasets".to_owned(), &shares.all, yes, no, all));
    Rates { what, assumes: shares.assumes, high_is_good, rows }
}

/// The predictive value of links, from how many partners records have.
fn predictive(counts: &DuplicateCounts, policy: &mut Policy) -> Option<Rates> {
    let row = |way: &FromTo| {
        let solution = way.solution?;
        let partners = [
            ("none", Count::of(way.partners.none)),
            ("one", Count::of(way.partners.one)),
            ("several", Count::of(way.partners.several)),
        ];
        let name = format!("partners/{}/{}", way.from, way.to);
        let told = policy.parts(&name, &partners);
        // The estimate follows from the counts: it is told only if all of them are, as they are.
        let whole = told.cells.iter().all(|cell| cell.number().is_some());
        let share = Estimate { share: solution.ppv, low: solution.low, high: solution.high };
        Some(Rated {
            name: format!("{} to {}", way.from, way.to).replace('_', " "),
            counts: None,
            share: (whole && !policy.preset().rounds()).then_some(share),
        })
    };
    let rows: Vec<Rated> = counts.between.iter().filter_map(row).collect();
    (!rows.is_empty()).then_some(Rates {
        what: "Links that are true, by how many partners records have",
        assumes: counts.assumes,
        high_is_good: true,
        rows,
    })
}
