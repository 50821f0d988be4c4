//! The documentation's pages with commands: what a page tells its reader to type is typed, in an
//! empty folder, and what the page shows of the output was printed.
//!
//! Blocks marked `sh` are typed into one bash, blocks marked `python` into one Python; the first
//! command that fails ends the page. A block marked `text` is all that the block before it printed,
//! but for `...`: lines that are left out, or within a line some text. What a tutorial quotes from a
//! report, which its reader opens in a browser, is compared with the report (`figures`).

mod figures;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::support::{Ran, run};
use figures::Page;

/// The pages below `docs` whose commands are run.
const PAGES: [&str; 8] = [
    "how-to/choosing-thresholds.md",
    "how-to/custom-spec.md",
    "how-to/start-from-your-own-file.md",
    "how-to/what-to-tell-the-dpia.md",
    "how-to/yearly-updates.md",
    "tutorial/agency.md",
    "tutorial/linker.md",
    "tutorial/researcher.md",
];

/// What stands between the outputs of two blocks.
const MARK: &str = "== the next block of the page ==";

/// A block of a page: its language, its text and what the page shows of its output.
struct Block {
    language: String,
    text: String,
    shown: Option<String>,
}

#[test]
fn the_agency_s_tutorial_can_be_followed() {
    figures::of_the_agency(&follow("tutorial/agency.md"));
}

#[test]
fn the_linker_s_tutorial_can_be_followed() {
    figures::of_the_linker(&follow("tutorial/linker.md"));
}

#[test]
fn the_researcher_s_tutorial_can_be_followed() {
    figures::of_the_researcher(&follow("tutorial/researcher.md"));
}

#[test]
fn a_file_of_one_s_own_can_be_mapped_as_the_page_says() {
    follow("how-to/start-from-your-own-file.md");
}

#[test]
fn a_spec_of_one_s_own_can_be_made_as_the_page_says() {
    follow("how-to/custom-spec.md");
}

#[test]
fn thresholds_can_be_chosen_as_the_page_says() {
    follow("how-to/choosing-thresholds.md");
}

#[test]
fn next_year_s_delivery_can_be_made_as_the_page_says() {
    follow("how-to/yearly-updates.md");
}

#[test]
fn what_the_impact_assessment_is_told_can_be_made_as_the_page_says() {
    follow("how-to/what-to-tell-the-dpia.md");
}

#[test]
fn no_page_with_commands_is_left_out() {
    let mut found: Vec<String> = Vec::new();
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        if text.contains("```sh") {
            let name = page.strip_prefix(docs()).expect("below docs");
            found.push(name.to_str().expect("plain names").to_owned());
        }
    }
    found.sort();
    assert_eq!(found, PAGES);
}

#[test]
fn every_page_that_is_linked_to_is_there() {
    for page in pages() {
        let text = fs::read_to_string(&page).expect("a page");
        let ends = text.split("](").skip(1).filter_map(|rest| rest.split(')').next());
        for end in ends.filter(|end| !end.contains("://") && !end.starts_with('#')) {
            let target = end.split('#').next().expect("a first part");
            let linked = page.parent().expect("a folder").join(target);
            assert!(linked.exists(), "{} links to {end}", page.display());
        }
    }
}

#[test]
fn a_page_that_shows_what_was_not_printed_is_found_out() {
    assert!(shows("a\n...\nthree ... words", "a\nb\nc\nthree short words\n"));
    assert!(!shows("a\nc", "a\nb\nc\n"), "a line is left out without saying so");
    assert!(!shows("a", "a\nb\n"), "the rest is left out without saying so");
    assert!(!shows("three ... words", "three short sentences\n"));
    assert!(!shows("...\n12 records", "10 records\n"));
    assert!(shows("a\nb", "a\naudit: 91 %, 10 seconds so far, 0 seconds left\nb\n"));
}

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// The pages in `docs` and in its folders.
fn pages() -> Vec<PathBuf> {
    let folders = ["", "tutorial", "how-to", "decisions"];
    let entries =
        folders.iter().flat_map(|name| fs::read_dir(docs().join(name)).expect("a folder"));
    let files = entries.map(|entry| entry.expect("an entry").path());
    files.filter(|path| path.extension().is_some_and(|end| end == "md")).collect()
}

