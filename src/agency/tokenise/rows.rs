//! The rows of a batch on their way through the door, a block at a time.

use arrow::array::{Array, ArrayRef, UInt32Array};
use arrow::compute::take;

use super::{ABSENT, Block, Door, TakenRow, TokenLists, Tokenised, TokenisedRow, text};
use crate::agency::plan::RECORD_ID;
use crate::agency::read::Batch;
use crate::agency::record::Record;
use crate::agency::tally::{RecipeTally, Tally};
use crate::token::{Messages, Token};

/// Rows whose tokens are made together: enough to fill every lane, few enough that their messages
/// stay near the core.
const BLOCK_ROWS: usize = 256;

/// The rows so far.
pub(super) struct Rows<'r> {
    door: &'r Door<'r>,
    block: Block,
    /// The messages of the block's references, and then these.
    ids: Messages,
    refs: Vec<Token>,
    /// Each row's place in the batch, and what is known of it.
    rows: Vec<(u32, TokenisedRow)>,
    tokens: Vec<TokenLists>,
    counts: Vec<RecipeTally>,
}

impl<'r> Rows<'r> {
    pub fn new(door: &'r Door<'r>, rows: usize) -> Self {
        let recipes = door.tokeniser.recipes();
        Self {
            door,
            block: Block::new(door.tokeniser),
            ids: Messages::default(),
            refs: Vec::with_capacity(BLOCK_ROWS),
            rows: Vec::with_capacity(rows),
            tokens: (0..recipes).map(|_| TokenLists::default()).collect(),
            counts: vec![RecipeTally::default(); recipes],
        }
    }

    pub fn push(&mut self, taken: &TakenRow<'_>, input: u16, record: &Record) {
        let Some(id) = taken.id else { return };
        if taken.sealed {
            self.block.push_nothing();
        } else {
            self.block.push(self.door.tokeniser, record);
        }
        self.door.refs.push(id, &mut self.ids);
        let (source_row, record_ref) = (taken.source_row, ABSENT);
        self.rows.push((taken.row, TokenisedRow { record_ref, source_row, input, height: 0 }));
        if self.block.rows() == BLOCK_ROWS {
            self.close_block();
        }
    }

    /// Makes the references and the tokens of the block's rows.
    fn close_block(&mut self) {
        let first = self.rows.len() - self.block.rows();
        let rows = &mut self.rows[first..];
        self.refs.clear();
        self.door.refs.refs(&self.ids, &mut self.refs);
        for ((_, row), record_ref) in rows.iter_mut().zip(&self.refs) {
            row.record_ref = *record_ref;
        }
        let made = self.block.tokens(self.door.tokeniser);
        for (((tokens, counts), lists), tally) in made.zip(&mut self.tokens).zip(&mut self.counts) {
            tally.rows += counts.iter().filter(|count| **count > 0).count() as u64;
            tally.tokens += tokens.len() as u64;
            lists.extend(tokens, counts);
            for ((_, row), count) in rows.iter_mut().zip(counts) {
                row.height = row.height.max(*count);
            }
        }
        self.block.clear();
        self.ids.clear();
    }

    /// Puts the rows in the order of their references, while they are still near the core.
    pub fn finish(
        mut self,
        batch: &Batch,
        payload: &[ArrayRef],
        tally: &mut Tally,
    ) -> (Tokenised, Vec<RecipeTally>) {
        self.close_block();
        tally.alternatives_cut = self.block.cut;
        let mut order: Vec<u32> = (0..).take(self.rows.len()).collect();
        order.sort_unstable_by_key(|row| (self.rows[*row as usize].1.record_ref, *row));
        let of_batch = order.iter().map(|row| self.rows[*row as usize].0);
        let of_batch: UInt32Array = of_batch.collect();
        let taken =
            |column: &dyn Array| take(column, &of_batch, None).expect("the rows are of the batch");
        let done = Tokenised {
            rows: order.iter().map(|row| self.rows[*row as usize].1).collect(),
            tokens: self.tokens.iter().map(|lists| lists.in_order(&order)).collect(),
            ids: text(&taken(&batch.columns[RECORD_ID])).clone(),
            payload: payload.iter().map(|column| taken(column)).collect(),
        };
        (done, self.counts)
    }
}
