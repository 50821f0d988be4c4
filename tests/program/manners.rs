//! What the program says of itself: help, manual pages, completions.

use super::support::{names_below, run, sealink};

/// The verbs that `--help` lists.
fn verbs() -> Vec<String> {
    let help = run(&mut sealink("--help")).ends(0).stdout;
    let (_, commands) = help.split_once("Commands:\n").expect("help lists the verbs");
    let (commands, _) = commands.split_once("\n\n").expect("other sections follow");
    let verb = |line: &str| line.split_whitespace().next().map(str::to_owned);
    let listed = commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    listed.filter_map(verb).filter(|verb| verb != "help").collect()
}

#[test]
fn every_verb_has_a_worked_example() {
    let verbs = verbs();
    assert!(verbs.len() > 15, "{verbs:?}");
    for verb in &verbs {
        let help = run(sealink(verb).arg("--help")).ends(0).stdout;
        let example = format!("  sealink {verb}");
        let inner = help.contains("Commands:");
        assert!(inner || help.lines().any(|line| line.starts_with(&example)), "{verb}:\n{help}");
    }
}

#[test]
fn every_verb_has_a_manual_page_with_its_examples() {
    let folder = tempfile::tempdir().expect("a folder");
    run(sealink("man").arg("--out").arg(folder.path())).ends(0);
    let pages = names_below(folder.path());
    for verb in verbs() {
        let page = format!("sealink-{verb}.1");
        assert!(pages.contains(&page), "{page} is not among {pages:?}");
        let text = std::fs::read_to_string(folder.path().join(&page)).expect("read");
        assert!(text.contains(".SH NAME") && text.contains(".SH OPTIONS"), "{page}");
    }
    assert!(
        pages.contains(&"sealink.1".to_owned()) && pages.contains(&"sealink-key-show.1".into())
    );
}

#[test]
fn every_shell_can_complete_every_verb() {
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let script = run(sealink("completions").arg(shell)).ends(0).stdout;
        for verb in verbs() {
            assert!(script.contains(&verb), "{shell}: {verb}");
        }
    }
}

#[test]
fn a_short_run_tells_no_progress() {
    let folder = tempfile::tempdir().expect("a folder");
    for format in ["text", "json"] {
        let made = folder.path().join(format);
        let ran = run(sealink("synth")
            .args(["--people", "50", "--seed", "1", "--format", format, "--out"])
            .arg(made));
        assert_eq!(ran.ends(0).stderr, "");
    }
}

#[test]
fn the_reference_is_what_the_program_says() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut script = std::process::Command::new("bash");
    script.arg(root.join("scripts/reference")).arg(env!("CARGO_BIN_EXE_sealink"));
    let said = run(&mut script).ends(0).stdout;
    let written = std::fs::read_to_string(root.join("docs/commands.md")).expect("it is there");
    assert!(said == written, "run scripts/reference PROGRAM > docs/commands.md");
}
