//! The extract's report, filled in: every count by way of a policy.

use arrow::datatypes::SchemaRef;

use super::MakeExtract;
use super::agreement::{Agreements, Compared, Estimate as Shared};
use super::dataset::{ExtractedDataset, ShownColumn};
use super::dictionary::{TableField, meaning, people_fields, type_name};
use super::people::People;
use crate::count::{Count, Disclosed, Policy};
use crate::format::{Manifest, SOFTWARE};
use crate::report::{
    AgreementRow, AgreementRows, ExtractColumnRow, ExtractReport, ExtractTable, SetOfDatasets,
    Subgroup, Subgroups,
};
use crate::spec::{Coarsen, PEOPLE};

/// What a report is made from.
pub(super) struct Facts<'f> {
    pub job: &'f MakeExtract<'f>,
    pub map: &'f Manifest,
    pub datasets: &'f [ExtractedDataset],
    pub people: &'f People,
    /// The columns of the people's table.
    pub schema: &'f SchemaRef,
    pub agreement: Option<&'f Agreements>,
}

/// Fills in the report by the extract's policy.
pub(super) fn report(facts: &Facts<'_>) -> ExtractReport {
    let Facts { job, map, datasets, people, schema, agreement } = *facts;
    let mut policy = job.policy.clone();
    let sets = people.sets();
    let parts: Vec<(String, Count)> =
        sets.iter().map(|(names, people)| (names.join("+"), Count::of(*people))).collect();
    let sums = sums(&sets, datasets, agreement);
    let told = policy.parts_of("people", &parts, &sums);
    let set = |((names, _), people): (&(Vec<String>, u64), &_)| SetOfDatasets {
        datasets: names.clone(),
        people: *people,
    };
    let combinations = sets.iter().zip(&told.cells).map(set).collect();
    let mut tables = vec![people_table(schema, told.total)];
    let mut groups = Vec::new();
    for dataset in datasets {
        let table = dataset_table(dataset, &mut policy);
        if table.rate.is_some() {
            groups.extend(dataset.columns.iter().filter_map(|column| {
                Some(subgroup(&dataset.name, column, column.groups.as_deref()?, &mut policy))
            }));
        }
        tables.push(table);
    }
    ExtractReport {
        project: map.project.clone(),
        extract: job.extract.id.clone(),
        title: job.extract.title.clone(),
        spec: map.spec.clone(),
        rules: map.rules.clone(),
        software: SOFTWARE,
        disclosure: policy.preset(),
        counts: policy.ledger().clone(),
        people: told.total,
        combinations,
        tables,
        subgroups: groups,
        agreements: agreement.map(agreements).unwrap_or_default(),
        agreement_assumes: agreement.map_or("", |agreement| agreement.assumptions),
    }
}

/// The sums of people by sets that are told elsewhere: of a dataset that holds nobody twice, whose
/// rows they are, and by an agreement of two datasets.
fn sums(
    sets: &[(Vec<String>, u64)],
    datasets: &[ExtractedDataset],
    agreement: Option<&Agreements>,
) -> Vec<Vec<usize>> {
    let with = |wanted: &[&String]| -> Vec<usize> {
        let sets = sets.iter().enumerate();
        let all = sets.filter(|(_, (names, _))| wanted.iter().all(|name| names.contains(name)));
        all.map(|(place, _)| place).collect()
    };
    let columns = agreement.iter().flat_map(|agreement| &agreement.columns);
    let pairs = columns.flat_map(|column| &column.pairs);
    let pairs = pairs.map(|pair| with(&pair.datasets.each_ref()));
    let people = |sum: &[usize]| sum.iter().map(|place| sets[*place].1).sum::<u64>();
    let mut sums: Vec<Vec<usize>> = datasets
        .iter()
        .map(|one| (one.rows, with(&[&one.name])))
        .filter(|(rows, sum)| *rows == people(sum))
        .map(|(_, sum)| sum)
        .collect();
    sums.extend(pairs);
    sums.sort();
    sums.dedup();
    sums
}

