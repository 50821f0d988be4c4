//! Opening a delivery: every check in a fixed order, and nothing is parsed before it is known to be
//! what its sender signed.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::NaiveDate;

use super::check::{Check, OpenError, Refusal};
use super::contents::Contents;
use super::manifest::{
    DeliveryManifest, ENCRYPTED, FORMAT, MANIFEST, SIGNATURE, is_plain_name, is_table,
};
use super::parcel::{read_small, sha256};
use super::received::Received;
use super::unpack::{self, Trouble};
use crate::format::FormatError;
use crate::guard::guarded;
use crate::key::identity::Identity;
use crate::key::signing::Signature;
use crate::spec::{Linkage, Sender, Senders};
use crate::token::{PROTOCOL, hex};

/// What a receiver knows before it opens a delivery.
#[derive(Debug)]
pub struct Receiving<'r> {
    /// Whose deliveries it takes.
    pub senders: &'r Senders,
    /// What it decrypts with.
    pub identities: &'r [Identity],
    /// The project.
    pub project: &'r str,
    /// The agreed linkage; a researcher may have none.
    pub linkage: Option<&'r Linkage>,
    /// Whether what is linked is taken alone: tokens and withdrawals.
    pub to_link: bool,
    /// The day on which it is opened.
    pub today: NaiveDate,
}

/// A delivery that passed every check.
#[derive(Debug)]
pub struct Opened {
    /// What it says of itself, which is true now.
    pub manifest: DeliveryManifest,
    /// SHA-256 of the manifest, by which the next delivery knows it.
    pub sha256: String,
    /// Its files, decrypted, in the manifest's order.
    pub files: Vec<PathBuf>,
}

impl Opened {
    /// Those of its files that are Parquet tables.
    pub fn tables(&self) -> impl Iterator<Item = &Path> {
        let files = self.manifest.files.iter().zip(&self.files);
        files.filter(|(file, _)| is_table(&file.name)).map(|(_, path)| path.as_path())
    }
}

/// Verifies a delivery and decrypts it into `into`, a folder that only this program's user reads.
///
/// # Errors
/// If it fails a check; [`Check`] has them in the order in which they are made.
pub fn open(
    delivery: &Path,
    receiving: &Receiving<'_>,
    received: &Received,
    into: &Path,
) -> Result<Opened, OpenError> {
    let letter = Letter::read(delivery)?;
    let (manifest, sha256) =
        believe(&letter, delivery, receiving, received).map_err(|trouble| trouble.of(delivery))?;
    let mut files = Vec::with_capacity(manifest.files.len());
    for file in &manifest.files {
        let path = unpack::unpack(delivery, file, receiving.identities, into)
            .map_err(|trouble| trouble.of(delivery))?;
        files.push(path);
    }
    for (file, path) in manifest.files.iter().zip(&files) {
        unpack::look_at(&manifest, file, path, receiving.linkage)
            .map_err(|trouble| trouble.of(delivery))?;
    }
    Ok(Opened { manifest, sha256, files })
}

/// The checks that need the manifest and the folder's list of files alone.
fn believe(
    letter: &Letter,
    delivery: &Path,
    receiving: &Receiving<'_>,
    received: &Received,
) -> Result<(DeliveryManifest, String), Trouble> {
    let (sender, manifest, sha256) = check_signature(letter, receiving.senders)?;
    check_project(sender, &manifest, receiving)?;
    received.check_apart(&manifest)?;
    received.check_canary(&manifest)?;
    received.check_sequence(&manifest, &sha256)?;
    if receiving.today > manifest.expires {
        Check::Expiry.refuse(format!(
            "it expired on {}; ask its sender to seal it anew",
            manifest.expires
        ))?;
    }
    check_files(delivery, &manifest)?;
    Ok((manifest, sha256))
}

/// The manifest and its signature, if they are there.
struct Letter {
    manifest: Option<Vec<u8>>,
    signature: Option<Vec<u8>>,
}

impl Letter {
    fn read(delivery: &Path) -> Result<Self, FormatError> {
        Ok(Self {
            manifest: read_letter(&delivery.join(MANIFEST))?,
            signature: read_letter(&delivery.join(SIGNATURE))?,
        })
    }
}

/// A file that the system does not let be read is no fault of the sender's; one that is not there,
/// or is no small file, is.
fn read_letter(path: &Path) -> Result<Option<Vec<u8>>, FormatError> {
    use io::ErrorKind::{IsADirectory, NotADirectory, NotFound};
    match read_small(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.raw_os_error().is_none() => Ok(None),
        Err(error) if matches!(error.kind(), NotFound | NotADirectory | IsADirectory) => Ok(None),
        Err(error) => Err(unpack::unreadable(path, &error)),
    }
}

