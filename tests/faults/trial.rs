//! A trial: a folder laid out, a command run under a fault, what is left judged, and the command
//! run again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::command::{Case, Form, Place};
use super::judge::{Expect, Outcome, Verdict, judge};
use super::launch::{Ended, run};
use super::snapshot::{self, Files, Snapshot};
use super::support::{self, sealink};
use super::tables;

/// Whether a run sweeps what killed runs before it left. Until the program does, a rerun may leave
/// such files.
pub const SWEEPS: bool = true;

/// A command, and what it does without a fault.
pub struct Prepared<'p> {
    pub case: Case,
    /// The inputs of all commands.
    pub inputs: &'p Path,
    /// What stands in the folder before a first run.
    pub placed: Files,
    /// What a run of the same command on other input left there.
    pub earlier: Option<Files>,
    /// What a run without a fault leaves, as its reader sees it.
    pub clean: Files,
    /// The same, as it is on the disk.
    pub raw: Files,
    /// How long such a run takes.
    pub took: Duration,
}

/// What stands in the folder when the command begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// Nothing, or what other commands made.
    Fresh,
    /// The files of an earlier run.
    Earlier,
}

/// What one trial showed.
pub struct Record {
    pub kind: &'static str,
    pub command: &'static str,
    /// What was done, to do it again.
    pub what: String,
    /// Whether the fault truly hit.
    pub hit: bool,
    pub verdict: Verdict,
}

impl<'p> Prepared<'p> {
    /// Runs the command without a fault, and looks at what it leaves as its reader would.
    pub fn new(case: Case, inputs: &'p Path) -> Self {
        let folder = Folder::new();
        let at = |name: &str| Place { inputs, out: folder.at(name) };
        let first = at("fresh");
        for before in case.before {
            assert_eq!(run(&mut before(&first)).code, Some(0), "{}", case.name);
        }
        let placed = snapshot::of(&first.out).files;
        let ended = run(&mut (case.command)(&first));
        assert_eq!(ended.code, Some(case.code), "{}: {}", case.name, ended.stderr);
        let clean = look(&case, inputs, &first.out);
        let mut names: Vec<&str> =
            case.published.iter().flat_map(|group| group.iter().copied()).collect();
        names.extend(placed.keys().map(String::as_str));
        names.sort_unstable();
        names.dedup();
        names.retain(|name| case.removes != Some(name));
        assert_eq!(clean.files.keys().collect::<Vec<_>>(), names, "{}", case.name);
        assert_eq!(clean.passing, [""; 0]);
        if case.view.is_none() {
            names.iter().for_each(|name| assert_opens(&first.out.join(name)));
        }
        let earlier = case.earlier.map(|command| {
            let place = at("earlier");
            assert_eq!(run(&mut command(&place)).code, Some(case.code), "{}", case.name);
            let files = snapshot::of(&place.out).files;
            assert_eq!(files.keys().collect::<Vec<_>>(), names, "{}", case.name);
            assert!(files != clean.files, "{}: the earlier run is no other", case.name);
            files
        });
        let raw = snapshot::of(&first.out).files;
        let (clean, took) = (clean.files, Duration::MAX);
        let mut prepared = Self { case, inputs, placed, earlier, clean, raw, took };
        for turn in 0..3 {
            let place = at(&format!("timed{turn}"));
            snapshot::lay(&prepared.placed, &place.out);
            let began = Instant::now();
            let _ = run(&mut (case.command)(&place));
            prepared.took = prepared.took.min(began.elapsed());
        }
        prepared
    }

