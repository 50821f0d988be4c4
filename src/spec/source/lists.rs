//! `[records]` of `source.toml`: lists of records that are to be treated otherwise than the rest.

use std::path::{Path, PathBuf};

use crate::spec::document::{Document, Section};

/// The files that list records by the agency's own ids.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordLists {
    /// Lists of records that go nowhere: neither tokens nor payload nor a reference.
    pub leave_out: Vec<PathBuf>,
    /// Lists of records that stay, but that nothing may ever tie to another record.
    pub seal: Vec<PathBuf>,
}

impl RecordLists {
    /// Whether there is no list at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.leave_out.is_empty() && self.seal.is_empty()
    }

    /// The same lists, their paths taken from `folder`.
    #[must_use]
    pub fn within(self, folder: &Path) -> Self {
        let all = |paths: Vec<PathBuf>| paths.iter().map(|path| folder.join(path)).collect();
        Self { leave_out: all(self.leave_out), seal: all(self.seal) }
    }

    /// Reads the section, if there is one; paths stay as they are written.
    pub(super) fn of(document: &Document<'_>, root: &Section<'_, '_>) -> Self {
        let Some(section) = root.section("records") else { return Self::default() };
        let paths = |key| {
            let texts = section.texts(key);
            for text in texts.iter().filter(|text| text.text.trim().is_empty()) {
                document.mistake(&text.at, format!("`{key}` takes the path of a CSV file"));
            }
            texts.into_iter().map(|text| PathBuf::from(text.text)).collect()
        };
        let lists = Self { leave_out: paths("leave_out"), seal: paths("seal") };
        section.finish();
        lists
    }
}
