//! `datapackage.json`: what the extract's tables and columns are, as a Frictionless Data Package.

mod field;

use arrow::datatypes::SchemaRef;
use serde::Serialize;

use super::MakeExtract;
use super::agreement::Agreements;
use super::dataset::ExtractedDataset;
use crate::format::{Manifest, SOFTWARE};
use crate::report::ExtractReport;
use crate::spec::PEOPLE;

pub(super) use field::{TableField, covers, meaning, people_fields, type_name};

/// The version of the standard that the description follows.
const STANDARD: &str = "https://datapackage.org/profiles/2.0/datapackage.json";

#[derive(Serialize)]
pub(super) struct DataPackage<'a> {
    #[serde(rename = "$schema")]
    standard: &'static str,
    name: String,
    title: String,
    description: String,
    /// Not part of the standard: where the links come from.
    sealink: Provenance<'a>,
    resources: Vec<Resource>,
}

#[derive(Serialize)]
struct Provenance<'a> {
    project: String,
    extract: String,
    spec: String,
    rules: Option<String>,
    software: &'static str,
    /// A check on the links.
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement: Option<&'a Agreements>,
    /// The counts of the report, by its rules.
    report: &'a ExtractReport,
}

#[derive(Serialize)]
struct Resource {
    name: String,
    path: String,
    r#type: &'static str,
    format: &'static str,
    mediatype: &'static str,
    description: String,
    schema: TableSchema,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TableSchema {
    fields: Vec<TableField>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    primary_key: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    foreign_keys: Vec<ForeignKey>,
}

#[derive(Serialize)]
struct ForeignKey {
    fields: [&'static str; 1],
    reference: Reference,
}

#[derive(Serialize)]
struct Reference {
    resource: &'static str,
    fields: [&'static str; 1],
}

/// Describes an extract.
pub(super) fn describe<'a>(
    job: &MakeExtract<'_>,
    map: &Manifest,
    datasets: &[ExtractedDataset],
    people: &SchemaRef,
    agreement: Option<&'a Agreements>,
    report: &'a ExtractReport,
) -> DataPackage<'a> {
    let mut resources = Vec::new();
    for file in files(job.csv) {
        resources.push(resource(
            PEOPLE,
            file,
            people_schema(people),
            "One row a person: which datasets hold the person, and how the link was made."
                .to_owned(),
        ));
        for dataset in datasets {
            let description = format!(
                "The payload of {}, by person; one row a source record. Rows are in the order of \
                 person_id.",
                dataset.name
            );
            resources.push(resource(&dataset.name, file, dataset_schema(dataset), description));
        }
    }
    DataPackage {
        standard: STANDARD,
        name: job.extract.id.clone(),
        title: job.extract.title.clone(),
        description: "A linked research extract. A person_id means nothing outside this extract."
            .to_owned(),
        sealink: Provenance {
            project: map.project.clone(),
            extract: job.extract.id.clone(),
            spec: map.spec.clone(),
            rules: map.rules.clone(),
            software: SOFTWARE,
            agreement,
            report,
        },
        resources,
    }
}

/// Ending and media type.
type FileKind = (&'static str, &'static str);

fn files(csv: bool) -> impl Iterator<Item = FileKind> {
    let csv = csv.then_some(("csv", "text/csv"));
    std::iter::once(("parquet", "application/vnd.apache.parquet")).chain(csv)
}

fn resource(table: &str, file: FileKind, schema: TableSchema, description: String) -> Resource {
    let (ending, mediatype) = file;
    Resource {
        name: if ending == "parquet" { table.to_owned() } else { format!("{table}-{ending}") },
        path: format!("{table}.{ending}"),
        r#type: "table",
        format: ending,
        mediatype,
        description,
        schema,
    }
}

fn dataset_schema(dataset: &ExtractedDataset) -> TableSchema {
    let reference = Reference { resource: PEOPLE, fields: ["person_id"] };
    TableSchema {
        fields: field::dataset_fields(dataset),
        primary_key: Vec::new(),
        foreign_keys: vec![ForeignKey { fields: ["person_id"], reference }],
    }
}

fn people_schema(people: &SchemaRef) -> TableSchema {
    TableSchema {
        fields: people_fields(people),
        primary_key: vec!["person_id"],
        foreign_keys: Vec::new(),
    }
}
