//! What a spec asks of an engine.

use crate::linker::block::looked_at;
use crate::linker::records::any_name;
use crate::linker::weigh::NameColumn;
use crate::spec::{Linkage, Method, RecipeIx};

/// What a spec asks of an engine; recipes by their places.
#[derive(Clone, Debug)]
pub struct Rules {
    /// The names of the columns of tokens.
    pub recipes: Vec<String>,
    /// The recipes whose shared tokens make candidate pairs.
    pub blocking: Vec<usize>,
    /// A token of more records than this is no block: they are parted by their tokens of every
    /// other recipe.
    pub largest_block: u32,
    /// The recipes that take any name of a record: how many tokens two records share counts.
    pub any_name: Vec<usize>,
    /// Whether links are scored, and not made by match keys.
    pub scored: bool,
    /// The recipes whose tokens may tell how common a name is; none if nobody asks.
    pub name_columns: Vec<usize>,
}

impl Rules {
    /// What this spec asks.
    #[must_use]
    pub fn of(linkage: &Linkage) -> Self {
        let recipes: Vec<RecipeIx> = (0..).map(RecipeIx).take(linkage.recipes.len()).collect();
        let places = |wanted: &dyn Fn(RecipeIx) -> bool| {
            let wanted = recipes.iter().filter(|recipe| wanted(**recipe));
            wanted.map(|recipe| recipe.index()).collect()
        };
        let any_name = any_name(linkage);
        let scored = linkage.rules.method == Method::Scored;
        let names = NameColumn::all(linkage, u32::MAX).into_iter().filter(|_| scored);
        Self {
            recipes: linkage.recipes.iter().map(|recipe| recipe.id.clone()).collect(),
            blocking: places(&|recipe| looked_at(&linkage.rules, recipe)),
            largest_block: linkage.rules.largest_block,
            any_name: places(&|recipe| any_name & recipe.bit() != 0),
            scored,
            name_columns: names.map(|column| column.recipe).collect(),
        }
    }
}
