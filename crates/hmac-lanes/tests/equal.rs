//! Every kernel of this processor against the `hmac` crate, on messages and batches of all shapes.

use hmac::{Hmac, KeyInit, Mac};
use hmac_lanes::{HmacKey, Kernel, Messages, TAG_BYTES, Tag, Unkeyed};
use sha2::{Digest, Sha256};

/// Numbers that look random and are the same in every run (`SplitMix64`).
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below this one.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("below a usize")
    }

    fn bytes(&mut self, length: usize) -> Vec<u8> {
        (0..length).map(|_| self.next().to_be_bytes()[0]).collect()
    }
}

fn expected(key: &[u8], message: &[u8]) -> Tag {
    let mut state = Hmac::<Sha256>::new_from_slice(key).expect("a key of any length");
    state.update(message);
    let whole = state.finalize().into_bytes();
    whole[..TAG_BYTES].try_into().expect("a digest is longer than a tag")
}

fn assert_equal(key: &[u8], messages: &[Vec<u8>]) {
    let mut list = Messages::new();
    messages.iter().for_each(|message| list.push(message));
    let expected: Vec<Tag> = messages.iter().map(|message| expected(key, message)).collect();
    for kernel in Kernel::available() {
        let mut tags = Vec::new();
        HmacKey::with_kernel(key, kernel).tags(&list, &mut tags);
        for (place, (tag, expected)) in tags.iter().zip(&expected).enumerate() {
            let length = messages[place].len();
            assert_eq!(tag, expected, "{}: message {place} of {length} bytes", kernel.name());
        }
        assert_eq!(tags.len(), messages.len(), "{}", kernel.name());
    }
}

#[test]
fn messages_of_every_length_have_their_hmac() {
    let mut numbers = Numbers(1);
    for length in 0..=200 {
        for _ in 0..3 {
            let key = numbers.bytes(32);
            let messages: Vec<_> = (0..17).map(|_| numbers.bytes(length)).collect();
            assert_equal(&key, &messages);
        }
    }
}

#[test]
fn batches_of_every_size_keep_their_order() {
    let mut numbers = Numbers(2);
    for size in 0..=40 {
        for longest in [56, 120, 200, 700] {
            let key = numbers.bytes(32);
            let message = |_| {
                let length = numbers.below(longest);
                numbers.bytes(length)
            };
            let messages: Vec<_> = (0..size).map(message).collect();
            assert_equal(&key, &messages);
        }
    }
}

#[test]
fn a_large_batch_of_mixed_lengths_has_its_hmacs() {
    let mut numbers = Numbers(3);
    let key = numbers.bytes(32);
    let message = |place: usize| {
        let longest = if place.is_multiple_of(50) { 2000 } else { 130 };
        let length = numbers.below(longest);
        numbers.bytes(length)
    };
    let messages: Vec<_> = (0..5000).map(message).collect();
    assert_equal(&key, &messages);
}

#[test]
fn the_longest_messages_of_the_protocol_stand_beside_the_shortest() {
    let mut numbers = Numbers(4);
    let key = numbers.bytes(32);
    let lengths = [0, 8 * 65_535, 55, 8 * 65_535 - 64, 56, 1];
    let messages: Vec<_> = lengths.into_iter().map(|length| numbers.bytes(length)).collect();
    assert_equal(&key, &messages);
}

#[test]
fn keys_of_every_length_are_taken() {
    let mut numbers = Numbers(5);
    for length in 0..=130 {
        let key = numbers.bytes(length);
        let messages: Vec<_> = [0, 25, 60].map(|length| numbers.bytes(length)).into();
        assert_equal(&key, &messages);
    }
}

