//! Places of tokens and of guesses in the order of how common they are.

use std::collections::BTreeMap;

use super::counts::Histogram;

/// Where the tokens of one count stand when all are put in the order of their counts, commonest
/// first; which of them comes first is chance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Span {
    pub start: u64,
    pub end: u64,
}

impl Span {
    /// How many places two spans have in common.
    pub fn common(self, other: Self) -> u64 {
        self.end.min(other.end).saturating_sub(self.start.max(other.start))
    }

    pub const fn len(self) -> u64 {
        self.end - self.start
    }

    /// The part of it before a place.
    pub fn before(self, place: u64) -> Self {
        Self { start: self.start.min(place), end: self.end.min(place) }
    }
}

impl Histogram {
    /// The span of each count.
    pub fn spans(&self) -> BTreeMap<u64, Span> {
        let mut start = 0;
        self.levels()
            .map(|(count, tokens)| {
                let span = Span { start, end: start + tokens };
                start = span.end;
                (count, span)
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_in_the_order_of_counts() {
        let mut histogram = Histogram::default();
        [3, 1, 7, 1, 3, 1].into_iter().for_each(|count| histogram.add(count));
        let spans = histogram.spans();
        assert_eq!(spans[&7], Span { start: 0, end: 1 });
        assert_eq!(spans[&3], Span { start: 1, end: 3 });
        assert_eq!(spans[&1], Span { start: 3, end: 6 });
        assert_eq!((histogram.distinct(), histogram.total()), (6, 16));
        assert_eq!(spans[&3].common(spans[&1]), 0);
        assert_eq!(Span { start: 2, end: 9 }.common(Span { start: 0, end: 4 }), 2);
    }
}
