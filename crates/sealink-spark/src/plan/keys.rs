//! Links by match keys.

use super::Plan;

/// The temporary view of patterns that satisfy a match key: `agree`, `known`, `names` and their
/// number `p`.
pub const SATISFYING: &str = "satisfying";

impl Plan {
    /// `links`: the pairs `a`, `b` that satisfy a match key, with the number `p` of their pattern.
    #[must_use]
    pub fn links_by_keys(&self) -> String {
        let pairs = self.table("pairs");
        self.fill(
            "links",
            &format!(
                "SELECT /*+ BROADCAST({SATISFYING}) */ a, b, p FROM {pairs} JOIN {SATISFYING} \
                 USING (agree, known, names)"
            ),
        )
    }

    /// `inside`: the links with the `bucket` of their component.
    #[must_use]
    pub fn inside_by_keys(&self) -> String {
        let (links, components) = (self.table("links"), self.table("components"));
        self.fill(
            "inside",
            &format!("SELECT a, b, p, bucket FROM {links} JOIN {components} f ON f.id = a"),
        )
        .replacen("USING parquet", "USING parquet PARTITIONED BY (bucket)", 1)
    }
}
