//! The weights of pairs, worked out where they are asked for.

use rayon::prelude::*;

use super::held::Held;
use super::histogram::{Histogram, bin};
use super::model::{Setting, Weight};
use super::name_counts::Frequencies;
use super::scale::{Pass, Scale};
use crate::format::FormatError;
use crate::linker::pairs::{Pair, PatternNo, Step};

/// Steps for each thread before what they gave is put together.
const STEPS_AT_ONCE: usize = 4;

/// Pairs whose names are brought near at once.
const ASKED_AT_ONCE: usize = 64;

/// The weight of every candidate pair.
pub(in crate::linker) struct Weights<'w> {
    held: Held<'w>,
    scale: Scale,
    frequencies: &'w Frequencies<'w>,
}

/// A pair whose weight may decide something.
#[derive(Clone, Copy, Debug)]
pub(in crate::linker) struct Telling {
    pub pair: Pair,
    pub pattern: PatternNo,
    pub weight: Weight,
}

/// Pairs whose weight may decide something.
#[derive(Default)]
pub(in crate::linker) struct Found {
    /// In ascending order.
    pub telling: Vec<Telling>,
    /// The pairs that would reach the threshold if no better partner of their records were known.
    pub unopposed: Vec<(Pair, PatternNo)>,
    /// All pairs, by weight; names count as common as on average where a pair was not weighed.
    pub histogram: Histogram,
}

impl<'w> Weights<'w> {
    pub(super) const fn new(
        held: Held<'w>,
        scale: Scale,
        frequencies: &'w Frequencies<'w>,
    ) -> Self {
        Self { held, scale, frequencies }
    }

    /// From what a pair shows to its weight.
    pub const fn scale(&self) -> &Scale {
        &self.scale
    }

    /// The weight of a candidate pair.
    pub fn of(&self, pair: Pair, pattern: PatternNo) -> Weight {
        self.weight(self.held.setting(pair, pattern), pair, pattern)
    }

    /// The pairs whose log2 odds are at least `telling`, and those that would be links by the
    /// threshold `least` if no better partner were known.
    pub fn find(&self, telling: f64, least: f64) -> Result<Found, FormatError> {
        let pass = self.scale.pass(self.held.datasets.len(), telling, least);
        let mut all = Found::default();
        for steps in self.held.candidates.steps() {
            // A few at a time: what they gave is not in memory twice.
            for steps in steps?.chunks(STEPS_AT_ONCE * rayon::current_num_threads()) {
                let found: Vec<Found> =
                    steps.par_iter().map(|step| self.find_in(step, &pass)).collect();
                for found in found {
                    all.telling.extend(found.telling);
                    all.unopposed.extend(found.unopposed);
                    all.histogram.add(&found.histogram);
                }
            }
        }
        Ok(all)
    }

    fn find_in(&self, step: &Step, pass: &Pass) -> Found {
        let mut found = Found::default();
        // Pairs of which names are asked, some at a time: they lie far apart.
        let mut asked = Vec::with_capacity(ASKED_AT_ONCE);
        for (pair, pattern) in step.pairs_ahead(|seconds| self.held.fetch(seconds)) {
            let setting = self.held.setting(pair, pattern);
            if let Some(bin) = pass.hopeless(setting, self.scale.shown(pattern)) {
                found.histogram.count(bin, 1);
                continue;
            }
            asked.push((setting, pair, pattern));
            if asked.len() == ASKED_AT_ONCE {
                self.weigh_all(&mut asked, pass, &mut found);
            }
        }
        self.weigh_all(&mut asked, pass, &mut found);
        found
    }

    /// Weighs these pairs, in ascending order.
    fn weigh_all(
        &self,
        asked: &mut Vec<(Setting, Pair, PatternNo)>,
        pass: &Pass,
        found: &mut Found,
    ) {
        self.frequencies.fetch(asked.iter().map(|(_, pair, _)| pair.second));
        for (setting, pair, pattern) in asked.drain(..) {
            let weight = self.weight(setting, pair, pattern);
            found.histogram.count(bin(weight.odds), 1);
            if weight.odds >= pass.telling {
                found.telling.push(Telling { pair, pattern, weight });
            }
            if weight.odds + pass.against(setting) >= pass.least {
                found.unopposed.push((pair, pattern));
            }
        }
    }

    fn weight(&self, setting: Setting, pair: Pair, pattern: PatternNo) -> Weight {
        let common = self.frequencies.factor(pair.first, pair.second);
        self.scale.weight(setting, pattern, common)
    }
}
