//! Weighing: the evidence of every candidate pair, by a model fitted to all of them.

mod collisions;
mod evidence;
mod frequency;
mod model;
mod rivals;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::block::{Candidates, Pair};
use super::compare::{Compared, Pattern};
use super::records::{DatasetIx, Records};
use crate::token::hex;
use collisions::Counted;
use evidence::{Comparisons, Level};
use frequency::Frequencies;
use model::{Model, Population, Setting, Tally, among_strangers};
pub use model::{ModelError, ModelFile};
pub(super) use model::{Weight, log2_odds, probability};
use rivals::Rivals;

/// How often the model is fitted anew after the best partners of each record were found.
const REFITS: usize = 2;

/// Pairs counted by one thread at a time.
const PAIRS_PER_STEP: usize = 1 << 16;

/// A record with a partner of at least this probability is taken to have found its own.
const FOUND: f64 = 0.9;

/// The candidate pairs and what each shows.
struct Weighing<'w> {
    records: &'w Records,
    candidates: &'w Candidates,
    /// Every two datasets.
    datasets: Vec<[DatasetIx; 2]>,
    /// The different sets of levels.
    levels: Vec<Vec<Level>>,
    /// For each pair, its set of levels.
    shown: Vec<u32>,
    /// For each pair, where it stands.
    settings: Vec<Setting>,
}

/// The weights of all candidate pairs, and the model that gave them.
pub(super) struct Weighed {
    pub weights: Vec<Weight>,
    /// The places of the pairs that would reach the threshold if no better partner of their records
    /// were known.
    pub unopposed: Vec<usize>,
    pub model: ModelFile,
}

/// Weighs every candidate pair, with the model given or else with one fitted to them.
pub(super) fn weigh(
    compared: &Compared<'_>,
    given: Option<&ModelFile>,
) -> Result<Weighed, ModelError> {
    let Compared { linkage, records, candidates, patterns, .. } = *compared;
    let comparisons = Comparisons::new(linkage);
    let (levels, shown) = levels(&comparisons, patterns);
    let settings = candidates.pairs.iter().map(|pair| setting(records, *pair)).collect();
    let datasets = records.pairs_of_datasets();
    let mut weighing = Weighing { records, candidates, datasets, levels, shown, settings };
    let sizes: Vec<u64> = records.datasets.iter().map(|d| d.records.len() as u64).collect();
    let populations = [Population::across(&sizes), Population::within(&sizes)];
    let names = weighing.names_of_datasets();
    let model = match given {
        Some(file) => file.model(&comparisons.list, &names, populations)?,
        None => weighing.fit(compared, &comparisons, populations),
    };
    weighing.find_rivals(&model);
    let spec = hex(&linkage.fingerprint());
    let weights = weighing.weights(&model, Some(&Frequencies::new(compared)));
    let least = log2_odds(linkage.rules.threshold);
    let settings = weighing.settings.iter().zip(&weights).enumerate();
    let unopposed = settings
        .filter(|(_, (s, weight))| weight.odds + s.against(&model.covered) >= least)
        .map(|(place, _)| place)
        .collect();
    Ok(Weighed {
        weights,
        unopposed,
        model: ModelFile::of(&model, &comparisons.list, &names, &spec),
    })
}

/// The different sets of levels, and which of them each pattern gives.
fn levels(comparisons: &Comparisons, patterns: &[Pattern]) -> (Vec<Vec<Level>>, Vec<u32>) {
    let sets = patterns
        .par_chunks(PAIRS_PER_STEP)
        .map(|some| -> FxHashSet<Pattern> { some.iter().copied().collect() });
    let all = sets.reduce_with(|a, b| if a.len() < b.len() { union(b, a) } else { union(a, b) });
    let mut different: Vec<Pattern> = all.unwrap_or_default().into_iter().collect();
    different.sort_unstable();
    let of: Vec<Vec<Level>> = different.par_iter().map(|p| comparisons.levels(*p)).collect();
    let mut sets = of.clone();
    sets.sort_unstable();
    sets.dedup();
    let number = |levels: &Vec<Level>| {
        let place = sets.binary_search(levels).expect("every pattern's levels are among them");
        u32::try_from(place).expect("there are fewer sets than pairs")
    };
    let numbers: Vec<u32> = of.iter().map(number).collect();
    let number_of: FxHashMap<Pattern, u32> = different.into_iter().zip(numbers).collect();
    (sets, patterns.par_iter().map(|pattern| number_of[pattern]).collect())
}

fn union(mut all: FxHashSet<Pattern>, more: FxHashSet<Pattern>) -> FxHashSet<Pattern> {
    all.extend(more);
    all
}

