//! Queries that run as they are: who is in which datasets, and all datasets joined.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::dataset::ExtractedDataset;
use crate::spec::PEOPLE;

/// The examples, each with its file's name. They hold names of tables and columns, and no counts.
pub(super) fn examples(datasets: &[ExtractedDataset]) -> [(&'static str, String); 3] {
    // Names of datasets have neither quotes nor backslashes.
    let names: Vec<String> = datasets.iter().map(|one| format!("\"{}\"", one.name)).collect();
    let names = names.join(", ");
    let filled = |template: &str, names: &str| template.replace("{datasets}", names);
    [
        ("example.sql", sql(datasets)),
        ("example.py", filled(include_str!("examples/example.py"), &format!("[{names}]"))),
        ("example.R", filled(include_str!("examples/example.R"), &names)),
    ]
}

fn sql(datasets: &[ExtractedDataset]) -> String {
    let held: Vec<String> =
        datasets.iter().map(|one| quoted(&format!("in_{}", one.name))).collect();
    let mut sql = format!(
        "-- People and datasets of this extract, with DuckDB. In its folder: duckdb < example.sql\n\n\
         -- How many people are in which datasets.\n\
         SELECT {}, count(*) AS people\nFROM '{PEOPLE}.parquet'\nGROUP BY ALL\nORDER BY ALL;\n\n\
         -- A row a person: of each dataset the columns of the person's first row. Rows of one \
         person are\n-- in the order of their content; choose the row that the question asks for.\n\
         CREATE TEMP TABLE joined AS\nSELECT\n    {PEOPLE}.*",
        held.join(", ")
    );
    for (dataset, column, shown) in columns(datasets) {
        let (dataset, column, shown) = (quoted(dataset), quoted(column), quoted(&shown));
        let _ = write!(sql, ",\n    {dataset}.{column} AS {shown}");
    }
    let _ = write!(sql, "\nFROM '{PEOPLE}.parquet' AS {PEOPLE}");
    for name in datasets.iter().map(|one| &one.name) {
        let _ = write!(
            sql,
            "\nLEFT JOIN (\n    SELECT DISTINCT ON (person_id) *\n    \
             FROM '{name}.parquet'\n    \
             ORDER BY ALL NULLS FIRST\n) AS {} USING (person_id)",
            quoted(name)
        );
    }
    sql.push_str(";\n\nSELECT count(*) AS people FROM joined;\n");
    sql
}

/// The columns to join, each with its dataset and its name in the joined table. In SQL case does
/// not tell names apart: of two that differ in nothing else it can be asked for one.
fn columns(datasets: &[ExtractedDataset]) -> Vec<(&str, &str, String)> {
    let mut columns = Vec::new();
    let mut shown = BTreeSet::new();
    for dataset in datasets {
        let mut known = BTreeSet::from(["person_id".to_owned()]);
        for name in dataset.columns.iter().map(|column| column.told.name.as_str()) {
            let alias = format!("{}.{name}", dataset.name);
            let plain = !name.chars().any(char::is_control);
            if plain && known.insert(name.to_lowercase()) && shown.insert(alias.to_lowercase()) {
                columns.push((dataset.name.as_str(), name, alias));
            }
        }
    }
    columns
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