    /// What a trial may begin with.
    pub fn starts(&self) -> &'static [Start] {
        if self.earlier.is_some() { &[Start::Fresh, Start::Earlier] } else { &[Start::Fresh] }
    }

    /// The files there at the beginning.
    pub fn files_at(&self, start: Start) -> &Files {
        match start {
            Start::Fresh => &self.placed,
            Start::Earlier => self.earlier.as_ref().expect("asked for only where there are some"),
        }
    }

    /// What is in a folder, as its reader sees it.
    pub fn look(&self, folder: &Path) -> Snapshot {
        look(&self.case, self.inputs, folder)
    }

    /// The files that it writes, as they are on the disk.
    pub fn written(&self) -> Files {
        let same = |name: &String, bytes: &Vec<u8>| self.placed.get(name) == Some(bytes);
        let files = self.raw.iter().filter(|(name, bytes)| !same(name, bytes));
        files.map(|(name, bytes)| (name.clone(), bytes.clone())).collect()
    }

    /// The command, writing to a folder.
    pub fn command(&self, out: &Path) -> Command {
        self.command_on(self.inputs, out)
    }

    /// The command, reading from other copies of the inputs.
    pub fn command_on(&self, inputs: &Path, out: &Path) -> Command {
        (self.case.command)(&Place { inputs, out: out.to_owned() })
    }

    /// A trial in a folder of its own: the fault is in how the command is run.
    pub fn attempt(
        &self,
        start: Start,
        out: &Path,
        expect: &Expect,
        launch: impl FnOnce(Command) -> Ended,
    ) -> (Ended, Verdict) {
        snapshot::lay(self.files_at(start), out);
        let ended = launch(self.command(out));
        let verdict = judge(self, start, out, expect, &ended);
        (ended, verdict)
    }

    /// Runs the command again, in the same place and without a fault; says what is wrong with it.
    pub fn rerun(&self, outcome: Outcome, out: &Path) -> Vec<String> {
        let keeps = self.case.done.filter(|_| outcome == Outcome::Whole);
        let before = self.look(out);
        let ended = run(&mut self.command(out));
        let after = self.look(out);
        let mut wrong = Vec::new();
        if self.case.removes.is_some() && outcome == Outcome::Partial {
            // What is damaged, or gone, cannot be done again; and it is not said to be.
            if !matches!(ended.code, Some(1 | 2 | 4)) || after.files != before.files {
                wrong.push(format!("the rerun ended with {:?}: {}", ended.code, ended.stderr));
            }
            return wrong;
        }
        let code = keeps.unwrap_or(self.case.code);
        if ended.code != Some(code) {
            wrong.push(format!("the rerun ended with {:?}: {}", ended.code, ended.stderr));
        }
        let same = match self.case.form {
            _ if keeps.is_some() => after.files == before.files,
            Form::Bytes => after.files == self.clean,
            Form::Key => after.files.values().all(|bytes| is_key(bytes)) && after.files.len() == 1,
        };
        if !same {
            let names: Vec<&String> = after.files.keys().collect();
            wrong.push(format!("the rerun left other files than a clean run: {names:?}"));
        }
        if SWEEPS && !after.passing.is_empty() {
            wrong.push(format!("the rerun left {:?}", after.passing));
        }
        wrong
    }
}

fn look(case: &Case, inputs: &Path, folder: &Path) -> Snapshot {
    let mut snapshot = snapshot::of(folder);
    if let Some(view) = case.view {
        snapshot.files = view(inputs, snapshot.files);
    }
    snapshot
}

/// Asserts that a whole file can be opened by those for whom it is, to its last page.
fn assert_opens(path: &Path) {
    let bytes = fs::read(path).expect("the file is there");
    let text = || String::from_utf8(bytes.clone()).expect("text");
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("parquet") => {
            support::run(sealink("inspect").arg(path)).ends(0);
            // Every page is read; there may be no pair to review.
            let rows = tables::read(path).rows();
            assert!(rows > 0 || path.ends_with("review.parquet"), "{}", path.display());
        }
        Some("json") => {
            let json: serde_json::Value = serde_json::from_slice(&bytes).expect("whole JSON");
            assert!(json.is_object());
        }
        Some("toml") => assert!(text().parse::<toml::Table>().is_ok(), "{}", path.display()),
        Some("html") => assert!(text().ends_with("</html>"), "{}", path.display()),
        Some("csv" | "md" | "py" | "R" | "sql" | "txt") => {
            assert!(bytes.ends_with(b"\n"), "{}", path.display());
        }
        Some("key") => assert!(is_key(&bytes), "{}", path.display()),
        other => panic!("what is a file of the kind {other:?}?"),
    }
}

/// Whether these are the bytes of a whole key file.
pub fn is_key(bytes: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let secret = text.lines().find_map(|line| line.strip_prefix("secret: "));
    let ends = text.lines().last().is_some_and(|line| line.starts_with("sum: "));
    ends && secret.is_some_and(|s| bech32::decode(s).is_ok_and(|(_, key)| key.len() == 32))
}

/// A folder for one trial, gone when dropped.
pub struct Folder(pub tempfile::TempDir);

impl Folder {
    pub fn new() -> Self {
        Self(tempfile::tempdir().expect("a folder"))
    }

    pub fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}
