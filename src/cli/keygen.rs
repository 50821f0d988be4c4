//! `sealink keygen`: a new key in a file of its own.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::{Args, ValueEnum};
use serde_json::json;
use zeroize::Zeroizing;

use super::failure::{Done, Failure};
use super::say::Say;
use super::{files, keys};
use crate::format::write;
use crate::key::{self, KeyError, KeyFacts, NewKey, Role, Wrap};
use crate::spec::is_name;
use crate::token::hex;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sealink keygen --role identity --out me.identity     each party, once; send on me.identity.pub
  sealink keygen --role linkage  --out linkage.key --spec linkage.toml \\
      --recipient health.pub --recipient age1…         the project's key, by its custodian, once
  sealink keygen --role agency   --out agency.key      each agency, once; it never leaves
  sealink keygen --role linker   --out linker.key      the linker, once; it never leaves
  sealink keygen --role signing  --out sender.key      whoever sends deliveries

Whoever holds the linkage key can find out who a token is. Wrap it to each agency's recipient,
never to the linker's. A file wrapped to recipients, or with a passphrase, is an age file: the
program `age` opens it too. An identity is an age identity, a signing key one of minisign; their
public halves are written beside, to FILE.pub.")]
pub struct KeygenArguments {
    /// What the key is for.
    #[arg(long, value_enum)]
    role: RoleName,
    /// The file to make; it must not be there yet.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// The project it is for; any project if not given.
    #[arg(long, value_name = "NAME", conflicts_with = "spec")]
    project: Option<String>,
    /// The agreed linkage whose project it is for.
    #[arg(long, value_name = "FILE")]
    spec: Option<PathBuf>,
    /// The last day on which it may be used, as 2027-12-31; never ends if not given.
    #[arg(long, value_name = "DATE", value_parser = day)]
    expires: Option<NaiveDate>,
    /// Wrap the key to this recipient (`age1…`), or to those in this file; may be given again.
    #[arg(long = "recipient", value_name = "RECIPIENT|FILE")]
    recipients: Vec<String>,
    /// Wrap the key with a passphrase, asked for on the terminal.
    #[arg(long, conflicts_with = "recipients")]
    passphrase: bool,
    /// Wrap the key with the passphrase on this open file descriptor, one line.
    #[arg(long, value_name = "N", conflicts_with_all = ["recipients", "passphrase"])]
    passphrase_fd: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum RoleName {
    /// Makes tokens; for the agencies of one project.
    Linkage,
    /// Makes record references; for one agency alone.
    Agency,
    /// Makes the person ids of extracts; for the linker alone.
    Linker,
    /// Opens what is wrapped or sealed to its recipient.
    Identity,
    /// Signs deliveries.
    Signing,
}

/// A key that was made, and what may be told of it.
struct Made {
    text: Zeroizing<String>,
    facts: Option<KeyFacts>,
    /// What goes into the file beside, and how it is told.
    public: Option<(String, String)>,
}

pub fn run(arguments: &KeygenArguments, say: &Say) -> Result<Done, Failure> {
    let made = make(arguments)?;
    let beside = made.public.as_ref().map(|_| beside(&arguments.out));
    for path in [Some(&arguments.out), beside.as_ref()].into_iter().flatten() {
        if path.symlink_metadata().is_ok() {
            let path = path.display();
            return Err(Failure::usage(format!(
                "{path} is there already; a key is never replaced"
            )));
        }
    }
    let wrap = keys::wrap(&arguments.recipients, arguments.passphrase, arguments.passphrase_fd)?;
    let of_file = |problem| KeyError { path: arguments.out.clone(), problem };
    let file = key::wrapped(&made.text, &wrap).map_err(of_file)?;
    let file = write::whole(&arguments.out, &file)?;
    let public = match (&beside, &made.public) {
        (Some(path), Some((text, _))) => Some(write::whole(path, text.as_bytes())?),
        _ => None,
    };
    file.publish_new()?;
    if let Some(public) = public {
        public.publish_new()?;
    }
    tell(arguments, &made, &wrap, beside.as_deref(), say);
    Ok(Done::Whole)
}

fn make(arguments: &KeygenArguments) -> Result<Made, Failure> {
    let role = match arguments.role {
        RoleName::Linkage => Role::Linkage,
        RoleName::Agency => Role::Agency,
        RoleName::Linker => Role::Linker,
        RoleName::Identity | RoleName::Signing => return make_pair(arguments),
    };
    let project = match &arguments.spec {
        Some(spec) => Some(files::linkage(spec)?.project),
        None => arguments.project.clone(),
    };
    if project.as_deref().is_some_and(|project| !is_name(project)) {
        return Err(Failure::usage("a project is named as in its linkage.toml"));
    }
    if let Some(last) = arguments.expires.filter(|last| *last < super::today()) {
        return Err(Failure::usage(format!("the key would have expired after {last}")));
    }
    let new = NewKey { role, project: project.as_deref(), expires: arguments.expires };
    let (text, facts) = key::generate(&new)?;
    Ok(Made { text, facts: Some(facts), public: None })
}

/// Keys of others' formats, which have no place for a project or a last day.
fn make_pair(arguments: &KeygenArguments) -> Result<Made, Failure> {
    if arguments.project.is_some() || arguments.spec.is_some() || arguments.expires.is_some() {
        return Err(Failure::usage("identities and signing keys have no project and no last day"));
    }
    if arguments.role == RoleName::Signing {
        let (text, public) = key::signing::generate()?;
        let line = public.lines().nth(1).unwrap_or_default().to_owned();
        return Ok(Made { text, facts: None, public: Some((public, line)) });
    }
    if !arguments.recipients.is_empty() {
        return Err(Failure::usage("an identity can be wrapped with a passphrase alone"));
    }
    let (text, recipient) = key::identity::generate();
    let public = (format!("{recipient}\n"), recipient.to_string());
    Ok(Made { text, facts: None, public: Some(public) })
}

/// Where the public half goes: the key's name with `.pub` after it.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".pub");
    name.into()
}

