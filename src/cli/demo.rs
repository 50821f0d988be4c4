//! `sealink demo`: the whole pipeline on the sample data inside the program.

mod story;

use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;

use super::failure::{Done, Failure};
use super::files;
use super::say::Say;
use crate::agency::{self, Input, Pseudonymise, Pseudonymised};
use crate::count::{Earlier, Policy};
use crate::evaluate::{Evaluate, Evaluation};
use crate::format::{Table, TableKind, write};
use crate::key::{self, AgencyKey, KeyUse, LinkageKey, LinkerKey, NewKey, Opening, Role};
use crate::linker::{self, Link, Linked};
use crate::research::{self, Extracted, MakeExtract};
use crate::spec::{Extract, Linkage};
use story::Told;

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  sealink demo --out look-around

Makes a folder for each role with what that role holds and sees: four agencies with about a
thousand invented children, the linker, and the researcher. Keys that are there are kept; all
else is made anew.")]
pub struct DemoArguments {
    /// The folder to make.
    #[arg(long, value_name = "DIR", default_value = "sealink-demo")]
    out: PathBuf,
}

/// One shipped agency.
struct Sample {
    dataset: &'static str,
    file: &'static str,
    records: &'static [u8],
    source: &'static str,
}

macro_rules! sample {
    ($dataset:literal, $file:literal) => {
        Sample {
            dataset: $dataset,
            file: $file,
            records: include_bytes!(concat!("../../sample-data/", $dataset, "/", $file)),
            source: include_str!(concat!("../../sample-data/", $dataset, "/source.toml")),
        }
    };
}

const SAMPLES: [Sample; 4] = [
    sample!("health", "community_health.csv"),
    sample!("education", "pupil_on_roll.csv"),
    sample!("social_care", "children_known.csv"),
    sample!("police", "nominals.csv"),
];
const LINKAGE: &str = include_str!("../../sample-data/linkage.toml");
const EXTRACT: &str = include_str!("../../sample-data/extract.toml");
const TRUTH: &[u8] = include_bytes!("../../sample-data/truth.csv");

/// Where each role's files are.
struct Folders {
    root: PathBuf,
}

impl Folders {
    fn shared(&self, file: &str) -> PathBuf {
        self.root.join("agreed").join(file)
    }
    fn custodian(&self) -> PathBuf {
        self.root.join("custodian/linkage.key")
    }
    fn agency(&self, dataset: &str) -> PathBuf {
        self.root.join("agencies").join(dataset)
    }
    fn table(&self, dataset: &str, ending: &str) -> PathBuf {
        self.agency(dataset).join("out").join(format!("{dataset}.{ending}.parquet"))
    }
    fn linker(&self, file: &str) -> PathBuf {
        self.root.join("linker").join(file)
    }
    fn research(&self) -> PathBuf {
        self.root.join("research/extract")
    }
}

pub fn run(arguments: &DemoArguments, say: &Say) -> Result<Done, Failure> {
    let folders = Folders { root: arguments.out.clone() };
    lay_out(&folders)?;
    let linkage = files::linkage(&folders.shared("linkage.toml"))?;
    let mut agencies = Vec::new();
    for sample in &SAMPLES {
        agencies.push((sample.dataset, agency(&folders, sample, &linkage, say)?));
    }
    let linked = linker(&folders, &linkage, say)?;
    let extracted = researcher(&folders, say)?;
    let evaluation = truth(&folders)?;
    let text = story::text(&Told {
        root: &folders.root,
        agencies: &agencies,
        linked: &linked.summary,
        extracted: &extracted,
        evaluation: &evaluation,
    });
    say.summary(&text, &json!({
        "folder": folders.root.display().to_string(),
        "agencies": agencies.iter().map(|(name, done)| (*name, &done.tally)).collect::<Vec<_>>(),
        "linkage": linked.summary,
        "people_in_extract": extracted.people,
        "evaluation": evaluation,
    }));
    Ok(Done::Whole)
}

