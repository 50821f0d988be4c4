//! `sealink inspect`: what a sealink file says of itself.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::failure::{Done, Failure};
use super::say::Say;
use crate::format::{Manifest, Table};

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  sealink inspect health.tokens.parquet

Shows the manifest and the columns of a table, never a row.")]
pub struct InspectArguments {
    /// A token, payload or reference table, a person map, or a table of an extract.
    file: PathBuf,
}

#[derive(Serialize)]
struct Inspected<'i> {
    #[serde(flatten)]
    manifest: &'i Manifest,
    columns: Vec<Column>,
}

#[derive(Serialize)]
struct Column {
    name: String,
    r#type: String,
}

pub fn run(arguments: &InspectArguments, say: &Say) -> Result<Done, Failure> {
    let table = Table::open_any(&arguments.file)?;
    let inspected = Inspected {
        manifest: &table.manifest,
        columns: table
            .schema()
            .fields()
            .iter()
            .map(|field| Column {
                name: field.name().clone(),
                r#type: field.data_type().to_string(),
            })
            .collect(),
    };
    say.summary(&text(&inspected), &inspected);
    Ok(Done::Whole)
}

fn text(inspected: &Inspected<'_>) -> String {
    let manifest = serde_json::to_value(inspected.manifest).expect("a manifest is plain text");
    let mut lines: Vec<String> = manifest
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("{name:<10} {value}")
        })
        .collect();
    lines.push("columns".to_owned());
    let columns = inspected.columns.iter();
    lines.extend(columns.map(|column| format!("  {:<22} {}", column.name, column.r#type)));
    lines.join("\n")
}
