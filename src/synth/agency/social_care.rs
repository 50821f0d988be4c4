//! Children's social care: one row a child in its case management system, dates day first, sex in
//! numbers until 2024 and letters since.

use super::super::calendar::Date;
use super::super::child::Child;
use super::super::draw::Draw;
use super::super::names::Sex;
use super::super::record::Record;
use super::super::tradition::Facts;
use super::{recent_day, small_count};

pub(super) const COLUMNS: [&str; 17] = [
    "nhs_number",
    "upn",
    "former_upn",
    "forename",
    "other_forename",
    "middle_names",
    "surname",
    "other_surname",
    "dob",
    "gender",
    "postcode",
    "previous_postcode",
    "uprn",
    "ethnicity",
    "primary_need",
    "referral_date",
    "referrals",
];

pub(super) fn cells(record: Record, child: &Child, facts: &Facts, draw: &mut Draw) -> Vec<String> {
    let referred = recent_day(child, 8, draw);
    let by_number = (referred.year, referred.month) <= (2024, 9);
    let gender = match (record.sex, by_number) {
        (Some(Sex::Male), true) => "1",
        (Some(Sex::Male), false) => "M",
        (Some(Sex::Female), true) => "2",
        (Some(Sex::Female), false) => "F",
        (None, true) => draw.one(&["0", "9"]),
        (None, false) => "U",
    };
    let ethnicity = if draw.percent(7) { "NOBT" } else { facts.ethnicity[1] };
    let need = if child.came_alone {
        "N8"
    } else {
        ["N1", "N2", "N3", "N4", "N5", "N6", "N9"][draw.weighted(&[56, 8, 3, 9, 15, 4, 5])]
    };
    vec![
        record.nhs_number,
        record.upn,
        record.former_upn,
        record.forename,
        record.other_forename,
        record.middle_names,
        record.surname,
        record.other_surname,
        record.born.map(Date::day_first).unwrap_or_default(),
        gender.to_owned(),
        record.postcode,
        record.previous_postcode,
        record.uprn,
        ethnicity.to_owned(),
        need.to_owned(),
        referred.day_first(),
        small_count(1, 9, draw),
    ]
}
