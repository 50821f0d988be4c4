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

    /// Adds rows, given how many tokens each has and `make`, which appends the tokens of all,
    /// row by row. Each row's are put in ascending order, and those that stand twice are dropped,
    /// in `counts` too.
    pub fn extend(&mut self, counts: &mut [u8], make: impl FnOnce(&mut Vec<Token>)) {
        let start = self.tokens.len();
        make(&mut self.tokens);
        if counts.iter().any(|count| *count > 1) {
            let kept = sort(&mut self.tokens[start..], counts);
            self.tokens.truncate(start + kept);
        }
        let mut end = u32::try_from(start).expect("a batch has few tokens");
        self.ends.extend(counts.iter().map(|count| {
            end += u32::from(*count);
            end
        }));
    }

    /// None yet, with room for so many rows of a token each.
    pub fn with_capacity(rows: usize) -> Self {
        Self { tokens: Vec::with_capacity(rows), ends: Vec::with_capacity(rows) }
    }

    /// Gives back the room that is not needed.
    pub fn shrink(&mut self) {
        self.tokens.shrink_to_fit();
        self.ends.shrink_to_fit();
    }

    /// How many tokens each row has.
    pub fn counts(&self) -> impl Iterator<Item = u8> {
        let starts = [0].iter().chain(&self.ends);
        let counts = self.ends.iter().zip(starts).map(|(end, start)| end - start);
        counts.map(|count| u8::try_from(count).expect("a row has few tokens of a recipe"))
    }

    /// Forgets the rows.
    pub fn clear(&mut self) {
        self.tokens.clear();
        self.ends.clear();
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

/// Puts each row's tokens in ascending order, and drops those that stand twice. Gives how many are
/// left in all.
fn sort(tokens: &mut [Token], counts: &mut [u8]) -> usize {
    let (mut from, mut to) = (0, 0);
    for count in counts {
        let end = from + usize::from(*count);
        tokens[from..end].sort_unstable();
        let start = to;
        for place in from..end {
            if to == start || tokens[to - 1] != tokens[place] {
                tokens[to] = tokens[place];
                to += 1;
            }
        }
        *count = u8::try_from(to - start).expect("a row has few tokens of a recipe");
        from = end;
    }
    to
}
