//! Counting what the candidate pairs show.

use rayon::prelude::*;

use super::Weighing;
use super::collisions::{Agreeing, Counted};
use super::model::{Model, Setting, Tally};
use super::rivals::Rivals;
use crate::format::FormatError;
use crate::linker::pairs::Step;

/// How many pairs show what, and how likely those that agree in a recipe are of strangers.
pub(super) struct Tallied {
    /// By the setting's place and the set of levels.
    counts: Vec<u64>,
    /// For each counted recipe.
    pub agreeing: Vec<Agreeing>,
}

impl Tallied {
    /// What is shown by any pair, in the order of settings and levels.
    pub fn tallies<'l>(&self, weighing: &'l Weighing<'_>) -> Vec<Tally<'l>> {
        let width = weighing.levels.len();
        let settings = Setting::all(weighing.datasets.len());
        let counts = self.counts.iter().enumerate().filter(|(_, pairs)| **pairs > 0);
        let tally = |(place, pairs): (usize, &u64)| Tally {
            setting: settings[place / width],
            levels: &weighing.levels[place % width],
            pairs: *pairs,
        };
        counts.map(tally).collect()
    }
}

/// The counts of some steps, and for each step what agrees in each counted recipe: sums of steps
/// are added up in order, so that threads do not change them.
type Counts = (Vec<u64>, Vec<(usize, Vec<Agreeing>)>);

/// The counts of some steps and others.
fn added((mut counts, mut sums): Counts, (more, others): Counts) -> Counts {
    counts.iter_mut().zip(more).for_each(|(count, more)| *count += more);
    sums.extend(others);
    (counts, sums)
}

impl Weighing<'_> {
    /// Counts what the pairs show; given better partners and a model, by setting, and with what
    /// agrees in the counted recipes.
    pub(super) fn tally(
        &self,
        among: Option<(&Rivals<'_>, &Model, &Counted)>,
    ) -> Result<Tallied, FormatError> {
        let strangers = among.map(|(rivals, model, counted)| Strangers {
            rivals,
            probability: self.of_strangers(model),
            recipes: counted.recipes(),
            counted: self.counted(counted),
        });
        let places = Setting::all(self.datasets.len()).len() * self.levels.len();
        let (mut counts, mut sums): Counts = (vec![0; places], Vec::new());
        for steps in self.candidates.steps() {
            let done = sums.len();
            let steps = steps?;
            let counted = steps.par_iter().enumerate().fold(
                || (vec![0; places], Vec::new()),
                |(mut counts, mut sums): Counts, (place, step)| {
                    sums.push((done + place, self.count(step, strangers.as_ref(), &mut counts)));
                    (counts, sums)
                },
            );
            let some = counted.reduce_with(added);
            (counts, sums) = added((counts, sums), some.unwrap_or_default());
        }
        sums.sort_unstable_by_key(|(place, _)| *place);
        let recipes = strangers.map_or(0, |strangers| strangers.recipes.len());
        let agreeing = (0..recipes).map(|recipe| Agreeing {
            strangers: sums.iter().map(|(_, sums)| sums[recipe].strangers).sum(),
            related: sums.iter().map(|(_, sums)| sums[recipe].related).sum(),
        });
        Ok(Tallied { agreeing: agreeing.collect(), counts })
    }

    fn count(
        &self,
        step: &Step,
        strangers: Option<&Strangers<'_>>,
        counts: &mut [u64],
    ) -> Vec<Agreeing> {
        let width = self.levels.len();
        let recipes = strangers.map_or(0, |strangers| strangers.recipes.len());
        let mut sums = vec![Agreeing::default(); recipes];
        for (pair, pattern) in step.pairs() {
            let setting = self.setting(strangers.map(|s| s.rivals), pair, pattern);
            let place = setting.place() * width + self.shown[pattern as usize] as usize;
            counts[place] += 1;
            if let Some(strangers) = strangers.filter(|_| setting != Setting::Within) {
                let probability = strangers.probability[place];
                let mut agree = strangers.counted[pattern as usize];
                while agree != 0 {
                    let sum = &mut sums[agree.trailing_zeros() as usize];
                    sum.strangers += probability;
                    sum.related += 1.0 - probability;
                    agree &= agree - 1;
                }
            }
        }
        sums
    }

    /// How probable it is that a pair is of strangers, by the setting's place and the set of levels.
    fn of_strangers(&self, model: &Model) -> Vec<f64> {
        let likelihoods: Vec<_> = self.levels.iter().map(|l| model.likelihood(l)).collect();
        let settings = Setting::all(self.datasets.len()).into_iter();
        settings
            .flat_map(|setting| likelihoods.iter().map(move |l| model.weight(setting, *l).stranger))
            .collect()
    }

    /// For each pattern, which of the counted recipes agree, as bits by their order.
    fn counted(&self, counted: &Counted) -> Vec<u32> {
        let recipes = counted.recipes();
        let patterns = self.candidates.patterns.iter();
        let agree = patterns.map(|pattern| {
            let agree = recipes.iter().enumerate().filter(|(_, r)| pattern.agree & (1 << **r) != 0);
            agree.fold(0, |bits, (place, _)| bits | 1 << place)
        });
        agree.collect()
    }
}

/// What it takes to count how often strangers agree.
struct Strangers<'s> {
    rivals: &'s Rivals<'s>,
    /// How probable it is that a pair is of strangers, by the setting's place and the levels.
    probability: Vec<f64>,
    /// The counted recipes.
    recipes: Vec<usize>,
    /// For each pattern, which of them agree, as bits.
    counted: Vec<u32>,
}
