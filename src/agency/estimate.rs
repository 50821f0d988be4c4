//! What a run would take, judged by its beginning: nothing is written.

use arrow::array::{Array, ArrayRef};
use rayon::prelude::*;

use super::arrange::Arranged;
use super::held::Held;
use super::tokenise::Tokenised;
use super::{AgencyError, Opened, Pseudonymise, at_the_door};
use crate::format::TokenColumn;
use crate::token::TOKEN_BYTES;

/// Chunks looked at, for each thread: enough for the first of each column's cells to repeat.
const CHUNKS_PER_THREAD: usize = 8;

/// What the beginning of the inputs took. All bytes are of memory or disk.
#[derive(Clone, Copy, Debug)]
pub struct Estimate {
    /// Rows looked at.
    pub rows: u64,
    /// What share of the inputs they are; none if the inputs' size is not known.
    pub share: Option<f64>,
    /// Bytes that they take while they wait to be put in order.
    pub waiting: u64,
    /// Bytes of their tables, before what is compressed is.
    pub tables: u64,
}

/// Does a run's work on the beginning of the inputs but for writing, and lets the tables go. How
/// long that takes, the caller sees.
///
/// # Errors
/// As [`super::pseudonymise`], as far as the beginning shows it.
pub fn estimate(job: &Pseudonymise<'_>) -> Result<Estimate, AgencyError> {
    at_the_door(job, judge)
}

fn judge(opened: Opened<'_>) -> Result<Estimate, AgencyError> {
    let Opened { door, mut batches, size } = opened;
    let mut chunks = Vec::new();
    let wanted = rayon::current_num_threads() * CHUNKS_PER_THREAD;
    while let Some(chunk) = (chunks.len() < wanted).then(|| batches.next_chunk()).flatten() {
        chunks.push(chunk?);
    }
    let held = chunks.into_par_iter().map(|chunk| Ok(door.hold(&chunk.parse()?)));
    let parts: Vec<_> = held.collect::<Result<_, AgencyError>>()?;
    let rows = parts.iter().map(|(_, tally)| tally.rows).sum();
    let parts: Vec<Held> = parts.into_iter().map(|(held, _)| held).collect();
    let waiting = parts.iter().map(Held::bytes).sum();
    let arranged = Arranged::new(parts);
    let cells = door.cells(&arranged);
    let slices: Vec<_> = arranged.slices().collect();
    let tables = slices.into_par_iter().map(|rows| door.tokenise(&arranged, &cells, rows));
    let tables = tables.map(|tokenised| table_bytes(&tokenised)).sum();
    Ok(Estimate { rows, share: share(batches.position(), size), waiting, tables })
}

#[expect(clippy::cast_precision_loss, reason = "an estimate needs a few digits")]
fn share(done: u64, size: Option<u64>) -> Option<f64> {
    let size = size.filter(|size| *size > 0)?;
    (done > 0).then(|| (done as f64 / size as f64).min(1.0))
}

/// Bytes of the tables that these rows make.
fn table_bytes(made: &Tokenised) -> u64 {
    let texts = |column: &ArrayRef| column.to_data().get_slice_memory_size().unwrap_or(0);
    let refs = made.token_refs.len() + made.row_refs.len() + made.record_refs.len();
    let tokens: usize = made.tokens.iter().map(TokenColumn::tokens).sum();
    let presence = made.tokens.len() * made.token_refs.len().div_ceil(8);
    let texts: usize = made.payload.iter().chain([&made.ids]).map(texts).sum();
    ((refs + tokens) * TOKEN_BYTES + presence + texts) as u64
}
