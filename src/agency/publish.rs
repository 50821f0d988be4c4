//! The agency's files: tokens, payload, references and the quality report, together or not at all.

use std::collections::BTreeMap;
use std::iter::once;
use std::path::PathBuf;

use arrow::datatypes::FieldRef;
use rayon::prelude::*;
use serde::Serialize;

use super::arrange::{Arranged, At, Gathered};
use super::error::AgencyError;
use super::report::{Facts, report};
use super::tally::Tally;
use super::tokenise::{Door, Tokenised};
use super::{Pseudonymise, Pseudonymised};
use crate::count::{Earlier, Policy, Preset};
use crate::delivery::{About, Contents, Parcel, SealError};
use crate::disclose;
use crate::format::write::{NewFile, NewFolder, publish_all, publish_with, whole};
use crate::format::{Column, FormatError, Manifest, SOFTWARE, TableKind, TableWriter, TokenColumn};
use crate::format::{record_tables, token_table};
use crate::observe::Observer;
use crate::report as pages;
use crate::token::{PROTOCOL, Token, hex};

/// Slices of rows under way at once, for each thread.
const SLICES_PER_THREAD: usize = 4;

/// What is known when the tables are written.
pub(super) struct Outcome<'o> {
    pub job: &'o Pseudonymise<'o>,
    /// The payload's columns.
    pub payload: Vec<FieldRef>,
    pub key_check: Token,
    pub canary: [u8; 32],
    pub tally: Tally,
}

/// Tokenises what was read, writes all files and publishes them together, the tokens last.
pub(super) fn publish(
    mut outcome: Outcome<'_>,
    gathered: Gathered,
    door: &Door<'_>,
    observer: &dyn Observer,
) -> Result<Pseudonymised, AgencyError> {
    let mut tables: Option<Tables<'_>> = None;
    let mut records = 0;
    gathered.each(|arranged| {
        records += arranged.records();
        let under_way = match &mut tables {
            Some(under_way) => under_way,
            None => tables.insert(outcome.begin()?),
        };
        Ok(under_way.tokenise(arranged, door, observer, &mut outcome.tally)?)
    })?;
    outcome.tally.records = records;
    let Tables { tokens, payload, refs, parcel } = tables.ok_or(AgencyError::NoRecords)?;
    let counts = outcome.quality();
    let mut written = vec![
        refs.close(outcome.manifest(TableKind::Refs))?,
        payload.close(outcome.manifest(TableKind::Payload))?,
        whole(&outcome.path("quality.json"), &counts)?,
    ];
    written.extend(outcome.reports()?);
    let mut files: Vec<PathBuf> = written.iter().map(|file| file.path().to_owned()).collect();
    let rows = tokens.rows();
    let tokens = tokens.close(outcome.token_manifest())?;
    if let Some(parcel) = parcel {
        let delivery = outcome.delivery(parcel, tokens, rows, &counts)?;
        files.push(delivery.path().to_owned());
        publish_with(written, delivery)?;
    } else {
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

/// The tables under way.
struct Tables<'t> {
    tokens: TableWriter,
    payload: TableWriter,
    refs: TableWriter,
    /// What the token table is part of, if it is sealed.
    parcel: Option<Parcel<'t>>,
}

impl Tables<'_> {
    /// Tokenises what was read on all threads, and meanwhile writes what is tokenised.
    fn tokenise(
        &mut self,
        arranged: &Arranged,
        door: &Door<'_>,
        observer: &dyn Observer,
        tally: &mut Tally,
    ) -> Result<(), FormatError> {
        let cells = door.cells(arranged);
        let at_once = rayon::current_num_threads() * SLICES_PER_THREAD;
        let mut slices = arranged.slices();
        let mut done: Vec<Tokenised> = Vec::new();
        loop {
            let next: Vec<&[At]> = slices.by_ref().take(at_once).collect();
            if next.is_empty() && done.is_empty() {
                return Ok(());
            }
            let (written, tokenised) = rayon::join(
                || done.into_iter().try_for_each(|tokenised| self.write(tokenised, tally)),
                || next.par_iter().map(|rows| door.tokenise(arranged, &cells, rows)).collect(),
            );
            written?;
            done = tokenised;
            observer.advance(next.iter().map(|rows| rows.len() as u64).sum());
        }
    }

    fn write(&mut self, tokenised: Tokenised, tally: &mut Tally) -> Result<(), FormatError> {
        let column = |refs: Vec<Token>| Column::from(TokenColumn::full(refs));
        tally.add(&tokenised.tally);
        self.refs.write([column(tokenised.record_refs), tokenised.ids.into()])?;
        let payload = tokenised.payload.into_iter().map(Column::from);
        self.payload.write(once(column(tokenised.row_refs)).chain(payload))?;
        let tokens = tokenised.tokens.into_iter().map(Column::from);
        self.tokens.write(once(column(tokenised.token_refs)).chain(tokens))
    }
}

