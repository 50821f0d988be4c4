//! Key files of every kind.

#![no_main]

mod file;

use libfuzzer_sys::fuzz_target;
use sealink::key::identity::{Identity, Recipient};
use sealink::key::signing::{Signature, SigningKey, VerifyingKey};
use sealink::key::{AgencyKey, LinkageKey, LinkerKey};

fuzz_target!(|bytes: &[u8]| {
    file::with_file(bytes, |path| {
        let _ = LinkageKey::read(path).map(|key| key.check_value("fuzz"));
        let _ = AgencyKey::read(path);
        let _ = LinkerKey::read(path);
    });
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = Identity::parse(text);
        let _ = Recipient::parse_all(text);
        let _ = SigningKey::parse(text);
        let _ = VerifyingKey::parse(text);
        if let Some(signature) = Signature::parse(text) {
            let _ = (signature.signer(), signature.comment());
        }
    }
});
