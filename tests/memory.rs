//! Secrets are wiped: looked for in the process's own memory, since no type can promise it.
//!
//! A secret is known to these tests only in disguise (each byte with bits turned over), so that
//! what is found is the program's own copy and never the test's.

#![cfg(target_os = "linux")]
#![allow(clippy::disallowed_methods, reason = "tests write their own inputs")]

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use sealink::key::{
    AgencyKey, KeyUse, LinkageKey, LinkerKey, Opening, PersonIds, RecordRefs, parse_day,
};
use sealink::token::Token;
use zeroize::Zeroize;

/// Turns bits of a byte over; twice gives the byte again.
const DISGUISE: u8 = 0xA5;

/// A secret in disguise, different for each test and in each run.
fn disguised_secret() -> [u8; 32] {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).expect("random bytes");
    bytes
}

/// The secret itself, for as long as the work takes; the work wipes it.
fn undisguised<T>(disguised: &[u8; 32], work: impl FnOnce(&mut [u8; 32]) -> T) -> T {
    let mut secret = [0; 32];
    for (byte, disguised) in secret.iter_mut().zip(disguised) {
        *byte = disguised ^ DISGUISE;
    }
    let done = work(&mut secret);
    assert_eq!(secret, [0; 32], "the caller's copy was not wiped");
    done
}

/// The parts of memory that can be written, as the system lists them.
fn writable() -> Vec<Range<u64>> {
    let maps = fs::read_to_string("/proc/self/maps").expect("the system lists the memory");
    let range = |line: &str| {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        let address = |text| u64::from_str_radix(text, 16).ok();
        rest.starts_with("rw").then_some(address(start)?..address(end)?)
    };
    maps.lines().filter_map(range).collect()
}

/// One search at a time: another's buffer would hold copies of what it has just read.
static SEARCHING: Mutex<()> = Mutex::new(());

/// How often the bytes, given in disguise, are in memory.
fn copies(disguised: &[u8]) -> usize {
    const PIECE: usize = 1 << 16;
    let _alone = SEARCHING.lock().unwrap_or_else(PoisonError::into_inner);
    let mut memory = File::open("/proc/self/mem").expect("a process may read its own memory");
    let mut piece = vec![0_u8; PIECE];
    let own = piece.as_ptr().addr() as u64..piece.as_ptr().addr() as u64 + PIECE as u64;
    let mut found = 0;
    for range in writable() {
        let mut at = range.start;
        while at < range.end {
            let length = PIECE.min(usize::try_from(range.end - at).expect("a size"));
            memory.seek(SeekFrom::Start(at)).expect("an address");
            let Ok(read) = memory.read(&mut piece[..length]) else { break };
            for (place, window) in piece[..read].windows(disguised.len()).enumerate() {
                let address = at + place as u64;
                let is_own = own.start < address + disguised.len() as u64 && address < own.end;
                let same = window.iter().zip(disguised).all(|(byte, d)| byte ^ DISGUISE == *d);
                found += usize::from(same && !is_own);
            }
            if read < length || read <= disguised.len() {
                break;
            }
            // Pieces overlap, so that none is missed at a border.
            at += if at + read as u64 == range.end { read } else { read - disguised.len() + 1 }
                as u64;
        }
    }
    piece.zeroize();
    found
}

#[test]
fn the_search_finds_what_is_in_memory() {
    let disguised = disguised_secret();
    assert_eq!(copies(&disguised), 0);
    let mut held = Box::new([0; 32]);
    for (byte, disguised) in held.iter_mut().zip(&disguised) {
        *byte = disguised ^ DISGUISE;
    }
    assert_eq!(copies(&disguised), 1);
    held.zeroize();
    assert_eq!(copies(&disguised), 0, "{held:?}");
}

