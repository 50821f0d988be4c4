//! Agencies of a few children, under the shipped template.

use std::collections::BTreeMap;

use super::support::{Project, run};

/// One record: id, NHS number, forename, surname, birth date, postcode.
pub type Record<'r> = [&'r str; 6];

const SOURCE: &str = r#"
record_id = "id"
[fields]
nhs_number    = "nhs"
forename      = "forename"
surname       = "surname"
date_of_birth = "dob"
postcode      = "postcode"
"#;

// Valid, of the range kept for tests.
pub const N1: &str = "9990000018";
pub const N2: &str = "9990000026";
pub const N3: &str = "9990000034";

/// The ways in which the linker decides, as the spec names them.
pub const METHODS: [&str; 2] = ["match_keys", "scored"];

/// The people found by match keys in these agencies, each a list of record ids in order.
pub fn people(free_of_duplicates: &[&str], agencies: &[(&str, &[Record<'_>])]) -> Vec<Vec<String>> {
    people_by("match_keys", free_of_duplicates, agencies)
}

/// The people found by a method.
pub fn people_by(
    method: &str,
    free_of_duplicates: &[&str],
    agencies: &[(&str, &[Record<'_>])],
) -> Vec<Vec<String>> {
    let project = agencies_of(method, free_of_duplicates, agencies);
    let names: Vec<&str> = agencies.iter().map(|(name, _)| *name).collect();
    run(project.link(&names).arg("--expect-no-overlap")).ends(0);
    people_of(&project, &names)
}

/// A project of these agencies, each with its tokens made.
pub fn agencies_of(
    method: &str,
    free_of_duplicates: &[&str],
    agencies: &[(&str, &[Record<'_>])],
) -> Project {
    let names: Vec<&str> = agencies.iter().map(|(name, _)| *name).collect();
    let project = Project::of_template(&names);
    project.edit_spec(
        "free_of_duplicates = []",
        &format!("free_of_duplicates = {free_of_duplicates:?}"),
    );
    project.edit_spec("method    = \"scored\"", &format!("method = {method:?}"));
    for (name, records) in agencies {
        let mut csv = "id,nhs,forename,surname,dob,postcode\n".to_owned();
        for record in *records {
            csv.push_str(&record.join(","));
            csv.push('\n');
        }
        project.agency(name, &format!("dataset = \"{name}\"{SOURCE}"), csv).ends(0);
    }
    project
}

/// The people that the last linkage found, each a list of record ids in order.
pub fn people_of(project: &Project, names: &[&str]) -> Vec<Vec<String>> {
    let mut people: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((_, id), person) in project.people(names) {
        people.entry(person).or_default().push(id);
    }
    let mut people: Vec<Vec<String>> = people.into_values().collect();
    people.iter_mut().for_each(|person| person.sort());
    people.sort();
    people
}

#[test]
fn the_numbers_of_these_tests_are_valid() {
    for number in [N1, N2, N3] {
        let nine = number[..9].parse().expect("digits");
        assert_eq!(super::people::nhs_number(nine), number);
    }
}
