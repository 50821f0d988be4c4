//! `source.toml`: mistakes with their lines, or a mapping.

#![no_main]

#[allow(dead_code, reason = "the spec alone is wanted here")]
mod file;

use libfuzzer_sys::fuzz_target;
use sealink::spec::{Linkage, Source};

fuzz_target!(|text: &str| {
    let linkage = Linkage::parse("linkage.toml", file::LINKAGE).expect("a spec");
    if let Err(error) = Source::parse("source.toml", text, &linkage) {
        assert!(error.mistakes.iter().all(|mistake| mistake.line > 0));
    }
});
