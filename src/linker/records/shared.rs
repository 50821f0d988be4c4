//! Which records share a token, recipe by recipe.

use std::borrow::Cow;

use arrow::datatypes::UInt32Type;

use super::{FIRST_SHARED, RecordIx, TokenNo};
use crate::format::FormatError;
use crate::linker::room::{Room, Waiting};
use crate::spec::RecipeIx;

/// For a recipe, the groups of records that share a token.
#[derive(Clone)]
pub(in crate::linker) struct Shared {
    pub recipe: RecipeIx,
    pub(super) records: Vec<RecordIx>,
    pub(super) ends: Vec<u32>,
}

impl Shared {
    /// The groups; each has at least two records, in ascending order.
    pub fn groups(&self) -> impl Iterator<Item = &[RecordIx]> {
        (0..self.ends.len()).map(|place| self.at(place))
    }

    /// The groups, each with the number of its token.
    pub fn numbered(&self) -> impl Iterator<Item = (TokenNo, &[RecordIx])> {
        (FIRST_SHARED..).zip(self.groups())
    }

    /// The records that share a token, given its number.
    pub fn group(&self, token: TokenNo) -> &[RecordIx] {
        token.checked_sub(FIRST_SHARED).map_or(&[], |place| self.at(place as usize))
    }

    fn at(&self, place: usize) -> &[RecordIx] {
        let start = if place == 0 { 0 } else { self.ends[place - 1] };
        &self.records[start as usize..self.ends[place] as usize]
    }

    const fn bytes(&self) -> u64 {
        ((self.records.len() + self.ends.len()) * size_of::<u32>()) as u64
    }
}

/// The groups of all recipes, in the order of the recipes: in memory, or waiting on disk.
#[derive(Default)]
pub(in crate::linker) struct AllShared {
    recipes: Vec<Held>,
    /// Bytes of those in memory.
    bytes: u64,
    /// Whether any waits.
    waits: bool,
}

enum Held {
    Here(Shared),
    Waiting(RecipeIx, Box<Waiting<UInt32Type>>),
}

impl AllShared {
    /// Adds the groups of the next recipe. What does not fit into memory waits.
    pub fn add(&mut self, shared: Shared, room: &Room<'_>) -> Result<(), FormatError> {
        self.bytes += shared.bytes();
        self.recipes.push(Held::Here(shared));
        if self.waits || self.bytes > room.share() {
            self.waits = true;
            self.bytes = 0;
            for held in &mut self.recipes {
                held.wait(room)?;
            }
        }
        Ok(())
    }

    /// How many recipes there are.
    pub const fn len(&self) -> usize {
        self.recipes.len()
    }

    /// Whether some wait on disk.
    pub const fn waits(&self) -> bool {
        self.waits
    }

    /// Bytes of the groups in memory.
    pub const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The groups of a recipe, by its place.
    pub fn of(&self, recipe: usize) -> Result<Cow<'_, Shared>, FormatError> {
        Ok(match &self.recipes[recipe] {
            Held::Here(shared) => Cow::Borrowed(shared),
            Held::Waiting(recipe, waiting) => {
                let records = waiting.list(0)?.into_iter().map(RecordIx).collect();
                Cow::Owned(Shared { recipe: *recipe, records, ends: waiting.list(1)? })
            }
        })
    }
}

impl Held {
    fn wait(&mut self, room: &Room<'_>) -> Result<(), FormatError> {
        if let Self::Here(shared) = self {
            let recipe = shared.recipe;
            let records = std::mem::take(&mut shared.records).into_iter().map(|record| record.0);
            let lists = [records.collect(), std::mem::take(&mut shared.ends)];
            *self = Self::Waiting(recipe, Box::new(room.put(lists.into_iter())?));
        }
        Ok(())
    }
}
