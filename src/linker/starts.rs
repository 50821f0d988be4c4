//! Items sorted by a small number by counting them.

/// Where the items of each of so many places begin when items lie sorted by place, and an end.
/// There are below 2^32 items.
pub(super) fn starts(places: usize, items: impl Iterator<Item = usize>) -> Vec<u32> {
    let mut starts = vec![0; places + 1];
    items.for_each(|place| starts[place + 1] += 1);
    for place in 1..starts.len() {
        starts[place] += starts[place - 1];
    }
    starts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_begins_where_the_one_before_ends() {
        assert_eq!(starts(4, [2, 0, 2, 3].into_iter()), [0, 1, 1, 3, 4]);
        assert_eq!(starts(0, std::iter::empty()), [0]);
    }
}