#[test]
fn a_dropped_key_is_nowhere_in_memory() {
    let disguised = disguised_secret();
    let key = undisguised(&disguised, LinkageKey::from_bytes);
    assert_eq!(copies(&disguised), 1, "a key is held once");
    drop(key);
    assert_eq!(copies(&disguised), 0, "a dropped linkage key is still in memory");
    let key = undisguised(&disguised, AgencyKey::from_bytes);
    assert_eq!(copies(&disguised), 1, "a key is held once");
    drop(key);
    assert_eq!(copies(&disguised), 0, "a dropped agency key is still in memory");
    let key = undisguised(&disguised, LinkerKey::from_bytes);
    assert_eq!(copies(&disguised), 1, "a key is held once");
    drop(key);
    assert_eq!(copies(&disguised), 0, "a dropped linker key is still in memory");
}

#[test]
fn using_a_key_leaves_no_copy_of_it() {
    let disguised = disguised_secret();
    let linkage = undisguised(&disguised, LinkageKey::from_bytes);
    let check = linkage.check_value("a project");
    assert_ne!(check, Token([0; 16]));
    drop(linkage);
    let agency = undisguised(&disguised, AgencyKey::from_bytes);
    let refs = agency.record_refs("a project", "a dataset");
    let reference = refs.of("an id");
    assert_ne!(reference, check);
    drop((agency, refs));
    let linker = undisguised(&disguised, LinkerKey::from_bytes);
    let ids = linker.person_ids("an extract");
    assert_ne!(ids.of(reference), reference);
    drop((linker, ids));
    assert_eq!(copies(&disguised), 0);
}

/// A key file that another process made.
fn key_file(folder: &Path, role: &str) -> PathBuf {
    let path = folder.join(format!("{role}.key"));
    let status = Command::new(env!("CARGO_BIN_EXE_sealink"))
        .args(["keygen", "-q", "--role", role, "--out"])
        .arg(&path)
        .status();
    assert!(status.expect("the program starts").success());
    path
}

/// The last line of a key file after its word, in disguise; and the secret it spells, in disguise.
fn disguised_text_and_secret(path: &Path) -> (Vec<u8>, Vec<u8>) {
    let mut file = File::open(path).expect("the key file");
    let mut text = Vec::new();
    let mut byte = [0];
    while file.read(&mut byte).expect("read") == 1 {
        match byte[0] {
            // Each line replaces the one before.
            b'\n' if text.len() < 60 => text.clear(),
            b'\n' => break,
            byte => text.push(byte ^ DISGUISE),
        }
    }
    let text = text.split_off("secret: ".len());
    let separator = text.iter().rposition(|byte| byte ^ DISGUISE == b'1').expect("bech32 has one");
    let (mut secret, mut bits, mut held) = (Vec::new(), 0_u32, 0);
    for letter in &text[separator + 1..text.len() - 6] {
        let digits = b"QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L";
        let digit = digits.iter().position(|d| *d == letter ^ DISGUISE).expect("a digit");
        bits = bits << 5 | u32::try_from(digit).expect("small");
        held += 5;
        if held >= 8 {
            held -= 8;
            secret.push(u8::try_from(bits >> held & 0xFF).expect("a byte") ^ DISGUISE);
        }
    }
    (text, secret)
}

fn any_use() -> KeyUse<'static> {
    KeyUse { project: None, today: parse_day("2026-01-01").expect("a day") }
}

#[test]
fn a_wrapped_key_leaves_neither_text_nor_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = key_file(folder.path(), "agency");
    let (text, secret) = disguised_text_and_secret(&path);
    let [identity, wrapped] = ["identity", "wrapped"].map(|name| folder.path().join(name));
    let run = |arguments: &[&OsStr]| {
        let program =
            Command::new(env!("CARGO_BIN_EXE_sealink")).args(arguments).arg("-q").status();
        assert!(program.expect("the program starts").success());
    };
    let word = OsStr::new;
    run(&[word("keygen"), word("--role"), word("identity"), word("--out"), identity.as_ref()]);
    let public = folder.path().join("identity.pub");
    let to = [word("--recipient"), public.as_ref(), word("--out"), wrapped.as_ref()];
    run(&[&[word("key"), word("wrap"), path.as_ref()][..], &to].concat());
    let mut opening = Opening::plain();
    opening.add_identity(&identity).expect("an identity");
    let key = AgencyKey::read(&wrapped, &opening, &any_use()).expect("a key");
    drop(opening);
    assert_eq!(copies(&secret), 1, "a key is held once");
    assert_eq!(copies(&text[text.len() - 50..text.len() - 10]), 0, "the text is still in memory");
    drop(key);
    assert_eq!(copies(&secret), 0, "the secret is still in memory");
}

