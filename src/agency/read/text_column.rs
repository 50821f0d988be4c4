//! A column of text in the making.

use std::sync::Arc;

use arrow::array::{ArrayRef, StringArray};
use arrow::buffer::{Buffer, NullBuffer, OffsetBuffer, ScalarBuffer};

/// The values of a column, one after the other, and where each ends.
pub(super) struct TextColumn {
    values: Vec<u8>,
    offsets: Vec<i32>,
}

impl TextColumn {
    pub(super) fn with_capacity(rows: usize) -> Self {
        let mut offsets = Vec::with_capacity(rows + 1);
        offsets.push(0);
        Self { values: Vec::new(), offsets }
    }

    /// Adds the value that `append` writes: UTF-8, and less than 2 GiB in all.
    #[inline]
    pub(super) fn push(&mut self, append: impl FnOnce(&mut Vec<u8>)) {
        append(&mut self.values);
        let end = i32::try_from(self.values.len()).expect("a batch is capped far below 2 GiB");
        self.offsets.push(end);
    }

    /// The column; an empty value is the empty string.
    pub(super) fn finish(self) -> StringArray {
        self.finish_with(None)
    }

    /// The column; an empty value is null.
    pub(super) fn finish_empty_as_null(self) -> ArrayRef {
        let nulls = NullBuffer::from_iter(self.offsets.windows(2).map(|pair| pair[0] < pair[1]));
        Arc::new(self.finish_with(Some(nulls).filter(|nulls| nulls.null_count() > 0)))
    }

    /// The column with these nulls.
    pub(super) fn finish_with(self, nulls: Option<NullBuffer>) -> StringArray {
        let offsets = OffsetBuffer::new(ScalarBuffer::from(self.offsets));
        StringArray::try_new(offsets, Buffer::from_vec(self.values), nulls)
            .expect("every value is UTF-8 and every row has an offset")
    }
}
