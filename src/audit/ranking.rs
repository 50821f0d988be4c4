//! The attacker's list of guesses for a recipe, commonest first, as far as it is needed.
//!
//! The shares of whole values are the products of their parts' shares. They are found best first
//! over combinations of runs of equal shares, so that the product is never gone through.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

use super::attacker::PartValues;
use super::span::Span;

/// For each part the place of one of its runs.
pub(super) type Runs = Vec<u32>;

/// A run's place as a list index.
pub(super) const fn ix(run: u32) -> usize {
    run as usize
}

/// Places of the guesses, by the runs of their parts; guesses of one share have one span.
#[derive(Debug)]
pub(super) struct Ranking {
    /// In the order of the places.
    pub order: Vec<(Runs, Span)>,
    spans: BTreeMap<Runs, Span>,
}

impl Ranking {
    /// The first `wanted` guesses, and those as common as the last of them.
    pub fn new(parts: &[PartValues], wanted: u64) -> Self {
        let mut heap = BinaryHeap::from([Candidate::new(vec![0; parts.len()], parts)]);
        let (mut order, mut alike, mut start): (Vec<(Runs, Span)>, Vec<Runs>, u64) =
            (Vec::new(), Vec::new(), 0);
        let mut end = 0_u64;
        while let Some(best) = heap.pop() {
            alike.push(best.runs.clone());
            end = end.saturating_add(best.size);
            best.next(parts, &mut heap);
            let ends = heap.peek().is_none_or(|next| next.share.to_bits() != best.share.to_bits());
            if ends {
                order.extend(alike.drain(..).map(|runs| (runs, Span { start, end })));
                start = end;
                if start >= wanted {
                    break;
                }
            }
        }
        let spans = order.iter().cloned().collect();
        Self { order, spans }
    }

    /// Where the guesses of these runs stand; none if they are not on the list.
    pub fn span(&self, runs: &Runs) -> Option<Span> {
        self.spans.get(runs).copied()
    }
}

struct Candidate {
    share: f64,
    size: u64,
    runs: Runs,
}

impl Candidate {
    fn new(runs: Runs, parts: &[PartValues]) -> Self {
        let (mut share, mut size) = (1.0, 1_u64);
        for (part, run) in parts.iter().zip(&runs) {
            let run = &part.runs[ix(*run)];
            share *= run.share;
            size = size.saturating_mul(run.count);
        }
        Self { share, size, runs }
    }

    /// Adds what comes after this: one step in one part, no earlier than the last part that has
    /// been stepped in, so that every combination is reached once.
    fn next(&self, parts: &[PartValues], heap: &mut BinaryHeap<Self>) {
        let stepped = self.runs.iter().rposition(|run| *run > 0).unwrap_or(0);
        for place in stepped..parts.len() {
            if ix(self.runs[place]) + 1 < parts[place].runs.len() {
                let mut runs = self.runs.clone();
                runs[place] += 1;
                heap.push(Self::new(runs, parts));
            }
        }
    }
}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.share.total_cmp(&other.share).then_with(|| other.runs.cmp(&self.runs))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Candidate {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Candidate {}

#[cfg(test)]
mod tests {
    use super::super::attacker::{self, PartValues};
    use super::super::frequencies::Frequencies;
    use super::*;
    use crate::spec::Linkage;

    const SPEC: &str = "protocol = \"sealink/1\"\nproject = \"p\"\ndatasets = [\"a\"]\n\
        accept_risk = [\"r\"]\n[fields]\nforename = \"name\"\nsurname = \"name\"\nsex = \"sex\"\n\
        [recipes]\nr = [\"forename.soundex\", \"surname.initial\", \"sex\"]\n";

    fn parts() -> Vec<PartValues> {
        let linkage = Linkage::parse("spec", SPEC).expect("sound");
        attacker::parts(&linkage.recipes[0], &linkage.fields, &Frequencies::shipped())
            .expect("frequencies are known")
    }

    #[test]
    fn the_list_is_that_of_the_whole_product_in_order() {
        let parts = parts();
        let mut all = Vec::new();
        for a in 0..parts[0].runs.len() {
            for b in 0..parts[1].runs.len() {
                for c in 0..parts[2].runs.len() {
                    let runs = [a, b, c].map(|run| u32::try_from(run).expect("few"));
                    all.push(Candidate::new(runs.to_vec(), &parts));
                }
            }
        }
        all.sort_by(|a, b| b.cmp(a));
        let ranking = Ranking::new(&parts, u64::MAX);
        assert_eq!(ranking.order.len(), all.len());
        let mut start = 0;
        for ((runs, span), wanted) in ranking.order.iter().zip(&all) {
            assert_eq!(*runs, wanted.runs);
            assert!(span.start <= start && start < span.end);
            start += wanted.size;
        }
        let size: u64 = parts.iter().map(PartValues::size).product();
        assert_eq!(start, size);
        let first = Ranking::new(&parts, 100);
        assert!(first.order.len() < 200);
        assert_eq!(first.order[..], ranking.order[..first.order.len()]);
        assert_eq!(first.span(&first.order[5].0), Some(first.order[5].1));
    }
}
