//! What is asked on the command line, and how it ends.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::Parser;
use sealink::linker::engine::{Rules, Tables};
use sealink::linker::{self, LinkError, LinkSummary, ModelFile, Overlap};
use sealink::observe::Observer;
use sealink::spec::Linkage;
use sealink_spark::link::{Job, link, source_of};
use sealink_spark::plan::Plan;
use sealink_spark::session::{INTERRUPTED, Remote, Session};

/// Link token tables on a Spark cluster: the same person map as `sealink link` makes.
#[derive(Debug, Parser)]
#[command(
    version,
    after_help = "\
Example:
  sealink-spark --remote sc://spark.example:15002/;use_ssl=true --token-file token \\
      --spec linkage.toml --scratch s3a://linkage/scratch --out linked \\
      --at s3a://linkage/tokens tokens/health.tokens.parquet tokens/police.tokens.parquet

The tables are opened here, to check their manifests and checksums, and read by the cluster: from
the same paths, or under --at by their names. What passes lies in a database below --scratch, which
is dropped at the end, also when the run fails or is interrupted (Ctrl-C; a second one ends it at
once). After a run that was killed, drop the database that it named at its start.

Writes to the folder, replacing what an earlier run left there:
  person_map.parquet   which person each record is of
  linkage.json         what was compared, linked and kept apart, in counts
  linkage.html         the same to read, with charts and checklists; exact, so for the linker
and, where links are scored:
  model.json           the model that scored the links, to repeat the linkage with --model
  review.parquet       pairs for a person to look at: refused, doubtful or nearly links

With --map-at the cluster writes a copy of the person map there, as Parquet files of the same rows:
the only thing of a run that stays on the cluster.

Exit codes are those of sealink: 1 reading, writing or the cluster, 2 usage, 4 tables that do not
belong together; and 130 after an interrupt."
)]
pub struct Arguments {
    /// The Spark Connect server: `sc://HOST:PORT`, with `/;use_ssl=true` for TLS.
    #[arg(long, value_name = "ADDRESS", required_unless_present = "explain")]
    remote: Option<String>,
    /// A file with the token that the server asks for, readable by its owner alone.
    #[arg(long, value_name = "FILE")]
    token_file: Option<PathBuf>,
    /// The agreed linkage.
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
    /// A folder of the cluster's for what passes, as a URI that it can write.
    #[arg(long, value_name = "URI")]
    scratch: String,
    /// The folder, of this computer, for the person map and the report.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// An empty folder of the cluster's for a copy of the person map, as a URI that it can write.
    #[arg(long, value_name = "URI")]
    map_at: Option<String>,
    /// Where the cluster finds the tables, by their file names; without it, at the same paths.
    #[arg(long, value_name = "URI")]
    at: Option<String>,
    /// A `model.json` of an earlier linkage to score with; without one, a model is fitted.
    #[arg(long, value_name = "FILE")]
    model: Option<PathBuf>,
    /// Records that must be linked to no other: a CSV file with the columns `dataset` and
    /// `record_ref`, in hexadecimal digits.
    #[arg(long, value_name = "FILE")]
    sealed: Option<PathBuf>,
    /// It is in order that no two datasets share a person.
    #[arg(long)]
    expect_no_overlap: bool,
    /// Print the statements and what they will move, and run none of them.
    #[arg(long)]
    explain: bool,
    /// Print no summary and no progress; errors are still told.
    #[arg(long, short)]
    quiet: bool,
    /// The token tables, one a dataset, and tables of withdrawn records.
    #[arg(value_name = "TOKENS", required = true)]
    tables: Vec<PathBuf>,
}

/// Why nothing was done.
pub struct Failure {
    /// The exit code.
    pub code: u8,
    /// What went wrong, and where.
    pub message: String,
}

impl Failure {
    fn usage(message: impl std::fmt::Display) -> Self {
        Self { code: 2, message: message.to_string() }
    }
}

impl From<LinkError> for Failure {
    fn from(error: LinkError) -> Self {
        let apart = matches!(
            error,
            LinkError::Mismatch(_)
                | LinkError::NoOverlap
                | LinkError::Model(_)
                | LinkError::Sealed(_)
        );
        Self { code: if apart { 4 } else { 1 }, message: error.to_string() }
    }
}

