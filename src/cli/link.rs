//! `sealink link`: token tables become a person map.

mod dry_run;
mod validation;

use std::fmt::Write as _;
use std::fs::File;
use std::path::{Path, PathBuf};

use bytesize::ByteSize;
use clap::Args;
use serde::Serialize;

use super::disclosure::DisclosureArguments;
use super::failure::{Done, Failure};
use super::files;
use super::memory::MemoryArguments;
use super::receiving::ReceivingArguments;
use super::say::{Say, count, counted};
use crate::delivery::{Opened, Received};
use crate::format::write::PassingFolder;
use crate::linker::{self, Link, LinkSummary};
use crate::spec::Linkage;

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  sealink link --spec linkage.toml --out linked \\
      health.tokens.parquet education.tokens.parquet police.tokens.parquet

  sealink link --spec linkage.toml --out linked --dry-run tables/*.tokens.parquet

  sealink link --spec linkage.toml --out linked --senders senders.toml \\
      --identity linker.identity --rekey linker.key inbox/*.delivery

With --memory, groups of records that share a token and candidate pairs wait on disk, encrypted, in
the folder; records themselves do not: some 300 bytes of each stay in memory, whatever is given.

With --dry-run, all tables are read and some of their pairs linked, which takes about half as long
as a run; the records, and the groups that share a token, stay in memory meanwhile.

Give tables of withdrawn records (<dataset>.withdrawn.parquet) beside the token tables: their
records are dropped before anything else.

Writes to the folder, replacing what an earlier run left there:
  person_map.parquet   which person each record is of
  linkage.json         what was compared, linked and kept apart, in counts
  linkage.html         the same to read, with charts and checklists; exact, so for the linker
  model.json           the model that scored the links, to repeat the linkage with --model
  review.parquet       pairs for a person to look at: refused, doubtful or nearly links
With --disclosure also, for others:
  linkage.release.html, linkage.release.json   the report without small counts")]
pub struct LinkArguments {
    /// The agreed linkage.
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
    /// The folder for the person map.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// It is in order that no two datasets share a person.
    #[arg(long)]
    expect_no_overlap: bool,
    /// A `model.json` of an earlier linkage to score with; without one, a model is fitted.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Records that must be linked to no other: a CSV file with the columns `dataset` and
    /// `record_ref`, in hexadecimal digits.
    #[arg(long, value_name = "FILE")]
    sealed: Option<PathBuf>,
    /// Also estimate how good the links are, without truth: by linking again without the
    /// identifying numbers, and by how many partners records have.
    #[arg(long)]
    validate: bool,
    /// Write nothing; check the tables, and tell about how long it would take, and how much memory
    /// and disk.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    memory: MemoryArguments,
    #[command(flatten)]
    disclosure: DisclosureArguments,
    #[command(flatten)]
    receiving: ReceivingArguments,
    /// The token tables, one a dataset, and tables of withdrawn records; or deliveries of them.
    #[arg(value_name = "TOKENS", required = true)]
    tables: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Summary<'s> {
    files: Vec<String>,
    /// Bytes that did not fit into memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    waited_on_disk: Option<u64>,
    #[serde(flatten)]
    summary: &'s LinkSummary,
}

pub fn run(arguments: &LinkArguments, say: &Say) -> Result<Done, Failure> {
    let linkage = files::linkage(&arguments.spec)?;
    let model = arguments.model.as_deref().map(files::model).transpose()?;
    let sealed =
        arguments.sealed.as_deref().map(linker::read_sealed).transpose()?.unwrap_or_default();
    let inbox = Inbox::open(arguments, &linkage)?;
    let job = Link {
        linkage: &linkage,
        tables: &inbox.tables,
        out: arguments.out.clone(),
        expect_no_overlap: arguments.expect_no_overlap,
        model: model.as_ref(),
        sealed: &sealed,
        validate: arguments.validate,
        memory: arguments.memory.bytes(),
        release: arguments.disclosure.policy(&linkage.project)?,
    };
    if arguments.dry_run {
        return dry_run::run(&job, say);
    }
    let linked = linker::link(&job, &say.progress())?;
    inbox.close()?;
    for overlap in linked.summary.overlap.iter().filter(|overlap| overlap.people == 0) {
        let [a, b] = &overlap.datasets;
        say.warning(&format!("{a} and {b} share no person"));
    }
    let summary = Summary {
        files: linked.files.iter().map(|path| path.display().to_string()).collect(),
        waited_on_disk: (linked.waited > 0).then_some(linked.waited),
        summary: &linked.summary,
    };
    let waited = summary.waited_on_disk.map_or_else(String::new, |bytes| {
        format!("\n\nto keep to the memory, {} waited on disk", ByteSize::b(bytes))
    });
    let text =
        format!("{}{waited}\n\nwrote {}", text(&linked.summary), summary.files.join("\n      "));
    say.summary(&text, &summary);
    Ok(Done::Whole)
}

/// The tables to link. Those of deliveries lie in a folder that passes with it.
struct Inbox {
    tables: Vec<PathBuf>,
    received: Option<Received>,
    _turn: Option<File>,
    _passing: Option<PassingFolder>,
}

impl Inbox {
    fn open(arguments: &LinkArguments, linkage: &Linkage) -> Result<Self, Failure> {
        let is_delivery = |path: &PathBuf| path.is_dir();
        let (deliveries, mut tables): (Vec<PathBuf>, Vec<PathBuf>) =
            arguments.tables.iter().cloned().partition(is_delivery);
        if deliveries.is_empty() && arguments.receiving.re_keys() {
            return Err(Failure::usage(
                "--rekey makes the tokens of deliveries anew, and there are only tables",
            ));
        }
        if arguments.dry_run && !deliveries.is_empty() {
            return Err(Failure::usage(
                "--dry-run writes nothing, and a delivery is read once it is decrypted: open it \
                 with `sealink open`, and name its tables",
            ));
        }
        if deliveries.is_empty() {
            return Ok(Self { tables, received: None, _turn: None, _passing: None });
        }
        let passing = PassingFolder::create(&arguments.out)?;
        let receiving = &arguments.receiving;
        let receipt =
            receiving.receive(&deliveries, &linkage.project, Some(linkage), &passing, true)?;
        tables.extend(receipt.opened.iter().flat_map(Opened::tables).map(Path::to_owned));
        let (received, _turn) = (Some(receipt.received), receipt.turn);
        Ok(Self { tables, received, _turn, _passing: Some(passing) })
    }

    /// Takes note of the deliveries, now that they have been used.
    fn close(self) -> Result<(), Failure> {
        match self.received {
            Some(received) => Ok(received.write()?.publish()?),
            None => Ok(()),
        }
    }
}

/// What a run did, as tables.
fn text(summary: &LinkSummary) -> String {
    let records: u64 = summary.records.values().sum();
    let mut text = format!(
        "{} of {} are {}; {} compared\n",
        counted(records, "record", "records"),
        counted(summary.records.len() as u64, "dataset", "datasets"),
        counted(summary.people, "person", "people"),
        counted(summary.candidate_pairs, "candidate pair", "candidate pairs"),
    );
    for blocks in &summary.blocks {
        if let Some(split) = &blocks.split {
            let _ = writeln!(
                text,
                "  {}: {} of {} too large, split by the other recipes; {} left to those alone",
                blocks.recipe,
                counted(split.blocks, "block", "blocks"),
                counted(split.records, "record", "records"),
                count(split.left),
            );
        }
    }
    keys(&mut text, summary);
    if summary.sealed > 0 {
        let sealed = counted(summary.sealed, "sealed record", "sealed records");
        let _ = writeln!(text, "  linked to none: {sealed}");
    }
    if summary.withdrawn > 0 {
        let withdrawn = counted(summary.withdrawn, "withdrawn record", "withdrawn records");
        let _ = writeln!(text, "  dropped: {withdrawn}");
    }
    for veto in &summary.kept_apart {
        let _ = writeln!(
            text,
            "  kept apart by {}: {}{}",
            veto.constraint,
            counted(veto.pairs, "pair", "pairs"),
            veto.reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default(),
        );
    }
    for (reason, pairs) in &summary.review {
        let _ = writeln!(text, "  for review, {reason}: {}", counted(*pairs, "pair", "pairs"));
    }
    text.push('\n');
    for overlap in &summary.overlap {
        let [a, b] = &overlap.datasets;
        let _ = writeln!(text, "  in {a} and {b}: {}", counted(overlap.people, "person", "people"));
    }
    for (dataset, people) in summary.duplicates.iter().filter(|(_, people)| **people > 0) {
        let people = counted(*people, "person", "people");
        let _ = writeln!(text, "  more than once in {dataset}: {people}");
    }
    if let Some(validation) = &summary.validation {
        validation::write(&mut text, validation, &summary.overlap);
    }
    text.truncate(text.trim_end().len());
    text
}

fn keys(text: &mut String, summary: &LinkSummary) {
    let _ = writeln!(
        text,
        "\n  {:<32}{:>10}{:>10}{:>11}{:>12}",
        "match key", "across", "within", "ambiguous", "kept apart"
    );
    for key in &summary.match_keys {
        let _ = writeln!(
            text,
            "  {:<32}{:>10}{:>10}{:>11}{:>12}",
            key.key,
            count(key.linked_across),
            count(key.linked_within),
            count(key.ambiguous),
            count(key.kept_apart),
        );
    }
}
