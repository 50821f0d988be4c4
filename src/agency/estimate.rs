//! What a run would take, judged by its beginning: nothing is written.

use arrow::array::{Array, ArrayRef};
use rayon::prelude::*;

use super::arrange::Arranged;
use super::tokenise::{ABSENT, Tokenised};
use super::{AgencyError, Opened, Pseudonymise, at_the_door};
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
    at_the_door(job, |opened| judge(job, opened))
}

fn judge(job: &Pseudonymise<'_>, opened: Opened<'_>) -> Result<Estimate, AgencyError> {
    let Opened { door, mut batches, size } = opened;
    let mut chunks = Vec::new();
    let wanted = rayon::current_num_threads() * CHUNKS_PER_THREAD;
    while let Some(chunk) = (chunks.len() < wanted).then(|| batches.next_chunk()).flatten() {
        chunks.push(chunk?);
    }
    let tokenised = chunks.into_par_iter().map(|chunk| Ok(door.tokenise(&chunk.parse()?)));
    let parts: Vec<_> = tokenised.collect::<Result<_, AgencyError>>()?;
    let rows = parts.iter().map(|(_, tally)| tally.rows).sum();
    let parts: Vec<Tokenised> = parts.into_iter().map(|(tokenised, _)| tokenised).collect();
    let waiting = parts.iter().map(Tokenised::bytes).sum();
    let tables = table_bytes(&Arranged::new(parts, job.source.several_rows));
    Ok(Estimate { rows, share: share(batches.position(), size), waiting, tables })
}

#[expect(clippy::cast_precision_loss, reason = "an estimate needs a few digits")]
fn share(done: u64, size: Option<u64>) -> Option<f64> {
    let size = size.filter(|size| *size > 0)?;
    (done > 0).then(|| (done as f64 / size as f64).min(1.0))
}

/// Bytes of the tables that these rows make.
fn table_bytes(arranged: &Arranged) -> u64 {
    let texts = |columns: &[ArrayRef]| -> usize {
        columns.iter().map(|column| column.to_data().get_slice_memory_size().unwrap_or(0)).sum()
    };
    let of_tokens = |(refs, columns): (Vec<_>, Vec<Vec<_>>)| {
        let tokens = columns.iter().flatten().filter(|token| **token != ABSENT).count();
        (refs.len() + tokens) * TOKEN_BYTES + columns.len() * refs.len().div_ceil(8)
    };
    let tokens: usize = arranged.token_slices().map(of_tokens).sum();
    let payload: usize = arranged
        .row_slices()
        .map(|(refs, payload)| refs.len() * TOKEN_BYTES + texts(&payload))
        .sum();
    let ids: usize =
        arranged.record_slices().map(|(refs, ids)| refs.len() * TOKEN_BYTES + texts(&[ids])).sum();
    (tokens + payload + ids) as u64
}
