//! `sealink seal`: files become a delivery that its receiver alone can open.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::failure::{Done, Failure};
use super::keys::KeyArguments;
use super::say::{Say, count};
use super::sealing::SealingArguments;
use crate::delivery::{self, DeliveryManifest, Seal};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sealink seal --to linker.pub --sign our.signing.key --agency \"Ashmere Community Health\" \\
      --out outbox out/health.tokens.parquet out/health.quality.json
  sealink seal --to haven.pub --sign our.signing.key --agency \"Ashmere Community Health\" \\
      --previous outbox/health.payload.0001.delivery --out outbox out/health.payload.parquet

Writes a folder `<dataset>.<contents>.<number>.delivery` with the encrypted files, manifest.json and
manifest.json.minisig. Send it by any channel. What has different readers is sealed apart: tokens
to the linker; payload, person map or extract to the safe haven or the researchers. The table of
references stays with you.")]
pub struct SealArguments {
    #[command(flatten)]
    sealing: SealingArguments,
    /// The folder in which the delivery gets a folder of its own.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    keys: KeyArguments,
    /// A token table and its quality report, a payload table, withdrawals, a person map, or the
    /// files of one extract.
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Summary<'s> {
    delivery: String,
    #[serde(flatten)]
    manifest: &'s DeliveryManifest,
}

pub fn run(arguments: &SealArguments, say: &Say) -> Result<Done, Failure> {
    let parts = arguments.sealing.read(&arguments.keys.open()?)?;
    let parts = parts.ok_or_else(|| {
        Failure::usage("say for whom and by whom: --to RECIPIENT --sign FILE --agency NAME")
    })?;
    let job =
        Seal { sealing: &parts.sealing(), files: &arguments.files, out: arguments.out.clone() };
    let sealed = delivery::seal(&job, &say.progress())?;
    let folder = sealed.folder.display().to_string();
    say.summary(
        &text(&folder, &sealed.manifest),
        &Summary { delivery: folder.clone(), manifest: &sealed.manifest },
    );
    Ok(Done::Whole)
}

fn text(folder: &str, manifest: &DeliveryManifest) -> String {
    let mut text = format!(
        "{folder}\n  number {} of {}, from {}, may be opened until {}",
        manifest.sequence,
        manifest.contents.name(),
        manifest.agency,
        manifest.expires,
    );
    for file in &manifest.files {
        text.push_str(&format!("\n  {}: {} bytes", file.name, count(file.plain.bytes)));
    }
    text
}
