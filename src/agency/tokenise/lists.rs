//! The tokens of many rows, a list a row.

use crate::token::{TOKEN_BYTES, Token};

/// The tokens that rows have of one recipe: each row's once, in ascending order.
#[derive(Default)]
pub(in crate::agency) struct TokenLists {
    /// All rows' tokens end to end.
    pub tokens: Vec<Token>,
    /// Where each row's end.
    pub ends: Vec<u32>,
}

impl TokenLists {
    /// The tokens of a row.
    pub fn of(&self, row: usize) -> &[Token] {
        let start = if row == 0 { 0 } else { self.ends[row - 1] };
        &self.tokens[start as usize..self.ends[row] as usize]
    }

    /// Adds rows, given their tokens end to end and how many each has.
    pub fn extend(&mut self, tokens: &[Token], counts: &[u8]) {
        let mut end = u32::try_from(self.tokens.len()).expect("a batch has few tokens");
        self.tokens.extend_from_slice(tokens);
        self.ends.extend(counts.iter().map(|count| {
            end += u32::from(*count);
            end
        }));
    }

    /// The same rows in another order.
    pub fn in_order(&self, order: &[u32]) -> Self {
        let mut tokens = Vec::with_capacity(self.tokens.len());
        let mut ends = Vec::with_capacity(self.ends.len());
        for row in order {
            append(self.of(*row as usize), &mut tokens);
            ends.push(u32::try_from(tokens.len()).expect("a batch has few tokens"));
        }
        Self { tokens, ends }
    }

    /// Bytes of memory that they take.
    pub fn bytes(&self) -> usize {
        self.tokens.len() * TOKEN_BYTES + self.ends.len() * size_of::<u32>()
    }
}

/// Appends a row's tokens; most rows have one.
pub(in crate::agency) fn append(tokens: &[Token], out: &mut Vec<Token>) {
    match tokens {
        [one] => out.push(*one),
        _ => out.extend_from_slice(tokens),
    }
}
