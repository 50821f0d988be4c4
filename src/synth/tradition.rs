//! Naming traditions: who is named in which way, and how many they are.
//!
//! Shares follow the school census of England (Department for Education, *Schools, pupils and
//! their characteristics*, 2024/25) and the 2021 census, rounded, with Scotland, Wales and
//! Northern Ireland added; the split within an ethnic group is an estimate.

/// A way of naming children.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Tradition {
    English,
    Scottish,
    Welsh,
    Irish,
    SouthAsianMuslim,
    Sikh,
    Hindu,
    Tamil,
    Polish,
    Romanian,
    OtherEastEuropean,
    Nigerian,
    Ghanaian,
    Somali,
    BlackCaribbean,
    Arabic,
    Chinese,
    Turkish,
    Mixed,
}

/// What is known of a tradition.
#[derive(Debug)]
pub(super) struct Facts {
    pub tradition: Tradition,
    /// The word in `truth_detail.csv`.
    pub name: &'static str,
    /// Families per 1,000.
    pub share: u32,
    /// Of 100 children, how many have no, one, two, three middle names.
    pub middle_names: [u32; 4],
    /// Of 100 families, how many have a double surname.
    pub double_surnames: u32,
    /// Of 100 families, how many came within the last years.
    pub newcomers: u32,
    /// How often a name is misheard or mistyped, in percent of the rate for a familiar one.
    pub strangeness: u32,
    /// Weights of families planned with one to six children.
    pub family_sizes: [u32; 6],
    /// Ethnicity as health, schools and the police code it.
    pub ethnicity: [&'static str; 3],
}

impl Tradition {
    /// What is known of it.
    pub(super) const fn facts(self) -> &'static Facts {
        &FACTS[self as usize]
    }

    /// Whether its families live in every place alike.
    pub(super) const fn is_settled_everywhere(self) -> bool {
        matches!(self, Self::English | Self::Scottish | Self::Welsh | Self::Irish)
    }
}

const SMALL: [u32; 6] = [34, 46, 14, 4, 1, 1];
const LARGE: [u32; 6] = [22, 33, 24, 13, 5, 3];

const fn facts(
    tradition: Tradition,
    name: &'static str,
    share: u32,
    middle_names: [u32; 4],
    [double_surnames, newcomers, strangeness]: [u32; 3],
    family_sizes: [u32; 6],
    ethnicity: [&'static str; 3],
) -> Facts {
    Facts {
        tradition,
        name,
        share,
        middle_names,
        double_surnames,
        newcomers,
        strangeness,
        family_sizes,
        ethnicity,
    }
}

use Tradition as T;

/// In the order of [`Tradition`].
#[rustfmt::skip]
pub(super) const FACTS: [Facts; 19] = [
    //                                        share  middle names      double, new, strange       ethnicity
    facts(T::English,           "english",            512, [16, 62, 19, 3], [6, 1, 100],  SMALL, ["A", "WBRI", "W1"]),
    facts(T::Scottish,          "scottish",            56, [22, 60, 16, 2], [4, 1, 100],  SMALL, ["A", "WBRI", "W1"]),
    facts(T::Welsh,             "welsh",               34, [24, 60, 14, 2], [6, 1, 115],  SMALL, ["A", "WBRI", "W1"]),
    facts(T::Irish,             "irish",               44, [26, 58, 14, 2], [5, 3, 120],  SMALL, ["B", "WIRI", "W2"]),
    facts(T::SouthAsianMuslim,  "south_asian_muslim",  72, [52, 42, 6, 0],  [2, 5, 150],  LARGE, ["J", "APKN", "A2"]),
    facts(T::Sikh,              "sikh",                13, [20, 76, 4, 0],  [4, 4, 140],  SMALL, ["H", "AIND", "A1"]),
    facts(T::Hindu,             "hindu",               26, [54, 42, 4, 0],  [3, 14, 150], SMALL, ["H", "AIND", "A1"]),
    facts(T::Tamil,             "tamil",                8, [72, 24, 4, 0],  [1, 10, 170], SMALL, ["L", "AOTH", "A9"]),
    facts(T::Polish,            "polish",              26, [48, 49, 3, 0],  [5, 6, 160],  SMALL, ["C", "WOTH", "W9"]),
    facts(T::Romanian,          "romanian",            18, [40, 52, 8, 0],  [5, 14, 150], SMALL, ["C", "WOTH", "W9"]),
    facts(T::OtherEastEuropean, "other_east_european", 18, [68, 29, 3, 0],  [5, 14, 160], SMALL, ["C", "WOTH", "W9"]),
    facts(T::Nigerian,          "nigerian",            24, [10, 42, 34, 14],[8, 14, 160], SMALL, ["N", "BAFR", "B2"]),
    facts(T::Ghanaian,          "ghanaian",            11, [14, 46, 32, 8], [9, 8, 140],  SMALL, ["N", "BAFR", "B2"]),
    facts(T::Somali,            "somali",              11, [34, 58, 8, 0],  [1, 8, 160],  LARGE, ["N", "BAFR", "B2"]),
    facts(T::BlackCaribbean,    "black_caribbean",     15, [16, 58, 22, 4], [14, 2, 110], SMALL, ["M", "BCRB", "B1"]),
    facts(T::Arabic,            "arabic",              16, [46, 44, 10, 0], [3, 18, 160], LARGE, ["S", "OOTH", "O9"]),
    facts(T::Chinese,           "chinese",             11, [48, 47, 5, 0],  [3, 18, 160], SMALL, ["R", "CHNE", "O1"]),
    facts(T::Turkish,           "turkish",              9, [74, 25, 1, 0],  [4, 8, 150],  SMALL, ["C", "WOTH", "W9"]),
    facts(T::Mixed,             "mixed",               76, [20, 58, 19, 3], [12, 2, 110], SMALL, ["G", "MOTH", "M9"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_facts_are_in_order_and_whole() {
        for (place, facts) in FACTS.iter().enumerate() {
            assert_eq!(facts.tradition as usize, place, "{}", facts.name);
            assert_eq!(facts.middle_names.iter().sum::<u32>(), 100, "{}", facts.name);
        }
        assert_eq!(FACTS.iter().map(|facts| facts.share).sum::<u32>(), 1000);
    }
}
