//! What is counted of one column; no value is kept.

use super::cell::{self, KINDS, Probe, SEX_CODES};
use super::date_formats::{FORMATS, IN_EITHER_ORDER};
use super::distinct::Distinct;
use super::name_lists::Listed;
use crate::agency::normalise::{Refusal, Warning};
use crate::spec::Kind;

/// What has been counted of one column.
pub struct Column {
    /// Cells, blank ones too.
    pub cells: u64,
    /// Cells with nothing to see.
    pub blank: u64,
    pub kinds: [KindCounts; KINDS.len()],
    pub dates: DateCounts,
    /// How often each of the known codes for sex stands.
    pub sex: [u64; SEX_CODES.len()],
    pub names: NameCounts,
    pub shapes: ShapeCounts,
    pub distinct: Distinct,
}

/// Of cells that are not blank, how one kind takes them.
#[derive(Clone, Copy, Default)]
pub struct KindCounts {
    pub valid: u64,
    pub refused: [u64; Refusal::ALL.len()],
    pub warned: [u64; Warning::ALL.len()],
}

/// Cells as dates.
#[derive(Default)]
pub struct DateCounts {
    /// Cells that are dates in some format.
    pub any: u64,
    /// For each format, dates written so.
    pub formats: [u64; FORMATS.len()],
    /// For each two formats that differ in the order of day and month, dates that fit both.
    pub either: [u64; IN_EITHER_ORDER / 2],
    /// Cells that stand for "no date".
    pub none: u64,
    pub short_year: u64,
    pub excel_day: u64,
    /// The place of the format that the layout of the return has, if the column is in it.
    pub declared: Option<usize>,
}

/// Cells as names.
#[derive(Default)]
pub struct NameCounts {
    pub forenames: u64,
    pub surnames: u64,
    pub whole: u64,
    pub commas: u64,
}

/// What cells look like.
#[derive(Default)]
pub struct ShapeCounts {
    /// Nothing but digits.
    pub digits: u64,
    /// Ten to twelve digits.
    pub long_numbers: u64,
    pub long: u64,
    pub ends_in_postcode: u64,
}

impl KindCounts {
    /// Cells that say that there is no value.
    pub fn placeholders(&self) -> u64 {
        self.of(Refusal::Placeholder) + self.of(Refusal::PseudoPostcode)
    }

    /// Cells refused for this reason.
    pub fn of(&self, refusal: Refusal) -> u64 {
        let place = Refusal::ALL.iter().position(|other| *other == refusal);
        self.refused[place.expect("every refusal is listed")]
    }

    /// Values with this warning.
    pub fn odd(&self, warning: Warning) -> u64 {
        self.warned[cell::place(warning)]
    }
}

impl Column {
    /// Nothing counted yet; `bound` is the most values that are counted one by one.
    pub fn new(bound: usize) -> Self {
        Self {
            cells: 0,
            blank: 0,
            kinds: [KindCounts::default(); KINDS.len()],
            dates: DateCounts::default(),
            sex: [0; SEX_CODES.len()],
            names: NameCounts::default(),
            shapes: ShapeCounts::default(),
            distinct: Distinct::new(bound),
        }
    }

    /// The counts of one of [`KINDS`].
    pub fn kind(&self, kind: Kind) -> &KindCounts {
        let place = KINDS.iter().position(|other| *other == kind);
        &self.kinds[place.expect("only kinds of the list are asked for")]
    }

    /// Cells that are not blank.
    pub const fn filled(&self) -> u64 {
        self.cells - self.blank
    }

    /// Takes a cell that is blank.
    pub fn add_blank(&mut self) {
        self.cells += 1;
        self.blank += 1;
    }

    /// Takes a cell that is not.
    pub fn add(&mut self, hash: u64, probe: &Probe) {
        self.cells += 1;
        self.distinct.add(hash);
        for (counts, outcome) in self.kinds.iter_mut().zip(probe.outcomes) {
            match outcome {
                Ok(warning) => {
                    counts.valid += 1;
                    if let Some(warning) = warning {
                        counts.warned[cell::place(warning)] += 1;
                    }
                }
                Err(refusal) => {
                    let place = Refusal::ALL.iter().position(|other| *other == refusal);
                    counts.refused[place.expect("every refusal is listed")] += 1;
                }
            }
        }
        if let Some(place) = probe.sex {
            self.sex[place] += 1;
        }
        match probe.listed {
            Listed::Forename => self.names.forenames += 1,
            Listed::Surname => self.names.surnames += 1,
            Listed::Whole => self.names.whole += 1,
            Listed::No => {}
        }
        self.dates.add(probe);
        let shape = &probe.shape;
        self.names.commas += u64::from(shape.has_comma);
        self.shapes.digits += u64::from(shape.digits.is_some());
        self.shapes.long_numbers += u64::from(shape.digits.is_some_and(|n| (10..=12).contains(&n)));
        self.shapes.long += u64::from(shape.is_long);
        self.shapes.ends_in_postcode += u64::from(shape.ends_in_postcode);
    }

    /// Takes what was counted of a further part of the column.
    pub fn merge(&mut self, other: &Self) {
        self.cells += other.cells;
        self.blank += other.blank;
        for (counts, more) in self.kinds.iter_mut().zip(&other.kinds) {
            counts.valid += more.valid;
            add(&mut counts.refused, &more.refused);
            add(&mut counts.warned, &more.warned);
        }
        add(&mut self.sex, &other.sex);
        self.names.forenames += other.names.forenames;
        self.names.surnames += other.names.surnames;
        self.names.whole += other.names.whole;
        self.names.commas += other.names.commas;
        self.shapes.digits += other.shapes.digits;
        self.shapes.long_numbers += other.shapes.long_numbers;
        self.shapes.long += other.shapes.long;
        self.shapes.ends_in_postcode += other.shapes.ends_in_postcode;
        self.dates.merge(&other.dates);
        self.distinct.merge(&other.distinct);
    }
}

impl DateCounts {
    fn add(&mut self, probe: &Probe) {
        self.none += u64::from(probe.no_date);
        self.short_year += u64::from(probe.shape.short_year);
        self.excel_day += u64::from(probe.shape.excel_day);
        if probe.dates == 0 {
            return;
        }
        self.any += 1;
        for (place, count) in self.formats.iter_mut().enumerate() {
            *count += u64::from(probe.dates >> place & 1);
        }
        for (place, count) in self.either.iter_mut().enumerate() {
            *count += u64::from(probe.dates >> (2 * place) & 0b11 == 0b11);
        }
    }

    fn merge(&mut self, other: &Self) {
        self.any += other.any;
        self.none += other.none;
        self.short_year += other.short_year;
        self.excel_day += other.excel_day;
        add(&mut self.formats, &other.formats);
        add(&mut self.either, &other.either);
    }
}

fn add(to: &mut [u64], from: &[u64]) {
    to.iter_mut().zip(from).for_each(|(to, from)| *to += from);
}
