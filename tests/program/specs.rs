//! Mistakes in specs and mappings: all at once, each with its line.

use std::collections::BTreeSet;

use super::people::{EXTRACT, LINKAGE, csv, rows, source};
use super::support::{Project, Ran, assert_nothing_in, run, sealink};

/// Lines that end in this comment hold a mistake.
const MARK: &str = "#!";

/// The lines, counted from 1, that a text marks as mistaken.
fn marked(text: &str) -> BTreeSet<usize> {
    (1..).zip(text.lines()).filter(|(_, line)| line.ends_with(MARK)).map(|(n, _)| n).collect()
}

/// The lines of a file on which mistakes were reported.
fn reported(ran: &Ran, file: &str) -> BTreeSet<usize> {
    let lines = ran.stderr.lines().filter_map(|line| line.split_once(file)?.1.strip_prefix(':'));
    lines.filter_map(|rest| rest.split(':').next()?.parse().ok()).collect()
}

fn check(project: &Project) -> Ran {
    run(sealink("check").arg("--spec").arg(project.at("linkage.toml")))
}

fn check_source(project: &Project, source: &str) -> Ran {
    let source = project.put("source.toml", source);
    run(sealink("check").arg("--spec").arg(project.at("linkage.toml")).arg("--source").arg(source))
}

const MANY_MISTAKES: &str = r#"
protocol = "sealink/9" #!
project  = "Über Projekt" #!
datasets = ["a", "b", "a"] #!
free_of_duplicates = ["nobody"] #!
colour   = "blue" #!
accept_risk = ["no_such"] #!

[fields]
nhs_number    = "nhs_nummer" #!
surname       = "name"
forename      = 7 #!
date_of_birth = "date"
Sex           = "sex" #!

[recipes]
surname_dob = ["surname", "date_of_birth"]
sounds      = ["surname.loud", "date_of_birth"] #!
no_field    = ["nickname", "date_of_birth"] #!
nothing     = 3 #!
record_ref  = ["surname", "date_of_birth"] #!

[blocking]
largest_block = 1 #!
smallest_block = 1 #!
recipes = ["surname_obd"] #!

[linking]
method    = "magic" #!
threshold = 7 #!
speed     = 1 #!

[[match_keys]]
id     = "first"
agree  = ["surname_dob", "surname_bod"] #!
unique = "yes" #!
weight = 3 #!

[[match_keys]] #!
id     = "second"
any_of = ["surname_dob"]

[[match_keys]]
id       = "third"
agree    = ["surname_dob"]
at_least = 99 #!

[[vetoes]] #!
id    = "veto"
agree = ["surname_dob"]
"#;

#[test]
fn every_mistake_of_a_spec_is_reported_at_once_on_its_line() {
    let project = Project::new(MANY_MISTAKES);
    let ran = check(&project).ends(2).says(&[
        "sealink/1",
        "`colour`",
        "nhs_number, chi_number",
        "`surname_bod`",
        "`nickname`",
        "soundex",
        "`weight`",
        "`agree`",
        "`differ`",
        "nobody",
    ]);
    let wanted = marked(MANY_MISTAKES);
    assert!(wanted.len() > 20);
    assert_eq!(reported(&ran, "linkage.toml"), wanted, "{}", ran.stderr);
}

#[test]
fn what_a_spec_lacks_is_reported() {
    let project = Project::new("datasets = []\n");
    check(&project).ends(2).says(&[
        "`protocol`",
        "`project`",
        "`datasets`",
        "[fields]",
        "[recipes]",
    ]);
    let project = Project::new("protocol = \nnothing here\n");
    check(&project).ends(2).says(&["linkage.toml:1", "linkage.toml:2"]);
}

#[test]
fn a_recipe_that_discloses_too_much_is_refused_unless_it_is_accepted_by_name() {
    for bare in [
        "[\"forename\"]",
        "[\"surname.soundex\"]",
        "[\"sex\"]",
        "[\"sex\", \"postcode.area\"]",
        "[\"date_of_birth.year\"]",
    ] {
        let with_bare = LINKAGE.replace("[recipes]", &format!("[recipes]\nbare = {bare}"));
        let project = Project::new(&with_bare);
        check(&project).ends(2).says(&["`bare`", "accept_risk", "0.05 %"]);
        project.edit_spec("project  =", "accept_risk = [\"bare\"]\nproject  =");
        let ran = check(&project).ends(0);
        let line = ran.stdout.lines().find(|line| line.trim_start().starts_with("bare"));
        assert!(line.is_some_and(|line| line.contains("accepted")), "{}", ran.stdout);
    }
    check(&Project::new(LINKAGE)).ends(0);
}

#[test]
fn no_command_works_with_a_mistaken_spec() {
    let project = Project::new(LINKAGE);
    project.agency("a", &source("a"), csv(&rows(1, 0..9))).ends(0);
    std::fs::remove_dir_all(project.at("a/out")).expect("removed");
    project.edit_spec("protocol =", "colour = 1\nprotocol =");
    run(&mut project.pseudonymise("a")).ends(2).says(&["linkage.toml:2", "colour"]);
    run(&mut project.link(&["a"])).ends(2).says(&["linkage.toml:2", "colour"]);
    assert_nothing_in(project.at("a/out"));
    assert_nothing_in(project.at("linked"));
}

