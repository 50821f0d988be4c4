//! `sealink man`: a manual page for each verb, from the same words as `--help`.

use std::path::PathBuf;

use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man;
use serde_json::json;

use super::failure::{Done, Failure};
use super::say::Say;
use crate::format::write;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sealink man --out ~/.local/share/man/man1
  man sealink-link")]
pub struct ManArguments {
    /// The folder for the pages.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
}

pub fn run(arguments: &ManArguments, say: &Say) -> Result<Done, Failure> {
    let mut command = super::Arguments::command();
    command.build();
    let mut pages = Vec::new();
    render(&command, &mut pages);
    let written = pages.iter().map(|(name, page)| write::whole(&arguments.out.join(name), page));
    write::publish_all(written.collect::<Result<_, _>>()?)?;
    let text = format!("{} pages in {}", pages.len(), arguments.out.display());
    say.summary(&text, &json!({ "pages": pages.len() }));
    Ok(Done::Whole)
}

/// Adds the page of a command and those of its verbs.
fn render(command: &Command, pages: &mut Vec<(String, Vec<u8>)>) {
    let man = Man::new(command.clone());
    let mut page = Vec::new();
    man.render(&mut page).expect("memory takes every byte");
    pages.push((man.get_filename(), page));
    for verb in command.get_subcommands().filter(|verb| verb.get_name() != "help") {
        render(verb, pages);
    }
}
