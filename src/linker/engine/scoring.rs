//! A model fitted to an engine's pairs, and the weights that follow from it.

use super::tables::Tables;
use crate::linker::LinkError;
use crate::linker::block::BlockCount;
use crate::linker::compare::Pattern;
use crate::linker::every_two::every_two;
use crate::linker::review::least_odds;
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
    /// What each of [`super::Rules::blocking`] gave.
    pub blocks: Vec<BlockCount>,
    /// For each of [`super::Rules::name_columns`], the sums over its tokens in the [`super::largest`] dataset.
    pub names: Vec<Sums>,
}

/// What every pattern shows, and the model that weighs it.
pub struct Scoring {
    pub(super) scale: Scale,
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
        let names = tables.datasets.iter().map(|dataset| dataset.name.as_str());
        let known = weigh::Facts {
            linkage,
            datasets: names.zip(facts.records.iter().copied()).collect(),
            tokens: TokensHeld::of(&facts.tokens, linkage.recipes.len()),
            blocking: BlockCount::whole(facts.blocks.iter()),
        };
        let (scale, model) = weigh::scale(pairs, patterns, &known, given)?;
        let columns = NameColumn::all(linkage, u32::MAX);
        let two = every_two(facts.records.len()).count();
        let least = log2_odds(linkage.rules.threshold);
        let pass = scale.pass(two, least_odds(&linkage.rules), least);
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

    /// Whether a pair of this setting and pattern must be weighed by its names. The weight of any
    /// other decides nothing.
    #[must_use]
    pub fn must_weigh(&self, setting: Setting, pattern: u32) -> bool {
        self.bin_unweighed(setting, pattern).is_none()
    }

    /// Where the weight of a pair that need not be weighed stands in the histogram.
    pub(super) fn bin_unweighed(&self, setting: Setting, pattern: u32) -> Option<usize> {
        self.pass.hopeless(setting, self.scale.shown(pattern))
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

    /// Whether a pair is probable enough to be a link or worth a look, by its weight.
    #[must_use]
    pub fn is_telling(&self, weight: &Weight) -> bool {
        weight.odds >= self.pass.telling
    }

    /// Whether a pair is probable enough to be a link, by its recipes that agree and its weight.
    #[must_use]
    pub fn is_link(&self, agree: u32, weight: &Weight) -> bool {
        self.more_than_identifiers(agree) && self.reaches(weight)
    }

    /// Whether a weight reaches the threshold.
    pub(super) fn reaches(&self, weight: &Weight) -> bool {
        weight.odds >= self.least
    }

    /// Whether two records agree in more than an identifier, by the recipes that agree.
    pub(super) const fn more_than_identifiers(&self, agree: u32) -> bool {
        agree & !self.identifiers != 0
    }
}
