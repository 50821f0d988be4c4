//! `sealink evaluate`: a person map against the truth.

mod table;

use std::path::PathBuf;

use clap::Args;

use super::failure::{Done, Failure};
use super::say::Say;
use crate::evaluate::{By, Evaluate, evaluate_by};

#[cfg(all(feature = "agency", feature = "research"))]
pub use table::summary;
pub use table::text;

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  sealink evaluate --map linked/person_map.parquet --truth truth.csv \\
      --refs health/out/health.refs.parquet --refs police/out/police.refs.parquet

The truth is a CSV file with the columns agency, record_id and entity_id; agency is the dataset.
A table of groups has agency, record_id and the named column, as truth_detail.csv of `sealink synth`:
  --by truth_detail.csv:tradition --by truth_detail.csv:twin

A group's pairs are those with at least one record in the group. Intervals are at 95 %, and take
into account that pairs of one child are not independent.")]
pub struct EvaluateArguments {
    /// The person map.
    #[arg(long, value_name = "FILE")]
    map: PathBuf,
    /// The truth.
    #[arg(long, value_name = "FILE")]
    truth: PathBuf,
    /// The agencies' tables of references; without any, record ids in the truth are references in
    /// hexadecimal digits.
    #[arg(long, value_name = "FILE", num_args = 1..)]
    refs: Vec<PathBuf>,
    /// Pass over records of the map that the truth lacks.
    #[arg(long)]
    ignore_extra: bool,
    /// A table of groups and its column: pairs for each of the column's values, too. May be
    /// repeated.
    #[arg(long, value_name = "FILE:COLUMN", value_parser = by)]
    by: Vec<By>,
}

pub fn run(arguments: &EvaluateArguments, say: &Say) -> Result<Done, Failure> {
    let job = Evaluate {
        map: arguments.map.clone(),
        truth: arguments.truth.clone(),
        refs: arguments.refs.clone(),
        ignore_extra: arguments.ignore_extra,
    };
    let evaluation = evaluate_by(&job, &arguments.by)?;
    say.summary(&text(&evaluation), &evaluation);
    Ok(Done::Whole)
}

/// A file and its column, split at the last colon, since a path may hold some itself.
fn by(text: &str) -> Result<By, String> {
    let column = |column: &str| !column.is_empty() && !column.contains(['/', '\\']);
    match text.rsplit_once(':') {
        Some((file, name)) if !file.is_empty() && column(name) => {
            Ok(By { file: PathBuf::from(file), column: name.to_owned() })
        }
        _ => Err("give a file and, after a colon, the name of its column".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_and_its_column_are_split_at_the_last_colon() {
        let is = |text: &str, file: &str, column: &str| {
            assert_eq!(by(text), Ok(By { file: PathBuf::from(file), column: column.to_owned() }));
        };
        is("truth_detail.csv:twin", "truth_detail.csv", "twin");
        is(r"C:\data\detail.csv:age band", r"C:\data\detail.csv", "age band");
        is("a:b/detail.csv:twin", "a:b/detail.csv", "twin");
        for text in ["detail.csv", "detail.csv:", ":twin", "", r"C:\detail.csv", "a:b/detail.csv"] {
            assert!(by(text).is_err(), "{text}");
        }
    }
}
