//! A sample of all damage through the real program: its exit code is one that it documents.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::people::EXTRACT;
use super::support::{Project, assert_nothing_in, run, sealink, set_mode};
use super::written_tables::linked;

/// A file, the command that reads it, and whether every damage to it must be found out.
struct Reading {
    file: PathBuf,
    sealed: bool,
    command: fn(&Project) -> Command,
}

fn out(project: &Project) -> PathBuf {
    project.at("fresh")
}

fn pseudonymise(project: &Project) -> Command {
    let mut command = sealink("pseudonymise");
    for (option, file) in [
        ("--spec", "linkage.toml"),
        ("--source", "a/source.toml"),
        ("--key", "linkage.key"),
        ("--agency-key", "a/agency.key"),
    ] {
        command.arg(option).arg(project.at(file));
    }
    command.arg("--out").arg(out(project)).arg(project.at("a/records.csv"));
    command
}

fn link(project: &Project) -> Command {
    let mut command = sealink("link");
    command.arg("--spec").arg(project.at("linkage.toml")).arg("--out").arg(out(project));
    command.args(["a", "b", "c"].map(|dataset| project.table(dataset, "tokens")));
    command
}

fn extract(project: &Project) -> Command {
    let mut command = sealink("extract");
    command.arg("--spec").arg(project.at("extract.toml"));
    command.arg("--map").arg(project.at("linked/person_map.parquet"));
    command.arg("--key").arg(project.at("linker.key")).arg("--out").arg(out(project));
    command.args(["a", "b", "c"].map(|dataset| project.table(dataset, "payload")));
    command
}

fn inspect(project: &Project) -> Command {
    let mut command = sealink("inspect");
    command.arg(project.at("linked/review.parquet"));
    command
}

fn readings(project: &Project) -> Vec<Reading> {
    let reading = |file: &str, sealed, command| Reading { file: project.at(file), sealed, command };
    vec![
        reading("linkage.toml", false, pseudonymise),
        reading("a/source.toml", false, pseudonymise),
        reading("a/records.csv", false, pseudonymise),
        reading("linkage.key", false, pseudonymise),
        reading("a/agency.key", false, pseudonymise),
        reading("linkage.toml", false, link),
        reading("a/out/a.tokens.parquet", true, link),
        reading("linked/person_map.parquet", true, extract),
        reading("a/out/a.payload.parquet", true, extract),
        reading("extract.toml", false, extract),
        reading("linker.key", false, extract),
        reading("linked/review.parquet", true, inspect),
    ]
}

/// A file cut short and with bits turned over, in a few places.
fn damaged(good: &[u8]) -> Vec<Vec<u8>> {
    let places = |parts: usize| (1..parts).map(move |part| good.len() * part / parts);
    let cut = [0, 1, good.len() - 1].into_iter().chain(places(3)).map(|end| good[..end].to_vec());
    let flipped = [0, good.len() - 1].into_iter().chain(places(5)).map(|place| {
        let mut bytes = good.to_vec();
        bytes[place] ^= 1 << (place % 8);
        bytes
    });
    cut.chain(flipped).collect()
}

#[test]
fn damage_of_any_file_ends_in_a_documented_way() {
    let project = linked();
    project.put("extract.toml", EXTRACT);
    let mut counts = [0; 5];
    for reading in readings(&project) {
        let Reading { file, sealed, command } = reading;
        run(&mut command(&project)).ends(0);
        let good = fs::read(&file).expect("a file");
        for bytes in damaged(&good) {
            let _ = fs::remove_dir_all(out(&project));
            fs::write(&file, &bytes).expect("a file");
            let ran = run(&mut command(&project));
            let shown = name(&file);
            let code = ran.code.unwrap_or_else(|| panic!("{shown}: killed: {}", ran.stderr));
            assert!((0..=4).contains(&code), "{shown}: {code}: {}", ran.stderr);
            assert!(!sealed || matches!(code, 1 | 2 | 4), "{shown}: {code}: {}", ran.stderr);
            if matches!(code, 1 | 2 | 4) {
                assert!(ran.stderr.starts_with("error: "), "{shown}: {}", ran.stderr);
                assert_nothing_in(out(&project));
            }
            counts[usize::try_from(code).expect("0 to 4")] += 1;
        }
        fs::write(&file, &good).expect("a file");
        if file.extension().is_some_and(|ending| ending == "key") {
            set_mode(&file, 0o600);
        }
        let _ = fs::remove_dir_all(out(&project));
    }
    println!("exit codes 0 to 4 of the program: {counts:?}");
    assert!(counts[1] > 0 && counts[2] > 0);
}

fn name(path: &Path) -> String {
    path.file_name().expect("a name").to_string_lossy().into_owned()
}
