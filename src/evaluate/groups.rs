//! Records in groups by a column of a table, and how the groups fare.

use std::collections::BTreeMap;

use serde::Serialize;

use super::columns::{Name, TWICE, each_record};
use super::pairs::{Agreement, Tallies};
use super::{By, EvaluateError};

/// The most different values of a column by which records are put in groups.
pub const MOST_VALUES: usize = 1000;

/// The fewest true pairs with which a group counts in the spread of recall: with fewer, chance
/// alone sets groups apart.
pub const FEWEST_PAIRS: u64 = 100;

/// How the groups of one column fare.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Groups {
    /// The column.
    pub column: String,
    /// The groups by value, and then the records that the table lacks, if any.
    pub groups: Vec<Group>,
    /// Recall of all pairs, between groups.
    pub spread_all: Option<Spread>,
    /// Recall of pairs of different agencies, between groups.
    pub spread_across: Option<Spread>,
}

/// The pairs of which at least one record is in a group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// The column's value; none for the records that the table lacks.
    pub value: Option<String>,
    /// Records in the group.
    pub records: u64,
    /// All pairs.
    pub all: Agreement,
    /// Pairs of different agencies.
    pub across: Agreement,
}

/// How far recall differs between the groups of [`FEWEST_PAIRS`] true pairs or more.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The highest recall less the lowest.
    pub recall: f64,
    /// The value with the lowest recall.
    pub lowest: String,
    /// The value with the highest recall.
    pub highest: String,
}

/// Each record's value in one column.
pub(super) struct Grouping {
    pub column: String,
    /// The values in order; none, for records that the table lacks, is the last.
    pub values: Vec<Option<String>>,
    /// Each record's place among the values.
    pub of: Vec<usize>,
}

/// Reads the groups of these records, which are in order.
pub(super) fn read(by: &By, records: &[&Name]) -> Result<Grouping, EvaluateError> {
    let mut values: BTreeMap<String, usize> = BTreeMap::new();
    let mut of: Vec<Option<usize>> = vec![None; records.len()];
    each_record(&by.file, &by.column, |name, value| {
        let next = values.len();
        let value = *values.entry(value).or_insert(next);
        if values.len() > MOST_VALUES {
            let column = &by.column;
            return Err(format!(
                "is one too many: the column `{column}` has more than {MOST_VALUES} different \
                 values; name a column of fewer"
            ));
        }
        let first = match records.binary_search(&&name) {
            Ok(record) => of[record].replace(value).is_none(),
            Err(_) => true,
        };
        if first { Ok(()) } else { Err(TWICE.to_owned()) }
    })?;
    if !records.is_empty() && of.iter().all(Option::is_none) {
        let what = "lists none of the truth's records".to_owned();
        return Err(EvaluateError::Truth { path: by.file.clone(), what });
    }
    Ok(Grouping::new(&by.column, &values, &of))
}

impl Grouping {
    /// The values, numbered as they came, and each record's, if it has one.
    fn new(column: &str, numbers: &BTreeMap<String, usize>, of: &[Option<usize>]) -> Self {
        let mut used = vec![false; numbers.len()];
        of.iter().flatten().for_each(|number| used[*number] = true);
        let mut place_of = vec![0; numbers.len()];
        let mut values = Vec::new();
        for (value, number) in numbers.iter().filter(|(_, number)| used[**number]) {
            place_of[*number] = values.len();
            values.push(Some(value.clone()));
        }
        let unlisted = values.len();
        if of.iter().any(Option::is_none) {
            values.push(None);
        }
        let of = of.iter().map(|number| number.map_or(unlisted, |n| place_of[n])).collect();
        Self { column: column.to_owned(), values, of }
    }

    /// How the groups fare, from the pairs of each value.
    pub fn fare(&self, place: usize, tallies: &Tallies) -> Groups {
        let mut sizes = vec![0; self.values.len()];
        self.of.iter().for_each(|value| sizes[*value] += 1);
        let groups: Vec<Group> = (0..)
            .zip(self.values.iter().zip(sizes))
            .map(|(number, (value, records))| Group {
                value: value.clone(),
                records,
                all: tallies.group(place, number, false),
                across: tallies.group(place, number, true),
            })
            .collect();
        Groups {
            column: self.column.clone(),
            spread_all: spread(&groups, |group| group.all),
            spread_across: spread(&groups, |group| group.across),
            groups,
        }
    }
}

fn spread(groups: &[Group], of: impl Fn(&Group) -> Agreement) -> Option<Spread> {
    let mut recalls: Vec<(f64, &String)> = groups
        .iter()
        .filter(|group| of(group).pairs.truth >= FEWEST_PAIRS)
        .filter_map(|group| Some((of(group).recall?.share, group.value.as_ref()?)))
        .collect();
    recalls.sort_by(|a, b| a.0.total_cmp(&b.0));
    let [(low, lowest), .., (high, highest)] = recalls.as_slice() else { return None };
    let (lowest, highest) = ((*lowest).clone(), (*highest).clone());
    Some(Spread { recall: high - low, lowest, highest })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_in_order_and_unlisted_records_last() {
        let numbers =
            BTreeMap::from([("b".to_owned(), 0), ("c".to_owned(), 1), ("a".to_owned(), 2)]);
        let grouping = Grouping::new("x", &numbers, &[Some(0), None, Some(2), Some(0)]);
        assert_eq!(grouping.values, [Some("a".to_owned()), Some("b".to_owned()), None]);
        assert_eq!(grouping.of, [1, 2, 0, 1]);
    }
}
