//! What the targets share: the fuzzer's bytes as a file, since most readers take a path.

use std::cell::RefCell;
use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use tempfile::NamedTempFile;

thread_local! {
    static FILE: RefCell<NamedTempFile> =
        RefCell::new(NamedTempFile::new().expect("a temporary folder"));
}

/// Gives `read` a file of these bytes, mode 0600.
pub fn with_file(bytes: &[u8], read: impl FnOnce(&Path)) {
    FILE.with_borrow_mut(|file| {
        file.as_file().set_len(0).expect("room");
        file.seek(SeekFrom::Start(0)).expect("a file");
        file.write_all(bytes).expect("room");
        read(file.path());
    });
}

/// A spec whose field `a` an input may have in the column `id`.
#[allow(dead_code, reason = "not every target reads records")]
pub const LINKAGE: &str = "protocol = \"sealink/1\"\nproject = \"fuzz\"\ndatasets = [\"a\", \"b\"]\n\
    [fields]\nforename = \"name\"\ndate_of_birth = \"date\"\nnhs_number = \"nhs_number\"\n\
    [recipes]\nnhs = [\"nhs_number\"]\nname_dob = [\"forename.every_word\", \"date_of_birth\"]\n\
    [[match_keys]]\nid = \"nhs\"\nagree = [\"nhs\"]\n";
