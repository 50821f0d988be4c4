//! Error paths: files with every mistake, each cell a canary, and records or keys given in place of
//! every other file; no message shows one.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::super::support::{Project, files_below, key_text, run, sealink};
use super::canaries::{Aviary, Canary};
use super::cases::{HEADER, SOURCE, cases, joined, lines};
use super::pipeline::Flock;
use super::search::Search;
use super::sweep::Sweep;

#[test]
fn no_identifier_of_a_good_or_bad_file_is_printed_or_written() {
    let mut aviary = Aviary::new(11);
    let (cases, ids) = cases(&mut aviary);
    assert!(cases.len() > 20);
    let search = Search::new(aviary.hidden.iter().chain(&ids));
    let mut sweep = Sweep::new(&search, &ids);
    for case in cases {
        let project = Project::of_template(&["a", "b"]);
        let (from, to) = case.edit;
        let source = if from.is_empty() { SOURCE.to_owned() } else { SOURCE.replacen(from, to, 1) };
        project.put("a/source.toml", source);
        project.put("a/records.csv", case.records);
        std::fs::create_dir(project.at("passing")).expect("a folder");
        // The same id twice is found when the references are sorted, which `check` does not do.
        let code = if case.name == "an id twice" { 0 } else { case.code };
        sweep.talk(code, || {
            let mut command = sealink("check");
            command.arg("--spec").arg(project.at("linkage.toml")).arg("--source");
            command.arg(project.at("a/source.toml")).arg(project.at("a/records.csv"));
            command
        });
        sweep.talk(case.code, || {
            let mut command = project.pseudonymise("a");
            command.env("TMPDIR", project.at("passing"));
            command
        });
        assert!(files_below(&project.at("passing")).is_empty());
        assert_eq!(files_below(&project.at("a/out")).is_empty(), ![0, 3].contains(&case.code));
        sweep.folder(&project.at("a/out"), &project.at(""));
        assert!(sweep.hits().is_empty(), "{}: {:#?}", case.name, sweep.hits());
    }
    eprintln!("{}", sweep.table());
}

#[test]
fn no_identifier_of_several_inputs_of_which_one_lacks_its_header_is_printed() {
    let mut aviary = Aviary::new(12);
    let mut rows = |n| (0..n).map(|_| aviary.person().row()).collect::<Vec<_>>();
    let good = joined(&[HEADER.as_bytes(), b"\n", &lines(&rows(3))]);
    let headless = lines(&rows(3));
    // Nearly a header: more than half of its names are those of the first.
    let mut mixed = HEADER.split(',').map(str::to_owned).collect::<Vec<_>>();
    mixed[3] = "first_name".to_owned();
    let mixed = joined(&[&lines(&[mixed]), &lines(&rows(2))]);
    let search = Search::new(&aviary.hidden);
    let mut sweep = Sweep::new(&search, &[]);
    let project = Project::of_template(&["a", "b"]);
    project.put("a/source.toml", SOURCE);
    let good = project.put("a/good.csv", good);
    let headless = project.put("a/headless.csv", headless);
    let mixed = project.put("a/mixed.csv", mixed);
    for inputs in [[&good, &headless], [&headless, &good], [&good, &mixed], [&headless, &headless]]
    {
        let code = if inputs == [&headless, &headless] { 2 } else { 1 };
        sweep.talk(code, || {
            let mut command = project.pseudonymise_nothing("a");
            command.args(inputs);
            command
        });
    }
    sweep.assert_clean();
}

/// The program with these words and files.
fn words(verb: &str, words: &[&Path]) -> Command {
    let mut command = sealink(verb);
    command.args(words);
    command
}

/// Every command with another file in each place where it reads one.
fn with_wrong_files(project: &Project, other: &Path) -> Vec<Command> {
    let p = Path::new;
    let at = |path: &str| project.at(path);
    let (spec, source, key) = (&*at("linkage.toml"), &*at("a/source.toml"), &*at("linker.key"));
    let (map, tokens, out) =
        (&*at("linked/person_map.parquet"), &*project.table("a", "tokens"), &*at("out"));
    let by = PathBuf::from(format!("{}:ethnicity", other.display()));
    let (with_spec, with_out) = ([p("--spec"), spec], [p("--out"), out]);
    let pseudonymise = |keys: [&Path; 2]| {
        let keys = [p("--key"), keys[0], p("--agency-key"), keys[1]];
        words(
            "pseudonymise",
            &[&with_spec[..], &[p("--source"), source], &keys, &with_out, &[source]].concat(),
        )
    };
    let extract = |spec: &Path, map: &Path, key: &Path, payload: &Path| {
        let files = [p("--spec"), spec, p("--map"), map, p("--key"), key, payload];
        words("extract", &[&files[..], &with_out].concat())
    };
    vec![
        words("check", &[p("--spec"), other]),
        words("check", &[&with_spec[..], &[p("--source"), other]].concat()),
        words("inspect", &[other]),
        pseudonymise([other, key]),
        pseudonymise([&at("linkage.key"), other]),
        words("link", &[&with_out[..], &[p("--spec"), other, tokens]].concat()),
        words("link", &[&with_out[..], &with_spec, &[tokens, other]].concat()),
        extract(other, map, key, tokens),
        extract(&at("extract.toml"), other, key, tokens),
        extract(&at("extract.toml"), map, other, tokens),
        extract(&at("extract.toml"), map, key, other),
        words("evaluate", &[p("--map"), other, p("--truth"), other, p("--refs"), other]),
        words("evaluate", &[p("--map"), tokens, p("--truth"), other]),
        words("evaluate", &[p("--map"), map, p("--truth"), other, p("--by"), &by]),
        words("link", &[&with_out[..], &with_spec, &[p("--model"), other, tokens]].concat()),
        words("link", &[&with_out[..], &with_spec, &[p("--sealed"), other, tokens]].concat()),
        words("keygen", &[p("--role"), p("agency"), p("--out"), other]),
    ]
}

