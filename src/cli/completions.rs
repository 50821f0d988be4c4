//! `sealink completions`: what a shell needs to complete the program's arguments.

use std::io::Write as _;

use clap::{Args, CommandFactory as _};
use clap_complete::Shell;

use super::failure::{Done, Failure};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sealink completions bash > ~/.local/share/bash-completion/completions/sealink
  sealink completions zsh > ~/.zfunc/_sealink
  sealink completions powershell >> $PROFILE")]
pub struct CompletionsArguments {
    /// The shell.
    shell: Shell,
}

pub fn run(arguments: &CompletionsArguments) -> Result<Done, Failure> {
    let mut script = Vec::new();
    let mut command = super::Arguments::command();
    clap_complete::generate(arguments.shell, &mut command, "sealink", &mut script);
    let printed = std::io::stdout().lock().write_all(&script);
    printed.map_err(|error| {
        Failure::read_or_write(format!("standard output cannot be written: {error}"))
    })?;
    Ok(Done::Whole)
}
