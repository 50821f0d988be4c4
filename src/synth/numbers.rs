//! Numbers that pass their checks and are nobody's.

use super::draw::{Draw, Purpose};
use super::spread::Spread;

/// The numbers of every child, each held by one child alone.
#[derive(Debug)]
pub(super) struct Numbers {
    nhs: NhsNumbers,
    pupils: Spread,
    learners: Spread,
    properties: Spread,
}

impl Numbers {
    pub(super) fn new(seed: u64, people: u32) -> Self {
        let stream = |purpose| Draw::new(seed, purpose, 0);
        // Twice as many pupil numbers as children: one of now and one of before.
        let blocks = (2 * u64::from(people)).div_ceil(PUPILS_PER_AUTHORITY).max(5);
        Self {
            nhs: NhsNumbers::new(people, &mut stream(Purpose::NhsNumbers)),
            pupils: Spread::new(blocks * PUPILS_PER_AUTHORITY, &mut stream(Purpose::PupilNumbers)),
            learners: Spread::new(LEARNERS, &mut stream(Purpose::LearnerNumbers)),
            properties: Spread::new(PROPERTIES, &mut stream(Purpose::Properties)),
        }
    }

    /// A child's NHS number.
    pub(super) fn nhs_number(&self, child: u32) -> String {
        with_check_digit(self.nhs.stems[child as usize]).expect("only valid stems were kept")
    }

    /// A valid NHS number that is no child's.
    pub(super) fn nobodys_nhs_number(&self, draw: &mut Draw) -> String {
        let spare = draw.one(&self.nhs.spare);
        with_check_digit(*spare).expect("only valid stems were kept")
    }

    /// A child's pupil number since `year`, or, as `former`, the one before.
    pub(super) fn upn(&self, child: u32, former: bool, year: i32) -> String {
        let place = self.pupils.of(2 * u64::from(child) + u64::from(former));
        let (authority, rest) = (1 + place / PUPILS_PER_AUTHORITY, place % PUPILS_PER_AUTHORITY);
        let (school, serial) = (9000 + rest / 1000, rest % 1000);
        upn_of(&format!("{authority:03}{school:04}{:02}{serial:03}", year % 100))
    }

    /// A child's learner number.
    pub(super) fn uln(&self, child: u32) -> String {
        // Of two neighbours at most one has no check digit.
        let first = 900_000_000 + 2 * self.learners.of(u64::from(child));
        uln_of(first).or_else(|| uln_of(first + 1)).expect("one of two neighbours is valid")
    }

    /// The number of a property.
    pub(super) fn uprn(&self, property: u64) -> String {
        format!("9999{:08}", self.properties.of(property % PROPERTIES))
    }
}

/// A temporary pupil number: its last character is a letter.
pub(super) fn temporary_upn(draw: &mut Draw, year: i32) -> String {
    let letter = char::from(*draw.one(UPN_LETTERS));
    let school = draw.between(9000, 9999);
    upn_of(&format!("001{school}{:02}{:02}{letter}", year % 100, draw.below(100)))
}

const PUPILS_PER_AUTHORITY: u64 = 1_000_000;
const LEARNERS: u64 = 50_000_000;
const PROPERTIES: u64 = 100_000_000;

/// Stems (nine digits) of NHS numbers never issued: first those of the range kept for tests, 999
/// 000 0000 to 999 999 9999, then, if they do not suffice, those below, down to 900 000 0000.
#[derive(Debug)]
struct NhsNumbers {
    stems: Vec<u32>,
    spare: Vec<u32>,
}

impl NhsNumbers {
    fn new(people: u32, draw: &mut Draw) -> Self {
        let spare = 16 + people / 64;
        let wanted = (people + spare) as usize;
        let mut stems = Vec::with_capacity(wanted);
        let mut block = 999;
        while stems.len() < wanted && block >= 900 {
            let from = stems.len();
            let range = block * 1_000_000..(block + 1) * 1_000_000;
            stems.extend(range.filter(|&stem| is_given(stem)));
            draw.shuffle(&mut stems[from..]);
            block -= 1;
        }
        stems.truncate(wanted);
        draw.shuffle(&mut stems);
        let spare = stems.split_off(people as usize);
        Self { stems, spare }
    }
}

