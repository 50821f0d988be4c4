//! Weighing: the evidence of every candidate pair, by a model fitted to all of them.

mod best;
mod collisions;
mod evidence;
mod explain;
mod fit;
mod frequency;
mod held;
mod histogram;
mod kinds;
mod model;
mod name_counts;
mod rivals;
mod scale;
mod shown;
mod tokens_held;
mod weights;

use super::LinkError;
use super::block::BlockCount;
use super::compare::{Compared, Pattern};
use super::every_two::every_two;
use crate::spec::Linkage;
use crate::token::hex;
use collisions::Counted;
use evidence::Comparisons;
pub use explain::{Explained, Step as EvidenceStep};
pub use fit::Pairs;
use fit::fit;
pub use frequency::Sums;
pub(super) use frequency::{NameColumn, NameColumns};
use held::Held;
pub use histogram::{BIN_BITS, Histogram, LOWEST, bin};
pub use kinds::Kinds;
use model::{Model, Population};
pub use model::{ModelError, ModelFile, Setting, Weight};
pub(super) use model::{log2_odds, probability};
pub(super) use name_counts::Frequencies;
pub use name_counts::largest;
pub(super) use scale::{Pass, Scale};
pub use shown::OddsOf;
use shown::Shown;
pub(super) use tokens_held::TokensHeld;
pub(super) use weights::{Found, Telling, Weights};

/// Weighs every candidate pair, with the model given or else with one fitted to them.
pub(super) fn weigh<'w>(
    compared: &Compared<'w>,
    given: Option<&ModelFile>,
) -> Result<(Weights<'w>, ModelFile), LinkError> {
    let Compared { linkage, records, candidates, .. } = *compared;
    let mut held = Held::new(records, candidates);
    let facts = Facts {
        linkage,
        datasets: records.datasets.iter().map(|d| (&*d.name, d.records.len() as u64)).collect(),
        tokens: TokensHeld::count(records, compared.visible),
        blocking: BlockCount::whole(candidates.blocking.counts()),
    };
    let (scale, file) = scale(&mut held, &candidates.patterns, &facts, given)?;
    held.find_partners(scale.shown.odds(&scale.model))?;
    Ok((Weights::new(held, scale, compared.frequencies), file))
}

/// What a fit must know besides the pairs.
pub(super) struct Facts<'f> {
    pub linkage: &'f Linkage,
    /// The datasets' names and records.
    pub datasets: Vec<(&'f str, u64)>,
    pub tokens: TokensHeld,
    /// The blocking recipes, as bits, of which no block was too large.
    pub blocking: u32,
}

/// The model given or else one fitted to the pairs, and what each of their patterns shows.
pub(super) fn scale<P: Pairs>(
    pairs: &mut P,
    patterns: &[Pattern],
    facts: &Facts<'_>,
    given: Option<&ModelFile>,
) -> Result<(Scale, ModelFile), LinkError>
where
    LinkError: From<P::Error>,
{
    let comparisons = Comparisons::new(facts.linkage);
    let shown = Shown::new(&comparisons, patterns);
    let sizes: Vec<u64> = facts.datasets.iter().map(|(_, records)| *records).collect();
    let populations = [Population::across(&sizes), Population::within(&sizes)];
    let names = facts.pairs_of_datasets();
    let model = match given {
        Some(file) => file.model(&comparisons.list, &names, populations)?,
        None => {
            let counted = Counted::new(&facts.tokens, facts.blocking, &comparisons);
            let model = Model::new(&comparisons.list, populations);
            fit(pairs, &shown, counted, &sizes, model)?
        }
    };
    let spec = hex(&facts.linkage.fingerprint());
    let file = ModelFile::of(&model, &comparisons.list, &names, &spec);
    Ok((Scale::new(model, shown, comparisons.list), file))
}

impl Facts<'_> {
    fn pairs_of_datasets(&self) -> Vec<[String; 2]> {
        let name = |place: usize| self.datasets[place].0.to_owned();
        every_two(self.datasets.len()).map(|two| two.map(name)).collect()
    }
}
