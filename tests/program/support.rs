//! What the tests share: running the program, and a project of its own for each test.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use bech32::{Bech32, Hrp};
use tempfile::TempDir;

use super::tables;

/// The program, about to run a verb.
pub fn sealink(verb: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sealink"));
    command.arg(verb);
    command
}

/// What a run of the program left behind.
#[derive(Debug)]
pub struct Ran {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

/// Runs a command to its end.
pub fn run(command: &mut Command) -> Ran {
    let output = command.output().expect("the program starts");
    let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    Ran { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

impl Ran {
    /// Asserts the exit code, and shows what was printed if it is another.
    #[track_caller]
    pub fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "\n{}\n{}", self.stdout, self.stderr);
        self
    }

    /// Asserts that every text was printed on standard error.
    #[track_caller]
    pub fn says(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.stderr.contains(text), "no {text:?} in\n{}", self.stderr);
        }
        self
    }

    /// Standard output as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.stdout).expect("the summary is JSON")
    }
}

/// A folder with a spec and with keys that are the same in every run, so that no test depends on
/// chance.
pub struct Project {
    folder: TempDir,
}

impl Project {
    pub fn new(linkage: &str) -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a folder") };
        project.put("linkage.toml", linkage);
        project.put_key("linkage.key", "linkage", 1);
        project.put_key("linker.key", "linker", 2);
        project
    }

    /// A project of the shipped template with these datasets.
    pub fn of_template(datasets: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let made = folder.path().join("made");
        run(sealink("init")
            .arg(&made)
            .arg("--project")
            .arg("trial")
            .arg("--datasets")
            .arg(datasets.join(",")))
        .ends(0);
        Self::new(&fs::read_to_string(made.join("linkage.toml")).expect("init wrote the spec"))
    }

    pub fn at(&self, path: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Writes a file, and its folder.
    pub fn put(&self, path: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.at(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
        path
    }

    /// Writes a key file whose secret is one byte over and over.
    pub fn put_key(&self, path: &str, role: &str, byte: u8) -> PathBuf {
        let path = self.put(path, key_text(role, byte));
        set_mode(&path, 0o600);
        path
    }

    /// Changes the spec.
    pub fn edit_spec(&self, from: &str, to: &str) {
        let path = self.at("linkage.toml");
        let text = fs::read_to_string(&path).expect("the spec");
        assert!(text.contains(from), "the spec lacks {from:?}");
        fs::write(path, text.replace(from, to)).expect("a file");
    }

    /// The command that pseudonymises `DATASET/records.csv` into `DATASET/out`.
    pub fn pseudonymise(&self, dataset: &str) -> Command {
        let mut command = self.pseudonymise_nothing(dataset);
        command.arg(self.at(dataset).join("records.csv"));
        command
    }

    /// The same command without any input.
    pub fn pseudonymise_nothing(&self, dataset: &str) -> Command {
        let key = format!("{dataset}/agency.key");
        if !self.at(&key).exists() {
            self.put_key(&key, "agency", *dataset.as_bytes().last().expect("a name"));
        }
        let mut command = sealink("pseudonymise");
        command.arg("--spec").arg(self.at("linkage.toml"));
        command.arg("--source").arg(self.at(dataset).join("source.toml"));
        command.arg("--key").arg(self.at("linkage.key")).arg("--agency-key").arg(self.at(key));
        command.arg("--out").arg(self.at(dataset).join("out"));
        command
    }

    /// Writes an agency's mapping and records and pseudonymises them.
    pub fn agency(&self, dataset: &str, source: &str, records: impl AsRef<[u8]>) -> Ran {
        self.put(&format!("{dataset}/source.toml"), source);
        self.put(&format!("{dataset}/records.csv"), records);
        run(&mut self.pseudonymise(dataset))
    }

    /// A table of a dataset.
    pub fn table(&self, dataset: &str, kind: &str) -> PathBuf {
        self.at(format!("{dataset}/out/{dataset}.{kind}.parquet"))
    }

    /// The command that links these datasets into `linked`.
    pub fn link(&self, datasets: &[&str]) -> Command {
        let mut command = sealink("link");
        command.arg("--spec").arg(self.at("linkage.toml")).arg("--out").arg(self.at("linked"));
        command.args(datasets.iter().map(|dataset| self.table(dataset, "tokens")));
        command
    }

    /// The command that makes the extract of `extract.toml` into `extract`.
    pub fn extract(&self, datasets: &[&str]) -> Command {
        let mut command = sealink("extract");
        command.arg("--spec").arg(self.at("extract.toml"));
        command.arg("--map").arg(self.at("linked/person_map.parquet"));
        command.arg("--key").arg(self.at("linker.key")).arg("--out").arg(self.at("extract"));
        command.args(datasets.iter().map(|dataset| self.table(dataset, "payload")));
        command
    }

    /// The linker's person of each record, by dataset and local id.
    pub fn people(&self, datasets: &[&str]) -> BTreeMap<(String, String), String> {
        let mut ids = BTreeMap::new();
        for dataset in datasets {
            let refs = tables::read(&self.table(dataset, "refs"));
            for (reference, id) in refs.texts("record_ref").into_iter().zip(refs.texts("record_id"))
            {
                ids.insert(((*dataset).to_owned(), reference), id);
            }
        }
        let map = tables::read(&self.at("linked/person_map.parquet"));
        let records = map.texts("dataset").into_iter().zip(map.texts("record_ref"));
        records
            .zip(map.texts("person_id"))
            .map(|((dataset, reference), person)| {
                let id = ids[&(dataset.clone(), reference)].clone();
                ((dataset, id), person)
            })
            .collect()
    }
}

/// The text of a key file, as `docs/format.md` has it, of any project and without a last day, whose
/// secret is one byte over and over.
pub fn key_text(role: &str, byte: u8) -> String {
    key_text_of(role, &[byte; 32])
}

/// The same of another secret.
pub fn key_text_of(role: &str, secret: &[u8; 32]) -> String {
    lines_of_key(role, secret, "-", &check_value_of(role, secret, "-"), "never")
}

/// The text of a key file with these lines, whether they fit together or not, and their sum.
pub fn key_text_with(role: &str, byte: u8, project: &str, check: &str, expires: &str) -> String {
    lines_of_key(role, &[byte; 32], project, check, expires)
}

fn lines_of_key(role: &str, key: &[u8; 32], project: &str, check: &str, expires: &str) -> String {
    let prefix = Hrp::parse(&format!("sealink-{role}-key-")).expect("a prefix");
    let secret = bech32::encode_upper::<Bech32>(prefix, key).expect("32 bytes");
    let above = format!(
        "sealink-key/2\nrole: {role}\nproject: {project}\nid: {}\ncheck: {check}\n\
         expires: {expires}\nsecret: {secret}\n",
        "0".repeat(32)
    );
    let sum = expanded(key, &["sealink-key/2/sum", &above]);
    format!("{above}sum: {sum}\n")
}

/// A key's check value, as `docs/format.md` has it.
pub fn check_value(role: &str, byte: u8, project: &str) -> String {
    check_value_of(role, &[byte; 32], project)
}

fn check_value_of(role: &str, secret: &[u8; 32], project: &str) -> String {
    let project = if project == "-" { "" } else { project };
    match role {
        "linkage" => expanded(secret, &["sealink/1/check", project]),
        _ => expanded(secret, &["sealink-key/2/check", role, project]),
    }
}

/// 16 bytes of HKDF-Expand over the length-prefixed parts, in hexadecimal digits.
fn expanded(secret: &[u8; 32], parts: &[&str]) -> String {
    let mut info = vec![1, u8::try_from(parts.len()).expect("few parts")];
    for part in parts {
        info.extend(u16::try_from(part.len()).expect("short parts").to_be_bytes());
        info.extend(part.as_bytes());
    }
    let mut out = [0; 16];
    let key = hkdf::Hkdf::<sha2::Sha256>::from_prk(secret).expect("a full key");
    key.expand(&info, &mut out).expect("a short output");
    out.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("the mode is set");
}

pub fn mode(path: &Path) -> u32 {
    fs::metadata(path).expect("the file is there").permissions().mode() & 0o777
}

/// Every file below a folder, in order.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(folder) else { return files };
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// The names of the files below a folder, as paths within it.
pub fn names_below(folder: &Path) -> Vec<String> {
    let name = |path: PathBuf| {
        path.strip_prefix(folder).expect("it is below").to_str().expect("plain names").to_owned()
    };
    files_below(folder).into_iter().map(name).collect()
}

/// Asserts that a command wrote nothing: its folder is not there or empty.
#[track_caller]
pub fn assert_nothing_in(folder: impl AsRef<OsStr>) {
    let left = files_below(Path::new(folder.as_ref()));
    assert!(left.is_empty(), "left behind: {left:?}");
}
