//! A column of tokens on its way into a table: which rows have one, and the tokens end to end.

use arrow::array::{Array, BooleanBufferBuilder, FixedSizeBinaryArray};
use arrow::buffer::BooleanBuffer;
use bytes::Bytes;

use super::token_table::flattened;
use crate::token::{TOKEN_BYTES, Token};

/// Tokens of some rows; a row without one takes no room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenColumn {
    present: BooleanBuffer,
    tokens: Bytes,
}

impl TokenColumn {
    /// The rows of which `present` says that they have a token, and their tokens.
    ///
    /// # Panics
    /// If there are more or fewer tokens than such rows.
    #[must_use]
    pub fn new(present: BooleanBuffer, tokens: Vec<Token>) -> Self {
        assert_eq!(present.count_set_bits(), tokens.len(), "each such row has a token");
        Self { present, tokens: flattened(tokens).into() }
    }

    /// A token a row.
    #[must_use]
    pub fn full(tokens: Vec<Token>) -> Self {
        Self::new(BooleanBuffer::new_set(tokens.len()), tokens)
    }

    /// The tokens of an array of 16-byte values, without its gaps.
    #[must_use]
    pub fn of(array: &FixedSizeBinaryArray) -> Self {
        let values = array.value_data();
        let Some(nulls) = array.nulls().filter(|nulls| nulls.null_count() > 0) else {
            let present = BooleanBuffer::new_set(array.len());
            return Self { present, tokens: Bytes::copy_from_slice(values) };
        };
        let mut tokens = Vec::with_capacity((array.len() - nulls.null_count()) * TOKEN_BYTES);
        for (start, end) in nulls.valid_slices() {
            tokens.extend_from_slice(&values[start * TOKEN_BYTES..end * TOKEN_BYTES]);
        }
        Self { present: nulls.inner().clone(), tokens: tokens.into() }
    }

    /// How many rows there are.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.present.len()
    }

    /// How many of them have a token.
    #[must_use]
    pub fn tokens(&self) -> usize {
        self.tokens.len() / TOKEN_BYTES
    }

    /// Whether every row has a token.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.tokens() == self.rows()
    }

    /// Some of the rows; nothing is copied.
    #[must_use]
    pub fn slice(&self, start: usize, rows: usize) -> Self {
        let before = self.present.slice(0, start).count_set_bits();
        let present = self.present.slice(start, rows);
        let tokens = before..before + present.count_set_bits();
        let tokens = self.tokens.slice(tokens.start * TOKEN_BYTES..tokens.end * TOKEN_BYTES);
        Self { present, tokens }
    }

    /// The tokens' bytes.
    pub(super) fn bytes(&self) -> Bytes {
        self.tokens.clone()
    }

    /// Appends for each row whether it has a token.
    pub(super) fn append_present(&self, all: &mut BooleanBufferBuilder) {
        all.append_buffer(&self.present);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_column_is_the_column_of_that_part() {
        let token = |byte: u8| [byte; TOKEN_BYTES];
        let rows = [Some(1), None, Some(2), Some(3), None, None, Some(4)];
        let array = |rows: &[Option<u8>]| {
            let tokens = rows.iter().map(|row| row.map(token));
            let array = FixedSizeBinaryArray::try_from_sparse_iter_with_size(tokens, 16);
            TokenColumn::of(&array.expect("every token has 16 bytes"))
        };
        let whole = array(&rows);
        assert_eq!((whole.rows(), whole.tokens(), whole.is_full()), (7, 4, false));
        for start in 0..=rows.len() {
            for end in start..=rows.len() {
                let part = whole.slice(start, end - start);
                assert_eq!(part, array(&rows[start..end]));
            }
        }
        assert_eq!(TokenColumn::full(vec![Token(token(2)), Token(token(3))]), whole.slice(2, 2));
    }
}
