//! The agency's files: tokens, payload, references and the quality report, together or not at all.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::ArrayRef;
use arrow::datatypes::{FieldRef, Schema};
use serde::Serialize;

use super::arrange::Arranged;
use super::error::AgencyError;
use super::tally::Tally;
use super::tokenise::ABSENT;
use super::{Pseudonymise, Pseudonymised};
use crate::delivery::{About, Contents, Parcel, SealError, Sealing};
use crate::disclose;
use crate::format::write::{NewFile, NewFolder, publish_all, publish_with, whole};
use crate::format::{FormatError, Manifest, SOFTWARE, TableKind, TableWriter};
use crate::format::{record_tables, token_table};
use crate::token::{PROTOCOL, Token, hex};

/// What is known when the tables are written.
pub(super) struct Outcome<'o> {
    pub job: &'o Pseudonymise<'o>,
    /// The payload's columns.
    pub payload: Vec<FieldRef>,
    pub key_check: Token,
    pub canary: [u8; 32],
    pub tally: Tally,
}

/// Writes all files and publishes them together, the tokens last.
pub(super) fn publish(
    mut outcome: Outcome<'_>,
    arranged: &Arranged,
) -> Result<Pseudonymised, AgencyError> {
    outcome.tally.records = arranged.records();
    if outcome.tally.records == 0 {
        return Err(AgencyError::NoRecords);
    }
    let dataset = &outcome.job.source.dataset;
    let path = |ending: &str| outcome.job.out.join(format!("{dataset}.{ending}"));
    let refs = outcome.refs(arranged, &path("refs.parquet"))?;
    let payload = outcome.payload(arranged, &path("payload.parquet"))?;
    let counts = outcome.quality();
    let quality = whole(&path("quality.json"), &counts)?;
    let mut written = vec![refs, payload, quality];
    let mut files: Vec<PathBuf> = written.iter().map(|file| file.path().to_owned()).collect();
    if let Some(sealing) = outcome.job.seal {
        let delivery = outcome.delivery(arranged, sealing, &counts)?;
        files.push(delivery.path().to_owned());
        publish_with(written, delivery)?;
    } else {
        let (tokens, _) = outcome.tokens(arranged, NewFile::create(&path("tokens.parquet"))?)?;
        files.push(tokens.path().to_owned());
        written.push(tokens);
        publish_all(written)?;
    }
    Ok(Pseudonymised {
        tally: outcome.tally,
        key_check: outcome.key_check,
        canary: outcome.canary,
        files,
    })
}

impl Outcome<'_> {
    fn manifest(&self, kind: TableKind) -> Manifest {
        let linkage = self.job.linkage;
        Manifest {
            dataset: Some(self.job.source.dataset.clone()),
            records: self.tally.records,
            ..Manifest::new(kind, &linkage.project, &hex(&linkage.fingerprint()))
        }
    }

    /// The token table and its counts as a delivery: no clear token touches the disk.
    fn delivery(
        &self,
        arranged: &Arranged,
        sealing: &Sealing<'_>,
        counts: &[u8],
    ) -> Result<NewFolder, SealError> {
        let dataset = &self.job.source.dataset;
        let about = About {
            contents: Contents::Tokens,
            project: self.job.linkage.project.clone(),
            spec: hex(&self.job.linkage.fingerprint()),
            dataset: Some(dataset.clone()),
            key: Some(hex(&self.key_check.0)),
            canary: Some(hex(&self.canary)),
        };
        let mut parcel = Parcel::begin(sealing, &self.job.out, about)?;
        let name = format!("{dataset}.tokens.parquet");
        let (table, rows) = self.tokens(arranged, parcel.file(&name)?)?;
        parcel.take(&name, table, Some(rows))?;
        parcel.put(&format!("{dataset}.quality.json"), counts)?;
        Ok(parcel.close()?.0)
    }

    /// Writes the token table into a file; it waits to be published. Also its number of rows.
    fn tokens(&self, arranged: &Arranged, file: NewFile) -> Result<(NewFile, u64), FormatError> {
        let recipes = self.job.linkage.recipes.iter().map(|recipe| recipe.id.as_str());
        let mut writer = TableWriter::begin(file, token_table::schema(recipes))?;
        for (refs, tokens) in arranged.token_slices() {
            let mut columns: Vec<ArrayRef> = vec![Arc::new(token_table::full_column(&refs))];
            columns.extend(
                tokens.iter().map(|c| Arc::new(token_table::column(c, ABSENT)) as ArrayRef),
            );
            writer.write(columns)?;
        }
        let rows = writer.rows();
        let manifest = Manifest {
            key: Some(hex(&self.key_check.0)),
            canary: Some(hex(&self.canary)),
            ..self.manifest(TableKind::Tokens)
        };
        Ok((writer.close(manifest)?, rows))
    }

    fn payload(&self, arranged: &Arranged, path: &Path) -> Result<NewFile, FormatError> {
        let schema = record_tables::payload_schema(self.payload.iter().cloned());
        let mut writer = TableWriter::create(path, schema)?;
        for (refs, payload) in arranged.row_slices() {
            let mut columns: Vec<ArrayRef> = vec![Arc::new(token_table::full_column(&refs))];
            columns.extend(payload);
            writer.write(columns)?;
        }
        writer.close(self.manifest(TableKind::Payload))
    }

    fn refs(&self, arranged: &Arranged, path: &Path) -> Result<NewFile, FormatError> {
        let schema: Arc<Schema> = record_tables::refs_schema();
        let mut writer = TableWriter::create(path, schema)?;
        for (refs, ids) in arranged.record_slices() {
            writer.write(vec![Arc::new(token_table::full_column(&refs)), ids])?;
        }
        writer.close(self.manifest(TableKind::Refs))
    }

    fn quality(&self) -> Vec<u8> {
        let linkage = self.job.linkage;
        let columns = linkage.recipes.iter().map(|recipe| TokenColumn {
            recipe: &recipe.id,
            definition: recipe.canonical(&linkage.fields),
            estimated_largest_share: disclose::largest_share(recipe, &linkage.fields),
        });
        let report = Quality {
            format: "quality/1",
            protocol: PROTOCOL,
            project: &linkage.project,
            dataset: &self.job.source.dataset,
            spec: hex(&linkage.fingerprint()),
            key: hex(&self.key_check.0),
            canary: hex(&self.canary),
            software: SOFTWARE,
            tally: &self.tally,
            meanings: self.tally.meanings(),
            token_columns: columns.collect(),
            payload_columns: self.job.source.payload.iter().map(|p| p.name()).collect(),
            dropped_columns: &self.job.source.drop,
        };
        serde_json::to_vec_pretty(&report).expect("the report is plain text and numbers")
    }
}

/// The quality report of one agency's step; it holds counts and names of columns, no value.
#[derive(Serialize)]
struct Quality<'q> {
    format: &'static str,
    protocol: &'static str,
    project: &'q str,
    dataset: &'q str,
    spec: String,
    key: String,
    canary: String,
    software: &'static str,
    #[serde(flatten)]
    tally: &'q Tally,
    /// What the codes above mean, and what to do at source.
    meanings: BTreeMap<&'static str, &'static str>,
    token_columns: Vec<TokenColumn<'q>>,
    payload_columns: Vec<&'q str>,
    dropped_columns: &'q [String],
}

#[derive(Serialize)]
struct TokenColumn<'q> {
    recipe: &'q str,
    definition: String,
    estimated_largest_share: f64,
}
