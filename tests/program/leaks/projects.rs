//! Two projects, two agency keys, two extracts: of the same people they have no token, reference or
//! person id in common.

use std::collections::BTreeSet;

use super::super::people::{LINKAGE, csv, rows, source};
use super::super::support::{Project, run};
use super::super::tables;

const PEOPLE: u64 = 300;

/// The keys and names of one linkage, and of its extract.
#[derive(Clone, Copy)]
struct Setting {
    project: &'static str,
    linkage_key: u8,
    agency_key: u8,
    linker_key: u8,
    extract: &'static str,
}

const FIRST: Setting =
    Setting { project: "trial", linkage_key: 1, agency_key: 2, linker_key: 3, extract: "one" };

/// Every value of 16 bytes, by what it is.
struct Values {
    tokens: BTreeSet<String>,
    references: BTreeSet<String>,
    people: BTreeSet<String>,
    extracted: BTreeSet<String>,
}

/// The same records in a linkage with this setting.
fn values(setting: Setting) -> Values {
    let name = format!("project  = \"{}\"", setting.project);
    let project = Project::new(&LINKAGE.replace("project  = \"trial\"", &name));
    project.put_key("linkage.key", "linkage", setting.linkage_key);
    project.put_key("linker.key", "linker", setting.linker_key);
    let mut spec = format!("extract = \"{}\"\n", setting.extract);
    for (place, dataset) in (1..).zip(["a", "b"]) {
        project.put_key(&format!("{dataset}/agency.key"), "agency", setting.agency_key);
        project.agency(dataset, &source(dataset), csv(&rows(place, 0..PEOPLE))).ends(0);
        spec.push_str(&format!("[datasets.{dataset}]\ncolumns = [\"*\"]\n"));
    }
    project.put("extract.toml", spec);
    run(&mut project.link(&["a", "b"])).ends(0);
    run(&mut project.extract(&["a", "b"])).ends(0);
    let mut values = Values {
        tokens: BTreeSet::new(),
        references: BTreeSet::new(),
        people: column(&project, "linked/person_map.parquet", "person_id"),
        extracted: column(&project, "extract/people.parquet", "person_id"),
    };
    for dataset in ["a", "b"] {
        let tokens = tables::read(&project.table(dataset, "tokens"));
        for name in tokens.names() {
            let into =
                if name == "record_ref" { &mut values.references } else { &mut values.tokens };
            into.extend(tokens.cells(name).into_iter().flatten());
        }
    }
    values
}

fn column(project: &Project, path: &str, name: &str) -> BTreeSet<String> {
    tables::read(&project.at(path)).texts(name).into_iter().collect()
}

/// What two linkages share, by kind: tokens, references, people, people of extracts.
fn shared(a: &Values, b: &Values) -> [usize; 4] {
    [
        a.tokens.intersection(&b.tokens).count(),
        a.references.intersection(&b.references).count(),
        a.people.intersection(&b.people).count(),
        a.extracted.intersection(&b.extracted).count(),
    ]
}

#[test]
fn two_projects_two_deliveries_and_two_extracts_have_no_value_in_common() {
    let first = values(FIRST);
    let own = shared(&first, &first);
    assert!(own.iter().all(|values| *values >= 200), "{own:?}");
    let [tokens, references, people, extracted] = own;
    assert_eq!(shared(&first, &values(FIRST)), [tokens, references, people, extracted]);

    // Another project with keys of its own, and one that was given the same keys by mistake.
    let other = Setting { project: "other", ..FIRST };
    let own_keys = Setting { linkage_key: 11, agency_key: 12, linker_key: 13, ..other };
    assert_eq!(shared(&first, &values(own_keys)), [0, 0, 0, 0]);
    assert_eq!(shared(&first, &values(other)), [0, 0, 0, 0]);
    // Another delivery: the agencies have made new keys for it.
    let delivery = values(Setting { agency_key: 22, ..FIRST });
    assert_eq!(shared(&first, &delivery), [tokens, 0, 0, 0]);
    // Another linkage key alone.
    let rotated = values(Setting { linkage_key: 31, ..FIRST });
    assert_eq!(shared(&first, &rotated)[..2], [0, references]);
    // Two extracts of one map, and one extract by another linker's key.
    let extract = values(Setting { extract: "two", ..FIRST });
    assert_eq!(shared(&first, &extract), [tokens, references, people, 0]);
    let linker = values(Setting { linker_key: 43, ..FIRST });
    assert_eq!(shared(&first, &linker), [tokens, references, people, 0]);
    eprintln!("tokens, references, people, people of extracts: {own:?} each; in common 0");
}
