//! Term frequency: how common the names are that two records share.
//!
//! A shared rare name is better evidence against chance than a shared common one. The linker sees
//! no names, but it can count how many records share a token that takes a name and part of a date:
//! against the average of its column, that says how common the name is.

use crate::spec::{Choice, Derivation, FieldIx, Kind, Linkage, Recipe};

/// The most that frequencies count either way, in bits.
pub(super) const MOST_BITS: f64 = 6.0;

/// The columns that can tell how common a name is, the most telling first.
#[derive(Debug)]
pub struct NameColumns(Vec<NameColumn>);

/// A column that can tell how common a name is.
#[derive(Clone, Copy, Debug)]
pub struct NameColumn {
    /// The place of its recipe.
    pub recipe: usize,
    takes: Takes,
    /// How many others share a record's token, on average and by their spread: the mean and the
    /// shape of a gamma distribution.
    mean: f64,
    shape: f64,
}

/// The names that a recipe takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    /// Any name of a record.
    Any,
    /// The names of this field.
    Field(FieldIx),
}

/// Sums over the tokens of a column in the largest dataset, each counted for every record that has
/// it: how many there are, how many others there share each, and the squares of those.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// Tokens.
    pub tokens: u64,
    /// Others that share them.
    pub others: u64,
    /// The squares of the others of each.
    pub squares: u128,
}

impl NameColumns {
    /// The columns that tell, given each with its sums.
    pub fn new(columns: impl IntoIterator<Item = (NameColumn, Sums)>) -> Self {
        let columns = columns.into_iter().filter_map(|(column, sums)| column.fitted(sums));
        let mut columns: Vec<NameColumn> = columns.collect();
        columns.sort_by(|a, b| b.mean.total_cmp(&a.mean).then(a.recipe.cmp(&b.recipe)));
        Self(columns)
    }

    /// The columns.
    pub fn iter(&self) -> impl Iterator<Item = &NameColumn> {
        self.0.iter()
    }

    /// How much commoner than average the names are that two records share, as a factor of how
    /// probable it is that strangers share them. `shared` adds to a list, for the column at a place,
    /// how many others have each token that the two share.
    pub fn factor(&self, mut shared: impl FnMut(usize, &NameColumn, &mut Vec<u32>)) -> f64 {
        let (mut done, mut others): (Vec<Takes>, Vec<u32>) = (Vec::new(), Vec::new());
        let mut bits = 0.0;
        for (place, column) in self.0.iter().enumerate() {
            if done.contains(&Takes::Any) || done.contains(&column.takes) {
                continue;
            }
            if column.takes == Takes::Any && !done.is_empty() {
                continue;
            }
            others.clear();
            shared(place, column, &mut others);
            if !others.is_empty() {
                // Whatever the order of a record's tokens, the sum is the same.
                others.sort_unstable();
                bits += others.iter().map(|others| column.ratio(*others).log2()).sum::<f64>();
                done.push(column.takes);
            }
        }
        bits.clamp(-MOST_BITS, MOST_BITS).exp2()
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of records are far below 2^53")]
impl NameColumn {
    /// The columns of the visible recipes that take one name as it is, not yet fitted.
    pub fn all(linkage: &Linkage, visible: u32) -> Vec<Self> {
        let recipes = linkage.recipes.iter().enumerate();
        let seen = recipes.filter(|(place, _)| visible & (1 << place) != 0);
        let column = |recipe, takes| Self { recipe, takes, mean: 0.0, shape: 1.0 };
        seen.filter_map(|(place, r)| Some(column(place, takes(linkage, r)?))).collect()
    }

    /// The column with its mean and shape; none if no two records share a token.
    fn fitted(mut self, sums: Sums) -> Option<Self> {
        if sums.tokens == 0 || sums.others == 0 {
            return None;
        }
        let of = sums.tokens as f64;
        self.mean = sums.others as f64 / of;
        let variance = self.mean.mul_add(-self.mean, sums.squares as f64 / of);
        self.shape = self.mean * self.mean / (variance - self.mean).max(self.mean * 0.1);
        Some(self)
    }

    /// How common a token is against the average, given how many others have it: its count, drawn
    /// to the mean as far as the spread of the column says.
    fn ratio(&self, others: u32) -> f64 {
        (self.shape + f64::from(others)) / (self.shape + self.mean)
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
