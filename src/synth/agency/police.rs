//! Police: one row a person as the record system knows them, surnames in capitals, dates day
//! first and sometimes guessed.

use super::super::calendar::Date;
use super::super::child::Child;
use super::super::draw::Draw;
use super::super::names::Sex;
use super::super::record::Record;
use super::super::tradition::Facts;
use super::{recent_day, small_count};

pub(super) const COLUMNS: [&str; 13] = [
    "forename",
    "middle_names",
    "surname",
    "alias_forename",
    "alias_surname",
    "dob",
    "dob_estimated",
    "sex",
    "postcode",
    "ethnicity",
    "role",
    "incident_date",
    "incidents",
];

pub(super) fn cells(record: Record, child: &Child, facts: &Facts, draw: &mut Draw) -> Vec<String> {
    let sex = match record.sex {
        Some(Sex::Male) => "M",
        Some(Sex::Female) => "F",
        None => draw.one(&["U", ""]),
    };
    let ethnicity = if draw.percent(22) { "NS" } else { facts.ethnicity[2] };
    let role = ["victim", "witness", "child at address", "missing person", "suspect"]
        [draw.weighted(&[30, 18, 34, 8, 10])];
    vec![
        record.forename,
        record.middle_names,
        record.surname.to_uppercase(),
        record.other_forename,
        record.other_surname,
        record.born.map(Date::day_first).unwrap_or_default(),
        if record.is_guessed { "Y" } else { "N" }.to_owned(),
        sex.to_owned(),
        record.postcode,
        ethnicity.to_owned(),
        role.to_owned(),
        recent_day(child, 5, draw).day_first(),
        small_count(1, 12, draw),
    ]
}
