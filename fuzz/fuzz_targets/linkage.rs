//! `linkage.toml`: mistakes with their lines, or a spec whose fingerprint can be taken.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sealink::spec::{Extract, Linkage};

fuzz_target!(|text: &str| {
    match Linkage::parse("linkage.toml", text) {
        Ok(linkage) => {
            let again = Linkage::parse("linkage.toml", text).expect("parsed before");
            assert_eq!(linkage.fingerprint(), again.fingerprint());
        }
        Err(error) => assert!(error.mistakes.iter().all(|mistake| mistake.line > 0)),
    }
    let _ = Extract::parse("extract.toml", text);
});
