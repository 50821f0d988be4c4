//! Dates of birth that are wrong.

use super::super::calendar::{Date, REFERENCE};
use super::super::draw::Draw;

/// Day and month in each other's place, where that is a date.
pub(in super::super) fn turned_date(date: Date) -> Date {
    let turned = Date { day: date.month, month: date.day, ..date };
    if turned.is_real() { turned } else { date }
}

/// One of day, month and year wrong: a digit mistyped, two turned round, or the next number.
pub(in super::super) fn one_part_wrong(date: Date, draw: &mut Draw) -> Date {
    for _ in 0..20 {
        let other = match draw.weighted(&[50, 25, 25]) {
            0 => Date { day: near(date.day, 31, draw), ..date },
            1 => Date { month: near(date.month, 12, draw), ..date },
            _ if draw.percent(75) => Date { year: date.year + step(draw), ..date },
            _ => Date { year: date.year + 10 * step(draw), ..date },
        };
        if other != date && other.is_real() && other.as_day() <= REFERENCE {
            return other;
        }
    }
    date
}

/// Another date altogether, of a child.
pub(in super::super) fn wrong(date: Date, draw: &mut Draw) -> Date {
    let day = date.as_day() + draw.between(0, 1600).cast_signed() - 800;
    Date::of(day.min(REFERENCE))
}

/// The first of January of a year that fits how old the child looks.
pub(in super::super) fn guessed(date: Date, draw: &mut Draw) -> Date {
    let year = date.year + [-1, 0, 1][draw.weighted(&[25, 50, 25])];
    Date { year: year.min(2025), month: 1, day: 1 }
}

fn step(draw: &mut Draw) -> i32 {
    if draw.percent(50) { 1 } else { -1 }
}

/// A number that is taken for this one: one more or less, a digit wrong, or the digits turned.
fn near(number: u32, most: u32, draw: &mut Draw) -> u32 {
    let (tens, ones) = (number / 10, number % 10);
    let other = match draw.weighted(&[45, 35, 20]) {
        0 if draw.percent(50) => number + 1,
        0 => number.saturating_sub(1),
        1 if draw.percent(60) => 10 * tens + (ones + draw.between(1, 9)) % 10,
        1 => 10 * ((tens + 1) % 4) + ones,
        _ => 10 * ones + tens,
    };
    if (1..=most).contains(&other) { other } else { number }
}

#[cfg(test)]
mod tests {
    use super::super::super::draw::Purpose;
    use super::*;

    #[test]
    fn wrong_dates_are_dates() {
        let mut draw = Draw::new(1, Purpose::Order, 0);
        let right = Date { year: 2012, month: 2, day: 29 };
        for _ in 0..500 {
            let part = one_part_wrong(right, &mut draw);
            assert!(part.is_real() && wrong(right, &mut draw).is_real());
            let same =
                u8::from(part.year == 2012) + u8::from(part.month == 2) + u8::from(part.day == 29);
            assert!(same >= 2);
            assert!((2011..=2013).contains(&guessed(right, &mut draw).year));
        }
        assert_eq!(turned_date(right), right);
        assert_eq!(turned_date(Date { year: 2012, month: 2, day: 3 }).month, 3);
    }
}
