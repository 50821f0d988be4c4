//! Agreement patterns: in which recipes two records share a token, and in which they could.

use super::{Plan, list};

/// More names than this tell nothing more.
const MOST_NAMES: u32 = 3;

impl Plan {
    /// What of each record is compared: `known`, the recipes in which it has a token, as bits; and
    /// for each recipe 64 bits of its token, or the list of them where a record has `several`.
    fn fingerprints(&self, several: &[bool]) -> String {
        let known = self.recipes().map(|r| format!("IF(size(c{r}) > 0, {}, 0)", bit(r)));
        let prints = self.recipes().map(|r| {
            if several[r] {
                format!("transform(c{r}, t -> xxhash64(t)) AS f{r}")
            } else {
                format!("IF(size(c{r}) > 0, xxhash64(c{r}[0]), NULL) AS f{r}")
            }
        });
        let columns = list(prints, ", ");
        let known = list(known, " | ");
        format!("SELECT id, {known} AS known, {columns} FROM {}", self.table("records"))
    }

    /// `pairs`: the candidate pairs `a`, `b` with their patterns: `agree` and `known`, a bit a
    /// recipe, and `names`, four times the names in common and how many there could be.
    #[must_use]
    pub fn pairs(&self, several: &[bool]) -> String {
        let agree = self.recipes().map(|r| {
            let shared = if several[r] {
                format!("arrays_overlap(x.f{r}, y.f{r})")
            } else {
                format!("x.f{r} = y.f{r}")
            };
            format!("IF({shared}, {}, 0)", bit(r))
        });
        let (agree, names) = (list(agree, " | "), self.names_in_common(several));
        let prints = self.fingerprints(several);
        self.fill(
            "pairs",
            &format!(
                "SELECT a, b, {agree} AS agree, x.known & y.known AS known, {names} AS names \
                 FROM {} JOIN ({prints}) x ON x.id = a JOIN ({prints}) y ON y.id = b",
                self.table("found"),
            ),
        )
    }

    /// Of the recipes that take any name, the one with most names in common.
    fn names_in_common(&self, several: &[bool]) -> String {
        let of = self.rules.any_name.iter().map(|r| {
            let (shared, possible) = if several[*r] {
                (
                    format!("size(filter(x.f{r}, t -> array_contains(y.f{r}, t)))"),
                    format!("least(size(x.f{r}), size(y.f{r}))"),
                )
            } else {
                (
                    format!("IF(x.f{r} = y.f{r}, 1, 0)"),
                    format!("IF(x.f{r} IS NULL OR y.f{r} IS NULL, 0, 1)"),
                )
            };
            format!("4 * least({MOST_NAMES}, {shared}) + least({MOST_NAMES}, {possible})")
        });
        match self.rules.any_name.len() {
            0 => "0".to_owned(),
            1 => list(of, ""),
            _ => format!("greatest({})", list(of, ", ")),
        }
    }

    /// How many `pairs` there are.
    #[must_use]
    pub fn compared(&self) -> String {
        format!("SELECT count(*) AS pairs FROM {}", self.table("pairs"))
    }

    /// The different patterns.
    #[must_use]
    pub fn patterns(&self) -> String {
        format!(
            "SELECT agree, known, names FROM {} GROUP BY agree, known, names \
             ORDER BY agree, known, names",
            self.table("pairs")
        )
    }
}

/// The bit of a recipe in 32.
const fn bit(recipe: usize) -> i32 {
    (1u32 << recipe).cast_signed()
}
