//! A copy of the person map in the cluster's own storage.

use super::{Plan, text};

/// The temporary view of some records of the person map, with its columns.
pub const MAPPED: &str = "map_rows";

/// The columns of the person map, with their types.
const COLUMNS: &str = "dataset STRING, record_ref BINARY, person_id BINARY, link_status STRING, \
                       match_weight FLOAT, probability FLOAT";

impl Plan {
    /// `map_copy`: a table whose files lie in a folder of the cluster's, and stay there when the
    /// run's database goes.
    #[must_use]
    pub fn map_copy(&self, folder: &str) -> String {
        let folder = text(folder.trim_end_matches('/'));
        format!("CREATE TABLE {} ({COLUMNS}) USING parquet LOCATION {folder}", self.copied())
    }

    /// How many `records` the copy has.
    #[must_use]
    pub fn count_copied(&self) -> String {
        format!("SELECT count(*) AS records FROM {}", self.copied())
    }

    /// `mapped`: what has been sent of the map; nothing yet.
    #[must_use]
    pub fn no_mapped(&self) -> String {
        self.empty("mapped", COLUMNS)
    }

    /// Keeps what was sent of the map.
    #[must_use]
    pub fn keep_mapped(&self) -> String {
        self.keep("mapped", "*", MAPPED)
    }

    /// Writes the copy, in the order of datasets' names and of references.
    #[must_use]
    pub fn copy_map(&self) -> String {
        let mapped = self.table("mapped");
        format!("INSERT INTO {} SELECT * FROM {mapped} ORDER BY dataset, record_ref", self.copied())
    }

    fn copied(&self) -> String {
        self.table("map_copy")
    }
}
