//! `sealink profile`: what is in a file, and a source mapping to start from.

mod text;

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;
use serde_json::json;

use super::failure::{Done, Failure};
use super::files;
use super::say::Say;
use crate::agency::{self, AgencyError, Profile, Profiled};
use crate::format::write;
use crate::spec::ready::{self, READY};
use crate::spec::{Delimiter, Encoding, Linkage, is_name, templates};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sealink profile records.csv
  sealink profile records.csv --spec linkage.toml --dataset health --out health/source.toml
  sealink profile --list
  sealink profile --ready school-census --dataset education --out education/source.toml

Tells of each column what it seems to hold, how sure that is and why, and how many cells are valid,
missing, placeholders or refused. Neither output nor errors ever show a value. Different values are
counted exactly up to 65,536 a column (fewer in files of more than 64 columns).

With --out it writes a source mapping for you to finish; lines with DECIDE are open, and `sealink
check` names their columns until each has a role.")]
pub struct ProfileArguments {
    /// CSV or Parquet files of one table; `-` is CSV on standard input.
    #[arg(value_name = "INPUT", required_unless_present_any = ["list", "ready"])]
    inputs: Vec<PathBuf>,
    /// The agreed linkage, whose fields the mapping is to; else the template's.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// Which of the spec's datasets the file is.
    #[arg(long, value_name = "NAME")]
    dataset: Option<String>,
    /// Where to write the mapping; a file that is there stays as it is.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// The encoding of CSV inputs: utf-8, windows-1252, utf-16, utf-16le or utf-16be.
    #[arg(long, value_name = "NAME", value_parser = encoding)]
    encoding: Option<Encoding>,
    /// The delimiter of CSV inputs, `\t` for tabs; if not given, commas, or what the first row has.
    #[arg(long, value_name = "C", value_parser = delimiter)]
    delimiter: Option<Delimiter>,
    /// The first row is the header, though none of its names is known: show them.
    #[arg(long)]
    header: bool,
    /// List the ready mappings of national returns.
    #[arg(long, conflicts_with_all = ["inputs", "ready", "out"])]
    list: bool,
    /// Take the ready mapping of a return as it is, instead of looking into a file.
    #[arg(long, value_name = "NAME", conflicts_with = "inputs")]
    ready: Option<String>,
}

#[derive(Serialize)]
struct Summary<'s> {
    #[serde(flatten)]
    profiled: &'s Profiled,
    /// The mapping written.
    file: Option<String>,
}

pub fn run(arguments: &ProfileArguments, say: &Say) -> Result<Done, Failure> {
    if arguments.list {
        return Ok(list(say));
    }
    if let Some(out) = &arguments.out {
        assert_free(out)?;
    }
    let linkage = linkage(arguments)?;
    if let Some(name) = &arguments.ready {
        return take_ready(name, arguments, say);
    }
    let job = Profile {
        linkage: &linkage,
        dataset: arguments.dataset.as_deref(),
        inputs: &super::pseudonymise::inputs(&arguments.inputs),
        encoding: arguments.encoding.unwrap_or_default(),
        delimiter: arguments.delimiter,
        has_header: arguments.header,
    };
    let profiled = agency::profile(&job, &say.progress()).map_err(hint)?;
    let file = match (&arguments.out, &profiled.proposal) {
        (None, _) => None,
        (Some(out), Some(proposal)) => Some(publish(out, proposal)?),
        (Some(_), None) => {
            return Err(Failure::usage(
                "none of the names in the first row is known, so that it may be somebody's record \
                 and is not written down\nIf it is the header, say --header",
            ));
        }
    };
    let input =
        arguments.inputs.first().map_or_else(String::new, |path| path.display().to_string());
    let spec = arguments.spec.as_deref().unwrap_or_else(|| Path::new("linkage.toml"));
    let text = text::text(&profiled, &input, &spec.display().to_string(), file.as_deref());
    say.summary(&text, &Summary { profiled: &profiled, file });
    Ok(if profiled.left_out > 0 { Done::RecordsLeftOut } else { Done::Whole })
}

/// The spec, which must have the dataset that was named.
fn linkage(arguments: &ProfileArguments) -> Result<Linkage, Failure> {
    let linkage = match &arguments.spec {
        Some(path) => files::linkage(path)?,
        None => templates::TEMPLATES[0].plain_linkage(),
    };
    let Some(name) = &arguments.dataset else { return Ok(linkage) };
    if !is_name(name) {
        let rule = "a dataset is named with lower-case letters, digits, `_`, `-` and `.`";
        return Err(Failure::usage(rule));
    }
    if arguments.spec.is_some() && linkage.dataset(name).is_none() {
        let known: Vec<&str> = linkage.datasets.iter().map(|d| d.name.as_str()).collect();
        let known = known.join(", ");
        return Err(Failure::usage(format!("the spec has the datasets {known}, no `{name}`")));
    }
    Ok(linkage)
}

fn list(say: &Say) -> Done {
    let mappings: Vec<_> = READY
        .iter()
        .map(|ready| {
            json!({
                "name": ready.name, "title": ready.title, "years": ready.years,
                "dataset": ready.dataset,
            })
        })
        .collect();
    say.summary(&text::list(), &json!({ "ready": mappings }));
    Done::Whole
}

/// Writes or shows a ready mapping.
fn take_ready(name: &str, arguments: &ProfileArguments, say: &Say) -> Result<Done, Failure> {
    let ready = ready::named(name).ok_or_else(|| {
        let known: Vec<&str> = READY.iter().map(|ready| ready.name).collect();
        Failure::usage(format!("there is no such mapping; there is {}", known.join(", ")))
    })?;
    let dataset = arguments.dataset.as_deref().unwrap_or(ready.dataset);
    let source = ready.source(dataset);
    match &arguments.out {
        None => {
            say.summary(&source, &json!({ "name": name, "dataset": dataset, "source": source }))
        }
        Some(out) => {
            let file = publish(out, &source)?;
            let text = format!("wrote {file}\nNext: make its names those of your file's header");
            say.summary(&text, &json!({ "name": name, "dataset": dataset, "file": file }));
        }
    }
    Ok(Done::Whole)
}

/// Says where the layout is declared while there is no source mapping.
fn hint(error: AgencyError) -> Failure {
    let is_layout = matches!(&error, AgencyError::Read(read) if read.fault().is_of_layout());
    match is_layout {
        true => Failure::read_or_write(format!(
            "{error}\nHere it is declared by --encoding and --delimiter, which go into the mapping"
        )),
        false => error.into(),
    }
}

fn publish(out: &Path, text: &str) -> Result<String, Failure> {
    write::whole(out, text.as_bytes())?.publish_new()?;
    Ok(out.display().to_string())
}

/// Refuses to replace a file, before any work.
fn assert_free(out: &Path) -> Result<(), Failure> {
    match out.symlink_metadata() {
        Ok(_) => Err(Failure::usage(format!(
            "{} is there already\nName another file: what a person has decided is not overwritten",
            out.display()
        ))),
        Err(_) => Ok(()),
    }
}

fn encoding(name: &str) -> Result<Encoding, String> {
    let names = || Encoding::ALL.map(Encoding::name).join(", ");
    Encoding::named(name).ok_or_else(|| format!("it is one of {}", names()))
}

fn delimiter(text: &str) -> Result<Delimiter, &'static str> {
    let text = if text == "\\t" { "\t" } else { text };
    let mut characters = text.chars();
    let only = characters.next().filter(|_| characters.next().is_none());
    only.and_then(Delimiter::new).ok_or("it is one character, such as ; or | or \\t")
}
