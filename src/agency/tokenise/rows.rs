//! The rows of a batch on their way through the door, in the order of their references.

use arrow::array::{Array, ArrayRef, StringArray, UInt32Array};
use arrow::compute::take;

use super::payload::DerivedPayload;
use super::{Block, Door, TakenRow, TokenLists, Tokenised, TokenisedRow, cell, text};
use crate::agency::plan::RECORD_ID;
use crate::agency::read::Batch;
use crate::agency::record::Record;
use crate::agency::tally::{RecipeTally, Tally};
use crate::key::RecordRefs;
use crate::token::{Messages, Token};

/// Rows whose tokens are made together: enough to fill every lane, few enough that their parts
/// stay near the core.
const BLOCK_ROWS: usize = 256;

/// The reference of each id, whether it is one or not.
pub(super) fn references(ids: &StringArray, refs: &RecordRefs) -> Vec<Token> {
    let mut messages = Messages::default();
    let mut all = Vec::with_capacity(ids.len());
    let places: Vec<usize> = (0..ids.len()).collect();
    for places in places.chunks(BLOCK_ROWS) {
        messages.clear();
        places.iter().for_each(|place| refs.push(cell(ids, *place), &mut messages));
        refs.refs(&messages, &mut all);
    }
    all
}

/// The rows so far.
pub(super) struct Rows<'r> {
    door: &'r Door<'r>,
    block: Block,
    /// Each row's place in the batch.
    places: Vec<u32>,
    rows: Vec<TokenisedRow>,
    tokens: Vec<TokenLists>,
    payload: DerivedPayload<'r>,
}

impl<'r> Rows<'r> {
    pub fn new(door: &'r Door<'r>, rows: usize) -> Self {
        let recipes = door.tokeniser.recipes();
        Self {
            door,
            block: Block::default(),
            places: Vec::with_capacity(rows),
            rows: Vec::with_capacity(rows),
            tokens: (0..recipes).map(|_| TokenLists::with_capacity(rows)).collect(),
            payload: DerivedPayload::new(door.plan),
        }
    }

    /// Adds the next row in the order of the references.
    pub fn push(&mut self, taken: &TakenRow, record_ref: Token, input: u16, record: &Record) {
        self.block.push(record, taken.sealed);
        self.payload.push(record);
        self.places.push(taken.place);
        let source_row = taken.source_row;
        self.rows.push(TokenisedRow { record_ref, source_row, input, height: 0 });
        if self.block.rows() == BLOCK_ROWS {
            self.close_block();
        }
    }

    fn close_block(&mut self) {
        self.block.tokens(self.door.tokeniser, &mut self.tokens);
        self.block.clear();
    }

    /// All rows, with the batch's own payload.
    pub fn finish(mut self, batch: &Batch, tally: &mut Tally) -> Tokenised {
        self.close_block();
        self.tokens.iter_mut().for_each(TokenLists::shrink);
        tally.alternatives_cut = self.block.cut;
        let recipes = self.door.tokeniser.linkage.recipes.iter();
        for (recipe, lists) in recipes.zip(&self.tokens) {
            let mut rows = 0;
            for (row, count) in self.rows.iter_mut().zip(lists.counts()) {
                row.height = row.height.max(count);
                rows += u64::from(count > 0);
            }
            let tokens = lists.tokens.len() as u64;
            tally.recipes.insert(recipe.id.clone(), RecipeTally { rows, tokens });
        }
        let places = UInt32Array::from(self.places);
        let of_rows =
            |column: &ArrayRef| take(column, &places, None).expect("the rows are of the batch");
        Tokenised {
            rows: self.rows,
            tokens: self.tokens,
            ids: text(&of_rows(&batch.columns[RECORD_ID])).clone(),
            payload: self.payload.finish(self.door.plan, |place| of_rows(&batch.columns[place])),
        }
    }
}