/// Whether the stem has a check digit and the number is none of those kept as placeholders.
fn is_given(stem: u32) -> bool {
    check_digit(stem).is_some_and(|check| !matches!((stem, check), (999_999_999 | 900_000_000, 9)))
}

/// Modulus 11, weights 10 to 2 (NHS Data Dictionary).
fn check_digit(stem: u32) -> Option<u32> {
    let check = (11 - weighted_sum(stem) % 11) % 11;
    (check < 10).then_some(check)
}

fn with_check_digit(stem: u32) -> Option<String> {
    check_digit(stem).map(|check| format!("{stem}{check}"))
}

/// Modulus 11 as the Higher Education Statistics Agency describes it: ten digits of weights 10 to
/// 1 leave 10.
fn uln_of(stem: u64) -> Option<String> {
    let stem = u32::try_from(stem).expect("nine digits");
    let remainder = weighted_sum(stem) % 11;
    (remainder != 0).then(|| format!("{stem}{}", 10 - remainder))
}

fn weighted_sum(stem: u32) -> u32 {
    let digits = (0..9).map(|place| stem / 10_u32.pow(place) % 10);
    digits.zip(2..).map(|(digit, weight)| digit * weight).sum()
}

const UPN_LETTERS: &[u8; 23] = b"ABCDEFGHJKLMNPQRTUVWXYZ";

/// Twelve characters led by their check letter: places 2 to 13 times their values, modulus 23.
fn upn_of(stem: &str) -> String {
    let value = |byte: u8| match byte {
        b'0'..=b'9' => usize::from(byte - b'0'),
        _ => UPN_LETTERS.iter().position(|&letter| letter == byte).expect("a letter of the table"),
    };
    let sum: usize = (2..).zip(stem.bytes()).map(|(place, byte)| place * value(byte)).sum();
    format!("{}{stem}", char::from(UPN_LETTERS[sum % 23]))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn check_digits_are_those_of_known_numbers() {
        assert_eq!(with_check_digit(943_476_591).as_deref(), Some("9434765919"));
        assert_eq!(with_check_digit(987_654_321).as_deref(), Some("9876543210"));
        assert_eq!(uln_of(927_630_868).as_deref(), Some("9276308686"));
        assert_eq!(upn_of("801200001001"), "H801200001001");
        assert_eq!(upn_of("80120000500A"), "M80120000500A");
    }

    #[test]
    fn every_number_is_one_childs_and_valid() {
        let numbers = Numbers::new(5, 3000);
        let nhs: BTreeSet<String> = (0..3000).map(|child| numbers.nhs_number(child)).collect();
        assert_eq!(nhs.len(), 3000);
        assert!(nhs.iter().all(|number| number.starts_with("999") && number.len() == 10));
        let spare = numbers.nobodys_nhs_number(&mut Draw::new(1, Purpose::Order, 0));
        assert!(!nhs.contains(&spare));
        let upns: BTreeSet<String> = (0..3000)
            .flat_map(|child| [numbers.upn(child, false, 2020), numbers.upn(child, true, 2020)])
            .collect();
        assert_eq!(upns.len(), 6000);
        let ulns: BTreeSet<String> = (0..3000).map(|child| numbers.uln(child)).collect();
        assert_eq!(ulns.len(), 3000);
    }

    #[test]
    fn more_children_than_the_range_for_tests_holds_take_the_numbers_below() {
        let numbers = Numbers::new(5, 950_000);
        let stems: BTreeSet<u32> = numbers.nhs.stems.iter().copied().collect();
        assert_eq!(stems.len(), 950_000);
        assert!(stems.first().is_some_and(|&stem| (998_000_000..999_000_000).contains(&stem)));
    }
}