fn people_table(schema: &SchemaRef, count: Disclosed) -> ExtractTable {
    let column = |field: TableField| ExtractColumnRow {
        name: field.name,
        r#type: field.r#type,
        description: field.description,
        coarsened: None,
        cells: None,
    };
    ExtractTable {
        name: PEOPLE.to_owned(),
        description: "One row a person: which datasets hold the person, and how the link was made."
            .to_owned(),
        rows: count,
        linked: None,
        rate: None,
        without_payload: None,
        columns: people_fields(schema).into_iter().map(column).collect(),
    }
}

fn dataset_table(dataset: &ExtractedDataset, policy: &mut Policy) -> ExtractTable {
    let ExtractedDataset { name, rows, linked, .. } = dataset;
    let parts = [("linked", Count::of(*linked)), ("not_linked", Count::of(rows - linked))];
    let told = policy.parts(&format!("rows/{name}"), &parts);
    let without = Count::of(dataset.without_payload);
    let mut columns = Vec::new();
    for ShownColumn { told: column, data_type, filled, .. } in &dataset.columns {
        let left_empty = dataset.left_empty.get(&column.name).copied().unwrap_or(0);
        let cells = [
            ("filled", Count::of(*filled)),
            ("empty", Count::of(rows - filled - left_empty)),
            ("left_empty", Count::of(left_empty)),
        ];
        let cells = policy.parts(&format!("cells/{name}/{}", column.name), &cells).cells;
        columns.push(ExtractColumnRow {
            name: column.name.clone(),
            r#type: type_name(data_type),
            description: meaning(column),
            coarsened: (column.coarsen != Coarsen::AsIs).then(|| column.coarsen.name()),
            cells: Some([cells[0], cells[1], cells[2]]),
        });
    }
    ExtractTable {
        name: name.clone(),
        description: format!(
            "The payload of {}, by person; one row a source record.",
            name.replace('_', " ")
        ),
        rows: told.total,
        linked: Some(told.cells[0]),
        rate: told.cells[0].rate_of(told.total),
        without_payload: Some(policy.disclose(&format!("without_payload/{name}"), without)),
        columns,
    }
}

fn subgroup(
    dataset: &str,
    column: &ShownColumn,
    groups: &[(String, [u64; 2])],
    policy: &mut Policy,
) -> Subgroups {
    let column = &column.told.name;
    let rows = groups.iter().map(|(v, counts)| (v.clone(), counts.map(Count::of).to_vec()));
    let rows: Vec<(String, Vec<Count>)> = rows.collect();
    let rows = policy.gathered(rows, "smaller groups together");
    let name = format!("groups/{dataset}/{column}");
    let table = policy.table(&name, &["linked", "not_linked"], &rows);
    let group = |((value, _), row): (&(String, _), &crate::count::TableRow)| {
        let share = |side: usize| row.cells[side].share_of(table.totals[side]);
        let shares = share(0).zip(share(1));
        Subgroup {
            value: value.clone(),
            rows: row.total,
            linked: row.cells[0],
            rate: row.cells[0].rate_of(row.total),
            standardised_difference: shares.and_then(crate::interval::standardised_difference),
        }
    };
    let groups = rows.iter().zip(&table.rows).map(group).collect();
    Subgroups { dataset: dataset.to_owned(), column: column.clone(), groups }
}

fn agreements(agreements: &Agreements) -> Vec<AgreementRows> {
    let row = |name: String, people: &Compared| {
        let agreeing = people.agreeing.map_or_else(|| "–".to_owned(), |count| count.to_string());
        let estimate = |e: Shared| (e.share, e.low, e.high);
        AgreementRow {
            name,
            counts: [people.linked.to_string(), people.compared.to_string(), agreeing],
            agreement: people.agreement.map(estimate),
            random: people.random,
            true_links: people.true_links.map(estimate),
        }
    };
    let of = |agreement: &super::Agreement| {
        let pairs = agreement.pairs.iter();
        let mut rows: Vec<AgreementRow> =
            pairs.map(|pair| row(pair.datasets.join(" and "), &pair.people)).collect();
        if rows.len() > 1 {
            rows.push(row("together".to_owned(), &agreement.overall));
        }
        AgreementRows { name: agreement.name.clone(), rows }
    };
    agreements.columns.iter().map(of).collect()
}
