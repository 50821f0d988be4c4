//! The door from cleartext to tokens: a batch of rows goes in, token rows come out.

mod payload;
mod recipes;
mod row;

use std::sync::{Mutex, PoisonError};

use arrow::array::{Array, ArrayRef, AsArray, StringArray};

use super::listed::{Fate, Listed};
use super::plan::{Plan, RECORD_ID};
use super::read::Batch;
use super::record::{Record, Taken};
use super::tally::{FieldTally, RecipeTally, Tally};
pub(super) use crate::format::token_table::ABSENT;
use crate::key::RecordRefs;
use crate::token::{Messages, TOKEN_BYTES, Token};

use payload::DerivedPayload;
pub(super) use recipes::{Block, Tokeniser};

/// Rows whose tokens are made together: enough to fill every lane, few enough that their messages
/// stay near the core.
const BLOCK_ROWS: usize = 256;

/// A batch after the door: nothing of it but the payload and the ids is cleartext.
pub(super) struct Tokenised {
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
    /// The input, counted from 0.
    pub input: u32,
    /// The row in the input.
    pub source_row: u64,
}

impl Tokenised {
    /// About how many bytes of memory it takes.
    pub fn bytes(&self) -> u64 {
        let tokens = self.refs.len() * (1 + self.tokens.len()) * TOKEN_BYTES;
        let texts = self.payload.iter().map(|column| column.get_array_memory_size());
        let texts = self.ids.get_array_memory_size() + texts.sum::<usize>();
        (tokens + self.rows.len() * size_of::<TokenisedRow>() + texts) as u64
    }
}

/// What an agency's rows are tokenised with, the same on every thread.
pub(super) struct Door<'d> {
    pub plan: &'d Plan<'d>,
    pub listed: &'d Listed,
    pub tokeniser: &'d Tokeniser<'d>,
    pub refs: &'d RecordRefs,
    pub buffers: Buffers,
}

impl Door<'_> {
    /// Tokenises a batch and counts what became of it.
    pub fn tokenise(&self, batch: &Batch) -> (Tokenised, Tally) {
        let mut payload = DerivedPayload::new(self.plan);
        let mut record = self.buffers.take(self.plan, &self.tokeniser.taken);
        let mut rows = Rows::new(self, batch);
        let mut tally = absorb(batch, self.plan, self.listed, &mut record, |taken, record| {
            payload.push(record);
            rows.push(&taken, record);
        });
        self.buffers.give_back(record);
        let (mut done, counts) = rows.finish(&mut tally);
        let names = self.tokeniser.linkage.recipes.iter().map(|recipe| recipe.id.clone());
        tally.recipes = names.zip(counts).collect();
        done.payload = payload.finish(self.plan, batch);
        (done, tally)
    }
}

/// Records' buffers that are not in use: what they know of a column's cells outlives a batch.
#[derive(Default)]
pub(super) struct Buffers(Mutex<Vec<Record>>);

impl Buffers {
    fn take(&self, plan: &Plan<'_>, taken: &Taken) -> Record {
        let free = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        free.unwrap_or_else(|| Record::new(taken.clone(), plan.kinds()))
    }

    fn give_back(&self, record: Record) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    }
}

/// The rows of a batch on their way through the door.
struct Rows<'r> {
    door: &'r Door<'r>,
    block: Block,
    /// The messages of the block's references.
    ids: Messages,
    /// The block's rows, in the batch and in the input.
    places: Vec<(u32, u64)>,
    /// The batch's input.
    input: u32,
    done: Tokenised,
    counts: Vec<RecipeTally>,
}

impl<'r> Rows<'r> {
    fn new(door: &'r Door<'r>, batch: &Batch) -> Self {
        let (rows, recipes) = (batch.rows.len(), door.tokeniser.recipes());
        let done = Tokenised {
            rows: Vec::with_capacity(rows),
            refs: Vec::with_capacity(2 * rows),
            tokens: (0..recipes).map(|_| Vec::with_capacity(2 * rows)).collect(),
            ids: text(&batch.columns[RECORD_ID]).clone(),
            payload: Vec::new(),
        };
        Self {
            door,
            block: Block::new(door.tokeniser),
            ids: Messages::default(),
            places: Vec::with_capacity(BLOCK_ROWS),
            input: u32::try_from(batch.input).expect("inputs are named one by one"),
            done,
            counts: vec![RecipeTally::default(); recipes],
        }
    }

