//! Every two of some things, such as datasets, by their places.

/// Every two of so many, in order: the first comes before the second.
pub fn every_two(all: usize) -> impl Iterator<Item = [usize; 2]> {
    (0..all).flat_map(move |first| (first + 1..all).map(move |second| [first, second]))
}

#[cfg(test)]
mod tests {
    use super::every_two;

    #[test]
    fn every_two_come_once_and_in_order() {
        assert_eq!(
            every_two(4).collect::<Vec<_>>(),
            [[0, 1], [0, 2], [0, 3], [1, 2], [1, 3], [2, 3]]
        );
        assert_eq!(every_two(1).count() + every_two(0).count(), 0);
    }
}
