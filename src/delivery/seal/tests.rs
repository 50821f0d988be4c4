//! Files that change while they are sealed.

use std::fs::{self, OpenOptions};

use super::*;
use crate::format::withdrawals;
use crate::key::signing::SigningKey;
use crate::key::{identity, signing};
use crate::token::{TOKEN_BYTES, Token};

/// Does something to a file once all files have been looked at.
struct Meddler<F: Fn() + Sync>(F);

impl<F: Fn() + Sync> Observer for Meddler<F> {
    fn stage(&self, _: &'static str, _: Option<u64>) {
        self.0();
    }

    fn advance(&self, _: u64) {}
}

/// A list of withdrawals, so many of them.
fn withdrawn(path: &Path, records: u8) {
    let spec = "0".repeat(64);
    let manifest = Manifest {
        dataset: Some("a".to_owned()),
        ..Manifest::new(TableKind::Withdrawals, "trial", &spec)
    };
    let refs = (0..records).map(|n| Token([n; TOKEN_BYTES])).collect();
    withdrawals::write(path, refs, manifest).expect("written").publish().expect("published");
}

/// Seals a list of withdrawals while somebody does something to it: the error, if there is one, and
/// whether anything was left in the folder for it.
fn sealed_while(meddle: impl Fn(&Path) + Sync) -> (Option<String>, bool) {
    let folder = tempfile::tempdir().expect("a folder");
    let (table, out) = (folder.path().join("a.withdrawn.parquet"), folder.path().join("out"));
    withdrawn(&table, 200);
    let sealing = Sealing {
        recipients: &[identity::generate().1],
        signing_key: &SigningKey::parse(&signing::generate().expect("a key").0).expect("a key"),
        agency: "a",
        expires: chrono::NaiveDate::MAX,
        previous: None,
    };
    let job = Seal { sealing: &sealing, files: std::slice::from_ref(&table), out: out.clone() };
    let sealed = seal(&job, &Meddler(|| meddle(&table)));
    let left = fs::read_dir(&out).is_ok_and(|mut entries| entries.next().is_some());
    (sealed.err().map(|error| error.to_string()), left)
}

#[test]
fn what_changes_after_it_was_looked_at_is_not_sent() {
    assert_eq!(sealed_while(|_| ()), (None, true));
    let open = |path: &Path| OpenOptions::new().append(true).open(path).expect("it is there");
    let cut = sealed_while(|path| open(path).set_len(100).expect("cut"));
    let grown = sealed_while(|path| open(path).write_all(b"more").expect("written"));
    let replaced = sealed_while(|path| withdrawn(path, 199));
    for (error, left) in [cut, grown, replaced] {
        let error = error.expect("it is refused");
        assert!(error.ends_with("a.withdrawn.parquet: changed while it was sealed"), "{error}");
        assert!(!left, "something was left");
    }
    let (gone, left) = sealed_while(|path| fs::remove_file(path).expect("removed"));
    assert!(gone.is_some() && !left);
}
