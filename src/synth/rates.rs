//! How often each agency errs, as one table.
//!
//! Sources. *C*: Cardinal and others, "De-identified Bayesian personal identity matching for
//! privacy-preserving record linkage despite errors" (BMC Medical Informatics and Decision Making
//! 23, 2023), whose rates are for a pair of records in UK health systems; one record has half of
//! a pair's. *H*: Harron and others, "Identification and impact of identifier errors in hospital
//! data" (BMC Medical Research Methodology 17, 2017), hospital records against the Personal
//! Demographics Service. Figures without a letter are judgements, made from descriptions of such
//! files; `docs/synth.md` gives the reason for each. Health is nearest to what was measured;
//! schools see a birth certificate; social care and above all the police write down what is said.

use super::agency::Agency;
use super::draw::{Draw, WHOLE};

/// What can go wrong with a record, or be missing from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Slip {
    Duplicate,
    KnownAs,
    Nickname,
    MiddleAsForename,
    ForenameByEar,
    ForenameKeyed,
    SurnameByEar,
    SurnameKeyed,
    Scanned,
    Swapped,
    FormerSurname,
    OtherSurname,
    PartDropped,
    PartsTurned,
    PartsJoined,
    MiddleLeftOut,
    MiddleInitial,
    MiddleWithForename,
    UnnamedNewborn,
    ForenameMissing,
    SurnameMissing,
    AccentsLost,
    UpperCase,
    LowerCase,
    StraySpace,
    DateTurned,
    DatePart,
    DateWrong,
    DateGuessed,
    DatePlaceholder,
    DateMissing,
    SexWrong,
    SexUnknown,
    OldAddress,
    SecondHome,
    PostcodeNearby,
    PostcodeKeyed,
    PostcodeUnspaced,
    PostcodeMissing,
    PostcodeNone,
    PropertyMissing,
    NhsMissing,
    NhsOther,
    NhsMiskeyed,
    NhsSpaced,
    UpnMissing,
    UpnTemporary,
    UpnMiskeyed,
    UlnMissing,
    OtherForenameHeld,
    OtherSurnameHeld,
    PreviousAddressHeld,
    FormerUpnHeld,
}

/// Errors per 100,000 records to which they can happen.
#[rustfmt::skip]
const TABLE: [(Slip, Scaled, [u32; 4]); 53] = [
    //                            health education social police
    (Slip::Duplicate,           Yes, [ 1_500,  1_000,  1_000, 12_000]),
    (Slip::KnownAs,             Yes, [12_000, 22_000, 40_000, 45_000]), // of children who go by another name
    (Slip::Nickname,            Yes, [   500,    900,  2_500,  5_000]), // of forenames with one; C: none alike .006 a pair
    (Slip::MiddleAsForename,    Yes, [   200,    250,    600,  1_500]),
    (Slip::ForenameByEar,       Yes, [   450,    300,  1_000,  3_500]), // C: sounds alike .009 a pair
    (Slip::ForenameKeyed,       Yes, [   450,    300,    800,  1_800]), // C: begins alike .009 a pair
    (Slip::SurnameByEar,        Yes, [   250,    200,    700,  3_000]), // C: sounds alike .005 a pair
    (Slip::SurnameKeyed,        Yes, [   200,    150,    600,  1_800]), // C: begins alike .003 a pair
    (Slip::Scanned,             Yes, [    60,     20,     80,     40]),
    (Slip::Swapped,             Yes, [    95,     50,    200,    800]), // C: order wrong .0019 a pair
    (Slip::FormerSurname,       Yes, [35_000, 20_000, 30_000, 40_000]), // of those who have one; C: none alike .013 a pair
    (Slip::OtherSurname,        Yes, [   500,    300,  1_200,  2_500]),
    (Slip::PartDropped,         Yes, [ 9_000,  7_000, 14_000, 24_000]), // of double surnames
    (Slip::PartsTurned,         Yes, [   800,    600,  1_200,  2_000]), // of double surnames
    (Slip::PartsJoined,         Yes, [15_000, 10_000, 15_000, 22_000]), // of double surnames
    (Slip::MiddleLeftOut,       Yes, [20_000,  9_000, 45_000, 75_000]),
    (Slip::MiddleInitial,       Yes, [ 4_000,  1_500,  5_000,  8_000]),
    (Slip::MiddleWithForename,  Yes, [ 1_500,    800,  3_000,  1_000]),
    (Slip::UnnamedNewborn,      Yes, [ 6_000,      0,  3_000,  1_000]), // of children under one year
    (Slip::ForenameMissing,     Yes, [    30,      5,    150,  1_200]),
    (Slip::SurnameMissing,      Yes, [     5,      5,     50,    400]),
    (Slip::AccentsLost,         Yes, [60_000, 35_000, 55_000, 90_000]), // of names with accents
    (Slip::UpperCase,           Yes, [ 4_000,    800,  3_000,  4_000]),
    (Slip::LowerCase,           Yes, [   300,    100,  1_200,  2_500]),
    (Slip::StraySpace,          Yes, [   800,    300,  1_500,  2_500]),
    (Slip::DateTurned,          Yes, [    50,     20,    180,    700]), // C: any error .0049 a pair, 93 % of one part;
    (Slip::DatePart,            Yes, [   120,     80,    450,  1_500]), // H: .0011 a pair for sex and birth date
    (Slip::DateWrong,           Yes, [    12,      8,     50,    300]),
    (Slip::DateGuessed,         Yes, [    20,      0,    200,  1_500]),
    (Slip::DatePlaceholder,     Yes, [    30,      0,     60,    250]),
    (Slip::DateMissing,         Yes, [    10,      0,    150,  1_800]),
    (Slip::SexWrong,            Yes, [   130,     60,    250,    700]), // C: .0033 a pair
    (Slip::SexUnknown,          Yes, [   300,      0,    400,  1_500]),
    (Slip::OldAddress,          Yes, [30_000, 16_000, 25_000, 38_000]), // of children who moved; C: no sector alike .300 a pair
    (Slip::SecondHome,          Yes, [ 8_000,  6_000, 14_000, 28_000]), // of children with two homes
    (Slip::PostcodeNearby,      Yes, [   450,    350,    700,  1_500]), // C: same sector .0097 a pair
    (Slip::PostcodeKeyed,       Yes, [   300,    250,    600,  1_800]),
    (Slip::PostcodeUnspaced,    Yes, [ 3_000,  1_000,  5_000,  8_000]),
    (Slip::PostcodeMissing,     Yes, [   300,    150,  2_500, 12_000]),
    (Slip::PostcodeNone,        Yes, [   250,     40,    400,  1_500]), // ZZ99 3VZ: some .2 % of a general practice system
    (Slip::PropertyMissing,     Yes, [35_000, 30_000, 25_000,      0]),
    (Slip::NhsMissing,          Yes, [ 2_800,      0, 40_000,      0]),
    (Slip::NhsOther,            Yes, [   150,      0,    250,      0]),
    (Slip::NhsMiskeyed,         Yes, [   200,      0,    700,      0]),
    (Slip::NhsSpaced,           No,  [ 2_000,      0, 15_000,      0]),
    (Slip::UpnMissing,          Yes, [     0,    300, 28_000,      0]),
    (Slip::UpnTemporary,        Yes, [     0,    800,      0,      0]),
    (Slip::UpnMiskeyed,         Yes, [     0,     40,    500,      0]),
    (Slip::UlnMissing,          Yes, [     0, 10_000,      0,      0]),
    (Slip::OtherForenameHeld,   No,  [     0, 40_000, 35_000, 15_000]), // of children who go by another name
    (Slip::OtherSurnameHeld,    No,  [     0, 50_000, 45_000, 15_000]), // of children with a former surname
    (Slip::PreviousAddressHeld, No,  [35_000,      0, 50_000,      0]), // of children who moved
    (Slip::FormerUpnHeld,       No,  [     0, 60_000, 20_000,      0]), // of children with a former number
];