/// Types what a page says and looks at what it shows. Gives it with what its commands made.
#[track_caller]
fn follow(page: &str) -> Page {
    let text = fs::read_to_string(docs().join(page)).expect("the page");
    let mut blocks = blocks(&text);
    if blocks.iter().any(|block| block.language == "python") && !python_has_libraries() {
        eprintln!("skipped: {page} in Python, which lacks duckdb or pandas here");
        blocks.retain(|block| block.language != "python");
    }
    let folder = tempfile::tempdir().expect("a folder");
    let ran = type_in(&script(&blocks), folder.path());
    let mut outputs = ran.stdout.split(&format!("{MARK}\n")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(ran.code, Some(0), "{page} stops at\n{}", outputs.last().expect("some output"));
    assert_eq!(outputs.pop().as_deref(), Some(""), "{page}: something is printed after its end");
    assert_eq!(outputs.len(), blocks.len(), "{page}");
    for (Block { text, shown, .. }, output) in blocks.iter().zip(&outputs) {
        let Some(shown) = shown else { continue };
        assert!(
            shows(shown, output),
            "{page}: after\n{text}\nis shown\n{shown}\nbut printed\n{output}"
        );
    }
    Page::new(text, folder)
}

/// The blocks of a page that are typed.
fn blocks(page: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut fences = page.split("\n```");
    fences.next();
    // A fence opens with its language and is closed by one without.
    while let (Some(opened), Some(_)) = (fences.next(), fences.next()) {
        let (language, text) = opened.split_once('\n').unwrap_or((opened, ""));
        match (language, blocks.last_mut()) {
            ("text", Some(before)) => before.shown = Some(text.to_owned()),
            ("sh" | "python", _) => blocks.push(Block {
                language: language.to_owned(),
                text: text.to_owned(),
                shown: None,
            }),
            _ => {}
        }
    }
    blocks
}

/// All blocks as one text for bash, that marks the end of each one's output.
fn script(blocks: &[Block]) -> String {
    let mut script = "exec 2>&1\nset -eo pipefail\n".to_owned();
    for run in blocks.chunk_by(|one, next| one.language == next.language) {
        let python = run.iter().all(|block| block.language == "python");
        let (open, mark, close) = match python {
            true => ("python3 - <<'PYTHON'\n", format!("print({MARK:?})\n"), "PYTHON\n"),
            false => ("", format!("echo {MARK:?}\n"), ""),
        };
        script += open;
        for block in run {
            script += &format!("{}\n{mark}", block.text);
        }
        script += close;
    }
    script
}

/// Runs a text with bash in a folder, where `sealink` is the program that was built.
fn type_in(script: &str, folder: &Path) -> Ran {
    let file = tempfile::NamedTempFile::new().expect("a file");
    fs::write(file.path(), script).expect("a file");
    let built = Path::new(env!("CARGO_BIN_EXE_sealink")).parent().expect("a folder").to_owned();
    let path = std::env::var_os("PATH").expect("there is a PATH");
    let places = std::iter::once(built).chain(std::env::split_paths(&path));
    let mut bash = Command::new("bash");
    bash.arg(file.path()).current_dir(folder).stdin(Stdio::null());
    run(bash.env("PATH", std::env::join_paths(places).expect("plain paths")))
}

fn python_has_libraries() -> bool {
    let mut python = Command::new("python3");
    python.args(["-c", "import duckdb, pandas, pyarrow"]);
    python.output().is_ok_and(|output| output.status.success())
}

/// Whether a text shows what was printed, `...` being what it leaves out.
fn shows(shown: &str, printed: &str) -> bool {
    let shown: Vec<&str> = shown.lines().map(str::trim_end).collect();
    let printed = printed.lines().map(str::trim_end);
    lines_show(&shown, &printed.filter(|line| !is_progress(line)).collect::<Vec<_>>())
}

/// Whether a line tells how far long work has come, which it does on slow machines alone.
fn is_progress(line: &str) -> bool {
    line.split_once(": ").is_some_and(|(_, rest)| rest.contains(" so far"))
}

fn lines_show(shown: &[&str], printed: &[&str]) -> bool {
    let Some((line, rest)) = shown.split_first() else { return printed.is_empty() };
    if *line == "..." {
        return (0..=printed.len()).any(|passed| lines_show(rest, printed.split_at(passed).1));
    }
    printed
        .split_first()
        .is_some_and(|(first, others)| line_shows(line, first) && lines_show(rest, others))
}

fn line_shows(shown: &str, printed: &str) -> bool {
    let Some((start, rest)) = shown.split_once("...") else { return shown == printed };
    let Some(after) = printed.strip_prefix(start) else { return false };
    let ends = after.char_indices().map(|(at, _)| at).chain([after.len()]);
    ends.into_iter().any(|at| line_shows(rest, after.split_at(at).1))
}
