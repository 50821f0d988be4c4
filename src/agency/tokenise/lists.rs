//! The tokens that records have of one recipe, a list a record.

use arrow::array::BooleanBufferBuilder;

use crate::agency::tally::RecipeTally;
use crate::format::TokenColumn;
use crate::token::Token;

/// A column of the token table in the making: each record's tokens once, in ascending order.
pub(in crate::agency) struct TokenLists {
    /// All records' tokens end to end.
    pub tokens: Vec<Token>,
    /// How many tokens each record has that has no rows in the table yet.
    pub counts: Vec<u32>,
    /// Whether each row of the table has a token.
    present: BooleanBufferBuilder,
    pub tally: RecipeTally,
}

impl TokenLists {
    /// None yet, with room for so many.
    pub fn with_capacity(tokens: usize) -> Self {
        Self {
            tokens: Vec::with_capacity(tokens),
            counts: Vec::new(),
            present: BooleanBufferBuilder::new(tokens),
            tally: RecipeTally::default(),
        }
    }

    /// Adds records, given how many tokens each source row has, how many source rows each record
    /// has, and `make`, which appends the tokens of all, row by row. What stands twice in a record
    /// is dropped, and in a source row not counted.
    pub fn extend(
        &mut self,
        of_rows: &mut [u32],
        of_records: &[u32],
        make: impl FnOnce(&mut Vec<Token>),
    ) {
        let start = self.tokens.len();
        make(&mut self.tokens);
        if of_rows.iter().any(|count| *count > 1) {
            self.sort(start, of_rows);
        }
        self.tally.rows += of_rows.iter().filter(|count| **count > 0).count() as u64;
        self.tally.tokens += (self.tokens.len() - start) as u64;
        if of_rows.len() == of_records.len() {
            self.counts.extend_from_slice(of_rows);
        } else {
            let mut rows = of_rows.iter();
            let counts = of_records.iter().map(|of_one| rows.by_ref().take(*of_one as usize).sum());
            let mut counts: Vec<u32> = counts.collect();
            self.sort(start, &mut counts);
            self.counts.append(&mut counts);
        }
    }

    /// Puts the tokens from `start` on in ascending order, list by list, and drops those that stand
    /// twice in one, from its count too.
    fn sort(&mut self, start: usize, counts: &mut [u32]) {
        let tokens = &mut self.tokens[start..];
        let (mut from, mut to) = (0, 0);
        for count in counts {
            let end = from + *count as usize;
            tokens[from..end].sort_unstable();
            let first = to;
            for place in from..end {
                if to == first || tokens[to - 1] != tokens[place] {
                    tokens[to] = tokens[place];
                    to += 1;
                }
            }
            *count = u32::try_from(to - first).expect("it was no less before");
            from = end;
        }
        self.tokens.truncate(start + to);
    }

    /// Gives each record as many rows of the table as is said.
    pub fn lay(&mut self, heights: &[u32]) {
        if self.counts == heights {
            self.present.append_n(heights.iter().sum::<u32>() as usize, true);
            self.counts.clear();
            return;
        }
        for (count, height) in self.counts.iter().zip(heights) {
            if *height == 1 {
                self.present.append(*count > 0);
            } else {
                self.present.append_n(*count as usize, true);
                self.present.append_n((height - count) as usize, false);
            }
        }
        self.counts.clear();
    }

    /// Forgets the records.
    pub fn clear(&mut self) {
        self.tokens.clear();
        self.counts.clear();
    }

    /// The column; its records all have rows.
    pub fn finish(mut self) -> TokenColumn {
        TokenColumn::new(self.present.finish(), self.tokens)
    }
}
