//! The command line: arguments become a job, a job becomes a library call, its outcome a summary.

#![cfg_attr(
    not(all(feature = "agency", feature = "linker", feature = "research")),
    allow(dead_code, reason = "a program of one role uses only some of these words")
)]

mod audit;
mod check;
mod completions;
#[cfg(all(feature = "agency", feature = "linker", feature = "research"))]
mod demo;
#[cfg(any(feature = "agency", feature = "linker", feature = "research"))]
mod disclosure;
#[cfg(any(feature = "agency", feature = "linker"))]
mod dry_run;
#[cfg(feature = "linker")]
mod evaluate;
#[cfg(feature = "research")]
mod extract;
mod failure;
mod files;
mod forget;
mod init;
mod inspect;
mod key;
mod keygen;
mod keys;
#[cfg(feature = "linker")]
mod link;
mod man;
#[cfg(any(feature = "agency", feature = "linker"))]
mod memory;
mod open;
#[cfg(feature = "agency")]
mod profile;
mod progress;
#[cfg(feature = "agency")]
mod pseudonymise;
mod receiving;
mod say;
mod seal;
mod sealing;
mod synth;
#[cfg(feature = "agency")]
mod withdraw;

use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use failure::{Done, Failure};
use say::Say;

const EXIT_CODES: &str = "\
Exit codes:
  0  done
  1  could not read or write
  2  a mistake in the arguments, a spec or a key
  3  done, but whole records were left out (a malformed row, no record id)
  4  the inputs do not belong together (protocol, spec or key differ)
  5  an audit found a limit exceeded
  10 to 21  a delivery failed a check (`sealink open --help` lists them)
  101  a bug

Start here:
  sealink demo
  sealink init my-linkage";

/// Privacy-preserving record linkage: agencies tokenise, a linker without the key joins.
#[derive(Debug, Parser)]
#[command(name = "sealink", version, after_help = EXIT_CODES)]
struct Arguments {
    /// How the summary is printed.
    #[arg(long, global = true, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Print no summary and no progress; errors are still told.
    #[arg(short, long, global = true)]
    quiet: bool,
    /// Threads to use; one a processor if not given. Results do not depend on it.
    #[arg(long, global = true, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    threads: Option<u16>,
    #[command(subcommand)]
    command: Command,
}

/// How a summary is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For machines: one JSON object.
    Json,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the whole pipeline on the shipped sample data.
    #[cfg(all(feature = "agency", feature = "linker", feature = "research"))]
    Demo(demo::DemoArguments),
    /// Begin a project: a spec, an extract spec and a source mapping for each dataset.
    Init(init::InitArguments),
    /// Make a key, readable by you alone or wrapped to those who shall have it.
    Keygen(keygen::KeygenArguments),
    /// Show a key file, wrap it anew, or destroy it.
    Key(key::KeyCommand),
    /// Show every mistake in a spec, a source mapping and inputs; nothing is written.
    Check(check::CheckArguments),
    /// Look into a file: what each column seems to hold, and a source mapping to start from.
    #[cfg(feature = "agency")]
    Profile(profile::ProfileArguments),
    /// Turn an agency's records into token, payload and reference tables.
    #[cfg(feature = "agency")]
    #[command(alias = "pseudonymize")]
    Pseudonymise(pseudonymise::PseudonymiseArguments),
    /// Take records back that were delivered: their references, for everyone who holds tables.
    #[cfg(feature = "agency")]
    Withdraw(withdraw::WithdrawArguments),
    /// Take withdrawn records out of tables.
    Forget(forget::ForgetArguments),
    /// Encrypt files to their receiver and sign them: a delivery.
    Seal(seal::SealArguments),
    /// Verify and decrypt deliveries.
    Open(open::OpenArguments),
    /// Measure what token tables or an extract give away, and judge it by the spec's limits.
    Audit(audit::AuditArguments),
    /// Show what a sealink file says of itself.
    Inspect(inspect::InspectArguments),
    /// Link token tables into a person map.
    #[cfg(feature = "linker")]
    Link(link::LinkArguments),
    /// Join payloads to the person map: one research extract.
    #[cfg(feature = "research")]
    Extract(extract::ExtractArguments),
    /// Compare a person map with the truth, where it is known.
    #[cfg(feature = "linker")]
    Evaluate(evaluate::EvaluateArguments),
    /// Make up agencies with truth, to try thresholds and to measure quality and speed.
    Synth(synth::SynthArguments),
    /// Print what a shell needs to complete arguments.
    Completions(completions::CompletionsArguments),
    /// Write manual pages.
    Man(man::ManArguments),
}

/// Runs the program on the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    crate::guard::install_hook();
    crate::guard::harden();
    let arguments = Arguments::parse();
    let say = Say::new(arguments.format, arguments.quiet);
    let done = start_threads(&arguments).and_then(|()| run(&arguments.command, &say));
    let done = done.and_then(|done| say.unprinted().map_or(Ok(done), Err));
    match done {
        Ok(Done::Whole) => ExitCode::SUCCESS,
        Ok(Done::RecordsLeftOut) => ExitCode::from(3),
        Ok(Done::LimitExceeded) => ExitCode::from(5),
        Err(failure) => {
            say.failure(&failure);
            ExitCode::from(failure.code())
        }
    }
}

/// Starts all threads at once, so that too little memory for them is told before any work.
fn start_threads(arguments: &Arguments) -> Result<(), Failure> {
    let threads = usize::from(arguments.threads.unwrap_or(0));
    let started = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    started.map_err(|error| {
        Failure::read_or_write(format!(
            "the threads cannot be started: {error}\nTry fewer of them, with --threads"
        ))
    })
}

fn run(command: &Command, say: &Say) -> Result<Done, Failure> {
    match command {
        #[cfg(all(feature = "agency", feature = "linker", feature = "research"))]
        Command::Demo(arguments) => demo::run(arguments, say),
        Command::Init(arguments) => init::run(arguments, say),
        Command::Keygen(arguments) => keygen::run(arguments, say),
        Command::Key(command) => key::run(command, say),
        Command::Check(arguments) => check::run(arguments, say),
        #[cfg(feature = "agency")]
        Command::Profile(arguments) => profile::run(arguments, say),
        #[cfg(feature = "agency")]
        Command::Pseudonymise(arguments) => pseudonymise::run(arguments, say),
        #[cfg(feature = "agency")]
        Command::Withdraw(arguments) => withdraw::run(arguments, say),
        Command::Forget(arguments) => forget::run(arguments, say),
        Command::Seal(arguments) => seal::run(arguments, say),
        Command::Open(arguments) => open::run(arguments, say),
        Command::Audit(arguments) => audit::run(arguments, say),
        Command::Inspect(arguments) => inspect::run(arguments, say),
        #[cfg(feature = "linker")]
        Command::Link(arguments) => link::run(arguments, say),
        #[cfg(feature = "research")]
        Command::Extract(arguments) => extract::run(arguments, say),
        #[cfg(feature = "linker")]
        Command::Evaluate(arguments) => evaluate::run(arguments, say),
        Command::Synth(arguments) => synth::run(arguments, say),
        Command::Completions(arguments) => completions::run(arguments),
        Command::Man(arguments) => man::run(arguments, say),
    }
}

/// The day it is, in universal time: a key may have a last day, and a certificate has a date. It
/// enters no table.
#[allow(clippy::disallowed_methods, reason = "keys expire, whatever the input says")]
fn today() -> chrono::NaiveDate {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    // A clock before 1970 is wrong; no key had expired then.
    let seconds = since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX));
    chrono::DateTime::from_timestamp(seconds, 0).unwrap_or_default().date_naive()
}
