//! `sealink check`: every mistake at once, nothing written.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::failure::{Done, Failure};
use super::files;
use super::say::Say;
use crate::disclose;
use crate::spec::Linkage;
use crate::token::hex;

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sealink check --spec linkage.toml
  sealink check --spec linkage.toml --source health/source.toml
  sealink check --spec linkage.toml --source health/source.toml records.csv

With inputs, every row is read and normalised, and what would be refused is counted. No key is
needed and no token is made.")]
pub struct CheckArguments {
    /// The agreed linkage.
    #[arg(long, value_name = "FILE")]
    spec: PathBuf,
    /// An agency's source mapping.
    #[cfg(feature = "agency")]
    #[arg(long, value_name = "FILE")]
    source: Option<PathBuf>,
    /// Inputs to try the source mapping on; `-` is standard input.
    #[cfg(feature = "agency")]
    #[arg(value_name = "INPUT", requires = "source")]
    inputs: Vec<PathBuf>,
}

#[derive(Serialize)]
struct Checked {
    project: String,
    spec: String,
    datasets: Vec<String>,
    recipes: Vec<CheckedRecipe>,
    #[cfg(feature = "agency")]
    #[serde(skip_serializing_if = "Option::is_none")]
    input: Option<crate::agency::Tally>,
}

#[derive(Serialize)]
struct CheckedRecipe {
    recipe: String,
    estimated_largest_share: f64,
    accepted_by_name: bool,
}

pub fn run(arguments: &CheckArguments, say: &Say) -> Result<Done, Failure> {
    let linkage = files::linkage(&arguments.spec)?;
    let text = summary(&linkage);
    #[cfg(feature = "agency")]
    let input = tally(arguments, &linkage, say)?;
    #[cfg(feature = "agency")]
    if let Some(tally) = &input {
        super::pseudonymise::warn(tally, say);
    }
    #[cfg(feature = "agency")]
    let text = match &input {
        Some(tally) => format!("{text}\n\n{}", super::pseudonymise::tally_text(tally)),
        None if arguments.source.is_some() => {
            format!("{text}\n\nThe source mapping fits the spec.")
        }
        None => text,
    };
    #[cfg(feature = "agency")]
    let done = input.as_ref().map_or(Done::Whole, super::pseudonymise::ending);
    #[cfg(not(feature = "agency"))]
    let done = Done::Whole;
    let checked = Checked {
        project: linkage.project.clone(),
        spec: hex(&linkage.fingerprint()),
        datasets: linkage.datasets.iter().map(|dataset| dataset.name.clone()).collect(),
        recipes: recipes(&linkage),
        #[cfg(feature = "agency")]
        input,
    };
    say.summary(&text, &checked);
    Ok(done)
}

/// What the inputs hold, if any were given.
#[cfg(feature = "agency")]
fn tally(
    arguments: &CheckArguments,
    linkage: &Linkage,
    say: &Say,
) -> Result<Option<crate::agency::Tally>, Failure> {
    let Some(path) = &arguments.source else { return Ok(None) };
    let source = files::source(path, linkage)?;
    if arguments.inputs.is_empty() {
        return Ok(None);
    }
    let inputs = super::pseudonymise::inputs(&arguments.inputs);
    Ok(Some(crate::agency::check(linkage, &source, &inputs, &say.progress())?))
}

fn recipes(linkage: &Linkage) -> Vec<CheckedRecipe> {
    linkage
        .recipes
        .iter()
        .map(|recipe| CheckedRecipe {
            recipe: recipe.id.clone(),
            estimated_largest_share: disclose::largest_share(recipe, &linkage.fields),
            accepted_by_name: linkage.accept_risk.contains(&recipe.id),
        })
        .collect()
}

fn summary(linkage: &Linkage) -> String {
    let mut text = format!(
        "The spec is sound.\n  project      {}\n  fingerprint  {}\n  datasets     {}\n\
         \n  {:<22} commonest token, estimated (bound {:.3} %)\n",
        linkage.project,
        hex(&linkage.fingerprint()),
        linkage.datasets.iter().map(|d| d.name.as_str()).collect::<Vec<_>>().join(", "),
        "recipe",
        disclose::LARGEST_SHARE * 100.0,
    );
    for recipe in recipes(linkage) {
        let note = if recipe.accepted_by_name { "  risk accepted by name" } else { "" };
        let share = recipe.estimated_largest_share * 100.0;
        let _ = writeln!(text, "  {:<22} {share:.4} %{note}", recipe.recipe);
    }
    text.truncate(text.trim_end().len());
    text
}
