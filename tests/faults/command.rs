//! Every command that writes. To add one is to add an entry to [`all`].

use std::path::{Path, PathBuf};
use std::process::Command;

use super::people::{EXTRACT, LINKAGE, csv, rows, source};
use super::snapshot::Files;
use super::support::{Project, run, sealink};

/// A name, a number and a remark that stand in the inputs and must never be said.
pub const CANARIES: [&str; 4] = ["QUETZALBRANCA", "OBLIQUEWICK", "9434765919", "unspeakable"];

pub const DATASETS: [&str; 3] = ["a", "b", "c"];

/// People of each dataset: few, so that a run takes some tens of milliseconds.
const PEOPLE: u64 = 150;

/// One command that writes.
#[derive(Clone, Copy)]
pub struct Case {
    pub name: &'static str,
    /// The command, in its place.
    pub command: fn(&Place) -> Command,
    /// The same command on other input, for files of an earlier run; none if it replaces none.
    pub earlier: Option<fn(&Place) -> Command>,
    /// What it publishes, together each time, the file that vouches for the others last.
    pub published: &'static [&'static [&'static str]],
    /// What stands in the folder before it runs: other commands that made it.
    pub before: &'static [fn(&Place) -> Command],
    /// Files that it reads, within the folder of inputs.
    pub inputs: &'static [&'static str],
    /// The exit code of a run without a fault.
    pub code: i32,
    /// How its files are recognised.
    pub form: Form,
    /// Of files that differ from run to run: what their reader makes of them. A file that has no
    /// reader, as it is damaged, stays as it is.
    pub view: Option<fn(&Path, Files) -> Files>,
    /// The exit code of a second run, if that leaves a whole output alone.
    pub done: Option<i32>,
    /// A file of the folder that it removes; what it publishes may stand there only without it.
    pub removes: Option<&'static str>,
    /// An input whose content must not be in the folder, even under a passing name.
    pub hides: Option<&'static str>,
}

/// Where a command finds its inputs, and where it writes.
pub struct Place<'p> {
    pub inputs: &'p Path,
    pub out: PathBuf,
}

/// How a file is recognised as whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// It has the bytes of a run without fault.
    Bytes,
    /// It is random, and a key; a run that finds one leaves it alone.
    Key,
}

/// What an agency's step of the demonstration publishes.
macro_rules! agency_files {
    ($dataset:literal) => {
        [
            concat!("agencies/", $dataset, "/out/", $dataset, ".refs.parquet"),
            concat!("agencies/", $dataset, "/out/", $dataset, ".payload.parquet"),
            concat!("agencies/", $dataset, "/out/", $dataset, ".quality.json"),
            concat!("agencies/", $dataset, "/out/", $dataset, ".quality.html"),
            concat!("agencies/", $dataset, "/out/", $dataset, ".tokens.parquet"),
        ]
    };
}

/// The table of commands.
pub fn all() -> Vec<Case> {
    vec![
        init(),
        key(),
        super::proposal::case(),
        agency_step(),
        in_little_memory(),
        linkage(),
        linkage_in_little_memory(),
        validated(),
        research_extract(),
        made_up(),
        demo(),
    ]
    .into_iter()
    .chain(super::more::all())
    .collect()
}

pub fn init() -> Case {
    Case {
        name: "init",
        command: |at| {
            let mut command = sealink("init");
            command.arg(&at.out).args(["--project", "trial", "--datasets", "gp,school"]);
            command
        },
        earlier: None,
        published: &[&[
            "linkage.toml",
            "extract.toml",
            "gp/source.toml",
            "school/source.toml",
            "README.md",
        ]],
        before: &[],
        inputs: &[],
        code: 0,
        form: Form::Bytes,
        view: None,
        done: None,
        removes: None,
        hides: None,
    }
}

fn key() -> Case {
    Case {
        name: "keygen",
        command: |at| keygen("linker", &at.out.join("linker.key")),
        published: &[&["linker.key"]],
        form: Form::Key,
        done: Some(2),
        ..init()
    }
}

