//! Schools: one row a pupil on a roll, dates as the school census is exported.

use super::super::calendar::{Date, REFERENCE, school_age};
use super::super::child::Child;
use super::super::draw::Draw;
use super::super::names::Sex;
use super::super::record::Record;
use super::super::tradition::Facts;
use super::not_before;

pub(super) const COLUMNS: [&str; 16] = [
    "upn",
    "former_upn",
    "uln",
    "surname",
    "forename",
    "middle_names",
    "preferred_surname",
    "preferred_forename",
    "dob",
    "sex",
    "postcode",
    "uprn",
    "ethnicity",
    "nc_year",
    "entry_date",
    "sessions_missed",
];

pub(super) fn cells(record: Record, child: &Child, facts: &Facts, draw: &mut Draw) -> Vec<String> {
    let sex = match record.sex {
        Some(Sex::Male) => "M",
        Some(Sex::Female) => "F",
        None => "",
    };
    let ethnicity = if draw.percent(2) { "REFU" } else { facts.ethnicity[1] };
    let year = match school_age(child.born) {
        0..4 => "N".to_owned(),
        4 => "R".to_owned(),
        age => (age - 4).to_string(),
    };
    let autumn =
        Date { year: 2024 - draw.between(0, 5).cast_signed(), month: 9, day: draw.between(2, 9) };
    let entry = Date::of(not_before(autumn.as_day(), (child.born + 3 * 365).min(REFERENCE)));
    let missed = if draw.percent(12) { draw.between(30, 190) } else { draw.below(36) };
    vec![
        record.upn,
        record.former_upn,
        record.uln,
        record.surname,
        record.forename,
        record.middle_names,
        record.other_surname,
        record.other_forename,
        record.born.map(Date::census).unwrap_or_default(),
        sex.to_owned(),
        record.postcode,
        record.uprn,
        ethnicity.to_owned(),
        year,
        entry.census(),
        missed.to_string(),
    ]
}
