//! From token tables to numbered records.

use super::{Plan, RANK_BITS, RECORD_BITS, list, text};

/// The temporary view of withdrawn records: `ds`, `record_ref`.
pub const WITHDRAWN: &str = "withdrawn";
/// The temporary view of sealed records: `ds`, `record_ref`.
pub const SEALED: &str = "sealed";

impl Plan {
    /// A temporary view of each token table.
    pub fn sources(&self) -> impl Iterator<Item = String> {
        self.sources.iter().enumerate().map(|(place, path)| {
            let path = text(path);
            format!("CREATE OR REPLACE TEMPORARY VIEW source_{place} USING parquet OPTIONS (path {path})")
        })
    }

    /// `records`: `id`, `ds`, `record_ref`, and for each recipe the list of tokens.
    #[must_use]
    pub fn records(&self, any_withdrawn: bool) -> String {
        let tokens =
            list(self.recipes().map(|r| format!("`{}` AS t{r}", self.rules.recipes[r])), ", ");
        let sources = (0..self.sources.len()).map(|place| {
            format!("SELECT CAST({place} AS INT) AS ds, record_ref, {tokens} FROM source_{place}")
        });
        let mut rows = list(sources, " UNION ALL ");
        if any_withdrawn {
            rows =
                format!("SELECT * FROM ({rows}) LEFT ANTI JOIN {WITHDRAWN} USING (ds, record_ref)");
        }
        let gathered = list(self.recipes().map(|r| format!("collect_list(t{r}) AS c{r}")), ", ");
        let columns = list(self.recipes().map(|r| format!("c{r}")), ", ");
        // References look random: those that begin alike are as many as any, and are ranked alone.
        let start = "substring(hex(record_ref), 1, 2)";
        self.fill(
            "records",
            &format!(
                "SELECT shiftleft(CAST(ds AS BIGINT), {RECORD_BITS}) \
                 + shiftleft(CAST(conv({start}, 16, 10) AS BIGINT), {RANK_BITS}) \
                 + row_number() OVER (PARTITION BY ds, {start} ORDER BY record_ref \
                 ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS id, \
                 ds, record_ref, {columns} FROM (SELECT ds, record_ref, {gathered} \
                 FROM ({rows}) GROUP BY ds, record_ref)"
            ),
        )
    }

    /// For each dataset `ds`: its `records`, for each recipe how many have a token (`n0`, ..), the
    /// most tokens that a record has (`most0`, ..) and how many tokens there are (`all0`, ..).
    #[must_use]
    pub fn facts(&self) -> String {
        let of = self.recipes().map(|r| {
            format!(
                "count_if(size(c{r}) > 0) AS n{r}, CAST(max(size(c{r})) AS BIGINT) AS most{r}, \
                 CAST(sum(size(array_distinct(c{r}))) AS BIGINT) AS all{r}"
            )
        });
        let columns = list(of, ", ");
        let records = self.table("records");
        format!("SELECT ds, count(*) AS records, {columns} FROM {records} GROUP BY ds ORDER BY ds")
    }

    /// `sealed_records`: the numbers of the sealed records.
    #[must_use]
    pub fn sealed(&self) -> String {
        let records = self.table("records");
        let select = format!("SELECT id FROM {records} JOIN {SEALED} USING (ds, record_ref)");
        self.fill("sealed_records", &select)
    }

    /// How many records are sealed.
    #[must_use]
    pub fn count_sealed(&self) -> String {
        format!("SELECT count(*) AS records FROM {}", self.table("sealed_records"))
    }

    /// The different tokens `t` of each record `id` in some recipes `r`, one row each.
    pub(super) fn tokens_of(&self, recipes: &[usize]) -> String {
        let of = recipes
            .iter()
            .map(|r| format!("transform(array_distinct(c{r}), t -> struct({r} AS r, t AS t))"));
        let (of, records) = (list(of, ", "), self.table("records"));
        format!(
            "SELECT id, token.r AS r, token.t AS t FROM \
             (SELECT id, explode(flatten(array({of}))) AS token FROM {records})"
        )
    }
}
