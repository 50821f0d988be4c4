//! Who is linked by the rules of the shipped template.

use super::families::{N1, N2, N3, people, people_by};

#[test]
fn the_same_child_is_found_by_names_birth_date_and_postcode() {
    let found = people(
        &[],
        &[
            ("a", &[["a1", "", "Amelia", "Hartley", "2012-03-04", "AM1 2AB"]]),
            ("b", &[["b1", "", "AMELIA", "hartley", "2012-03-04", "am12ab"]]),
        ],
    );
    assert_eq!(found, [["a1", "b1"]]);
}

#[test]
fn an_nhs_number_with_a_birth_date_and_a_name_links_whatever_else_changed() {
    let found = people(
        &[],
        &[
            ("a", &[["a1", N1, "Amelia", "Hartley", "2012-03-04", "AM1 2AB"]]),
            ("b", &[["b1", N1, "Amelia", "Benjamin", "2012-03-04", "AM9 8XY"]]),
        ],
    );
    assert_eq!(found, [["a1", "b1"]]);
}

#[test]
fn a_duplicate_within_one_dataset_is_found() {
    let found = people(
        &[],
        &[(
            "a",
            &[
                ["a1", "", "Amelia", "Hartley", "2012-03-04", "AM1 2AB"],
                ["a2", "", "Amelia", "Hartley", "2012-03-04", "AM1 2AB"],
                ["a3", "", "Oscar", "Benjamin", "2009-11-27", "AM9 8XY"],
            ],
        )],
    );
    assert_eq!(found, [vec!["a1", "a2"], vec!["a3"]]);
}

#[test]
fn a_person_is_followed_through_several_datasets() {
    // a and d share nothing that links; each neighbour does.
    let found = people(
        &[],
        &[
            ("a", &[["a1", N1, "Amelia", "Hartley", "2012-03-04", "AM1 2AB"]]),
            ("b", &[["b1", N1, "Amelia", "Benjamin", "2012-03-04", ""]]),
            ("c", &[["c1", "", "Amelia", "Benjamin", "2012-03-04", "AM7 7AA"]]),
            ("d", &[["d1", "", "Amelia", "Okonkwo", "2012-03-04", "AM7 7AA"]]),
        ],
    );
    assert_eq!(found, [["a1", "b1", "c1", "d1"]]);
}

#[test]
fn a_unique_key_that_two_people_satisfy_links_neither() {
    // Two children of one name and birth date in b, at other places than a's.
    let found = people(
        &[],
        &[
            ("a", &[["a1", "", "Amelia", "Hartley", "2012-03-04", "AM1 2AB"]]),
            (
                "b",
                &[
                    ["b1", N1, "Amelia", "Hartley", "2012-03-04", "AM9 8XY"],
                    ["b2", N2, "Amelia", "Hartley", "2012-03-04", "AM8 8ZZ"],
                ],
            ),
        ],
    );
    assert_eq!(found, [["a1"], ["b1"], ["b2"]]);
    // With one of them alone it does link.
    let found = people(
        &[],
        &[
            ("a", &[["a1", "", "Amelia", "Hartley", "2012-03-04", "AM1 2AB"]]),
            ("b", &[["b1", N1, "Amelia", "Hartley", "2012-03-04", "AM9 8XY"]]),
        ],
    );
    assert_eq!(found, [["a1", "b1"]]);
}

#[test]
fn two_numbers_that_differ_keep_twins_of_one_name_apart() {
    let found = people(
        &[],
        &[
            (
                "a",
                &[
                    ["a1", N2, "Amelia", "Hartley", "2012-03-04", "AM1 2AB"],
                    ["a2", N3, "Amelie", "Hartley", "2012-03-04", "AM1 2AB"],
                ],
            ),
            (
                "b",
                &[
                    ["b1", N2, "Amelia", "Hartley", "2012-03-04", "AM1 2AB"],
                    ["b2", N3, "Amelie", "Hartley", "2012-03-04", "AM1 2AB"],
                ],
            ),
        ],
    );
    assert_eq!(found, [["a1", "b1"], ["a2", "b2"]]);
}

#[test]
fn of_two_equally_good_partners_neither_is_linked_by_score() {
    let rivals = [
        ["b1", N1, "Amelia", "Hartley", "2012-03-04", "AM9 8XY"],
        ["b2", N2, "Amelia", "Hartley", "2012-03-04", "AM8 8ZZ"],
    ];
    let child = [["a1", "", "Amelia", "Hartley", "2012-03-04", "AM1 2AB"]];
    let found = people_by("scored", &[], &[("a", &child), ("b", &rivals)]);
    assert_eq!(found, [["a1"], ["b1"], ["b2"]]);
    // One of them alone is linked, and so is the one who lives at the child's postcode.
    let found = people_by("scored", &[], &[("a", &child), ("b", &rivals[..1])]);
    assert_eq!(found, [["a1", "b1"]]);
    let moved = [["a1", "", "Amelia", "Hartley", "2012-03-04", "AM9 8XY"]];
    let found = people_by("scored", &[], &[("a", &moved), ("b", &rivals)]);
    assert_eq!(found, [vec!["a1", "b1"], vec!["b2"]]);
}
