//! `sealink inspect`: what a sealink file says of itself.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::failure::{Done, Failure};
use super::say::Say;
use crate::delivery::{DeliveryManifest, Previous};
use crate::format::{Manifest, Table};

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  sealink inspect health.tokens.parquet
  sealink inspect inbox/health.tokens.0001.delivery

Shows the manifest and the columns of a table, never a row; of a delivery its manifest, which is
not verified.")]
pub struct InspectArguments {
    /// A token, payload or reference table, a person map, a table of an extract, or a delivery.
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
    if arguments.file.is_dir() {
        return delivery(arguments, say);
    }
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

/// What a delivery says of itself, which anyone may have written.
fn delivery(arguments: &InspectArguments, say: &Say) -> Result<Done, Failure> {
    let manifest = Previous::read(&arguments.file)?.manifest().clone();
    let says = DeliverySays { verified: false, manifest: &manifest };
    let mut lines = vec!["not verified: whether this is true, `sealink open` finds out".to_owned()];
    lines.extend(fields(&manifest));
    say.summary(&lines.join("\n"), &says);
    Ok(Done::Whole)
}

#[derive(Serialize)]
struct DeliverySays<'i> {
    verified: bool,
    #[serde(flatten)]
    manifest: &'i DeliveryManifest,
}

fn text(inspected: &Inspected<'_>) -> String {
    let mut lines = fields(inspected.manifest);
    lines.push("columns".to_owned());
    let columns = inspected.columns.iter();
    lines.extend(columns.map(|column| format!("  {:<22} {}", column.name, column.r#type)));
    lines.join("\n")
}

/// The fields of a manifest, a line each. What a stranger wrote moves no cursor.
fn fields(manifest: &impl Serialize) -> Vec<String> {
    let manifest = serde_json::to_value(manifest).expect("a manifest is plain text");
    manifest
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            format!("{name:<10} {}", value.replace(char::is_control, "?"))
        })
        .collect()
}
