//! Room for what does not fit into memory: on disk, encrypted, for as long as a run takes.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use arrow::array::{ArrayRef, AsArray, PrimitiveArray, RecordBatch};
use arrow::datatypes::{ArrowPrimitiveType, Field, Schema, SchemaRef};

use crate::format::FormatError;
use crate::format::write::{Run, Spill};

/// What lies in memory at a time of one sort may take this share of it.
const SHARE: u64 = 4;

/// The memory to keep to, and where what exceeds it waits.
pub(super) struct Room<'r> {
    memory: u64,
    within: &'r Path,
    /// Made when the first thing has to wait.
    spill: Mutex<Option<Spill>>,
    waited: AtomicU64,
}

impl<'r> Room<'r> {
    /// To keep to `memory` bytes, about; what exceeds it waits in the folder `within`.
    pub const fn new(memory: u64, within: &'r Path) -> Self {
        Self { memory, within, spill: Mutex::new(None), waited: AtomicU64::new(0) }
    }

    /// To keep all in memory, so that nothing is ever written into the folder.
    pub const fn unbounded(within: &'r Path) -> Self {
        Self::new(u64::MAX, within)
    }

    /// How many bytes one of the large parts of a linkage may take: the groups of records that
    /// share a token, the candidate pairs, the columns that are read at once.
    pub const fn share(&self) -> u64 {
        self.memory / SHARE
    }

    /// How many bytes have waited on disk.
    pub fn waited(&self) -> u64 {
        self.waited.load(Ordering::Relaxed)
    }

    /// Lets lists of numbers wait.
    ///
    /// # Errors
    /// If they cannot be written.
    pub fn put<N: ArrowPrimitiveType>(
        &self,
        lists: impl Iterator<Item = Vec<N::Native>>,
    ) -> Result<Waiting<N>, FormatError> {
        let schema = schema::<N>();
        let batches = lists.map(|list| {
            let column = PrimitiveArray::<N>::new(list.into(), None);
            self.waited
                .fetch_add((column.len() * size_of::<N::Native>()) as u64, Ordering::Relaxed);
            let column: ArrayRef = Arc::new(column);
            RecordBatch::try_new(Arc::clone(&schema), vec![column]).expect("it is one column")
        });
        let mut spill = self.spill.lock().unwrap_or_else(PoisonError::into_inner);
        let spill = match &mut *spill {
            Some(spill) => spill,
            none => none.insert(Spill::create(self.within)?),
        };
        let run = spill.write(&schema, batches)?;
        Ok(Waiting { run: Mutex::new(run), of: std::marker::PhantomData })
    }
}

fn schema<N: ArrowPrimitiveType>() -> SchemaRef {
    Arc::new(Schema::new(vec![Field::new("numbers", N::DATA_TYPE, false)]))
}

/// Lists of numbers that wait on disk.
pub(super) struct Waiting<N> {
    run: Mutex<Run>,
    of: std::marker::PhantomData<N>,
}

impl<N: ArrowPrimitiveType> Waiting<N> {
    /// The list at this place, in the order in which they were given.
    ///
    /// # Errors
    /// If it cannot be read.
    pub fn list(&self, place: usize) -> Result<Vec<N::Native>, FormatError> {
        let mut run = self.run.lock().unwrap_or_else(PoisonError::into_inner);
        let batch = run.batch(place)?;
        Ok(batch.column(0).as_primitive::<N>().values().to_vec())
    }
}

#[cfg(test)]
mod tests {
    use arrow::datatypes::{UInt32Type, UInt64Type};

    use super::*;

    #[test]
    fn lists_come_back_in_any_order_and_are_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let room = Room::new(1 << 16, folder.path());
        let lists = [vec![], vec![7, 8, 9], vec![u32::MAX]];
        let small = room.put::<UInt32Type>(lists.iter().cloned()).expect("written");
        let large = room.put::<UInt64Type>([vec![u64::MAX; 3]].into_iter()).expect("written");
        for place in [2, 0, 1, 2] {
            assert_eq!(small.list(place).expect("read"), lists[place]);
        }
        assert_eq!(large.list(0).expect("read"), [u64::MAX; 3]);
        assert_eq!(room.waited(), 4 * 4 + 3 * 8);
        drop((room, small, large));
        let left = std::fs::read_dir(folder.path()).expect("listed").count();
        assert_eq!(left, 0);
    }

    #[test]
    fn a_folder_is_made_when_something_has_to_wait() {
        let folder = tempfile::tempdir().expect("a folder");
        let within = folder.path().join("out");
        let room = Room::new(1 << 16, &within);
        assert!(!within.exists());
        room.put::<UInt32Type>([vec![1]].into_iter()).expect("written");
        assert!(within.is_dir());
    }
}