#[expect(clippy::cast_possible_truncation, reason = "partners are compared to a bit")]
const fn single_precision(odds: f64) -> f32 {
    odds as f32
}

fn setting(records: &Records, pair: Pair) -> Setting {
    if records.within(pair.first, pair.second) { Setting::Within } else { Setting::Across }
}

impl Weighing<'_> {
    fn names_of_datasets(&self) -> Vec<[String; 2]> {
        let name = |dataset: DatasetIx| self.records.dataset(dataset).name.clone();
        self.datasets.iter().map(|pair| pair.map(name)).collect()
    }

    /// Fits a model to what the pairs show: m by expectation maximisation, u by how often the tokens
    /// of strangers meet, both again after the best partners of each record are found.
    fn fit(
        &mut self,
        compared: &Compared<'_>,
        comparisons: &Comparisons,
        populations: [Population; 2],
    ) -> Model {
        let mut model = Model::new(&comparisons.list, populations);
        model.fit(&self.tallies());
        let mut counted = Counted::new(compared, comparisons);
        for _ in 0..REFITS {
            model.covered = self.find_rivals(&model);
            counted.correct(compared, &self.weights(&model, None), &mut model);
            model.fit(&self.tallies());
        }
        model
    }

    fn tallies(&self) -> Vec<Tally<'_>> {
        let width = self.levels.len();
        let settings = Setting::all(self.datasets.len());
        let pairs = self.settings.par_chunks(PAIRS_PER_STEP);
        let counts = pairs.zip(self.shown.par_chunks(PAIRS_PER_STEP)).fold(
            || vec![0u64; settings.len() * width],
            |mut counts, (settings, shown)| {
                for (setting, shown) in settings.iter().zip(shown) {
                    counts[setting.place() * width + *shown as usize] += 1;
                }
                counts
            },
        );
        let counts = counts.reduce_with(|mut sum, more| {
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
            sum
        });
        let counts = counts.unwrap_or_default().into_iter().enumerate();
        let tally = |(place, pairs): (usize, u64)| Tally {
            setting: settings[place / width],
            levels: &self.levels[place % width],
            pairs,
        };
        counts.filter(|(_, pairs)| *pairs > 0).map(tally).collect()
    }

    /// Finds out which records have better partners, by what the pairs themselves show; and for
    /// each two datasets, the share of records of the one that have a partner in the other.
    fn find_rivals(&mut self, model: &Model) -> Vec<[f64; 2]> {
        let odds_in = |setting| -> Vec<f32> {
            let odds = |l: &Vec<Level>| model.weight(setting, model.likelihood(l)).odds;
            self.levels.iter().map(|levels| single_precision(odds(levels))).collect()
        };
        let (within, across) = (odds_in(Setting::Within), odds_in(Setting::Across));
        let pairs = self.candidates.pairs.par_iter().zip(&self.shown);
        let odds: Vec<f32> = pairs
            .map(|(pair, shown)| {
                let within_one = self.records.within(pair.first, pair.second);
                if within_one { within[*shown as usize] } else { across[*shown as usize] }
            })
            .collect();
        let rivals = Rivals::new(self.records, self.candidates, &odds);
        let pairs = self.candidates.pairs.par_iter().zip(&odds);
        self.settings = pairs.map(|(pair, odds)| self.among(&rivals, *pair, *odds)).collect();
        let least = single_precision(log2_odds(FOUND));
        self.datasets.iter().map(|pair| rivals.covered(*pair, least)).collect()
    }

    fn among(&self, rivals: &Rivals<'_>, pair: Pair, odds: f32) -> Setting {
        let Pair { first, second } = pair;
        let of = [first, second].map(|record| self.records.dataset_of(record));
        let Ok(place) = self.datasets.binary_search(&of) else { return Setting::Within };
        Setting::Among {
            datasets: u16::try_from(place).expect("pairs of datasets are few"),
            opposed: [rivals.opposed(first, second, odds), rivals.opposed(second, first, odds)],
        }
    }

    fn weights(&self, model: &Model, frequencies: Option<&Frequencies<'_>>) -> Vec<Weight> {
        let likelihoods: Vec<_> = self.levels.iter().map(|l| model.likelihood(l)).collect();
        let shown = self.settings.par_iter().zip(&self.shown);
        shown
            .zip(&self.candidates.pairs)
            .map(|((setting, shown), pair)| {
                let common = frequencies.map_or(1.0, |f| f.factor(pair.first, pair.second));
                model.weight(*setting, among_strangers(likelihoods[*shown as usize], common))
            })
            .collect()
    }
}
