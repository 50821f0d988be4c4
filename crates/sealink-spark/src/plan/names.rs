//! How common the names are that two records share.

use super::{Plan, dataset_of, list};

/// The temporary view of patterns of which some pairs must be weighed: `p`, and in `settings`, for
/// the place of each setting, a bit that tells so.
pub const TO_WEIGH: &str = "to_weigh";
/// The temporary view of evidence that makes a link or is worth a look: `evidence`, and whether it
/// makes a `link`.
pub const TELLING: &str = "telling";

/// Bits of a number in `settings`.
pub const WEIGH_BITS: usize = 62;

impl Plan {
    /// `name_counts`: for each token `t` of a column `r`, how many records of the largest dataset
    /// have it (`there`).
    #[must_use]
    pub fn name_counts(&self, largest: usize) -> String {
        let (tokens, ds) = (self.tokens_of(&self.rules.name_columns), dataset_of("id"));
        self.fill(
            "name_counts",
            &format!(
                "SELECT r, t, count_if({ds} = {largest}) AS there FROM ({tokens}) GROUP BY r, t \
                 HAVING count(*) > 1"
            ),
        )
    }

    /// For each column `r`, sums over the tokens of the largest dataset that are shared: how many
    /// `others` have a token with each of its records, and the `squares` of these.
    #[must_use]
    pub fn name_sums(&self) -> String {
        let wide = "CAST(there AS DECIMAL(20, 0))";
        format!(
            "SELECT r, CAST(sum({wide} * ({wide} - 1)) AS STRING) AS others, \
             CAST(sum({wide} * ({wide} - 1) * ({wide} - 1)) AS STRING) AS squares \
             FROM {} WHERE there > 0 GROUP BY r",
            self.table("name_counts")
        )
    }

    /// `names`: for each record `id` and each of some columns (`n0`, ..), its shared tokens: 64 bits
    /// of each (`h`) and how many others of the largest dataset have it (`o`).
    #[must_use]
    pub fn names(&self, columns: &[usize]) -> String {
        let of = columns.iter().enumerate().map(|(place, r)| {
            format!("collect_list(struct(h, o)) FILTER (WHERE r = {r}) AS n{place}")
        });
        let (columns, tokens) = (list(of, ", "), self.tokens_of(&self.rules.name_columns));
        self.fill(
            "names",
            &format!(
                "SELECT id, {columns} FROM (SELECT id, r, xxhash64(t) AS h, \
                 CAST(greatest(there - 1, 0) AS INT) AS o FROM ({tokens}) JOIN {} USING (r, t)) \
                 GROUP BY id",
                self.table("name_counts")
            ),
        )
    }

    /// Pairs with their `evidence`: the place of their setting, the number of their pattern, and for
    /// each column how many others have each name that the two share.
    fn evidence(&self, pairs: &str, columns: usize) -> String {
        if columns == 0 {
            return format!("SELECT q.*, concat_ws('|', setting, p) AS evidence FROM ({pairs}) q");
        }
        let names = self.table("names");
        let shared = (0..columns).map(|n| {
            format!(
                "coalesce(array_join(transform(array_sort(transform(filter(x.n{n}, \
                 s -> exists(y.n{n}, t -> t.h = s.h)), s -> s.o)), o -> CAST(o AS STRING)), ','), '')"
            )
        });
        format!(
            "SELECT q.*, concat_ws('|', setting, p, {}) AS evidence FROM ({pairs}) q \
             LEFT JOIN {names} x ON x.id = a LEFT JOIN {names} y ON y.id = b",
            list(shared, ", ")
        )
    }

    /// `weighed`: the pairs `a`, `b` that must be weighed, with their `evidence`.
    #[must_use]
    pub fn weighed(&self, columns: usize) -> String {
        let pairs = format!(
            "SELECT /*+ BROADCAST({TO_WEIGH}) */ a, b, p, setting FROM {} JOIN {TO_WEIGH} USING (p) \
             WHERE shiftright(element_at(settings, CAST(setting div {WEIGH_BITS} AS INT) + 1), \
             setting % {WEIGH_BITS}) & 1 = 1",
            self.table("placed")
        );
        let evidence = self.evidence(&pairs, columns);
        self.fill("weighed", &format!("SELECT a, b, evidence FROM ({evidence})"))
    }

    /// The different kinds of `evidence` of pairs that must be weighed, and how many `pairs` have
    /// each.
    #[must_use]
    pub fn kinds_of_evidence(&self) -> String {
        format!(
            "SELECT evidence, count(*) AS pairs FROM {} GROUP BY evidence",
            self.table("weighed")
        )
    }

    /// `links`: the pairs `a`, `b` whose evidence makes a link.
    #[must_use]
    pub fn links(&self) -> String {
        let weighed = self.table("weighed");
        self.fill(
            "links",
            &format!("SELECT a, b FROM {weighed} JOIN {TELLING} USING (evidence) WHERE link"),
        )
    }

    /// `inside`: all pairs `a`, `b` of one component, with their `evidence`, by `bucket`.
    #[must_use]
    pub fn inside(&self, columns: usize) -> String {
        let (placed, components) = (self.table("placed"), self.table("components"));
        let pairs = format!(
            "SELECT a, b, p, setting, f.bucket AS bucket FROM {placed} \
             JOIN {components} f ON f.id = a JOIN {components} g ON g.id = b WHERE f.c = g.c"
        );
        let evidence = self.evidence(&pairs, columns);
        self.fill("inside", &format!("SELECT a, b, evidence, bucket FROM ({evidence})")).replacen(
            "USING parquet",
            "USING parquet PARTITIONED BY (bucket)",
            1,
        )
    }
}
