//! Models and lists of sealed records.

#![no_main]

mod file;

use libfuzzer_sys::fuzz_target;
use sealink::linker::{ModelFile, read_sealed};

fuzz_target!(|bytes: &[u8]| {
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = ModelFile::parse(text);
    }
    file::with_file(bytes, |path| {
        let _ = read_sealed(path);
    });
});
