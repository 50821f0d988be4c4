//! Which tokens linked records have, and others.

use crate::count::{Count, Policy};
use crate::interval::standardised_difference;
use crate::linker::LinkSummary;
use crate::linker::coverage::DatasetLinks;
use crate::report::{Amount, DatasetRow, Presence, PresenceIn};
use crate::spec::{self, Linkage};

/// Who has which tokens, in the datasets of which the linked and the other records are told.
pub fn presence(
    linkage: &Linkage,
    summary: &LinkSummary,
    datasets: &[DatasetRow],
    policy: &mut Policy,
) -> Vec<Presence> {
    let told =
        |row: &&DatasetRow| row.linked.number().is_some() && row.not_linked.number().is_some();
    let told: Vec<&DatasetRow> = datasets.iter().filter(told).collect();
    let of_recipe = |recipe: &spec::Recipe| Presence {
        recipe: recipe.id.clone(),
        datasets: told
            .iter()
            .map(|row| presence_in(&recipe.id, row, &summary.datasets[&row.name], policy))
            .collect(),
    };
    linkage.recipes.iter().map(of_recipe).collect()
}

fn presence_in(
    recipe: &str,
    row: &DatasetRow,
    links: &DatasetLinks,
    policy: &mut Policy,
) -> PresenceIn {
    let [linked, other] = links.with_token[recipe];
    let of = [links.linked, links.duplicates_only + links.single];
    let counts = [linked, other].map(Count::of).to_vec();
    let rest = vec![Count::of(of[0] - linked), Count::of(of[1] - other)];
    let name = format!("tokens/{}/{recipe}", row.name);
    let rows = [("with", counts), ("without", rest)];
    let table = policy.table(&name, &["linked", "not_linked"], &rows);
    let amount =
        |place: usize| Amount { with: table.rows[0].cells[place], of: table.totals[place] };
    let (linked, not_linked) = (amount(0), amount(1));
    let share = |amount: Amount| amount.with.share_of(amount.of);
    let difference = share(linked).zip(share(not_linked)).and_then(standardised_difference);
    PresenceIn {
        dataset: row.name.clone(),
        linked,
        not_linked,
        standardised_difference: difference,
    }
}
