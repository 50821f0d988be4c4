//! The shape of the program, as `docs/architecture.md` has it: which module may know which, and
//! who alone may create files and print.

#![allow(clippy::disallowed_methods, reason = "the test reads the sources, nothing else")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Small vocabularies that everyone may use, and that use only each other.
const WORDS: [&str; 9] =
    ["spec", "token", "key", "disclose", "interval", "observe", "guard", "reason", "count"];

/// What else a module may use. Roles meet only in files: none is in another's list.
const MAY_USE: [(&str, &[&str]); 10] = [
    ("format", &[]),
    ("report", &[]),
    ("delivery", &["format"]),
    ("agency", &["format", "delivery", "report"]),
    ("linker", &["format", "report"]),
    ("research", &["format", "report"]),
    ("evaluate", &["format"]),
    ("synth", &["format"]),
    ("audit", &["format", "agency", "research"]),
    ("cli", &["format", "delivery", "agency", "linker", "research", "evaluate", "synth", "audit"]),
];

/// Words that a module may use, where not all of them.
const FEWER_WORDS: [(&str, &[&str]); 4] = [
    ("evaluate", &["token", "interval"]),
    ("synth", &["spec", "observe", "token", "reason"]),
    // A report knows counts by way of a policy, and no spec or key.
    ("report", &["count", "interval"]),
    ("count", &["interval"]),
];

/// Files of more than [`MOST_LINES`] lines, each with a reason to be so long.
const LONG_FILES: [(&str, &str); 0] = [];

const MOST_LINES: usize = 400;

/// A source file: its path below `src`, and its text without tests and comments.
struct Source {
    path: String,
    code: String,
}

impl Source {
    /// The module at the top in which the file is; empty for `main.rs` and `lib.rs`.
    fn top(&self) -> &str {
        match self.path.split(['/', '.']).next() {
            Some("main" | "lib") | None => "",
            Some(top) => top,
        }
    }

    /// Whether the code holds this text, and not as the end of a longer word.
    fn holds(&self, text: &str) -> bool {
        let mut places = self.code.match_indices(text);
        places.any(|(at, _)| !self.code.split_at(at).0.ends_with(|c: char| c.is_alphanumeric()))
    }

