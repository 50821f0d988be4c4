//! The rules of bodies whose releases people know.

use super::{Count, Disclosed};

/// How small counts are hidden and others rounded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// Every count as it is, for whoever may see the records themselves.
    Exact,
    /// `OpenSAFELY`: counts up to 7, none among them, are redacted, others rounded to 5.
    OpenSafely,
    /// Hospital Episode Statistics: counts from 1 to 7 are a star, others rounded to 5; none is
    /// told.
    Hes,
    /// The Secure Research Service and most safe havens: counts from 1 to 9 are not told.
    Threshold10,
}

impl Preset {
    /// All that something may be released by.
    pub const ALL: [Self; 4] = [Self::Threshold10, Self::OpenSafely, Self::Hes, Self::Exact];

    /// Its name in specs and on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::OpenSafely => "opensafely",
            Self::Hes => "hes",
            Self::Threshold10 => "threshold-10",
        }
    }

    /// The preset of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|preset| preset.name() == name)
    }

    /// What it does, for the reader of a report.
    #[must_use]
    pub const fn describe(self) -> &'static str {
        match self {
            Self::Exact => {
                "Every count is exact. Small counts can tell of single children: this report is \
                 not for passing on."
            }
            Self::OpenSafely => {
                "OpenSAFELY rules: counts up to 7 are redacted, all others rounded to the nearest \
                 5. Further counts are redacted where a total would give one away; shares are \
                 taken from the counts shown."
            }
            Self::Hes => {
                "Hospital Episode Statistics rules: counts from 1 to 7 are shown as *, all others \
                 rounded to the nearest 5. Further counts are hidden where a total would give one \
                 away; shares are taken from the counts shown."
            }
            Self::Threshold10 => {
                "Threshold 10: counts from 1 to 9 are shown as [c], and further counts where a \
                 total would give one away. Shares are taken from the counts shown."
            }
        }
    }

    /// What stands in place of a count that is not told.
    pub(super) const fn mark(self) -> &'static str {
        match self {
            Self::OpenSafely => "[redacted]",
            Self::Hes => "*",
            Self::Exact | Self::Threshold10 => "[c]",
        }
    }

    /// The least and the most of the counts that are not told; none if all are.
    pub(super) const fn small(self) -> Option<(u64, u64)> {
        match self {
            Self::Exact => None,
            Self::OpenSafely => Some((0, 7)),
            Self::Hes => Some((1, 7)),
            Self::Threshold10 => Some((1, 9)),
        }
    }

    /// Whether counts are rounded.
    #[must_use]
    pub const fn rounds(self) -> bool {
        self.base() > 1
    }

    /// To which multiples counts are rounded.
    #[must_use]
    pub const fn base(self) -> u64 {
        match self {
            Self::Exact | Self::Threshold10 => 1,
            Self::OpenSafely | Self::Hes => 5,
        }
    }

    /// What is told of a count by itself.
    pub(super) fn show(self, count: Count) -> Disclosed {
        let small = self.small().is_some_and(|(least, most)| (least..=most).contains(&count.0));
        if small { self.hidden() } else { self.shown(count) }
    }

    /// A number, rounded as it must be; halves go up.
    fn shown(self, count: Count) -> Disclosed {
        let base = self.base();
        let number = (count.0 + base / 2) / base * base;
        Disclosed { number: Some(number), mark: self.mark() }
    }

    pub(super) const fn hidden(self) -> Disclosed {
        Disclosed { number: None, mark: self.mark() }
    }

    /// The least and the most that a count may be of which this number is told.
    pub(super) const fn range(self, number: u64) -> (u64, u64) {
        let half = self.base() / 2;
        (number.saturating_sub(half), number + half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(preset: Preset, counts: &[u64]) -> Vec<String> {
        counts.iter().map(|count| preset.show(Count::of(*count)).to_string()).collect()
    }

    #[test]
    fn golden_cases_of_each_preset() {
        let counts = [0, 1, 7, 8, 9, 10, 12, 13, 1234];
        let golden = |preset| shown(preset, &counts).join(" ");
        assert_eq!(golden(Preset::Exact), "0 1 7 8 9 10 12 13 1,234");
        assert_eq!(
            golden(Preset::OpenSafely),
            "[redacted] [redacted] [redacted] 10 10 10 10 15 1,235"
        );
        assert_eq!(golden(Preset::Hes), "0 * * 10 10 10 10 15 1,235");
        assert_eq!(golden(Preset::Threshold10), "0 [c] [c] [c] [c] 10 12 13 1,234");
    }

    #[test]
    fn a_hidden_count_is_its_mark_in_json() {
        let json = |count| {
            serde_json::to_string(&Preset::Threshold10.show(Count::of(count))).expect("plain")
        };
        assert_eq!((json(9), json(1234)), ("\"[c]\"".to_owned(), "1234".to_owned()));
        assert_eq!(format!("{:?}", Count::of(1234)), "Count", "an exact count is not printed");
    }
}
