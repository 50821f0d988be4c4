//! `README.txt`: how to cite an extract and how to open it.

use std::fmt::Write as _;

use super::MakeExtract;
use super::dataset::ExtractedDataset;
use crate::format::{Manifest, SOFTWARE};
use crate::spec::PEOPLE;

/// The text, which holds no counts and no dates.
pub(super) fn readme(
    job: &MakeExtract<'_>,
    map: &Manifest,
    datasets: &[ExtractedDataset],
) -> String {
    let mut text = format!(
        "{}\n\nA linked research extract. A person_id means nothing outside this extract.\n\n\
         HOW TO CITE\n\n{}\n\n\
         Name the bodies that supplied the datasets too, and when you received the extract: none of\n\
         its files says so. The fingerprints say by which identifiers and rules records were linked.\n\n\
         FILES\n\n",
        job.extract.title,
        citation(job, map, datasets)
    );
    let tables = std::iter::once((PEOPLE, "a row a person: which datasets hold it".to_owned()));
    let tables = tables.chain(datasets.iter().map(|dataset| {
        (dataset.name.as_str(), format!("a row a record of {}, by person_id", dataset.name))
    }));
    for (name, what) in tables {
        let _ = writeln!(text, "  {name}.parquet\n      {what}");
        if job.csv {
            let _ = writeln!(text, "  {name}.csv\n      the same as CSV");
        }
    }
    text.push_str(include_str!("readme.txt"));
    if job.csv {
        text.push_str(CSV);
    }
    text
}

/// Software, extract and spec: what makes the same links and person numbers again.
fn citation(job: &MakeExtract<'_>, map: &Manifest, datasets: &[ExtractedDataset]) -> String {
    let names: Vec<&str> = datasets.iter().map(|dataset| dataset.name.as_str()).collect();
    let mut text = format!(
        "  {}. Research extract {} of the\n  linkage {}. Datasets: {}.\n  Linked with {SOFTWARE}; spec \
         {}",
        job.extract.title,
        job.extract.id,
        map.project,
        names.join(", "),
        map.spec
    );
    if let Some(rules) = &map.rules {
        let _ = write!(text, ",\n  rules {rules}");
    }
    text.push('.');
    text
}

/// What a reader of CSV must know.
const CSV: &str = "
In CSV a cell that a spreadsheet would run as a formula is led by an apostrophe ('), which is not
part of the value; an empty cell is one without a value. Parquet has the types and needs neither.
example.R reads the CSV files where R has neither the package arrow nor nanoparquet.
";
