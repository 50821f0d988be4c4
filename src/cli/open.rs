//! `sealink open`: deliveries are verified, decrypted and laid out for their reader.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use super::failure::{Done, Failure};
use super::files;
use super::receiving::{Receipt, ReceivingArguments};
use super::say::{Say, count};
use crate::delivery::{Contents, DeliveryManifest, Opened};
use crate::format::withdrawals::{self, Withdrawals};
use crate::format::write::{PassingFolder, adopt};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sealink open --spec linkage.toml --senders senders.toml --identity linker.identity \\
      --rekey linker.key --out inbox health.tokens.0001.delivery police.tokens.0001.delivery
  sealink open --project ashmere --senders senders.toml --identity ours.identity --out extract \\
      ashmere.extract.0001.delivery

Nothing is parsed before it is known to be what its sender signed. A delivery that fails a check
leaves nothing behind, and the exit code names the check:
  10 signature            11 project and spec           12 canary digest and key
  13 sequence             14 expiry                     15 names and sizes
  16 hash, encrypted      17 decryption                 18 hash, decrypted
  19 Parquet magic        20 schema                     21 row count

Withdrawals are applied to the tables of their dataset that lie in the folder already, and join
those that lie there.

senders.toml, one section a sender:
  [[sender]]
  agency     = \"Ashmere Community Health\"
  public_key = \"RW...\"                  # read to you by telephone, from its .pub file
  datasets   = [\"health\"]               # what it may deliver
  linked     = false                    # true: person maps and extracts")]
pub struct OpenArguments {
    /// The agreed linkage; needed for token tables.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// The project, where there is no spec.
    #[arg(long, value_name = "NAME", required_unless_present = "spec", conflicts_with = "spec")]
    project: Option<String>,
    /// The folder for what the deliveries hold, replacing what earlier ones left there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[command(flatten)]
    receiving: ReceivingArguments,
    /// The deliveries, in the order of their numbers.
    #[arg(value_name = "DELIVERY", required = true)]
    deliveries: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Summary<'s> {
    files: Vec<String>,
    withdrawn: u64,
    deliveries: Vec<&'s DeliveryManifest>,
}

pub fn run(arguments: &OpenArguments, say: &Say) -> Result<Done, Failure> {
    let linkage = arguments.spec.as_deref().map(files::linkage).transpose()?;
    let named = arguments.project.clone().unwrap_or_default();
    let project = linkage.as_ref().map_or(named, |linkage| linkage.project.clone());
    let passing = PassingFolder::create(&arguments.out)?;
    let receiving = &arguments.receiving;
    let receipt =
        receiving.receive(&arguments.deliveries, &project, linkage.as_ref(), &passing, false)?;
    if linkage.is_none() {
        refuse_tokens(&receipt)?;
    }
    let mut laid = Laid {
        out: &arguments.out,
        files: BTreeMap::new(),
        senders: BTreeMap::new(),
        passing: passing.path(),
        withdrawn: 0,
    };
    for opened in &receipt.opened {
        laid.lay(opened)?;
    }
    adopt(&laid.files, receipt.received.write()?)?;
    let deliveries = receipt.opened.iter().map(|opened| &opened.manifest).collect();
    let files = laid.files.keys().map(|path| path.display().to_string()).collect();
    let summary = Summary { files, withdrawn: laid.withdrawn, deliveries };
    say.summary(&text(&summary), &summary);
    Ok(Done::Whole)
}

fn refuse_tokens(receipt: &Receipt) -> Result<(), Failure> {
    let tokens = |opened: &Opened| opened.manifest.contents == Contents::Tokens;
    if receipt.opened.iter().any(tokens) {
        return Err(Failure::usage("a delivery of tokens is opened with --spec FILE"));
    }
    Ok(())
}

/// What will lie in the folder.
struct Laid<'o> {
    out: &'o Path,
    /// Where each file will be, and where it is now.
    files: BTreeMap<PathBuf, PathBuf>,
    /// Who sent each.
    senders: BTreeMap<PathBuf, String>,
    /// Where tables are made that will lie in the folder.
    passing: &'o Path,
    withdrawn: u64,
}

