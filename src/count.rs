//! Counts of people and records, and what of them may be told.
//!
//! A [`Count`] is exact and cannot be printed, compared by a reader or written down. A [`Policy`]
//! turns it into a [`Disclosed`], which can. So a count reaches a report only by way of a policy,
//! and the policy keeps a ledger of all that it told, which the next release is compared with.

mod earlier;
mod parts;
mod policy;
mod preset;

use std::fmt;

use serde::{Serialize, Serializer};

use crate::interval::{Estimate, wilson};

pub use earlier::{Earlier, EarlierError};
pub use parts::{Parts, Rows, Table, TableRow};
pub use policy::Policy;
pub use preset::Preset;

/// An exact count. It has no `Display` and no `Serialize`.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count(u64);

impl Count {
    /// The count of so many.
    #[must_use]
    pub const fn of(number: u64) -> Self {
        Self(number)
    }
}

impl fmt::Debug for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Count")
    }
}

impl std::ops::Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl std::iter::Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self(0), |sum, count| sum + count)
    }
}

/// What is told of a count: a number, perhaps rounded, or a mark in place of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Disclosed {
    number: Option<u64>,
    mark: &'static str,
}

impl Disclosed {
    /// The number that is told, if one is.
    #[must_use]
    pub const fn number(self) -> Option<u64> {
        self.number
    }

    /// The sum of what is told, leaving out what is not.
    #[must_use]
    pub fn told(all: &[Self]) -> u64 {
        all.iter().filter_map(|one| one.number).sum()
    }

    /// The share of this in a whole, from the numbers told; none if either is not, or the whole is
    /// nothing. By rounding a part may seem more than its whole: then it is all of it.
    #[must_use]
    pub fn share_of(self, whole: Self) -> Option<f64> {
        let share = crate::interval::share(self.number?, whole.number?)?;
        Some(share.min(1.0))
    }
}

impl Disclosed {
    /// The share of this in a whole with Wilson's interval, from the numbers told; each of the
    /// whole counts as independent.
    #[must_use]
    pub fn rate_of(self, whole: Self) -> Option<Estimate> {
        let share = self.share_of(whole)?;
        #[expect(clippy::cast_precision_loss, reason = "an interval needs a few digits")]
        let (low, high) = wilson(share, whole.number? as f64);
        Some(Estimate { share, low, high })
    }
}

/// With its thousands set apart: 1,234,567.
impl fmt::Display for Disclosed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.number {
            Some(number) => f.write_str(&thousands(number)),
            None => f.write_str(self.mark),
        }
    }
}

/// A number with its thousands set apart: 1,234,567.
#[must_use]
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A number, or the mark as text.
impl Serialize for Disclosed {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.number {
            Some(number) => serializer.serialize_u64(number),
            None => serializer.serialize_str(self.mark),
        }
    }
}
