//! Records that were read elsewhere.

use rayon::prelude::*;

use super::columns::{Bytes, put};
use super::number::{Numbered, number};
use super::read::any_name;
use super::{Dataset, Further, NONE, Records};
use crate::linker::LinkError;
use crate::spec::{Linkage, RecipeIx};
use crate::token::{TOKEN_BYTES, Token};

/// A record that was read elsewhere.
pub(in crate::linker) struct Member {
    /// The place of its dataset.
    pub dataset: usize,
    pub record_ref: Token,
    /// Its tokens, each with the place of its recipe: what tells a token from others of the recipe.
    pub tokens: Vec<(u8, u64)>,
}

impl Records {
    /// Some records of these datasets, in the order of dataset and reference.
    pub fn of_members(
        linkage: &Linkage,
        datasets: impl Iterator<Item = (String, bool)>,
        members: &[Member],
    ) -> Result<Self, LinkError> {
        let count = |n: usize| u32::try_from(n).map_err(|_| LinkError::TooManyRecords);
        let until = |place: usize| members.partition_point(|member| member.dataset < place);
        let dataset = |(place, (name, free_of_duplicates)): (usize, (String, bool))| {
            let records = count(until(place))?..count(until(place + 1))?;
            Ok(Dataset { name, free_of_duplicates, records })
        };
        let recipes = linkage.recipes.len();
        let datasets = datasets.enumerate().map(dataset).collect::<Result<Vec<_>, LinkError>>()?;
        let mut records = Self {
            ends: datasets.iter().map(|dataset| dataset.records.end).collect(),
            datasets,
            refs: members.iter().map(|member| member.record_ref).collect(),
            first: vec![NONE; members.len() * recipes],
            further: Further::default(),
            recipes,
            any_name: any_name(linkage),
            withdrawn: 0,
        };
        let numbered = (0..u8::try_from(recipes).expect("recipes are bits of a pattern"))
            .into_par_iter()
            .map(|recipe| {
                let (owners, tokens) = column(members, recipe);
                let mut numbered = Numbered::default();
                number(RecipeIx(recipe), &tokens, &owners, 1, &mut numbered);
                (numbered, owners)
            });
        let numbered: Vec<(Numbered, Vec<u32>)> = numbered.collect();
        let mut further = Vec::new();
        for (column, owners) in &numbered {
            put(&mut records.first, recipes, owners, std::slice::from_ref(column));
            further.push((column.recipe, column.further(owners)));
        }
        records.further = Further::of(members.len(), &further)?;
        Ok(records)
    }
}

/// The tokens of a recipe, and the record of each.
fn column(members: &[Member], recipe: u8) -> (Vec<u32>, Vec<Bytes>) {
    let (mut owners, mut tokens) = (Vec::new(), Vec::new());
    for (owner, member) in (0..).zip(members) {
        for (_, token) in member.tokens.iter().filter(|(of, _)| *of == recipe) {
            let mut bytes = [0; TOKEN_BYTES];
            bytes[..size_of::<u64>()].copy_from_slice(&token.to_be_bytes());
            tokens.push(bytes);
            owners.push(owner);
        }
    }
    (owners, tokens)
}
