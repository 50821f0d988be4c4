//! Rows on their way through the door, in the order of their references.

use arrow::array::ArrayRef;

use super::payload::DerivedPayload;
use super::{Block, Door, TokenLists, Tokenised};
use crate::agency::arrange::{Arranged, At, by_payload, same_record};
use crate::agency::record::Record;
use crate::agency::tally::Tally;
use crate::token::Token;

/// Rows whose tokens are made together: enough to fill every lane, few enough that their parts
/// stay near the core.
const BLOCK_ROWS: usize = 256;

/// The rows so far.
pub(super) struct Rows<'r> {
    door: &'r Door<'r>,
    block: Block,
    /// The references of the block's records.
    refs: Vec<Token>,
    token_refs: Vec<Token>,
    tokens: Vec<TokenLists>,
    payload: DerivedPayload<'r>,
}

impl<'r> Rows<'r> {
    pub fn new(door: &'r Door<'r>, rows: usize) -> Self {
        let recipes = door.tokeniser.recipes();
        Self {
            door,
            block: Block::default(),
            refs: Vec::with_capacity(BLOCK_ROWS),
            token_refs: Vec::with_capacity(rows),
            tokens: (0..recipes).map(|_| TokenLists::with_capacity(rows)).collect(),
            payload: DerivedPayload::new(door.plan),
        }
    }

    /// Adds the next row of the record in hand.
    pub fn push(&mut self, record: &Record, sealed: bool) {
        self.block.push(record, sealed);
        self.payload.push(record);
    }

    /// The record in hand has no more rows.
    pub fn end_record(&mut self, record_ref: Token) {
        self.block.end_record();
        self.refs.push(record_ref);
        if self.block.rows() >= BLOCK_ROWS {
            self.close_block();
        }
    }

    fn close_block(&mut self) {
        self.block.tokens(self.door.tokeniser, &mut self.tokens);
        self.block.clear();
        let mut heights = vec![1; self.refs.len()];
        for lists in &self.tokens {
            for (height, count) in heights.iter_mut().zip(&lists.counts) {
                *height = (*height).max(*count);
            }
        }
        for (record_ref, height) in self.refs.drain(..).zip(&heights) {
            self.token_refs.extend(std::iter::repeat_n(record_ref, *height as usize));
        }
        self.tokens.iter_mut().for_each(|lists| lists.lay(&heights));
    }

    /// All rows, which were these, with their own payload.
    pub fn finish(mut self, arranged: &Arranged, rows: &[At]) -> Tokenised {
        self.close_block();
        let mut tally = Tally { alternatives_cut: self.block.cut, ..Tally::default() };
        for (recipe, lists) in self.door.tokeniser.linkage.recipes.iter().zip(&self.tokens) {
            tally.recipes.insert(recipe.id.clone(), lists.tally.clone());
        }
        let plan = self.door.plan;
        let payload = self.payload.finish(plan, |place| arranged.column(rows, place));
        let payload = match plan.source.several_rows {
            true => by_payload(rows, payload),
            false => payload,
        };
        let records: Vec<At> = rows.chunk_by(same_record).map(|of_one| of_one[0]).collect();
        let refs = |rows: &[At]| rows.iter().map(|at| at.record_ref).collect();
        let ids: ArrayRef = arranged.ids(&records);
        Tokenised {
            token_refs: self.token_refs,
            tokens: self.tokens.into_iter().map(TokenLists::finish).collect(),
            row_refs: refs(rows),
            payload,
            record_refs: refs(&records),
            ids,
            tally,
        }
    }
}
