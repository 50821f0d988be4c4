//! Community health: one row a registration, dates as ISO, gender as the NHS codes it.

use super::super::calendar::{Date, REFERENCE};
use super::super::child::Child;
use super::super::draw::Draw;
use super::super::names::Sex;
use super::super::record::Record;
use super::super::tradition::Facts;
use super::recent_day;

pub(super) const COLUMNS: [&str; 13] = [
    "nhs_number",
    "forename",
    "middle_names",
    "surname",
    "date_of_birth",
    "gender",
    "postcode",
    "previous_postcode",
    "uprn",
    "ethnic_category",
    "referral_reason",
    "first_contact",
    "contacts",
];

pub(super) fn cells(record: Record, child: &Child, facts: &Facts, draw: &mut Draw) -> Vec<String> {
    let gender = match record.sex {
        Some(Sex::Male) => "1",
        Some(Sex::Female) => "2",
        None => draw.one(&["X", "X", "9"]),
    };
    let ethnicity = if draw.percent(6) { "Z" } else { facts.ethnicity[0] };
    let reason = REASONS[draw.weighted(&[40, 14, 14, 12, 8, 7, 5])];
    let first = recent_day(child, 6, draw);
    let days = (REFERENCE - first.as_day()).unsigned_abs();
    let contacts = 1 + draw.below(3 + days / 60);
    vec![
        record.nhs_number,
        record.forename,
        record.middle_names,
        record.surname,
        record.born.map(Date::iso).unwrap_or_default(),
        gender.to_owned(),
        record.postcode,
        record.previous_postcode,
        record.uprn,
        ethnicity.to_owned(),
        reason.to_owned(),
        first.iso(),
        contacts.to_string(),
    ]
}

const REASONS: [&str; 7] = [
    "health visiting",
    "speech and language",
    "school nursing",
    "immunisation",
    "physiotherapy",
    "continence, day and night",
    "audiology",
];
