//! What rows show of two columns together: names that stand crosswise, dates in their order.

use std::collections::BTreeMap;

use super::cell::Probe;
use super::column::Column;
use super::name_lists::Listed;

/// Columns of names, and of dates, that are compared with each other.
const MOST_COMPARED: usize = 12;

/// A column is compared if at least so many of a hundred cells are on a list of names, or are dates.
const LEAST_NAMES: u64 = 20;
const LEAST_DATES: u64 = 50;

/// Two columns by their places, the smaller first.
pub type Pairs = BTreeMap<(usize, usize), PairCounts>;

/// What the rows show of two columns.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PairCounts {
    /// A common forename in the first and a common surname in the second.
    pub straight: u64,
    /// A common surname in the first and a common forename in the second.
    pub crossed: u64,
    /// Both have a date, that of the first being earlier.
    pub earlier: u64,
    /// Both have the same date.
    pub same: u64,
    /// Both have a date, that of the first being later.
    pub later: u64,
    /// The dates are as far apart as those of a parent and a child.
    pub far: u64,
}

/// Years between two births, at least, of a parent and a child; in digits of a date.
const GENERATION: u32 = 14 * 10_000;

/// What is remembered of the cells of one column of a chunk: no cell, but its date and list.
#[derive(Default)]
pub struct Cells {
    listed: Vec<Listed>,
    days: Vec<u32>,
}

impl Cells {
    pub fn push(&mut self, probe: Option<&Probe>) {
        self.listed.push(probe.map_or(Listed::No, |probe| probe.listed));
        self.days.push(probe.map_or(0, |probe| probe.day));
    }
}

/// Compares the columns of a chunk.
pub fn compare(columns: &[Column], cells: &[Cells]) -> Pairs {
    let share = |of: u64, column: &Column| of * 100 / column.filled().max(1);
    let chosen = |wanted: &dyn Fn(&Column) -> bool| -> Vec<usize> {
        let places = columns.iter().enumerate().filter(|(_, column)| wanted(column));
        places.map(|(place, _)| place).take(MOST_COMPARED).collect()
    };
    let names = chosen(&|c| share(c.names.forenames + c.names.surnames, c) >= LEAST_NAMES);
    let dates = chosen(&|c| share(c.dates.any, c) >= LEAST_DATES);
    let mut pairs = Pairs::new();
    each_two(&names, |first, second| {
        let counts = pairs.entry((first, second)).or_default();
        for both in cells[first].listed.iter().zip(&cells[second].listed) {
            counts.straight += u64::from(both == (&Listed::Forename, &Listed::Surname));
            counts.crossed += u64::from(both == (&Listed::Surname, &Listed::Forename));
        }
    });
    each_two(&dates, |first, second| {
        let counts = pairs.entry((first, second)).or_default();
        let both = cells[first].days.iter().zip(&cells[second].days);
        for (first, second) in both.filter(|(first, second)| **first > 0 && **second > 0) {
            counts.earlier += u64::from(first < second);
            counts.same += u64::from(first == second);
            counts.later += u64::from(first > second);
            counts.far += u64::from(first.abs_diff(*second) >= GENERATION);
        }
    });
    pairs
}

/// Adds the counts of a further part.
pub fn merge(pairs: &mut Pairs, more: &Pairs) {
    for (columns, more) in more {
        let counts = pairs.entry(*columns).or_default();
        counts.straight += more.straight;
        counts.crossed += more.crossed;
        counts.earlier += more.earlier;
        counts.same += more.same;
        counts.later += more.later;
        counts.far += more.far;
    }
}

/// The counts of two columns in either order, as of the first and the second.
pub fn of(pairs: &Pairs, first: usize, second: usize) -> PairCounts {
    let counts = pairs.get(&(first.min(second), first.max(second))).copied().unwrap_or_default();
    match first < second {
        true => counts,
        false => PairCounts {
            straight: counts.crossed,
            crossed: counts.straight,
            earlier: counts.later,
            same: counts.same,
            later: counts.earlier,
            far: counts.far,
        },
    }
}

fn each_two(places: &[usize], mut each: impl FnMut(usize, usize)) {
    for (at, first) in places.iter().enumerate() {
        places[at + 1..].iter().for_each(|second| each(*first, *second));
    }
}
