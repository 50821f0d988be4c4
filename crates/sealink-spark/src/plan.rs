//! The statements of a linkage, as Spark SQL, made from the spec.
//!
//! The tables of a run lie in a database of its own, which is dropped with all that is in it at the
//! end. A record is a number there: its dataset in the highest bits, then the first byte of its
//! reference, then its rank among those that begin so. Numbers rise with dataset and reference.

mod blocks;
mod components;
mod explain;
mod keys;
mod map_copy;
mod names;
mod pairs;
mod partners;
mod records;
mod review;

use std::fmt::Display;

use sealink::linker::engine::{Rules, Tables};

pub use components::DECIDED;
pub use keys::SATISFYING;
pub use map_copy::MAPPED;
pub use names::{TELLING, TO_WEIGH, WEIGH_BITS};
pub use partners::FACETS;
pub use records::{SEALED, WITHDRAWN};
pub use review::{BEST, DOUBTS};

/// The bits of a record's number below its dataset.
const RECORD_BITS: u32 = 58;
/// Of these, the bits of its rank.
const RANK_BITS: u32 = 50;

/// Records whose tokens are some tens of megabytes: a part of what is shuffled.
const RECORDS_A_PART: u64 = 100_000;

/// Parts at least, so that a few workers have work.
const LEAST_PARTS: u64 = 8;

/// What the statements of a run are made from.
pub struct Plan {
    /// The database that holds the run's tables.
    pub database: String,
    /// What the spec asks.
    pub rules: Rules,
    /// The token tables, as the cluster finds them, in the order of their datasets.
    pub sources: Vec<String>,
    /// The datasets of which no two records are of one person, by their places.
    free_of_duplicates: Vec<usize>,
}

impl Plan {
    /// The plan of a run whose tables lie in a database of this name.
    #[must_use]
    pub fn new(database: String, rules: Rules, tables: &Tables, sources: Vec<String>) -> Self {
        let datasets = tables.datasets.iter().enumerate();
        let free = datasets.filter(|(_, dataset)| dataset.free_of_duplicates);
        let free_of_duplicates = free.map(|(place, _)| place).collect();
        Self { database, rules, sources, free_of_duplicates }
    }

    /// Sets into how many parts Spark divides what it shuffles.
    #[must_use]
    pub fn partitions(records: u64) -> String {
        let parts = records.div_ceil(RECORDS_A_PART).max(LEAST_PARTS);
        format!("SET spark.sql.shuffle.partitions = {parts}")
    }

    /// Makes the run's database below a folder of the cluster's.
    #[must_use]
    pub fn begin(&self, scratch: &str) -> String {
        let folder = format!("{}/{}", scratch.trim_end_matches('/'), self.database);
        format!("CREATE DATABASE {} LOCATION {}", self.database, text(&folder))
    }

    /// Drops all tables of the run, and their files.
    #[must_use]
    pub fn end(&self) -> String {
        format!("DROP DATABASE IF EXISTS {} CASCADE", self.database)
    }

    /// Fills a table of the run.
    #[must_use]
    pub fn fill(&self, table: &str, select: &str) -> String {
        format!("CREATE TABLE {} USING parquet AS {select}", self.table(table))
    }

    /// Makes a table of the run, with nothing in it.
    fn empty(&self, table: &str, columns: &str) -> String {
        format!("CREATE TABLE {} ({columns}) USING parquet", self.table(table))
    }

    /// Keeps these columns of a temporary view in a table of the run.
    fn keep(&self, table: &str, columns: &str, view: &str) -> String {
        format!("INSERT INTO {} SELECT {columns} FROM {view}", self.table(table))
    }

    /// A table of the run.
    fn table(&self, name: &str) -> String {
        format!("{}.{name}", self.database)
    }

    /// How many recipes there are.
    fn recipes(&self) -> std::ops::Range<usize> {
        0..self.rules.recipes.len()
    }
}

/// The place of the dataset of a record with this number.
#[must_use]
pub fn place_of_dataset(record: u64) -> usize {
    usize::try_from(record >> RECORD_BITS).expect("it has six bits")
}

/// The place of a record's dataset, as SQL has it.
fn dataset_of(record: &str) -> String {
    format!("shiftright({record}, {RECORD_BITS})")
}

/// A text as SQL has it.
fn text(text: &str) -> String {
    format!("'{}'", text.replace('\\', "\\\\").replace('\'', "\\'"))
}

/// Texts one after the other.
fn list<T: Display>(parts: impl IntoIterator<Item = T>, between: &str) -> String {
    parts.into_iter().map(|part| part.to_string()).collect::<Vec<_>>().join(between)
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn quotes_do_not_end_a_text() {
        assert_eq!(text(r"a'; DROP \ TABLE"), r"'a\'; DROP \\ TABLE'");
    }
}
