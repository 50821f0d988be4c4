//! One record: what an agency has written down of a child.

mod called;
mod lives;
mod numbered;

use super::agency::Agency;
use super::calendar::{Date, age};
use super::child::Child;
use super::draw::Draw;
use super::family::Family;
use super::geography::Geography;
use super::names::Sex;
use super::numbers::Numbers;
use super::rates::{Rates, Slip};
use super::slip;

pub(super) use lives::Stay;

/// What an agency has written down; an empty text is an empty cell.
#[derive(Debug, Default)]
pub(super) struct Record {
    pub nhs_number: String,
    pub upn: String,
    pub former_upn: String,
    pub uln: String,
    pub forename: String,
    pub other_forename: String,
    pub middle_names: String,
    pub surname: String,
    pub other_surname: String,
    pub born: Option<Date>,
    /// Whether the agency guessed the date of birth.
    pub is_guessed: bool,
    pub sex: Option<Sex>,
    pub postcode: String,
    pub previous_postcode: String,
    pub uprn: String,
}

/// What there is to write down, and how well it is written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Writing<'w> {
    pub agency: Agency,
    pub rates: &'w Rates,
    pub child: &'w Child,
    pub family: &'w Family,
    pub numbers: &'w Numbers,
    pub places: &'w Geography,
    /// Where the agency last met the family.
    pub stay: Stay,
}

impl Writing<'_> {
    /// Writes the record.
    pub(super) fn record(self, draw: &mut Draw) -> Record {
        let mut record = Record::default();
        self.write_names(&mut record, draw);
        self.write_birth(&mut record, draw);
        self.write_address(&mut record, draw);
        self.write_numbers(&mut record, draw);
        record
    }

    fn happens(&self, slip: Slip, draw: &mut Draw) -> bool {
        self.rates.happens(slip, draw)
    }

    fn write_birth(self, record: &mut Record, draw: &mut Draw) {
        let date = Date::of(self.child.born);
        record.born = Some(date);
        if self.happens(Slip::DateMissing, draw) {
            record.born = None;
        } else if self.happens(Slip::DatePlaceholder, draw) {
            record.born = Some(Date { year: 1900, month: 1, day: 1 });
        } else if self.happens(Slip::DateGuessed, draw) && age(self.child.born) > 0 {
            record.born = Some(slip::guessed(date, draw));
            record.is_guessed = true;
        } else if self.happens(Slip::DateWrong, draw) {
            record.born = Some(slip::wrong(date, draw));
        } else if self.happens(Slip::DatePart, draw) {
            record.born = Some(slip::one_part_wrong(date, draw));
        } else if self.happens(Slip::DateTurned, draw) {
            record.born = Some(slip::turned_date(date));
        }
        let other = if self.child.sex == Sex::Female { Sex::Male } else { Sex::Female };
        let is_wrong = self.happens(Slip::SexWrong, draw);
        let is_known = !self.happens(Slip::SexUnknown, draw);
        record.sex = is_known.then_some(if is_wrong { other } else { self.child.sex });
    }
}
