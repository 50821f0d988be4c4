//! A model fitted to an engine's pairs, and the weights that follow from it.

use super::tables::Tables;
use crate::linker::LinkError;
use crate::linker::compare::Pattern;
use crate::linker::weigh::{
    self, ModelFile, NameColumn, NameColumns, OddsOf, Pairs, Pass, Scale, Setting, Sums,
    TokensHeld, Weight, log2_odds,
};
use crate::spec::Linkage;

/// What a fit must know besides the pairs.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Records of each dataset, but for withdrawn ones.
    pub records: Vec<u64>,
    /// For each dataset, how many of its records have a token of each recipe.
    pub tokens: Vec<Vec<u64>>,
    /// The blocking recipes of which a block was too large, by their places.
    pub split: Vec<usize>,
    /// For each of [`super::Rules::name_columns`], the sums over its tokens in the [`super::largest`] dataset.
    pub names: Vec<Sums>,
}

/// What every pattern shows, and the model that weighs it.
pub struct Scoring {
    scale: Scale,
    /// The log2 odds of the least probable link.
    least: f64,
    /// The recipes that are an identifier and nothing else, as bits.
    identifiers: u32,
    pass: Pass,
    names: NameColumns,
    settings: Vec<Setting>,
    /// The model as a file.
    pub model: ModelFile,
}

impl Scoring {
    /// Fits a model to the pairs, unless one is given. The patterns are all that any pair has, in
    /// an order that numbers them; the engine counts by these numbers.
    ///
    /// # Errors
    /// If the engine cannot answer, or the model given does not fit the spec.
    pub fn fit<P: Pairs>(
        linkage: &Linkage,
        tables: &Tables,
        patterns: &[Pattern],
        facts: &Facts,
        given: Option<&ModelFile>,
        pairs: &mut P,
    ) -> Result<Self, LinkError>
    where
        LinkError: From<P::Error>,
    {
        let bits = |places: &[usize]| places.iter().fold(0, |bits, place| bits | 1 << place);
        let names = tables.datasets.iter().map(|dataset| dataset.name.as_str());
        let blocking: Vec<usize> = super::Rules::of(linkage).blocking;
        let known = weigh::Facts {
            linkage,
            datasets: names.zip(facts.records.iter().copied()).collect(),
            tokens: TokensHeld::of(&facts.tokens, linkage.recipes.len()),
            blocking: bits(&blocking) & !bits(&facts.split),
        };
        let (scale, model) = weigh::scale(pairs, patterns, &known, given)?;
        let columns = NameColumn::all(linkage, u32::MAX);
        let two = facts.records.len() * facts.records.len().saturating_sub(1) / 2;
        // Whatever may be a link, however rare its names.
        let least = log2_odds(linkage.rules.threshold);
        let pass = scale.pass(two, least, f64::INFINITY);
        let names = NameColumns::new(columns.into_iter().zip(facts.names.iter().copied()));
        let (identifiers, settings) = (linkage.identifiers(), Setting::all(two));
        Ok(Self { scale, least, identifiers, pass, names, settings, model })
    }

    /// The odds of each pattern, by which the engine finds the best partners of every record.
    #[must_use]
    pub fn odds(&self) -> OddsOf {
        self.scale.shown.odds(&self.scale.model)
    }

    /// The settings in which a pair can stand, each at its place.
    #[must_use]
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// The recipes whose tokens tell how common a name is, by their places.
    pub fn name_columns(&self) -> impl Iterator<Item = usize> {
        self.names.iter().map(|column| column.recipe)
    }

    /// Whether a pair of this setting and pattern may be a link, depending on its names.
    #[must_use]
    pub fn may_link(&self, setting: Setting, pattern: u32) -> bool {
        self.pass.hopeless(setting, self.scale.shown(pattern)).is_none()
    }

    /// The weight of a pair, given for each of [`Self::name_columns`] how many others in the
    /// largest dataset have each token that its records share.
    #[must_use]
    pub fn weight(&self, setting: Setting, pattern: u32, others: &[Vec<u32>]) -> Weight {
        let common = self.names.factor(|place, _, list| {
            list.extend_from_slice(others.get(place).map_or(&[], Vec::as_slice));
        });
        self.scale.weight(setting, pattern, common)
    }

    /// Whether a pair is probable enough to be a link, by its recipes that agree and its weight.
    #[must_use]
    pub fn is_link(&self, agree: u32, weight: &Weight) -> bool {
        agree & !self.identifiers != 0 && weight.odds >= self.least
    }
}
