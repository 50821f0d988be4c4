//! Columns that are mixed up are pointed out, with counts.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;
use tempfile::TempDir;

use super::super::people::nhs_number;
use super::{notice, profiled, seems};

/// A file of rows made by `row`, whose numbers count from 1.
fn file(header: &str, rows: u64, row: impl Fn(u64) -> String) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("records.csv");
    let mut text = format!("{header}\n");
    (1..=rows).for_each(|n| writeln!(text, "{}", row(n)).expect("a String takes it"));
    fs::write(&path, text).expect("a file");
    (folder, path)
}

fn said(header: &str, rows: u64, row: impl Fn(u64) -> String) -> Value {
    let (_folder, path) = file(header, rows, row);
    profiled(&path, &[])
}

fn nhs(n: u64) -> String {
    nhs_number(400_000_000 + 11 * n)
}

/// A valid unique learner number.
fn uln(n: u64) -> String {
    (0..).find_map(|more| uln_of(900_000_000 + 100 * n + more)).expect("most have a check digit")
}

fn uln_of(stem: u64) -> Option<String> {
    let digits = stem.to_string();
    let sum: u64 =
        digits.bytes().zip((2..=10).rev()).map(|(d, weight)| u64::from(d - b'0') * weight).sum();
    (!sum.is_multiple_of(11)).then(|| format!("{digits}{}", 10 - sum % 11))
}

const FORENAMES: [&str; 6] = ["Amelia", "Oliver", "Aisha", "Jack", "Zofia", "Thomas"];
const SURNAMES: [&str; 6] = ["Smith", "Khan", "Jones", "Patel", "Nowak", "O'Brien"];

fn of(list: [&str; 6], n: u64) -> &str {
    list[usize::try_from(n % 6).expect("small")]
}

#[test]
fn learners_numbers_among_nhs_numbers_are_told() {
    let row = |n: u64| format!("r{n},{},a", if n.is_multiple_of(10) { uln(n) } else { nhs(n) });
    let said = said("record_id,NHSNumber,notes", 200, row);
    assert_eq!(seems(&said, "NHSNumber"), ("nhs_number", "sure"));
    assert_eq!(notice(&said, "other_numbers"), Some(20));
}

#[test]
fn mistyped_nhs_numbers_are_not_taken_for_learners_numbers() {
    let mistyped = |n: u64| {
        let last = nhs(n).pop().and_then(|c| c.to_digit(10)).expect("a digit");
        format!("{}{}", &nhs(n)[..9], (last + 1 + u32::try_from(n % 7).expect("small")) % 10)
    };
    let row = |n: u64| format!("r{n},{},a", if n.is_multiple_of(5) { mistyped(n) } else { nhs(n) });
    let said = said("record_id,NHSNumber,notes", 1000, row);
    assert_eq!(notice(&said, "other_numbers"), None);
}

#[test]
fn a_column_that_is_called_otherwise_than_it_holds_is_told() {
    let said = said("nhs_number,uln,dob", 40, |n| {
        format!("{},{},{:02}/01/2012", uln(n), nhs(n), n % 28 + 1)
    });
    assert_eq!(seems(&said, "nhs_number"), ("uln", "unsure"));
    assert_eq!(seems(&said, "uln"), ("nhs_number", "unsure"));
    assert_eq!(notice(&said, "mixed_up"), Some(40));
}

#[test]
fn nhs_numbers_in_place_of_record_ids_are_told() {
    let said = said("record_id,surname", 40, |n| format!("{},{}", nhs(n), of(SURNAMES, n)));
    assert_eq!(notice(&said, "number_as_record_id"), Some(40));
    assert!(notice(&said, "record_id_unknown").is_some());
}

#[test]
fn swapped_names_are_told_by_the_row_and_by_the_column() {
    let crossed = said("record_id,forename,surname", 100, |n| {
        let (forename, surname) = (of(FORENAMES, n), of(SURNAMES, n / 6));
        if n.is_multiple_of(20) {
            format!("r{n},{surname},{forename}")
        } else {
            format!("r{n},{forename},{surname}")
        }
    });
    assert_eq!(notice(&crossed, "names_crossed"), Some(5));
    assert_eq!(notice(&crossed, "names_swapped"), None);
    let swapped = said("record_id,forename,surname", 100, |n| {
        format!("r{n},{},{}", of(SURNAMES, n), of(FORENAMES, n / 6))
    });
    assert_eq!(notice(&swapped, "names_swapped"), Some(100));
}