pub fn agency_step() -> Case {
    Case {
        name: "pseudonymise",
        command: |at| pseudonymise(at, "a/agency.key"),
        earlier: Some(|at| pseudonymise(at, "b/agency.key")),
        published: &[&[
            "a.refs.parquet",
            "a.payload.parquet",
            "a.quality.json",
            "a.quality.html",
            "a.tokens.parquet",
        ]],
        inputs: &[
            "a/records.csv",
            "a/more.csv",
            "linkage.toml",
            "a/source.toml",
            "linkage.key",
            "a/agency.key",
        ],
        ..init()
    }
}

/// What does not fit into memory waits on disk.
fn in_little_memory() -> Case {
    Case {
        name: "pseudonymise --memory",
        command: |at| {
            let mut command = pseudonymise(at, "a/agency.key");
            command.args(["--memory", "64KiB"]);
            command
        },
        ..agency_step()
    }
}

pub fn linkage() -> Case {
    Case {
        name: "link",
        command: |at| link(at, &DATASETS),
        earlier: Some(|at| link(at, &DATASETS[..2])),
        published: &[&[
            "linkage.json",
            "linkage.html",
            "model.json",
            "review.parquet",
            "person_map.parquet",
        ]],
        inputs: &["linkage.toml", "a/out/a.tokens.parquet", "c/out/c.tokens.parquet"],
        ..init()
    }
}

/// What does not fit into memory waits on disk, and is read again.
fn linkage_in_little_memory() -> Case {
    Case {
        name: "link --memory",
        command: |at| {
            let mut command = link(at, &DATASETS);
            command.args(["--memory", "64KiB"]);
            command
        },
        ..linkage()
    }
}

fn validated() -> Case {
    Case {
        name: "link --validate",
        command: |at| {
            let mut command = link(at, &DATASETS);
            command.arg("--validate");
            command
        },
        ..linkage()
    }
}

fn research_extract() -> Case {
    Case {
        name: "extract --csv",
        command: |at| extract(at, "linker.key"),
        earlier: Some(|at| extract(at, "other.key")),
        published: &[&[
            "people.parquet",
            "people.csv",
            "a.parquet",
            "a.csv",
            "b.parquet",
            "b.csv",
            "c.parquet",
            "c.csv",
            "README.txt",
            "example.sql",
            "example.py",
            "example.R",
            "report.html",
            "datapackage.json",
        ]],
        inputs: &[
            "extract.toml",
            "linker.key",
            "linked/person_map.parquet",
            "b/out/b.payload.parquet",
        ],
        ..init()
    }
}

fn made_up() -> Case {
    Case {
        name: "synth",
        command: |at| synth(at, "3"),
        earlier: Some(|at| synth(at, "4")),
        published: &[&[
            "linkage.toml",
            "extract.toml",
            "health/records.csv",
            "health/source.toml",
            "education/records.csv",
            "education/source.toml",
            "social_care/records.csv",
            "social_care/source.toml",
            "police/records.csv",
            "police/source.toml",
            "truth_detail.csv",
            "truth.csv",
        ]],
        ..init()
    }
}

/// The demonstration's extract, in the order of publishing.
const DEMO_EXTRACT: [&str; 16] = [
    "research/extract/people.parquet",
    "research/extract/people.csv",
    "research/extract/health.parquet",
    "research/extract/health.csv",
    "research/extract/education.parquet",
    "research/extract/education.csv",
    "research/extract/social_care.parquet",
    "research/extract/social_care.csv",
    "research/extract/police.parquet",
    "research/extract/police.csv",
    "research/extract/README.txt",
    "research/extract/example.sql",
    "research/extract/example.py",
    "research/extract/example.R",
    "research/extract/report.html",
    "research/extract/datapackage.json",
];

