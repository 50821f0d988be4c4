//! Key files of every kind.

#![no_main]

mod file;

use libfuzzer_sys::fuzz_target;
use sealink::key::identity::{Identity, Recipient};
use sealink::key::signing::{Signature, SigningKey, VerifyingKey};
use sealink::key::{AgencyKey, KeyUse, LinkageKey, LinkerKey, Opening, parse_day};

fuzz_target!(|bytes: &[u8]| {
    file::with_file(bytes, |path| {
        let job = KeyUse { project: None, today: parse_day("2026-01-01").expect("a day") };
        let opening = Opening::plain();
        let _ = LinkageKey::read(path, &opening, &job).map(|key| key.check_value("fuzz"));
        let _ = AgencyKey::read(path, &opening, &job);
        let _ = LinkerKey::read(path, &opening, &job);
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
