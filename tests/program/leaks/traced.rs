//! Every file that a run opens for writing, as the kernel saw it: those that it publishes, under a
//! passing name beside them, and no other; and what these hold before they have their names.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use super::pipeline::Flock;
use super::running::{look_around, wait_until};
use super::sweep::{Surface, Sweep};

const CALLS: &str = "open,openat,openat2,creat,mknod,mknodat,memfd_create,symlink,symlinkat,link,\
                     linkat,rename,renameat,renameat2";

/// A command under `strace`, stopped when it first gives a file its name.
fn traced(command: &Command, log: &Path, passing: &Path) -> Command {
    let mut traced = Command::new("strace");
    traced.args(["-f", "-qq", "-e", &format!("trace={CALLS}"), "-e"]);
    traced.arg("inject=rename,renameat,renameat2,linkat:signal=SIGSTOP:when=1").arg("-o").arg(log);
    traced.arg(command.get_program()).args(command.get_args());
    traced.env("TMPDIR", passing).env("RUST_BACKTRACE", "full");
    traced.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    traced
}

/// Runs a command and looks around while it is stopped, when all its files are written and but one
/// has its name; the calls it made, as `strace` tells them.
fn calls_of(sweep: &mut Sweep<'_>, flock: &Flock, command: &Command, out: &Path) -> Vec<String> {
    let (log, passing) = (flock.project.at("calls.log"), flock.project.at("passing"));
    fs::create_dir_all(&passing).expect("a folder");
    fs::write(&log, "").expect("the last run's log is emptied");
    let mut command = traced(command, &log, &passing);
    let mut child = command.spawn().expect("strace starts");
    let told = || fs::read_to_string(&log).unwrap_or_default();
    wait_until(|| told().contains("stopped by SIGSTOP") || ended(&mut child));
    let stopped = told();
    let stopped = stopped.lines().find(|line| line.contains("stopped by SIGSTOP"));
    if let Some(line) = stopped {
        let process: i32 = line.split(' ').next().and_then(|id| id.parse().ok()).expect("an id");
        look_around(sweep, process.unsigned_abs(), &[out, &passing]);
        let process = rustix::process::Pid::from_raw(process).expect("a process");
        rustix::process::kill_process(process, rustix::process::Signal::CONT).expect("it is there");
    }
    let output = child.wait_with_output().expect("it ends");
    assert!(matches!(output.status.code(), Some(0 | 3)), "{command:?}: {output:?}");
    assert!(stopped.is_some(), "{command:?} was not stopped");
    sweep.printed(&command, &output);
    assert!(super::super::support::files_below(&passing).is_empty());
    let told = told();
    told.lines().map(str::to_owned).collect()
}

fn ended(child: &mut Child) -> bool {
    child.try_wait().expect("it is ours").is_some()
}

/// The paths that these calls opened for writing or made, each once.
fn written(calls: &[String]) -> Vec<PathBuf> {
    let writes = |call: &&String| {
        let opens = call.contains("open") && !call.contains("openat2");
        let reads = opens && !["O_WRONLY", "O_RDWR", "O_CREAT"].iter().any(|f| call.contains(f));
        let renames = call.contains("rename") || call.contains(" linkat");
        let is_call = call.contains('(') && !call.contains(" resumed>");
        is_call && !reads && !renames && !call.contains("/dev/null")
    };
    let mut paths: Vec<PathBuf> = calls.iter().filter(writes).map(|call| quoted(call, 0)).collect();
    paths.sort();
    paths.dedup();
    paths
}

/// The first or second text between quotes.
fn quoted(call: &str, which: usize) -> PathBuf {
    PathBuf::from(call.split('"').nth(2 * which + 1).unwrap_or(call))
}

/// The passing names that were given up for others.
fn renamed(calls: &[String]) -> Vec<PathBuf> {
    let renames = calls.iter().filter(|call| call.contains("rename") && call.contains('"'));
    let mut paths: Vec<PathBuf> = renames.map(|call| quoted(call, 0)).collect();
    paths.sort();
    paths
}

#[test]
fn only_files_that_are_published_are_ever_written() {
    let try_out = Command::new("strace").args(["-o", "/dev/null", "true"]).output();
    if !try_out.is_ok_and(|output| output.status.success()) {
        eprintln!("skipped: there is no `strace`, or it may not watch other programs");
        return;
    }
    let flock = Flock::new(30, 17);
    let search = flock.search();
    let mut sweep = Sweep::new(&search, &flock.ids);
    let at = |folder: &str| flock.project.at(folder);
    let steps = [
        (flock.project.pseudonymise("a"), at("a/out"), 5),
        (flock.project.pseudonymise("b"), at("b/out"), 5),
        (flock.link(), at("linked"), 7),
        (flock.extract(), at("extract"), 12),
    ];
    for (command, out, files) in &steps {
        let calls = calls_of(&mut sweep, &flock, command, out);
        let written = written(&calls);
        assert_eq!(written, renamed(&calls), "{command:?}");
        assert_eq!(written.len(), *files, "{command:?}");
        for path in &written {
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
            assert!(name.starts_with(".sealink-"), "{}", path.display());
            assert_eq!(path.parent(), Some(out.as_path()));
        }
    }
    assert!(sweep.surfaces().contains(&Surface::UnderWay));
    eprintln!("{}", sweep.table());
    sweep.assert_clean();
}

#[test]
fn a_file_written_elsewhere_is_seen() {
    let calls = [
        r#"12 openat(AT_FDCWD, "/etc/hosts", O_RDONLY|O_CLOEXEC) = 3"#,
        r#"12 openat(AT_FDCWD, "/out/.sealink-a", O_RDWR|O_CREAT|O_EXCL, 0600) = 4"#,
        r#"13 openat(AT_FDCWD, "/passing/spill", O_WRONLY|O_CREAT <unfinished ...>"#,
        r#"13 <... openat resumed>, 0600) = 5"#,
        r#"12 memfd_create("memory", MFD_CLOEXEC) = 6"#,
        r#"12 rename("/out/.sealink-a", "/out/a") = 0"#,
    ];
    let calls = calls.map(str::to_owned);
    let paths = ["/out/.sealink-a", "/passing/spill", "memory"].map(PathBuf::from);
    assert_eq!(written(&calls), paths);
    assert_eq!(renamed(&calls), paths[..1]);
}
