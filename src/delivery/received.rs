//! `received.json`: what a receiver has opened so far, so that an old delivery played again, or one
//! that went missing, is noticed.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::check::{Check, Refusal};
use super::contents::Contents;
use super::manifest::DeliveryManifest;
use super::parcel::read_small;
use crate::format::write::{NewFile, whole};
use crate::format::{FormatError, Problem, checksum};
use crate::reason::reason;

const FORMAT: &str = "received/1";

/// What a receiver has opened so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    path: PathBuf,
    ledger: Ledger,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Ledger {
    format: String,
    checksum: String,
    /// By project.
    projects: BTreeMap<String, Project>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Project {
    /// The key check value and canary digest of the tokens under each spec, by its fingerprint.
    tokens: BTreeMap<String, [String; 2]>,
    /// The last delivery, by agency, dataset and contents.
    last: BTreeMap<String, Last>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Last {
    contents: Contents,
    sequence: u64,
    manifest: String,
}

impl Received {
    /// Reads the ledger; where there is none, nothing has been received.
    ///
    /// # Errors
    /// If it cannot be read or was altered.
    pub fn read(path: &Path) -> Result<Self, FormatError> {
        let failed = |problem| FormatError { path: path.to_owned(), problem };
        if path.symlink_metadata().is_err() {
            return Ok(Self { path: path.to_owned(), ledger: Ledger::empty() });
        }
        let bytes = read_small(path).map_err(|e| failed(Problem::Read(reason(&e))))?;
        if !checksum::is_whole(&bytes) {
            return Err(failed(Problem::Altered));
        }
        let ledger: Option<Ledger> = serde_json::from_slice(&bytes).ok();
        let ledger = ledger.filter(|ledger| ledger.format == FORMAT);
        let ledger = ledger.ok_or_else(|| failed(Problem::NotALedger))?;
        Ok(Self { path: path.to_owned(), ledger })
    }

    /// Whether nobody here may read what this delivery's reader must not see: tokens on one side,
    /// payload and extracts on the other.
    pub(super) fn check_apart(&self, manifest: &DeliveryManifest) -> Result<(), Refusal> {
        let mut received = self.project(manifest).into_iter().flat_map(|p| p.last.values());
        match received.find(|last| last.contents.is_kept_from(manifest.contents)) {
            Some(other) => Check::Project.refuse(format!(
                "it holds {}, and {} of this project was received here: who has one must not \
                 have the other; tell its sender",
                manifest.contents.name(),
                other.contents.name()
            )),
            None => Ok(()),
        }
    }

    /// Whether a delivery's tokens are of the key that the project's others are of.
    pub(super) fn check_canary(&self, manifest: &DeliveryManifest) -> Result<(), Refusal> {
        let (Some(key), Some(canary)) = (&manifest.key, &manifest.canary) else { return Ok(()) };
        let known = self.project(manifest).and_then(|p| p.tokens.get(&manifest.spec));
        match known {
            Some([known_key, _]) if known_key != key => Check::Canary.refuse(format!(
                "its key check value is {key}, that of earlier deliveries {known_key}; the agency \
                 used another linkage key"
            )),
            Some([_, known_canary]) if known_canary != canary => Check::Canary.refuse(format!(
                "its canary digest is {canary}, that of earlier deliveries {known_canary}; the \
                 agency's program normalises otherwise"
            )),
            _ => Ok(()),
        }
    }

    /// Whether a delivery follows on the last one, or is it.
    pub(super) fn check_sequence(
        &self,
        manifest: &DeliveryManifest,
        sha256: &str,
    ) -> Result<(), Refusal> {
        let number = manifest.sequence;
        let Some(last) = self.project(manifest).and_then(|p| p.last.get(&series(manifest))) else {
            return match (number, &manifest.previous) {
                (1, None) | (2.., Some(_)) => Ok(()),
                _ => Check::Sequence.refuse("its number and its predecessor do not go together"),
            };
        };
        if number == last.sequence && sha256 == last.manifest {
            return Ok(());
        }
        if number <= last.sequence {
            return Check::Sequence.refuse(format!(
                "it is number {number}, and number {} has been opened; an old delivery played \
                 again, or one that was sealed without --previous",
                last.sequence
            ));
        }
        if number > last.sequence + 1 {
            return Check::Sequence.refuse(format!(
                "it is number {number}, but only number {} has been opened; open those between \
                 first",
                last.sequence
            ));
        }
        if manifest.previous.as_deref() == Some(&last.manifest) {
            return Ok(());
        }
        Check::Sequence.refuse(format!(
            "it follows on another number {} than the one that was opened here",
            last.sequence
        ))
    }

    /// Takes note of a delivery.
    pub fn note(&mut self, manifest: &DeliveryManifest, sha256: &str) {
        let project = self.ledger.projects.entry(manifest.project.clone()).or_default();
        if let (Some(key), Some(canary)) = (&manifest.key, &manifest.canary) {
            project.tokens.insert(manifest.spec.clone(), [key.clone(), canary.clone()]);
        }
        let (contents, sequence) = (manifest.contents, manifest.sequence);
        let last = Last { contents, sequence, manifest: sha256.to_owned() };
        project.last.insert(series(manifest), last);
    }

    /// Writes the ledger; it still waits to be published.
    ///
    /// # Errors
    /// If it cannot be written.
    ///
    /// # Panics
    /// Never: a ledger is plain text and numbers.
    pub fn write(&self) -> Result<NewFile, FormatError> {
        let ledger = Ledger { checksum: checksum::placeholder(), ..self.ledger.clone() };
        let json = serde_json::to_vec_pretty(&ledger).expect("a ledger is plain text and numbers");
        whole(&self.path, &checksum::stamped(&json))
    }

    fn project(&self, manifest: &DeliveryManifest) -> Option<&Project> {
        self.ledger.projects.get(&manifest.project)
    }
}

impl Ledger {
    fn empty() -> Self {
        Self {
            format: FORMAT.to_owned(),
            checksum: checksum::placeholder(),
            projects: BTreeMap::new(),
        }
    }
}

/// What numbers its deliveries by itself. No dataset and no contents has a blank in its name, so no
/// two are written alike.
fn series(manifest: &DeliveryManifest) -> String {
    let dataset = manifest.dataset.as_deref().unwrap_or("-");
    format!("{} / {dataset} / {}", manifest.agency, manifest.contents.name())
}