/// The demonstration is many commands in a row; its keys are there, as they would be random.
fn demo() -> Case {
    Case {
        name: "demo",
        command: |at| {
            let mut command = sealink("demo");
            command.arg("--out").arg(&at.out);
            command
        },
        earlier: None,
        published: &[
            &[
                "agreed/linkage.toml",
                "agreed/extract.toml",
                "truth.csv",
                "agencies/health/community_health.csv",
                "agencies/health/source.toml",
                "agencies/education/pupil_on_roll.csv",
                "agencies/education/source.toml",
                "agencies/social_care/children_known.csv",
                "agencies/social_care/source.toml",
                "agencies/police/nominals.csv",
                "agencies/police/source.toml",
            ],
            &agency_files!("health"),
            &agency_files!("education"),
            &agency_files!("social_care"),
            &agency_files!("police"),
            &[
                "linker/linkage.json",
                "linker/linkage.html",
                "linker/model.json",
                "linker/review.parquet",
                "linker/person_map.parquet",
            ],
            &DEMO_EXTRACT,
        ],
        before: &[
            |at| keygen("linkage", &at.out.join("custodian/linkage.key")),
            |at| keygen("linker", &at.out.join("linker/linker.key")),
            |at| keygen("agency", &at.out.join("agencies/health/agency.key")),
            |at| keygen("agency", &at.out.join("agencies/education/agency.key")),
            |at| keygen("agency", &at.out.join("agencies/social_care/agency.key")),
            |at| keygen("agency", &at.out.join("agencies/police/agency.key")),
        ],
        ..init()
    }
}

fn keygen(role: &str, path: &Path) -> Command {
    let mut command = sealink("keygen");
    command.args(["--role", role, "--out"]).arg(path);
    command
}

pub fn pseudonymise(at: &Place, agency_key: &str) -> Command {
    let input = |name: &str| at.inputs.join(name);
    let mut command = sealink("pseudonymise");
    command.arg("--spec").arg(input("linkage.toml")).arg("--source").arg(input("a/source.toml"));
    command.arg("--key").arg(input("linkage.key")).arg("--agency-key").arg(input(agency_key));
    command.arg("--out").arg(&at.out).arg(input("a/records.csv")).arg(input("a/more.csv"));
    command
}

fn link(at: &Place, datasets: &[&str]) -> Command {
    let mut command = sealink("link");
    command.arg("--spec").arg(at.inputs.join("linkage.toml")).arg("--out").arg(&at.out);
    command.args(datasets.iter().map(|d| at.inputs.join(format!("{d}/out/{d}.tokens.parquet"))));
    command
}

fn extract(at: &Place, key: &str) -> Command {
    let mut command = sealink("extract");
    command.arg("--spec").arg(at.inputs.join("extract.toml")).arg("--csv");
    command.arg("--map").arg(at.inputs.join("linked/person_map.parquet"));
    command.arg("--key").arg(at.inputs.join(key)).arg("--out").arg(&at.out);
    command.args(DATASETS.map(|d| at.inputs.join(format!("{d}/out/{d}.payload.parquet"))));
    command
}

fn synth(at: &Place, seed: &str) -> Command {
    let mut command = sealink("synth");
    command.args(["--people", "100", "--seed", seed, "--out"]).arg(&at.out);
    command
}

/// A project in which every input of every command stands.
pub fn project() -> Project {
    let project = Project::new(LINKAGE);
    project.put("extract.toml", EXTRACT);
    project.put_key("other.key", "linker", 9);
    let [forename, surname, number, remark] = CANARIES;
    for (place, dataset) in (1..).zip(DATASETS) {
        let mut rows = rows(place, 0..PEOPLE);
        rows.push(format!(
            "{dataset}-canary,{number},{forename},,{surname},,03/04/2012,1,AM1 1AB,,1,\
             01/01/2024,{remark},left out"
        ));
        project.agency(dataset, &source(dataset), csv(&rows)).ends(0);
    }
    project.put("a/more.csv", csv(&self::rows(7, 1000..1050)));
    run(&mut project.link(&DATASETS)).ends(0);
    super::more::post(&project);
    project
}
