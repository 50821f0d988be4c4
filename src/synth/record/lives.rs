//! Where the child lives, according to a record.

use super::super::child::Child;
use super::super::draw::Draw;
use super::super::family::Family;
use super::super::rates::{Rates, Slip};
use super::super::slip;
use super::{Record, Writing};

/// How many moves ago an agency last heard of a family's address.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Stay(usize);

impl Stay {
    /// When the agency heard of the family; children of one family were mostly seen together.
    pub(in super::super) fn of_family(family: &Family, rates: &Rates, draw: &mut Draw) -> Self {
        let mut moves = 0;
        while moves + 1 < family.homes.len() && rates.happens(Slip::OldAddress, draw) {
            moves += 1;
        }
        Self(moves)
    }

    /// When it heard of one child.
    pub(in super::super) fn of_child(
        self,
        family: &Family,
        rates: &Rates,
        draw: &mut Draw,
    ) -> Self {
        if draw.percent(80) { self } else { Self::of_family(family, rates, draw) }
    }
}

impl Writing<'_> {
    pub(super) fn write_address(self, record: &mut Record, draw: &mut Draw) {
        let homes = &self.family.homes;
        let Stay(moves) = self.stay;
        let mut home = homes[moves];
        if let Some(second) = self.family.second_home
            && self.rates.happens_at(Slip::SecondHome, weight_of_second(self.child), draw)
        {
            home = second;
        }
        if let Some(previous) = homes.get(moves + 1)
            && self.happens(Slip::PreviousAddressHeld, draw)
        {
            record.previous_postcode = self.places.postcode(previous.unit);
        }
        record.uprn = self.numbers.uprn(home.property);
        record.postcode = if self.happens(Slip::PostcodeNearby, draw) {
            self.places.postcode(self.places.neighbour(home.unit, draw))
        } else {
            self.places.postcode(home.unit)
        };
        if self.happens(Slip::PostcodeKeyed, draw) {
            record.postcode = miskeyed(&record.postcode, draw);
        }
        if self.happens(Slip::PostcodeUnspaced, draw) {
            record.postcode.retain(|letter| letter != ' ');
        }
        if self.happens(Slip::PostcodeNone, draw) {
            record.postcode = (*draw.one(&["ZZ99 3VZ", "ZZ99 3VZ", "ZZ99 3WZ"])).to_owned();
            record.uprn.clear();
        } else if self.happens(Slip::PostcodeMissing, draw) {
            record.postcode.clear();
            record.uprn.clear();
        }
        if self.happens(Slip::PropertyMissing, draw) {
            record.uprn.clear();
        }
    }
}

/// Children in care are found at another address than their family's more often than others.
const fn weight_of_second(child: &Child) -> u32 {
    if child.was_in_care { 400 } else { 100 }
}

/// A wrong digit, a wrong letter or a look-alike.
fn miskeyed(postcode: &str, draw: &mut Draw) -> String {
    if draw.percent(25) {
        return slip::scanned(postcode, draw);
    }
    let mut letters: Vec<char> = postcode.chars().collect();
    let place = draw.place(letters.len());
    letters[place] = match letters[place] {
        digit @ '0'..='9' => {
            let number = digit.to_digit(10).unwrap_or(0) + draw.between(1, 9);
            char::from_digit(number % 10, 10).unwrap_or('0')
        }
        ' ' => return postcode.replace(' ', "  "),
        _ => char::from(*draw.one(b"ABDEFGHJLNPRSTUW")),
    };
    letters.into_iter().collect()
}
