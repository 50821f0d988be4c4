//! People by what is known of them, each value a small number.

use std::collections::{BTreeMap, BTreeSet};

/// For each person the number of a value; 0 is that there is none.
pub(super) type Codes = Vec<u32>;

/// Classes of people who are alike.
pub(super) struct Classes {
    /// For each person the class.
    of: Codes,
    /// For each class how many people are in it; 0 for classes that nobody is in.
    sizes: Vec<u64>,
}

impl Classes {
    /// The classes of so many people by all of these.
    pub fn of(people: usize, known: &[&Codes]) -> Self {
        let of = known.iter().fold(vec![0; people], |classes, codes| together(&classes, codes));
        let most = of.iter().max().map_or(0, |class| *class as usize + 1);
        let mut sizes = vec![0; most];
        of.iter().for_each(|class| sizes[*class as usize] += 1);
        Self { of, sizes }
    }

    /// How many classes there are.
    pub fn number(&self) -> u64 {
        self.sizes.iter().filter(|size| **size > 0).count() as u64
    }

    /// How many people the smallest class has.
    pub fn smallest(&self) -> u64 {
        self.sizes.iter().copied().filter(|size| *size > 0).min().unwrap_or(0)
    }

    /// How many people are in classes of fewer than so many.
    pub fn people_in_smaller_than(&self, wanted: u64) -> u64 {
        self.sizes.iter().filter(|size| **size < wanted).sum()
    }

    /// How many people are in classes with fewer different values than wanted. That there is no
    /// value counts as one; a class without any value shows nothing and is passed over.
    pub fn people_where_fewer_than(&self, wanted: u64, codes: &Codes) -> u64 {
        let pairs: BTreeSet<(u32, u32)> =
            self.of.iter().copied().zip(codes.iter().copied()).collect();
        let mut values = vec![(0, false); self.sizes.len()];
        for (class, code) in pairs {
            let (different, any) = &mut values[class as usize];
            *different += 1;
            *any |= code != 0;
        }
        let uniform = self.sizes.iter().zip(values);
        uniform.filter(|(_, (different, any))| *any && *different < wanted).map(|(n, _)| n).sum()
    }
}

/// Numbers for what two lists say together; none in both is none.
pub(super) fn together(one: &Codes, other: &Codes) -> Codes {
    let mut numbers = BTreeMap::from([((0, 0), 0)]);
    let pairs = one.iter().copied().zip(other.iter().copied());
    pairs
        .map(|pair| {
            let next = u32::try_from(numbers.len()).expect("fewer than the people");
            *numbers.entry(pair).or_insert(next)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_people_alike_in_everything() {
        let sex = vec![1, 1, 2, 2, 2, 1];
        let year = vec![1, 1, 1, 1, 2, 1];
        let classes = Classes::of(6, &[&sex, &year]);
        assert_eq!((classes.number(), classes.smallest()), (3, 1));
        assert_eq!(classes.people_in_smaller_than(2), 1);
        assert_eq!(classes.people_in_smaller_than(3), 3);
        assert_eq!(Classes::of(6, &[]).smallest(), 6);
        assert_eq!(Classes::of(0, &[]).number(), 0);
    }

    #[test]
    fn a_class_of_one_value_is_uniform_unless_the_value_is_none() {
        let classes = Classes::of(6, &[&vec![1, 1, 2, 2, 3, 3]]);
        assert_eq!(classes.people_where_fewer_than(2, &vec![7, 7, 7, 8, 0, 0]), 2);
        assert_eq!(classes.people_where_fewer_than(2, &vec![7, 0, 7, 8, 0, 9]), 0);
        assert_eq!(classes.people_where_fewer_than(3, &vec![7, 0, 7, 8, 0, 0]), 4);
    }
}
