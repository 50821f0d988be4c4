//! No identifier leaves an agency: canaries in good rows and bad ones, through every command at its
//! most talkative, are looked for in all that is printed and written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::canaries::{Aviary, Canary, Search};
use super::leak_cases::{HEADER, cases, joined, lines};
use super::support::{Project, files_below, key_text, run, sealink};

const SOURCE: &str = r#"
dataset   = "a"
record_id = "id"

[fields]
nhs_number    = "nhs_number"
upn           = "upn"
forename      = ["forename", "alias"]
surname       = "surname"
date_of_birth = { column = "dob", format = "%d/%m/%Y" }
sex           = { column = "sex", codes = { "1" = "M", "2" = "F" } }
postcode      = "postcode"

[columns]
payload = [
    "ethnicity",
    { field = "date_of_birth", coarsen = "year", name = "birth_year" },
    { field = "postcode", coarsen = "district", name = "district" },
    { field = "sex", name = "sex" },
]
drop = ["note"]
"#;

/// Runs a command in text and in JSON, and looks for canaries in what it prints.
fn talk(search: &Search, code: i32, command: impl Fn() -> Command) {
    for format in ["text", "json"] {
        let mut command = command();
        let command = command.args(["--format", format]).env("RUST_BACKTRACE", "full");
        let ran = run(command).ends(code);
        let mut found = search.bytes(ran.stdout.as_bytes());
        found.extend(search.bytes(ran.stderr.as_bytes()));
        assert!(found.is_empty(), "{command:?}\nprints {found:#?}\n{}\n{}", ran.stdout, ran.stderr);
    }
}

/// Looks for canaries in files; those of references may hold record ids.
fn look(files: &[PathBuf], all: &Search, but_ids: &Search) {
    for path in files {
        let may_hold_ids = path.to_str().expect("plain names").ends_with(".refs.parquet");
        let found = (if may_hold_ids { but_ids } else { all }).file(path);
        assert!(found.is_empty(), "{} holds {found:#?}", path.display());
    }
}

#[test]
fn no_identifier_of_a_good_or_bad_file_is_printed_or_written() {
    let mut aviary = Aviary::new(11);
    let (cases, ids) = cases(&mut aviary);
    assert!(cases.len() > 20);
    let but_ids = Search::new(&aviary.hidden);
    let all = Search::new(aviary.hidden.iter().chain(&ids));
    for case in cases {
        eprintln!("{}", case.name);
        let project = Project::of_template(&["a", "b"]);
        let (from, to) = case.edit;
        let source = if from.is_empty() { SOURCE.to_owned() } else { SOURCE.replacen(from, to, 1) };
        project.put("a/source.toml", source);
        project.put("a/records.csv", case.records);
        fs::create_dir(project.at("passing")).expect("a folder");
        // The same id twice is found when the references are sorted, which `check` does not do.
        let code = if case.name == "an id twice" { 0 } else { case.code };
        talk(&all, code, || {
            let mut command = sealink("check");
            command.arg("--spec").arg(project.at("linkage.toml")).arg("--source");
            command.arg(project.at("a/source.toml")).arg(project.at("a/records.csv"));
            command
        });
        talk(&all, case.code, || {
            let mut command = project.pseudonymise("a");
            command.env("TMPDIR", project.at("passing"));
            command
        });
        assert!(files_below(&project.at("passing")).is_empty());
        assert_eq!(files_below(&project.at("a/out")).is_empty(), ![0, 3].contains(&case.code));
        look(&files_below(&project.at("a/out")), &all, &but_ids);
    }
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
    let project = Project::of_template(&["a", "b"]);
    project.put("a/source.toml", SOURCE);
    let good = project.put("a/good.csv", good);
    let headless = project.put("a/headless.csv", headless);
    let mixed = project.put("a/mixed.csv", mixed);
    for inputs in [[&good, &headless], [&headless, &good], [&good, &mixed], [&headless, &headless]]
    {
        let code = if inputs == [&headless, &headless] { 2 } else { 1 };
        talk(&search, code, || {
            let mut command = project.pseudonymise_nothing("a");
            command.args(inputs);
            command
        });
    }
}

#[test]
fn no_identifier_goes_past_the_agency_in_the_whole_pipeline() {
    let mut aviary = Aviary::new(13);
    let project = Project::of_template(&["a", "b"]);
    let people: Vec<_> = (0..60).map(|_| aviary.person()).collect();
    let mut ids: Vec<String> = Vec::new();
    let mut truth = "agency,record_id,entity_id\n".to_owned();
    for (dataset, held) in [("a", 0..40), ("b", 20..60)] {
        let mut rows = Vec::new();
        for place in held {
            let mut row = people[place].row();
            row[0] = format!("{}-{dataset}", row[0]);
            truth.push_str(&format!("{dataset},{},{place}\n", row[0]));
            ids.push(row[0].clone());
            rows.push(row);
        }
        let records = joined(&[HEADER.as_bytes(), b"\n", &lines(&rows)]);
        let source = SOURCE.replace("dataset   = \"a\"", &format!("dataset = \"{dataset}\""));
        project.agency(dataset, &source, records).ends(0);
    }
    let truth = project.put("truth.csv", truth);
    project.put(
        "extract.toml",
        "extract = \"x\"\n[datasets.a]\ncolumns = [\"*\"]\n[datasets.b]\ncolumns = [\"*\"]\n",
    );
    let but_ids = Search::new(&aviary.hidden);
    let all = Search::new(aviary.hidden.iter().chain(&ids));
    let both = ["a", "b"];

    talk(&all, 0, || project.pseudonymise("a"));
    talk(&all, 0, || project.link(&both));
    talk(&all, 0, || {
        let mut command = project.extract(&both);
        command.arg("--csv");
        command
    });
    talk(&all, 0, || {
        let mut command = sealink("evaluate");
        command
            .arg("--map")
            .arg(project.at("linked/person_map.parquet"))
            .arg("--truth")
            .arg(&truth);
        command.arg("--refs").args(both.map(|dataset| project.table(dataset, "refs")));
        command
    });
    let mut files = Vec::new();
    for folder in ["a/out", "b/out", "linked", "extract"] {
        files.extend(files_below(&project.at(folder)));
    }
    assert_eq!(files.len(), 4 + 4 + 4 + 7);
    for table in files.iter().filter(|path| path.extension().is_some_and(|e| e == "parquet")) {
        talk(&all, 0, || {
            let mut command = sealink("inspect");
            command.arg(table);
            command
        });
    }
    look(&files, &all, &but_ids);
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
    let (map, tokens, out) = (&*at("map.parquet"), &*project.table("a", "tokens"), &*at("out"));
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

    let project = Project::of_template(&["a", "b"]);
    let rows: Vec<_> = people.iter().map(Canary::row).collect();
    project.agency("a", SOURCE, joined(&[HEADER.as_bytes(), b"\n", &lines(&rows)])).ends(0);
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
                let ran = run(command.args(["--format", format]).env("RUST_BACKTRACE", "full"));
                assert_ne!(ran.code, Some(101), "{command:?}\n{}", ran.stderr);
                let mut found = search.bytes(ran.stdout.as_bytes());
                found.extend(search.bytes(ran.stderr.as_bytes()));
                assert!(found.is_empty(), "{command:?}\nprints {found:#?}\n{}", ran.stderr);
                // A table of references may be inspected, which shows no row.
                let inspected = command.get_args().any(|word| word == "inspect");
                let fine = inspected && other.extension().is_some_and(|e| e == "parquet");
                assert_eq!(ran.code == Some(0), fine, "{command:?}");
            }
        }
        assert!(!project.at("out").exists());
    }
}
