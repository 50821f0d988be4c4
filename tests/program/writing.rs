//! A file appears whole or not at all: on a full disk, and when the program is killed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use super::people::{EXTRACT, LINKAGE, Random, csv, rows, source};
use super::support::{Project, files_below, names_below, run, sealink};
use super::tables;

/// A file system of a few kilobytes in memory; unmounted when dropped.
struct TinyDisk(PathBuf);

impl TinyDisk {
    /// None, with a word about it, where mounting is not allowed.
    fn mount(at: &Path, size: &str) -> Option<Self> {
        fs::create_dir_all(at).expect("a folder");
        let option = format!("size={size}");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &option, "tmpfs"]).arg(at).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Self(at.to_owned()));
        }
        eprintln!("skipped: mounting a tmpfs is not allowed here, so no disk can be full");
        None
    }
}

impl Drop for TinyDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(&self.0).status();
    }
}

fn with_out(command: &Command, out: &Path) -> Command {
    let mut other = Command::new(command.get_program());
    let mut replace = false;
    for argument in command.get_args() {
        other.arg(if replace { out.as_os_str() } else { argument });
        replace = argument == "--out";
    }
    other
}

fn linked_project(people: u64) -> Project {
    let project = Project::new(LINKAGE);
    for (place, dataset) in (1..).zip(["a", "b", "c"]) {
        project.agency(dataset, &source(dataset), csv(&rows(place, 0..people))).ends(0);
    }
    project.put("extract.toml", EXTRACT);
    run(&mut project.link(&["a", "b", "c"])).ends(0);
    project
}

#[test]
fn a_full_disk_is_reported_and_leaves_no_file() {
    let project = linked_project(3000);
    let datasets = ["a", "b", "c"];
    let mut extract = project.extract(&datasets);
    extract.arg("--csv");
    for (place, command) in
        [project.pseudonymise("a"), project.link(&datasets), extract].iter().enumerate()
    {
        for size in ["4k", "64k", "128k"] {
            let at = project.at(format!("disk{place}{size}"));
            let Some(_disk) = TinyDisk::mount(&at, size) else { return };
            run(&mut with_out(command, &at)).ends(1).says(&["cannot be written", "space"]);
            assert_eq!(names_below(&at), [""; 0], "{command:?} on {size}");
        }
        // The same command succeeds where there is room.
        let elsewhere = project.at(format!("room{place}"));
        run(&mut with_out(command, &elsewhere)).ends(0);
        assert!(!files_below(&elsewhere).is_empty());
    }
}

#[test]
fn a_failed_run_leaves_the_files_of_an_earlier_one_as_they_were() {
    let project = linked_project(400);
    let Some(disk) = TinyDisk::mount(&project.at("disk"), "2m") else { return };
    let command = with_out(&project.pseudonymise("a"), &disk.0);
    run(&mut with_out(&command, &disk.0)).ends(0);
    let contents =
        || files_below(&disk.0).iter().map(|p| fs::read(p).expect("read")).collect::<Vec<_>>();
    let before = contents();
    // Fill the rest of the disk.
    let _ = fs::write(disk.0.join("filler"), vec![0; 1 << 21]);
    run(&mut with_out(&command, &disk.0)).ends(1).says(&["space"]);
    fs::remove_file(disk.0.join("filler")).expect("removed");
    assert!(before == contents(), "an earlier file was touched");
}

#[test]
fn a_folder_that_cannot_be_written_is_reported() {
    let project = linked_project(30);
    let file = project.put("a-file", "in the way");
    for command in
        [project.pseudonymise("a"), project.link(&["a", "b"]), project.extract(&["a", "b", "c"])]
    {
        run(&mut with_out(&command, &file.join("out")))
            .ends(1)
            .says(&["a-file", "cannot be written"]);
    }
    assert_eq!(fs::read(file).expect("read"), b"in the way");
}

/// Whether a final file is whole: the program opens it, and every page of a table can be read.
fn assert_whole(path: &Path) {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("parquet") => {
            run(sealink("inspect").arg(path)).ends(0);
            assert!(tables::read(path).rows() > 0);
        }
        Some("json") => {
            let bytes = fs::read(path).expect("read");
            let json: serde_json::Value = serde_json::from_slice(&bytes).expect("whole JSON");
            assert!(json.is_object());
        }
        other => panic!("what is a file of the kind {other:?}?"),
    }
}

#[test]
fn a_killed_run_leaves_whole_files_or_none() {
    let project = linked_project(6000);
    let datasets = ["a", "b", "c"];
    let mut random = Random(7);
    for (name, command) in [
        ("agency", project.pseudonymise("a")),
        ("linker", project.link(&datasets)),
        ("extract", project.extract(&datasets)),
    ] {
        let out = project.at(format!("killed-{name}"));
        let began = Instant::now();
        run(&mut with_out(&command, &out)).ends(0);
        let whole = began.elapsed();
        let usual = names_below(&out);
        let (mut interrupted, mut partial) = (0, 0);
        for turn in 0..24 {
            fs::remove_dir_all(&out).expect("removed");
            let mut started = with_out(&command, &out);
            let mut child =
                started.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
            // Half of the kills fall into the last third, where files are written.
            let thousandths =
                if turn % 2 == 0 { random.below(1000) } else { 650 + random.below(350) };
            std::thread::sleep(whole * u32::try_from(thousandths).expect("small") / 1000);
            child.kill().expect("it is killed or was done");
            let done = child.wait().expect("it ends").success();
            interrupted += u32::from(!done);
            fs::create_dir_all(&out).expect("a folder");
            let (passing, files): (Vec<_>, Vec<_>) =
                names_below(&out).into_iter().partition(|file| file.starts_with(".sealink-"));
            partial += u32::from(!passing.is_empty());
            assert!(files.iter().all(|file| usual.contains(file)), "{files:?}");
            files.iter().for_each(|file| assert_whole(&out.join(file)));
            // The last file tells that all others are there.
            let last = ["a.tokens.parquet", "person_map.parquet", "datapackage.json"];
            if files.iter().any(|file| last.contains(&file.as_str())) {
                assert_eq!(files, usual);
            }
            // What a killed run left is no hindrance to the next.
            if turn % 8 == 0 {
                run(&mut with_out(&command, &out)).ends(0);
                let mut after = names_below(&out);
                after.retain(|file| !file.starts_with(".sealink-"));
                assert_eq!(after, usual);
            }
        }
        eprintln!("{name}: {interrupted} of 24 runs were killed, {partial} while writing");
        assert!(interrupted > 0, "no run of {name} was killed in time ({whole:?})");
    }
}
