//! Fitting a model to the candidate pairs, wherever they are held.

use super::collisions::{Agreeing, Counted};
use super::kinds::Kinds;
use super::model::{Model, Setting, Tally, log2_odds};
use super::shown::{OddsOf, Shown};
use crate::linker::every_two::every_two;

/// How often the model is fitted anew after the best partners of each record were found.
const REFITS: usize = 2;

/// A record with a partner of at least this probability is taken to have found its own.
const FOUND: f64 = 0.9;

/// Records without a partner that are added to a dataset: few records do not show that all have one.
const UNKNOWN_RECORDS: f64 = 20.0;

/// The candidate pairs, wherever they are held: what is asked of them to fit a model and to weigh
/// them by it.
pub trait Pairs {
    /// Why a question cannot be answered.
    type Error;

    /// Counts the pairs by the place of their setting, and within it by kind. Pairs of two
    /// datasets stand [`Setting::Across`] them until partners have been found, and from then on
    /// [`Setting::Among`] their partners.
    ///
    /// # Errors
    /// If the pairs cannot be read.
    fn count(&mut self, kinds: &Kinds) -> Result<Vec<u64>, Self::Error>;

    /// Finds the best partners of every record, given the odds of each pattern.
    ///
    /// # Errors
    /// If the pairs cannot be read.
    fn find_partners(&mut self, odds: OddsOf) -> Result<(), Self::Error>;

    /// For each two datasets, how many records of the one and of the other have a partner there at
    /// these log2 odds or better.
    ///
    /// # Errors
    /// If the partners cannot be read.
    fn partnered(&mut self, least: f32) -> Result<Vec<[u64; 2]>, Self::Error>;
}

/// Fits a model to what the pairs show: m by expectation maximisation, u by how often the tokens
/// of strangers meet, both again after the best partners of each record are found. `sizes` are the
/// datasets' records.
pub fn fit<P: Pairs>(
    pairs: &mut P,
    shown: &Shown,
    mut counted: Counted,
    sizes: &[u64],
    mut model: Model,
) -> Result<Model, P::Error> {
    let kinds = Kinds::new(shown, &counted.recipes());
    let settings = Setting::all(pairs_of(sizes).count());
    let tallies = |counts: &[u64]| tallies(shown, &kinds, &settings, counts);
    model.fit(&tallies(&pairs.count(&kinds)?));
    for _ in 0..REFITS {
        pairs.find_partners(shown.odds(&model))?;
        let least = single_precision(log2_odds(FOUND));
        model.covered = covered(&pairs.partnered(least)?, sizes);
        let counts = pairs.count(&kinds)?;
        let agreeing = agreeing(&model, shown, &kinds, &settings, &counts, &counted);
        counted.correct(&agreeing, &mut model);
        model.fit(&tallies(&counts));
    }
    Ok(model)
}

/// Every two of some datasets, by their sizes, in order.
fn pairs_of(sizes: &[u64]) -> impl Iterator<Item = [u64; 2]> {
    every_two(sizes.len()).map(|two| two.map(|place| sizes[place]))
}

/// For each two datasets, the share of records of the one that have a partner in the other.
fn covered(partnered: &[[u64; 2]], sizes: &[u64]) -> Vec<[f64; 2]> {
    let share = |(partnered, of): (u64, u64)| float(partnered) / (float(of) + UNKNOWN_RECORDS);
    let both = pairs_of(sizes).zip(partnered);
    both.map(|([a, b], [in_b, in_a])| [(*in_b, a), (*in_a, b)].map(share)).collect()
}

/// What is shown by any pair, in the order of settings and levels.
fn tallies<'s>(
    shown: &'s Shown,
    kinds: &Kinds,
    settings: &[Setting],
    counts: &[u64],
) -> Vec<Tally<'s>> {
    let of_setting = settings.iter().zip(counts.chunks(kinds.len()));
    let tallies = of_setting.flat_map(|(setting, counts)| {
        let sets = kinds.by_set(counts);
        let tallies = sets.filter(|(_, pairs)| *pairs > 0).map(|(set, pairs)| Tally {
            setting: *setting,
            levels: &shown.levels[set],
            pairs,
        });
        tallies.collect::<Vec<_>>()
    });
    tallies.collect()
}

/// For each counted recipe, the pairs across datasets that agree in it, as likely as they are of
/// strangers and as they are not.
fn agreeing(
    model: &Model,
    shown: &Shown,
    kinds: &Kinds,
    settings: &[Setting],
    counts: &[u64],
    counted: &Counted,
) -> Vec<Agreeing> {
    let mut sums = vec![Agreeing::default(); counted.recipes().len()];
    let likelihoods = shown.likelihoods(model);
    for (setting, counts) in settings.iter().zip(counts.chunks(kinds.len())) {
        let pairs = kinds.list.iter().zip(counts).filter(|(_, pairs)| **pairs > 0);
        for (kind, pairs) in pairs.filter(|_| *setting != Setting::Within) {
            let stranger = model.weight(*setting, likelihoods[kind.shown as usize]).stranger;
            let mut agree = kind.counted;
            while agree != 0 {
                let sum = &mut sums[agree.trailing_zeros() as usize];
                sum.strangers = float(*pairs).mul_add(stranger, sum.strangers);
                sum.related = float(*pairs).mul_add(1.0 - stranger, sum.related);
                agree &= agree - 1;
            }
        }
    }
    sums
}

#[expect(clippy::cast_possible_truncation, reason = "partners are compared to a bit")]
pub(super) const fn single_precision(odds: f64) -> f32 {
    odds as f32
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
const fn float(count: u64) -> f64 {
    count as f64
}
