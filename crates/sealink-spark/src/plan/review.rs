//! Pairs for review: those inside components come with their decisions, those that are apart are
//! looked at afterwards.

use super::{Plan, TELLING, dataset_of};

/// The temporary view of best links: `id`, `ds`, `odds`.
pub const BEST: &str = "best_links";
/// The temporary view of pairs for review: `a`, `b`, `p`, `reason`, `weight`.
pub const DOUBTS: &str = "doubtful";

impl Plan {
    /// `apart`: the telling pairs `a`, `b` of two components, with their `evidence`, by `bucket`,
    /// one of so many.
    #[must_use]
    pub fn apart(&self, buckets: u64) -> String {
        let (weighed, components) = (self.table("weighed"), self.table("components"));
        let bucket = format!("CAST(pmod(xxhash64(a), {buckets}) AS INT)");
        self.fill(
            "apart",
            &format!(
                "SELECT a, b, evidence, {bucket} AS bucket FROM {weighed} JOIN {TELLING} \
                 USING (evidence) LEFT JOIN {components} f ON f.id = a \
                 LEFT JOIN {components} g ON g.id = b WHERE NOT coalesce(f.c = g.c, false)"
            ),
        )
    }

    /// For each record `id` of a pair that is apart, the datasets of its partners (`sides`).
    pub(super) fn sides(&self) -> String {
        let [a, b] = ["a", "b"].map(|side| format!("CAST({} AS INT)", dataset_of(side)));
        let apart = self.table("apart");
        format!(
            "SELECT side.id AS id, collect_set(side.ds) AS sides FROM (SELECT explode(array(\
             struct(a AS id, {b} AS ds), struct(b AS id, {a} AS ds))) AS side FROM {apart}) \
             GROUP BY side.id"
        )
    }

    /// `best`: the odds of the best link of a record `id` in a dataset `ds`; none yet.
    #[must_use]
    pub fn no_best(&self) -> String {
        self.empty("best", "id BIGINT, ds INT, odds DOUBLE")
    }

    /// Keeps the best links of some records.
    #[must_use]
    pub fn keep_best(&self) -> String {
        self.keep("best", "id, ds, odds", BEST)
    }

    /// The pairs of a bucket that are apart, with the odds of the best link of each record in the
    /// other's dataset, `best_a` and `best_b`.
    #[must_use]
    pub fn apart_of(&self, bucket: u64) -> String {
        let (apart, best) = (self.table("apart"), self.table("best"));
        let (a, b) = (dataset_of("a"), dataset_of("b"));
        format!(
            "SELECT a, b, evidence, x.odds AS best_a, y.odds AS best_b FROM {apart} \
             LEFT JOIN {best} x ON x.id = a AND x.ds = {b} \
             LEFT JOIN {best} y ON y.id = b AND y.ds = {a} WHERE bucket = {bucket}"
        )
    }

    /// `doubts`: the pairs for review; none yet.
    #[must_use]
    pub fn no_doubts(&self) -> String {
        self.empty("doubts", "a BIGINT, b BIGINT, p INT, reason STRING, weight DOUBLE")
    }

    /// Keeps some pairs for review.
    #[must_use]
    pub fn keep_doubts(&self) -> String {
        self.keep("doubts", "a, b, p, reason, weight", DOUBTS)
    }

    /// The pairs for review in order, with their references `ref_a` and `ref_b`, and the recipes
    /// that they were `found_by`.
    #[must_use]
    pub fn review(&self) -> String {
        let (doubts, found) = (self.table("doubts"), self.table("found"));
        let records = self.table("records");
        format!(
            "SELECT a, b, p, reason, weight, found_by, x.record_ref AS ref_a, \
             y.record_ref AS ref_b FROM {doubts} JOIN {found} USING (a, b) \
             JOIN {records} x ON x.id = a JOIN {records} y ON y.id = b ORDER BY a, b"
        )
    }
}
