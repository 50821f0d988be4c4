//! The door from cleartext to tokens: a batch of rows goes in, token rows come out.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, StringArray, StringBuilder};

use super::listed::{Fate, Listed};
use super::plan::{PayloadPlan, Plan, RECORD_ID};
use super::read::Batch;
use super::record::{Record, Texts};
use super::tally::{FieldTally, RecipeTally, Tally};
use crate::key::{LinkageKey, RecordRefs};
use crate::spec::{Choice, Coarsen, Linkage, Payload};
use crate::token::{Keyed, TOKEN_BYTES, Token, encode};

/// The most tokens that one row may have of one recipe; a person with more known names than that
/// would only widen the table.
pub const MOST_ALTERNATIVES: usize = 32;

/// Stands for "no token" until the table is written, where it becomes null. A token has this
/// value with probability 2^-128.
pub(super) const ABSENT: Token = Token([0; TOKEN_BYTES]);

/// The spec's recipes with their keys.
pub(super) struct Tokeniser<'t> {
    linkage: &'t Linkage,
    choices: Vec<Choice>,
    recipes: Vec<KeyedRecipe>,
}

struct KeyedRecipe {
    key: Keyed,
    /// For each part, the places of its choices in the list of all choices.
    parts: Vec<Vec<usize>>,
}

impl<'t> Tokeniser<'t> {
    pub fn new(linkage: &'t Linkage, key: &LinkageKey) -> Self {
        let choices = Plan::choices(linkage);
        let place = |choice: &Choice| {
            choices.binary_search(choice).expect("every choice of a recipe is listed")
        };
        let recipes = linkage
            .recipes
            .iter()
            .map(|recipe| KeyedRecipe {
                key: key.recipe_key(
                    &linkage.project,
                    &recipe.id,
                    &recipe.definition_hash(&linkage.fields),
                ),
                parts: recipe
                    .parts
                    .iter()
                    .map(|part| part.choices.iter().map(place).collect())
                    .collect(),
            })
            .collect();
        Self { linkage, choices, recipes }
    }

    /// An empty record that fits this tokeniser.
    pub fn record(&self) -> Record {
        Record::new(self.linkage, self.choices.len())
    }

    /// No token of any recipe: a record of which nothing can be told but that it is there.
    pub fn no_tokens(&self, scratch: &mut Scratch) {
        scratch.tokens.resize_with(self.recipes.len(), Vec::new);
        scratch.tokens.iter_mut().for_each(Vec::clear);
    }

    /// The tokens of a record, a list a recipe. Gives the number of alternatives cut.
    pub fn tokens(&self, record: &mut Record, scratch: &mut Scratch) -> u64 {
        record.derive(&self.choices, self.linkage);
        scratch.tokens.resize_with(self.recipes.len(), Vec::new);
        let mut cut = 0;
        for (recipe, tokens) in self.recipes.iter().zip(&mut scratch.tokens) {
            tokens.clear();
            cut += recipe.tokens(record, &mut scratch.message, tokens);
        }
        cut
    }
}

/// Buffers that are reused row by row.
#[derive(Default)]
pub(super) struct Scratch {
    message: Vec<u8>,
    /// The row's tokens, a list a recipe.
    pub tokens: Vec<Vec<Token>>,
}

impl KeyedRecipe {
    fn tokens(&self, record: &Record, message: &mut Vec<u8>, out: &mut Vec<Token>) -> u64 {
        let counts: [usize; 8] = std::array::from_fn(|part| {
            self.parts.get(part).map_or(1, |choices| {
                choices.iter().map(|choice| record.derived(*choice).len()).sum()
            })
        });
        let all: usize = counts.iter().product();
        let made = all.min(MOST_ALTERNATIVES);
        for alternative in 0..made {
            message.clear();
            let mut rest = alternative;
            let texts = self.parts.iter().zip(counts).map(|(choices, count)| {
                let text = nth(choices, record, rest % count);
                rest /= count;
                text.as_bytes()
            });
            encode(texts, message);
            let token = self.key.token(message);
            if !out.contains(&token) {
                out.push(token);
            }
        }
        out.sort_unstable();
        (all - made) as u64
    }
}