    /// How deep the file's module is: `agency/read.rs` is 2 deep.
    fn depth(&self) -> usize {
        self.path.split('/').count()
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    find(&root, &mut files);
    assert!(files.len() > 50, "the sources were not found");
    files
        .into_iter()
        .map(|file| {
            let path =
                file.strip_prefix(&root).expect("it is below").to_str().expect("plain names");
            Source {
                path: path.to_owned(),
                code: code_of(&fs::read_to_string(&file).expect("a source")),
            }
        })
        .filter(|source| !source.path.split('/').any(|part| part == "tests" || part == "tests.rs"))
        .collect()
}

fn find(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            find(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    files.sort();
}

/// A text up to its tests, without comments.
fn code_of(text: &str) -> String {
    let body = text.split("#[cfg(test)]\nmod ").next().unwrap_or_default();
    let code = |line: &str| line.split("//").next().unwrap_or_default().to_owned();
    body.lines().map(code).collect::<Vec<_>>().join("\n")
}

fn first_name(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

/// The modules at the top that a file names, by `crate::` or by going up.
fn used(source: &Source) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for rest in source.code.split("crate::").skip(1) {
        assert!(!rest.starts_with(['{', '*']), "{}: name each module by itself", source.path);
        found.insert(first_name(rest).to_owned());
    }
    let up = "super::".repeat(source.depth());
    for rest in source.code.split(&*up).skip(1) {
        found.insert(first_name(rest).to_owned());
    }
    found.remove(source.top());
    found
}

fn may_use(from: &str, to: &str) -> bool {
    let listed = |table: &[(&str, &'static [&'static str])]| {
        table.iter().find(|(module, _)| *module == from).map(|(_, modules)| *modules)
    };
    let words = listed(&FEWER_WORDS).unwrap_or(&WORDS);
    words.contains(&to) || listed(&MAY_USE).is_some_and(|modules| modules.contains(&to))
}

#[test]
fn modules_use_only_what_they_may() {
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for source in sources().iter().filter(|source| !source.top().is_empty()) {
        let known =
            WORDS.contains(&source.top()) || MAY_USE.iter().any(|(m, _)| *m == source.top());
        assert!(known, "{}: a new module has a place in the table of this test", source.path);
        for module in used(source) {
            seen.insert((source.top().to_owned(), module.clone()));
            if !may_use(source.top(), &module) {
                wrong.push(format!("{} uses {module}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    // The test sees what there is.
    for (from, to) in
        [("agency", "format"), ("linker", "spec"), ("cli", "research"), ("format", "token")]
    {
        assert!(seen.contains(&(from.to_owned(), to.to_owned())), "{from} to {to} was not seen");
    }
}

#[test]
fn roles_never_know_each_other() {
    let roles = ["agency", "linker", "research", "evaluate", "synth"];
    for from in roles {
        for to in roles.into_iter().chain(["cli"]) {
            assert!(from == to || !may_use(from, to), "the table lets {from} use {to}");
        }
    }
    assert!(WORDS.iter().all(|word| !may_use(word, "format")));
}

/// Asserts that these texts stand in no file but those allowed.
fn assert_only_in(texts: &[&str], allowed: impl Fn(&Source) -> bool, seen_in: &str) {
    let sources = sources();
    let holds = |source: &Source| texts.iter().any(|text| source.holds(text));
    let wrong: Vec<&str> =
        sources.iter().filter(|s| holds(s) && !allowed(s)).map(|s| s.path.as_str()).collect();
    assert!(wrong.is_empty(), "{texts:?} stand in {wrong:?}");
    assert!(sources.iter().any(|s| s.path == seen_in && holds(s)), "{seen_in} was not seen");
}

#[test]
fn files_are_created_in_format_alone() {
    let creating = [
        "File::create",
        "fs::write",
        "OpenOptions",
        "tempfile",
        "NamedTempFile",
        "create_dir",
        "fs::rename",
        "fs::copy",
        "File::options",
        "hard_link",
        "remove_file",
        "remove_dir",
    ];
    // What destroys a key file removes it, and tries its folder before.
    let allowed = |s: &Source| s.path.starts_with("format/write") || s.path == "format/erase.rs";
    assert_only_in(&creating, allowed, "format/write.rs");
}

#[test]
fn only_the_command_line_prints() {
    let macros = ["print!", "println!", "eprint!", "eprintln!", "dbg!"];
    let none = |source: &Source| source.top() == "cli" || source.path == "main.rs";
    let wrong = sources();
    let wrong: Vec<&Source> =
        wrong.iter().filter(|s| macros.iter().any(|m| s.holds(m)) && !none(s)).collect();
    assert!(wrong.is_empty(), "{:?}", wrong.iter().map(|s| &s.path).collect::<Vec<_>>());
    // The hook for panics writes by itself, and names a place only.
    let streams = ["stdout()", "stderr()"];
    assert_only_in(&streams, |s| s.top() == "cli" || s.path == "guard.rs", "cli/say.rs");
}

#[test]
fn no_clock_host_or_environment_is_read() {
    let asked = ["SystemTime", "Instant::", "env::var", "gethostname", "current_dir", "temp_dir"];
    let sources = sources();
    let wrong: Vec<&str> = sources
        .iter()
        .filter(|source| source.top() != "cli" && asked.iter().any(|text| source.holds(text)))
        .map(|source| source.path.as_str())
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn a_secret_is_exposed_only_where_keys_are_made_and_used() {
    assert_only_in(&["expose_secret"], |source| source.top() == "key", "key/file.rs");
}

#[test]
fn a_long_file_is_long_for_a_reason() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    find(&root.join("src"), &mut files);
    for file in files {
        let path =
            file.strip_prefix(root.join("src")).expect("it is below").to_str().expect("plain");
        let lines = fs::read_to_string(&file).expect("a source").lines().count();
        let listed = LONG_FILES.iter().any(|(long, _)| *long == path);
        assert!(lines <= MOST_LINES || listed, "{path} has {lines} lines: is it two things?");
        assert!(lines > MOST_LINES || !listed, "{path} is no longer long: strike it off the list");
    }
}
