//! `sealink withdraw`: an agency takes records back that it has delivered.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::failure::{Done, Failure};
use super::files;
use super::say::{Say, counted};
use crate::agency::{self, Withdraw};

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  sealink withdraw --refs health/out/health.refs.parquet --list opted_out.csv --out health/out
  sealink withdraw --refs health/out/health.refs.parquet --list opted_out.csv --out health/out \\
      --spec linkage.toml --source health/source.toml

Writes to the folder, replacing what an earlier run left there:
  <dataset>.withdrawn.parquet   the references of the listed records, and nothing else

Send it to everyone who holds tables with these records: the linker gives it to `sealink link`
beside the token tables, and whoever holds tables uses `sealink forget`. It counts for tables of
later deliveries too, so keep one list and add to it. For deliveries to come, name the list in the
source mapping as well ([records], leave_out).

The list is CSV with a header and a column `record_id`, or the one that the source mapping names;
other columns are passed over.")]
pub struct WithdrawArguments {
    /// Your table of references of the delivery that held the records.
    #[arg(long, value_name = "FILE")]
    refs: PathBuf,
    /// The records to withdraw, by your own ids; may be given several times.
    #[arg(long, value_name = "FILE", required = true)]
    list: Vec<PathBuf>,
    /// Your source mapping, for the list's encoding, delimiter and column of ids.
    #[arg(long, value_name = "FILE", requires = "spec")]
    source: Option<PathBuf>,
    /// The agreed linkage; with --source.
    #[arg(long, value_name = "FILE", requires = "source")]
    spec: Option<PathBuf>,
    /// The folder for the table.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

#[derive(Serialize)]
struct Summary {
    dataset: String,
    withdrawn: u64,
    not_found: u64,
    file: String,
}

pub fn run(arguments: &WithdrawArguments, say: &Say) -> Result<Done, Failure> {
    let source = match (&arguments.spec, &arguments.source) {
        (Some(spec), Some(source)) => Some(files::source(source, &files::linkage(spec)?)?),
        _ => None,
    };
    let done = agency::withdraw(&Withdraw {
        refs: arguments.refs.clone(),
        lists: &arguments.list,
        source: source.as_ref(),
        out: arguments.out.clone(),
    })?;
    if done.unknown > 0 {
        let unknown = counted(done.unknown, "listed id is", "listed ids are");
        say.warning(&format!("{unknown} not in the table of references and not withdrawn"));
    }
    let summary = Summary {
        dataset: done.dataset,
        withdrawn: done.records,
        not_found: done.unknown,
        file: done.file.display().to_string(),
    };
    let text = format!(
        "{}: {} withdrawn\n\nwrote {}",
        summary.dataset,
        counted(summary.withdrawn, "record", "records"),
        summary.file
    );
    say.summary(&text, &summary);
    Ok(if summary.not_found > 0 { Done::RecordsLeftOut } else { Done::Whole })
}