#[test]
fn a_file_of_records_or_a_key_given_for_another_file_is_not_shown() {
    let mut aviary = Aviary::new(14);
    let people: Vec<_> = (0..8).map(|_| aviary.person()).collect();
    let mut hidden = aviary.hidden.clone();
    hidden.extend(people.iter().map(|person| person.id.clone()));
    let secret = key_text("linkage", 1);
    hidden.push(secret.lines().last().expect("the secret").replace("secret: ", ""));
    let search = Search::new(&hidden);
    let mut sweep = Sweep::new(&search, &[]);

    let project = Project::of_template(&["a", "b"]);
    let rows: Vec<_> = people.iter().map(Canary::row).collect();
    project.agency("a", SOURCE, joined(&[HEADER.as_bytes(), b"\n", &lines(&rows)])).ends(0);
    let source = SOURCE.replace("dataset   = \"a\"", "dataset = \"b\"");
    project.agency("b", &source, joined(&[HEADER.as_bytes(), b"\n", &lines(&rows)])).ends(0);
    run(&mut project.link(&["a", "b"])).ends(0);
    project.put("extract.toml", "extract = \"x\"\n[datasets.a]\ncolumns = [\"*\"]\n");
    let tab = |byte: &u8| if *byte == b',' { b'\t' } else { *byte };
    let json = |row: &Vec<String>| format!("{{{:?}: {:?}}}\n", row[1], row[5]);
    let tabs: Vec<u8> = lines(&rows).iter().map(tab).collect();
    let others = [
        project.at("a/records.csv"),
        project.put("a/headless.csv", lines(&rows)),
        project.put("a/tabs.tsv", tabs),
        project.put("a/lines.json", rows.iter().map(json).collect::<String>()),
        project.table("a", "refs"),
        project.at("linkage.key"),
    ];
    for other in &others {
        for format in ["text", "json"] {
            for mut command in with_wrong_files(&project, other) {
                command.args(["--format", format]).env("RUST_BACKTRACE", "full");
                let ran = command.output().expect("the program starts");
                assert_ne!(ran.status.code(), Some(101), "{command:?}");
                sweep.printed(&command, &ran);
                assert!(sweep.hits().is_empty(), "{command:?}\nprints {:#?}", sweep.hits());
                // A table of references may be inspected, which shows no row.
                let inspected = command.get_args().any(|word| word == "inspect");
                let fine = inspected && other.extension().is_some_and(|e| e == "parquet");
                assert_eq!(ran.status.success(), fine, "{command:?}");
            }
        }
        assert!(!project.at("out").exists());
    }
}

#[test]
fn a_run_that_is_denied_memory_or_its_output_shows_nothing() {
    let flock = Flock::new(60, 19);
    let search = flock.search();
    let mut sweep = Sweep::new(&search, &flock.ids);
    let mut codes = std::collections::BTreeSet::new();
    for denied in [
        "ulimit -v 20000; exec \"$@\"",
        "ulimit -v 40000; exec \"$@\"",
        "ulimit -v 80000; exec \"$@\"",
        "ulimit -v 160000; exec \"$@\"",
        "ulimit -v 320000; exec \"$@\"",
        "trap '' XFSZ; ulimit -f 4; exec \"$@\"",
        "ulimit -n 5; exec \"$@\"",
        "exec \"$@\" >&-",
        "exec \"$@\" >/dev/full 2>&1",
    ] {
        let run = flock.project.pseudonymise("a");
        let mut command = Command::new("sh");
        command.args(["-c", denied, "sh"]).arg(run.get_program()).args(run.get_args());
        command.env("RUST_BACKTRACE", "full");
        let output = command.output().expect("a shell starts");
        codes.insert(output.status.to_string());
        sweep.printed(&command, &output);
    }
    sweep.folder(&flock.project.at("a/out"), &flock.project.at(""));
    assert!(codes.len() > 2, "some runs were denied what they need: {codes:?}");
    sweep.assert_clean();
}
