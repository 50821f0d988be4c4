//! In which formats a column's dates are written, and whether the order of day and month shows.

use super::column::DateCounts;
use super::date_formats::{FORMATS, IN_EITHER_ORDER};
use super::share;

/// The formats of a column's dates.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DateReading {
    /// The formats to declare; those in either order are left out while nobody knows the order.
    pub formats: Vec<&'static str>,
    /// Cells that are dates in one of these formats.
    pub valid: u64,
    /// What the order of day and month leaves open.
    pub order: Option<Order>,
}

/// Why the order of day and month is not certain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Order {
    /// Dates that can be only day before month.
    pub day_first: u64,
    /// Dates that can be only month before day.
    pub month_first: u64,
    /// Dates that can be either.
    pub either: u64,
    /// Whether one order is nearly everywhere, so that the others are mistakes.
    pub settled: bool,
}

/// A format that fewer than one cell in so many has is not declared.
const ONE_IN: u64 = 200;

/// Mistakes are fewer than one in so many.
const MISTAKES_ONE_IN: u64 = 20;

/// Reads the counts of a column.
pub fn reading(counts: &DateCounts) -> DateReading {
    let mut reading = DateReading::default();
    let matters = |count: u64| count > 0 && count * ONE_IN >= counts.any;
    for pair in 0..IN_EITHER_ORDER / 2 {
        let [first, second] = [2 * pair, 2 * pair + 1].map(|place| counts.formats[place]);
        let either = counts.either[pair];
        if !matters(first + second - either) {
            continue;
        }
        let (day_first, month_first) = (first - either, second - either);
        let day = month_first * MISTAKES_ONE_IN <= day_first && day_first > 0;
        let month = day_first * MISTAKES_ONE_IN <= month_first && month_first > 0;
        let declared = counts.declared == Some(2 * pair) && month_first == 0;
        let day = day || declared;
        let settled = day || month;
        if settled {
            let place = if day { 2 * pair } else { 2 * pair + 1 };
            reading.formats.push(FORMATS[place]);
            reading.valid += counts.formats[place];
        }
        if !settled || day_first.min(month_first) > 0 {
            reading.order.get_or_insert(Order { day_first, month_first, either, settled });
        }
    }
    let others = FORMATS.into_iter().zip(counts.formats).skip(IN_EITHER_ORDER);
    for (format, count) in others.filter(|(_, count)| matters(*count)) {
        reading.formats.push(format);
        reading.valid += count;
    }
    reading
}

impl DateReading {
    /// Whether somebody must say which order it is.
    pub fn is_open(&self) -> bool {
        self.order.is_some_and(|order| !order.settled)
    }
}

/// Whether most of the cells that say anything are dates.
pub fn are_dates(counts: &DateCounts, filled: u64) -> bool {
    share::at_least(counts.any, filled.saturating_sub(counts.none), 50)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(formats: &[(usize, u64)], either: u64) -> DateCounts {
        let mut counts = DateCounts::default();
        for (place, count) in formats {
            counts.formats[*place] = *count;
        }
        counts.either[0] = either;
        counts.any = formats.iter().map(|(_, count)| count).sum::<u64>() - either;
        counts
    }

    #[test]
    fn a_day_above_12_settles_the_order() {
        let day = reading(&counts(&[(0, 100), (1, 40)], 40));
        assert_eq!((day.formats, day.valid, day.order), (vec!["%d/%m/%Y"], 100, None));
        let month = reading(&counts(&[(0, 40), (1, 100)], 40));
        assert_eq!((month.formats, month.valid), (vec!["%m/%d/%Y"], 100));
    }

    #[test]
    fn without_one_or_with_both_the_order_is_open() {
        let open = reading(&counts(&[(0, 40), (1, 40)], 40));
        assert!(open.is_open() && open.formats.is_empty());
        let mixed = reading(&counts(&[(0, 70), (1, 70)], 40));
        assert!(mixed.is_open());
        let mistakes = reading(&counts(&[(0, 990), (1, 410)], 400));
        assert!(!mistakes.is_open());
        let order = Order { day_first: 590, month_first: 10, either: 400, settled: true };
        assert_eq!(mistakes.order, Some(order));
    }

    #[test]
    fn a_return_whose_layout_has_day_first_is_not_open_unless_its_dates_contradict() {
        let mut all_small = counts(&[(0, 40), (1, 40)], 40);
        all_small.declared = Some(0);
        assert_eq!(reading(&all_small).formats, ["%d/%m/%Y"]);
        let mut mixed = counts(&[(0, 70), (1, 70)], 40);
        mixed.declared = Some(0);
        assert!(reading(&mixed).is_open());
    }

    #[test]
    fn formats_that_hardly_occur_are_not_declared() {
        let iso = FORMATS.iter().position(|format| *format == "%Y-%m-%d").expect("it is there");
        let read = reading(&counts(&[(0, 1000), (1, 300), (iso, 4)], 300));
        assert_eq!(read.formats, ["%d/%m/%Y"]);
        let read = reading(&counts(&[(0, 1000), (1, 300), (iso, 40)], 300));
        assert_eq!((read.formats, read.valid), (vec!["%d/%m/%Y", "%Y-%m-%d"], 1040));
    }
}
