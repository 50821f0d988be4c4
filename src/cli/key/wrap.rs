//! `sealink key wrap`: the same key in a new file, closed in another way.

use std::path::PathBuf;

use clap::Args;

use super::show;
use crate::cli::failure::{Done, Failure};
use crate::cli::keys::{self, KeyArguments};
use crate::cli::say::Say;
use crate::format::write;
use crate::key::{self, Content, Wrap};

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  sealink key wrap linkage.key --identity custodian.identity --out for-police.key \\
      --recipient police.pub

The first file stays as it is; `sealink key destroy` removes it.")]
pub struct WrapArguments {
    /// The key, identity or signing key file.
    file: PathBuf,
    /// The file to make; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Wrap to this recipient (`age1…`), or to those in this file; may be given again.
    #[arg(long = "recipient", value_name = "RECIPIENT|FILE")]
    recipients: Vec<String>,
    /// Wrap with a passphrase, asked for on the terminal.
    #[arg(long, conflicts_with = "recipients")]
    passphrase: bool,
    /// Wrap with the passphrase on this open file descriptor, one line.
    #[arg(long, value_name = "N", conflicts_with_all = ["recipients", "passphrase"])]
    new_passphrase_fd: Option<u32>,
    #[command(flatten)]
    keys: KeyArguments,
}

pub fn run(arguments: &WrapArguments, say: &Say) -> Result<Done, Failure> {
    if arguments.out.symlink_metadata().is_ok() {
        let path = arguments.out.display();
        return Err(Failure::usage(format!("{path} is there already; a key is never replaced")));
    }
    let opening = arguments.keys.open()?.opening;
    let wrap =
        keys::wrap(&arguments.recipients, arguments.passphrase, arguments.new_passphrase_fd)?;
    if matches!(wrap, Wrap::Plain) {
        return Err(Failure::usage("say how: --recipient, --passphrase or --new-passphrase-fd"));
    }
    let (file, about) = key::rewrapped(&arguments.file, &opening, &wrap)?;
    if matches!((&about.content, &wrap), (Content::Identity(_), Wrap::Recipients(_))) {
        return Err(Failure::usage("an identity can be wrapped with a passphrase alone"));
    }
    write::whole(&arguments.out, &file)?.publish_new()?;
    let known = show::of(&about);
    let role = known.role.unwrap_or_default();
    let text = format!("{}: the {role} key, wrapped", arguments.out.display());
    say.summary(
        &text,
        &serde_json::json!({
            "key": arguments.out.display().to_string(),
            "role": role,
            "id": known.id,
            "wrapped": match &wrap { Wrap::Passphrase(_) => "passphrase", _ => "recipients" },
            "recipients": match &wrap {
                Wrap::Recipients(all) => all.iter().map(ToString::to_string).collect(),
                _ => Vec::new(),
            },
        }),
    );
    Ok(Done::Whole)
}
