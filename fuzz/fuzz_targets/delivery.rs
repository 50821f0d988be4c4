//! The manifest of a delivery, before and after its signature is checked.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sealink::key::signing::Signature;

fuzz_target!(|bytes: &[u8]| {
    // The manifest's own parser belongs here: let _ = sealink::delivery::Manifest::parse(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Some(signature) = Signature::parse(text) {
            let _ = (signature.signer(), signature.comment());
        }
    }
});
