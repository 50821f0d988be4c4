//! A plan in words, with what it will move.

use std::fmt::Write as _;

use sealink::linker::engine::Tables;

use super::Plan;

/// Bytes of a token.
const TOKEN: u64 = 16;
/// Bytes of 64 bits of a token.
const PRINT: u64 = 8;
/// Bytes of a record's number.
const RECORD: u64 = 8;

impl Plan {
    /// The statements in the order in which they run, with estimates of what they move. What
    /// depends on the data is told for the usual case: no block too large, nothing sealed.
    #[must_use]
    pub fn explain(&self, tables: &Tables, scratch: &str) -> String {
        let records: u64 = tables.datasets.iter().map(|dataset| dataset.records).sum();
        let recipes = self.rules.recipes.len() as u64;
        let blocking = self.rules.blocking.len() as u64;
        let columns = &self.rules.name_columns;
        let several = vec![true; self.rules.recipes.len()];
        let mut text = format!(
            "{records} records of {} datasets, {recipes} recipes, {blocking} of them blocking; at \
             most, if every record has every token:\n",
            tables.datasets.len()
        );
        let mut step = |what: &str, bytes: Option<u64>, sql: String| {
            let bytes = bytes.map_or_else(String::new, |bytes| {
                format!(": {} bytes are shuffled", bytes * records)
            });
            let _ = write!(text, "\n-- {what}{bytes}\n{sql};\n");
        };
        step("the run's database", None, self.begin(scratch));
        self.sources().for_each(|source| step("a token table", None, source));
        step(
            "records, numbered in order",
            Some(2 * (TOKEN + recipes * TOKEN)),
            self.records(false),
        );
        step("counts", None, self.facts());
        step("names that records share", Some(columns.len() as u64 * TOKEN), self.name_counts(0));
        step("the sizes of blocks", Some(blocking * (TOKEN + RECORD)), self.block_counts(false));
        let blocks = blocking * (TOKEN + RECORD);
        step("candidate pairs", Some(blocks), self.found(false, false));
        let prints = 2 * (RECORD + recipes * PRINT);
        step(
            "patterns; besides, of each pair the tokens of one record",
            Some(prints),
            self.pairs(&several),
        );
        step("the different patterns", None, self.patterns());
        step("pairs by pattern, to fit a model", None, self.counts(None));
        step("best partners; three times", None, self.partners(0));
        step("pairs by pattern among partners; twice", None, self.counts(Some(0)));
        step("where each pair stands", None, self.place(0));
        step("how common each record's names are", None, self.names(columns));
        step("pairs by setting and pattern", None, self.compared());
        step("pairs whose names are weighed", None, self.weighed(columns.len()));
        step("the different kinds of evidence", None, self.kinds_of_evidence());
        step("links", None, self.links());
        step("components, until nothing changes", None, self.first_labels());
        step("components, the next round", None, self.labels(1));
        step("components in buckets", None, self.components(1, 1));
        step("pairs inside components", None, self.inside(columns.len()));
        step("pairs of two components that are worth a look", None, self.apart(1));
        step("records of components", Some(RECORD + recipes * PRINT), self.members());
        step("what was decided", None, self.no_decisions());
        step("the best links of records with such a pair", None, self.no_best());
        step("pairs that are apart, a bucket at a time", None, self.apart_of(0));
        step("pairs for review", None, self.no_doubts());
        step("pairs for review, in order", None, self.review());
        step("the map, in order", Some(3 * TOKEN), self.map());
        step("the end", None, self.end());
        text
    }
}
