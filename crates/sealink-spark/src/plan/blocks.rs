//! Blocks: records that share a token, and so may be of one person.

use super::{Plan, dataset_of, list};

impl Plan {
    /// For each recipe `r` that has blocks: the `pairs` of those that are not too large; how many
    /// `blocks` are too large, and the `records` in them.
    #[must_use]
    pub fn block_counts(&self, any_sealed: bool) -> String {
        let blocks = self.tokens_of(&self.rules.blocking);
        let sizes = self.sizes(&blocks, "r, t", any_sealed);
        let (largest, pairs) = (self.rules.largest_block, self.pairs_of_size());
        format!(
            "SELECT r, CAST(sum(IF(n > {largest}, 0, {pairs})) AS BIGINT) AS pairs, \
             count_if(n > {largest}) AS blocks, \
             CAST(sum(IF(n > {largest}, n, 0)) AS BIGINT) AS records FROM ({sizes}) GROUP BY r"
        )
    }

    /// How many records each group of at least two has (`n`) and of these not sealed (`k`), and of
    /// these of each dataset that is free of duplicates (`m0`, ..).
    fn sizes(&self, rows: &str, by: &str, any_sealed: bool) -> String {
        let of_free = self.free_of_duplicates.iter().enumerate().map(|(place, dataset)| {
            format!(", count_if(open AND {} = {dataset}) AS m{place}", dataset_of("id"))
        });
        let of_free = list(of_free, "");
        let rows = if any_sealed {
            let sealed = self.table("sealed_records");
            format!(
                "SELECT m.*, s.id IS NULL AS open FROM ({rows}) m LEFT JOIN {sealed} s ON s.id = m.id"
            )
        } else {
            format!("SELECT m.*, true AS open FROM ({rows}) m")
        };
        format!(
            "SELECT {by}, count(*) AS n, count_if(open) AS k{of_free} FROM ({rows}) GROUP BY {by} \
             HAVING count(*) > 1"
        )
    }

    /// How many pairs a group of such sizes gives.
    fn pairs_of_size(&self) -> String {
        let twice = |place| format!(" - m{place} * (m{place} - 1) div 2");
        let twice = list((0..self.free_of_duplicates.len()).map(twice), "");
        format!("k * (k - 1) div 2{twice}")
    }

    /// `large`: the tokens `t` of these recipes `r` that too many records share.
    #[must_use]
    pub fn large(&self, split: &[usize]) -> String {
        let blocks = self.tokens_of(split);
        let largest = self.rules.largest_block;
        let select =
            format!("SELECT r, t FROM ({blocks}) GROUP BY r, t HAVING count(*) > {largest}");
        self.fill("large", &select)
    }

    /// `parts`: the records `id` of blocks that are too large, parted by each token `u` of every
    /// other recipe `o`.
    #[must_use]
    pub fn parts(&self, split: &[usize]) -> String {
        let (blocks, large) = (self.tokens_of(split), self.table("large"));
        let of = self.recipes().map(|o| format!("struct({o} AS o, c{o} AS us)"));
        let (tokens, records) = (list(of, ", "), self.table("records"));
        let members =
            format!("SELECT r, t, id FROM ({blocks}) LEFT SEMI JOIN {large} USING (r, t)");
        self.fill(
            "parts",
            &format!(
                "SELECT r, t, other.o AS o, explode(array_distinct(other.us)) AS u, id FROM \
                 (SELECT r, t, id, explode(array({tokens})) AS other FROM ({members}) \
                 JOIN {records} USING (id)) WHERE other.o <> r"
            ),
        )
    }

    /// Parts that are not too large, `r`, `t`, `o`, `u`.
    fn small_parts(&self) -> String {
        let (parts, largest) = (self.table("parts"), self.rules.largest_block);
        format!(
            "SELECT r, t, o, u FROM {parts} GROUP BY r, t, o, u HAVING count(*) BETWEEN 2 AND {largest}"
        )
    }

    /// The `pairs` of the parts of each recipe `r`.
    #[must_use]
    pub fn part_counts(&self, any_sealed: bool) -> String {
        let parts = format!("SELECT * FROM {}", self.table("parts"));
        let sizes = self.sizes(&parts, "r, t, o, u", any_sealed);
        let (largest, pairs) = (self.rules.largest_block, self.pairs_of_size());
        format!(
            "SELECT r, CAST(sum({pairs}) AS BIGINT) AS pairs FROM ({sizes}) WHERE n <= {largest} \
             GROUP BY r"
        )
    }

    /// How many `records` of the blocks of each recipe `r` are in any part.
    #[must_use]
    pub fn parted(&self) -> String {
        let (parts, small) = (self.table("parts"), self.small_parts());
        format!(
            "SELECT r, count(*) AS records FROM (SELECT DISTINCT r, t, id FROM {parts} \
             JOIN ({small}) USING (r, t, o, u)) GROUP BY r"
        )
    }

    /// `found`: the candidate pairs `a`, `b` of all blocks, each once, the lower number first; and
    /// the recipes that it was `found_by`, as bits.
    #[must_use]
    pub fn found(&self, any_large: bool, any_sealed: bool) -> String {
        let blocks = self.tokens_of(&self.rules.blocking);
        let lists = "array_sort(collect_list(id)) AS ids FROM";
        let small = if any_large {
            format!("LEFT ANTI JOIN {} USING (r, t)", self.table("large"))
        } else {
            String::new()
        };
        let mut pairs = pairs_in(&format!(
            "SELECT r, {lists} ({blocks}) {small} GROUP BY r, t HAVING count(*) > 1"
        ));
        if any_large {
            let (parts, small) = (self.table("parts"), self.small_parts());
            let of_parts = pairs_in(&format!(
                "SELECT r, {lists} {parts} JOIN ({small}) USING (r, t, o, u) GROUP BY r, t, o, u"
            ));
            pairs = format!("{pairs} UNION ALL {of_parts}");
        }
        let mut pairs = format!(
            "SELECT a, b, bit_or(shiftleft(1, r)) AS found_by FROM ({pairs}) WHERE {} GROUP BY a, b",
            self.may_meet()
        );
        if any_sealed {
            for side in ["a", "b"] {
                let sealed = self.table("sealed_records");
                pairs = format!(
                    "SELECT a, b, found_by FROM ({pairs}) LEFT ANTI JOIN {sealed} ON {side} = id"
                );
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

/// The pairs `a`, `b` in lists of records `ids` of recipes `r`.
fn pairs_in(lists: &str) -> String {
    format!(
        "SELECT r, a, b FROM (SELECT r, a, explode(slice(ids, i + 2, size(ids))) AS b FROM \
         (SELECT r, ids, posexplode(ids) AS (i, a) FROM ({lists})))"
    )
}
