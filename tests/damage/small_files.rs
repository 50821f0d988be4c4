//! Specs, keys, models and lists. What is sealed by a checksum or a fingerprint is found out. What
//! cannot be by nature, and why:
//!
//! - `source.toml`: a letter in a column's name or a code is another column or code. It is found
//!   out when the file has no such column, not here.
//! - `extract.toml`: a letter in a title or in what to show is another wish.
//! - `linkage.toml`: a letter in a name is another linkage, whose fingerprint no other party has; a
//!   digit in a rule changes the fingerprint of the rules, which stands in the person map.
//!   The words that a veto has for people are in neither.
//! - The truth and the list of sealed records are CSV: a letter in a cell is another cell, and a
//!   list cut at the end of a row is a shorter list. A reference that no table has stops the run.

use std::fs;
use std::path::Path;

use sealink::evaluate::{Evaluate, evaluate};
use sealink::key::{AgencyKey, KeyUse, LinkageKey, LinkerKey, Opening, parse_day};
use sealink::linker::{ModelFile, read_sealed};
use sealink::spec::{Extract, Linkage, Source};

use super::people::{EXTRACT, LINKAGE, source};
use super::support::{Project, key_text, run};
use super::tables;
use super::tried::{Alterations, Outcome};
use super::written_tables::linked;

/// The text of a file as the command line reads it.
fn text(path: &Path) -> Option<String> {
    String::from_utf8(fs::read(path).expect("a file")).ok()
}

fn linkages(most: usize) {
    let init = Project::of_template(&["health", "police"]);
    let shipped = fs::read_to_string(init.at("linkage.toml")).expect("a spec");
    for (name, good) in [("linkage.toml", LINKAGE), ("linkage.toml (shipped)", &shipped)] {
        let whole = Linkage::parse("linkage.toml", good).expect("a spec");
        let said = without_reasons(&whole);
        let prints = (whole.fingerprint(), whole.rules_fingerprint());
        let tried = Alterations { name, good: good.as_bytes(), most }.tried(|path| {
            let Some(text) = text(path) else { return Outcome::Refused };
            match Linkage::parse("linkage.toml", &text) {
                Err(error) => {
                    assert!(error.mistakes.iter().all(|mistake| mistake.line > 0));
                    Outcome::Refused
                }
                Ok(found) if without_reasons(&found) == said => Outcome::Same,
                Ok(found) if (found.fingerprint(), found.rules_fingerprint()) != prints => {
                    Outcome::FoundLater
                }
                Ok(_) => Outcome::Silent,
            }
        });
        assert!(tried.iter().all(|tried| tried.refused > 0 && tried.found_later > 0));
        assert!(tried.iter().all(|tried| tried.silent == 0), "{tried:?}");
    }
}

/// All that a spec says but the words that a veto has for people.
fn without_reasons(linkage: &Linkage) -> String {
    let said = format!("{linkage:?}");
    let mut parts = said.split(", reason: ");
    let mut meant = parts.next().expect("a text").to_owned();
    for part in parts {
        meant.push_str(part.split_once("}, Veto").or(part.split_once("}]")).expect("an end").1);
    }
    meant
}

fn mappings_and_extracts(most: usize) {
    let linkage = Linkage::parse("linkage.toml", LINKAGE).expect("a spec");
    let good = source("a");
    let whole = Source::parse("source.toml", &good, &linkage).expect("a mapping");
    let said = format!("{whole:?}");
    Alterations { name: "source.toml", good: good.as_bytes(), most }.tried(|path| {
        let Some(text) = text(path) else { return Outcome::Refused };
        match Source::parse("source.toml", &text, &linkage) {
            Err(_) => Outcome::Refused,
            Ok(found) if format!("{found:?}") == said => Outcome::Same,
            Ok(_) => Outcome::FoundLater,
        }
    });
    let whole = format!("{:?}", Extract::parse("extract.toml", EXTRACT).expect("an extract"));
    Alterations { name: "extract.toml", good: EXTRACT.as_bytes(), most }.tried(|path| {
        let Some(text) = text(path) else { return Outcome::Refused };
        match Extract::parse("extract.toml", &text) {
            Err(_) => Outcome::Refused,
            Ok(found) if format!("{found:?}") == whole => Outcome::Same,
            Ok(_) => Outcome::FoundLater,
        }
    });
}

/// A use of a key for whatever project.
fn key_use() -> KeyUse<'static> {
    KeyUse { project: None, today: parse_day("2026-01-01").expect("a day") }
}

