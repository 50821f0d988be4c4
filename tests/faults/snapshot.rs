//! The files below a folder, as bytes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use super::support::names_below;

/// What opens the name of a file under way.
const UNDER_WAY: &str = ".sealink-";

/// Files by their path within a folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// What is in a folder.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// Files under their final names.
    pub files: Files,
    /// The names of files under way, which nobody reads.
    pub passing: Vec<String>,
    /// What they hold.
    pub under_way: Vec<Vec<u8>>,
}

/// Looks into a folder; one that is not there is empty.
pub fn of(folder: &Path) -> Snapshot {
    let mut snapshot = Snapshot::default();
    for name in names_below(folder) {
        let bytes = fs::read(folder.join(&name)).expect("a file that was just listed");
        if name.split('/').any(|part| part.starts_with(UNDER_WAY)) {
            snapshot.passing.push(name);
            snapshot.under_way.push(bytes);
        } else {
            snapshot.files.insert(name, bytes);
        }
    }
    snapshot
}

/// Puts files into a folder.
pub fn lay(files: &Files, folder: &Path) {
    for (name, bytes) in files {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a folder");
        fs::write(&path, bytes).expect("a file");
        if path.extension().is_some_and(|extension| extension == "key") {
            super::support::set_mode(&path, 0o600);
        }
    }
}