fn check_signature<'s>(
    letter: &Letter,
    senders: &'s Senders,
) -> Result<(&'s Sender, DeliveryManifest, String), Refusal> {
    let refuse = |what: &str| Check::Signature.refuse(what);
    let Some(bytes) = &letter.manifest else {
        return refuse("manifest.json is missing or is none");
    };
    let text = letter.signature.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok());
    let Some(signature) = text.and_then(Signature::parse) else {
        return refuse("manifest.json.minisig is missing or is no signature");
    };
    let Some(sender) = senders.by_key(signature.signer()) else {
        return refuse("nobody in the list of senders has the key that signed it");
    };
    if !sender.public_key.verifies(bytes, &signature) {
        return refuse("the manifest was altered after it was signed");
    }
    let Some(manifest) = DeliveryManifest::parse(bytes).filter(|m| m.format == FORMAT) else {
        return refuse("the manifest is of another version of sealink");
    };
    if manifest.agency != sender.agency || signature.comment() != Some(manifest.comment()) {
        return refuse("the agency that it names is not the one that signed it");
    }
    Ok((sender, manifest, sha256(bytes)))
}

fn check_project(
    sender: &Sender,
    manifest: &DeliveryManifest,
    receiving: &Receiving<'_>,
) -> Result<(), Refusal> {
    let same = |what: &str, found: &str, wanted: &str| {
        if found == wanted {
            return Ok(());
        }
        Check::Project.refuse(format!("its {what} is {found}, here it is {wanted}"))
    };
    same("protocol", &manifest.protocol, PROTOCOL)?;
    same("project", &manifest.project, receiving.project)?;
    if receiving.to_link && !manifest.contents.is_for_linking() {
        return Check::Project.refuse(format!(
            "it holds {}, which is not for who links; tell its sender",
            manifest.contents.name()
        ));
    }
    if let Some(linkage) = receiving.linkage {
        same("spec fingerprint", &manifest.spec, &hex(&linkage.fingerprint()))?;
    }
    let may = match &manifest.dataset {
        Some(dataset) => sender.datasets.contains(dataset),
        None => sender.linked && manifest.contents.is_linked(),
    };
    if may {
        return Ok(());
    }
    Check::Project.refuse(format!(
        "the list of senders does not let {} deliver {} of {}",
        sender.agency,
        manifest.contents.name(),
        manifest.dataset.as_deref().unwrap_or("the linkage")
    ))
}

fn check_files(delivery: &Path, manifest: &DeliveryManifest) -> Result<(), Trouble> {
    let refuse = |what: String| Ok(Check::Files.refuse(what)?);
    let tables = manifest.files.iter().filter(|file| is_table(&file.name)).count();
    if tables == 0 || (tables > 1 && manifest.contents != Contents::Extract) {
        return refuse(format!("it holds {tables} tables"));
    }
    let mut expected: BTreeSet<String> = [MANIFEST, SIGNATURE].map(str::to_owned).into();
    // Some file systems take `A` and `a` for one name.
    let mut names = BTreeSet::new();
    for file in &manifest.files {
        let fits = manifest.contents.takes(manifest.dataset.as_deref(), &file.name);
        if !is_plain_name(&file.name) || !fits || file.rows.is_some() != is_table(&file.name) {
            return refuse("it names a file that such a delivery may not hold".to_owned());
        }
        if file.plain.bytes >= file.sealed.bytes {
            return refuse(format!("{}: the sizes that it gives cannot be", file.name));
        }
        let sealed = format!("{}{ENCRYPTED}", file.name);
        let path = delivery.join(&sealed);
        let found = match path.symlink_metadata() {
            Ok(found) if found.is_file() => found,
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(unpack::unreadable(&path, &error).into());
            }
            _ => return refuse(format!("{sealed} is missing")),
        };
        if found.len() != file.sealed.bytes {
            let (found, said) = (found.len(), file.sealed.bytes);
            return refuse(format!("{sealed} has {found} bytes, the manifest says {said}"));
        }
        if !expected.insert(sealed) || !names.insert(file.name.to_ascii_lowercase()) {
            return refuse(format!("it names {} twice", file.name));
        }
    }
    match strangers(delivery, &expected) {
        Ok(0) => Ok(()),
        Ok(found) => refuse(format!("{found} files in its folder are not in the manifest")),
        Err(error) => Err(unpack::unreadable(delivery, &error).into()),
    }
}

/// How many files of the folder are not among those expected.
fn strangers(delivery: &Path, expected: &BTreeSet<String>) -> io::Result<usize> {
    let count = || {
        fs::read_dir(delivery)?.try_fold(0, |found, entry| {
            let name = entry?.file_name();
            Ok(found + usize::from(!expected.contains(&*name.to_string_lossy())))
        })
    };
    // The standard library panics where a folder cannot be closed.
    guarded(count).unwrap_or_else(|| Err(io::Error::other("the folder cannot be closed")))
}
