//! Term frequency: how common the names are that two records share.
//!
//! A shared rare name is better evidence against chance than a shared common one. The linker sees
//! no names, but it can count how many records share a token that takes a name and part of a date:
//! against the average of its column, that says how common the name is.

use crate::format::FormatError;
use crate::linker::records::{ALONE, AllShared, RecordIx, Records, Shared, TokenNo};
use crate::spec::{Choice, Derivation, FieldIx, Kind, Linkage, Recipe};

/// The most that frequencies count either way, in bits.
pub(super) const MOST_BITS: f64 = 6.0;

/// What the frequencies of names say in each column that can tell.
pub struct Frequencies<'f> {
    records: &'f Records,
    /// The columns, the most telling first.
    columns: Vec<Column>,
}

/// How often the tokens of a column occur.
struct Column {
    recipe: usize,
    takes: Takes,
    /// For each shared token, how many records of the largest dataset have it.
    counts: Vec<u32>,
    /// How many others share a record's token, on average and by their spread: the mean and the
    /// shape of a gamma distribution.
    mean: f64,
    shape: f64,
}

/// The names that a recipe takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// Any name of a record.
    Any,
    /// The names of this field.
    Field(FieldIx),
}

impl<'f> Frequencies<'f> {
    /// Counts the tokens of the visible recipes that take one name.
    pub fn new(
        linkage: &Linkage,
        records: &'f Records,
        shared: &AllShared,
        visible: u32,
    ) -> Result<Self, FormatError> {
        let mut columns: Vec<Column> = Vec::new();
        for (place, recipe) in linkage.recipes.iter().enumerate() {
            let takes = takes(linkage, recipe).filter(|_| visible & (1 << place) != 0);
            if let Some(takes) = takes {
                columns.extend(Column::new(place, takes, records, &*shared.of(place)?));
            }
        }
        columns.sort_by(|a, b| b.mean.total_cmp(&a.mean).then(a.recipe.cmp(&b.recipe)));
        Ok(Self { records, columns })
    }

    /// How much commoner than average the names are that two records share, as a factor of how
    /// probable it is that strangers share them.
    pub fn factor(&self, a: RecordIx, b: RecordIx) -> f64 {
        let mut done: Vec<Takes> = Vec::new();
        let mut bits = 0.0;
        for column in &self.columns {
            if done.contains(&Takes::Any) || done.contains(&column.takes) {
                continue;
            }
            if column.takes == Takes::Any && !done.is_empty() {
                continue;
            }
            if let Some(more) = column.bits(self.records, a, b) {
                bits += more;
                done.push(column.takes);
            }
        }
        bits.clamp(-MOST_BITS, MOST_BITS).exp2()
    }
}

/// The names that a recipe takes, if it takes one name as it is and no more.
fn takes(linkage: &Linkage, recipe: &Recipe) -> Option<Takes> {
    let named = |choice: &&Choice| linkage.field_at(choice.field).kind == Kind::Name;
    let mut parts = recipe.parts.iter().filter(|part| part.choices.iter().any(|c| named(&c)));
    let part = parts.next().filter(|part| part.choices.iter().all(|c| named(&c)))?;
    let whole = |c: &Choice| matches!(c.derivation, Derivation::Whole | Derivation::EveryWord);
    if parts.next().is_some() || !part.choices.iter().all(whole) {
        return None;
    }
    let field = part.choices[0].field;
    let one = part.choices.iter().all(|choice| choice.field == field);
    Some(if one { Takes::Field(field) } else { Takes::Any })
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^53")]
impl Column {
    fn new(recipe: usize, takes: Takes, records: &Records, shared: &Shared) -> Option<Self> {
        let largest = records.datasets.iter().max_by_key(|dataset| dataset.records.len())?;
        let range = largest.records.clone();
        let inside = |group: &[RecordIx]| {
            let until = |end: u32| group.partition_point(|record| record.0 < end);
            u32::try_from(until(range.end) - until(range.start)).unwrap_or(u32::MAX)
        };
        let counts: Vec<u32> = shared.groups().map(inside).collect();
        let mut column = Self { recipe, takes, counts, mean: 0.0, shape: 1.0 };
        let (mut seen, mut sum, mut squares) = (0u64, 0.0, 0.0);
        for record in range.map(RecordIx) {
            for token in records.tokens(record, recipe) {
                let others = column.others(token);
                (seen, sum, squares) = (seen + 1, sum + others, others.mul_add(others, squares));
            }
        }
        if seen == 0 || sum == 0.0 {
            return None;
        }
        column.mean = sum / seen as f64;
        let variance = column.mean.mul_add(-column.mean, squares / seen as f64);
        column.shape = column.mean * column.mean / (variance - column.mean).max(column.mean * 0.1);
        Some(column)
    }

    /// How many records of the largest dataset share a token with one of them.
    fn others(&self, token: TokenNo) -> f64 {
        let group = token.checked_sub(ALONE + 1).map(|place| self.counts[place as usize]);
        f64::from(group.unwrap_or(1)) - 1.0
    }

    /// How much commoner than average the tokens are that two records share, in bits.
    fn bits(&self, records: &Records, a: RecordIx, b: RecordIx) -> Option<f64> {
        let right = records.tokens(b, self.recipe);
        let shared = |token: &TokenNo| *token > ALONE && right.clone().any(|other| other == *token);
        let mut shared = records.tokens(a, self.recipe).filter(shared).peekable();
        shared.peek()?;
        Some(shared.map(|token| self.ratio(token).log2()).sum())
    }

    /// How common a token is against the average: its count, drawn to the mean as far as the
    /// spread of the column says.
    fn ratio(&self, token: TokenNo) -> f64 {
        let others = self.others(token).max(0.0);
        (self.shape + others) / (self.shape + self.mean)
    }
}
