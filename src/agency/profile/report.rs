//! What is told of a file: counts and kinds, never a value.

use std::collections::BTreeMap;

use serde::Serialize;

use super::column::Column;
use super::dates;
use super::judge::Judged;
use super::looks::Looks;
use super::meaning::{Meaning, Sure};
use super::sex::{self, Codes};
use crate::agency::normalise::{Refusal, Warning};
use crate::spec::Kind;

/// What was found in a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Profiled {
    /// Rows read.
    pub rows: u64,
    /// Rows with too few or too many fields, which were not counted further.
    pub left_out: u64,
    /// How the inputs are laid out, if they are CSV.
    pub csv: Option<CsvLayout>,
    /// Whether the names in the first row are known to be a header; else none is shown.
    pub header: bool,
    /// The return that the header is like.
    pub looks_like: Option<Looks>,
    /// Each column, in the file's order.
    pub columns: Vec<ColumnReport>,
    /// What a person should look at.
    pub warnings: Vec<Notice>,
    /// The proposed `source.toml`; none while the header is not known.
    #[serde(skip)]
    pub proposal: Option<String>,
}

/// How CSV inputs are laid out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CsvLayout {
    /// What stands between fields.
    pub delimiter: char,
    /// The encoding, as `source.toml` names it.
    pub encoding: &'static str,
}

/// What was found in one column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ColumnReport {
    /// Its place, counted from 1.
    pub column: usize,
    /// Its name, if the header is known.
    pub name: Option<String>,
    /// What it seems to hold.
    pub seems: Meaning,
    /// How sure that is.
    pub sure: Sure,
    /// Why.
    pub why: String,
    /// The date formats in it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub formats: Vec<&'static str>,
    /// Cells with a value of that kind.
    pub valid: u64,
    /// Blank cells.
    pub missing: u64,
    /// Cells that say that there is no value.
    pub placeholder: u64,
    /// Other cells.
    pub refused: u64,
    /// Why cells were refused.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub reasons: BTreeMap<&'static str, u64>,
    /// What is odd about values.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub odd: BTreeMap<&'static str, u64>,
    /// Different values.
    pub distinct: u64,
    /// Whether there are more different values than that.
    pub distinct_is_more: bool,
}

/// Something that a person should look at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// The stable word for it.
    pub code: &'static str,
    /// The columns, counted from 1.
    pub columns: Vec<usize>,
    /// How many cells or rows.
    pub count: u64,
    /// What it is and what to do.
    pub text: String,
}

/// The counts of a column as what it seems to be.
pub fn column(
    place: usize,
    name: Option<&String>,
    column: &mut Column,
    judged: &Judged,
    codes: &Codes,
) -> ColumnReport {
    let counted = column.distinct.counted();
    let mut report = ColumnReport {
        column: place + 1,
        name: name.cloned(),
        seems: judged.meaning,
        sure: judged.sure,
        why: judged.why.clone(),
        formats: Vec::new(),
        valid: 0,
        missing: column.blank,
        placeholder: 0,
        refused: 0,
        reasons: BTreeMap::new(),
        odd: BTreeMap::new(),
        distinct: counted.values,
        distinct_is_more: counted.more,
    };
    match judged.meaning {
        Meaning::DateOfBirth | Meaning::OtherDate => {
            let reading = dates::reading(&column.dates);
            report.valid = if reading.is_open() { column.dates.any } else { reading.valid };
            report.placeholder = column.dates.none;
            report.formats = reading.formats;
        }
        Meaning::Sex => (report.valid, report.placeholder) = sex::counts(column, codes),
        Meaning::Nothing => {}
        other => of_kind(&mut report, column, other.field().map_or(Kind::Text, |(_, kind)| kind)),
    }
    report.refused = column.filled().saturating_sub(report.valid + report.placeholder);
    report
}

fn of_kind(report: &mut ColumnReport, column: &Column, kind: Kind) {
    let counts = column.kind(kind);
    report.valid = counts.valid;
    report.placeholder = counts.placeholders();
    for (refusal, count) in Refusal::ALL.into_iter().zip(counts.refused) {
        let is_told = !matches!(refusal, Refusal::Placeholder | Refusal::PseudoPostcode);
        if count > 0 && is_told {
            report.reasons.insert(refusal.code(), count);
        }
    }
    for (warning, count) in Warning::ALL.into_iter().zip(counts.warned) {
        if count > 0 {
            report.odd.insert(warning.code(), count);
        }
    }
}
