//! The quality report, filled in from a run: every count by way of a policy.

use std::collections::BTreeMap;

use super::normalise::{Refusal, Warning};
use super::tally::{FieldTally, Tally};
use crate::count::{Count, Disclosed, Policy, Preset};
use crate::disclose;
use crate::format::SOFTWARE;
use crate::report::{AgencyReport, ColumnRow, FieldRow, Reason, TokenColumnRow};
use crate::spec::{Choice, Coarsen, Derivation, FieldIx, Linkage, Part, Payload, Recipe, Source};
use crate::token::{PROTOCOL, hex};

/// What a report is made from.
pub(super) struct Facts<'f> {
    pub linkage: &'f Linkage,
    pub source: &'f Source,
    pub tally: &'f Tally,
    pub key: String,
    pub canary: String,
}

/// Fills in a report by the rules of a policy.
pub(super) fn report(facts: &Facts<'_>, mut policy: Policy) -> AgencyReport {
    let Facts { linkage, source, tally, .. } = *facts;
    let (rows, row_outcomes) = rows(tally, &mut policy);
    let exact = policy.preset() == Preset::Exact;
    let listed = tally.listed.map(|listed| {
        [("listed/leave_out", listed.leave_out), ("listed/seal", listed.seal)]
            .map(|(name, list)| policy.disclose(name, Count::of(list.records)))
    });
    let left_out = tally.left_out_rows.iter().filter(|_| exact);
    let mut report = AgencyReport {
        format: "quality-release/1",
        protocol: PROTOCOL,
        project: linkage.project.clone(),
        dataset: source.dataset.clone(),
        spec: hex(&linkage.fingerprint()),
        key: facts.key.clone(),
        canary: facts.canary.clone(),
        software: SOFTWARE,
        disclosure: policy.preset(),
        counts: BTreeMap::new(),
        records: policy.disclose("records", Count::of(tally.records)),
        rows,
        row_outcomes,
        left_out_rows: left_out.map(|row| (row.input, row.row, row.reason)).collect(),
        listed,
        fields: tally.fields.iter().map(|(name, field)| cells(name, field, &mut policy)).collect(),
        columns: columns(linkage, source),
        token_columns: linkage
            .recipes
            .iter()
            .map(|recipe| token_column(linkage, recipe, tally, &mut policy))
            .collect(),
        largest_share: disclose::LARGEST_SHARE,
    };
    report.counts = policy.ledger().clone();
    report
}

fn rows(tally: &Tally, policy: &mut Policy) -> (Disclosed, Vec<(String, Disclosed)>) {
    let listed = tally.listed.map_or(0, |listed| listed.leave_out.rows);
    let mut parts = vec![("used".to_owned(), Count::of(tally.used_rows))];
    parts.extend(tally.left_out.iter().map(|(why, n)| (format!("left out: {why}"), Count::of(*n))));
    if listed > 0 {
        parts.push(("left out as listed".to_owned(), Count::of(listed)));
    }
    let told = policy.parts("rows", &parts);
    (told.total, parts.into_iter().map(|(name, _)| name).zip(told.cells).collect())
}

fn cells(name: &str, field: &FieldTally, policy: &mut Policy) -> FieldRow {
    let mut parts =
        vec![("accepted", Count::of(field.accepted)), ("blank", Count::of(field.blank))];
    parts.extend(field.refused.iter().map(|(code, cells)| (*code, Count::of(*cells))));
    let told = policy.parts(&format!("cells/{name}"), &parts);
    let refused = field.refused.keys().zip(&told.cells[2..]);
    let mut odd = Vec::new();
    for (code, cells) in &field.warned {
        let count = policy.disclose(&format!("odd/{name}/{code}"), Count::of(*cells));
        odd.push(Reason { code, meaning: meaning(code), count });
    }
    FieldRow {
        field: name.to_owned(),
        cells: told.total,
        accepted: told.cells[0],
        blank: told.cells[1],
        refused: refused
            .map(|(code, count)| Reason { code, meaning: meaning(code), count: *count })
            .collect(),
        odd,
    }
}

