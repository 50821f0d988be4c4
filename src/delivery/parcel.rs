//! A delivery under way: files go in encrypted, then the manifest and its signature close it.

use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};

use super::contents::Contents;
use super::manifest::{
    DeliveredFile, DeliveryManifest, ENCRYPTED, FORMAT, MANIFEST, SIGNATURE, is_plain_name,
};
use crate::format::write::{NewFile, NewFolder};
use crate::format::{FormatError, Problem, SOFTWARE};
use crate::key::KeyProblem;
use crate::key::identity::Recipient;
use crate::key::signing::SigningKey;
use crate::reason::reason;
use crate::token::{PROTOCOL, hex};

/// No manifest is larger; an extract has a few files a dataset.
const LARGEST_MANIFEST: u64 = 1 << 20;

/// By whom, for whom and until when something is sealed.
#[derive(Debug)]
pub struct Sealing<'s> {
    /// Who will be able to open it.
    pub recipients: &'s [Recipient],
    /// The sender's key.
    pub signing_key: &'s SigningKey,
    /// The sender's name, as the receivers' `senders.toml` has it.
    pub agency: &'s str,
    /// The last day on which it may be opened.
    pub expires: NaiveDate,
    /// The delivery before, if this is not the first of its dataset and contents.
    pub previous: Option<&'s Previous>,
}

/// Why a delivery was not made.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// A file cannot be read or written.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// The signature cannot be made.
    #[error("{0}")]
    Key(KeyProblem),
    /// A file's name would not do at the receiver's.
    #[error(
        "{0}: its name may hold letters, digits, dot, dash and underscore only, and opens with a letter or digit"
    )]
    Name(PathBuf),
    /// A file may not travel, or not with the others.
    #[error("{}: {what}", path.display())]
    Unfit {
        /// The file.
        path: PathBuf,
        /// Why not.
        what: String,
    },
    /// A delivery of this number is there.
    #[error("{} exists; to seal the next one, give your last delivery with --previous", .0.display())]
    Exists(PathBuf),
    /// The delivery before is none, or of something else.
    #[error("{}: {what}", path.display())]
    Previous {
        /// Where it was looked for.
        path: PathBuf,
        /// What is wrong.
        what: &'static str,
    },
}

/// The delivery before.
#[derive(Debug)]
pub struct Previous {
    path: PathBuf,
    manifest: DeliveryManifest,
    sha256: String,
}

impl Previous {
    /// Reads the manifest of a delivery, given by its folder or itself.
    ///
    /// # Errors
    /// If there is none.
    pub fn read(path: &Path) -> Result<Self, SealError> {
        let wrong = |what| SealError::Previous { path: path.to_owned(), what };
        let file = if path.is_dir() { path.join(MANIFEST) } else { path.to_owned() };
        let bytes = read_small(&file).map_err(|_| wrong("holds no manifest that can be read"))?;
        let manifest =
            DeliveryManifest::parse(&bytes).ok_or_else(|| wrong("is no delivery's manifest"))?;
        Ok(Self { path: path.to_owned(), manifest, sha256: sha256(&bytes) })
    }

    /// What it says of itself; nobody has verified it.
    #[must_use]
    pub const fn manifest(&self) -> &DeliveryManifest {
        &self.manifest
    }
}

/// What a delivery is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What it holds.
    pub contents: Contents,
    /// The project.
    pub project: String,
    /// The spec's fingerprint.
    pub spec: String,
    /// The dataset, if it is of one.
    pub dataset: Option<String>,
    /// The linkage key's check value, of a token table.
    pub key: Option<String>,
    /// The canary digest of a token table.
    pub canary: Option<String>,
}

/// A delivery under way.
pub struct Parcel<'s> {
    sealing: &'s Sealing<'s>,
    folder: NewFolder,
    manifest: DeliveryManifest,
}

