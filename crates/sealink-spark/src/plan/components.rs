//! Components: records that links tie together, one after the other.

use super::{Plan, list};

/// The temporary view of decided records: `id`, `person`, `match_key`, `weight`.
pub const DECIDED: &str = "decided";

impl Plan {
    /// Links from either side, and every linked record with itself.
    fn ties(&self) -> String {
        let links = self.table("links");
        format!(
            "SELECT explode(array(struct(a AS u, b AS v), struct(b AS u, a AS v), \
             struct(a AS u, a AS v), struct(b AS u, b AS v))) AS tie FROM {links}"
        )
    }

    /// `labels_0`: each linked record `id` with the least record `c` that a link ties it to.
    #[must_use]
    pub fn first_labels(&self) -> String {
        let ties = self.ties();
        self.fill(
            "labels_0",
            &format!("SELECT tie.v AS id, min(tie.u) AS c FROM ({ties}) GROUP BY tie.v"),
        )
    }

    /// `labels_N`: the least label of a record's neighbours, and then that label's own.
    #[must_use]
    pub fn labels(&self, round: usize) -> String {
        let (ties, before) = (self.ties(), self.table(&format!("labels_{}", round - 1)));
        let next = format!(
            "SELECT tie.v AS id, min(c) AS c FROM ({ties}) JOIN {before} l ON l.id = tie.u \
             GROUP BY tie.v"
        );
        self.fill(
            &format!("labels_{round}"),
            &format!(
                "SELECT x.id AS id, least(x.c, y.c) AS c FROM ({next}) x JOIN {before} y ON y.id = x.c"
            ),
        )
    }

    /// How many `records` have another label than in the round before.
    #[must_use]
    pub fn relabelled(&self, round: usize) -> String {
        let (now, before) =
            (self.table(&format!("labels_{round}")), self.table(&format!("labels_{}", round - 1)));
        format!(
            "SELECT count(*) AS records FROM {now} x JOIN {before} y USING (id) WHERE x.c <> y.c"
        )
    }

    /// How many `records` are linked.
    #[must_use]
    pub fn linked(&self) -> String {
        format!("SELECT count(*) AS records FROM {}", self.table("labels_0"))
    }

    /// `components`: each linked record `id`, its component `c` and its `bucket`, one of so many.
    #[must_use]
    pub fn components(&self, round: usize, buckets: u64) -> String {
        let labels = self.table(&format!("labels_{round}"));
        let bucket = format!("CAST(pmod(xxhash64(c), {buckets}) AS INT)");
        self.fill("components", &format!("SELECT id, c, {bucket} AS bucket FROM {labels}"))
    }

    /// `members`: the linked records `id` with `record_ref` and their tokens, as the places of
    /// their recipes and 64 bits of each, by `bucket`; and in `sides` the datasets where they have a
    /// pair that is apart.
    #[must_use]
    pub fn members(&self) -> String {
        let recipes = self.recipes().map(|r| format!("array_repeat({r}, size(c{r}))"));
        let tokens = self.recipes().map(|r| format!("transform(c{r}, t -> xxhash64(t))"));
        let (recipes, tokens) = (list(recipes, ", "), list(tokens, ", "));
        let (components, records) = (self.table("components"), self.table("records"));
        let (sides, or_none) = if self.rules.scored {
            ("sides", format!(" LEFT JOIN ({}) USING (id)", self.sides()))
        } else {
            ("CAST(NULL AS ARRAY<INT>) AS sides", String::new())
        };
        self.fill(
            "members",
            &format!(
                "SELECT id, record_ref, flatten(array({recipes})) AS recipes, \
                 flatten(array({tokens})) AS tokens, {sides}, bucket FROM {components} \
                 JOIN {records} USING (id){or_none}"
            ),
        )
        .replacen("USING parquet", "USING parquet PARTITIONED BY (bucket)", 1)
    }

    /// The records of a bucket.
    #[must_use]
    pub fn members_of(&self, bucket: u64) -> String {
        let members = self.table("members");
        format!(
            "SELECT id, record_ref, recipes, tokens, sides FROM {members} WHERE bucket = {bucket}"
        )
    }

    /// The pairs of a bucket.
    #[must_use]
    pub fn pairs_of(&self, bucket: u64) -> String {
        let shown = if self.rules.scored { "evidence" } else { "p" };
        let inside = self.table("inside");
        format!("SELECT a, b, {shown} FROM {inside} WHERE bucket = {bucket}")
    }

    /// `decisions`: what was decided of linked records; none yet.
    #[must_use]
    pub fn no_decisions(&self) -> String {
        self.empty("decisions", "id BIGINT, person BINARY, match_key INT, weight DOUBLE")
    }

    /// Keeps the decisions of a bucket.
    #[must_use]
    pub fn keep_decisions(&self) -> String {
        self.keep("decisions", "id, person, match_key, weight", DECIDED)
    }

    /// Every record in order: `ds`, `record_ref`, and what was decided of it, if anything.
    #[must_use]
    pub fn map(&self) -> String {
        format!(
            "SELECT ds, record_ref, person, match_key, weight FROM {} LEFT JOIN {} USING (id) \
             ORDER BY id",
            self.table("records"),
            self.table("decisions")
        )
    }
}
