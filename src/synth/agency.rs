//! The four agencies: whom each knows and how its file is laid out.

mod education;
mod health;
mod police;
mod social_care;

use super::calendar::{Date, Day, REFERENCE, age, school_age};
use super::child::Child;
use super::draw::Draw;
use super::family::{Family, Hardship};
use super::record::Record;
use super::tradition::Facts;

/// An agency with a file of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Agency {
    Health,
    Education,
    SocialCare,
    Police,
}

impl Agency {
    /// Every agency, in the order of the template.
    pub(super) const ALL: [Self; 4] =
        [Self::Health, Self::Education, Self::SocialCare, Self::Police];

    /// The name of its dataset.
    pub(super) const fn dataset(self) -> &'static str {
        match self {
            Self::Health => "health",
            Self::Education => "education",
            Self::SocialCare => "social_care",
            Self::Police => "police",
        }
    }

    /// The columns of its file after `record_id`.
    pub(super) const fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Health => &health::COLUMNS,
            Self::Education => &education::COLUMNS,
            Self::SocialCare => &social_care::COLUMNS,
            Self::Police => &police::COLUMNS,
        }
    }

    /// Its `source.toml`.
    pub(super) const fn source(self) -> &'static str {
        match self {
            Self::Health => include_str!("agency/health.toml"),
            Self::Education => include_str!("agency/education.toml"),
            Self::SocialCare => include_str!("agency/social_care.toml"),
            Self::Police => include_str!("agency/police.toml"),
        }
    }

    /// What its record ids begin with.
    pub(super) const fn id_prefix(self) -> &'static str {
        match self {
            Self::Health => "P",
            Self::Education => "",
            Self::SocialCare => "C",
            Self::Police => "N",
        }
    }

    /// Whether it knows the child.
    pub(super) fn knows(self, child: &Child, family: &Family, draw: &mut Draw) -> bool {
        draw.happens(match self {
            Self::Health => health_rate(child, family),
            Self::Education => education_rate(child),
            Self::SocialCare => return child.in_social_care,
            Self::Police => police_rate(child, family),
        })
    }

    /// The row of a record, without its id.
    pub(super) fn cells(
        self,
        record: Record,
        child: &Child,
        facts: &Facts,
        draw: &mut Draw,
    ) -> Vec<String> {
        match self {
            Self::Health => health::cells(record, child, facts, draw),
            Self::Education => education::cells(record, child, facts, draw),
            Self::SocialCare => social_care::cells(record, child, facts, draw),
            Self::Police => police::cells(record, child, facts, draw),
        }
    }
}

/// Nearly every small child is seen by health visitors; of those at school fewer are on the books
/// of community health and general practice, and of the newly come fewer still.
fn health_rate(child: &Child, family: &Family) -> u32 {
    let rate = match age(child.born) {
        0..5 => 96_000,
        5..12 => 92_000,
        _ => 88_000,
    };
    if family.is_new { rate * 80 / 100 } else { rate }
}

/// State-funded schools have 93 % of children of school age (Independent Schools Council and
/// Department for Education); beside them nursery classes and sixth forms.
fn education_rate(child: &Child) -> u32 {
    match school_age(child.born) {
        0..3 => 0,
        3 => 28_000,
        4..16 if child.came_alone => 60_000,
        4..16 => 93_000,
        16..18 => 40_000,
        _ => 2_000,
    }
}

/// One child in fifteen or so, mostly as victim, witness or present at an incident; those in
/// hardship and those of fourteen and more far oftener.
fn police_rate(child: &Child, family: &Family) -> u32 {
    let rate = match family.hardship {
        Hardship::Little => 2_800,
        Hardship::Some => 11_000,
        Hardship::Much => 24_000,
    };
    let rate = if child.in_social_care { rate * 2 } else { rate };
    match age(child.born) {
        0..4 => rate / 2,
        4..10 => rate * 6 / 10,
        10..14 => rate,
        _ => (rate * 18 / 10).min(80_000),
    }
}

/// A day of the child's life after its first weeks, in the last `years`.
fn recent_day(child: &Child, years: u32, draw: &mut Draw) -> Date {
    let lived = (REFERENCE - child.born).unsigned_abs();
    let back = draw.below(lived.min(years * 365).max(1));
    Date::of(REFERENCE - back.cast_signed())
}

/// A small count: each further one half as likely.
fn small_count(first: u32, most: u32, draw: &mut Draw) -> String {
    let mut count = first;
    while count < most && draw.percent(50) {
        count += 1;
    }
    count.to_string()
}

/// A day as a number of years and days ago is kept within the child's life.
fn not_before(day: Day, born: Day) -> Day {
    day.max(born).min(REFERENCE)
}
