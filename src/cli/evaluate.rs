//! `sealink evaluate`: a person map against the truth.

use std::fmt::Write as _;
use std::path::PathBuf;

use clap::Args;

use super::failure::{Done, Failure};
use super::say::{Say, count};
use crate::evaluate::{self, Evaluate, Evaluation, Pairs};

#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  sealink evaluate --map linked/person_map.parquet --truth truth.csv \\
      --refs health/out/health.refs.parquet --refs police/out/police.refs.parquet

The truth is a CSV file with the columns agency, record_id and entity_id; agency is the dataset.")]
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
}

pub fn run(arguments: &EvaluateArguments, say: &Say) -> Result<Done, Failure> {
    let evaluation = evaluate::evaluate(&Evaluate {
        map: arguments.map.clone(),
        truth: arguments.truth.clone(),
        refs: arguments.refs.clone(),
        ignore_extra: arguments.ignore_extra,
    })?;
    say.summary(&text(&evaluation), &evaluation);
    Ok(Done::Whole)
}

/// An evaluation as a table.
pub fn text(evaluation: &Evaluation) -> String {
    let mut text = format!(
        "{} records of {} entities; {} people in the map, {} records unlisted\n\n",
        count(evaluation.records),
        count(evaluation.entities),
        count(evaluation.people),
        count(evaluation.unlisted),
    );
    let _ = writeln!(
        text,
        "  {:<30}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}",
        "pairs", "precision", "recall", "F1", "both", "false", "missed"
    );
    let mut row = |name: &str, pairs: Pairs| {
        let share =
            |share: Option<f64>| share.map_or_else(|| "–".to_owned(), |s| format!("{s:.4}"));
        let _ = writeln!(
            text,
            "  {name:<30}{:>10}{:>10}{:>10}{:>10}{:>10}{:>10}",
            share(pairs.precision()),
            share(pairs.recall()),
            share(pairs.f1()),
            count(pairs.both),
            count(pairs.found - pairs.both),
            count(pairs.truth - pairs.both),
        );
    };
    row("all", evaluation.all);
    row("across datasets", evaluation.across);
    row("within datasets", evaluation.within);
    for agencies in evaluation.agencies.iter().filter(|a| a.pairs.truth + a.pairs.found > 0) {
        row(&agencies.agencies.join(" × "), agencies.pairs);
    }
    let b_cubed = evaluation.b_cubed;
    let clusters = evaluation.clusters;
    let _ = write!(
        text,
        "\n  B-cubed: precision {:.4}, recall {:.4}, F1 {:.4}\n  \
         entities found exactly: {} of {} ({} of {} with several records)\n  \
         people that mix entities: {}; entities split over people: {}; largest person: {} records",
        b_cubed.precision,
        b_cubed.recall,
        b_cubed.f1(),
        count(clusters.exact),
        count(evaluation.entities),
        count(clusters.exact_of_several),
        count(clusters.entities_of_several),
        count(clusters.mixed_people),
        count(clusters.split_entities),
        count(clusters.largest_person),
    );
    text
}
