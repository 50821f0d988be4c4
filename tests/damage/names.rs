//! Names that others chose: none leads out of the output folder, steers a terminal or is a device.

use std::fs;

use sealink::spec::{Extract, Linkage};

use super::people::{EXTRACT, LINKAGE, csv, rows, source};
use super::support::{Project, files_below, run, sealink};
use super::tables;

/// What an extract holds besides its tables.
const BESIDE_TABLES: [&str; 6] =
    ["README.txt", "datapackage.json", "example.R", "example.py", "example.sql", "report.html"];

/// Names that are something else to a file system, a shell or a terminal, as TOML writes them.
const HOSTILE: [&str; 44] = [
    "",
    " ",
    ".",
    "..",
    "../x",
    "..\\\\x",
    "a/../../x",
    "/etc/x",
    "//x",
    "C:\\\\x",
    "c:x",
    "\\\\\\\\server\\\\share",
    "~",
    "~/x",
    "$HOME",
    "$(id)",
    "`id`",
    "-rf",
    "--out",
    "-",
    "a b",
    "a;b",
    "a|b",
    "a*",
    "a?",
    "a\\u0000b",
    "a\\u0001b",
    "a\\nb",
    "a\\rb",
    "a\\u001b[2Jb",
    "a\\u202Egnp",
    "a\\u2066b",
    "a\\u200Bb",
    "\\uFEFFa",
    "аgency",
    "A",
    ".hidden",
    ".sealink-x",
    "con",
    "nul.txt",
    "aux",
    "com1",
    "lpt9.x",
    "a\\u0085b",
];

fn too_long() -> String {
    "a".repeat(65)
}

#[test]
fn no_hostile_name_of_a_project_dataset_field_recipe_or_extract_is_accepted() {
    let long = too_long();
    for name in HOSTILE.into_iter().chain([long.as_str()]) {
        for (what, spec) in [
            ("project", LINKAGE.replace("\"trial\"", &format!("\"{name}\""))),
            ("dataset", LINKAGE.replace("[\"a\", \"b\", \"c\"]", &format!("[\"a\", \"{name}\"]"))),
            ("field", LINKAGE.replace("sex           =", &format!("\"{name}\" ="))),
            ("recipe", LINKAGE.replace("sex_dob        =", &format!("\"{name}\" ="))),
        ] {
            assert!(Linkage::parse("linkage.toml", &spec).is_err(), "{what} {name:?}");
        }
        let extract = EXTRACT.replace("\"trial-1\"", &format!("\"{name}\""));
        assert!(Extract::parse("extract.toml", &extract).is_err(), "extract {name:?}");
        let extract = EXTRACT.replace("[datasets.a]", &format!("[datasets.\"{name}\"]"));
        assert!(Extract::parse("extract.toml", &extract).is_err(), "dataset {name:?}");
    }
    assert!(Linkage::parse("linkage.toml", LINKAGE).is_ok());
    assert!(Extract::parse("extract.toml", EXTRACT).is_ok());
}

/// Every file below a project's folder.
fn everything(project: &Project) -> Vec<std::path::PathBuf> {
    files_below(&project.at(""))
}

/// Columns have whatever names their source gave them; they name no file.
#[test]
fn hostile_names_of_columns_stay_names_of_columns() {
    let project = Project::new(LINKAGE);
    let names: Vec<String> =
        ["../x", "/etc/x", "-rf", "a\u{202e}gnp", "=1+1", "con", "a;b", "é\u{200b}"]
            .map(str::to_owned)
            .to_vec();
    let quoted: Vec<String> = names.iter().map(|name| format!("\"{name}\"")).collect();
    let mapping =
        source("a").replace("\"serial\",", &format!("\"serial\", {},", quoted.join(", ")));
    let text = csv(&rows(1, 0..9));
    let mut lines = text.lines();
    let header = format!("{},{}", lines.next().expect("a header"), quoted.join(","));
    let records: Vec<String> =
        lines.map(|line| format!("{line}{}", ",x".repeat(names.len()))).collect();
    project.agency("a", &mapping, format!("{header}\n{}\n", records.join("\n"))).ends(0);
    for (place, dataset) in [(2, "b"), (3, "c")] {
        project.agency(dataset, &source(dataset), csv(&rows(place, 0..9))).ends(0);
    }
    run(&mut project.link(&["a", "b", "c"])).ends(0);
    project.put("extract.toml", EXTRACT);
    let before = everything(&project);
    run(project.extract(&["a", "b", "c"]).arg("--csv")).ends(0);
    let made = everything(&project).into_iter().filter(|path| !before.contains(path));
    let folder = project.at("extract");
    let expected =
        ["a", "b", "c", "people"].map(|name| [format!("{name}.csv"), format!("{name}.parquet")]);
    for path in made {
        let name = path.strip_prefix(&folder).expect("within the folder").to_str().expect("plain");
        assert!(
            BESIDE_TABLES.contains(&name) || expected.as_flattened().iter().any(|e| e == name),
            "{name}"
        );
    }
    let table = tables::read(&folder.join("a.parquet"));
    assert!(names.iter().all(|name| table.names().contains(&name.as_str())), "{:?}", table.names());
    let csv = fs::read_to_string(folder.join("a.csv")).expect("the CSV");
    assert!(csv.lines().next().expect("a header").contains("'=1+1"));
}

#[test]
fn no_name_steers_the_terminal() {
    let project = Project::new(LINKAGE);
    let steering = "x\\u001b]0;owned\\u0007\\u202Ey";
    let mapping = source("a").replace("\"serial\"", &format!("\"{steering}\""));
    project.put("a/source.toml", mapping);
    let mut check = sealink("check");
    check.arg("--spec").arg(project.at("linkage.toml"));
    check.arg("--source").arg(project.at("a/source.toml"));
    check.arg(project.put("a/records.csv", csv(&rows(1, 0..3))));
    let steered = project.put("a\u{1b}[2Jb.csv", "x");
    let mut of_path = project.pseudonymise_nothing("a");
    of_path.arg(&steered);
    let mut of_spec = sealink("check");
    of_spec
        .arg("--spec")
        .arg(project.put("s.toml", LINKAGE.replace("\"trial\"", &format!("\"{steering}\""))));
    for (command, code) in [(&mut check, 1), (&mut of_path, 1), (&mut of_spec, 2)] {
        for format in ["text", "json"] {
            let ran = run(command.arg("--format").arg(format));
            let said = format!("{}{}", ran.stdout, ran.stderr);
            assert!(ran.code.is_some_and(|found| found > 0 && found < 5), "{code}: {said}");
            let steers = |c: char| (c.is_control() && c != '\n' && c != '\t') || c == '\u{202e}';
            assert!(!said.contains(steers), "{said:?}");
            assert!(!ran.stderr.is_empty());
            // `--format` may be given once.
            if format == "text" {
                let again = std::process::Command::new(command.get_program());
                let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
                *command = again;
                command.args(&arguments[..arguments.len() - 2]);
            }
        }
    }
}
