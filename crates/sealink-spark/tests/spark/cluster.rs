//! A cluster for the tests of one program: started when first asked for, stopped when the program
//! ends, however it ends.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use sealink_spark::session::{Remote, Session};

/// Which server the tests run against.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    Spark,
    Sail,
}

/// A running server.
pub struct Cluster {
    engine: Engine,
    remote: String,
    folder: PathBuf,
}

impl Cluster {
    /// The program's only one, or nothing, with the reason printed, where it cannot run.
    pub fn of(engine: Engine) -> Option<&'static Self> {
        let started = match engine {
            Engine::Spark => &SPARK,
            Engine::Sail => &SAIL,
        };
        started.get_or_init(|| start(engine)).as_ref()
    }

    /// A session with the program's only one, or nothing where it cannot run.
    pub fn session_on(engine: Engine) -> Option<Session> {
        Self::of(engine).map(Self::session)
    }

    /// A new session with it.
    pub fn session(&self) -> Session {
        let remote = Remote::parse(&self.remote).expect("the script writes addresses");
        let remote = remote.with_token(&self.token()).expect("the file is ours");
        Session::connect(&remote).expect("the server is up")
    }

    /// Its address, `sc://HOST:PORT`.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    pub fn remote(&self) -> &str {
        &self.remote
    }

    /// The file with the token that it wants. Sail takes any.
    pub fn token(&self) -> PathBuf {
        self.folder.join("token")
    }

    /// A folder that exists as long as the cluster, for what tests write.
    pub fn scratch(&self, name: &str) -> PathBuf {
        let folder = self.folder.join("scratch").join(name);
        std::fs::create_dir_all(&folder).expect("the cluster's folder is ours");
        folder
    }

    /// Ends a worker and its executors at once; it comes back when what is given is dropped, and
    /// no other is ended till then.
    pub fn kill_worker(&self, number: usize) -> Killed<'_> {
        let turn = KILLING.lock().unwrap_or_else(PoisonError::into_inner);
        self.worker("kill-worker", number);
        Killed { cluster: self, number, _turn: turn }
    }

    fn worker(&self, verb: &str, number: usize) {
        let done = cluster(&[verb, path(&self.folder), &number.to_string()]).status();
        assert!(done.expect("the script runs").success(), "{verb} {number}");
    }
}

/// A worker that has been ended.
pub struct Killed<'c> {
    cluster: &'c Cluster,
    number: usize,
    _turn: MutexGuard<'static, ()>,
}

impl Drop for Killed<'_> {
    fn drop(&mut self) {
        self.cluster.worker("start-worker", self.number);
    }
}

fn start(engine: Engine) -> Option<Cluster> {
    let installed = environment();
    let folder = tempfile::tempdir().expect("a folder").keep();
    // Two at once would find each other's half-made environment.
    let turn = INSTALLING.lock().unwrap_or_else(PoisonError::into_inner);
    if !ran(&["install", path(&installed)]) {
        return None;
    }
    drop(turn);
    // Before the start: a start that is interrupted is ended too.
    stop_when_this_program_ends(&folder);
    let token = folder.join("token");
    write_token(&token);
    let (at, from) = (path(&folder), path(&installed));
    let started = match engine {
        Engine::Spark => ran(&["start", at, "--from", from, "--token", path(&token)]),
        Engine::Sail => ran(&["start-sail", at, "--from", from]),
    };
    if !started {
        return None;
    }
    let told = std::fs::read_to_string(folder.join("env")).expect("the script wrote it");
    let remote = told.lines().find_map(|line| line.strip_prefix("REMOTE="));
    Some(Cluster { engine, remote: remote.expect("an address").to_owned(), folder })
}

fn write_token(file: &Path) {
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.create_new(true).write(true).mode(0o600).open(file).expect("it is new");
    writeln!(file, "a-token-of-the-tests").expect("it takes a line");
}

/// Runs a verb to its end; false if the script says that this machine lacks what it takes.
fn ran(arguments: &[&str]) -> bool {
    let out = cluster(arguments).stdout(Stdio::null()).output().expect("the script runs");
    let told = String::from_utf8_lossy(&out.stderr).into_owned();
    match out.status.code() {
        Some(0) => true,
        Some(SKIPPED) if std::env::var_os(MUST_RUN).is_some() => {
            panic!("{MUST_RUN} is set, and cluster {}: {told}", arguments[0])
        }
        Some(SKIPPED) => {
            // Past the tests' own capture of what is printed.
            writeln!(std::io::stderr(), "SKIPPED: {}", told.trim()).expect("a place to say so");
            false
        }
        _ => panic!("cluster {}: {told}", arguments[0]),
    }
}

/// A shell that waits for the end of its input, which comes when this program is gone.
fn stop_when_this_program_ends(folder: &Path) {
    let script = "cat >/dev/null; \"$0\" stop \"$1\"; rm -rf \"$1\"";
    let mut guard = Command::new("sh");
    guard.args(["-c", script, SCRIPT, path(folder)]).stdin(Stdio::piped());
    // Not ended by the key that ends the tests.
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(&mut guard, 0);
    let mut guard = guard.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a shell");
    let input = guard.stdin.take().expect("it is piped");
    GUARDS.lock().expect("nobody panics with it").push((guard, input));
}

/// Where the virtual environment is: beside what cargo builds, unless the tests are told another.
fn environment() -> PathBuf {
    match std::env::var_os("SEALINK_SPARK_ENV") {
        Some(folder) => folder.into(),
        None => Path::new(env!("CARGO_TARGET_TMPDIR")).join("spark-environment"),
    }
}

fn cluster(arguments: &[&str]) -> Command {
    let mut command = Command::new(SCRIPT);
    command.args(arguments).stdin(Stdio::null());
    command
}

fn path(path: &Path) -> &str {
    path.to_str().expect("plain names")
}

static SPARK: OnceLock<Option<Cluster>> = OnceLock::new();
static SAIL: OnceLock<Option<Cluster>> = OnceLock::new();
static INSTALLING: Mutex<()> = Mutex::new(());
static KILLING: Mutex<()> = Mutex::new(());
static GUARDS: Mutex<Vec<(Child, ChildStdin)>> = Mutex::new(Vec::new());

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/scripts/cluster");
const SKIPPED: i32 = 77;
/// Where it is set, what cannot run is a failure.
const MUST_RUN: &str = "SPARK_MUST_RUN";
