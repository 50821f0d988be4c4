//! A payload's cells by row, and its rows in the order of the people.

use arrow::array::{Array, ArrayRef};
use arrow::compute::interleave;
use arrow::row::{RowConverter, SortField};
use rayon::prelude::*;

use crate::format::ROW_GROUP_ROWS;

/// Columns of the same rows, in batches.
pub(super) struct Cells {
    columns: Vec<Vec<ArrayRef>>,
    /// Where the rows of each batch end.
    ends: Vec<usize>,
}

impl Cells {
    /// Of columns whose batches are alike in length.
    pub fn of(columns: Vec<Vec<ArrayRef>>) -> Self {
        let mut end = 0;
        let batches = columns.first().into_iter().flatten();
        let ends = batches.map(|batch| {
            end += batch.len();
            end
        });
        Self { ends: ends.collect(), columns }
    }

    /// These rows, in this order.
    pub fn rows(&self, rows: &[u32]) -> Vec<ArrayRef> {
        let place = |row: &u32| {
            let row = *row as usize;
            let batch = self.ends.partition_point(|end| *end <= row);
            (batch, row - if batch == 0 { 0 } else { self.ends[batch - 1] })
        };
        let places: Vec<(usize, usize)> = rows.iter().map(place).collect();
        let rows = |batches: &Vec<ArrayRef>| {
            let batches: Vec<&dyn Array> = batches.iter().map(AsRef::as_ref).collect();
            interleave(&batches, &places).expect("the column has the rows")
        };
        self.columns.par_iter().map(rows).collect()
    }
}

/// The rows in the order of their persons, and rows of one person in the order of their content, so
/// that nothing of the payload's order is left.
pub(super) fn order(persons: &[u32], cells: &Cells) -> Vec<u32> {
    let rows = 0..u32::try_from(persons.len()).expect("a map has fewer than 2^32 records");
    let mut order: Vec<(u32, u32)> = persons.par_iter().copied().zip(rows).collect();
    order.par_sort_unstable();
    let mut order: Vec<u32> = order.into_iter().map(|(_, row)| row).collect();
    let person = |row: u32| persons[row as usize];
    // In parts of whole persons, so that there is never a second copy of all rows.
    let mut parts = Vec::new();
    let mut left = order.as_mut_slice();
    while !left.is_empty() {
        let end = ROW_GROUP_ROWS.min(left.len());
        let last = person(left[end - 1]);
        let end = end + left[end..].partition_point(|row| person(*row) == last);
        parts.push(left.split_off_mut(..end).expect("the end is within"));
    }
    parts.into_par_iter().for_each(|part| {
        let groups = part.chunk_by_mut(|a, b| person(*a) == person(*b));
        by_content(groups.filter(|group| group.len() > 1).collect(), cells);
    });
    order
}

/// Sorts each of these groups of rows by content.
fn by_content(mut groups: Vec<&mut [u32]>, cells: &Cells) {
    let rows = groups.concat();
    if rows.is_empty() || cells.columns.is_empty() {
        return;
    }
    let columns = cells.rows(&rows);
    let fields = columns.iter().map(|column| SortField::new(column.data_type().clone()));
    let converter = RowConverter::new(fields.collect()).expect("payload columns can be ordered");
    let keys = converter.convert_columns(&columns).expect("the converter has their types");
    let mut start = 0;
    for group in &mut groups {
        let places = start..start + group.len();
        let mut sorted: Vec<usize> = places.clone().collect();
        sorted.sort_by_key(|place| keys.row(*place));
        let sorted = sorted.into_iter().map(|place| rows[place]);
        group.iter_mut().zip(sorted).for_each(|(row, sorted)| *row = sorted);
        start = places.end;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{AsArray, StringArray, UInt32Array};
    use arrow::datatypes::UInt32Type;

    use super::*;

    /// Rows of a person, a text or nothing, and a number; in batches of so many rows.
    fn cells(rows: &[(u32, Option<&str>, u32)], batch: usize) -> (Vec<u32>, Cells) {
        let texts = |rows: &[(u32, Option<&str>, u32)]| -> ArrayRef {
            Arc::new(rows.iter().map(|row| row.1).collect::<StringArray>())
        };
        let numbers = |rows: &[(u32, Option<&str>, u32)]| -> ArrayRef {
            Arc::new(UInt32Array::from_iter_values(rows.iter().map(|row| row.2)))
        };
        let columns = [texts as fn(&_) -> ArrayRef, numbers];
        let columns = columns.map(|column| rows.chunks(batch).map(column).collect());
        (rows.iter().map(|row| row.0).collect(), Cells::of(columns.to_vec()))
    }

    fn shown(persons: &[u32], cells: &Cells) -> Vec<(u32, Option<String>, u32)> {
        let order = order(persons, cells);
        let columns = cells.rows(&order);
        let texts = columns[0].as_string::<i32>().iter().map(|text| text.map(str::to_owned));
        let numbers = columns[1].as_primitive::<UInt32Type>().values();
        let persons = order.iter().map(|row| persons[*row as usize]);
        persons.zip(texts).zip(numbers).map(|((p, text), number)| (p, text, *number)).collect()
    }

    #[test]
    fn rows_are_by_person_and_then_by_content_whatever_their_order_and_batches() {
        let mut rows = Vec::new();
        for number in 0..200 {
            let text = [None, Some("a"), Some(""), Some("b")][number as usize * 7 % 4];
            rows.push((number * 31 % 17, text, number % 5));
        }
        let mut wanted = rows.clone();
        wanted.sort_unstable();
        let wanted: Vec<_> =
            wanted.into_iter().map(|(p, text, n)| (p, text.map(str::to_owned), n)).collect();
        for batch in [1, 7, 64, 200] {
            let (persons, cells) = cells(&rows, batch);
            assert_eq!(shown(&persons, &cells), wanted);
            rows.rotate_left(batch);
        }
    }

    #[test]
    fn persons_who_have_more_rows_than_a_row_group_are_ordered_whole() {
        let rows: Vec<_> = (0..u32::try_from(ROW_GROUP_ROWS).expect("it is small") + 100)
            .rev()
            .map(|n| (n % 2, None, n))
            .collect();
        let (persons, cells) = cells(&rows, 8192);
        let shown = shown(&persons, &cells);
        assert!(shown.is_sorted() && shown.len() == rows.len());
    }

    #[test]
    fn no_rows_have_no_order() {
        assert_eq!(order(&[], &Cells::of(Vec::new())), Vec::<u32>::new());
        assert_eq!(order(&[1, 0, 1], &Cells::of(Vec::new())), [1, 0, 2]);
    }
}
