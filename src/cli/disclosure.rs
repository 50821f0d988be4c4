//! By what rules a report may leave, as options of a verb.

use std::path::{Path, PathBuf};

use clap::Args;

use super::failure::Failure;
use super::files;
use crate::count::{Earlier, Policy, Preset};

/// Options for a second report, which may leave.
#[derive(Debug, Args)]
pub struct DisclosureArguments {
    /// Make a second report that may be passed on, and tell its counts by these rules:
    /// threshold-10, opensafely or hes.
    #[arg(long, value_name = "RULES", value_parser = preset)]
    disclosure: Option<Preset>,
    /// The JSON of the report that was released before: counts that differ from it by a few are
    /// not told.
    #[arg(long, value_name = "FILE", requires = "disclosure")]
    earlier: Option<PathBuf>,
}

impl DisclosureArguments {
    /// The policy that was asked for, if any.
    pub fn policy(&self, project: &str) -> Result<Option<Policy>, Failure> {
        let Some(preset) = self.disclosure else { return Ok(None) };
        let earlier = self.earlier.as_deref().map(|path| earlier(path, project)).transpose()?;
        Ok(Some(Policy::new(preset, earlier.unwrap_or_default())))
    }
}

/// Reads an earlier release.
pub fn earlier(path: &Path, project: &str) -> Result<Earlier, Failure> {
    let text = files::text(path)?;
    Earlier::parse(&text, project)
        .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
}

fn preset(name: &str) -> Result<Preset, String> {
    let released = |preset: &Preset| *preset != Preset::Exact;
    Preset::named(name).filter(released).ok_or_else(|| {
        let names: Vec<&str> =
            Preset::ALL.iter().filter(|preset| released(preset)).map(|p| p.name()).collect();
        format!("the rules are {}", names.join(", "))
    })
}