#[test]
fn the_order_of_day_and_month_is_asked_for_where_it_does_not_show() {
    let open =
        said("record_id,dob", 60, |n| format!("r{n},{:02}/{:02}/2012", n % 12 + 1, n % 11 + 1));
    assert_eq!(seems(&open, "dob"), ("date_of_birth", "unsure"));
    assert_eq!(notice(&open, "order_open"), Some(60));
    let mixed = said("record_id,dob", 60, |n| match n % 2 {
        0 => format!("r{n},{:02}/05/2012", n % 10 + 13),
        _ => format!("r{n},05/{:02}/2012", n % 10 + 13),
    });
    assert_eq!(notice(&mixed, "order_open"), Some(60));
    let mistakes = said("record_id,dob", 100, |n| match n % 50 {
        0 => format!("r{n},05/14/2012"),
        _ => format!("r{n},{:02}/05/2012", n % 28 + 1),
    });
    assert_eq!(seems(&mistakes, "dob"), ("date_of_birth", "sure"));
    assert_eq!(notice(&mistakes, "order_mistakes"), Some(2));
}

#[test]
fn two_columns_of_births_are_told_and_neither_is_taken() {
    let said = said("record_id,dob,birthdate", 30, |n| {
        format!("r{n},2012-01-{:02},1985-02-{:02}", n % 28 + 1, n % 28 + 1)
    });
    assert_eq!(notice(&said, "several_births"), Some(2));
    for column in ["dob", "birthdate"] {
        assert_eq!(seems(&said, column), ("date_of_birth", "unsure"));
    }
}

#[test]
fn a_parents_birth_is_not_taken_for_the_childs_because_it_is_earlier() {
    let row = |n: u64| {
        let (day, year) = (n % 28 + 1, n % 10);
        format!("r{n},{}-03-{day:02},{}-06-{day:02},2024-05-{day:02}", 2010 + year, 1980 + year)
    };
    let (_folder, path) = file("record_id,c2,c3,referral_date", 60, row);
    let said = profiled(&path, &["--header"]);
    assert_eq!(notice(&said, "several_births"), Some(2));
    for column in ["c2", "c3"] {
        assert_eq!(seems(&said, column), ("date_of_birth", "unsure"));
    }
}

#[test]
fn postcodes_in_an_address_are_told() {
    let said = said("record_id,surname,address", 30, |n| {
        format!("r{n},{},\"{n} Mill Lane, Ashmere, AM{} {}AB\"", of(SURNAMES, n), n % 9 + 1, n % 9)
    });
    assert_eq!(notice(&said, "postcodes_in_text"), Some(30));
    assert_eq!(seems(&said, "address").0, "full_address");
}

#[test]
fn what_a_spreadsheet_has_spoilt_is_told() {
    let said = said("record_id,nhs_number,dob", 30, |n| match n % 3 {
        0 => format!("r{n},9.43E+09,4{:04}", n + 900),
        _ => format!("r{n},{},4{:04}", nhs(n), n + 900),
    });
    assert_eq!(notice(&said, "scientific_notation"), Some(10));
    assert_eq!(notice(&said, "excel_days"), Some(30));
}

#[test]
fn years_of_two_digits_are_told() {
    let said = said("record_id,dob", 30, |n| format!("r{n},{:02}/05/12", n % 28 + 1));
    assert_eq!(notice(&said, "short_years"), Some(30));
    assert_eq!(seems(&said, "dob"), ("date_of_birth", "unsure"));
}

#[test]
fn record_ids_in_several_rows_or_in_none_are_told() {
    let said = said("record_id,surname", 60, |n| match n {
        60 => format!(",{}", of(SURNAMES, n)),
        _ => format!("r{},{}", n / 2, of(SURNAMES, n)),
    });
    assert_eq!(notice(&said, "record_id_repeats"), Some(29));
    assert_eq!(notice(&said, "no_record_id"), Some(1));
}

#[test]
fn an_id_that_is_the_same_in_all_rows_is_left_to_a_person() {
    let said = said("record_id,surname", 60, |n| format!("r1,{}", of(SURNAMES, n)));
    assert_eq!(seems(&said, "record_id"), ("record_id", "unsure"));
}

#[test]
fn identifiers_of_others_are_not_taken_for_the_childs() {
    let said = said("record_id,nhs_number,NHSNumber_Mother,parent_surname,staff_ref", 40, |n| {
        format!("r{n},{},{},{},{}", nhs(n), nhs(n + 500), of(SURNAMES, n), nhs(n + 1000))
    });
    assert_eq!(seems(&said, "nhs_number"), ("nhs_number", "sure"));
    assert_eq!(seems(&said, "NHSNumber_Mother").0, "someone_else");
    assert_eq!(seems(&said, "parent_surname").0, "someone_else");
    assert_eq!(seems(&said, "staff_ref"), ("nhs_number", "unsure"));
}

#[test]
fn a_whole_name_in_one_column_is_told_apart() {
    let said = said("record_id,c2,dob", 60, |n| {
        format!("r{n},{} {},2012-01-{:02}", of(FORENAMES, n), of(SURNAMES, n / 6), n % 28 + 1)
    });
    assert_eq!(seems(&said, "c2"), ("full_name", "unsure"));
}