fn keys(most: usize) {
    let linkage = key_text("linkage", 1);
    let check = |path: &Path| {
        LinkageKey::read(path, &Opening::plain(), &key_use()).map(|key| key.check_value("trial"))
    };
    let agency = |path: &Path| {
        AgencyKey::read(path, &Opening::plain(), &key_use())
            .map(|key| key.record_refs("trial", "a").of("1"))
    };
    let person = |path: &Path| {
        LinkerKey::read(path, &Opening::plain(), &key_use())
            .map(|key| key.person_ids("trial").of(sealink::token::Token([1; 16])))
    };
    let project = Project::new(LINKAGE);
    let whole = check(&project.at("linkage.key")).expect("a key");
    let judge = |found: Result<sealink::token::Token, _>, whole| match found {
        Err(sealink::key::KeyError { .. }) => Outcome::Refused,
        Ok(found) if found == whole => Outcome::Same,
        Ok(_) => Outcome::Silent,
    };
    let tried = [
        Alterations { name: "linkage key", good: linkage.as_bytes(), most }
            .tried(|path| judge(check(path), whole)),
        {
            let good = key_text("agency", 2);
            let path = project.put_key("agency.key", "agency", 2);
            let whole = agency(&path).expect("a key");
            Alterations { name: "agency key", good: good.as_bytes(), most }
                .tried(|path| judge(agency(path), whole))
        },
        {
            let good = key_text("linker", 3);
            let path = project.put_key("own.key", "linker", 3);
            let whole = person(&path).expect("a key");
            Alterations { name: "linker key", good: good.as_bytes(), most }
                .tried(|path| judge(person(path), whole))
        },
    ];
    assert!(tried.iter().flatten().all(|tried| tried.silent == 0), "{tried:?}");
}

fn models(most: usize) {
    let project = Project::of_template(&["a", "b"]);
    let made = run(super::support::sealink("demo").arg("--out").arg(project.at("demo")));
    made.ends(0);
    let find = super::support::files_below(&project.at("demo"));
    let model = find.iter().find(|path| path.ends_with("model.json")).expect("a model");
    let good = fs::read(model).expect("a model");
    let whole = ModelFile::parse(&text(model).expect("text")).expect("a model");
    let [cuts, flips] = Alterations { name: "model.json", good: &good, most }.tried(|path| {
        let Some(text) = text(path) else { return Outcome::Refused };
        match ModelFile::parse(&text) {
            Err(_) => Outcome::Refused,
            Ok(found) if found == whole => Outcome::Same,
            Ok(_) => Outcome::Silent,
        }
    });
    assert_eq!((cuts.silent, flips.silent), (0, 0));
}

fn lists(most: usize) {
    let project = linked();
    let refs = tables::read(&project.table("a", "refs")).texts("record_ref");
    let mut list = "dataset,record_ref\n".to_owned();
    for reference in refs.iter().take(6) {
        list.push_str(&format!("\"a\",{reference}\n"));
    }
    let whole = read_sealed(&project.put("sealed.csv", &list)).expect("a list");
    let [_, flips] =
        Alterations { name: "sealed list", good: list.as_bytes(), most }.tried(|path| {
            match read_sealed(path) {
                Err(_) => Outcome::Refused,
                Ok(found) if found == whole => Outcome::Same,
                // Another record or dataset: the run stops if no table has it.
                Ok(_) => Outcome::FoundLater,
            }
        });
    assert!(flips.refused > flips.all() / 4, "{flips:?}");

    let map = tables::read(&project.at("linked/person_map.parquet"));
    let mut truth = "agency,record_id,entity_id\n".to_owned();
    for (place, (dataset, reference)) in
        map.texts("dataset").iter().zip(map.texts("record_ref")).enumerate()
    {
        truth.push_str(&format!("{dataset},{reference},e{}\n", place % 9));
    }
    let job = |truth: &Path| Evaluate {
        map: project.at("linked/person_map.parquet"),
        truth: truth.to_owned(),
        refs: Vec::new(),
        ignore_extra: false,
    };
    let path = project.put("truth.csv", &truth);
    let whole = format!("{:?}", evaluate(&job(&path)).expect("a truth"));
    Alterations { name: "truth", good: truth.as_bytes(), most: most.min(4000) }.tried(|path| {
        match evaluate(&job(path)) {
            Err(_) => Outcome::Refused,
            Ok(found) if format!("{found:?}") == whole => Outcome::Same,
            Ok(_) => Outcome::Silent,
        }
    });
}

#[test]
fn a_damaged_spec_is_refused_or_has_another_fingerprint() {
    linkages(800);
}

#[test]
fn a_damaged_mapping_or_extract_is_an_error_or_another_wish() {
    mappings_and_extracts(800);
}

#[test]
fn a_damaged_key_is_never_another_key() {
    keys(usize::MAX);
}

#[test]
fn a_damaged_model_is_never_used() {
    models(800);
}

#[test]
fn a_damaged_list_is_an_error_or_another_list() {
    lists(300);
}

#[test]
#[ignore = "tries every bit: minutes"]
fn every_cut_and_every_turned_bit_in_a_small_file_ends_well() {
    linkages(usize::MAX);
    mappings_and_extracts(usize::MAX);
    keys(usize::MAX);
    models(usize::MAX);
    lists(usize::MAX);
}