/// Does what is asked, and gives what to print, if anything.
pub fn run(arguments: &Arguments) -> Result<Option<String>, Failure> {
    let spec = read(&arguments.spec)?;
    let name = arguments.spec.display().to_string();
    let linkage = Linkage::parse(&name, &spec).map_err(Failure::usage)?;
    let tables = Tables::open(&linkage, &arguments.tables)?;
    let sources = tables.datasets.iter().map(|dataset| source(arguments, &dataset.path)).collect();
    let database = format!("sealink_{}", uuid::Uuid::new_v4().simple());
    let map_at = arguments.map_at.as_deref();
    if arguments.explain {
        let plan = Plan::new(database, Rules::of(&linkage), &tables, sources);
        return Ok(Some(plan.explain(&tables, &arguments.scratch, map_at)));
    }
    let model = arguments.model.as_deref().map(model).transpose()?;
    let sealed = arguments.sealed.as_deref().map(linker::read_sealed).transpose()?;
    let progress = Progress { quiet: arguments.quiet };
    let mut session = connect(arguments)?;
    session.heed_interrupts();
    progress.say(&format!("what passes lies in the database {database}"));
    let job = Job {
        linkage: &linkage,
        tables: &tables,
        sources,
        scratch: &arguments.scratch,
        database,
        out: arguments.out.clone(),
        map_at,
        model: model.as_ref(),
        sealed: &sealed.unwrap_or_default(),
        expect_no_overlap: arguments.expect_no_overlap,
    };
    let linked = link(&session, job, &progress).map_err(|error| {
        let failure = Failure::from(error);
        let code = u8::try_from(INTERRUPTED).unwrap_or(failure.code);
        if session.interrupted() { Failure { code, ..failure } } else { failure }
    })?;
    Ok((!arguments.quiet).then(|| {
        let files = linked.files.iter().map(|path| path.display().to_string());
        let files = files.chain(arguments.map_at.clone());
        format!("{}\nwrote {}", told(&linked.summary), files.collect::<Vec<_>>().join("\n      "))
    }))
}

/// The summary in a few lines; the report tells the rest.
fn told(summary: &LinkSummary) -> String {
    let mut text = format!(
        "{} records of {} datasets are {} people; {} candidate pairs compared, {} listed for review",
        summary.records.values().sum::<u64>(),
        summary.records.len(),
        summary.people,
        summary.candidate_pairs,
        summary.review.values().sum::<u64>(),
    );
    for Overlap { datasets: [a, b], people } in &summary.overlap {
        text.push_str(&format!("\n  in {a} and {b}: {people}"));
    }
    text
}

fn connect(arguments: &Arguments) -> Result<Session, Failure> {
    let remote = arguments.remote.as_deref().unwrap_or_default();
    let remote = Remote::parse(remote).map_err(Failure::usage)?;
    let remote = match &arguments.token_file {
        Some(file) => remote.with_token(file).map_err(Failure::usage)?,
        None => remote,
    };
    Session::connect(&remote).map_err(|error| LinkError::from(error).into())
}

/// Where the cluster finds a table.
fn source(arguments: &Arguments, path: &Path) -> String {
    match (&arguments.at, path.file_name()) {
        (Some(at), Some(name)) => {
            format!("{}/{}", at.trim_end_matches('/'), name.to_string_lossy())
        }
        _ => source_of(path),
    }
}

fn model(path: &Path) -> Result<ModelFile, Failure> {
    ModelFile::parse(&read(path)?).map_err(|error| LinkError::from(error).into())
}

fn read(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| {
        Failure::usage(format!("{}: {}", path.display(), sealink::reason::reason(&error)))
    })
}

/// Tells each stage on a line of standard error.
struct Progress {
    quiet: bool,
}

impl Progress {
    fn say(&self, text: &str) {
        if !self.quiet {
            // A closed standard error is no reason to stop.
            let _ = writeln!(std::io::stderr(), "sealink-spark: {text}");
        }
    }
}

impl Observer for Progress {
    fn stage(&self, name: &'static str, _: Option<u64>) {
        self.say(name);
    }

    fn advance(&self, _: u64) {}
}