/// The text at `place` when the texts of the choices are counted in turn.
fn nth<'r>(choices: &[usize], record: &'r Record, mut place: usize) -> &'r str {
    for choice in choices {
        let texts: &Texts = record.derived(*choice);
        if place < texts.len() {
            return texts.get(place);
        }
        place -= texts.len();
    }
    unreachable!("the place is below the number of texts")
}

/// A batch after the door: nothing of it but the payload and the ids is cleartext.
pub(super) struct Tokenised {
    /// The input that the rows are of, counted from 0.
    pub input: usize,
    /// The rows that became part of a record.
    pub rows: Vec<TokenisedRow>,
    /// For each token row, the record it is of.
    pub refs: Vec<Token>,
    /// A column a recipe, as long as `refs`.
    pub tokens: Vec<Vec<Token>>,
    /// The batch's record ids; rows point into it.
    pub ids: StringArray,
    /// The batch's payload columns; rows point into them.
    pub payload: Vec<ArrayRef>,
}

/// A row that became part of a record.
pub(super) struct TokenisedRow {
    pub record_ref: Token,
    /// The row in the batch's columns.
    pub row: u32,
    /// The row in the input.
    pub source_row: u64,
}

/// Tokenises a batch and counts what became of it.
pub(super) fn batch(
    batch: &Batch,
    plan: &Plan<'_>,
    listed: &Listed,
    tokeniser: &Tokeniser<'_>,
    refs: &RecordRefs,
) -> (Tokenised, Tally) {
    let recipes = tokeniser.recipes.len();
    let mut done = Tokenised {
        input: batch.input,
        rows: Vec::with_capacity(batch.rows.len()),
        refs: Vec::with_capacity(batch.rows.len()),
        tokens: vec![Vec::with_capacity(batch.rows.len()); recipes],
        ids: text(&batch.columns[RECORD_ID]).clone(),
        payload: Vec::new(),
    };
    let mut counts = vec![RecipeTally::default(); recipes];
    let mut cut = 0;
    let mut payload = DerivedPayload::new(plan);
    let mut scratch = Scratch::default();
    let mut tally = absorb(batch, plan, listed, &mut tokeniser.record(), |taken, record| {
        payload.push(record);
        let Taken { row, source_row, id: Some(id), sealed } = taken else { return };
        if sealed {
            tokeniser.no_tokens(&mut scratch);
        } else {
            cut += tokeniser.tokens(record, &mut scratch);
        }
        for (counts, tokens) in counts.iter_mut().zip(&scratch.tokens) {
            counts.rows += u64::from(!tokens.is_empty());
            counts.tokens += tokens.len() as u64;
        }
        let record_ref = refs.of(id);
        done.push(record_ref, &scratch);
        done.rows.push(TokenisedRow { record_ref, row, source_row });
    });
    tally.alternatives_cut = cut;
    let names = tokeniser.linkage.recipes.iter().map(|recipe| recipe.id.clone());
    tally.recipes = names.zip(counts).collect();
    done.payload = payload.finish(plan, batch);
    (done, tally)
}

/// A row as it is taken in.
pub(super) struct Taken<'b> {
    /// Its place in the batch.
    row: u32,
    /// Its row in the input.
    source_row: u64,
    /// Its record's id, unless it has none or the record is left out.
    id: Option<&'b str>,
    /// Whether its record may have no token.
    sealed: bool,
}

