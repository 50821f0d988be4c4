//! Parts of a total, and tables: no total may give a hidden count away.
//!
//! The total of a one-way table is told with it. Of a two-way table each column is a one-way table
//! of its own, and the total of a row is told only if all of the row is; so the columns' totals
//! are all that ties hidden cells together. What a reader knows of the hidden cells of one total is
//! that they make up what the shown ones leave of it, within rounding. Further cells are hidden,
//! the last first, until each small one may still be any of the values that a small count has
//! (secondary suppression); if all are hidden and that is not so, the total is hidden. Which cells
//! are taken depends on their places alone: had the smallest been taken that would do, whoever
//! knows this rule could work backwards. So rows have an order that is not that of their counts.

use super::{Count, Disclosed, Policy, Preset};

/// The parts of a total.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The parts, in the order given.
    pub cells: Vec<Disclosed>,
    /// The total. Who tells the total elsewhere too tells it from here.
    pub total: Disclosed,
}

/// A table of rows and columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The rows, in the order given.
    pub rows: Vec<TableRow>,
    /// The total of each column.
    pub totals: Vec<Disclosed>,
}

/// A row of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TableRow {
    /// Its cells.
    pub cells: Vec<Disclosed>,
    /// Its total; hidden if one of its cells is.
    pub total: Disclosed,
}

impl Policy {
    /// Tells of the parts of a total, each by its label.
    pub fn parts<L: AsRef<str>>(&mut self, name: &str, parts: &[(L, Count)]) -> Parts {
        self.parts_of(name, parts, &[])
    }

    /// Tells of the parts of a total where the sums of some of them, each given by the places of
    /// its parts, are told elsewhere.
    pub fn parts_of<L: AsRef<str>>(
        &mut self,
        name: &str,
        parts: &[(L, Count)],
        sums: &[Vec<usize>],
    ) -> Parts {
        let named = |label: &L| format!("{name}/{}", label.as_ref());
        let counts: Vec<Count> = parts.iter().map(|(_, count)| *count).collect();
        let mut cells: Vec<Disclosed> =
            parts.iter().map(|(label, count)| self.alone(&named(label), *count)).collect();
        let total = self.alone(name, counts.iter().copied().sum());
        let total =
            Protected { preset: self.preset, counts: &counts }.protect(&mut cells, total, sums);
        for ((label, _), cell) in parts.iter().zip(&cells) {
            self.note(&named(label), *cell);
        }
        Parts { cells, total: self.note(name, total) }
    }

    /// Tells of a table: rows by label, each with a count in every one of the named columns.
    pub fn table<L: AsRef<str>>(
        &mut self,
        name: &str,
        columns: &[&str],
        rows: &[(L, Vec<Count>)],
    ) -> Table {
        let column = |(place, column): (usize, &&str)| {
            let cells: Vec<(&str, Count)> =
                rows.iter().map(|(label, counts)| (label.as_ref(), counts[place])).collect();
            self.parts(&format!("{name}/{column}"), &cells)
        };
        let columns: Vec<Parts> = columns.iter().enumerate().map(column).collect();
        let row = |(place, (label, counts)): (usize, &(L, Vec<Count>))| {
            let cells: Vec<Disclosed> = columns.iter().map(|column| column.cells[place]).collect();
            let name = format!("{name}/rows/{}", label.as_ref());
            let total = if cells.iter().all(|cell| cell.number.is_some()) {
                self.alone(&name, counts.iter().copied().sum())
            } else {
                self.preset.hidden()
            };
            TableRow { total: self.note(&name, total), cells }
        };
        let rows = rows.iter().enumerate().map(row).collect();
        Table { rows, totals: columns.iter().map(|column| column.total).collect() }
    }
}

/// Rows of counts, each with its label.
pub type Rows = Vec<(String, Vec<Count>)>;

impl Policy {
    /// The same rows, with those that have a small count put together as one at the end: fewer cells
    /// need be hidden, and that there is such a row is not told by its label.
    #[must_use]
    pub fn gathered(&self, rows: Rows, together: &str) -> Rows {
        let small = |count: &Count| self.preset.show(*count).number.is_none();
        let (few, mut rows): (Rows, Rows) =
            rows.into_iter().partition(|(_, counts)| counts.iter().any(small));
        if let [first, rest @ ..] = few.as_slice() {
            let mut sum = first.1.clone();
            for (_, counts) in rest {
                sum.iter_mut().zip(counts).for_each(|(sum, count)| *sum = *sum + *count);
            }
            rows.push((together.to_owned(), sum));
        }
        rows
    }
}

/// Cells to protect.
struct Protected<'p> {
    preset: Preset,
    counts: &'p [Count],
}

