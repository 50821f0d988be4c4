//! The linker's files: the report and the person map, together or not at all.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use serde::Serialize;

use super::Link;
use super::compare::{Compared, Pattern};
use super::decide::Decided;
use super::first_links::LinkedBy;
use super::records::{RecordIx, Records};
use super::report::{self, Source};
use super::review::Doubt;
use super::summary::{LinkSummary, SCORED, reason_name};
use super::weigh::probability;
use crate::count::{Earlier, Policy, Preset};
use crate::format::person_map::{MapWriter, Mapped, SINGLE};
use crate::format::review::{self, Reviewed};
use crate::format::write::{NewFile, publish_all, whole};
use crate::format::{FormatError, Manifest, ROW_GROUP_ROWS, SOFTWARE, Table, TableKind};
use crate::report as pages;
use crate::spec::Linkage;
use crate::token::{PROTOCOL, Token, hex, linker_people};

/// The name of the linkage report.
pub const REPORT: &str = "linkage.json";
/// The name of the linkage report as a page.
pub const PAGE: &str = "linkage.html";
/// The names of the report that may leave the linker.
pub const RELEASE: [&str; 2] = ["linkage.release.json", "linkage.release.html"];
/// The name of the model that scored the links.
pub const MODEL: &str = "model.json";
/// The name of the list of pairs for review.
pub const REVIEW: &str = "review.parquet";
/// The name of the person map.
pub const PERSON_MAP: &str = "person_map.parquet";

/// Writes the report and the map and publishes them, the map last.
pub(super) fn publish(
    job: &Link<'_>,
    tables: &[Table],
    compared: &Compared<'_>,
    decided: &Decided,
    summary: &LinkSummary,
) -> Result<Vec<PathBuf>, FormatError> {
    let records = compared.records;
    let linkage = job.linkage;
    let manifest = manifest(linkage, tables);
    let source = Source { linkage, manifest: &manifest, summary, given_model: job.model.is_some() };
    let mut files = reports(&job.out, &source, job.release.as_ref())?;
    if let Some(model) = &decided.model {
        files.push(whole(&job.out.join(MODEL), &model.json())?);
        let pairs = reviewed(compared, decided);
        files.push(review::write(&job.out.join(REVIEW), &pairs, review_manifest(&manifest))?);
    }
    files.push(write_map(job, records, decided, manifest)?);
    published(files)
}

/// Publishes files together, in this order, and gives where they are.
pub(super) fn published(files: Vec<NewFile>) -> Result<Vec<PathBuf>, FormatError> {
    let paths = files.iter().map(|file| file.path().to_owned()).collect();
    publish_all(files)?;
    Ok(paths)
}

/// The report and the same as a page; and both by the rules of a release, if there is to be one.
pub(super) fn reports(
    out: &Path,
    source: &Source<'_>,
    release: Option<&Policy>,
) -> Result<Vec<NewFile>, FormatError> {
    let Source { linkage, manifest, summary, .. } = *source;
    let report = Report {
        format: "linkage-report/1",
        protocol: PROTOCOL,
        project: &linkage.project,
        spec: &manifest.spec,
        rules: manifest.rules.as_deref().unwrap_or_default(),
        software: SOFTWARE,
        summary,
    };
    let json = serde_json::to_vec_pretty(&report).expect("the report is plain text and numbers");
    let mut files = vec![whole(&out.join(REPORT), &json)?];
    let exact = report::report(source, Policy::new(Preset::Exact, Earlier::default()));
    files.push(whole(&out.join(PAGE), pages::linkage(&exact).as_bytes())?);
    if let Some(policy) = release {
        let release = report::report(source, policy.clone());
        let json = serde_json::to_vec_pretty(&release).expect("the report is plain text");
        files.push(whole(&out.join(RELEASE[0]), &json)?);
        files.push(whole(&out.join(RELEASE[1]), pages::linkage(&release).as_bytes())?);
    }
    Ok(files)
}

/// What a list for review says of itself, beside the person map of this manifest.
pub(super) fn review_manifest(map: &Manifest) -> Manifest {
    Manifest { format: TableKind::Review.name().to_owned(), ..map.clone() }
}

/// What a person map of these token tables says of itself.
pub(super) fn manifest(linkage: &Linkage, tables: &[Table]) -> Manifest {
    let spec = hex(&linkage.fingerprint());
    let first = tables.first().map(|table| &table.manifest);
    Manifest {
        rules: Some(hex(&linkage.rules_fingerprint())),
        key: first.and_then(|manifest| manifest.key.clone()),
        canary: first.and_then(|manifest| manifest.canary.clone()),
        ..Manifest::new(TableKind::PersonMap, &linkage.project, &spec)
    }
}

