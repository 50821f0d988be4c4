//! Made-up agencies, linked alone and on a cluster.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use super::cluster::{Cluster, Engine};

/// Made-up agencies with their token tables.
pub struct Agencies {
    folder: tempfile::TempDir,
}

impl Agencies {
    pub fn of(people: u32) -> Self {
        let agencies = Self { folder: tempfile::tempdir().expect("a folder") };
        let at = |name: &str| agencies.at(name);
        sealink(&["synth", "--people", &people.to_string(), "--seed", "7", "--out", &at("")]);
        for role in ["linkage", "agency"] {
            sealink(&["keygen", "--role", role, "--out", &at(&format!("{role}.key"))]);
        }
        for dataset in DATASETS {
            let (source, records) =
                (at(&format!("{dataset}/source.toml")), at(&format!("{dataset}/records.csv")));
            let (keys, out) = ([at("linkage.key"), at("agency.key")], at("out"));
            let [linkage, agency] = &keys;
            let spec = at("linkage.toml");
            let spec = ["pseudonymise", "--spec", &spec, "--source", &source, "--key", linkage];
            let more = ["--agency-key", agency, "--out", &out, &records];
            sealink(&[&spec[..], &more].concat());
        }
        agencies
    }

    pub fn at(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().expect("plain names").to_owned()
    }

    /// The token tables, and the table of withdrawn records if there is one.
    fn tables(&self) -> Vec<String> {
        let mut tables: Vec<String> =
            DATASETS.map(|dataset| self.at(&format!("out/{dataset}.tokens.parquet"))).to_vec();
        let withdrawn = self.at("out/health.withdrawn.parquet");
        tables.extend(Path::new(&withdrawn).exists().then_some(withdrawn));
        tables
    }

    /// Changes the spec's rules, which token tables do not depend on.
    pub fn replace(&self, old: &str, new: &str) {
        let spec = self.at("linkage.toml");
        let text = std::fs::read_to_string(&spec).expect("it was written");
        assert!(text.contains(old), "the spec has {old}");
        std::fs::write(&spec, text.replace(old, new)).expect("it is ours");
    }

    /// The files of the linker alone.
    pub fn linked_alone(&self, more: &[&str]) -> Linked {
        let (spec, out, tables) = (self.at("linkage.toml"), self.at("alone"), self.tables());
        let mut arguments = vec!["link", "--spec", &spec, "--out", &out];
        arguments.extend(more);
        arguments.extend(tables.iter().map(String::as_str));
        sealink(&arguments);
        Linked::read(&out)
    }

    /// The files of the linker with a cluster; `at_stage` sees each stage begin.
    pub fn linked_on(
        &self,
        cluster: &Cluster,
        more: &[&str],
        mut at_stage: impl FnMut(&str),
    ) -> Linked {
        let ended = self.run_on(cluster, more, |stage, _| at_stage(stage));
        assert!(ended.status.success(), "{}", ended.told);
        ended.leaves_nothing(cluster);
        Linked::read(&self.at("clustered"))
    }

    /// A folder of the cluster's for what passes.
    fn scratch(&self, cluster: &Cluster) -> PathBuf {
        let own = self.folder.path().file_name().expect("it has a name");
        cluster.scratch(own.to_str().expect("plain names"))
    }

    /// The linker with a cluster.
    pub fn command(&self, cluster: &Cluster, more: &[&str]) -> Command {
        self.command_at(cluster.remote(), cluster, more)
    }

    /// The linker with a cluster at another address than its own.
    pub fn command_at(&self, remote: &str, cluster: &Cluster, more: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sealink-spark"));
        command.args(["--remote", remote, "--spec", &self.at("linkage.toml")]);
        command.arg("--token-file").arg(cluster.token());
        command.args(["--out", &self.at("clustered")]).arg("--scratch");
        command.arg(format!("file://{}", self.scratch(cluster).display()));
        command.args(more).args(self.tables());
        command
    }

    /// Runs the linker with a cluster; `at_stage` sees each stage begin, and the process's number.
    pub fn run_on(
        &self,
        cluster: &Cluster,
        more: &[&str],
        mut at_stage: impl FnMut(&str, u32),
    ) -> Ended {
        let scratch = self.scratch(cluster);
        let mut command = self.command(cluster, more);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        let mut running = command.spawn().expect("it is built");
        let mut told = String::new();
        let stages = BufReader::new(running.stderr.take().expect("it is piped"));
        for line in stages.lines().map_while(Result::ok) {
            at_stage(line.trim_start_matches("sealink-spark: "), running.id());
            told.push_str(&line);
            told.push('\n');
        }
        Ended { status: running.wait().expect("it ends"), told, scratch }
    }
}

/// How a run ended.
pub struct Ended {
    pub status: ExitStatus,
    pub told: String,
    scratch: PathBuf,
}

impl Ended {
    /// That the cluster keeps nothing of the run.
    pub fn leaves_nothing(&self, cluster: &Cluster) {
        let left: Vec<_> = std::fs::read_dir(&self.scratch).expect("a folder").collect();
        // Sail forgets the tables of a database that is dropped, and leaves their files.
        assert!(
            cluster.engine() == Engine::Sail || left.is_empty(),
            "something of it is left: {left:?}"
        );
        let database = self.told.split_whitespace().find(|word| word.starts_with("sealink_"));
        let database = database.expect("it tells its name first");
        let gone = cluster.session().run(&format!("DESCRIBE DATABASE {database}"));
        assert!(gone.is_err(), "the database is dropped");
    }
}

/// What a linkage writes: each file by its name.
#[derive(PartialEq, Eq)]
pub struct Linked(pub BTreeMap<String, Vec<u8>>);

impl Linked {
    /// The files in a folder.
    pub fn read(out: &str) -> Self {
        let files = std::fs::read_dir(out).expect("it was written");
        let file = |entry: std::io::Result<std::fs::DirEntry>| {
            let path = entry.expect("it is listed").path();
            let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("it is read"))
        };
        Self(files.map(file).collect())
    }

    /// That all files are the same, byte for byte, and are these.
    pub fn is(&self, other: &Self, files: &[&str]) {
        for linked in [self, other] {
            let names: Vec<&str> = linked.0.keys().map(String::as_str).collect();
            assert_eq!(names, files);
        }
        for name in files {
            assert!(self.0[*name] == other.0[*name], "{name} is the same");
        }
    }
}

/// The files of a scored linkage.
pub const SCORED: [&str; 5] =
    ["linkage.html", "linkage.json", "model.json", "person_map.parquet", "review.parquet"];

const DATASETS: [&str; 4] = ["health", "education", "social_care", "police"];

/// Runs the main program, built if it is not.
pub fn sealink(arguments: &[&str]) {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--manifest-path", manifest, "--bin", "sealink", "--"]);
    let out = command.args(arguments).output().expect("cargo runs");
    assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
}
