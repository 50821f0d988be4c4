//! Reading the small files that a command names.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use super::failure::Failure;
use crate::key::identity::{Recipient, is_secret};
use crate::spec::Linkage;

/// No spec is larger than this; a larger file is some other file.
const LARGEST_SPEC: u64 = 1 << 20;

/// No list of public values is larger than this: all postcodes with their shares are 50 MB.
const LARGEST_LIST: u64 = 1 << 27;

/// The text of a spec file.
pub fn text(path: &Path) -> Result<String, Failure> {
    text_of(path, LARGEST_SPEC, "a spec")
}

/// The text of a list of public values.
pub fn list(path: &Path) -> Result<String, Failure> {
    text_of(path, LARGEST_LIST, "a list")
}

fn text_of(path: &Path, largest: u64, what: &str) -> Result<String, Failure> {
    let failed = |what: &str| Failure::read_or_write(format!("{}: {what}", path.display()));
    let file = File::open(path).map_err(|error| failed(&format!("cannot be read: {error}")))?;
    let mut bytes = Vec::new();
    file.take(largest + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| failed(&format!("cannot be read: {error}")))?;
    if bytes.len() as u64 > largest {
        return Err(failed(&format!("is too large to be {what}")));
    }
    String::from_utf8(bytes).map_err(|_| failed("is not UTF-8 text"))
}

/// The agreed linkage in a file.
pub fn linkage(path: &Path) -> Result<Linkage, Failure> {
    Ok(Linkage::parse(&path.display().to_string(), &text(path)?)?)
}

/// An agency's source mapping in a file, with the paths of its lists taken from the file's folder.
#[cfg(feature = "agency")]
pub fn source(path: &Path, linkage: &Linkage) -> Result<crate::spec::Source, Failure> {
    let source = crate::spec::Source::parse(&path.display().to_string(), &text(path)?, linkage)?;
    let folder = path.parent().unwrap_or_else(|| Path::new(""));
    Ok(crate::spec::Source { records: source.records.within(folder), ..source })
}

/// A model of an earlier linkage in a file.
#[cfg(feature = "linker")]
pub fn model(path: &Path) -> Result<crate::linker::ModelFile, Failure> {
    crate::linker::ModelFile::parse(&text(path)?)
        .map_err(|error| Failure::read_or_write(format!("{}: {error}", path.display())))
}

/// The recipients that a word names: one `age1..`, or a file of them.
pub fn recipients(word: &str) -> Result<Vec<Recipient>, Failure> {
    if let Some(recipient) = Recipient::parse(word) {
        return Ok(vec![recipient]);
    }
    if is_secret(word) {
        return Err(Failure::usage(
            "a secret was given where a recipient belongs; whoever can see this computer's \
             processes or its shell's history has it now: make another",
        ));
    }
    let path = Path::new(word);
    Recipient::parse_all(&text(path)?).ok_or_else(|| {
        let what = "is neither a recipient `age1..` nor a file of recipients";
        Failure::usage(format!("{}: {what}", path.display()))
    })
}
