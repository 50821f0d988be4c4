//! The system refuses a call: each call on the command's own files in turn fails or kills, by
//! `strace --inject`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use super::campaign::{Job, some_of};
use super::judge::Expect;
use super::launch::{Ended, run, within};
use super::people::Random;
use super::snapshot;
use super::trial::{Folder, Prepared, Record, Start};

const CALLS: &str = "openat,read,pread64,lseek,statx,write,pwrite64,fsync,fdatasync,rename,\
                     renameat,renameat2,link,linkat,ftruncate,mkdir,mkdirat,close";

/// What a call can answer, with the system's words for it, and those of the standard library for
/// an error that has lost its number.
type Answer = (&'static str, [&'static str; 2]);

const EIO: Answer = ("EIO", ["Input/output error"; 2]);
const ENOSPC: Answer = ("ENOSPC", ["No space left on device", "no storage space"]);
const EDQUOT: Answer = ("EDQUOT", ["Disk quota exceeded", "quota exceeded"]);
const EACCES: Answer = ("EACCES", ["Permission denied", "permission denied"]);
const EMFILE: Answer = ("EMFILE", ["Too many open files"; 2]);

/// What the readers of Parquet say of a file that the system fails to read: true, but less than
/// they could.
const NOT_PARQUET: &str = "is not a whole Parquet file";

const SIGKILL: i32 = 9;

/// The exit code of a delivery whose table is not what it should be.
const SCHEMA: i32 = 20;

/// A call that a clean run makes on files of the trial: the so-manyeth of its name in its thread.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Site {
    call: String,
    number: usize,
    /// Whether it is on an input.
    reads: bool,
    creates: bool,
}

/// What is done at a site.
#[derive(Clone, Copy, Debug)]
enum Fault {
    Error(&'static str, [&'static str; 2]),
    Kill,
    /// A read finds the end of the file: it was truncated meanwhile.
    End,
}

pub fn jobs<'w>(prepared: &'w Prepared<'_>, count: usize, random: &mut Random) -> Vec<Job<'w>> {
    let there = Command::new("strace").arg("-V").stdout(Stdio::null()).status();
    if !there.is_ok_and(|status| status.success()) {
        eprintln!("skipped: strace is not here, so no call can be made to fail");
        return Vec::new();
    }
    let mut all = Vec::new();
    for &start in prepared.starts() {
        for site in sites(prepared, start) {
            all.extend(faults(&site).into_iter().map(|fault| (start, site.clone(), fault)));
        }
    }
    let chosen = some_of(all, count, random).into_iter();
    chosen.map(|(start, site, fault)| one(prepared, start, site, fault)).collect()
}

/// The calls of a clean run on its own files.
fn sites(prepared: &Prepared<'_>, start: Start) -> Vec<Site> {
    let folder = Folder::new();
    let (out, log) = (folder.at("out"), folder.at("log"));
    snapshot::lay(prepared.files_at(start), &out);
    let trace = format!("trace={CALLS}");
    let ended = run(&mut traced(&log, &[&trace], &prepared.command(&out)));
    assert_eq!(ended.code, Some(prepared.case.code), "strace cannot trace: {}", ended.stderr);
    let text = fs::read_to_string(&log).expect("strace wrote its log");
    let mut made: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    let mut sites = Vec::new();
    for line in text.lines() {
        let Some((thread, call)) = call_of(line) else { continue };
        let number = made.entry((thread, call)).or_default();
        *number += 1;
        let reads = holds_path(line, prepared.inputs);
        if reads || holds_path(line, &out) {
            let creates = line.contains("O_CREAT");
            sites.push(Site { call: call.to_owned(), number: *number, reads, creates });
        }
    }
    assert!(!sites.is_empty(), "the command makes no call on its files");
    sites.sort();
    sites.dedup_by(|a, b| (&a.call, a.number) == (&b.call, b.number));
    sites
}

/// The thread and the call of a line of strace's log; none if it tells of another thing.
fn call_of(line: &str) -> Option<(&str, &str)> {
    let (thread, rest) = line.split_once(' ')?;
    let (call, _) = rest.trim_start().split_once('(')?;
    call.bytes().all(|byte| byte.is_ascii_alphanumeric()).then_some((thread, call))
}

/// Whether a call names a file in a folder, or a descriptor of one; what it reads or writes may
/// name it too.
fn holds_path(line: &str, folder: &Path) -> bool {
    let content = ["read(", "write(", "pread64(", "pwrite64("].iter().any(|c| line.contains(c));
    let named = line.split(", \"").next().filter(|_| content).unwrap_or(line);
    named.contains(&*folder.to_string_lossy())
}

