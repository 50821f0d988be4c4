//! Which children a family has, and when they were born.

use super::calendar::{Day, OLDEST, REFERENCE};
use super::draw::{Draw, Purpose};
use super::tradition::{FACTS, Tradition};

/// The births of one family, eldest first; not one is empty.
#[derive(Debug)]
pub(super) struct Births {
    pub tradition: Tradition,
    pub events: Vec<Birth>,
}

/// One birth of one child, of twins or of triplets.
#[derive(Clone, Copy, Debug)]
pub(super) struct Birth {
    pub day: Day,
    pub children: u32,
}

impl Births {
    /// The births of a family, always the same for a seed and a number.
    pub(super) fn of(seed: u64, family: u32) -> Self {
        let mut draw = Draw::new(seed, Purpose::Births, u64::from(family));
        let weights = FACTS.each_ref().map(|facts| facts.share);
        let tradition = FACTS[draw.weighted(&weights)].tradition;
        loop {
            let events = events(tradition, &mut draw);
            if !events.is_empty() {
                return Self { tradition, events };
            }
        }
    }

    /// How many children there are.
    pub(super) fn children(&self) -> u32 {
        self.events.iter().map(|birth| birth.children).sum()
    }
}

/// The births that fall into the years that count. The eldest may be older than they, so that
/// every year has as many children.
fn events(tradition: Tradition, draw: &mut Draw) -> Vec<Birth> {
    let planned = draw.weighted(&tradition.facts().family_sizes) + 1;
    let span = (REFERENCE - OLDEST + SPREAD_OF_SIBLINGS).unsigned_abs();
    let mut day = OLDEST - SPREAD_OF_SIBLINGS + draw.below(span + 1).cast_signed();
    let mut events = Vec::with_capacity(planned);
    let mut born = 0;
    while born < planned && day <= REFERENCE {
        let birth = Birth { day, children: children_of_a_birth(draw) };
        born += birth.children as usize;
        if day >= OLDEST {
            events.push(birth);
        }
        day += spacing(draw).cast_signed();
    }
    events
}

/// Of 1,000 maternities 14.5 are of twins and 0.2 of triplets (Office for National Statistics,
/// *Birth characteristics in England and Wales*, 2021: 13.7 and 0.2; the years before had more).
fn children_of_a_birth(draw: &mut Draw) -> u32 {
    match draw.below(10_000) {
        0..2 => 3,
        2..147 => 2,
        _ => 1,
    }
}

/// Days to the next birth: at least eleven months, most often two to four years.
fn spacing(draw: &mut Draw) -> u32 {
    330 + draw.below(900) + draw.below(900) + if draw.percent(20) { draw.below(1800) } else { 0 }
}

/// Days over which the births of a family may reach.
const SPREAD_OF_SIBLINGS: Day = 15 * 365;

#[cfg(test)]
mod tests {
    use super::super::calendar::age;
    use super::*;

    #[test]
    fn ages_are_even_and_twins_are_as_common_as_they_should_be() {
        let mut by_age = [0_u32; 19];
        let (mut maternities, mut multiple) = (0_u32, 0_u32);
        for family in 0..40_000 {
            for birth in Births::of(11, family).events {
                by_age[age(birth.day) as usize] += birth.children;
                maternities += 1;
                multiple += u32::from(birth.children > 1);
            }
        }
        let mean = by_age.iter().sum::<u32>() / 19;
        assert!(by_age.iter().all(|&n| n > mean * 9 / 10 && n < mean * 11 / 10), "{by_age:?}");
        let rate = multiple * 10_000 / maternities;
        assert!((125..170).contains(&rate), "{rate}");
    }
}