const MANY_SOURCE_MISTAKES: &str = r#"
dataset   = "nowhere" #!
encoding  = "ebcdic" #!
delimiter = "::" #!
several_rows = "no" #!
colour    = "blue" #!

[fields]
nhs_number    = "nhs_number"
shoe_size     = "shoes" #!
forename      = [] #!
surname       = { column = "surname", format = "%d" } #!
date_of_birth = { column = "dob", format = "%d/%m/%y" } #!
sex           = { column = "sex", codes = { "1" = "male?" } } #!
postcode      = { column = "postcode", codes = { A = "F" } } #!

[columns]
payload = [
    "ethnicity",
    { field = "nhs_number", name = "number" }, #!
    { field = "shoe_size", name = "shoe" }, #!
    { field = "date_of_birth", coarsen = "day", name = "day" }, #!
    { field = "date_of_birth", coarsen = "year" }, #!
    7, #!
]
keep = ["x"] #!
"#;

#[test]
fn every_mistake_of_a_source_mapping_is_reported_at_once_on_its_line() {
    let project = Project::new(LINKAGE);
    let ran = check_source(&project, MANY_SOURCE_MISTAKES).ends(2).says(&[
        "a, b, c",
        "`record_id`",
        "`shoe_size`",
        "`keep`",
        "windows-1252",
        "%Y",
    ]);
    let mut found = reported(&ran, "source.toml");
    found.remove(&1);
    assert_eq!(found, marked(MANY_SOURCE_MISTAKES), "{}", ran.stderr);
}

#[test]
fn a_column_has_one_role_and_a_payload_column_one_name() {
    let project = Project::new(LINKAGE);
    let twice =
        source("a").replace("drop = [\"notes\"]", "drop = [\"notes\", \"dob\", \"serial\"]");
    check_source(&project, &twice).ends(2).says(&["`dob`", "`serial`"]);
    let named_alike = source("a").replace("name = \"district\"", "name = \"birth_year\"");
    check_source(&project, &named_alike).ends(2).says(&["`birth_year`"]);
    let reserved = source("a").replace("name = \"district\"", "name = \"person_id\"");
    check_source(&project, &reserved).ends(2).says(&["`person_id`"]);
    check_source(&project, &source("a")).ends(0);
}

#[test]
fn a_column_without_a_role_stops_the_run() {
    let project = Project::new(LINKAGE);
    let forgotten = source("a").replace("drop = [\"notes\"]", "").replace("\"remark\",", "");
    project
        .agency("a", &forgotten, csv(&rows(1, 0..9)))
        .ends(2)
        .says(&["`notes`", "`remark`", "no role"]);
    assert_nothing_in(project.at("a/out"));
    let misspelt =
        source("a").replace("\"dob\"", "\"DOB\"").replace("[\"surname\",", "[\"sirname\",");
    project.agency("a", &misspelt, csv(&rows(1, 0..9))).ends(2).says(&[
        "no column `DOB`",
        "no column `sirname`",
        "`dob` has no role",
        "`surname` has no role",
    ]);
    assert_nothing_in(project.at("a/out"));
}

const MANY_EXTRACT_MISTAKES: &str = r#"
extract = "Not A Name" #!
colour  = "blue" #!

[datasets.a]
columns = [
    { column = "seen", coarsen = "day" }, #!
    { column = "seen", format = "%d/%m", coarsen = "month", name = "m" }, #!
    { name = "x" }, #!
    { column = "remark", shade = "dark" }, #!
    7, #!
]
rows = 3 #!

[datasets.b]
columns = "all" #!
"#;

#[test]
fn mistakes_of_an_extract_spec_are_reported() {
    let project = Project::new(LINKAGE);
    for (place, dataset) in (1..).zip(["a", "b", "c"]) {
        project.agency(dataset, &source(dataset), csv(&rows(place, 0..40))).ends(0);
    }
    run(&mut project.link(&["a", "b", "c"])).ends(0);
    let extract = |text: &str| {
        project.put("extract.toml", text);
        let ran = run(&mut project.extract(&["a", "b", "c"])).ends(2);
        assert_nothing_in(project.at("extract"));
        ran
    };
    let ran = extract(MANY_EXTRACT_MISTAKES);
    assert_eq!(reported(&ran, "extract.toml"), marked(MANY_EXTRACT_MISTAKES), "{}", ran.stderr);
    extract("extract = \"x\"\n").says(&["[datasets.NAME]"]);
    extract(&EXTRACT.replace("[\"serial\", \"remark\"]", "[\"serial\", \"surname\"]"))
        .says(&["`surname`"]);
    extract(&EXTRACT.replace("[\"serial\", \"remark\"]", "[\"record_ref\"]"))
        .says(&["`record_ref`"]);
    extract(&EXTRACT.replace("[\"serial\", \"remark\"]", "[\"serial\", \"serial\"]"))
        .says(&["`serial`"]);
    extract(&EXTRACT.replace("[datasets.c]", "[datasets.d]")).says(&["[datasets.c]", "`d`"]);
}