#[test]
fn a_message_written_in_pieces_is_that_written_at_once() {
    let mut numbers = Numbers(6);
    let key = numbers.bytes(32);
    let mut list = Messages::new();
    let mut whole = Vec::new();
    for _ in 0..300 {
        let mut message = list.begin();
        let mut bytes = Vec::new();
        for _ in 0..numbers.below(6) {
            let length = numbers.below(90);
            let piece = numbers.bytes(length);
            message.extend(&piece);
            bytes.extend(piece);
        }
        message.finish();
        whole.push(expected(&key, &bytes));
    }
    let mut tags = Vec::new();
    HmacKey::new(&key).tags(&list, &mut tags);
    assert_eq!(tags, whole);
}

#[test]
fn an_unfinished_message_was_never_there() {
    let key = [7; 32];
    for unfinished in [0, 10, 63, 64, 500] {
        let mut list = Messages::new();
        list.push(b"first");
        list.begin().extend(&vec![0xff; unfinished]);
        assert_eq!(list.len(), 1);
        list.push(b"second");
        list.begin().extend(&vec![0xff; unfinished]);
        let mut tags = Vec::new();
        HmacKey::new(&key).tags(&list, &mut tags);
        assert_eq!(tags, [expected(&key, b"first"), expected(&key, b"second")]);
    }
}

#[test]
fn a_cleared_list_is_as_a_new_one() {
    let key = [7; 32];
    let mut list = Messages::new();
    for round in 0..5_u8 {
        list.clear();
        assert!(list.is_empty());
        for length in [200, 20, 56, 0] {
            list.push(&vec![round; length / usize::from(round + 1)]);
        }
    }
    let mut tags = Vec::new();
    HmacKey::new(&key).tags(&list, &mut tags);
    let expected: Vec<Tag> =
        [40, 4, 11, 0].iter().map(|length| expected(&key, &vec![4; *length])).collect();
    assert_eq!(tags, expected);
}

#[test]
fn tags_are_appended_to_those_there_are() {
    let mut list = Messages::new();
    list.push(b"new");
    let mut tags = vec![[1; TAG_BYTES]];
    HmacKey::new(b"key").tags(&list, &mut tags);
    assert_eq!(tags, [[1; TAG_BYTES], expected(b"key", b"new")]);
}

#[test]
fn eight_lanes_are_chosen_only_where_there_are_no_sha_instructions() {
    const PORTABLE: &str = "sha2, one message at a time";
    let names: Vec<_> = Kernel::available().map(Kernel::name).collect();
    assert!(names.contains(&PORTABLE));
    assert_eq!(Kernel::fastest().name(), names[0]);
    assert_eq!(HmacKey::new(b"key").kernel().name(), names[0]);
    #[cfg(target_arch = "x86_64")]
    {
        let avx512 = is_x86_feature_detected!("avx512f") && is_x86_feature_detected!("avx512bw");
        let avx2 = is_x86_feature_detected!("avx2");
        assert_eq!(names[0].starts_with("AVX-512"), avx512);
        assert_eq!(names.len(), 1 + usize::from(avx512) + usize::from(avx2));
        let place = |start: &str| names.iter().position(|name| name.starts_with(start));
        if let Some(eight) = place("AVX2") {
            assert_eq!(place("sha2") < Some(eight), is_x86_feature_detected!("sha"));
        }
    }
}

#[test]
fn messages_of_every_length_have_their_hash_without_a_key() {
    let mut numbers = Numbers(7);
    for length in 0..=200 {
        let messages: Vec<_> = (0..17).map(|_| numbers.bytes(length)).collect();
        let mut list = Unkeyed::new();
        for message in &messages {
            let (start, end) = message.split_at(length / 3);
            list.push(&[start, end]);
        }
        for kernel in Kernel::available() {
            let mut tags = Vec::new();
            list.tags_by(kernel, &mut tags);
            for (tag, message) in tags.iter().zip(&messages) {
                let whole = Sha256::digest(message);
                assert_eq!(tag[..], whole[..TAG_BYTES], "{}, {length} bytes", kernel.name());
            }
            assert_eq!(tags.len(), messages.len(), "{}", kernel.name());
        }
    }
}
