//! The disk is full: file systems in memory of every size from nearly nothing to just too little,
//! in pages and in files.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::campaign::{Job, some_of};
use super::judge::Expect;
use super::launch::run;
use super::people::Random;
use super::snapshot::Files;
use super::trial::{Folder, Prepared, Record, Start};

const PAGE: usize = 4096;

/// What is said when there is no room: by the system, and by the standard library.
const NO_SPACE: [&str; 2] = ["No space left on device", "no storage space"];

/// A file system in memory; unmounted when dropped.
pub struct Disk(pub PathBuf);

impl Disk {
    /// None where mounting is not allowed.
    pub fn mount(at: &Path, options: &str) -> Option<Self> {
        fs::create_dir_all(at).expect("a folder");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(at).output();
        mounted.is_ok_and(|output| output.status.success()).then(|| Self(at.to_owned()))
    }

    pub fn remount(&self, options: &str) {
        let options = format!("remount,{options}");
        let status = Command::new("mount").args(["-o", &options]).arg(&self.0).status();
        assert!(status.is_ok_and(|status| status.success()), "it cannot be made larger");
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

/// How much room there is: enough of one, too little of the other.
#[derive(Clone, Copy, Debug)]
enum Room {
    Pages(usize),
    Names(usize),
}

pub fn jobs<'w>(prepared: &'w Prepared<'_>, count: usize, random: &mut Random) -> Vec<Job<'w>> {
    let probe = Folder::new();
    if Disk::mount(&probe.at("disk"), "size=64k").is_none() {
        eprintln!("skipped: mounting a tmpfs is not allowed here, so no disk can be full");
        return Vec::new();
    }
    let mut rooms = Vec::new();
    for &start in prepared.starts() {
        let written = prepared.written();
        let need = least(prepared, start, pages(&written));
        rooms.extend((0..need).map(|pages| (start, Room::Pages(pages))));
        // Files that exist already are written beside all the same.
        rooms.extend((0..written.len()).map(|names| (start, Room::Names(names))));
    }
    let chosen = some_of(rooms, count, random).into_iter();
    chosen.map(|(start, room)| one(prepared, start, room)).collect()
}

/// The fewest pages with which the command succeeds: those of its files, and what it needs
/// meanwhile.
fn least(prepared: &Prepared<'_>, start: Start, written: usize) -> usize {
    let (mut enough, mut too_few) = (written, written);
    while !fits(prepared, start, Room::Pages(enough)) {
        assert!(enough < 1 << 12, "no disk is large enough");
        too_few = enough;
        enough = enough * 2 + 8;
    }
    while enough > too_few + 1 {
        let middle = usize::midpoint(too_few, enough);
        if fits(prepared, start, Room::Pages(middle)) {
            enough = middle;
        } else {
            too_few = middle;
        }
    }
    enough
}

/// Whether the command succeeds with so much room: the sizes truly end where they suffice.
fn fits(prepared: &Prepared<'_>, start: Start, room: Room) -> bool {
    let folder = Folder::new();
    let Some(disk) = mount(prepared, start, room, &folder.at("disk")) else { return true };
    let out = disk.0.join("out");
    super::snapshot::lay(prepared.files_at(start), &out);
    run(&mut prepared.command(&out)).code == Some(prepared.case.code)
}

fn one<'w>(prepared: &'w Prepared<'_>, start: Start, room: Room) -> Job<'w> {
    Box::new(move || {
        let folder = Folder::new();
        let disk = mount(prepared, start, room, &folder.at("disk"))?;
        let out = disk.0.join("out");
        let expect = Expect {
            reasons: NO_SPACE.map(|says| format!("cannot be written: {says}")).to_vec(),
            places: vec![out.display().to_string()],
            codes: vec![1],
            ..Expect::default()
        };
        let (ended, mut verdict) =
            prepared.attempt(start, &out, &expect, |mut command| run(&mut command));
        disk.remount("size=64m,nr_inodes=4096");
        verdict.wrong.extend(prepared.rerun(verdict.outcome, &out));
        let hit = ended.code == Some(1);
        // What is encrypted has not the same size each time.
        if !hit && prepared.case.view.is_none() {
            verdict.wrong.push("the disk was large enough".to_owned());
        }
        let what = format!("{room:?}, {start:?}");
        Some(Record { kind: "disk", command: prepared.case.name, what, hit, verdict })
    })
}

/// A disk with so much room beside what stands there at the beginning.
fn mount(prepared: &Prepared<'_>, start: Start, room: Room, at: &Path) -> Option<Disk> {
    let there = prepared.files_at(start);
    let folders = folders(&prepared.raw);
    let (mut pages, mut names) = (1 << 12, 1 << 12);
    match room {
        // A page is taken by the filler, as a size of nothing would be without limit.
        Room::Pages(free) => pages = self::pages(there) + 1 + free,
        // The root, the filler, the folders and what is there.
        Room::Names(free) => names = 2 + folders + there.len() + free,
    }
    let disk = Disk::mount(at, &format!("size={},nr_inodes={names}", pages * PAGE))?;
    fs::write(at.join("filler"), [0; 1]).expect("there is a page");
    Some(disk)
}

fn pages(files: &Files) -> usize {
    files.values().map(|bytes| bytes.len().div_ceil(PAGE)).sum()
}

/// The folders in which the files are, with the one in which all are.
fn folders(files: &Files) -> usize {
    let mut folders = std::collections::BTreeSet::new();
    for name in files.keys() {
        folders.extend(Path::new(name).ancestors().skip(1));
    }
    folders.len()
}
