//! What is in a file, before anybody has described it: what each column seems to hold, in counts,
//! and a `source.toml` to start from.
//!
//! The cells are read by the strict reader and judged by the normalisers that the real run uses.
//! Nothing of a cell is kept but counts, hashes and dates, and nothing of it is told.

mod cell;
mod column;
mod date_formats;
mod dates;
mod distinct;
mod header;
mod judge;
mod looks;
mod meaning;
mod name_lists;
mod notices;
mod pairs;
mod propose;
mod report;
mod scan;
mod sex;
mod share;
mod values;

use super::error::AgencyError;
use super::in_order;
use super::read::{self, ColumnAs, Input, Wanted, WantedColumn};
use crate::observe::Observer;
use crate::spec::{Delimiter, Linkage, TextLayout};

pub use looks::Looks;
pub use meaning::{Meaning, Sure};
pub use report::{ColumnReport, CsvLayout, Notice, Profiled};
pub use scan::MOST_DISTINCT;

use judge::Judged;
use looks::Recognised;
use notices::Seen;
use propose::Proposal;
use scan::Scanned;
use sex::Codes;

/// A file to look into.
#[derive(Debug)]
pub struct Profile<'j> {
    /// The agreed linkage, whose fields the proposal maps to.
    pub linkage: &'j Linkage,
    /// Which of its datasets the file is, if that is known.
    pub dataset: Option<&'j str>,
    /// The files.
    pub inputs: &'j [Input],
    /// The encoding of CSV inputs.
    pub encoding: crate::spec::Encoding,
    /// The delimiter of CSV inputs; if none is given and there are no commas, others are tried.
    pub delimiter: Option<Delimiter>,
    /// Whether a person said that the first row is the header, though its names are not known.
    pub has_header: bool,
}

/// Looks into the inputs.
///
/// # Errors
/// If an input cannot be read, or its first row holds a person's data in place of names.
pub fn profile(job: &Profile<'_>, observer: &dyn Observer) -> Result<Profiled, AgencyError> {
    let (source, layout) = open(job)?;
    let names = source.columns().to_vec();
    let recognised = looks::recognise(&names);
    let header = header::is_known(&names, job.has_header || recognised.is_some())?;
    let found = Found { names, header, recognised, layout, csv: source.has_text() };

    observer.stage("profile", source.size());
    let scanned = scan(source, &found.names, observer);
    let scanned = scanned.map_err(|error| if header { error } else { nameless(error) })?;
    Ok(report(job, &found, scanned))
}

/// What the header says.
struct Found {
    names: Vec<String>,
    header: bool,
    recognised: Option<Recognised>,
    layout: TextLayout,
    csv: bool,
}

/// Opens the inputs, with the delimiter that gives several columns.
fn open(job: &Profile<'_>) -> Result<(read::Source, TextLayout), AgencyError> {
    let layout = |delimiter| TextLayout { encoding: job.encoding, delimiter };
    let first = layout(job.delimiter.unwrap_or_default());
    let source = read::open(job.inputs, &first)?;
    let may_try = job.delimiter.is_none() && !job.inputs.contains(&Input::Stdin);
    if may_try && source.columns().len() == 1 {
        for other in [';', '\t', '|'] {
            let other = layout(Delimiter::new(other).expect("each of these may be a delimiter"));
            if let Ok(source) = read::open(job.inputs, &other)
                && source.columns().len() > 1
            {
                return Ok((source, other));
            }
        }
    }
    Ok((source, first))
}

fn scan(
    source: read::Source,
    names: &[String],
    observer: &dyn Observer,
) -> Result<Scanned, AgencyError> {
    let column = |name: &String| WantedColumn { name: name.clone(), read_as: ColumnAs::Text };
    let batches = source.select(&Wanted { columns: names.iter().map(column).collect() })?;
    let mut scanned = Scanned::new(names.len());
    in_order(
        batches,
        |chunk| Ok(Scanned::of(&chunk.parse()?)),
        u64::MAX,
        observer,
        |part: Scanned| {
            scanned.merge(&part);
            Ok(())
        },
    )?;
    Ok(scanned)
}

/// The error without the names of columns, which may be a person's data.
fn nameless(error: AgencyError) -> AgencyError {
    match error {
        AgencyError::Read(error) => AgencyError::Read(error.without_names()),
        other => other,
    }
}

fn report(job: &Profile<'_>, found: &Found, mut scanned: Scanned) -> Profiled {
    let Found { names, layout, header, .. } = found;
    let (layout, header, recognised) = (*layout, *header, found.recognised.as_ref());
    if let Some(found) = recognised {
        declare_births(found, &mut scanned.columns);
    }
    let judged = judge::judge(names, &mut scanned.columns, &scanned.pairs, recognised);
    let codes = codes(&judged, &scanned, recognised);
    let columns: Vec<ColumnReport> = (0..names.len())
        .map(|at| {
            let name = Some(&names[at]).filter(|_| header);
            report::column(at, name, &mut scanned.columns[at], &judged[at], &codes[at])
        })
        .collect();
    let label = |column: &ColumnReport| match &column.name {
        Some(name) => format!("{name:?}"),
        None => format!("column {}", column.column),
    };
    let labels: Vec<String> = columns.iter().map(label).collect();
    let warnings = notices::notices(Seen {
        labels: &labels,
        columns: &mut scanned.columns,
        judged: &judged,
        pairs: &scanned.pairs,
    });
    let proposal = Proposal {
        linkage: job.linkage,
        dataset: job.dataset,
        layout,
        recognised,
        columns: &columns,
        codes: &codes,
        repeats: warnings.iter().any(|notice| notice.code == "record_id_repeats"),
    };
    let proposal = header.then(|| proposal.text());
    Profiled {
        rows: scanned.rows,
        left_out: scanned.left_out,
        csv: found.csv.then(|| CsvLayout {
            delimiter: char::from(layout.delimiter.byte()),
            encoding: layout.encoding.name(),
        }),
        header,
        looks_like: recognised.map(|found| found.looks.clone()),
        columns,
        warnings,
        proposal,
    }
}

/// Tells the columns with dates of birth which format the layout of the return has.
fn declare_births(recognised: &Recognised, columns: &mut [column::Column]) {
    let format = recognised.ready.birth_format();
    let declared = date_formats::FORMATS.iter().position(|known| format.as_deref() == Some(known));
    for (role, column) in recognised.roles.iter().zip(columns) {
        if *role == Some(looks::Role::Is(Meaning::DateOfBirth)) {
            column.dates.declared = declared;
        }
    }
}

/// The codes of each column of sex: those of the layout, if all codes of the column are among them.
fn codes(judged: &[Judged], scanned: &Scanned, recognised: Option<&Recognised>) -> Vec<Codes> {
    let of = |(judged, column): (&Judged, &column::Column)| {
        if judged.meaning != Meaning::Sex {
            return Codes::new();
        }
        let layout = recognised.map(|found| &found.codes).filter(|_| judged.named);
        let covers = |codes: &&Codes| {
            let (known, unknown) = sex::counts(column, codes);
            !codes.is_empty() && known + unknown >= sex::known(column)
        };
        layout.filter(covers).cloned().unwrap_or_else(|| sex::codes(column))
    };
    judged.iter().zip(&scanned.columns).map(of).collect()
}