#[test]
fn a_key_read_from_its_file_leaves_neither_text_nor_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = key_file(folder.path(), "agency");
    let (text, secret) = disguised_text_and_secret(&path);
    assert_eq!(secret.len(), 32);
    // The middle of the text, so that a copy of a part of it is found too.
    let middle = &text[text.len() - 50..text.len() - 10];
    let key = AgencyKey::read(&path, &Opening::plain(), &any_use()).expect("a key");
    assert_eq!(copies(&secret), 1, "a key is held once");
    assert_eq!(copies(middle), 0, "the key file's text is still in memory");
    drop(key);
    assert_eq!(copies(&secret), 0, "the secret is still in memory");
}

#[test]
fn a_key_of_the_wrong_role_leaves_neither_text_nor_secret() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = key_file(folder.path(), "linkage");
    let (text, secret) = disguised_text_and_secret(&path);
    assert!(LinkerKey::read(&path, &Opening::plain(), &any_use()).is_err());
    assert_eq!(copies(&text[text.len() - 50..text.len() - 10]), 0);
    assert_eq!(copies(&secret), 0);
}

/// Kernels that messages may be hashed by.
const KERNELS: u64 = 4;

/// The 64-bit words at an address, however they came to be there.
fn words_at(address: usize, size: usize) -> Vec<u64> {
    let mut memory = File::open("/proc/self/mem").expect("a process may read its own memory");
    memory.seek(SeekFrom::Start(address as u64)).expect("an address");
    let mut bytes = vec![0; size];
    memory.read_exact(&mut bytes).expect("the place is mapped");
    bytes.as_chunks::<8>().0.iter().map(|word| u64::from_ne_bytes(*word)).collect()
}

/// Drops what is held, its memory staying where it is, and asserts that of all its words only those
/// that describe its texts are left: lengths, addresses, and the mark of `None`; and the number of
/// the kernel that hashed.
fn assert_wiped<T>(held: &mut Option<T>, lengths: &[u64]) {
    let (address, size) = (std::ptr::from_ref(held).addr(), size_of::<Option<T>>());
    let is_text = |word: u64| {
        let is_kernel = word < KERNELS;
        let is_place = word == 1 << 63 || (1 << 16..1 << 47).contains(&word);
        lengths.contains(&word) || is_place || is_kernel
    };
    let before = words_at(address, size);
    let state = before.iter().filter(|word| **word != 0 && !is_text(**word)).count();
    assert!(state >= 8, "the keyed state of 64 bytes is not there: {state} words");
    *held = None;
    let after = words_at(address, size);
    let left: Vec<&u64> = after.iter().filter(|word| **word != 0 && !is_text(**word)).collect();
    assert!(left.is_empty(), "{} words of the keyed state are left", left.len());
    let of_texts = after.iter().filter(|word| **word != 0).count();
    assert!(of_texts <= 3 * lengths.len() + 2, "{of_texts} words are left");
    assert!(held.is_none());
}

#[test]
fn the_keyed_state_of_record_references_is_wiped() {
    let agency = undisguised(&disguised_secret(), AgencyKey::from_bytes);
    let (project, dataset) = ("p".repeat(37), "d".repeat(41));
    let mut refs: Box<Option<RecordRefs>> = Box::new(Some(agency.record_refs(&project, &dataset)));
    // What every message begins with: a head, and three parts with their lengths.
    let start = 2 + (2 + "sealink/1/record".len() as u64) + (2 + 37) + (2 + 41);
    assert_wiped(&mut refs, &[start]);
}

#[test]
fn the_keyed_state_of_person_ids_is_wiped() {
    let linker = undisguised(&disguised_secret(), LinkerKey::from_bytes);
    let mut ids: Box<Option<PersonIds>> = Box::new(Some(linker.person_ids(&"e".repeat(43))));
    assert_wiped(&mut ids, &[43]);
}