impl<'o> Outcome<'o> {
    fn path(&self, ending: &str) -> PathBuf {
        self.job.out.join(format!("{}.{ending}", self.job.source.dataset))
    }

    /// Begins the tables. If the token table is sealed, no clear token touches the disk.
    fn begin(&self) -> Result<Tables<'o>, AgencyError> {
        let refs = TableWriter::create(&self.path("refs.parquet"), record_tables::refs_schema())?;
        let payload = record_tables::payload_schema(self.payload.iter().cloned());
        let payload = TableWriter::create(&self.path("payload.parquet"), payload)?;
        let (file, parcel) = match self.job.seal {
            Some(sealing) => {
                let parcel = Parcel::begin(sealing, &self.job.out, self.about())?;
                (parcel.file(&self.sealed_name())?, Some(parcel))
            }
            None => (NewFile::create(&self.path("tokens.parquet"))?, None),
        };
        let recipes = self.job.linkage.recipes.iter().map(|recipe| recipe.id.as_str());
        let tokens = TableWriter::begin(file, token_table::schema(recipes))?;
        Ok(Tables { tokens, payload, refs, parcel })
    }

    fn manifest(&self, kind: TableKind) -> Manifest {
        let linkage = self.job.linkage;
        Manifest {
            dataset: Some(self.job.source.dataset.clone()),
            records: self.tally.records,
            ..Manifest::new(kind, &linkage.project, &hex(&linkage.fingerprint()))
        }
    }

    fn token_manifest(&self) -> Manifest {
        Manifest {
            key: Some(hex(&self.key_check.0)),
            canary: Some(hex(&self.canary)),
            ..self.manifest(TableKind::Tokens)
        }
    }

    fn about(&self) -> About {
        About {
            contents: Contents::Tokens,
            project: self.job.linkage.project.clone(),
            spec: hex(&self.job.linkage.fingerprint()),
            dataset: Some(self.job.source.dataset.clone()),
            key: Some(hex(&self.key_check.0)),
            canary: Some(hex(&self.canary)),
        }
    }

    fn sealed_name(&self) -> String {
        format!("{}.tokens.parquet", self.job.source.dataset)
    }

    /// The token table and its counts as a delivery.
    fn delivery(
        &self,
        mut parcel: Parcel<'_>,
        tokens: NewFile,
        rows: u64,
        counts: &[u8],
    ) -> Result<NewFolder, SealError> {
        parcel.take(&self.sealed_name(), tokens, Some(rows))?;
        parcel.put(&format!("{}.quality.json", self.job.source.dataset), counts)?;
        Ok(parcel.close()?.0)
    }

    /// The quality report as a page, and the one for release where there is to be one.
    fn reports(&self) -> Result<Vec<NewFile>, FormatError> {
        let facts = Facts {
            linkage: self.job.linkage,
            source: self.job.source,
            tally: &self.tally,
            key: hex(&self.key_check.0),
            canary: hex(&self.canary),
        };
        let page = |ending, report: &_| whole(&self.path(ending), pages::agency(report).as_bytes());
        let exact = Policy::new(Preset::Exact, Earlier::default());
        let mut files = vec![page("quality.html", &report(&facts, exact))?];
        if let Some(policy) = &self.job.release {
            let release = report(&facts, policy.clone());
            let json = serde_json::to_vec_pretty(&release).expect("the report is plain text");
            files.push(whole(&self.path("quality.release.json"), &json)?);
            files.push(page("quality.release.html", &release)?);
        }
        Ok(files)
    }

    fn quality(&self) -> Vec<u8> {
        let linkage = self.job.linkage;
        let columns = linkage.recipes.iter().map(|recipe| ColumnMeaning {
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
    token_columns: Vec<ColumnMeaning<'q>>,
    payload_columns: Vec<&'q str>,
    dropped_columns: &'q [String],
}

#[derive(Serialize)]
struct ColumnMeaning<'q> {
    recipe: &'q str,
    definition: String,
    estimated_largest_share: f64,
}
