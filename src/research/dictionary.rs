//! `datapackage.json`: what the extract's tables and columns are, as a Frictionless Data Package.

use arrow::datatypes::{DataType, SchemaRef};
use serde::Serialize;

use super::MakeExtract;
use super::agreement::Agreements;
use super::join::ExtractedDataset;
use crate::format::{Manifest, SOFTWARE};
use crate::report::ExtractReport;
use crate::spec::{Coarsen, ExtractColumn, PEOPLE};

#[derive(Serialize)]
pub(super) struct DataPackage<'a> {
    profile: &'static str,
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
    format: &'static str,
    mediatype: &'static str,
    profile: &'static str,
    description: String,
    schema: TableSchema,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TableSchema {
    pub fields: Vec<TableField>,
    #[serde(skip_serializing_if = "Option::is_none")]
    primary_key: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    foreign_keys: Vec<ForeignKey>,
}

#[derive(Serialize)]
pub(super) struct TableField {
    pub name: String,
    pub r#type: &'static str,
    pub description: String,
}

#[derive(Serialize)]
struct ForeignKey {
    fields: &'static str,
    reference: Reference,
}

#[derive(Serialize)]
struct Reference {
    resource: &'static str,
    fields: &'static str,
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
        profile: "tabular-data-package",
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
        format: ending,
        mediatype,
        profile: "tabular-data-resource",
        description,
        schema,
    }
}

fn dataset_schema(dataset: &ExtractedDataset) -> TableSchema {
    let types = dataset.schema.fields().iter().skip(1).map(|field| type_name(field.data_type()));
    let columns = dataset.columns.iter().zip(types).map(|(column, r#type)| TableField {
        name: column.name.clone(),
        r#type,
        description: column_description(column),
    });
    let reference = Reference { resource: PEOPLE, fields: "person_id" };
    TableSchema {
        fields: std::iter::once(person_field()).chain(columns).collect(),
        primary_key: None,
        foreign_keys: vec![ForeignKey { fields: "person_id", reference }],
    }
}

pub(super) fn column_description(column: &ExtractColumn) -> String {
    let coarse = match column.coarsen {
        Coarsen::AsIs => String::new(),
        other => format!("`{}`, made coarser: {}.", column.column, other.name()),
    };
    let given = column.description.trim();
    match (given.is_empty(), coarse.is_empty()) {
        (true, true) => format!("`{}` as the agency supplied it.", column.column),
        (true, false) => coarse,
        (false, true) => given.to_owned(),
        (false, false) => format!("{given} ({coarse})"),
    }
}

pub(super) fn people_schema(people: &SchemaRef) -> TableSchema {
    let fields = people.fields().iter().skip(1).map(|field| TableField {
        name: field.name().clone(),
        r#type: type_name(field.data_type()),
        description: match field.name().as_str() {
            "records" => "Records of the person in the extract's datasets.".to_owned(),
            "link_status" => {
                "The match key, or `scored`, of the person's first link, or single.".to_owned()
            }
            "probability" => {
                "Probability of the weakest link that holds the person's records together; empty \
                 for a single record and for links decided by rule."
                    .to_owned()
            }
            held => format!("Whether {} holds the person.", held.trim_start_matches("in_")),
        },
    });
    TableSchema {
        fields: std::iter::once(person_field()).chain(fields).collect(),
        primary_key: Some("person_id"),
        foreign_keys: Vec::new(),
    }
}

fn person_field() -> TableField {
    TableField {
        name: "person_id".to_owned(),
        r#type: "string",
        description: "The person's number in this extract: p and 32 hexadecimal digits.".to_owned(),
    }
}

pub(super) fn type_name(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::Boolean => "boolean",
        DataType::Date32 | DataType::Date64 => "date",
        DataType::Timestamp(..) => "datetime",
        data_type if data_type.is_integer() => "integer",
        data_type if data_type.is_numeric() => "number",
        _ => "string",
    }
}
