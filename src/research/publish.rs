//! The extract's files, together or not at all.

use std::path::PathBuf;

use arrow::datatypes::SchemaRef;

use super::agreement::Agreements;
use super::dataset::ExtractedDataset;
use super::dictionary::describe;
use super::examples::examples;
use super::people::People;
use super::readme::readme;
use super::report::{Facts, report};
use super::table::TableFiles;
use super::{ExtractError, Extracted, MakeExtract};
use crate::format::write::{NewFile, publish_all, whole};
use crate::format::{FormatError, ROW_GROUP_ROWS};
use crate::report as pages;
use crate::spec::PEOPLE;

/// The name of the description of the extract.
pub const DATA_PACKAGE: &str = "datapackage.json";
/// The name of what a researcher reads first.
pub const README: &str = "README.txt";
/// The name of the extract's report.
pub const PAGE: &str = "report.html";

/// Writes the table of people and the description and publishes them with the files of the datasets,
/// the description last.
pub(super) fn publish(
    job: &MakeExtract<'_>,
    datasets: Vec<ExtractedDataset>,
    tables: Vec<NewFile>,
    people: &People,
    agreement: Option<Agreements>,
) -> Result<Extracted, ExtractError> {
    let map = &job.map.manifest;
    let schema = people.schema();
    let mut files = people_files(job, people, &schema)?;
    files.extend(tables);
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

/// Writes the table of people.
fn people_files(
    job: &MakeExtract<'_>,
    people: &People,
    schema: &SchemaRef,
) -> Result<Vec<NewFile>, FormatError> {
    let mut files = TableFiles::create(job, PEOPLE, None, schema)?;
    let shown: Vec<u32> = people.shown().collect();
    for shown in shown.chunks(ROW_GROUP_ROWS) {
        files.write(people.rows(shown))?;
    }
    files.close()
}