/// Writes the agreed files, the sample data and the keys; keys that are there are kept.
fn lay_out(folders: &Folders) -> Result<(), Failure> {
    let mut written = vec![
        write::whole(&folders.shared("linkage.toml"), LINKAGE.as_bytes())?,
        write::whole(&folders.shared("extract.toml"), EXTRACT.as_bytes())?,
        write::whole(&folders.root.join("truth.csv"), TRUTH)?,
    ];
    for sample in &SAMPLES {
        let folder = folders.agency(sample.dataset);
        written.push(write::whole(&folder.join(sample.file), sample.records)?);
        written.push(write::whole(&folder.join("source.toml"), sample.source.as_bytes())?);
        make_key(&folder.join("agency.key"), Role::Agency)?;
    }
    write::publish_all(written)?;
    make_key(&folders.custodian(), Role::Linkage)?;
    make_key(&folders.linker("linker.key"), Role::Linker)
}

fn make_key(path: &Path, role: Role) -> Result<(), Failure> {
    if path.exists() {
        return Ok(());
    }
    let (text, _) = key::generate(&NewKey { role, project: None, expires: None })?;
    Ok(write::whole(path, text.as_bytes())?.publish_new()?)
}

/// The demo's keys are of any project and do not expire.
fn key_use() -> KeyUse<'static> {
    KeyUse { project: None, today: super::today() }
}

fn agency(
    folders: &Folders,
    sample: &Sample,
    linkage: &Linkage,
    say: &Say,
) -> Result<Pseudonymised, Failure> {
    let folder = folders.agency(sample.dataset);
    let source = files::source(&folder.join("source.toml"), linkage)?;
    let linkage_key = LinkageKey::read(&folders.custodian(), &Opening::plain(), &key_use())?;
    let path = folder.join("agency.key");
    let agency_key = AgencyKey::read(&path, &Opening::plain(), &key_use())?;
    let job = Pseudonymise {
        linkage,
        source: &source,
        linkage_key: &linkage_key,
        agency_key: &agency_key,
        inputs: &[Input::Path(folder.join(sample.file))],
        out: folder.join("out"),
        seal: None,
        memory: super::memory::usual(),
        release: None,
    };
    Ok(agency::pseudonymise(&job, &say.progress())?)
}

fn each(folders: &Folders, ending: &str) -> Vec<PathBuf> {
    SAMPLES.iter().map(|sample| folders.table(sample.dataset, ending)).collect()
}

fn linker(folders: &Folders, linkage: &Linkage, say: &Say) -> Result<Linked, Failure> {
    let job = Link {
        linkage,
        tables: &each(folders, "tokens"),
        out: folders.linker(""),
        expect_no_overlap: false,
        model: None,
        sealed: &[],
        validate: true,
        memory: super::memory::usual(),
        release: None,
    };
    Ok(linker::link(&job, &say.progress())?)
}

fn researcher(folders: &Folders, say: &Say) -> Result<Extracted, Failure> {
    let path = folders.shared("extract.toml");
    let extract = Extract::parse(&path.display().to_string(), &files::text(&path)?)?;
    let path = folders.linker("linker.key");
    let linker_key = LinkerKey::read(&path, &Opening::plain(), &key_use())?;
    let map = Table::open(&folders.linker("person_map.parquet"), TableKind::PersonMap)?;
    let job = MakeExtract {
        extract: &extract,
        map: &map,
        linker_key: &linker_key,
        payloads: &each(folders, "payload"),
        out: folders.research(),
        csv: true,
        policy: Policy::new(extract.report.disclosure, Earlier::default()),
    };
    Ok(research::extract(&job, &say.progress())?)
}

fn truth(folders: &Folders) -> Result<Evaluation, Failure> {
    Ok(crate::evaluate::evaluate(&Evaluate {
        map: folders.linker("person_map.parquet"),
        truth: folders.root.join("truth.csv"),
        refs: each(folders, "refs"),
        ignore_extra: false,
    })?)
}
