//! Who is never linked, by either method of linking.

use super::families::{METHODS, N1, N2, Record, people, people_by};

/// Asserts that no person has both records.
#[track_caller]
fn assert_apart(people: &[Vec<String>], a: &str, b: &str) {
    let has = |person: &[String], id: &str| person.iter().any(|record| record == id);
    assert!(people.iter().all(|person| !(has(person, a) && has(person, b))), "{people:?}");
}

#[test]
fn twins_stay_apart() {
    for method in METHODS {
        let twins = |a: &'static str, b: &'static str| -> [Record<'static>; 2] {
            [
                [a, "", "Amelia", "Hartley", "2012-03-04", "AM1 2AB"],
                [b, "", "Oscar", "Hartley", "2012-03-04", "AM1 2AB"],
            ]
        };
        let found = people_by(method, &[], &[("a", &twins("a1", "a2")), ("b", &twins("b1", "b2"))]);
        assert_eq!(found, [["a1", "b1"], ["a2", "b2"]]);
        // One twin in each agency.
        let found =
            people_by(method, &[], &[("a", &twins("a1", "")[..1]), ("b", &twins("", "b2")[1..])]);
        assert_eq!(found, [["a1"], ["b2"]]);
    }
}

#[test]
fn twins_stay_apart_even_with_a_mistyped_surname_date_or_postcode() {
    for method in METHODS {
        for second in [
            ["b2", "", "Oscar", "Hartly", "2012-03-04", "AM1 2AB"],
            ["b2", "", "Oscar", "Hartley", "2012-04-03", "AM1 2AB"],
            ["b2", "", "Oscar", "Hartley", "2012-03-05", "AM1 2AB"],
            ["b2", "", "Oscar", "Hartley", "2012-03-04", "AM1 2AD"],
            ["b2", "", "Oscar", "Hartley", "2012-03-04", ""],
        ] {
            let first: Record<'_> = ["a1", "", "Amelia", "Hartley", "2012-03-04", "AM1 2AB"];
            let found = people_by(method, &[], &[("a", &[first]), ("b", &[second])]);
            assert_eq!(found, [["a1"], ["b2"]], "{second:?}");
        }
    }
}

#[test]
fn twins_stay_apart_though_a_third_record_resembles_both() {
    for method in METHODS {
        // "Amelia Oscar" shares a forename with each.
        let found = people_by(
            method,
            &[],
            &[
                ("a", &[["a1", "", "Amelia", "Hartley", "2012-03-04", "AM1 2AB"]]),
                ("b", &[["b1", "", "Oscar", "Hartley", "2012-03-04", "AM1 2AB"]]),
                ("c", &[["c1", "", "Amelia Oscar", "Hartley", "2012-03-04", "AM1 2AB"]]),
            ],
        );
        assert_apart(&found, "a1", "b1");
    }
}

#[test]
fn two_different_nhs_numbers_never_become_one_person() {
    for method in METHODS {
        let found = people_by(
            method,
            &[],
            &[
                ("a", &[["a1", N1, "Amelia", "Hartley", "2012-03-04", "AM1 2AB"]]),
                ("b", &[["b1", N2, "Amelia", "Hartley", "2012-03-04", "AM1 2AB"]]),
            ],
        );
        assert_eq!(found, [["a1"], ["b1"]]);
        // Not by way of a third record, which has no number, either.
        let found = people_by(
            method,
            &[],
            &[
                ("a", &[["a1", N1, "Amelia", "Hartley", "2012-03-04", "AM1 2AB"]]),
                ("b", &[["b1", N2, "Amelia", "Hartley", "2012-03-04", "AM1 2AB"]]),
                ("c", &[["c1", "", "Amelia", "Hartley", "2012-03-04", "AM1 2AB"]]),
            ],
        );
        assert_apart(&found, "a1", "b1");
    }
}

#[test]
fn an_nhs_number_alone_never_links() {
    for method in METHODS {
        let found = people_by(
            method,
            &[],
            &[
                ("a", &[["a1", N1, "Amelia", "Hartley", "2012-03-04", "AM1 2AB"]]),
                ("b", &[["b1", N1, "Oscar", "Benjamin", "2009-11-27", "AM9 8XY"]]),
                ("c", &[["c1", N1, "", "", "", ""]]),
            ],
        );
        assert_eq!(found, [["a1"], ["b1"], ["c1"]]);
    }
}

#[test]
fn a_dataset_free_of_duplicates_never_gives_two_records_to_one_person() {
    for method in METHODS {
        let twice: [Record<'_>; 2] = [
            ["a1", N1, "Amelia", "Hartley", "2012-03-04", "AM1 2AB"],
            ["a2", N1, "Amelia", "Hartley", "2012-03-04", "AM1 2AB"],
        ];
        let once: [Record<'_>; 1] = [["b1", N1, "Amelia", "Hartley", "2012-03-04", "AM1 2AB"]];
        let found = people_by(method, &["a"], &[("a", &twice), ("b", &once)]);
        assert!(
            found
                .iter()
                .all(|person| !(person.contains(&"a1".to_owned())
                    && person.contains(&"a2".to_owned()))),
            "{found:?}"
        );
        // Where it is not declared free of them, the duplicate is found.
        let found = people_by(method, &["b"], &[("a", &twice), ("b", &once)]);
        assert_eq!(found, [["a1", "a2", "b1"]]);
    }
}

#[test]
fn what_is_missing_or_stands_for_unknown_never_agrees() {
    for method in METHODS {
        for missing in ["", "UNKNOWN", "N/A", "-"] {
            let record = |id: &'static str| -> Record<'static> {
                [id, missing, missing, missing, missing, missing]
            };
            let found = people_by(
                method,
                &[],
                &[("a", &[record("a1"), record("a2")]), ("b", &[record("b1")])],
            );
            assert_eq!(found, [["a1"], ["a2"], ["b1"]], "{missing:?}");
        }
        let unnamed =
            |id: &'static str| -> Record<'static> { [id, "", "BABY", "Hartley", "2012-03-04", ""] };
        assert_eq!(
            people(&[], &[("a", &[unnamed("a1")]), ("b", &[unnamed("b1")])]),
            [["a1"], ["b1"]]
        );
        let nowhere = |id: &'static str| -> Record<'static> {
            [id, "", "Amelia", "", "1900-01-01", "ZZ99 3VZ"]
        };
        assert_eq!(
            people_by(method, &[], &[("a", &[nowhere("a1")]), ("b", &[nowhere("b1")])]),
            [["a1"], ["b1"]]
        );
        let invalid = |id: &'static str, forename: &'static str| -> Record<'static> {
            [id, "9990000019", forename, "Hartley", "2012-03-04", ""]
        };
        assert_eq!(
            people_by(
                method,
                &[],
                &[("a", &[invalid("a1", "Amelia")]), ("b", &[invalid("b1", "Oscar")])]
            ),
            [["a1"], ["b1"]]
        );
    }
}
