//! `sealink key show`: what a key file says of itself, but never the secret.

use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::cli::failure::{Done, Failure};
use crate::cli::keys::KeyArguments;
use crate::cli::say::Say;
use crate::key::{self, About, Content, KeyProblem, Wrapping};
use crate::token::hex;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sealink key show linkage.key
  sealink key show linkage.key --identity health.identity

The key check value is what agencies compare to know that they hold the same key. Of a wrapped
file that nothing was given to open, it is shown how it is wrapped, and no more.")]
pub struct ShowArguments {
    /// A key, identity or signing key file.
    file: PathBuf,
    #[command(flatten)]
    keys: KeyArguments,
}

/// What is known of a key.
#[derive(Default, Serialize)]
pub struct Known {
    pub role: Option<&'static str>,
    pub project: Option<String>,
    pub id: Option<String>,
    pub check: Option<String>,
    pub expires: Option<String>,
    pub expired: bool,
    /// The public half of an identity or signing key.
    pub public: Option<String>,
    pub wrapped: &'static str,
    pub recipients: usize,
    pub opened: bool,
    /// Whether the system keeps the secret out of swap.
    pub locked_in_memory: Option<bool>,
}

pub fn run(arguments: &ShowArguments, say: &Say) -> Result<Done, Failure> {
    let keys = arguments.keys.open()?;
    let known = match key::about(&arguments.file, &keys.opening) {
        Ok(about) => of(&about),
        Err(error) if is_closed(&error.problem) && !arguments.keys.are_given() => {
            closed(key::wrapping(&arguments.file)?)
        }
        Err(error) => return Err(error.into()),
    };
    say.summary(&text(&arguments.file.display().to_string(), &known), &known);
    Ok(Done::Whole)
}

/// Whether the file is one that nothing at hand opens.
pub const fn is_closed(problem: &KeyProblem) -> bool {
    matches!(problem, KeyProblem::NoIdentityOpens { .. } | KeyProblem::NoPassphrase)
}

/// What is known of a file that was opened.
pub fn of(about: &About) -> Known {
    let known =
        Known { opened: true, locked_in_memory: about.locked_in_memory, ..closed(about.wrapping) };
    match &about.content {
        Content::Key(facts) => Known {
            role: Some(facts.role.name()),
            project: facts.project.clone(),
            id: Some(hex(&facts.id.0)),
            check: Some(hex(&facts.check.0)),
            expires: facts.expires.map(|day| day.to_string()),
            expired: facts.expires.is_some_and(|last| last < crate::cli::today()),
            ..known
        },
        Content::Identity(recipient) => {
            Known { role: Some("identity"), public: Some(recipient.to_string()), ..known }
        }
        Content::Signing(public) => {
            Known { role: Some("signing"), public: Some(public.to_string()), ..known }
        }
    }
}

/// What is known of a file that was not opened.
pub fn closed(wrapping: Wrapping) -> Known {
    let (wrapped, recipients) = match wrapping {
        Wrapping::Plain => ("not", 0),
        Wrapping::Recipients(recipients) => ("recipients", recipients),
        Wrapping::Passphrase => ("passphrase", 0),
    };
    Known { wrapped, recipients, ..Known::default() }
}

fn text(path: &str, known: &Known) -> String {
    let wrapped = match known.wrapped {
        "recipients" => format!("to {} recipient(s)", known.recipients),
        "passphrase" => "with a passphrase".to_owned(),
        _ => "not wrapped".to_owned(),
    };
    let mut lines = vec![match known.role {
        Some(role) => format!("{path}: {role} key"),
        None => format!("{path}: a wrapped file; give what opens it to see more"),
    }];
    let own = known.id.is_some();
    let project = own.then(|| known.project.clone().unwrap_or_else(|| "any".to_owned()));
    let expires = known.expires.as_ref().map(|day| {
        if known.expired { format!("{day}, and may not be used any more") } else { day.clone() }
    });
    let expires = own.then(|| expires.unwrap_or_else(|| "never".to_owned()));
    let locked = known.locked_in_memory.map(|locked| {
        if locked { "kept out of swap" } else { "may go to swap; see `ulimit -l`" }.to_owned()
    });
    for (name, value) in [
        ("project", project),
        ("key id", known.id.clone()),
        ("key check value", known.check.clone()),
        ("expires", expires),
        ("public half", known.public.clone()),
        ("wrapped", Some(wrapped)),
        ("in memory", locked),
    ] {
        lines.extend(value.map(|value| format!("  {name:<17}{value}")));
    }
    lines.join("\n")
}
