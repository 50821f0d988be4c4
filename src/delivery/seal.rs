//! Sealing files that lie on the disk already.

use std::fs::File;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

use super::contents::Contents;
use super::manifest::{DeliveryManifest, is_table};
use super::parcel::{About, Parcel, SealError, Sealing, read_small};
use super::unpack::unreadable;
use crate::format::write::{Digested, NewFile};
use crate::format::{FormatError, Manifest, Problem, Table, TableKind};
use crate::observe::Observer;
use crate::reason::reason;
use crate::spec::is_name;

/// What is to be sealed.
#[derive(Debug)]
pub struct Seal<'j> {
    /// By whom, for whom and until when.
    pub sealing: &'j Sealing<'j>,
    /// One token table with its counts, one payload, or the tables of one extract.
    pub files: &'j [PathBuf],
    /// The folder in which the delivery gets a folder of its own.
    pub out: PathBuf,
}

/// A delivery that was made.
#[derive(Debug)]
pub struct SealedDelivery {
    /// Its folder.
    pub folder: PathBuf,
    /// What it says of itself.
    pub manifest: DeliveryManifest,
}

/// Encrypts files that belong together to their recipients and signs them as one delivery.
///
/// # Errors
/// If a file is damaged, may not travel, does not belong with the others, or the delivery cannot
/// be written. Then there is none.
pub fn seal(job: &Seal<'_>, observer: &dyn Observer) -> Result<SealedDelivery, SealError> {
    let files = job.files.iter().map(|path| look_at(path)).collect::<Result<Vec<_>, _>>()?;
    let about = about(&files)?;
    observer.stage("seal", Some(files.iter().map(|file| file.bytes.bytes).sum()));
    let mut parcel = Parcel::begin(job.sealing, &job.out, about)?;
    for file in &files {
        let mut sealed = parcel.file(&file.name)?;
        copy(file, &mut sealed, observer)?;
        let rows = file.table.as_ref().map(|manifest| manifest.rows);
        // What was looked at is what travels, whoever writes to the file meanwhile.
        if parcel.take(&file.name, sealed, rows)?.plain != file.bytes {
            return Err(unfit(file.path, "changed while it was sealed"));
        }
    }
    let (folder, manifest) = parcel.close()?;
    let path = folder.path().to_owned();
    folder.publish()?;
    Ok(SealedDelivery { folder: path, manifest })
}

/// A file to be sealed, and its manifest if it is a table.
struct Sealable<'f> {
    path: &'f Path,
    name: String,
    /// What it held before anything else was read of it.
    bytes: Digested,
    table: Option<Manifest>,
}

fn look_at(path: &Path) -> Result<Sealable<'_>, SealError> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| SealError::Name(path.to_owned()))?.to_owned();
    // A pipe would be waited for.
    if path.metadata().is_ok_and(|found| !found.is_file()) {
        return Err(unfit(path, "is no file"));
    }
    let bytes = File::open(path).and_then(Digested::of);
    let bytes = bytes.map_err(|error| unreadable(path, &error))?;
    let table = if is_table(&name) { Some(Table::open_any(path)?.manifest) } else { None };
    Ok(Sealable { path, name, bytes, table })
}

fn unfit(path: &Path, what: impl Into<String>) -> SealError {
    SealError::Unfit { path: path.to_owned(), what: what.into() }
}

/// What all the files are about.
fn about(files: &[Sealable<'_>]) -> Result<About, SealError> {
    let mut all: Option<About> = None;
    for file in files {
        let Some(table) = &file.table else { continue };
        let contents = Contents::of(&table.format).ok_or_else(|| {
            let what = if table.format == TableKind::Refs.name() {
                "the table of references stays with its agency"
            } else {
                "such a table is not sent to anyone"
            };
            unfit(file.path, what)
        })?;
        let about = of_table(contents, table);
        // They become the name of a folder.
        let named = [Some(&about.project), about.dataset.as_ref()];
        if !named.into_iter().flatten().all(|name| is_name(name)) {
            return Err(unfit(file.path, "its project or dataset has no proper name"));
        }
        if all.as_ref().is_some_and(|all| *all != about) {
            let what = "does not belong with the other tables; seal what has one reader together";
            return Err(unfit(file.path, what));
        }
        let single = !matches!(contents, Contents::Extract);
        if all.is_some() && single {
            return Err(unfit(file.path, "a delivery holds one such table"));
        }
        all = Some(about);
    }
    let about = all.ok_or_else(|| {
        unfit(files.first().map_or(Path::new(""), |file| file.path), "no table to seal")
    })?;
    for file in files {
        if !about.contents.takes(about.dataset.as_deref(), &file.name) {
            let name = about.contents.table_name(about.dataset.as_deref());
            let what = match name.filter(|_| file.table.is_some()) {
                Some(name) => format!("must have the name {name} to travel"),
                None => format!("may not travel with {} under this name", about.contents.name()),
            };
            return Err(unfit(file.path, what));
        }
        if about.contents == Contents::Tokens && file.table.is_none() && !counts(file.path, &about)?
        {
            return Err(unfit(file.path, "is not the counts of this dataset"));
        }
    }
    Ok(about)
}

/// Whether a file is the report of counts that `pseudonymise` wrote for this dataset. Under its name
/// the records themselves could travel.
fn counts(path: &Path, about: &About) -> Result<bool, FormatError> {
    let bytes = match read_small(path) {
        Err(error) if error.raw_os_error().is_some() => return Err(unreadable(path, &error)),
        read => read.unwrap_or_default(),
    };
    let report: serde_json::Value = serde_json::from_slice(&bytes).unwrap_or_default();
    let is = |name: &str, wanted: Option<&str>| report[name].as_str() == wanted;
    Ok(is("format", Some("quality/1"))
        && is("project", Some(&about.project))
        && is("dataset", about.dataset.as_deref())
        && is("spec", Some(&about.spec))
        && is("key", about.key.as_deref()))
}

fn of_table(contents: Contents, table: &Manifest) -> About {
    let tokens = contents == Contents::Tokens;
    About {
        contents,
        project: table.project.clone(),
        spec: table.spec.clone(),
        dataset: (!contents.is_linked()).then(|| table.dataset.clone()).flatten(),
        key: tokens.then(|| table.key.clone()).flatten(),
        canary: tokens.then(|| table.canary.clone()).flatten(),
    }
}

/// Copies what was looked at, and a byte more if there is one by now.
fn copy(file: &Sealable<'_>, to: &mut NewFile, observer: &dyn Observer) -> Result<(), FormatError> {
    let read = |error: io::Error| unreadable(file.path, &error);
    let mut reader = File::open(file.path).map_err(read)?.take(file.bytes.bytes.saturating_add(1));
    let mut buffer = vec![0; 1 << 16];
    loop {
        let length = match reader.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(read(error)),
        };
        to.write_all(&buffer[..length]).map_err(|error| FormatError {
            path: to.path().to_owned(),
            problem: Problem::Write(reason(&error)),
        })?;
        observer.advance(length as u64);
    }
}

#[cfg(test)]
mod tests;
