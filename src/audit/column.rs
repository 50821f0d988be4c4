//! What a token column shows by itself: how often its tokens occur.

use std::path::Path;

use arrow::array::{Array, ArrayRef, AsArray};
use serde::Serialize;

use super::counts::{Histogram, Values};
use crate::format::token_table::RECORD_REF;
use crate::format::{FormatError, Problem, Table, token_type};
use crate::token::TOKEN_BYTES;

/// How many of the largest counts are told.
const LARGEST: usize = 10;

/// The figures of one token column.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ColumnFigures {
    /// Records that have a token.
    pub records_with_token: u64,
    /// Share of records that have none.
    pub null_share: f64,
    /// Tokens, repeats too; a record may have several.
    pub tokens: u64,
    /// Distinct tokens.
    pub distinct: u64,
    /// Records that have the commonest token.
    pub largest_count: u64,
    /// Shares of records of the ten commonest tokens, commonest first.
    pub largest_shares: Vec<f64>,
    /// Share of the distinct tokens that one record alone has.
    pub unique_share: f64,
    /// Shannon entropy of a token drawn at random, in bits.
    pub entropy_bits: f64,
    /// Min-entropy of such a token, in bits: the commonest one's share as a power of two.
    pub min_entropy_bits: f64,
    /// With how many other records of its table a record shares a token, on average.
    pub neighbours: f64,
}

impl ColumnFigures {
    /// The share of records of the commonest token.
    #[must_use]
    pub fn largest_share(&self) -> f64 {
        self.largest_shares.first().copied().unwrap_or(0.0)
    }

    fn new(records: u64, records_with_token: u64, counts: &Histogram) -> Self {
        let of_records = |number: f64| if records == 0 { 0.0 } else { number / float(records) };
        let (tokens, distinct) = (counts.total(), counts.distinct());
        let each = counts.levels().flat_map(|(count, tokens)| {
            std::iter::repeat_n(count, usize::try_from(tokens).unwrap_or(LARGEST).min(LARGEST))
        });
        let largest: Vec<u64> = each.take(LARGEST).collect();
        let unique = counts.levels().find(|(count, _)| *count == 1).map_or(0, |(_, n)| n);
        let (mut entropy, mut pairs) = (0.0, 0.0);
        for (count, alike) in counts.levels() {
            let share = float(count) / float(tokens);
            entropy -= float(alike) * share * share.log2();
            pairs += float(alike) * float(count) * float(count - 1);
        }
        let largest_count = largest.first().copied().unwrap_or(0);
        Self {
            records_with_token,
            null_share: of_records(float(records - records_with_token)),
            tokens,
            distinct,
            largest_count,
            largest_shares: largest.iter().map(|count| of_records(float(*count))).collect(),
            unique_share: if distinct == 0 { 0.0 } else { float(unique) / float(distinct) },
            entropy_bits: f64::max(entropy, 0.0),
            min_entropy_bits: if tokens == 0 {
                0.0
            } else {
                (float(tokens) / float(largest_count)).log2()
            },
            neighbours: of_records(pairs),
        }
    }
}

/// A token column of a table.
pub(super) struct Column<'t> {
    table: &'t Table,
    name: &'t str,
}

/// A column's figures, with the counts that they are from.
pub(super) struct Measured {
    pub records: u64,
    pub figures: ColumnFigures,
    #[cfg_attr(
        not(feature = "agency"),
        allow(dead_code, reason = "only attacks go back to the counts")
    )]
    pub counts: Histogram,
}

impl<'t> Column<'t> {
    pub const fn new(table: &'t Table, name: &'t str) -> Self {
        Self { table, name }
    }

    /// Reads the column and measures it.
    pub fn measure(&self) -> Result<Measured, FormatError> {
        let (mut records, mut with_token) = (0, 0);
        self.each_record(|tokens| {
            records += 1;
            with_token += u64::from(!tokens.is_empty());
        })?;
        let counts = Histogram::of(self, self.table.manifest.rows)?;
        let figures = ColumnFigures::new(records, with_token, &counts);
        Ok(Measured { records, figures, counts })
    }

