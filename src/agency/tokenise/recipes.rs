//! The spec's recipes with their keys: from a record's parts to messages, and from the messages of
//! many rows to tokens.

use super::row::{Message, Row};
use crate::agency::record::{Record, Taken};
use crate::key::LinkageKey;
use crate::spec::Linkage;
use crate::token::{Keyed, Messages, Token, head};

/// The most tokens that one row may have of one recipe; a person with more known names than that
/// would only widen the table.
pub const MOST_ALTERNATIVES: usize = 32;

/// The most parts that a recipe has.
const MOST_PARTS: usize = 8;

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

/// The messages and then the tokens of one recipe, of several rows.
#[derive(Default)]
pub(in crate::agency) struct UnderWay {
    messages: Messages,
    /// The message in hand.
    message: Message,
    /// How many of them each row has.
    counts: Vec<u8>,
    tokens: Vec<Token>,
}

/// Rows whose tokens are made together, so that one key makes many at a time.
pub(in crate::agency) struct Block {
    rows: usize,
    /// The row in hand.
    row: Row,
    recipes: Vec<UnderWay>,
    /// Alternatives beyond the most that a row may have.
    pub cut: u64,
}

impl Block {
    /// Without a row yet.
    pub fn new(tokeniser: &Tokeniser<'_>) -> Self {
        let recipes = (0..tokeniser.recipes()).map(|_| UnderWay::default()).collect();
        Self { rows: 0, row: Row::default(), recipes, cut: 0 }
    }

    /// How many rows there are.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// Forgets the rows.
    pub fn clear(&mut self) {
        self.rows = 0;
        for recipe in &mut self.recipes {
            recipe.messages.clear();
            recipe.counts.clear();
            recipe.tokens.clear();
        }
    }

    /// Adds a row without tokens: nothing can be told of its record but that it is there.
    pub fn push_nothing(&mut self) {
        self.rows += 1;
        self.recipes.iter_mut().for_each(|recipe| recipe.counts.push(0));
    }

    /// Adds the messages of a row.
    pub fn push(&mut self, tokeniser: &Tokeniser<'_>, record: &Record) {
        self.rows += 1;
        self.row.take(record);
        for (recipe, under_way) in tokeniser.recipes.iter().zip(&mut self.recipes) {
            self.cut += recipe.messages(&self.row, under_way);
        }
    }

    /// Makes the tokens of all rows: for each recipe in turn, the rows' tokens end to end, each
    /// row's once and in ascending order, and how many each row has.
    pub fn tokens(&mut self, tokeniser: &Tokeniser<'_>) -> impl Iterator<Item = (&[Token], &[u8])> {
        for (recipe, under_way) in tokeniser.recipes.iter().zip(&mut self.recipes) {
            recipe.key.tokens(&under_way.messages, &mut under_way.tokens);
            under_way.sort();
        }
        self.recipes.iter().map(|recipe| (&*recipe.tokens, &*recipe.counts))
    }
}

impl UnderWay {
    /// Puts each row's tokens in ascending order, and drops those that stand twice.
    fn sort(&mut self) {
        if self.tokens.len() == self.counts.len() && self.counts.iter().all(|count| *count == 1) {
            return;
        }
        let (mut from, mut to) = (0, 0);
        for count in &mut self.counts {
            let end = from + usize::from(*count);
            self.tokens[from..end].sort_unstable();
            let start = to;
            for place in from..end {
                if to == start || self.tokens[to - 1] != self.tokens[place] {
                    self.tokens[to] = self.tokens[place];
                    to += 1;
                }
            }
            *count = u8::try_from(to - start).expect("a row has few tokens of a recipe");
            from = end;
        }
        self.tokens.truncate(to);
    }
}

impl KeyedRecipe {
    /// Adds the messages of a row. Gives the number of alternatives cut.
    fn messages(&self, row: &Row, out: &mut UnderWay) -> u64 {
        let mut counts = [1; MOST_PARTS];
        for (count, choices) in counts.iter_mut().zip(&self.parts) {
            *count = choices.iter().map(|choice| row.count(*choice)).sum();
            if *count == 0 {
                out.counts.push(0);
                return 0;
            }
        }
        let all: usize = counts.iter().product();
        let made = all.min(MOST_ALTERNATIVES);
        for alternative in 0..made {
            let mut rest = alternative;
            out.message.begin(&head(self.parts.len()));
            for (choices, count) in self.parts.iter().zip(counts) {
                append_nth(choices, row, rest % count, &mut out.message);
                rest /= count;
            }
            out.messages.push(out.message.bytes());
        }
        out.counts.push(u8::try_from(made).expect("alternatives are few"));
        (all - made) as u64
    }
}

/// Appends the part at `place` when the parts of the choices are counted in turn.
fn append_nth(choices: &[usize], row: &Row, mut place: usize, message: &mut Message) {
    for choice in choices {
        let count = row.count(*choice);
        if place < count {
            return row.append(*choice, place, message);
        }
        place -= count;
    }
    unreachable!("the place is below the number of parts")
}
