//! A sweep over all that a run shows or leaves: each surface is searched through its own door, and
//! counted, so that the result says how much was looked at.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use super::super::{support::files_below, tables};
use super::forms::Form;
use super::search::{Hit, Search};

/// Where a leak might show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Surface {
    Output,
    Errors,
    Terminal,
    Names,
    Files,
    Cells,
    Metadata,
    UnderWay,
    CommandLine,
    Environment,
}

impl Surface {
    pub const ALL: [Self; 10] = [
        Self::Output,
        Self::Errors,
        Self::Terminal,
        Self::Names,
        Self::Files,
        Self::Cells,
        Self::Metadata,
        Self::UnderWay,
        Self::CommandLine,
        Self::Environment,
    ];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Output => "standard output",
            Self::Errors => "standard error",
            Self::Terminal => "a terminal with its progress bar",
            Self::Names => "names of files",
            Self::Files => "bytes of files",
            Self::Cells => "cells of Parquet, decompressed",
            Self::Metadata => "metadata of Parquet",
            Self::UnderWay => "files under way, at a moment in the run",
            Self::CommandLine => "command line in /proc",
            Self::Environment => "environment in /proc",
        }
    }
}

/// What was looked at and what was found.
pub struct Sweep<'s> {
    search: &'s Search,
    /// Values that tables of references may hold.
    ids: BTreeSet<&'s String>,
    seen: BTreeMap<Surface, (u64, u64)>,
    hits: Vec<(Surface, String, Hit)>,
}

impl<'s> Sweep<'s> {
    pub fn new(search: &'s Search, ids: &'s [String]) -> Self {
        let ids = ids.iter().collect();
        Self { search, ids, seen: BTreeMap::new(), hits: Vec::new() }
    }

    /// Searches these bytes.
    pub fn look(&mut self, surface: Surface, place: &str, bytes: &[u8]) {
        self.look_but(surface, place, bytes, false);
    }

    fn look_but(&mut self, surface: Surface, place: &str, bytes: &[u8], may_hold_ids: bool) {
        let (pieces, length) = self.seen.entry(surface).or_default();
        (*pieces, *length) = (*pieces + 1, *length + bytes.len() as u64);
        for hit in self.search.bytes(bytes) {
            if !(may_hold_ids && self.ids.contains(&hit.value)) {
                self.hits.push((surface, place.to_owned(), hit));
            }
        }
    }

    /// What a command printed.
    pub fn printed(&mut self, command: &Command, output: &Output) {
        let place = format!("{command:?}");
        self.look(Surface::Output, &place, &output.stdout);
        self.look(Surface::Errors, &place, &output.stderr);
    }

    /// Runs a command in text and in JSON at its most talkative, and looks at what it prints.
    #[track_caller]
    pub fn talk(&mut self, code: i32, command: impl Fn() -> Command) {
        for format in ["text", "json"] {
            let mut command = command();
            command.args(["--format", format]).env("RUST_BACKTRACE", "full");
            let output = command.output().expect("the program starts");
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(code), "{command:?}\n{said}");
            self.printed(&command, &output);
        }
    }

    /// A file: its name below `root`, its bytes, and if it is Parquet every cell and all metadata.
    pub fn file(&mut self, path: &Path, root: &Path) {
        let name = path.strip_prefix(root).expect("it is below");
        let in_bytes = name.as_os_str().as_encoded_bytes();
        let name = &name.display().to_string();
        let may_hold_ids = name.ends_with(".refs.parquet");
        self.look(Surface::Names, name, in_bytes);
        let bytes = fs::read(path).expect("the file is readable");
        self.look_but(Surface::Files, name, &bytes, may_hold_ids);
        let Ok(table) = tables::try_read(path) else { return };
        for (column, cells) in &table.columns {
            self.look(Surface::Metadata, name, column.as_bytes());
            self.look_but(Surface::Cells, name, &tables::raw_cells(cells), may_hold_ids);
        }
        for (key, value) in &table.metadata {
            self.look(Surface::Metadata, name, format!("{key} {value}").as_bytes());
        }
    }

    /// Every file below a folder; how many there are.
    pub fn folder(&mut self, folder: &Path, root: &Path) -> usize {
        let files = files_below(folder);
        for path in &files {
            self.file(path, root);
        }
        files.len()
    }

    pub fn hits(&self) -> &[(Surface, String, Hit)] {
        &self.hits
    }

    #[track_caller]
    pub fn assert_clean(&self) {
        assert!(self.hits.is_empty(), "{:#?}", self.hits);
    }

    /// The result as a table.
    pub fn table(&self) -> String {
        use std::fmt::Write as _;

        let mut text = format!(
            "{} canaries, {} forms, {} byte strings, {} hits\n",
            self.search.values(),
            Form::COUNT,
            self.search.needles(),
            self.hits.len()
        );
        for (surface, (pieces, bytes)) in &self.seen {
            let found = self.hits.iter().filter(|(other, ..)| other == surface).count();
            let name = surface.name();
            let _ =
                writeln!(text, "  {name:<42}{pieces:>8} pieces{bytes:>12} bytes{found:>4} hits");
        }
        text
    }

    /// The surfaces looked at.
    pub fn surfaces(&self) -> BTreeSet<Surface> {
        self.seen.keys().copied().collect()
    }
}
