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
    /// For each recipe, the rows' tokens.
    pub tokens: Vec<TokenLists>,
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
    /// The input, counted from 0.
    pub input: u16,
    /// How many tokens it has of the recipe of which it has most.
    pub height: u8,
}

/// The tokens that rows have of one recipe: each row's once, in ascending order.
#[derive(Default)]
pub(super) struct TokenLists {
    /// All rows' tokens end to end.
    pub tokens: Vec<Token>,
    /// Where each row's end.
    pub ends: Vec<u32>,
}

impl TokenLists {
    /// The tokens of a row.
    pub fn of(&self, row: usize) -> &[Token] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.tokens[start as usize..self.ends[row] as usize]
    }

    /// Adds rows, given their tokens end to end and how many each has.
    fn extend(&mut self, tokens: &[Token], counts: &[u8]) {
        let mut end = u32::try_from(self.tokens.len()).expect("a batch has few tokens");
        self.tokens.extend_from_slice(tokens);
        self.ends.extend(counts.iter().map(|count| {
            end += u32::from(*count);
            end
        }));
    }

    fn shrink(&mut self) {
        self.tokens.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    fn bytes(&self) -> usize {
        self.tokens.len() * TOKEN_BYTES + self.ends.len() * size_of::<u32>()
    }
}

impl Tokenised {
    /// About how many bytes of memory it takes.
    pub fn bytes(&self) -> u64 {
        let tokens = self.tokens.iter().map(TokenLists::bytes).sum::<usize>();
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
    /// The references made of them.
    made: Vec<Token>,
    /// The block's rows, in the batch and in the input.
    places: Vec<(u32, u64)>,
    /// The batch's input.
    input: u16,
    done: Tokenised,
    counts: Vec<RecipeTally>,
}

impl<'r> Rows<'r> {
    fn new(door: &'r Door<'r>, batch: &Batch) -> Self {
        let (rows, recipes) = (batch.rows.len(), door.tokeniser.recipes());
        let done = Tokenised {
            rows: Vec::with_capacity(rows),
            tokens: (0..recipes).map(|_| TokenLists::default()).collect(),
            ids: text(&batch.columns[RECORD_ID]).clone(),
            payload: Vec::new(),
        };
        Self {
            door,
            block: Block::new(door.tokeniser),
            ids: Messages::default(),
            made: Vec::with_capacity(BLOCK_ROWS),
            places: Vec::with_capacity(BLOCK_ROWS),
            input: u16::try_from(batch.input).expect("inputs are named one by one"),
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

    /// Makes the references and the tokens of the block's rows.
    fn close_block(&mut self) {
        self.made.clear();
        self.door.refs.refs(&self.ids, &mut self.made);
        let first = self.done.rows.len();
        for (record_ref, (row, source_row)) in self.made.iter().zip(&self.places) {
            let (record_ref, row, source_row, input) = (*record_ref, *row, *source_row, self.input);
            self.done.rows.push(TokenisedRow { record_ref, row, source_row, input, height: 0 });
        }
        let made = self.block.tokens(self.door.tokeniser);
        for (((tokens, counts), lists), tally) in
            made.zip(&mut self.done.tokens).zip(&mut self.counts)
        {
            tally.rows += counts.iter().filter(|count| **count > 0).count() as u64;
            tally.tokens += tokens.len() as u64;
            lists.extend(tokens, counts);
            for (row, count) in self.done.rows[first..].iter_mut().zip(counts) {
                row.height = row.height.max(*count);
            }
        }
        self.block.clear();
        self.ids.clear();
        self.places.clear();
    }

    fn finish(mut self, tally: &mut Tally) -> (Tokenised, Vec<RecipeTally>) {
        self.close_block();
        tally.alternatives_cut = self.block.cut;
        // Columns wait until everything is read: what they do not fill is given back.
        self.done.tokens.iter_mut().for_each(TokenLists::shrink);
        (self.done, self.counts)
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
