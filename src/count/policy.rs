//! A policy of disclosure, and the ledger of what it told.

use std::collections::BTreeMap;

use super::{Count, Disclosed, Earlier, Preset};

/// By what rules counts are told, and which were.
///
/// Every count has a name that is the same in each release of a report, such as `people` or
/// `records/health`: by it a count is compared with the one that an earlier release told.
#[derive(Clone, Debug)]
pub struct Policy {
    pub(super) preset: Preset,
    earlier: Earlier,
    ledger: BTreeMap<String, Disclosed>,
}

impl Policy {
    /// Tells counts by these rules, and not where they differ from an earlier release by a few.
    #[must_use]
    pub const fn new(preset: Preset, earlier: Earlier) -> Self {
        Self { preset, earlier, ledger: BTreeMap::new() }
    }

    /// The rules.
    #[must_use]
    pub const fn preset(&self) -> Preset {
        self.preset
    }

    /// Every count that was told or hidden, by name.
    #[must_use]
    pub const fn ledger(&self) -> &BTreeMap<String, Disclosed> {
        &self.ledger
    }

    /// Tells of a count that is part of no total.
    pub fn disclose(&mut self, name: &str, count: Count) -> Disclosed {
        let told = self.alone(name, count);
        self.note(name, told)
    }

    /// Counts of ascending sizes, the largest sizes put together until no count but none is
    /// small: `1`, `2`, `3 or more`.
    #[must_use]
    pub fn pooled(&self, sizes: &BTreeMap<u64, u64>) -> Vec<(String, Count)> {
        let mut sizes: Vec<(u64, u64)> = sizes.iter().map(|(size, n)| (*size, *n)).collect();
        let mut pooled = false;
        let small = |n: u64| self.preset.show(Count::of(n)).number.is_none();
        while sizes.len() > 1 && sizes.iter().any(|(_, n)| small(*n)) {
            let (_, largest) = sizes.pop().unwrap_or_default();
            sizes.last_mut().expect("there were two").1 += largest;
            pooled = true;
        }
        let last = sizes.len().saturating_sub(1);
        let named = sizes.into_iter().enumerate().map(|(place, (size, n))| {
            let more = if pooled && place == last { " or more" } else { "" };
            (format!("{size}{more}"), Count::of(n))
        });
        named.collect()
    }

    /// The sum of counts that are told; a mark if one is not.
    #[must_use]
    pub fn sum(&self, told: &[Disclosed]) -> Disclosed {
        let sum = told.iter().map(|one| one.number).sum::<Option<u64>>();
        sum.map_or(self.withheld(), |sum| Disclosed { number: Some(sum), ..self.withheld() })
    }

    /// A mark, for a count that is not told since another would follow from it.
    #[must_use]
    pub const fn withheld(&self) -> Disclosed {
        self.preset.hidden()
    }

    /// What may be told of a count by itself.
    pub(super) fn alone(&self, name: &str, count: Count) -> Disclosed {
        let told = self.preset.show(count);
        if self.differs_by_few(name, told) { self.preset.hidden() } else { told }
    }

    /// Whether the number differs from what an earlier release told, and by so few that these few
    /// could be counted.
    fn differs_by_few(&self, name: &str, told: Disclosed) -> bool {
        let Some((_, most)) = self.preset.small() else { return false };
        match (told.number, self.earlier.told(name)) {
            (Some(now), Some(then)) => (1..=most).contains(&now.abs_diff(then)),
            _ => false,
        }
    }

    pub(super) fn note(&mut self, name: &str, told: Disclosed) -> Disclosed {
        self.ledger.insert(name.to_owned(), told);
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(preset: Preset, then: u64) -> Policy {
        let release = format!("{{\"project\": \"p\", \"counts\": {{\"a\": {then}}}}}");
        Policy::new(preset, Earlier::parse(&release, "p").expect("a release"))
    }

    #[test]
    fn a_count_that_differs_by_a_few_from_an_earlier_release_is_hidden() {
        let told = |preset, then, now| after(preset, then).disclose("a", Count::of(now)).number();
        assert_eq!(told(Preset::Threshold10, 100, 100), Some(100), "nothing has changed");
        assert_eq!(told(Preset::Threshold10, 100, 103), None);
        assert_eq!(told(Preset::Threshold10, 100, 91), None);
        assert_eq!(told(Preset::Threshold10, 100, 110), Some(110));
        assert_eq!(told(Preset::Hes, 100, 102), Some(100), "rounding hides the difference");
        assert_eq!(told(Preset::Hes, 100, 104), None);
        assert_eq!(told(Preset::Exact, 100, 101), Some(101));
        let mut policy = after(Preset::Threshold10, 100);
        assert_eq!(policy.disclose("b", Count::of(103)).number(), Some(103), "another count");
    }

    #[test]
    fn a_release_of_another_project_or_without_counts_is_refused() {
        let refused = |text: &str| Earlier::parse(text, "p").expect_err("no release").to_string();
        assert!(refused("{\"project\": \"q\", \"counts\": {}}").contains("the project q"));
        assert!(refused("{\"project\": \"p\"}").contains("no `counts`"));
        let package = "{\"sealink\": {\"project\": \"p\", \"report\": {\"counts\": {\"a\": 3}}}}";
        assert_eq!(Earlier::parse(package, "p").map(|earlier| earlier.told("a")), Ok(Some(3)));
        let hidden = "{\"project\": \"p\", \"counts\": {\"a\": \"[c]\"}}";
        assert_eq!(Earlier::parse(hidden, "p"), Ok(Earlier::default()));
    }
}
