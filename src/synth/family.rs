//! A family: its surnames, its homes and what befalls it.

use super::births::Births;
use super::draw::{Draw, Purpose};
use super::geography::{Geography, Unit};
use super::names::{Names, Sex, by_sex};
use super::tradition::Tradition;

/// What the children of a family share.
#[derive(Debug)]
pub(super) struct Family {
    pub tradition: Tradition,
    /// The surname that the parents gave the children.
    pub surname: String,
    /// The other parent's.
    pub other_surname: String,
    /// Whether daughters have the surname in a form of their own.
    pub declines: bool,
    /// Where the family lives, and before that lived, newest first.
    pub homes: Vec<Home>,
    /// Where a parent lives who lives apart.
    pub second_home: Option<Home>,
    pub hardship: Hardship,
    /// Whether the family came to the country within the last years.
    pub is_new: bool,
}

/// An address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Home {
    pub unit: Unit,
    pub property: u64,
}

/// How likely social care and police are to know a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hardship {
    Little,
    Some,
    Much,
}

impl Family {
    /// A family, always the same for a seed and a number.
    pub(super) fn of(
        number: u32,
        births: &Births,
        names: &Names,
        places: &Geography,
        draw: &mut Draw,
    ) -> Self {
        let tradition = births.tradition;
        let facts = tradition.facts();
        let is_new = draw.percent(facts.newcomers);
        let hardship = [Hardship::Little, Hardship::Some, Hardship::Much];
        let hardship = hardship[draw.weighted(&[80, 14, 6])];
        let (surname, other_surname) = surnames(tradition, names, draw);
        Self {
            tradition,
            surname,
            other_surname,
            declines: draw.percent(60),
            homes: homes(number, tradition, hardship, is_new, places, draw),
            second_home: draw.percent(SEPARATED).then(|| Home {
                unit: places.home(tradition, draw),
                property: property(number, MOST_HOMES),
            }),
            hardship,
            is_new,
        }
    }

    /// The stream of a family's own chances.
    pub(super) fn draw(seed: u64, number: u32) -> Draw {
        Draw::new(seed, Purpose::Family, u64::from(number))
    }

    /// The surname of a child of this family.
    pub(super) fn surname_of(&self, sex: Sex) -> String {
        by_sex(&self.surname, sex, self.declines)
    }
}

/// Of 100 families with children, how many have a parent who lives elsewhere: 23 % are lone-parent
/// families (Office for National Statistics, *Families and households*, 2023), and in most of them
/// the child is known at one address alone.
const SEPARATED: u32 = 15;

/// Addresses of a family that are numbered.
const MOST_HOMES: u64 = 4;

fn property(family: u32, home: u64) -> u64 {
    u64::from(family) * (MOST_HOMES + 1) + home
}

/// The surname that the children get, and the other parent's.
fn surnames(tradition: Tradition, names: &Names, draw: &mut Draw) -> (String, String) {
    let one = names.surname(tradition, draw);
    let other = names.other_surname(tradition, draw);
    if draw.percent(tradition.facts().double_surnames) && one.len() + other.len() < 30 {
        let joint = if draw.percent(80) { '-' } else { ' ' };
        return (format!("{other}{joint}{one}"), other);
    }
    (one, other)
}

/// Half of all families have moved within some six years, those in hardship and those who rent
/// more often (English Housing Survey 2022/23: private renters stay 4 years, owners 17).
fn homes(
    number: u32,
    tradition: Tradition,
    hardship: Hardship,
    is_new: bool,
    places: &Geography,
    draw: &mut Draw,
) -> Vec<Home> {
    let moves = match hardship {
        Hardship::Little => draw.weighted(&[42, 38, 16, 4]),
        Hardship::Some => draw.weighted(&[25, 38, 25, 12]),
        Hardship::Much => draw.weighted(&[12, 35, 33, 20]),
    };
    let moves = if is_new { moves.min(1) } else { moves };
    let mut unit = places.home(tradition, draw);
    let mut homes = vec![Home { unit, property: property(number, 0) }];
    for home in 1..=moves as u64 {
        unit = places.next_home(unit, tradition, draw);
        homes.push(Home { unit, property: property(number, home) });
    }
    homes
}
