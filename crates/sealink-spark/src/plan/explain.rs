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
    pub fn explain(&self, tables: &Tables, scratch: &str, map_at: Option<&str>) -> String {
        let records: u64 = tables.datasets.iter().map(|dataset| dataset.records).sum();
        let recipes = self.rules.recipes.len() as u64;
        let blocking = self.rules.blocking.len() as u64;
        let text = format!(
            "{records} records of {} datasets, {recipes} recipes, {blocking} of them blocking; at \
             most, if every record has every token:\n",
            tables.datasets.len()
        );
        let mut told = Told { records, text };
        let told_step = &mut |what: &str, bytes: Option<u64>, sql: String| {
            told.step(what, bytes, &sql);
        };
        told_step("the run's database", None, self.begin(scratch));
        if let Some(folder) = map_at {
            told_step(
                "where the copy of the map will be; nothing may be there",
                None,
                self.map_copy(folder),
            );
            told_step("what has been sent of the map", None, self.no_mapped());
        }
        self.sources().for_each(|source| told_step("a token table", None, source));
        let tokens = Some(2 * (TOKEN + recipes * TOKEN));
        told_step("records, numbered in order", tokens, self.records(false));
        told_step("counts", None, self.facts());
        if self.rules.scored {
            let columns = self.rules.name_columns.len() as u64;
            told_step("names that records share", Some(columns * TOKEN), self.name_counts(0));
        }
        let blocks = Some(blocking * (TOKEN + RECORD));
        told_step("the sizes of blocks", blocks, self.block_counts(false));
        told_step("candidate pairs", blocks, self.found(false, false));
        let prints = Some(2 * (RECORD + recipes * PRINT));
        let several = vec![true; self.rules.recipes.len()];
        told_step(
            "patterns; besides, of each pair the tokens of one record",
            prints,
            self.pairs(&several),
        );
        told_step("the different patterns", None, self.patterns());
        if self.rules.scored {
            self.explain_links(told_step);
        } else {
            told_step("the number of pairs", None, self.compared());
            told_step("links", None, self.links_by_keys());
        }
        self.explain_decisions(recipes, told_step);
        told_step("the map, in order", Some(3 * TOKEN), self.map());
        if map_at.is_some() {
            told_step("the copy of the map, in order", Some(3 * TOKEN), self.copy_map());
        }
        told_step("the end", None, self.end());
        told.text
    }

    /// The statements that decide who is one person.
    fn explain_decisions(&self, recipes: u64, step: &mut dyn FnMut(&str, Option<u64>, String)) {
        step("components, until nothing changes", None, self.first_labels());
        step("components, the next round", None, self.labels(1));
        step("components in buckets", None, self.components(1, 1));
        if self.rules.scored {
            let inside = self.inside(self.rules.name_columns.len());
            step("pairs inside components", None, inside);
            step("pairs of two components that are worth a look", None, self.apart(1));
            step("the best links of records with such a pair", None, self.no_best());
            step("pairs for review", None, self.no_doubts());
        } else {
            step("pairs inside components", None, self.inside_by_keys());
        }
        step("records of components", Some(RECORD + recipes * PRINT), self.members());
        step("what was decided", None, self.no_decisions());
        if self.rules.scored {
            step("pairs that are apart, a bucket at a time", None, self.apart_of(0));
            step("pairs for review, in order", None, self.review());
        }
    }

    /// The statements that find scored links.
    fn explain_links(&self, step: &mut dyn FnMut(&str, Option<u64>, String)) {
        let columns = &self.rules.name_columns;
        step("pairs by pattern, to fit a model", None, self.counts(None));
        step("best partners; three times", None, self.partners(0));
        step("pairs by pattern among partners; twice", None, self.counts(Some(0)));
        step("where each pair stands", None, self.place(0));
        step("pairs by setting and pattern", None, self.count_placed());
        if !columns.is_empty() {
            step("how common each record's names are", None, self.names(columns));
        }
        step("pairs that must be weighed", None, self.weighed(columns.len()));
        step("the different kinds of evidence", None, self.kinds_of_evidence());
        step("links", None, self.links());
    }
}

/// What has been told of a plan.
struct Told {
    records: u64,
    text: String,
}

impl Told {
    fn step(&mut self, what: &str, bytes: Option<u64>, sql: &str) {
        let bytes = bytes.map_or_else(String::new, |bytes| {
            format!(": {} bytes are shuffled", bytes * self.records)
        });
        let _ = write!(self.text, "\n-- {what}{bytes}\n{sql};\n");
    }
}