fn tell(arguments: &KeygenArguments, made: &Made, wrap: &Wrap, beside: Option<&Path>, say: &Say) {
    let path = arguments.out.display().to_string();
    let role = arguments.role.to_possible_value().expect("no role is hidden");
    let role = role.get_name();
    let mut text = format!("{path}: a new {role} key, readable by you alone");
    if let Some(facts) = &made.facts {
        let project = facts.project.as_deref().unwrap_or("any");
        let expires = facts.expires.map_or_else(|| "never".to_owned(), |day| day.to_string());
        let (id, check) = (hex(&facts.id.0), hex(&facts.check.0));
        let _ = write!(
            text,
            "\n  project          {project}\n  key id           {id}\n  key check value  {check}\n  \
             expires          {expires}"
        );
    }
    if let (Some((_, line)), Some(beside)) = (&made.public, beside) {
        let _ =
            write!(text, "\n  public half      {line}\n  to send on       {}", beside.display());
    }
    let wrapped = match wrap {
        Wrap::Plain => "no: whoever reads the file has the key; `sealink key wrap` encrypts it",
        Wrap::Recipients(_) => "to recipients",
        Wrap::Passphrase(_) => "with a passphrase",
    };
    let _ = write!(text, "\n  wrapped          {wrapped}");
    let recipients = match wrap {
        Wrap::Recipients(all) => all.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    };
    say.summary(&text, &json!({
        "key": path,
        "role": role,
        "project": made.facts.as_ref().and_then(|facts| facts.project.clone()),
        "id": made.facts.as_ref().map(|facts| hex(&facts.id.0)),
        "check": made.facts.as_ref().map(|facts| hex(&facts.check.0)),
        "expires": made.facts.as_ref().and_then(|facts| facts.expires).map(|day| day.to_string()),
        "public": made.public.as_ref().map(|(_, line)| line),
        "public_file": beside.map(|path| path.display().to_string()),
        "wrapped": match wrap {
            Wrap::Plain => "not",
            Wrap::Recipients(_) => "recipients",
            Wrap::Passphrase(_) => "passphrase",
        },
        "recipients": recipients,
    }));
}

fn day(text: &str) -> Result<NaiveDate, &'static str> {
    key::parse_day(text).ok_or("a date is written 2027-12-31")
}
