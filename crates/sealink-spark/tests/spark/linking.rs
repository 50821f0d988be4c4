//! The files that come from a cluster are those that the linker makes alone, byte for byte.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use super::cluster::{Cluster, Engine};

/// Made-up agencies with their token tables.
struct Agencies {
    folder: tempfile::TempDir,
}

impl Agencies {
    fn of(people: u32) -> Self {
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

    fn at(&self, name: &str) -> String {
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
    fn replace(&self, old: &str, new: &str) {
        let spec = self.at("linkage.toml");
        let text = std::fs::read_to_string(&spec).expect("it was written");
        assert!(text.contains(old), "the spec has {old}");
        std::fs::write(&spec, text.replace(old, new)).expect("it is ours");
    }

    /// The files of the linker alone.
    fn linked_alone(&self, more: &[&str]) -> Linked {
        let (spec, out, tables) = (self.at("linkage.toml"), self.at("alone"), self.tables());
        let mut arguments = vec!["link", "--spec", &spec, "--out", &out];
        arguments.extend(more);
        arguments.extend(tables.iter().map(String::as_str));
        sealink(&arguments);
        Linked::read(&out)
    }

    /// The files of the linker with a cluster; `at_stage` sees each stage begin.
    fn linked_on(
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

    /// Runs the linker with a cluster; `at_stage` sees each stage begin, and the process's number.
    fn run_on(
        &self,
        cluster: &Cluster,
        more: &[&str],
        mut at_stage: impl FnMut(&str, u32),
    ) -> Ended {
        let own = self.folder.path().file_name().expect("it has a name");
        let scratch = cluster.scratch(own.to_str().expect("plain names"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_sealink-spark"));
        command.args(["--remote", cluster.remote(), "--spec", &self.at("linkage.toml")]);
        command.arg("--token-file").arg(cluster.token());
        command.args(["--out", &self.at("clustered")]).arg("--scratch");
        command.arg(format!("file://{}", scratch.display())).args(more).args(self.tables());
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
struct Ended {
    status: ExitStatus,
    told: String,
    scratch: PathBuf,
}

impl Ended {
    /// That the cluster keeps nothing of the run.
    fn leaves_nothing(&self, cluster: &Cluster) {
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
struct Linked(BTreeMap<String, Vec<u8>>);

impl Linked {
    fn read(out: &str) -> Self {
        let files = std::fs::read_dir(out).expect("it was written");
        let file = |entry: std::io::Result<std::fs::DirEntry>| {
            let path = entry.expect("it is listed").path();
            let name = path.file_name().expect("it has a name").to_string_lossy().into_owned();
            (name, std::fs::read(&path).expect("it is read"))
        };
        Self(files.map(file).collect())
    }

    /// That all files are the same, byte for byte, and are these.
    fn is(&self, other: &Self, files: &[&str]) {
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
const SCORED: [&str; 5] =
    ["linkage.html", "linkage.json", "model.json", "person_map.parquet", "review.parquet"];

const DATASETS: [&str; 4] = ["health", "education", "social_care", "police"];

/// Runs the main program, built if it is not.
fn sealink(arguments: &[&str]) {
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/../../Cargo.toml");
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "--quiet", "--manifest-path", manifest, "--bin", "sealink", "--"]);
    let out = command.args(arguments).output().expect("cargo runs");
    assert!(out.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&out.stderr));
}

fn gives_the_same_files(engine: Engine, people: u32) {
    let Some(cluster) = Cluster::of(engine) else { return };
    let agencies = Agencies::of(people);
    let alone = agencies.linked_alone(&[]);
    let clustered = agencies.linked_on(cluster, &[], |_| {});
    clustered.is(&alone, &SCORED);
}

/// As many people as a plain test has time for.
const PEOPLE: u32 = 20_000;

#[test]
fn a_cluster_gives_the_same_files() {
    gives_the_same_files(Engine::Spark, PEOPLE);
}

#[test]
fn small_blocks_withdrawn_and_sealed_records_and_a_given_model_change_nothing() {
    rare_rules_change_nothing(Engine::Spark);
}

#[test]
fn they_change_nothing_on_sail() {
    rare_rules_change_nothing(Engine::Sail);
}

fn rare_rules_change_nothing(engine: Engine) {
    let Some(cluster) = Cluster::of(engine) else { return };
    let agencies = Agencies::of(PEOPLE / 4);
    agencies.linked_alone(&[]);
    let model = agencies.at("first.json");
    std::fs::copy(agencies.at("alone/model.json"), &model).expect("it was written");
    let sealed = agencies.at("sealed.csv");
    std::fs::write(&sealed, some_references(&agencies)).expect("the folder is ours");
    withdraw_some(&agencies);
    agencies.replace("largest_block = 1000", "largest_block = 6");
    agencies.replace("threshold = 0.5", "threshold = 0.99999");
    agencies.replace("review    = 0.1", "review    = 0.0001");
    agencies.replace("free_of_duplicates = []", "free_of_duplicates = [\"education\"]");
    for more in [vec!["--sealed", &sealed], vec!["--sealed", &sealed, "--model", &model]] {
        let alone = agencies.linked_alone(&more);
        let clustered = agencies.linked_on(cluster, &more, |_| {});
        clustered.is(&alone, &SCORED);
        let report = String::from_utf8_lossy(&alone.0["linkage.json"]);
        let rare = ["\"split\"", "below the threshold", "close to a link", "kept apart by"];
        for told in rare {
            assert!(report.contains(told), "the report tells {told}");
        }
    }
}

#[test]
fn match_keys_link_on_a_cluster_as_they_do_alone() {
    links_by_match_keys(Engine::Spark);
}

#[test]
fn match_keys_link_on_sail_as_they_do_alone() {
    links_by_match_keys(Engine::Sail);
}

fn links_by_match_keys(engine: Engine) {
    let Some(cluster) = Cluster::of(engine) else { return };
    let agencies = Agencies::of(PEOPLE / 4);
    agencies.replace("method    = \"scored\"", "method = \"match_keys\"");
    agencies.replace("free_of_duplicates = []", "free_of_duplicates = [\"education\"]");
    let alone = agencies.linked_alone(&[]);
    let clustered = agencies.linked_on(cluster, &[], |_| {});
    clustered.is(&alone, &["linkage.html", "linkage.json", "person_map.parquet"]);
}

#[test]
fn an_interrupted_run_leaves_nothing_on_the_cluster() {
    is_interrupted(Engine::Spark);
}

#[test]
fn an_interrupted_run_leaves_nothing_on_sail() {
    is_interrupted(Engine::Sail);
}

fn is_interrupted(engine: Engine) {
    let Some(cluster) = Cluster::of(engine) else { return };
    let agencies = Agencies::of(1_000);
    let ended = agencies.run_on(cluster, &[], |stage, process| {
        // By then the records' table is there.
        if stage == "block" {
            let mut kill = Command::new("kill");
            let sent = kill.args(["-INT", &process.to_string()]).status();
            assert!(sent.expect("it runs").success(), "the run is interrupted");
        }
    });
    assert_eq!(ended.status.code(), Some(130), "{}", ended.told);
    assert!(ended.told.ends_with("interrupted\n"), "{}", ended.told);
    ended.leaves_nothing(cluster);
    assert!(!Path::new(&agencies.at("clustered/person_map.parquet")).exists(), "there is no map");
}

/// A list of records to seal: the first of education, by reference.
fn some_references(agencies: &Agencies) -> String {
    let mut list = "dataset,record_ref\n".to_owned();
    let table = PathBuf::from(agencies.at("out/education.tokens.parquet"));
    let table = sealink::format::Table::open_any(&table).expect("it was written");
    let refs = sealink::format::token_table::read_refs(&table).expect("it has references");
    let mut refs: Vec<_> = refs.iter().step_by(97).take(20).collect();
    refs.dedup();
    for record in refs {
        list.push_str(&format!("education,{}\n", sealink::token::hex(&record.0)));
    }
    list
}

/// Withdraws some records of health.
fn withdraw_some(agencies: &Agencies) {
    let records = std::fs::read_to_string(agencies.at("health/records.csv")).expect("written");
    let mut rows = records.lines();
    let header = rows.next().expect("it has a header");
    let id = header.split(',').next().expect("it has columns");
    let list: Vec<&str> = rows.step_by(53).filter_map(|row| row.split(',').next()).collect();
    let file = agencies.at("withdrawn.csv");
    std::fs::write(&file, format!("{id}\n{}\n", list.join("\n"))).expect("the folder is ours");
    let (refs, out) = (agencies.at("out/health.refs.parquet"), agencies.at("out"));
    sealink(&["withdraw", "--refs", &refs, "--list", &file, "--out", &out]);
}

#[test]
fn a_worker_that_dies_half_way_changes_nothing() {
    let Some(cluster) = Cluster::of(Engine::Spark) else { return };
    let agencies = Agencies::of(PEOPLE);
    let alone = agencies.linked_alone(&[]);
    let mut killed = None;
    let clustered = agencies.linked_on(cluster, &[], |stage| {
        if stage == "compare" {
            killed = Some(cluster.kill_worker(1));
        }
    });
    assert!(killed.is_some(), "it was ended while pairs were compared");
    clustered.is(&alone, &SCORED);
}

#[test]
fn a_sail_server_gives_the_same_files() {
    gives_the_same_files(Engine::Sail, PEOPLE);
}

#[test]
#[ignore = "it takes many minutes"]
fn a_cluster_gives_the_same_files_of_400_000_people() {
    gives_the_same_files(Engine::Spark, 400_000);
}
