//! Kinds of patterns: those that are one and the same to a fit.

use super::shown::Shown;

/// What a fit looks at in a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Kind {
    /// The place of the set of levels that it shows.
    pub shown: u32,
    /// Which of the counted recipes agree, as bits by their order.
    pub counted: u32,
}

/// The kinds of some patterns.
pub struct Kinds {
    /// The different kinds, by set of levels.
    pub list: Vec<Kind>,
    /// For each pattern, the place of its kind.
    pub of_pattern: Vec<u32>,
    /// How many sets of levels there are.
    sets: usize,
}

impl Kinds {
    /// The kinds of the patterns, if these recipes are counted.
    pub(super) fn new(shown: &Shown, counted: &[usize]) -> Self {
        let of_agree = |agree: u32| {
            let agree =
                counted.iter().enumerate().filter(|(_, recipe)| agree & (1 << **recipe) != 0);
            agree.fold(0, |bits, (place, _)| bits | 1 << place)
        };
        let kinds = shown.of_pattern.iter().zip(&shown.agree);
        let kinds: Vec<Kind> =
            kinds.map(|(set, agree)| Kind { shown: *set, counted: of_agree(*agree) }).collect();
        let mut list = kinds.clone();
        list.sort_unstable();
        list.dedup();
        let number = |kind: &Kind| {
            let place = list.binary_search(kind).expect("every pattern's kind is among them");
            u32::try_from(place).expect("there are no more kinds than patterns")
        };
        let of_pattern = kinds.iter().map(number).collect();
        Self { of_pattern, list, sets: shown.levels.len() }
    }

    /// How many there are, and one where there is none.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "there is always one")]
    pub fn len(&self) -> usize {
        self.list.len().max(1)
    }

    /// The counts of each set of levels, given those of each kind.
    pub(super) fn by_set(&self, counts: &[u64]) -> impl Iterator<Item = (usize, u64)> + use<> {
        let mut sets = vec![0; self.sets];
        for (kind, count) in self.list.iter().zip(counts) {
            sets[kind.shown as usize] += count;
        }
        sets.into_iter().enumerate()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_that_show_the_same_and_agree_in_the_same_counted_recipes_are_of_a_kind() {
        let shown = Shown {
            levels: vec![vec![0], vec![1]],
            of_pattern: vec![1, 0, 1, 1],
            agree: vec![0b011, 0b001, 0b111, 0b010],
        };
        let kinds = Kinds::new(&shown, &[1, 5]);
        let list = [Kind { shown: 0, counted: 0 }, Kind { shown: 1, counted: 1 }];
        assert_eq!(kinds.list, list);
        assert_eq!(kinds.of_pattern, [1, 0, 1, 1]);
        assert_eq!(kinds.by_set(&[3, 40]).collect::<Vec<_>>(), [(0, 3), (1, 40)]);
    }
}
