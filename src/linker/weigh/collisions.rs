//! u from the tokens' own counts: how often strangers agree.
//!
//! How often two strangers share a surname and a birth date can be counted: all pairs that share
//! the token, less those that are likely of one person or family. What the model expects of a
//! recipe is the product of its parts' probabilities; where the counts of all recipes say
//! otherwise, the parts are put right, in least squares and drawn towards the published rates.

use super::evidence::{Comparison, Comparisons, Level, Of};
use super::model::Model;
use super::tokens_held::TokensHeld;

/// How far the published rates may be off, as the spread of the logarithm of their error: those of
/// dates follow from the calendar, those of names and places from who lives where.
const SPREAD: f64 = 1.5;
const SPREAD_OF_DATES: f64 = 0.5;

/// The part of the pairs of one person or family that may be taken for strangers.
const MISTAKEN: f64 = 0.01;

/// Sweeps over the unknowns; they settle after some tens.
const SWEEPS: usize = 200;

/// How often strangers agree in a recipe.
struct Collisions {
    recipe: usize,
    /// The parts, as a comparison and the level at which it agrees.
    parts: Vec<(usize, Level)>,
    /// All pairs in which both have a token.
    known: f64,
    /// Candidate pairs that share one, as likely as they are of strangers.
    strangers: f64,
    /// The other candidate pairs that share one.
    related: f64,
}

/// The counts of all recipes that can tell: each part speaks for a comparison of its own, and who
/// agrees in the recipe is a candidate.
pub struct Counted {
    recipes: Vec<Collisions>,
    /// For each comparison, how far the published rates may be off.
    spread: Vec<f64>,
}

impl Counted {
    /// The recipes that can be counted. `blocking` are those, as bits, of which every two records
    /// that share a token are a candidate pair.
    pub fn new(held: &TokensHeld, blocking: u32, comparisons: &Comparisons) -> Self {
        let counted = (0..held.recipes()).filter_map(|recipe| {
            let parts = comparisons.parts(recipe)?;
            let known = held.pairs_across(recipe);
            let seen = comparisons.agreeing_with(recipe) & blocking != 0 && known > 0.0;
            seen.then_some(Collisions { recipe, parts, known, strangers: 0.0, related: 0.0 })
        });
        let spread = |c: &Comparison| if c.of == Of::Date { SPREAD_OF_DATES } else { SPREAD };
        Self { recipes: counted.collect(), spread: comparisons.list.iter().map(spread).collect() }
    }

    /// The recipes that are counted.
    pub fn recipes(&self) -> Vec<usize> {
        self.recipes.iter().map(|counted| counted.recipe).collect()
    }

    /// Puts the model's probabilities for strangers right, given for each counted recipe the pairs
    /// across datasets that agree in it.
    pub fn correct(&mut self, counts: &[Agreeing], model: &mut Model) {
        for (counted, count) in self.recipes.iter_mut().zip(counts) {
            (counted.strangers, counted.related) = (count.strangers, count.related);
        }
        let rows: Vec<Row> = self.recipes.iter().map(|counted| counted.row(model)).collect();
        let corrections: Vec<_> = solve(&rows, &self.spread);
        model.correct(&corrections);
    }
}

/// Pairs that agree in a recipe, as likely as they are of strangers, and as they are not.
#[derive(Clone, Copy, Debug, Default)]
pub struct Agreeing {
    pub strangers: f64,
    pub related: f64,
}

/// What one recipe says: the sum of the corrections of its parts should be this.
struct Row {
    parts: Vec<(usize, Level)>,
    wanted: f64,
    /// One over the variance.
    weight: f64,
}

impl Collisions {
    fn row(&self, model: &Model) -> Row {
        let strangers = self.strangers.max(0.5);
        let parts = self.parts.iter();
        let probability: f64 = parts.map(|(c, level)| model.strangers_agree(*c, *level)).product();
        let expected = (self.known * probability).max(1e-3);
        let error = MISTAKEN * self.related;
        let variance = error.mul_add(error, strangers) / (strangers * strangers);
        let wanted = (strangers / expected).ln();
        Row { parts: self.parts.clone(), wanted, weight: 1.0 / variance }
    }
}

/// The correction of each part, as a logarithm.
fn solve(rows: &[Row], spread: &[f64]) -> Vec<((usize, Level), f64)> {
    let mut unknowns: Vec<(usize, Level)> =
        rows.iter().flat_map(|row| row.parts.iter().copied()).collect();
    unknowns.sort_unstable();
    unknowns.dedup();
    let place = |part| unknowns.binary_search(part).expect("every part is among the unknowns");
    let rows: Vec<(Vec<usize>, &Row)> =
        rows.iter().map(|row| (row.parts.iter().map(place).collect(), row)).collect();
    let mut found = vec![0.0; unknowns.len()];
    for _ in 0..SWEEPS {
        for unknown in 0..found.len() {
            let spread = spread[unknowns[unknown].0];
            let (mut sum, mut weight) = (0.0, 1.0 / (spread * spread));
            for (parts, row) in rows.iter().filter(|(parts, _)| parts.contains(&unknown)) {
                let others = parts.iter().filter(|part| **part != unknown).map(|part| found[*part]);
                sum += row.weight * (row.wanted - others.sum::<f64>());
                weight += row.weight;
            }
            found[unknown] = sum / weight;
        }
    }
    unknowns.into_iter().zip(found).collect()
}
