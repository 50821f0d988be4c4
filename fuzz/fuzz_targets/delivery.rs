//! The manifest of a delivery, before and after its signature is checked.

#![no_main]

use libfuzzer_sys::fuzz_target;
use sealink::delivery::DeliveryManifest;
use sealink::key::signing::Signature;

fuzz_target!(|bytes: &[u8]| {
    if let Some(manifest) = DeliveryManifest::parse(bytes) {
        assert_eq!(manifest.bytes(), bytes);
        let _ = (manifest.comment(), manifest.folder_name());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        if let Some(signature) = Signature::parse(text) {
            let _ = (signature.signer(), signature.comment());
        }
    }
});
