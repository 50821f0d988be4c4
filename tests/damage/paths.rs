//! Inputs and outputs that are no plain files: links, pipes, devices, folders.

use std::fs;
use std::os::unix::fs::{FileTypeExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::people::{LINKAGE, csv, rows, source};
use super::support::{Project, names_below, run, sealink};
use super::written_tables::linked;

fn project() -> Project {
    let project = Project::new(LINKAGE);
    project.put("a/source.toml", source("a"));
    project.put("a/records.csv", csv(&rows(1, 0..9)));
    project
}

/// The command with another folder for its outputs.
fn into(command: &Command, out: &Path) -> Command {
    let mut other = Command::new(command.get_program());
    let mut last = None;
    for argument in command.get_args() {
        other.arg(if last == Some("--out") { out.as_os_str() } else { argument });
        last = argument.to_str();
    }
    other
}

const MADE: [&str; 5] =
    ["a.payload.parquet", "a.quality.html", "a.quality.json", "a.refs.parquet", "a.tokens.parquet"];

#[test]
fn a_link_in_the_place_of_an_output_is_replaced_and_not_followed() {
    let project = project();
    let precious = project.put("precious", "precious");
    let out = project.at("a/out");
    fs::create_dir_all(&out).expect("a folder");
    for name in MADE {
        symlink(&precious, out.join(name)).expect("a link");
    }
    run(&mut project.pseudonymise("a")).ends(0);
    assert_eq!(fs::read(&precious).expect("read"), b"precious");
    for name in MADE {
        assert!(!out.join(name).symlink_metadata().expect("there").file_type().is_symlink());
    }
}

#[test]
fn a_pipe_in_the_place_of_an_output_is_replaced_and_not_waited_for() {
    let project = project();
    let out = project.at("a/out");
    fs::create_dir_all(&out).expect("a folder");
    for name in MADE {
        run(Command::new("mkfifo").arg(out.join(name))).ends(0);
    }
    assert_eq!(ends_soon(project.pseudonymise("a")), Some(0));
    for name in MADE {
        assert!(!out.join(name).metadata().expect("there").file_type().is_fifo());
    }
}

#[test]
fn a_folder_that_is_a_link_is_used_and_nothing_is_written_beside_it() {
    let project = project();
    fs::create_dir_all(project.at("real")).expect("a folder");
    symlink(project.at("real"), project.at("link")).expect("a link");
    run(&mut into(&project.pseudonymise("a"), &project.at("link"))).ends(0);
    assert_eq!(names_below(&project.at("real")), MADE);
}

#[test]
fn an_output_folder_that_is_none_is_refused() {
    let project = project();
    let file = project.put("file", "precious");
    symlink(project.at("loop"), project.at("loop")).expect("a link");
    symlink(project.at("nowhere"), project.at("broken")).expect("a link");
    let pipe = project.at("pipe");
    run(Command::new("mkfifo").arg(&pipe)).ends(0);
    let under = |path: &Path| path.join("below");
    for out in [
        file.clone(),
        under(&file),
        pipe,
        project.at("loop"),
        project.at("broken"),
        PathBuf::from("/dev/null"),
        PathBuf::from("/dev/null/x"),
        PathBuf::from("/dev/full"),
        PathBuf::from("/proc/self/x"),
        project.at("x".repeat(300)),
    ] {
        let ran = run(&mut into(&project.pseudonymise("a"), &out)).ends(1);
        assert!(ran.stderr.contains("cannot be written"), "{}: {}", out.display(), ran.stderr);
    }
    assert_eq!(fs::read(&file).expect("read"), b"precious");
    // A folder in the place of a table.
    fs::create_dir_all(project.at("a/out/a.tokens.parquet/x")).expect("a folder");
    run(&mut project.pseudonymise("a")).ends(1);
}

/// The exit code, if the program ends within some seconds.
fn ends_soon(mut command: Command) -> Option<i32> {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let deadline = Instant::now() + Duration::from_secs(60);
    while Instant::now() < deadline {
        if let Some(status) = child.try_wait().expect("it can be asked") {
            return status.code();
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    child.kill().expect("it is stopped");
    child.wait().expect("it ends");
    None
}

#[test]
fn an_input_that_is_no_file_is_refused() {
    let project = project();
    symlink(project.at("loop"), project.at("loop")).expect("a link");
    let folder = project.at("folder");
    fs::create_dir_all(&folder).expect("a folder");
    for input in [
        project.at("loop"),
        folder,
        project.at("missing"),
        PathBuf::from("/dev/null"),
        PathBuf::from("/dev/zero"),
        PathBuf::from("/dev/urandom"),
        PathBuf::from("/proc/self/mem"),
    ] {
        let mut command = project.pseudonymise_nothing("a");
        command.arg(&input);
        assert_eq!(ends_soon(command), Some(1), "{}", input.display());
    }
    assert!(names_below(&project.at("a/out")).is_empty());
}

/// A pipe with a writer is a way to read what another program unpacks.
#[test]
fn an_input_that_is_a_pipe_is_read_to_its_end() {
    let project = project();
    let pipe = project.at("pipe");
    run(Command::new("mkfifo").arg(&pipe)).ends(0);
    let records = project.at("a/records.csv");
    let mut writer = Command::new("cp").arg(&records).arg(&pipe).spawn().expect("it starts");
    let mut command = project.pseudonymise_nothing("a");
    command.arg(&pipe);
    assert_eq!(ends_soon(command), Some(0));
    writer.wait().expect("it ends");
}

#[test]
fn a_table_spec_or_list_that_is_no_file_is_refused() {
    let project = linked();
    symlink(project.at("loop"), project.at("loop")).expect("a link");
    for wrong in ["loop", "missing", "", "/dev/null", "/dev/zero"] {
        let wrong = project.at(wrong);
        let with = |verb: &str, options: &[(&str, &Path)]| {
            let mut command = sealink(verb);
            for (option, path) in options {
                command.arg(option).arg(path);
            }
            command
        };
        let (spec, map) = (project.at("linkage.toml"), project.at("linked/person_map.parquet"));
        let mut link = with("link", &[("--spec", &spec), ("--out", &project.at("new"))]);
        link.arg(&wrong);
        let mut inspect = sealink("inspect");
        inspect.arg(&wrong);
        for command in [
            link,
            inspect,
            with("check", &[("--spec", &wrong)]),
            with("evaluate", &[("--map", &map), ("--truth", &wrong)]),
            with("evaluate", &[("--map", &wrong), ("--truth", &wrong)]),
        ] {
            let shown = format!("{command:?}");
            // An empty spec is a spec with mistakes, a folder may be a delivery.
            assert!(matches!(ends_soon(command), Some(1 | 2 | 4)), "{shown}");
        }
    }
}
