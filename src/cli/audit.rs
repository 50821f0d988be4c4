//! `sealink audit`: what token tables, or an extract, give away.

mod tables;

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::failure::{Done, Failure};
use super::files;
#[cfg(feature = "agency")]
use super::keys::KeyArguments;
use super::say::Say;
use crate::audit::{self, AuditError, AuditTokens, Frequencies};

#[cfg(feature = "agency")]
use crate::key::LinkageKey;
#[cfg(feature = "agency")]
use crate::spec::Linkage;

#[cfg(feature = "agency")]
mod key;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sealink audit --spec linkage.toml health.tokens.parquet education.tokens.parquet
  sealink audit --spec linkage.toml --with-key linkage.key health/out/health.tokens.parquet
  sealink audit --spec extract.toml extract

The tables themselves say whether they are of tokens or of an extract; --spec is the agreed linkage
for the one and the extract's own for the other. A folder stands for the tables of tokens in it or,
if it has none, of an extract. With --out, audit.json and audit.md go to a folder: the latter can be
pasted into a data protection impact assessment.

Limits are under [audit] in either spec; the exit code is 5 if one is exceeded.")]
pub struct AuditArguments {
    /// The agreed linkage or, for an extract, its description. Without it only what needs neither
    /// recipes nor columns' names is measured.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// The linkage key, at the agency that holds both it and the one table: guesses are tried with
    /// it, and made-up NHS numbers are recovered by trying all.
    #[cfg(feature = "agency")]
    #[arg(long, value_name = "FILE", requires = "spec")]
    with_key: Option<PathBuf>,
    #[cfg(feature = "agency")]
    #[command(flatten)]
    keys: KeyArguments,
    /// Better public frequencies than the approximate ones of the program: CSV with the columns
    /// `kind`, `value` and `share`.
    #[arg(long, value_name = "FILE")]
    frequencies: Option<PathBuf>,
    /// A folder for audit.json and audit.md.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Token tables, or an extract's tables, or folders of them.
    #[arg(value_name = "TABLES", required = true)]
    tables: Vec<PathBuf>,
}

pub fn run(arguments: &AuditArguments, say: &Say) -> Result<Done, Failure> {
    match tables::found(&arguments.tables)? {
        tables::Found::Tokens(tables) => tokens(arguments, &tables, say),
        #[cfg(feature = "research")]
        tables::Found::Extract(tables) => extract(arguments, &tables, say),
        #[cfg(not(feature = "research"))]
        tables::Found::Extract(_) => {
            Err(Failure::usage("this program was built without what reads extracts"))
        }
    }
}

/// The agency's linkage key, if it is to be audited with.
#[cfg(feature = "agency")]
fn linkage_key(
    arguments: &AuditArguments,
    linkage: Option<&Linkage>,
) -> Result<Option<LinkageKey>, Failure> {
    let (Some(path), Some(linkage)) = (&arguments.with_key, linkage) else { return Ok(None) };
    Ok(Some(arguments.keys.open()?.linkage(path, &linkage.project)?))
}

fn tokens(arguments: &AuditArguments, tables: &[PathBuf], say: &Say) -> Result<Done, Failure> {
    let linkage = arguments.spec.as_deref().map(files::linkage).transpose()?;
    let public = match &arguments.frequencies {
        Some(path) => Frequencies::with(&path.display().to_string(), &files::list(path)?)?,
        None => Frequencies::shipped(),
    };
    #[cfg(feature = "agency")]
    let key = linkage_key(arguments, linkage.as_ref())?;
    let job = AuditTokens {
        linkage: linkage.as_ref(),
        tables,
        public: &public,
        #[cfg(feature = "agency")]
        key: key.as_ref(),
    };
    let report = audit::audit_tokens(&job, &say.progress())?;
    #[cfg(feature = "agency")]
    let rate = key::rate(&job, &report)?;
    #[cfg(not(feature = "agency"))]
    let rate: Option<()> = None;
    #[cfg(feature = "agency")]
    let text = rate.as_ref().map_or_else(String::new, key::Rate::text);
    #[cfg(not(feature = "agency"))]
    let text = String::new();
    told(arguments, (&report.text(), &report), (&text, &rate), report.passed, say)
}

#[cfg(feature = "research")]
fn extract(arguments: &AuditArguments, tables: &[PathBuf], say: &Say) -> Result<Done, Failure> {
    #[cfg(feature = "agency")]
    let lists = arguments.with_key.is_some() || arguments.frequencies.is_some();
    #[cfg(not(feature = "agency"))]
    let lists = arguments.frequencies.is_some();
    if lists {
        return Err(Failure::usage("keys and public frequencies are for token tables"));
    }
    let spec = |path: &PathBuf| -> Result<crate::spec::Extract, Failure> {
        let file = path.display().to_string();
        Ok(crate::spec::Extract::parse(&file, &files::text(path)?)?)
    };
    let extract = arguments.spec.as_ref().map(spec).transpose()?;
    let job = audit::AuditExtract { extract: extract.as_ref(), tables };
    let report = audit::audit_extract(&job, &say.progress())?;
    told(arguments, (&report.text(), &report), ("", &None::<()>), report.passed, say)
}

/// A report, and what holds for this run alone and so is in no file.
#[derive(Serialize)]
struct Summary<'s, R: Serialize, T: Serialize> {
    #[serde(flatten)]
    report: &'s R,
    #[serde(skip_serializing_if = "Option::is_none")]
    this_run: &'s Option<T>,
    files: Vec<String>,
}

fn told<R: Serialize, T: Serialize>(
    arguments: &AuditArguments,
    (text, report): (&str, &R),
    (this_run_text, this_run): (&str, &Option<T>),
    passed: bool,
    say: &Say,
) -> Result<Done, Failure> {
    let files = match &arguments.out {
        Some(out) => audit::publish(out, report, text)?,
        None => Vec::new(),
    };
    let files: Vec<String> = files.iter().map(|path| path.display().to_string()).collect();
    let mut text = text.trim_end().to_owned();
    if !this_run_text.is_empty() {
        let _ = write!(text, "\n\n{this_run_text}");
    }
    if !files.is_empty() {
        let _ = write!(text, "\n\nwrote {}", files.join("\n      "));
    }
    say.summary(&text, &Summary { report, this_run, files });
    Ok(if passed { Done::Whole } else { Done::LimitExceeded })
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Format(error) => error.into(),
            AuditError::NotTogether { .. } => Self::not_together(error),
            AuditError::Usage(_) | AuditError::Frequencies { .. } => Self::usage(error),
        }
    }
}