fn meaning(code: &str) -> &'static str {
    let refusals = Refusal::ALL.map(|refusal| (refusal.code(), refusal.describe()));
    let warnings = Warning::ALL.map(|warning| (warning.code(), warning.describe()));
    let all = refusals.into_iter().chain(warnings);
    all.into_iter().find(|(known, _)| *known == code).map_or("", |(_, meaning)| meaning)
}

/// Where each column of the source goes.
fn columns(linkage: &Linkage, source: &Source) -> Vec<ColumnRow> {
    let mut columns = vec![ColumnRow {
        column: source.record_id.clone(),
        role: "record id".to_owned(),
        leaves: "a keyed reference in its place".to_owned(),
        stays: "the id, in the table of references",
    }];
    for field in &source.fields {
        let name = &linkage.field_at(field.field).name;
        for column in &field.columns {
            columns.push(ColumnRow {
                column: column.clone(),
                role: format!("identifier: {}", name.replace('_', " ")),
                leaves: leaves(linkage, source, field.field),
                stays: "the value",
            });
        }
    }
    for payload in &source.payload {
        if let Payload::Column(column) = payload {
            columns.push(ColumnRow {
                column: column.clone(),
                role: "payload".to_owned(),
                leaves: "the value, to the researcher or safe haven".to_owned(),
                stays: "–",
            });
        }
    }
    let dropped = |column: &String| ColumnRow {
        column: column.clone(),
        role: "dropped".to_owned(),
        leaves: "nothing".to_owned(),
        stays: "all of it, unread",
    };
    columns.extend(source.drop.iter().map(dropped));
    columns
}

/// What leaves of a field.
fn leaves(linkage: &Linkage, source: &Source, field: FieldIx) -> String {
    let takes = |part: &&Part| part.choices.iter().any(|choice| choice.field == field);
    let recipes = linkage.recipes.iter().filter(|recipe| recipe.parts.iter().any(|p| takes(&p)));
    let recipes: Vec<&str> = recipes.map(|recipe| recipe.id.as_str()).collect();
    let mut leaves = match recipes.as_slice() {
        [] => "no token".to_owned(),
        [one] => format!("tokens of the column {one}"),
        several => format!("tokens of {} columns", several.len()),
    };
    for payload in &source.payload {
        if let Payload::Derived { field: of, coarsen, name } = payload
            && *of == field
        {
            let payload = match coarsen {
                Coarsen::AsIs => format!("; itself as payload {name}"),
                other => format!("; its {} as payload {name}", other.name()),
            };
            leaves.push_str(&payload);
        }
    }
    leaves
}

fn token_column(
    linkage: &Linkage,
    recipe: &Recipe,
    tally: &Tally,
    policy: &mut Policy,
) -> TokenColumnRow {
    let part = |part: &Part| {
        let choices: Vec<String> =
            part.choices.iter().map(|choice| taken(linkage, *choice)).collect();
        choices.join(" or ")
    };
    let rows = tally.recipes.get(&recipe.id).map_or(0, |tally| tally.rows);
    TokenColumnRow {
        recipe: recipe.id.clone(),
        parts: recipe.parts.iter().map(part).collect::<Vec<_>>().join(", "),
        rows: policy.disclose(&format!("tokens/{}", recipe.id), Count::of(rows)),
        estimated_largest_share: disclose::largest_share(recipe, &linkage.fields),
        accepted_risk: linkage.accept_risk.contains(&recipe.id),
    }
}

/// A field, and what is taken of it.
fn taken(linkage: &Linkage, choice: Choice) -> String {
    let field = linkage.field_at(choice.field).name.replace('_', " ");
    match choice.derivation {
        Derivation::Whole => field,
        other => format!("{field} ({})", other.name().replace('_', " ")),
    }
}