impl<'s> Parcel<'s> {
    /// Begins a delivery in a folder of its own within `out`.
    ///
    /// # Errors
    /// If the delivery before is of something else, or there is a folder of its name already.
    pub fn begin(sealing: &'s Sealing<'s>, out: &Path, about: About) -> Result<Self, SealError> {
        let previous = sealing.previous;
        let sequence = previous.map_or(Some(1), |p| p.manifest.sequence.checked_add(1));
        let sequence = sequence.ok_or_else(|| SealError::Previous {
            path: previous.map(|previous| previous.path.clone()).unwrap_or_default(),
            what: "has the last number that there is",
        })?;
        let manifest = DeliveryManifest {
            agency: sealing.agency.to_owned(),
            canary: about.canary,
            contents: about.contents,
            dataset: about.dataset,
            expires: sealing.expires,
            files: Vec::new(),
            format: FORMAT.to_owned(),
            key: about.key,
            previous: previous.map(|previous| previous.sha256.clone()),
            project: about.project,
            protocol: PROTOCOL.to_owned(),
            sequence,
            software: SOFTWARE.to_owned(),
            spec: about.spec,
        };
        if let Some(previous) = previous {
            previous.refuse_another(&manifest)?;
        }
        let path = out.join(manifest.folder_name());
        if path.symlink_metadata().is_ok() {
            return Err(SealError::Exists(path));
        }
        let folder = NewFolder::create(&path)?;
        Ok(Self { sealing, folder, manifest })
    }

    /// Begins a file of the delivery.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn file(&self, name: &str) -> Result<NewFile, SealError> {
        if !is_plain_name(name) {
            return Err(SealError::Name(PathBuf::from(name)));
        }
        Ok(self.folder.encrypted(&format!("{name}{ENCRYPTED}"), self.sealing.recipients)?)
    }

    /// Takes a file that has been written: what the manifest says of it.
    ///
    /// # Errors
    /// If it cannot be brought to disk.
    pub fn take(
        &mut self,
        name: &str,
        file: NewFile,
        rows: Option<u64>,
    ) -> Result<&DeliveredFile, SealError> {
        let [plain, sealed] = self.folder.take(file)?;
        let file = DeliveredFile { name: name.to_owned(), plain, rows, sealed };
        Ok(self.manifest.files.push_mut(file))
    }

    /// Puts in a small file that is no table.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn put(&mut self, name: &str, bytes: &[u8]) -> Result<(), SealError> {
        let mut file = self.file(name)?;
        file.write_all(bytes).map_err(|error| FormatError {
            path: file.path().to_owned(),
            problem: Problem::Write(reason(&error)),
        })?;
        self.take(name, file, None).map(|_| ())
    }

    /// Writes the manifest and its signature: the folder, which still waits to be published.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn close(mut self) -> Result<(NewFolder, DeliveryManifest), SealError> {
        self.manifest.files.sort_by(|a, b| a.name.cmp(&b.name));
        let bytes = self.manifest.bytes();
        let signature = self.sealing.signing_key.sign(&bytes, &self.manifest.comment());
        self.folder.put(MANIFEST, &bytes)?;
        self.folder.put(SIGNATURE, signature.map_err(SealError::Key)?.as_bytes())?;
        Ok((self.folder, self.manifest))
    }
}

impl Previous {
    fn refuse_another(&self, next: &DeliveryManifest) -> Result<(), SealError> {
        let before = &self.manifest;
        let same = before.project == next.project
            && before.agency == next.agency
            && before.dataset == next.dataset
            && before.contents == next.contents;
        if same {
            return Ok(());
        }
        let what = "is a delivery of another project, agency, dataset or kind of contents";
        Err(SealError::Previous { path: self.path.clone(), what })
    }
}

/// SHA-256 in hexadecimal digits.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The bytes of a small file.
pub(super) fn read_small(path: &Path) -> io::Result<Vec<u8>> {
    // A pipe would be waited for.
    if !path.metadata()?.is_file() {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(LARGEST_MANIFEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST_MANIFEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(bytes)
}
