//! The extract's files, together or not at all.

use std::path::PathBuf;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::SchemaRef;

use super::agreement::Agreements;
use super::dictionary::describe;
use super::examples::examples;
use super::join::ExtractedDataset;
use super::people::People;
use super::readme::readme;
use super::report::{Facts, report};
use super::{ExtractError, Extracted, MakeExtract, csv_file};
use crate::format::write::{NewFile, publish_all, whole};
use crate::format::{FormatError, Manifest, ROW_GROUP_ROWS, TableKind, TableWriter};
use crate::report as pages;
use crate::spec::PEOPLE;

/// The name of the description of the extract.
pub const DATA_PACKAGE: &str = "datapackage.json";
/// The name of what a researcher reads first.
pub const README: &str = "README.txt";
/// The name of the extract's report.
pub const PAGE: &str = "report.html";

/// Writes the tables and their description and publishes them, the description last.
pub(super) fn publish(
    job: &MakeExtract<'_>,
    datasets: Vec<ExtractedDataset>,
    people: &People,
    agreement: Option<Agreements>,
) -> Result<Extracted, ExtractError> {
    let map = &job.map.manifest;
    let (schema, columns) = people.table();
    let mut files = table(job, map, PEOPLE, None, &schema, &columns)?;
    for dataset in &datasets {
        let name = Some(dataset.name.clone());
        files.extend(table(job, map, &dataset.name, name, &dataset.schema, &dataset.data)?);
    }
    let text = readme(job, map, &datasets);
    files.push(whole(&job.out.join(README), text.as_bytes())?);
    for (name, text) in examples(&datasets) {
        files.push(whole(&job.out.join(name), text.as_bytes())?);
    }
    let facts = Facts {
        job,
        map,
        datasets: &datasets,
        people,
        schema: &schema,
        agreement: agreement.as_ref(),
    };
    let report = report(&facts);
    files.push(whole(&job.out.join(PAGE), pages::extract(&report).as_bytes())?);
    let package = describe(job, map, &datasets, &schema, agreement.as_ref(), &report);
    let json = serde_json::to_vec_pretty(&package).expect("the description is plain text");
    files.push(whole(&job.out.join(DATA_PACKAGE), &json)?);
    let paths: Vec<PathBuf> = files.iter().map(|file| file.path().to_owned()).collect();
    publish_all(files)?;
    Ok(Extracted { datasets, people: people.len() as u64, agreement, files: paths })
}

fn table(
    job: &MakeExtract<'_>,
    map: &Manifest,
    name: &str,
    dataset: Option<String>,
    schema: &SchemaRef,
    columns: &[ArrayRef],
) -> Result<Vec<NewFile>, FormatError> {
    let mut writer = TableWriter::create(&job.out.join(format!("{name}.parquet")), schema.clone())?;
    let rows = columns.first().map_or(0, |column| column.len());
    for start in (0..rows).step_by(ROW_GROUP_ROWS) {
        let length = ROW_GROUP_ROWS.min(rows - start);
        writer.write(columns.iter().map(|column| column.slice(start, length)).collect())?;
    }
    let mut files = vec![writer.close(Manifest {
        dataset,
        extract: Some(job.extract.id.clone()),
        rules: map.rules.clone(),
        ..Manifest::new(TableKind::Extract, &map.project, &map.spec)
    })?];
    if job.csv {
        files.push(csv_file::write(&job.out.join(format!("{name}.csv")), schema, columns)?);
    }
    Ok(files)
}
