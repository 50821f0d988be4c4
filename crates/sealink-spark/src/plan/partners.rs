//! The best partners of every record, and where a pair stands given them.

use sealink::linker::engine::every_two;

use super::{Plan, dataset_of, list};

/// The temporary view of what is known of each pattern: `agree`, `known`, `names`, its number `p`,
/// its `kind`, and its odds `odds_within` and `odds_across` in single precision.
pub const FACETS: &str = "facets";

/// A partner opposes another if it is not worse by this, in bits.
const MARGIN: &str = "CAST(1 AS FLOAT)";

/// The most partners in a dataset that are kept.
const MOST: u32 = 2;

impl Plan {
    /// The pairs with what is known of their patterns, and their odds.
    fn faceted(&self) -> String {
        let (a, b) = (dataset_of("a"), dataset_of("b"));
        format!(
            "SELECT /*+ BROADCAST({FACETS}) */ a, b, p, kind, {a} = {b} AS within, \
             IF({a} = {b}, odds_within, odds_across) AS odds \
             FROM {} JOIN {FACETS} USING (agree, known, names)",
            self.table("pairs")
        )
    }

    /// `partners_N`: for each record `own` that likely has a partner, the two `best` in each
    /// dataset (`ds`, `rec`, `odds`), and all likely ones in its own (`twins`).
    #[must_use]
    pub fn partners(&self, round: usize) -> String {
        let likely = format!("SELECT a, b, odds FROM ({}) WHERE odds > 0", self.faceted());
        let sides = format!(
            "SELECT explode(array(struct(a AS own, b AS rec, odds), struct(b AS own, a AS rec, odds))) \
             AS side FROM ({likely})"
        );
        let ranked = format!(
            "SELECT own, rec, ds, odds, row_number() OVER (PARTITION BY own, ds ORDER BY odds DESC, rec) \
             AS place FROM (SELECT side.own AS own, side.rec AS rec, side.odds AS odds, {} AS ds \
             FROM ({sides}))",
            dataset_of("side.rec")
        );
        let own = dataset_of("own");
        self.fill(
            &format!("partners_{round}"),
            &format!(
                "SELECT own, collect_list(struct(ds, rec, odds)) FILTER (WHERE place <= {MOST}) AS best, \
                 collect_list(rec) FILTER (WHERE ds = {own}) AS twins FROM ({ranked}) GROUP BY own"
            ),
        )
    }

    /// For each two datasets `own` and `other`: how many `records` of the one have a partner in the
    /// other at these odds or better.
    #[must_use]
    pub fn partnered(&self, round: usize, least: f32) -> String {
        let own = dataset_of("own");
        format!(
            "SELECT ds_own, ds, count(DISTINCT own) AS records FROM (SELECT own, {own} AS ds_own, \
             inline(best) FROM {}) WHERE odds >= CAST({least:?} AS FLOAT) AND ds <> ds_own \
             GROUP BY ds_own, ds",
            self.table(&format!("partners_{round}"))
        )
    }

    /// How many `pairs` there are, by the place of their `setting` and by `kind`; among partners of
    /// a round, or of none.
    #[must_use]
    pub fn counts(&self, round: Option<usize>) -> String {
        format!(
            "SELECT setting, kind, count(*) AS pairs FROM ({}) GROUP BY setting, kind",
            self.placed(round)
        )
    }

    /// The pairs with the place of their setting.
    fn placed(&self, round: Option<usize>) -> String {
        let faceted = self.faceted();
        let Some(round) = round else {
            return format!("SELECT a, b, p, kind, IF(within, 0, 1) AS setting FROM ({faceted})");
        };
        let partners = self.table(&format!("partners_{round}"));
        let opposed = |own: &str, other: &str, side: &str| {
            let (there, of_other) = (dataset_of(side), other);
            format!(
                "IF(exists({own}.best, x -> x.ds = {there} AND x.rec <> {side} \
                 AND x.odds > odds - {MARGIN} AND NOT coalesce(array_contains({of_other}.twins, x.rec), \
                 false)), 1, 0)"
            )
        };
        let (first, second) = (opposed("m", "n", "b"), opposed("n", "m", "a"));
        let places = self.places_of_datasets();
        format!(
            "SELECT a, b, p, kind, IF(within, 0, 2 + 4 * {places} + {first} + 2 * {second}) \
             AS setting FROM ({faceted}) LEFT JOIN {partners} m ON m.own = a \
             LEFT JOIN {partners} n ON n.own = b"
        )
    }

    /// `placed`: all pairs `a`, `b` with the number `p` of their pattern and their `setting`, given
    /// the partners of a round.
    #[must_use]
    pub fn place(&self, round: usize) -> String {
        let placed = self.placed(Some(round));
        self.fill("placed", &format!("SELECT a, b, p, setting FROM ({placed})"))
    }

    /// How many `pairs` were placed in each `setting`, by the number `p` of their pattern.
    #[must_use]
    pub fn count_placed(&self) -> String {
        let placed = self.table("placed");
        format!("SELECT setting, p, count(*) AS pairs FROM {placed} GROUP BY setting, p")
    }

    /// The place of a pair's two datasets among all two.
    fn places_of_datasets(&self) -> String {
        let all = self.sources.len();
        let mut places = vec![0; all * all];
        for (place, [a, b]) in every_two(all).enumerate() {
            places[a * all + b] = place;
        }
        let (a, b) = (dataset_of("a"), dataset_of("b"));
        format!("element_at(array({}), CAST({a} * {all} + {b} + 1 AS INT))", list(places, ", "))
    }
}
