//! Counts of people that do not tell of a few.
//!
//! A count from 1 to [`FEWEST`] - 1 is told as the range in which it lies, and so is one from which
//! it would follow. That there is nobody is told.

use std::fmt;

use serde::{Serialize, Serializer};

/// The fewest people, if any, of which the count is told.
pub const FEWEST: u64 = 10;

/// A count, or the range in which a small one or its remainder is hidden.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Count {
    /// There are no fewer.
    pub least: u64,
    /// There are no more.
    pub most: u64,
}

impl Count {
    /// A count that is told.
    pub(super) const fn exact(number: u64) -> Self {
        Self { least: number, most: number }
    }

    /// A count that is told only if it is not small.
    pub(crate) const fn of(number: u64) -> Self {
        if is_small(number) { Self { least: 1, most: FEWEST - 1 } } else { Self::exact(number) }
    }

    /// A part of a whole that is told; neither the part nor the rest is told if it is small.
    pub(crate) fn part(part: u64, whole: u64) -> Self {
        if is_small(whole - part) {
            Self { least: whole.saturating_sub(FEWEST - 1).max(1), most: whole - 1 }
        } else {
            Self::of(part)
        }
    }

    /// The count, if it is told.
    pub(super) fn known(self) -> Option<u64> {
        (self.least == self.most).then_some(self.least)
    }
}

const fn is_small(number: u64) -> bool {
    0 < number && number < FEWEST
}

impl std::ops::Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { least: self.least + other.least, most: self.most + other.most }
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { least, most } if least == most => write!(f, "{least}"),
            Self { least: 1, most } => write!(f, "fewer than {}", most + 1),
            Self { least, most } => write!(f, "{least} to {most}"),
        }
    }
}

/// A number; if it is hidden, a text such as `fewer than 10` or `491 to 499`.
impl Serialize for Count {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.known() {
            Some(number) => serializer.serialize_u64(number),
            None => serializer.collect_str(self),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_count_is_told_in_words() {
        let json = |count: Count| serde_json::to_string(&count).expect("plain");
        assert_eq!(json(Count::of(12)), "12");
        assert_eq!(json(Count::of(4)), "\"fewer than 10\"");
        assert_eq!(json(Count::part(195, 200)), "\"191 to 199\"");
    }
}