fn faults(site: &Site) -> Vec<Fault> {
    let errors: &[Answer] = match site.call.as_str() {
        // Where it asks of a folder, the standard library takes a failure for "no".
        "statx" if !site.reads => &[],
        "openat" if site.creates => &[EIO, ENOSPC, EDQUOT, EACCES, EMFILE],
        "openat" => &[EIO, EACCES, EMFILE],
        "write" | "pwrite64" | "ftruncate" | "fsync" | "fdatasync" => &[EIO, ENOSPC, EDQUOT],
        "rename" | "renameat" | "renameat2" | "link" | "linkat" | "mkdir" | "mkdirat" => {
            &[EIO, ENOSPC, EDQUOT, EACCES]
        }
        _ => &[EIO],
    };
    let mut faults: Vec<Fault> =
        errors.iter().map(|&(name, says)| Fault::Error(name, says)).collect();
    faults.push(Fault::Kill);
    if site.call == "read" {
        faults.push(Fault::End);
    }
    faults
}

fn one<'w>(prepared: &'w Prepared<'_>, start: Start, site: Site, fault: Fault) -> Job<'w> {
    Box::new(move || {
        let folder = Folder::new();
        let (out, log) = (folder.at("out"), folder.at("log"));
        let Site { call, number, .. } = &site;
        let (trace, inject) = (format!("trace={call}"), injection(call, *number, fault));
        let expect = expectation(prepared, &site, fault, &out);
        let (ended, mut verdict) = prepared.attempt(start, &out, &expect, |command| {
            run(&mut traced(&log, &[&trace, &inject], &command))
        });
        if is_loader(&ended) {
            verdict.wrong.retain(|wrong| !wrong.contains("code Some(127)"));
        }
        verdict.wrong.extend(prepared.rerun(verdict.outcome, &out));
        let text = fs::read_to_string(&log).expect("strace wrote its log");
        let on_files = |line: &str| holds_path(line, prepared.inputs) || holds_path(line, &out);
        let hit = match fault {
            Fault::Kill => ended.signal == Some(SIGKILL),
            _ if is_loader(&ended) => false,
            _ => text.lines().any(|line| line.contains("(INJECTED)") && on_files(line)),
        };
        let what = format!("{inject}, {start:?}");
        Some(Record { kind: "call", command: prepared.case.name, what, hit, verdict })
    })
}

/// Whether the fault met the dynamic loader, whose calls are counted with those of the main
/// thread: the program had not begun.
fn is_loader(ended: &Ended) -> bool {
    ended.code == Some(127) && ended.stderr.contains("error while loading shared libraries")
}

fn injection(call: &str, number: usize, fault: Fault) -> String {
    let effect = match fault {
        Fault::Error(name, _) => format!("error={name}"),
        Fault::Kill => "signal=KILL".to_owned(),
        Fault::End => "retval=0".to_owned(),
    };
    format!("inject={call}:{effect}:when={number}")
}

fn expectation(prepared: &Prepared<'_>, site: &Site, fault: Fault, out: &Path) -> Expect {
    let place = if site.reads { prepared.inputs } else { out };
    // What a delivery held is named by the delivery.
    let unpacked = !site.reads && prepared.inputs.join("outbox").exists();
    let mut places = vec![place.display().to_string()];
    places.extend(unpacked.then(|| prepared.inputs.display().to_string()));
    // The demonstration reads in its own folder.
    let reads = site.reads || ["read", "pread64", "lseek", "openat"].contains(&&*site.call);
    let or_parquet = |mut reasons: Vec<String>| {
        reasons.extend(reads.then(|| NOT_PARQUET.to_owned()));
        reasons
    };
    match fault {
        Fault::Kill => Expect { signals: vec![SIGKILL], ..Expect::default() },
        Fault::Error(_, says) => Expect {
            reasons: or_parquet(says.map(str::to_owned).to_vec()),
            places,
            // The readers of Parquet do not tell whether the file or the system is to blame.
            codes: if unpacked && reads { vec![1, SCHEMA] } else { vec![1] },
            ..Expect::default()
        },
        // What is cut short is mistaken in its own way: a spec, a key, a table.
        Fault::End => Expect {
            reasons: vec![String::new()],
            places,
            codes: super::judge::mistaken(),
            ..Expect::default()
        },
    }
}

/// A command under strace.
fn traced(log: &Path, options: &[&str], command: &Command) -> Command {
    let log = log.to_string_lossy();
    let mut outer = vec!["strace", "-f", "-y", "-qq", "--seccomp-bpf", "-o", &log];
    options.iter().for_each(|option| outer.extend(["-e", option]));
    outer.push("--");
    within(&outer, command)
}