    /// Gives the tokens of each record to `take`; the rows of one record lie together.
    pub fn each_record(&self, mut take: impl FnMut(&[u128])) -> Result<(), FormatError> {
        let (mut current, mut tokens) = (None, Vec::new());
        self.table.read(&[RECORD_REF, self.name], |columns| {
            let [refs, cells] = columns else { return Err(self.wrong()) };
            for row in 0..refs.len() {
                let reference = value(refs, row, RECORD_REF)?.ok_or(Problem::Empty(RECORD_REF))?;
                if current != Some(reference) {
                    match current {
                        Some(before) if before > reference => return Err(Problem::Order),
                        Some(_) => take(&tokens),
                        None => {}
                    }
                    tokens.clear();
                    current = Some(reference);
                }
                tokens.extend(value(cells, row, self.name)?);
            }
            Ok(())
        })?;
        if current.is_some() {
            take(&tokens);
        }
        Ok(())
    }

    fn wrong(&self) -> Problem {
        Problem::Column(self.name.to_owned())
    }
}

impl Values for Column<'_> {
    fn each(&self, take: &mut dyn FnMut(u128)) -> Result<(), FormatError> {
        self.table.read(&[self.name], |columns| {
            let [cells] = columns else { return Err(self.wrong()) };
            for row in 0..cells.len() {
                value(cells, row, self.name)?.into_iter().for_each(&mut *take);
            }
            Ok(())
        })
    }
}

/// A token as a number; none where the cell is empty.
fn value(column: &ArrayRef, row: usize, name: &str) -> Result<Option<u128>, Problem> {
    let wrong = || Problem::Column(name.to_owned());
    let tokens = column.as_fixed_size_binary_opt().ok_or_else(wrong)?;
    if tokens.is_null(row) {
        return Ok(None);
    }
    let bytes: [u8; TOKEN_BYTES] = tokens.value(row).try_into().map_err(|_| wrong())?;
    Ok(Some(u128::from_be_bytes(bytes)))
}

/// The token columns of a table, in its order.
pub(super) fn names(table: &Table) -> Result<Vec<String>, FormatError> {
    let damaged = |name: &str| failed(table.path(), Problem::Column(name.to_owned()));
    let mut names = Vec::new();
    for field in table.schema().fields() {
        if *field.data_type() != token_type() {
            return Err(damaged(field.name()));
        }
        if field.name() != RECORD_REF {
            names.push(field.name().clone());
        }
    }
    if names.len() == table.schema().fields().len() {
        return Err(damaged(RECORD_REF));
    }
    Ok(names)
}

fn failed(path: &Path, problem: Problem) -> FormatError {
    FormatError { path: path.to_owned(), problem }
}

/// A count as a float; counts are far below 2^53.
#[allow(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
pub(super) const fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(records: u64, with_token: u64, counts: &[u64]) -> ColumnFigures {
        let mut histogram = Histogram::default();
        counts.iter().for_each(|count| histogram.add(*count));
        ColumnFigures::new(records, with_token, &histogram)
    }

    #[test]
    fn figures_are_those_of_the_definitions() {
        let figures = figures(10, 8, &[4, 2, 1, 1]);
        assert_eq!((figures.tokens, figures.distinct, figures.largest_count), (8, 4, 4));
        assert_eq!(figures.largest_shares, [0.4, 0.2, 0.1, 0.1]);
        assert!((figures.null_share - 0.2).abs() < 1e-12);
        assert!((figures.unique_share - 0.5).abs() < 1e-12);
        // Shares of 1/2, 1/4 and twice 1/8.
        assert!((figures.entropy_bits - 1.75).abs() < 1e-12);
        assert!((figures.min_entropy_bits - 1.0).abs() < 1e-12);
        assert!((figures.neighbours - (12.0 + 2.0) / 10.0).abs() < 1e-12);
    }

    #[test]
    fn an_empty_column_has_figures_too() {
        let figures = figures(5, 0, &[]);
        assert_eq!((figures.tokens, figures.largest_count), (0, 0));
        assert!(figures.largest_share().abs() < 1e-12 && figures.entropy_bits.abs() < 1e-12);
        assert!((figures.null_share - 1.0).abs() < 1e-12);
    }
}
