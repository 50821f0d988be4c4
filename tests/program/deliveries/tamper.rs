//! Nothing that was altered on the way is taken: every byte of the manifest and of its signature,
//! and a step through every encrypted file.

use std::fs;
use std::path::Path;

use chrono::NaiveDate;
use sealink::delivery::{Check, OpenError, Received, Receiving, open};
use sealink::key::identity::Identity;
use sealink::spec::{Linkage, Senders};

use super::post::Post;

/// Bytes between two that are altered in an encrypted file.
const STEP: usize = 64;

/// Opens a delivery in this process, which is a thousand times quicker than a program for each.
struct Linker {
    senders: Senders,
    linkage: Linkage,
    identity: Identity,
    received: Received,
    into: tempfile::TempDir,
}

impl Linker {
    fn of(post: &Post) -> Self {
        let read = |name: &str| fs::read_to_string(post.at(name)).expect("read");
        Self {
            senders: Senders::parse("senders", &read("senders.toml")).expect("senders"),
            linkage: Linkage::parse("linkage", &read("linkage.toml")).expect("a spec"),
            identity: Identity::parse(&read("linker.identity")).expect("an identity"),
            received: Received::read(&post.at("received.json")).expect("nothing received"),
            into: tempfile::tempdir().expect("a folder"),
        }
    }

    fn opens(&self, delivery: &Path) -> Result<(), Check> {
        let receiving = Receiving {
            to_link: false,
            senders: &self.senders,
            identities: std::slice::from_ref(&self.identity),
            project: &self.linkage.project,
            linkage: Some(&self.linkage),
            today: NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day"),
        };
        match open(delivery, &receiving, &self.received, self.into.path()) {
            Ok(_) => Ok(()),
            Err(OpenError::Refused { refusal, .. }) => Err(refusal.check),
            Err(OpenError::Format(error)) => panic!("{error}"),
        }
    }
}

#[test]
fn no_altered_byte_of_a_delivery_passes() {
    let post = Post::new(40);
    let delivery = post.sealed("a", 1);
    let linker = Linker::of(&post);
    linker.opens(&delivery).expect("a good delivery");
    let mut tried = 0;
    for entry in fs::read_dir(&delivery).expect("listed") {
        let path = entry.expect("an entry").path();
        let good = fs::read(&path).expect("read");
        let encrypted = path.extension().is_some_and(|ending| ending == "age");
        let signature = path.extension().is_some_and(|ending| ending == "minisig");
        // The first line of a signature file is a comment that nobody signs.
        let unsigned =
            if signature { good.iter().position(|b| *b == b'\n').unwrap_or(0) } else { 0 };
        for place in (unsigned..good.len()).step_by(if encrypted { STEP } else { 1 }) {
            let mut altered = good.clone();
            altered[place] ^= 1 << (place % 8);
            fs::write(&path, &altered).expect("written");
            let outcome = linker.opens(&delivery);
            let same_meaning = signature && only_a_line_end(&good, place);
            assert!(outcome.is_err() || same_meaning, "{} byte {place}", path.display());
            tried += 1;
        }
        fs::write(&path, good).expect("written");
    }
    linker.opens(&delivery).expect("a good delivery again");
    eprintln!("{tried} altered deliveries, 0 taken");
    assert!(tried > 1000);
}

/// Whether a byte only ends a line of the signature file, where another blank would do as well.
fn only_a_line_end(text: &[u8], place: usize) -> bool {
    text[place] == b'\n'
}

#[test]
fn no_cut_delivery_passes() {
    let post = Post::new(40);
    let delivery = post.sealed("a", 1);
    let linker = Linker::of(&post);
    for name in ["manifest.json", "manifest.json.minisig", "a.tokens.parquet.age"] {
        let path = delivery.join(name);
        let good = fs::read(&path).expect("read");
        let step = if name.ends_with("age") { STEP } else { 1 };
        // The last line end of the signature says nothing.
        for length in (0..good.len() - 1).step_by(step) {
            fs::write(&path, &good[..length]).expect("written");
            assert!(linker.opens(&delivery).is_err(), "{name} cut to {length} bytes");
        }
        fs::write(&path, good).expect("written");
    }
}

#[test]
fn files_of_two_deliveries_are_not_mixed() {
    let post = Post::new(40);
    let (a, b, second) = (post.sealed("a", 1), post.sealed("b", 1), post.sealed("a", 2));
    let linker = Linker::of(&post);
    for other in [&b, &second] {
        for name in ["manifest.json", "manifest.json.minisig", "a.tokens.parquet.age"] {
            let from = other.join(name.replace("a.tokens", &tokens_of(other)));
            let good = fs::read(a.join(name)).expect("read");
            fs::copy(from, a.join(name)).expect("copied");
            assert!(linker.opens(&a).is_err(), "{name} of {}", other.display());
            fs::write(a.join(name), good).expect("written");
        }
    }
    linker.opens(&a).expect("a good delivery");
}

fn tokens_of(delivery: &Path) -> String {
    let name = delivery.file_name().and_then(|name| name.to_str()).expect("a plain name");
    format!("{}.tokens", &name[..1])
}
