//! The spec's recipes with their keys: from a record's parts to messages, and from the messages of
//! many rows to tokens.

use super::TokenLists;
use super::row_parts::{Row, RowParts};
use crate::agency::reading::{Chunk, Part};
use crate::agency::record::{Record, Taken};
use crate::key::LinkageKey;
use crate::spec::{Linkage, MOST_RECIPE_PARTS};
use crate::token::{Keyed, Messages, Token, head};

/// The most tokens that one row may have of one recipe; a person with more known names than that
/// would only widen the table.
pub const MOST_ALTERNATIVES: usize = 32;

/// The spec's recipes with their keys.
pub(in crate::agency) struct Tokeniser<'t> {
    pub linkage: &'t Linkage,
    /// What the recipes take of the fields.
    pub taken: Taken,
    recipes: Vec<KeyedRecipe>,
}

struct KeyedRecipe {
    key: Keyed,
    /// For each part, the numbers of its choices.
    parts: Vec<Vec<usize>>,
}

impl<'t> Tokeniser<'t> {
    pub fn new(linkage: &'t Linkage, key: &LinkageKey) -> Self {
        let taken = Taken::by_recipes(linkage);
        let recipes = linkage.recipes.iter().map(|recipe| {
            let definition = recipe.definition_hash(&linkage.fields);
            let parts = recipe.parts.iter();
            let parts = parts.map(|part| part.choices.iter().map(|c| taken.number(*c)).collect());
            KeyedRecipe {
                parts: parts.collect(),
                key: key.recipe_key(&linkage.project, &recipe.id, &definition),
            }
        });
        let recipes = recipes.collect();
        Self { recipes, linkage, taken }
    }

    /// How many recipes there are.
    pub const fn recipes(&self) -> usize {
        self.recipes.len()
    }
}

/// Rows whose tokens are made together, so that one key makes many at a time.
#[derive(Default)]
pub(in crate::agency) struct Block {
    rows: RowParts,
    /// How many rows each record has.
    of_records: Vec<u32>,
    /// Rows of the record in hand.
    in_hand: u32,
    /// The messages of one recipe, and then of the next: few enough to stay near the core.
    messages: Messages,
    /// How many of them each row has.
    counts: Vec<u32>,
    /// Alternatives beyond the most that a row may have.
    pub cut: u64,
}

impl Block {
    /// How many rows there are.
    pub const fn rows(&self) -> usize {
        self.rows.rows()
    }

    /// Forgets the rows.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.of_records.clear();
        self.in_hand = 0;
    }

    /// Adds a row of the record in hand. If it is `sealed` it has no tokens: nothing can be told of
    /// its record but that it is there.
    pub fn push(&mut self, record: &Record, sealed: bool) {
        self.rows.push(record, !sealed);
        self.in_hand += 1;
    }

    /// The record in hand has no more rows.
    pub fn end_record(&mut self) {
        self.of_records.push(std::mem::take(&mut self.in_hand));
    }

    /// Makes the tokens of all records and adds them to the lists of each recipe.
    pub fn tokens(&mut self, tokeniser: &Tokeniser<'_>, lists: &mut [TokenLists]) {
        for (recipe, lists) in tokeniser.recipes.iter().zip(lists) {
            self.messages.clear();
            self.counts.clear();
            for row in self.rows.each() {
                let (made, cut) = recipe.messages(row, &mut self.messages);
                self.counts.push(made);
                self.cut += cut;
            }
            let make = |tokens: &mut Vec<Token>| recipe.key.tokens(&self.messages, tokens);
            lists.extend(&mut self.counts, &self.of_records, make);
        }
    }
}

impl KeyedRecipe {
    /// Adds the messages of a row. Gives their number, and the number of alternatives cut.
    fn messages(&self, row: Row<'_>, messages: &mut Messages) -> (u32, u64) {
        let mut message = messages.begin();
        message.extend(&head(self.parts.len()));
        for choices in &self.parts {
            match only(choices, row) {
                Found::Nothing => return (0, 0),
                Found::One(part, chunks) => message.extend_chunks(chunks, part.length as usize),
                // The message is left unfinished, as if it had not been begun.
                Found::Several => return self.alternatives(row, messages),
            }
        }
        message.finish();
        (1, 0)
    }

    /// The same for a row that has several parts to choose from.
    fn alternatives(&self, row: Row<'_>, messages: &mut Messages) -> (u32, u64) {
        let mut counts = [1; MOST_RECIPE_PARTS];
        for (count, choices) in counts.iter_mut().zip(&self.parts) {
            *count = choices.iter().map(|choice| row.count(*choice)).sum();
        }
        let all: usize = counts.iter().product();
        let made = all.min(MOST_ALTERNATIVES);
        for alternative in 0..made {
            let mut rest = alternative;
            let mut message = messages.begin();
            message.extend(&head(self.parts.len()));
            for (choices, count) in self.parts.iter().zip(counts) {
                let (part, chunks) = nth(choices, row, rest % count);
                message.extend_chunks(chunks, part.length as usize);
                rest /= count;
            }
            message.finish();
        }
        (u32::try_from(made).expect("alternatives are few"), (all - made) as u64)
    }
}

/// What a row has of some choices together.
enum Found<'r> {
    Nothing,
    One(Part, &'r [Chunk]),
    Several,
}

#[inline]
fn only<'r>(choices: &[usize], row: Row<'r>) -> Found<'r> {
    let mut found = Found::Nothing;
    for choice in choices {
        match (row.count(*choice), &found) {
            (0, _) => {}
            (1, Found::Nothing) => {
                let (part, chunks) = row.part(*choice, 0);
                found = Found::One(part, chunks);
            }
            _ => return Found::Several,
        }
    }
    found
}

/// The part at `place` when the parts of the choices are counted in turn.
fn nth<'r>(choices: &[usize], row: Row<'r>, mut place: usize) -> (Part, &'r [Chunk]) {
    for choice in choices {
        let count = row.count(*choice);
        if place < count {
            return row.part(*choice, place);
        }
        place -= count;
    }
    unreachable!("the place is below the number of parts")
}
