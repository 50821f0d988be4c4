//! The door from cleartext to tokens: rows that wait go in, token rows come out.

mod lists;
mod payload;
mod recipes;
mod row_parts;
mod rows;

use std::sync::{Mutex, PoisonError};

use arrow::array::ArrayRef;

use super::arrange::{Arranged, At, same_record};
use super::held::{Cells, Held, count};
use super::listed::Listed;
use super::plan::Plan;
use super::read::Batch;
use super::record::{Record, Taken};
use super::tally::{FieldTally, Tally};
use crate::format::TokenColumn;
use crate::key::RecordRefs;
use crate::token::Token;

pub(super) use lists::TokenLists;
pub(super) use recipes::{Block, Tokeniser};
use rows::Rows;

/// Some records after the door, in the order of their references: nothing of them but the payload
/// and the ids is cleartext.
pub(super) struct Tokenised {
    /// Token rows: the references, and a column a recipe. A record has as many token rows as it
    /// has tokens of the recipe of which it has most, and one at least; each column holds the
    /// record's tokens once, in ascending order from the top.
    pub token_refs: Vec<Token>,
    pub tokens: Vec<TokenColumn>,
    /// Source rows: the references and the payload's columns.
    pub row_refs: Vec<Token>,
    pub payload: Vec<ArrayRef>,
    /// Records: the references and the ids.
    pub record_refs: Vec<Token>,
    pub ids: ArrayRef,
    /// What became of the cells, and what was made.
    pub tally: Tally,
}

/// Rows whose cells and readings, which lie far apart, are brought near at once: as many as a
/// processor's first caches hold.
const ROWS_AHEAD: usize = 16;

/// What an agency's rows are tokenised with, the same on every thread.
pub(super) struct Door<'d> {
    pub plan: &'d Plan<'d>,
    pub listed: &'d Listed,
    pub tokeniser: &'d Tokeniser<'d>,
    pub refs: &'d RecordRefs,
    pub buffers: Buffers,
}

impl Door<'_> {
    /// Has the rows of a batch wait, and counts those that are left out.
    pub fn hold(&self, batch: &Batch) -> (Held, Tally) {
        Held::of(batch, self.listed, self.refs)
    }

    /// Tokenises some of the rows that wait: all of some records.
    pub fn tokenise(&self, arranged: &Arranged, cells: &[Cells<'_>], rows: &[At]) -> Tokenised {
        let mut record = self.buffers.take(self.plan, &self.tokeniser.taken);
        let mut counts = vec![FieldTally::default(); self.plan.fields.len()];
        let mut made = Rows::new(self, rows.len());
        let (mut done, mut near) = (0, 0);
        for of_one in rows.chunk_by(same_record) {
            if done >= near {
                near = rows.len().min(done + ROWS_AHEAD);
                fetch(&rows[done..near], cells, &mut record);
            }
            done += of_one.len();
            for at in of_one {
                cells[at.part()].read(at.place(), self.plan, &mut record, &mut counts);
                made.push(&record, arranged.row(*at).sealed);
            }
            made.end_record(of_one[0].record_ref);
        }
        self.buffers.give_back(record);
        let mut tokenised = made.finish(arranged, rows);
        tokenised.tally.fields = self.plan.named(counts);
        tokenised
    }

    /// The cells of all that wait, part by part.
    pub fn cells<'c>(&self, arranged: &'c Arranged) -> Vec<Cells<'c>> {
        arranged.parts().iter().map(|part| Cells::of(self.plan, &part.columns)).collect()
    }
}

/// Has what rows need brought near: where their cells are, and what is known of these.
fn fetch(rows: &[At], cells: &[Cells<'_>], record: &mut Record) {
    rows.iter().for_each(|at| cells[at.part()].fetch(at.place()));
    record.fetch(rows.iter().flat_map(|at| cells[at.part()].of_row(at.place())));
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

    /// Normalises a batch and counts what became of it; no token is made.
    pub fn count(&self, batch: &Batch, plan: &Plan<'_>, listed: &Listed) -> Tally {
        let mut record = self.take(plan, &Taken::nothing(plan.linkage));
        let tally = count(batch, plan, listed, &mut record);
        self.give_back(record);
        tally
    }
}