    fn push(&mut self, taken: &TakenRow<'_>, record: &Record) {
        let Some(id) = taken.id else { return };
        if taken.sealed {
            self.block.push_nothing();
        } else {
            self.block.push(self.door.tokeniser, record);
        }
        self.door.refs.push(id, &mut self.ids);
        self.places.push((taken.row, taken.source_row));
        if self.block.rows() == BLOCK_ROWS {
            self.close_block();
        }
    }

    /// Makes the tokens of the block's rows. A record has as many token rows as it has tokens of
    /// the recipe of which it has most, and one at least; each column is filled from the top.
    fn close_block(&mut self) {
        let mut refs = Vec::with_capacity(self.places.len());
        self.door.refs.refs(&self.ids, &mut refs);
        let made: Vec<(&[Token], &[u8])> = self.block.tokens(self.door.tokeniser).collect();
        let mut heights = vec![1; refs.len()];
        for ((_, counts), tally) in made.iter().zip(&mut self.counts) {
            for (height, count) in heights.iter_mut().zip(*counts) {
                *height = u8::max(*height, *count);
                tally.rows += u64::from(*count > 0);
                tally.tokens += u64::from(*count);
            }
        }
        for ((tokens, counts), column) in made.into_iter().zip(&mut self.done.tokens) {
            lay(tokens, counts, &heights, column);
        }
        for ((record_ref, height), (row, source_row)) in refs.iter().zip(heights).zip(&self.places)
        {
            self.done.refs.extend(std::iter::repeat_n(*record_ref, usize::from(height)));
            let (record_ref, row, source_row) = (*record_ref, *row, *source_row);
            let input = self.input;
            self.done.rows.push(TokenisedRow { record_ref, row, input, source_row });
        }
        self.block.clear();
        self.ids.clear();
        self.places.clear();
    }

    fn finish(mut self, tally: &mut Tally) -> (Tokenised, Vec<RecipeTally>) {
        self.close_block();
        tally.alternatives_cut = self.block.cut;
        // Columns wait until everything is read: what they do not fill is given back.
        self.done.refs.shrink_to_fit();
        self.done.tokens.iter_mut().for_each(Vec::shrink_to_fit);
        (self.done, self.counts)
    }
}

/// Appends the rows' tokens to a column, each row's in as many rows as it is high.
fn lay(mut tokens: &[Token], counts: &[u8], heights: &[u8], column: &mut Vec<Token>) {
    if counts == heights {
        column.extend_from_slice(tokens);
        return;
    }
    for (count, height) in counts.iter().zip(heights) {
        let (own, rest) = tokens.split_at(usize::from(*count));
        column.extend_from_slice(own);
        column.extend(std::iter::repeat_n(ABSENT, usize::from(height - count)));
        tokens = rest;
    }
}

/// A row as it is taken in.
pub(super) struct TakenRow<'b> {
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
    mut take: impl FnMut(TakenRow<'_>, &Record),
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
            take(TakenRow { row, source_row, id: None, sealed: false }, record);
            continue;
        }
        let mut number = 0..;
        for ((field, columns), counts) in plan.fields.iter().zip(&columns).zip(&mut counts) {
            for (column, number) in columns.iter().zip(&mut number) {
                record.absorb(number, field.source, field.kind, cell(column, place), counts);
            }
        }
        match id {
            Some(_) => tally.used_rows += 1,
            None => tally.leave_out(batch.input + 1, source_row, "no_record_id"),
        }
        take(TakenRow { row, source_row, id, sealed: fate == Some(Fate::Sealed) }, record);
    }
    let names =
        plan.fields.iter().map(|field| plan.linkage.field_at(field.source.field).name.clone());
    tally.fields = names.zip(counts).collect();
    tally
}

fn text(column: &ArrayRef) -> &StringArray {
    column.as_string_opt::<i32>().expect("the reader gives identifiers as text")
}

fn cell(column: &StringArray, row: usize) -> &str {
    if column.is_null(row) { "" } else { column.value(row) }
}
