//! Weighing: the evidence of every candidate pair, by a model fitted to all of them.

mod best;
mod collisions;
mod evidence;
mod explain;
mod frequency;
mod histogram;
mod model;
mod rivals;
mod tally;
mod weights;

use rayon::prelude::*;

use super::LinkError;
use super::compare::{Compared, Pattern};
use super::pairs::{Candidates, Pair, PatternNo};
use super::records::{DatasetIx, Records};
use crate::format::FormatError;
use crate::token::hex;
use collisions::Counted;
use evidence::{Comparisons, Level};
pub use explain::{Explained, Step as EvidenceStep};
pub(super) use frequency::Frequencies;
pub use histogram::{BIN_BITS, Histogram, LOWEST, bin};
use model::{Model, Population, Setting};
pub use model::{ModelError, ModelFile};
pub(super) use model::{log2_odds, probability};
use rivals::{OddsOf, Rivals};
pub(super) use weights::{Found, Telling, Weights};

/// How often the model is fitted anew after the best partners of each record were found.
const REFITS: usize = 2;

/// A record with a partner of at least this probability is taken to have found its own.
const FOUND: f64 = 0.9;

/// The candidate pairs and what each pattern shows.
struct Weighing<'w> {
    records: &'w Records,
    candidates: &'w Candidates<'w>,
    /// Every two datasets.
    datasets: Vec<[DatasetIx; 2]>,
    /// The different sets of levels.
    levels: Vec<Vec<Level>>,
    /// For each pattern, its set of levels.
    shown: Vec<u32>,
}

/// Weighs every candidate pair, with the model given or else with one fitted to them.
pub(super) fn weigh<'w>(
    compared: &Compared<'w>,
    given: Option<&ModelFile>,
) -> Result<(Weights<'w>, ModelFile), LinkError> {
    let Compared { linkage, records, candidates, .. } = *compared;
    let comparisons = Comparisons::new(linkage);
    let (levels, shown) = levels(&comparisons, &candidates.patterns);
    let datasets = records.pairs_of_datasets();
    let weighing = Weighing { records, candidates, datasets, levels, shown };
    let sizes: Vec<u64> = records.datasets.iter().map(|d| d.records.len() as u64).collect();
    let populations = [Population::across(&sizes), Population::within(&sizes)];
    let names = weighing.names_of_datasets();
    let model = match given {
        Some(file) => file.model(&comparisons.list, &names, populations)?,
        None => weighing.fit(compared, &comparisons, populations)?,
    };
    let file = ModelFile::of(&model, &comparisons.list, &names, &hex(&linkage.fingerprint()));
    let rivals = weighing.rivals(&model)?;
    Ok((Weights::new(weighing, model, rivals, compared.frequencies, comparisons.list), file))
}

/// The different sets of levels, and which of them each pattern gives.
fn levels(comparisons: &Comparisons, patterns: &[Pattern]) -> (Vec<Vec<Level>>, Vec<u32>) {
    let of: Vec<Vec<Level>> = patterns.par_iter().map(|p| comparisons.levels(*p)).collect();
    let mut sets = of.clone();
    sets.par_sort_unstable();
    sets.dedup();
    let number = |levels: &Vec<Level>| {
        let place = sets.binary_search(levels).expect("every pattern's levels are among them");
        u32::try_from(place).expect("there are fewer sets than patterns")
    };
    let shown = of.par_iter().map(number).collect();
    (sets, shown)
}

#[expect(clippy::cast_possible_truncation, reason = "partners are compared to a bit")]
const fn single_precision(odds: f64) -> f32 {
    odds as f32
}

impl<'w> Weighing<'w> {
    fn names_of_datasets(&self) -> Vec<[String; 2]> {
        let name = |dataset: DatasetIx| self.records.dataset(dataset).name.clone();
        self.datasets.iter().map(|pair| pair.map(name)).collect()
    }

    /// Fits a model to what the pairs show: m by expectation maximisation, u by how often the tokens
    /// of strangers meet, both again after the best partners of each record are found.
    fn fit(
        &self,
        compared: &Compared<'_>,
        comparisons: &Comparisons,
        populations: [Population; 2],
    ) -> Result<Model, FormatError> {
        let mut model = Model::new(&comparisons.list, populations);
        model.fit(&self.tally(None)?.tallies(self));
        let mut counted = Counted::new(compared, comparisons);
        for _ in 0..REFITS {
            let rivals = self.rivals(&model)?;
            model.covered = self.covered(&rivals);
            let tally = self.tally(Some((&rivals, &model, &counted)))?;
            counted.correct(&tally.agreeing, &mut model);
            model.fit(&tally.tallies(self));
        }
        Ok(model)
    }

    /// Finds out which records have better partners, by what the pairs themselves show.
    fn rivals(&self, model: &Model) -> Result<Rivals<'w>, FormatError> {
        let odds_in = |setting| -> Vec<f32> {
            let odds = |l: &Vec<Level>| model.weight(setting, model.likelihood(l)).odds;
            let odds: Vec<f32> = self.levels.iter().map(|l| single_precision(odds(l))).collect();
            self.shown.iter().map(|shown| odds[*shown as usize]).collect()
        };
        let odds = OddsOf { within: odds_in(Setting::Within), across: odds_in(Setting::Across) };
        Rivals::new(self.records, self.candidates, odds)
    }

    /// For each two datasets, the share of records of the one that have a partner in the other.
    fn covered(&self, rivals: &Rivals<'_>) -> Vec<[f64; 2]> {
        let least = single_precision(log2_odds(FOUND));
        self.datasets.iter().map(|pair| rivals.covered(*pair, least)).collect()
    }

    /// Where a pair stands, given better partners.
    fn setting(&self, rivals: Option<&Rivals<'_>>, pair: Pair, pattern: PatternNo) -> Setting {
        let of = [pair.first, pair.second].map(|record| self.records.dataset_of(record));
        if of[0] == of[1] {
            return Setting::Within;
        }
        let Some(rivals) = rivals else { return Setting::Across };
        let datasets = self.place_of(of);
        Setting::Among { datasets, opposed: rivals.opposed(pair, pattern) }
    }

    /// The place of two datasets, of which the first comes first, among all two.
    fn place_of(&self, [first, second]: [DatasetIx; 2]) -> u16 {
        let all = self.records.datasets.len();
        let (first, second) = (usize::from(first.0), usize::from(second.0));
        let before = first * (2 * all - first - 1) / 2;
        u16::try_from(before + second - first - 1).expect("pairs of datasets are few")
    }
}
