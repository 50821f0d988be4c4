//! Blocks: records that share a token, and so may be of one person.

use super::{Plan, dataset_of, list};

impl Plan {
    /// `large`: the tokens `t` of a recipe `r` that too many records share.
    #[must_use]
    pub fn large(&self) -> String {
        let blocks = self.tokens_of(&self.rules.blocking);
        let largest = self.rules.largest_block;
        let select =
            format!("SELECT r, t FROM ({blocks}) GROUP BY r, t HAVING count(*) > {largest}");
        self.fill("large", &select)
    }

    /// The recipes `r` of which a block was too large.
    #[must_use]
    pub fn split(&self) -> String {
        format!("SELECT DISTINCT r FROM {} ORDER BY r", self.table("large"))
    }

    /// `parts`: the records `id` of blocks that are too large, parted by each token `u` of every
    /// other recipe `o`.
    #[must_use]
    pub fn parts(&self) -> String {
        let (blocks, large) = (self.tokens_of(&self.rules.blocking), self.table("large"));
        let of = self.recipes().map(|o| format!("struct({o} AS o, c{o} AS us)"));
        let (tokens, records) = (list(of, ", "), self.table("records"));
        let members = format!("SELECT b.r, b.t, b.id FROM ({blocks}) b JOIN {large} USING (r, t)");
        self.fill(
            "parts",
            &format!(
                "SELECT r, t, other.o AS o, explode(array_distinct(other.us)) AS u, id FROM \
                 (SELECT m.r, m.t, m.id, explode(array({tokens})) AS other FROM ({members}) m \
                 JOIN {records} USING (id)) WHERE other.o <> r"
            ),
        )
    }

    /// `found`: the candidate pairs `a`, `b` of all blocks, each once, the lower number first.
    #[must_use]
    pub fn found(&self, any_large: bool, any_sealed: bool) -> String {
        let (blocks, large) = (self.tokens_of(&self.rules.blocking), self.table("large"));
        let parts = self.table("parts");
        let mut pairs = pairs_in(&format!(
            "SELECT array_sort(collect_list(id)) AS ids FROM ({blocks}) LEFT ANTI JOIN {large} \
             USING (r, t) GROUP BY r, t HAVING count(*) > 1"
        ));
        if any_large {
            let largest = self.rules.largest_block;
            let small = format!(
                "SELECT r, t, o, u FROM {parts} GROUP BY r, t, o, u HAVING count(*) BETWEEN 2 AND {largest}"
            );
            let of_parts = pairs_in(&format!(
                "SELECT array_sort(collect_list(id)) AS ids FROM {parts} JOIN ({small}) \
                 USING (r, t, o, u) GROUP BY r, t, o, u"
            ));
            pairs = format!("{pairs} UNION ALL {of_parts}");
        }
        let mut pairs = format!("SELECT DISTINCT a, b FROM ({pairs}) WHERE {}", self.may_meet());
        if any_sealed {
            for side in ["a", "b"] {
                let sealed = self.table("sealed_records");
                pairs =
                    format!("SELECT a, b FROM ({pairs}) LEFT ANTI JOIN {sealed} ON {side} = id");
            }
        }
        self.fill("found", &pairs)
    }

    /// Whether two records may be of one person: two of a dataset that is free of duplicates may
    /// not.
    fn may_meet(&self) -> String {
        let (a, b) = (dataset_of("a"), dataset_of("b"));
        if self.free_of_duplicates.is_empty() {
            return "true".to_owned();
        }
        let free = list(&self.free_of_duplicates, ", ");
        format!("({a} <> {b} OR {a} NOT IN ({free}))")
    }
}

/// The pairs `a`, `b` in lists of records `ids`.
fn pairs_in(lists: &str) -> String {
    format!(
        "SELECT a, b FROM (SELECT a, explode(slice(ids, i + 2, size(ids))) AS b FROM \
         (SELECT ids, posexplode(ids) AS (i, a) FROM ({lists})))"
    )
}
