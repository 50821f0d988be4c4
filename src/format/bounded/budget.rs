//! What the pages of one reader take, over all columns.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

use parquet::errors::ParquetError;

use super::{MAX_BATCH, MAX_HELD, Refused};

/// Counts, and keeps the reason of a refusal, which the library would turn into words.
#[derive(Default)]
pub(super) struct Budget {
    held: AtomicU64,
    batch: AtomicU64,
    refused: OnceLock<Refused>,
}

impl Budget {
    /// A new batch begins.
    pub(super) fn begin(&self) {
        self.batch.store(0, Ordering::Relaxed);
    }

    /// A page of this many bytes takes the place of another of `freed` bytes.
    pub(super) fn take(&self, bytes: u64, freed: u64) -> Result<(), Refused> {
        self.free(freed);
        let batch = self.batch.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let held = self.held.fetch_add(bytes, Ordering::Relaxed) + bytes;
        if batch > MAX_BATCH || held > MAX_HELD { Err(Refused::Batch) } else { Ok(()) }
    }

    pub(super) fn free(&self, bytes: u64) {
        self.held.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// The bytes of the pages that this batch took.
    pub(super) fn batch(&self) -> u64 {
        self.batch.load(Ordering::Relaxed)
    }

    /// An error for the library, which hands it on.
    pub(super) fn refuse(&self, reason: Refused) -> ParquetError {
        let _ = self.refused.set(reason);
        ParquetError::General(reason.to_string())
    }

    /// Why the library failed.
    pub(super) fn reason(&self) -> Refused {
        self.refused.get().copied().unwrap_or(Refused::Damaged)
    }
}
