//! `sealink key`: looking at a key file, wrapping it anew, destroying it.

mod destroy;
mod show;
mod wrap;

use clap::{Args, Subcommand};

use super::failure::{Done, Failure};
use super::say::Say;

#[derive(Debug, Args)]
pub struct KeyCommand {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Subcommand)]
enum Verb {
    /// Show what a key file says of itself, but never the secret.
    Show(show::ShowArguments),
    /// Write a key into a new file, wrapped to other recipients or with another passphrase.
    Wrap(wrap::WrapArguments),
    /// Overwrite and remove a key file, and certify it.
    Destroy(destroy::DestroyArguments),
}

pub fn run(command: &KeyCommand, say: &Say) -> Result<Done, Failure> {
    match &command.verb {
        Verb::Show(arguments) => show::run(arguments, say),
        Verb::Wrap(arguments) => wrap::run(arguments, say),
        Verb::Destroy(arguments) => destroy::run(arguments, say),
    }
}