impl Laid<'_> {
    fn lay(&mut self, opened: &Opened) -> Result<(), Failure> {
        let manifest = &opened.manifest;
        for path in &opened.files {
            let place = self.out.join(path.file_name().unwrap_or_default());
            let sender = self.senders.insert(place.clone(), manifest.agency.clone());
            if sender.is_some_and(|sender| sender != manifest.agency) {
                return Err(Failure::not_together(format!(
                    "{}: it is delivered twice, by different senders; open each into a folder of \
                     its own",
                    place.display()
                )));
            }
            if manifest.contents == Contents::Withdrawals {
                let all = self.with_earlier(path, &place)?;
                self.forget(&all)?;
                self.files.insert(place, all);
            } else {
                self.files.insert(place, path.clone());
            }
        }
        self.forget_again(manifest)
    }

    /// A list of withdrawn records with those of the list before it: no delivery gives back what an
    /// earlier one has taken.
    fn with_earlier(&self, list: &Path, place: &Path) -> Result<PathBuf, Failure> {
        let earlier = self.files.get(place).map_or(place, PathBuf::as_path);
        if !earlier.exists() {
            return Ok(list.to_owned());
        }
        let (now, earlier) = (Withdrawals::read(list)?, Withdrawals::read(earlier)?);
        if !are_of(&earlier, &now.manifest.project, &now.manifest.spec) {
            return Ok(list.to_owned());
        }
        let all = self.passing.join(format!("all.{}.withdrawn.parquet", now.dataset()));
        now.write_with(&earlier, &all)?.publish()?;
        Ok(all)
    }

    /// Takes records out of a table that was opened once more which were withdrawn meanwhile.
    fn forget_again(&mut self, manifest: &DeliveryManifest) -> Result<(), Failure> {
        let dataset = manifest.dataset.as_deref().unwrap_or_default();
        let place = self.out.join(format!("{dataset}.withdrawn.parquet"));
        let returns = matches!(manifest.contents, Contents::Tokens | Contents::Payload);
        if !returns || self.files.contains_key(&place) || !place.exists() {
            return Ok(());
        }
        if are_of(&Withdrawals::read(&place)?, &manifest.project, &manifest.spec) {
            self.forget(&place)
        } else {
            Ok(())
        }
    }

    /// Takes withdrawn records out of the tables of their dataset.
    fn forget(&mut self, withdrawals: &Path) -> Result<(), Failure> {
        let withdrawn = [Withdrawals::read(withdrawals)?];
        for contents in [Contents::Tokens, Contents::Payload] {
            let name = format!("{}.{}.parquet", withdrawn[0].dataset(), contents.name());
            let place = self.out.join(&name);
            let table = self.files.get(&place).unwrap_or(&place);
            if table.exists() {
                let lighter = self.passing.join(format!("without.{name}"));
                let forgotten = withdrawals::apply(table, &withdrawn, &lighter)?;
                self.withdrawn += forgotten.records;
                forgotten.file.publish()?;
                self.files.insert(place, lighter);
            }
        }
        Ok(())
    }
}

fn are_of(withdrawn: &Withdrawals, project: &str, spec: &str) -> bool {
    withdrawn.manifest.project == project && withdrawn.manifest.spec == spec
}

fn text(summary: &Summary<'_>) -> String {
    let mut text = String::new();
    for manifest in &summary.deliveries {
        text.push_str(&format!(
            "{} from {}, number {}: every check passed\n",
            manifest.contents.name(),
            manifest.agency,
            manifest.sequence
        ));
    }
    if summary.withdrawn > 0 {
        text.push_str(&format!("  withdrawn records taken out: {}\n", count(summary.withdrawn)));
    }
    format!("{text}\nwrote {}", summary.files.join("\n      "))
}