/// Whether `--errors` scales a rate: what an agency holds besides is no error.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Scaled {
    Yes,
    No,
}
use Scaled::{No, Yes};

/// How often each slip happens at one agency.
#[derive(Clone, Debug)]
pub(super) struct Rates([u32; TABLE.len()]);

impl Rates {
    /// The agency's rates, the errors among them times `errors`, a number of thousandths.
    pub(super) fn of(agency: Agency, errors: u32) -> Self {
        Self(TABLE.map(|(_, scaled, rates)| {
            let rate = rates[agency as usize];
            if scaled == Scaled::Yes { times(rate, errors) } else { rate }
        }))
    }

    /// The rates of a record that escaped notice as a duplicate, because its names, its date of
    /// birth or its numbers differ: three times the errors.
    pub(super) fn of_duplicates(&self) -> Self {
        Self(std::array::from_fn(|place| {
            let rate = self.0[place];
            if TABLE[place].1 == Scaled::Yes { times(rate, 3000) } else { rate }
        }))
    }

    /// Whether the slip happens.
    pub(super) fn happens(&self, slip: Slip, draw: &mut Draw) -> bool {
        draw.happens(self.0[slip as usize])
    }

    /// Whether the slip happens where it is likelier by `percent`.
    pub(super) fn happens_at(&self, slip: Slip, percent: u32, draw: &mut Draw) -> bool {
        draw.happens((self.0[slip as usize] * percent / 100).min(MOST))
    }
}

/// No rate grows beyond this.
const MOST: u32 = WHOLE / 100 * 90;

fn times(rate: u32, thousandths: u32) -> u32 {
    let rate = u64::from(rate) * u64::from(thousandths) / 1000;
    u32::try_from(rate).unwrap_or(MOST).min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_in_order() {
        for (place, (slip, _, rates)) in TABLE.iter().enumerate() {
            assert_eq!(*slip as usize, place);
            assert!(rates.iter().all(|&rate| rate <= MOST));
        }
    }

    #[test]
    fn errors_are_scaled_and_what_is_held_is_not() {
        let twice = Rates::of(Agency::Health, 2000);
        assert_eq!(twice.0[Slip::Duplicate as usize], 3_000);
        assert_eq!(twice.0[Slip::NhsSpaced as usize], 2_000);
        assert_eq!(twice.0[Slip::AccentsLost as usize], MOST);
        assert_eq!(Rates::of(Agency::Police, 0).0[Slip::DateMissing as usize], 0);
    }
}