impl Protected<'_> {
    /// Hides further cells until no sum gives one away, and gives what is told of the total.
    fn protect(&self, cells: &mut [Disclosed], total: Disclosed, sums: &[Vec<usize>]) -> Disclosed {
        let all: Vec<usize> = (0..cells.len()).collect();
        while total.number.is_some_and(|total| !self.is_safe(cells, &all, total)) {
            if !self.hide_last(cells, &all) {
                return self.preset.hidden();
            }
        }
        for sum in sums {
            while self.told(sum).is_some_and(|told| !self.is_safe(cells, sum, told))
                && self.hide_last(cells, sum)
            {}
        }
        let mut known: Vec<&[usize]> =
            std::iter::once(&all).chain(sums).map(Vec::as_slice).collect();
        known.sort_by_key(|sum| sum.len());
        // In the narrowest sum that holds the cell another one is hidden.
        while let Some(cell) = follows(cells, &known).filter(|_| !self.preset.rounds()) {
            let mut with = known.iter().filter(|sum| sum.contains(&cell));
            if !with.any(|sum| self.hide_last(cells, sum)) {
                break;
            }
        }
        total
    }

    /// What is told of a sum elsewhere.
    fn told(&self, sum: &[usize]) -> Option<u64> {
        self.preset.show(sum.iter().map(|cell| self.counts[*cell]).sum()).number
    }

    /// Hides the last of these cells that is shown and is not nothing, if there is one.
    fn hide_last(&self, cells: &mut [Disclosed], of: &[usize]) -> bool {
        let last = of.iter().rev().find(|cell| cells[**cell].number > Some(0));
        if let Some(last) = last {
            cells[*last] = self.preset.hidden();
        }
        last.is_some()
    }

    /// Whether these cells, as far as they are shown, and their sum leave every hidden one open.
    fn is_safe(&self, cells: &[Disclosed], of: &[usize], sum: u64) -> bool {
        let Some((least, most)) = self.preset.small() else { return true };
        let hidden = || of.iter().filter(|cell| cells[**cell].number.is_none());
        let is_small = |cell: &&usize| (least..=most).contains(&self.counts[**cell].0);
        let small = hidden().filter(is_small).count() as u64;
        let large = hidden().count() as u64 - small;
        if small + large == 0 {
            return true;
        }
        let shown = of.iter().filter_map(|cell| cells[*cell].number);
        let shown = shown.map(|number| self.preset.range(number));
        let (low, high) = shown.fold((0, 0), |(low, high), (a, b)| (low + a, high + b));
        let sum = self.preset.range(sum);
        // What the hidden cells make up together.
        let (rest_low, rest_high) = (sum.0.saturating_sub(high), sum.1.saturating_sub(low));
        if small == 0 {
            return large > 1 || rest_high - rest_low >= self.preset.base();
        }
        // A small cell is largest where all others are as small as they can be, and the other way
        // round.
        let others = (small - 1) * least + large * (most + 1);
        let largest = rest_high.saturating_sub(others).min(most);
        let others = if large > 0 { rest_low } else { (small - 1) * most };
        let smallest = rest_low.saturating_sub(others).max(least);
        (smallest, largest) == (least, most)
    }
}

/// The first hidden cell, if any, that follows from these sums and the cells shown: it is a
/// combination of the sums' hidden cells (by elimination, in whole numbers).
fn follows(cells: &[Disclosed], sums: &[&[usize]]) -> Option<usize> {
    let hidden: Vec<usize> =
        (0..cells.len()).filter(|cell| cells[*cell].number.is_none()).collect();
    let row = |sum: &&[usize]| -> Vec<i128> {
        hidden.iter().map(|cell| i128::from(sum.contains(cell))).collect()
    };
    let mut rows: Vec<Vec<i128>> = sums.iter().map(row).collect();
    let mut done = 0;
    for column in 0..hidden.len() {
        let Some(pivot) = (done..rows.len()).find(|row| rows[*row][column] != 0) else { continue };
        rows.swap(done, pivot);
        let pivot = rows[done].clone();
        for (place, row) in rows.iter_mut().enumerate() {
            let factor = row[column];
            if place != done && factor != 0 {
                for (cell, from) in row.iter_mut().zip(&pivot) {
                    *cell = *cell * pivot[column] - factor * from;
                }
                shorten(row);
            }
        }
        done += 1;
    }
    let only = |row: &Vec<i128>| {
        let mut held = (0..row.len()).filter(|place| row[*place] != 0);
        held.next().filter(|_| held.next().is_none()).map(|place| hidden[place])
    };
    rows.iter().find_map(only)
}

/// Divides a row by what all its numbers have in common.
fn shorten(row: &mut [i128]) {
    let common = row.iter().fold(0i128, |a, b| {
        let (mut a, mut b) = (a.abs(), b.abs());
        while b != 0 {
            (a, b) = (b, a % b);
        }
        a
    });
    if common > 1 {
        row.iter_mut().for_each(|cell| *cell /= common);
    }
}

#[cfg(test)]
mod tests;
