//! What is made, read back as anyone would read it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::agency::Agency;
use super::{ErrorScale, Synthesise, Synthesised, synthesise};
use crate::observe::Silent;
use crate::spec::{Extract, Linkage, Source};

mod rates;
mod whole;

/// Cells by column, of one record.
type Cells = BTreeMap<String, String>;

/// A world in a folder of its own.
struct World {
    folder: tempfile::TempDir,
    made: Synthesised,
}

impl World {
    fn new(people: u32, errors: ErrorScale) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let job = Synthesise { people, seed: 4, errors, out: folder.path().to_owned() };
        let made = synthesise(&job, &Silent).expect("it is made");
        Self { folder, made }
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).expect("the file is there")
    }

    fn rows(&self, name: &str) -> Vec<Cells> {
        let text = self.text(name);
        let mut lines = text.split_terminator("\r\n").map(cells);
        let header = lines.next().expect("a header");
        let row = |cells: Vec<String>| {
            assert_eq!(cells.len(), header.len());
            header.iter().cloned().zip(cells).collect()
        };
        lines.map(row).collect()
    }

    fn records(&self, agency: Agency) -> Vec<Cells> {
        self.rows(&format!("{}/records.csv", agency.dataset()))
    }

    /// The child of each record.
    fn truth(&self) -> BTreeMap<(String, String), String> {
        let rows = self.rows("truth.csv");
        rows.iter()
            .map(|row| {
                ((row["agency"].clone(), row["record_id"].clone()), row["entity_id"].clone())
            })
            .collect()
    }

    /// The records of an agency by child.
    fn by_child(&self, agency: Agency) -> BTreeMap<String, Vec<Cells>> {
        let truth = self.truth();
        let mut children: BTreeMap<String, Vec<Cells>> = BTreeMap::new();
        for record in self.records(agency) {
            let name = (agency.dataset().to_owned(), record["record_id"].clone());
            children.entry(truth[&name].clone()).or_default().push(record);
        }
        children
    }
}

/// The cells of a line: quotes only around cells with commas, as no cell has a line break.
fn cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => cells.push(String::new()),
            letter => cells.last_mut().expect("there is one").push(letter),
        }
    }
    cells
}

fn everything(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("listed") {
        let path = entry.expect("listed").path();
        if path.is_dir() {
            files.extend(everything(&path));
        } else {
            files.insert(path.display().to_string(), std::fs::read(&path).expect("read"));
        }
    }
    files
}
