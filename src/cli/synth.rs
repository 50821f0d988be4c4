//! `sealink synth`: made-up agencies with truth.

use std::path::PathBuf;

use clap::Args;

use super::failure::{Done, Failure};
use super::say::{Say, count, counted};
use crate::synth::{self, ErrorScale, MOST_PEOPLE, SynthError, Synthesise, Synthesised};

#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  sealink synth --people 20000 --seed 1 --out trial
  sealink synth --people 20000 --seed 1 --errors 2 --out rough-trial

DIR gets linkage.toml, extract.toml, truth.csv, truth_detail.csv, and for each of health, education,
social_care and police a folder with records.csv and source.toml. The same seed gives the same
bytes. Everything is made up: no name, number or place is anyone's.")]
pub struct SynthArguments {
    /// How many children to make.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=i64::from(MOST_PEOPLE)))]
    people: u32,
    /// What all chance comes from.
    #[arg(long, value_name = "S")]
    seed: u64,
    /// The folder to write to.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How often agencies err: 1 as is usual, 2 twice as often, 0 never.
    #[arg(long, value_name = "X", default_value = "1.0")]
    errors: ErrorScale,
}

pub fn run(arguments: &SynthArguments, say: &Say) -> Result<Done, Failure> {
    let job = Synthesise {
        people: arguments.people,
        seed: arguments.seed,
        errors: arguments.errors,
        out: arguments.out.clone(),
    };
    let made = synth::synthesise(&job, &say.progress())?;
    say.summary(&text(&made, arguments), &made);
    Ok(Done::Whole)
}

impl From<SynthError> for Failure {
    fn from(error: SynthError) -> Self {
        match error {
            SynthError::People => Self::usage(error),
            SynthError::Format(error) => error.into(),
        }
    }
}

fn text(made: &Synthesised, arguments: &SynthArguments) -> String {
    use std::fmt::Write as _;

    let mut text = format!(
        "made {} of {}; no agency knows {}\n\n  {:<14}{:>12}{:>12}{:>18}\n",
        counted(made.people.into(), "child", "children"),
        counted(made.families.into(), "family", "families"),
        count(made.unknown.into()),
        "dataset",
        "records",
        "children",
        "with NHS number",
    );
    for agency in &made.agencies {
        let _ = writeln!(
            text,
            "  {:<14}{:>12}{:>12}{:>18}",
            agency.dataset,
            count(agency.records.into()),
            count(agency.children.into()),
            count(agency.with_nhs_number.into()),
        );
    }
    let dir = arguments.out.display();
    let _ = write!(
        text,
        "\n  true pairs of records: {} across agencies, {} within one\n\n\
         Next: sealink check --spec {dir}/linkage.toml --source {dir}/health/source.toml \
         {dir}/health/records.csv",
        count(made.pairs_across),
        count(made.pairs_within),
    );
    text
}
