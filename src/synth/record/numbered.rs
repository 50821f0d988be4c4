//! The numbers of a child in a record.

use super::super::agency::Agency;
use super::super::calendar::{Date, age, school_age};
use super::super::draw::Draw;
use super::super::numbers::temporary_upn;
use super::super::rates::Slip;
use super::super::slip;
use super::{Record, Writing};

impl Writing<'_> {
    pub(super) fn write_numbers(self, record: &mut Record, draw: &mut Draw) {
        if matches!(self.agency, Agency::Health | Agency::SocialCare) {
            record.nhs_number = self.nhs_number(draw);
        }
        if matches!(self.agency, Agency::Education | Agency::SocialCare) {
            self.write_pupil_numbers(record, draw);
        }
        if self.agency == Agency::Education
            && age(self.child.born) >= 14
            && !self.happens(Slip::UlnMissing, draw)
        {
            record.uln = self.numbers.uln(self.child.number);
        }
    }

    fn nhs_number(&self, draw: &mut Draw) -> String {
        // Families that have just come are not registered yet, nor are the newest born.
        let percent = if self.family.is_new { 500 } else { 100 };
        if self.rates.happens_at(Slip::NhsMissing, percent, draw) {
            return String::new();
        }
        let child = self.child;
        let mut number = if self.happens(Slip::NhsOther, draw) {
            match child.sibling.filter(|_| draw.percent(60)) {
                Some(sibling) => self.numbers.nhs_number(sibling),
                None => self.numbers.nobodys_nhs_number(draw),
            }
        } else {
            self.numbers.nhs_number(child.number)
        };
        if self.happens(Slip::NhsMiskeyed, draw) {
            number = slip::miskeyed_digits(&number, draw);
        }
        if self.happens(Slip::NhsSpaced, draw) {
            number.insert(6, ' ');
            number.insert(3, ' ');
        }
        number
    }

    fn write_pupil_numbers(&self, record: &mut Record, draw: &mut Draw) {
        let child = self.child;
        let schooled = school_age(child.born);
        if schooled < FIRST_SCHOOL_AGE {
            if self.agency == Agency::SocialCare && draw.percent(60) {
                "UN1".clone_into(&mut record.upn);
            }
            return;
        }
        let entry = Date::of(child.born).year + 4;
        if self.happens(Slip::UpnMissing, draw) {
            if self.agency == Agency::SocialCare && draw.percent(40) {
                (*draw.one(&["UN2", "UN3", "UN4", "UN5"])).clone_into(&mut record.upn);
            }
            return;
        }
        record.upn = if self.happens(Slip::UpnTemporary, draw) {
            temporary_upn(draw, 2024)
        } else {
            self.numbers.upn(child.number, false, entry)
        };
        if self.happens(Slip::UpnMiskeyed, draw) {
            record.upn = slip::miskeyed_digits(&record.upn, draw);
        }
        // One pupil in forty has had another number.
        if child.number % 40 == 7 && self.happens(Slip::FormerUpnHeld, draw) {
            record.former_upn = self.numbers.upn(child.number, true, entry);
        }
    }
}

const FIRST_SCHOOL_AGE: u32 = 3;
