//! `[report]` in `extract.toml`: by which groups linkage is told, and by which rules counts are.

use crate::count::Preset;
use crate::spec::document::{Document, Section};

/// What the report of an extract tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExtractReporting {
    /// Columns of the extract by whose values linkage rates are told.
    pub subgroups: Vec<String>,
    /// By which rules counts are told.
    pub disclosure: Preset,
}

impl Default for ExtractReporting {
    fn default() -> Self {
        Self { subgroups: Vec::new(), disclosure: Preset::Threshold10 }
    }
}

impl ExtractReporting {
    pub(super) fn read(document: &Document<'_>, root: &Section<'_, '_>) -> Self {
        let mut reporting = Self::default();
        let Some(section) = root.section("report") else { return reporting };
        reporting.subgroups =
            section.texts("subgroups").into_iter().map(|name| name.text).collect();
        if let Some(rules) = section.text("disclosure") {
            let leaves = |preset: &Preset| *preset != Preset::Exact;
            match Preset::named(&rules.text).filter(leaves) {
                Some(preset) => reporting.disclosure = preset,
                None => {
                    document.mistake(&rules.at, "`disclosure` is threshold-10, opensafely or hes")
                }
            }
        }
        section.finish();
        reporting
    }
}