/// Normalises a batch row by row, hands each row with its values to `take`, and counts what became
/// of it. Of a record that is left out there are no values.
pub(super) fn absorb(
    batch: &Batch,
    plan: &Plan<'_>,
    listed: &Listed,
    record: &mut Record,
    mut take: impl FnMut(Taken<'_>, &mut Record),
) -> Tally {
    let mut tally = Tally {
        rows: batch.rows.len() as u64 + batch.bad_rows.len() as u64,
        blank_lines: batch.blank_lines,
        ..Tally::default()
    };
    for bad in &batch.bad_rows {
        tally.leave_out(batch.input + 1, bad.row, bad.kind.code());
    }
    let ids = text(&batch.columns[RECORD_ID]);
    let columns: Vec<Vec<&StringArray>> = plan
        .fields
        .iter()
        .map(|field| field.columns.iter().map(|column| text(&batch.columns[*column])).collect())
        .collect();
    let mut counts = vec![FieldTally::default(); plan.fields.len()];
    for ((row, place), source_row) in (0..).zip(0..batch.rows.len()).zip(batch.rows.iter()) {
        record.clear();
        let id = Some(cell(ids, place)).filter(|id| !id.trim().is_empty());
        let fate = id.and_then(|id| listed.fate(id));
        if fate == Some(Fate::LeftOut) {
            take(Taken { row, source_row, id: None, sealed: false }, record);
            continue;
        }
        for ((field, columns), counts) in plan.fields.iter().zip(&columns).zip(&mut counts) {
            for column in columns {
                record.absorb(field, cell(column, place), counts);
            }
        }
        match id {
            Some(_) => tally.used_rows += 1,
            None => tally.leave_out(batch.input + 1, source_row, "no_record_id"),
        }
        take(Taken { row, source_row, id, sealed: fate == Some(Fate::Sealed) }, record);
    }
    let names =
        plan.fields.iter().map(|field| plan.linkage.field_at(field.source.field).name.clone());
    tally.fields = names.zip(counts).collect();
    tally
}

impl Tokenised {
    /// The record ids as a column.
    pub fn ids_column(&self) -> ArrayRef {
        Arc::new(self.ids.clone())
    }

    /// Adds a record's tokens as as many rows as its longest list; each list is in ascending order.
    fn push(&mut self, record_ref: Token, scratch: &Scratch) {
        let rows = scratch.tokens.iter().map(Vec::len).max().unwrap_or(0).max(1);
        for (column, tokens) in self.tokens.iter_mut().zip(&scratch.tokens) {
            column.extend_from_slice(tokens);
            column.resize(column.len() + rows - tokens.len(), ABSENT);
        }
        self.refs.resize(self.refs.len() + rows, record_ref);
    }
}

/// Payload columns that are taken from a field's value, under construction.
struct DerivedPayload<'p> {
    columns: Vec<(&'p Payload, StringBuilder)>,
}

impl<'p> DerivedPayload<'p> {
    fn new(plan: &Plan<'p>) -> Self {
        let derived = plan.payload.iter().filter_map(|payload| match payload {
            PayloadPlan::Derived(payload) => Some((*payload, StringBuilder::new())),
            PayloadPlan::Column(_) => None,
        });
        Self { columns: derived.collect() }
    }

    /// Adds the record's first value, coarsened.
    fn push(&mut self, record: &Record) {
        for (payload, column) in &mut self.columns {
            let Payload::Derived { field, coarsen, .. } = payload else { continue };
            column
                .append_option(record.values(*field).iter().next().map(|v| coarsened(v, *coarsen)));
        }
    }

    /// All payload columns of the batch, in the source's order.
    fn finish(self, plan: &Plan<'_>, batch: &Batch) -> Vec<ArrayRef> {
        let mut derived = self.columns.into_iter();
        plan.payload
            .iter()
            .map(|payload| match payload {
                PayloadPlan::Column(place) => Arc::clone(&batch.columns[*place]),
                PayloadPlan::Derived(_) => {
                    let (_, mut column) = derived.next().expect("one builder a derived column");
                    Arc::new(column.finish()) as ArrayRef
                }
            })
            .collect()
    }
}

/// A normalised value, coarsened. Dates are YYYYMMDD, postcodes compact.
fn coarsened(value: &str, coarsen: Coarsen) -> String {
    let digits = |range: std::ops::Range<usize>| value.get(range).unwrap_or_default();
    match coarsen {
        Coarsen::Year => digits(0..4).to_owned(),
        Coarsen::Month => format!("{}-{}", digits(0..4), digits(4..6)),
        Coarsen::District | Coarsen::Area => {
            let derivation = if coarsen == Coarsen::Area {
                crate::spec::Derivation::Area
            } else {
                crate::spec::Derivation::District
            };
            let mut out = String::new();
            super::derive::derive(
                crate::spec::Kind::UkPostcode,
                derivation,
                value,
                &mut String::new(),
                &mut |text| out.push_str(text),
            );
            out
        }
        Coarsen::AsIs => value.to_owned(),
    }
}

fn text(column: &ArrayRef) -> &StringArray {
    column.as_string_opt::<i32>().expect("the reader gives identifiers as text")
}

fn cell(column: &StringArray, row: usize) -> &str {
    if column.is_null(row) { "" } else { column.value(row) }
}
