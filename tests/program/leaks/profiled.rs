//! What is told of a file before anybody has described it: no cell is in a profile, a proposal or
//! an error, whatever the file is.

use std::path::Path;
use std::process::Command;

use super::super::support::{Project, sealink};
use super::canaries::Aviary;
use super::cases::{cases, joined, lines};
use super::search::Search;
use super::sweep::Sweep;

/// The ways to ask about a file.
fn profiles(records: &Path, out: &Path) -> Vec<Command> {
    // Not `--header`: by that a person says that the first row may be shown.
    let words: [&[&str]; 3] = [&[], &["--delimiter", ";"], &["--encoding", "utf-16le"]];
    let asked = |words: &&[&str]| {
        let mut command = sealink("profile");
        command.arg(records).args(*words);
        command
    };
    let mut commands: Vec<Command> = words.iter().map(asked).collect();
    let mut proposing = sealink("profile");
    proposing.arg(records).arg("--out").arg(out);
    commands.push(proposing);
    commands
}

/// Asks about a file in every way and looks at all that is printed and written.
fn ask(sweep: &mut Sweep<'_>, project: &Project, records: &[u8]) {
    let path = project.put("asked/records.csv", records);
    for format in ["text", "json"] {
        let out = project.at(format!("proposed/{format}.toml"));
        for mut command in profiles(&path, &out) {
            command.args(["--format", format]).env("RUST_BACKTRACE", "full");
            let output = command.output().expect("the program starts");
            assert!([0, 1, 2, 3].contains(&output.status.code().unwrap_or(-1)), "{command:?}");
            sweep.printed(&command, &output);
        }
    }
    sweep.folder(&project.at("proposed"), &project.at(""));
    let _ = std::fs::remove_dir_all(project.at("proposed"));
}

#[test]
fn no_cell_of_a_good_or_bad_file_is_in_its_profile() {
    let mut aviary = Aviary::new(23);
    let (cases, ids) = cases(&mut aviary);
    let search = Search::new(aviary.hidden.iter().chain(&ids));
    let mut sweep = Sweep::new(&search, &[]);
    let project = Project::of_template(&["a", "b"]);
    for case in cases {
        ask(&mut sweep, &project, &case.records);
        assert!(sweep.hits().is_empty(), "{}: {:#?}", case.name, sweep.hits());
    }
    eprintln!("{}", sweep.table());
}

/// Files without a header of which no cell of the first row looks like a number, date or postcode,
/// so that nothing but the names of columns can tell.
#[test]
fn no_cell_of_a_file_without_a_header_is_shown_as_a_name() {
    let mut aviary = Aviary::new(29);
    let mut words = |places: &[usize]| -> Vec<Vec<String>> {
        let row = |_| {
            let row = aviary.person().row();
            places.iter().map(|place| row[*place].clone()).collect()
        };
        (0..40).map(row).collect()
    };
    let files = [lines(&words(&[3, 5])), lines(&words(&[5])), lines(&words(&[3, 4, 5, 7, 9]))];
    // One known word among them, as a surname may be.
    let mut street = words(&[3, 4, 5]);
    street[0][1] = "Street".to_owned();
    let street = lines(&street);
    let search = Search::new(&aviary.hidden);
    let mut sweep = Sweep::new(&search, &[]);
    let project = Project::of_template(&["a", "b"]);
    for records in files.iter().chain([&street]) {
        for format in ["text", "json"] {
            let path = project.put("records.csv", records);
            sweep.talk(0, || {
                let mut command = sealink("profile");
                command.arg(&path);
                command
            });
            let broken = joined(&[records, b"\"\n"]);
            let path = project.put("broken.csv", broken);
            let mut command = sealink("profile");
            let output = command.arg(&path).args(["--format", format]).output();
            sweep.printed(&command, &output.expect("the program starts"));
        }
    }
    sweep.assert_clean();
    assert!(search.values() > 100);
}

#[test]
fn a_cell_is_found_where_one_is_shown() {
    let mut aviary = Aviary::new(31);
    let row = aviary.person().row();
    let search = Search::new(&aviary.hidden);
    let mut sweep = Sweep::new(&search, &[]);
    let project = Project::of_template(&["a", "b"]);
    // A person who says that the first row is a header has it shown.
    let names = format!("{},{}\nx,y\n", row[3], row[5]);
    let path = project.put("records.csv", names);
    sweep.talk(0, || {
        let mut command = sealink("profile");
        command.arg(&path).arg("--header");
        command
    });
    assert!(!sweep.hits().is_empty());
}