/// The pairs for review, as the file shows them.
fn reviewed<'r>(compared: &Compared<'r>, decided: &Decided) -> Vec<Reviewed<'r>> {
    let Compared { linkage, records, candidates, .. } = *compared;
    let names: Vec<&str> = records.datasets.iter().map(|d| &*d.name).collect();
    let of = |doubt: &Doubt| {
        let both = [doubt.pair.first, doubt.pair.second];
        Listed {
            reason: reason_name(linkage, &names, doubt.reason),
            dataset: both.map(|record| records.dataset(records.dataset_of(record)).name.as_str()),
            record_ref: both.map(|record| records.refs[record.index()]),
            weight: doubt.weight,
            pattern: candidates.patterns[doubt.pattern as usize],
            found_by: candidates.blocking.found_by(doubt.pair),
        }
        .reviewed(linkage)
    };
    decided.doubts.iter().map(of).collect()
}

/// What is known of a pair for review.
pub(super) struct Listed<'l> {
    pub reason: String,
    pub dataset: [&'l str; 2],
    pub record_ref: [Token; 2],
    /// The match weight, in log2 odds.
    pub weight: f64,
    pub pattern: Pattern,
    /// The blocking recipes that found it, as bits.
    pub found_by: u32,
}

impl<'l> Listed<'l> {
    /// The pair as the file shows it.
    pub fn reviewed(self, linkage: &Linkage) -> Reviewed<'l> {
        let recipes = |bits: u32| {
            let ids = linkage.recipes.iter().enumerate();
            let ids = ids.filter(|(place, _)| bits & (1 << place) != 0).map(|(_, r)| r.id.as_str());
            ids.collect::<Vec<_>>().join(" ")
        };
        Reviewed {
            reason: self.reason,
            dataset: self.dataset,
            record_ref: self.record_ref,
            match_weight: single_precision(self.weight),
            probability: single_precision(probability(self.weight)),
            agree: recipes(self.pattern.agree),
            differ: recipes(self.pattern.known & !self.pattern.agree),
            found_by: recipes(self.found_by),
        }
    }
}

#[derive(Serialize)]
struct Report<'r> {
    format: &'static str,
    protocol: &'static str,
    project: &'r str,
    spec: &'r str,
    rules: &'r str,
    software: &'static str,
    #[serde(flatten)]
    summary: &'r LinkSummary,
}

/// Records whose people one thread names at a time.
const RECORDS_PER_STEP: usize = 1 << 12;

/// Writes the map, a row group at a time.
fn write_map(
    job: &Link<'_>,
    records: &Records,
    decided: &Decided,
    manifest: Manifest,
) -> Result<NewFile, FormatError> {
    let mut writer = MapWriter::create(&job.out.join(PERSON_MAP))?;
    let name = |record| &*records.dataset(records.dataset_of(record)).name;
    let first_of = decided.people.first_of();
    let row = |(record, person): (u32, Token)| {
        let record = RecordIx(record);
        let record_ref = records.refs[record.index()];
        mapped(job.linkage, name(record), record_ref, person, decided.linked_by.of(record))
    };
    let rows = |(first, first_of): (u32, &[RecordIx])| {
        let people = people(records, first_of);
        let numbers = first..first + u32::try_from(people.len()).expect("a row group is small");
        numbers.into_par_iter().zip(people).map(row).collect::<Vec<Mapped<'_>>>()
    };
    let mut groups = (0..).step_by(ROW_GROUP_ROWS).zip(first_of.chunks(ROW_GROUP_ROWS));
    let mut next = groups.next().map(rows);
    while let Some(ready) = next {
        // Some of writing one thread must do alone: the others see to the next rows.
        let written;
        (written, next) = rayon::join(|| writer.write(&ready), || groups.next().map(rows));
        written?;
    }
    writer.close(manifest)
}

/// The ids of people, given the first record of each.
fn people(records: &Records, first_of: &[RecordIx]) -> Vec<Token> {
    let name = |record: &RecordIx| &*records.dataset(records.dataset_of(*record)).name;
    let ids = |first_of: &[RecordIx]| {
        // References lie far apart: on their own, the processor waits for many of them at once.
        let refs: Vec<Token> = first_of.iter().map(|first| records.refs[first.index()]).collect();
        linker_people(first_of.iter().map(name).zip(refs))
    };
    first_of.par_chunks(RECORDS_PER_STEP).flat_map_iter(ids).collect()
}

/// What the map says of a record.
pub(super) fn mapped<'m>(
    linkage: &'m Linkage,
    dataset: &'m str,
    record_ref: Token,
    person_id: Token,
    link: Option<LinkedBy>,
) -> Mapped<'m> {
    let weight = link.and_then(|link| link.weight);
    Mapped {
        dataset,
        record_ref,
        person_id,
        link_status: link.map_or(SINGLE, |link| status(linkage, link)),
        match_weight: weight.map(single_precision),
        probability: weight.map(probability).map(single_precision),
    }
}

/// What the map says of how a record was linked.
fn status(linkage: &Linkage, link: LinkedBy) -> &str {
    link.key.map_or(SCORED, |key| &linkage.rules.match_keys[key].id)
}

#[expect(clippy::cast_possible_truncation, reason = "the map holds weights in single precision")]
const fn single_precision(value: f64) -> f32 {
    value as f32
}
