//! One file of a delivery: hashed, decrypted whole, hashed again, and only then looked into.

use std::fs::File;
use std::io::{self, Read, Seek as _, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::check::{Check, OpenError, Refusal};
use super::contents::Contents;
use super::manifest::{DeliveredFile, DeliveryManifest, ENCRYPTED, is_table};
use crate::format::write::{Digested, NewFile};
use crate::format::{FormatError, Manifest, Problem, Table, token_table};
use crate::key::identity::Identity;
use crate::reason::reason;
use crate::spec::Linkage;
use crate::token::hex;

const READ_BYTES: usize = 1 << 18;

const MAGIC: &[u8; 4] = b"PAR1";

/// The magic at both ends, and the length of a footer.
const LEAST_PARQUET: u64 = 12;

/// What went wrong with one file.
pub(super) enum Trouble {
    Refused(Refusal),
    Format(FormatError),
}

impl Trouble {
    /// As an error of the whole delivery.
    pub fn of(self, delivery: &Path) -> OpenError {
        match self {
            Self::Refused(refusal) => OpenError::Refused { delivery: delivery.to_owned(), refusal },
            Self::Format(error) => OpenError::Format(error),
        }
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<FormatError> for Trouble {
    fn from(error: FormatError) -> Self {
        Self::Format(error)
    }
}

/// Decrypts a file into the folder `into`, if its encrypted and its clear bytes are the signed ones.
pub(super) fn unpack(
    delivery: &Path,
    file: &DeliveredFile,
    identities: &[Identity],
    into: &Path,
) -> Result<PathBuf, Trouble> {
    let sealed = delivery.join(format!("{}{ENCRYPTED}", file.name));
    let blame = |error: io::Error| unreadable(&sealed, &error);
    // What is decrypted is what was hashed, whatever gets the file's name meanwhile.
    let mut reader = File::open(&sealed).map_err(blame)?;
    // Of what is longer than it should be, no more is read than shows that.
    let sealed_bytes = (&reader).take(file.sealed.bytes.saturating_add(1));
    if Digested::of(sealed_bytes).map_err(blame)? != file.sealed {
        Check::SealedHash.refuse(format!("{} differs from what was signed", file.name))?;
    }
    let path = into.join(&file.name);
    reader.rewind().map_err(blame)?;
    let found = decrypt((&sealed, reader), identities, &path, file)?;
    if found != file.plain {
        Check::PlainHash.refuse(format!("{} decrypts to something else", file.name))?;
    }
    Ok(path)
}

/// A file that the system does not let be read; its sender is not to blame.
pub(super) fn unreadable(path: &Path, error: &io::Error) -> FormatError {
    FormatError { path: path.to_owned(), problem: Problem::Read(reason(error)) }
}

fn decrypt(
    (sealed, reader): (&Path, File),
    identities: &[Identity],
    path: &Path,
    file: &DeliveredFile,
) -> Result<Digested, Trouble> {
    let refuse = |what: &str| {
        let what = format!("{}: {what}", file.name);
        Trouble::from(Refusal { check: Check::Decryption, what })
    };
    let reader = io::BufReader::with_capacity(READ_BYTES, reader);
    let decryptor = age::Decryptor::new_buffered(reader).map_err(|error| match error {
        age::DecryptError::Io(error) if error.raw_os_error().is_some() => {
            unreadable(sealed, &error).into()
        }
        _ => refuse("is not encrypted as a delivery is"),
    })?;
    let mut clear = decryptor
        .decrypt(identities.iter().map(Identity::as_age))
        .map_err(|_| refuse("was encrypted to somebody else"))?;
    let mut out = NewFile::create(path)?;
    let (mut hasher, mut bytes) = (Sha256::new(), 0);
    let mut buffer = vec![0; READ_BYTES];
    loop {
        let read = clear.read(&mut buffer).map_err(|error| match error.raw_os_error() {
            Some(_) => unreadable(sealed, &error).into(),
            None => refuse("is damaged or cut"),
        })?;
        if read == 0 {
            break;
        }
        bytes += read as u64;
        if bytes > file.plain.bytes {
            Check::PlainHash.refuse(format!("{} is longer than the manifest says", file.name))?;
        }
        hasher.update(&buffer[..read]);
        out.write_all(&buffer[..read]).map_err(|error| FormatError {
            path: path.to_owned(),
            problem: Problem::Write(reason(&error)),
        })?;
    }
    out.publish()?;
    Ok(Digested { bytes, sha256: hex(&hasher.finalize()) })
}

/// Looks into a decrypted table: its magic, its kind and columns, its rows.
pub(super) fn look_at(
    delivery: &DeliveryManifest,
    file: &DeliveredFile,
    path: &Path,
    linkage: Option<&Linkage>,
) -> Result<(), Trouble> {
    if !is_table(&file.name) {
        return Ok(());
    }
    if !has_magic(path).map_err(|error| unreadable(path, &error))? {
        Check::Magic.refuse(format!("{} is no Parquet file in the clear", file.name))?;
    }
    let misfit =
        |what: &str| Refusal { check: Check::Schema, what: format!("{}: {what}", file.name) };
    let table = Table::open_any(path).map_err(|error| match error.problem {
        Problem::Read(_) => Trouble::Format(error),
        problem => misfit(&problem.to_string()).into(),
    })?;
    if !belongs(delivery, &table.manifest) {
        return Err(misfit("is of another kind, project, spec, dataset or key").into());
    }
    if let (Contents::Tokens, Some(linkage)) = (delivery.contents, linkage) {
        let recipes = linkage.recipes.iter().map(|recipe| recipe.id.as_str());
        token_table::check_columns(&table, recipes)
            .map_err(|error| misfit(&error.problem.to_string()))?;
    }
    if Some(table.manifest.rows) != file.rows {
        Check::Rows.refuse(format!("{} has {} rows", file.name, table.manifest.rows))?;
    }
    Ok(())
}

fn has_magic(path: &Path) -> io::Result<bool> {
    use std::io::SeekFrom;
    let (mut start, mut end) = ([0; 4], [0; 4]);
    let mut file = File::open(path)?;
    if file.metadata()?.len() < LEAST_PARQUET {
        return Ok(false);
    }
    file.read_exact(&mut start)?;
    file.seek(SeekFrom::End(-4))?;
    file.read_exact(&mut end)?;
    Ok(start == *MAGIC && end == *MAGIC)
}

fn belongs(delivery: &DeliveryManifest, table: &Manifest) -> bool {
    let tokens = delivery.contents == Contents::Tokens;
    Contents::of(&table.format) == Some(delivery.contents)
        && table.project == delivery.project
        && table.spec == delivery.spec
        && table.protocol == delivery.protocol
        && (delivery.contents.is_linked() || table.dataset == delivery.dataset)
        && (!tokens || (table.key == delivery.key && table.canary == delivery.canary))
}
