//! Days and dates, without a clock: the world stands still on the reference day.

/// A day, counted from 1 January 2000.
pub(super) type Day = i32;

/// The day of every extract: 30 June 2025.
pub(super) const REFERENCE: Day = Date { year: 2025, month: 6, day: 30 }.as_day();

/// The first day on which someone was born who is 18 on the reference day.
pub(super) const OLDEST: Day = Date { year: 2006, month: 7, day: 1 }.as_day();

/// A date as it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    pub year: i32,
    pub month: u32,
    pub day: u32,
}

impl Date {
    /// The date of a day.
    pub(super) fn of(day: Day) -> Self {
        let mut year = 2000 + day.div_euclid(366) - i32::from(day < 0);
        while (Self { year: year + 1, month: 1, day: 1 }).as_day() <= day {
            year += 1;
        }
        let mut month = 1;
        while month < 12 && (Self { year, month: month + 1, day: 1 }).as_day() <= day {
            month += 1;
        }
        let first = Self { year, month, day: 1 }.as_day();
        Self { year, month, day: 1 + (day - first).unsigned_abs() }
    }

    /// The day with this date.
    pub(super) const fn as_day(self) -> Day {
        let before = self.year - 1;
        let leap_days = before.div_euclid(4) - before.div_euclid(100) + before.div_euclid(400);
        let mut days = (self.year - 2000) * 365 + leap_days - 484;
        let mut month = 1;
        while month < self.month {
            days += days_in(self.year, month).cast_signed();
            month += 1;
        }
        days + self.day.cast_signed() - 1
    }

    /// Whether the calendar has this date.
    pub(super) const fn is_real(self) -> bool {
        1 <= self.month
            && self.month <= 12
            && 1 <= self.day
            && self.day <= days_in(self.year, self.month)
    }

    /// `2012-01-21`
    pub(super) fn iso(self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// `21/01/2012`
    pub(super) fn day_first(self) -> String {
        format!("{:02}/{:02}/{:04}", self.day, self.month, self.year)
    }

    /// `2012-Jan-21 00:00:00`, as the school census is exported.
    pub(super) fn census(self) -> String {
        let month = MONTHS[self.month as usize - 1];
        format!("{:04}-{month}-{:02} 00:00:00", self.year, self.day)
    }
}

/// Completed years of life on the reference day.
pub(super) fn age(born: Day) -> u32 {
    let (born, today) = (Date::of(born), Date::of(REFERENCE));
    let had_birthday = (born.month, born.day) <= (today.month, today.day);
    (today.year - born.year - i32::from(!had_birthday)).unsigned_abs()
}

/// Completed years on 31 August before the school year of the reference day.
pub(super) fn school_age(born: Day) -> u32 {
    let date = Date::of(born);
    let years = 2024 - date.year - i32::from((date.month, date.day) > (8, 31));
    u32::try_from(years).unwrap_or(0)
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const fn days_in(year: i32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_inverse() {
        assert_eq!(Date { year: 2000, month: 1, day: 1 }.as_day(), 0);
        assert_eq!(Date { year: 2001, month: 1, day: 1 }.as_day(), 366);
        assert_eq!(Date { year: 1999, month: 12, day: 31 }.as_day(), -1);
        for day in -40_000..12_000 {
            let date = Date::of(day);
            assert!(date.is_real());
            assert_eq!(date.as_day(), day, "{}", date.iso());
        }
        assert!(!Date { year: 2023, month: 2, day: 29 }.is_real());
    }

    #[test]
    fn ages_count_birthdays() {
        assert_eq!(age(OLDEST), 18);
        assert_eq!(age(OLDEST - 1), 19);
        assert_eq!(age(REFERENCE), 0);
        assert_eq!(school_age(Date { year: 2020, month: 8, day: 31 }.as_day()), 4);
        assert_eq!(school_age(Date { year: 2020, month: 9, day: 1 }.as_day()), 3);
        assert_eq!(school_age(REFERENCE), 0);
    }
}
