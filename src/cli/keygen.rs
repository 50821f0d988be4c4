//! `sealink keygen`: a new key in a file of its own.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::failure::{Done, Failure};
use super::say::Say;
use crate::format::write;
use crate::key::{self, Role};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sealink keygen --role linkage --out linkage.key   the project's key, by its custodian, once
  sealink keygen --role agency  --out agency.key    each agency, once; it never leaves
  sealink keygen --role linker  --out linker.key    the linker, once; it never leaves

Whoever holds the linkage key can find out who a token is. Give it to agencies alone, never to
the linker.")]
pub struct KeygenArguments {
    /// What the key is for.
    #[arg(long, value_enum)]
    role: RoleName,
    /// The file to make; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum RoleName {
    Linkage,
    Agency,
    Linker,
}

pub fn run(arguments: &KeygenArguments, say: &Say) -> Result<Done, Failure> {
    let role = match arguments.role {
        RoleName::Linkage => Role::Linkage,
        RoleName::Agency => Role::Agency,
        RoleName::Linker => Role::Linker,
    };
    if arguments.out.symlink_metadata().is_ok() {
        let path = arguments.out.display();
        return Err(Failure::usage(format!("{path} is there already; a key is never replaced")));
    }
    write::whole(&arguments.out, key::generate(role)?.as_bytes())?.publish_new()?;
    let path = arguments.out.display().to_string();
    let text = format!("{}: a new {} key, readable by you alone", path, role.name());
    say.summary(&text, &json!({ "key": path, "role": role.name() }));
    Ok(Done::Whole)
}
