//! `sealink key destroy`: a key file is overwritten and removed, and a certificate written.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::show::{self, Known};
use crate::cli::failure::{Done, Failure};
use crate::cli::keys::KeyArguments;
use crate::cli::say::Say;
use crate::format::{SOFTWARE, erase, write};
use crate::key::{self, KeyProblem};

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  sealink key destroy linkage.key --holder 'Ashmere NHS Trust' --out destroyed.json

The bytes are overwritten in place with random ones, brought to disk, cut off, and the name is
removed. That reaches this one file. It cannot promise that nothing is left on a solid-state
disk, in a file system that writes elsewhere than it read (btrfs, ZFS, snapshots), in backups, or
in copies: destroy each copy, and count on having wrapped the key.

A wrapped file need not be opened to be destroyed, nor a damaged one be readable; then --force is
asked for, and the certificate holds what is known.")]
pub struct DestroyArguments {
    /// The key, identity or signing key file.
    file: PathBuf,
    /// Who holds the key, for the certificate.
    #[arg(long, value_name = "NAME")]
    holder: String,
    /// The certificate to make; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Destroy the file though it cannot be opened.
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    keys: KeyArguments,
}

const METHOD: &str =
    "overwritten in place with random bytes, brought to disk, cut to nothing, removed";
const NOT_REACHED: &str =
    "other copies and backups; what the storage device or file system may have kept";

/// What is certified of a destroyed key.
#[derive(Serialize)]
struct Certificate<'c> {
    format: &'static str,
    role: Option<&'c str>,
    project: Option<&'c str>,
    id: Option<&'c str>,
    check: Option<&'c str>,
    public: Option<&'c str>,
    wrapped: &'c str,
    opened: bool,
    /// Of a file that was not opened: which one it was.
    file_sha256: Option<String>,
    bytes: u64,
    holder: &'c str,
    date: String,
    method: &'static str,
    not_reached: &'static str,
    software: &'static str,
}

pub fn run(arguments: &DestroyArguments, say: &Say) -> Result<Done, Failure> {
    let paths = [arguments.file.display(), arguments.out.display()];
    if arguments.out.symlink_metadata().is_ok() {
        return Err(Failure::usage(format!("{} is there already; name a new file", paths[1])));
    }
    let known = known(arguments)?;
    let doomed = erase::Doomed::open(&arguments.file)?;
    let certificate = Certificate {
        format: "key-destruction/1",
        role: known.role,
        project: known.project.as_deref(),
        id: known.id.as_deref(),
        check: known.check.as_deref(),
        public: known.public.as_deref(),
        wrapped: known.wrapped,
        opened: known.opened,
        file_sha256: if known.opened { None } else { Some(doomed.sha256()?) },
        bytes: doomed.bytes(),
        holder: &arguments.holder,
        date: crate::cli::today().to_string(),
        method: METHOD,
        not_reached: NOT_REACHED,
        software: SOFTWARE,
    };
    let mut json = serde_json::to_string_pretty(&certificate).expect("plain text and numbers");
    json.push('\n');
    let aside = write::whole(&arguments.out, json.as_bytes())?;
    aside.publish_new_after(|| doomed.erase())?;
    let text = format!(
        "{}: overwritten and removed\n{}: the certificate\nNot reached: {NOT_REACHED}.",
        paths[0], paths[1]
    );
    say.summary(&text, &certificate);
    Ok(Done::Whole)
}

/// What is known of the key before it goes.
fn known(arguments: &DestroyArguments) -> Result<Known, Failure> {
    let keys = if arguments.force { arguments.keys.open_unasked() } else { arguments.keys.open() };
    let error = match key::about(&arguments.file, &keys?.opening) {
        Ok(about) => return Ok(show::of(&about)),
        Err(error) => error,
    };
    let is_a_key = show::is_closed(&error.problem)
        || matches!(
            error.problem,
            KeyProblem::WrongPassphrase
                | KeyProblem::TooMuchWork
                | KeyProblem::Damaged
                | KeyProblem::CheckValue
                | KeyProblem::OtherVersion
                | KeyProblem::NotForThisProgram(_)
        );
    if is_a_key && arguments.force {
        let wrapping = key::wrapping(&arguments.file);
        return Ok(wrapping
            .map_or_else(|_| Known { wrapped: "unknown", ..Known::default() }, show::closed));
    }
    if is_a_key {
        let hint = "--force destroys it all the same, and certifies what is known";
        return Err(Failure::usage(format!("{error}\n{hint}")));
    }
    Err(error.into())
}
