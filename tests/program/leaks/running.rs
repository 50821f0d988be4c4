//! A run on its way: what its command line and environment hold, what it shows on a terminal, and
//! which files are there while it waits for more records.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::super::support::files_below;
use super::pipeline::Flock;
use super::sweep::{Surface, Sweep};

/// A run that waits for something takes no longer than this to come to it.
const PATIENCE: Duration = Duration::from_secs(60);

/// Pseudonymises records from standard input, and looks around when half of them were read.
pub fn paused(sweep: &mut Sweep<'_>, flock: &Flock, dataset: &str) {
    let records = fs::read(flock.project.at(dataset).join("records.csv")).expect("the records");
    let passing = flock.project.at("passing");
    fs::create_dir_all(&passing).expect("a folder");
    let mut command = flock.project.pseudonymise_nothing(dataset);
    command.arg("-").env("TMPDIR", &passing).env("RUST_BACKTRACE", "full");
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program starts");
    let mut input = child.stdin.take().expect("it is piped");
    let (first, second) = records.split_at(records.len() / 2);
    input.write_all(first).expect("the program reads");
    wait_until(|| rustix::io::ioctl_fionread(&input).expect("it is a pipe") == 0);
    look_around(sweep, child.id(), &[&passing, &flock.project.at(dataset).join("out")]);
    input.write_all(second).expect("the program reads");
    drop(input);
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(3), "{}", String::from_utf8_lossy(&output.stderr));
    sweep.printed(&command, &output);
    assert!(files_below(&passing).is_empty());
}

/// The command line, the environment, and every file under way.
pub fn look_around(sweep: &mut Sweep<'_>, process: u32, folders: &[&Path]) {
    let process = PathBuf::from(format!("/proc/{process}"));
    let read = |name: &str| fs::read(process.join(name)).expect("it runs");
    // A process that has just begun has none yet.
    wait_until(|| !read("cmdline").is_empty());
    for (surface, name) in [(Surface::CommandLine, "cmdline"), (Surface::Environment, "environ")] {
        sweep.look(surface, name, &read(name));
    }
    for path in folders.iter().flat_map(|folder| files_below(folder)) {
        let name = path.display().to_string();
        if !name.ends_with(".refs.parquet") {
            sweep.look(Surface::UnderWay, &name, name.as_bytes());
            sweep.look(Surface::UnderWay, &name, &fs::read(&path).unwrap_or_default());
        }
    }
}

pub fn wait_until(mut happened: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !happened() {
        assert!(begun.elapsed() < PATIENCE, "what was waited for did not happen");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// What a command shows on a terminal, its progress bar too; nothing if there is no program that
/// makes one.
pub fn on_a_terminal(command: &Command, code: i32) -> Option<Vec<u8>> {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<String> = words.map(|word| quoted(word.to_str().expect("plain"))).collect();
    let line = format!("stty -opost; {}", words.join(" "));
    let mut script = Command::new("script");
    script.args(["-qefc", &line, "/dev/null"]).stdin(Stdio::null());
    let Ok(output) = script.output() else {
        eprintln!("skipped: there is no `script` to make a terminal");
        return None;
    };
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stdout));
    Some(output.stdout)
}

fn quoted(word: &str) -> String {
    format!("'{}'", word.replace('\'', "'\\''"))
}

/// A file with these bytes.
pub fn file_of(folder: &Path, name: impl AsRef<Path>, bytes: &[u8]) -> PathBuf {
    let path = folder.join(name);
    File::create(&path).and_then(|mut file| file.write_all(bytes)).expect("a file");
    path
}
