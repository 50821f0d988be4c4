//! CSV for people who open extracts in a spreadsheet.

use std::path::Path;

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::SchemaRef;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::format::write::NewFile;
use crate::format::{FormatError, Problem};
use crate::reason::reason;

/// Writes a table as CSV. A cell that a spreadsheet would run as a formula is led by `'`.
pub(super) fn write(
    path: &Path,
    schema: &SchemaRef,
    columns: &[ArrayRef],
) -> Result<NewFile, FormatError> {
    let failed = |what: &str| FormatError {
        path: path.to_owned(),
        problem: Problem::Write(what.to_owned()),
    };
    let options = FormatOptions::default();
    let formatters = columns
        .iter()
        .map(|column| ArrayFormatter::try_new(column, &options))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|_| failed("a column cannot be written as text; leave --csv out"))?;
    let mut writer = csv::Writer::from_writer(NewFile::create(path)?);
    let header = schema.fields().iter().map(|field| harmless(field.name().clone()));
    let disk = |error: csv::Error| match error.kind() {
        csv::ErrorKind::Io(error) => failed(&reason(error)),
        _ => failed("a row cannot be written as text; leave --csv out"),
    };
    writer.write_record(header).map_err(disk)?;
    for row in 0..columns.first().map_or(0, |column| column.len()) {
        let cells = formatters.iter().map(|formatter| harmless(formatter.value(row).to_string()));
        writer.write_record(cells).map_err(disk)?;
    }
    writer.into_inner().map_err(|error| failed(&reason(error.error())))
}

fn harmless(cell: String) -> String {
    if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell }
}

/// What opens a formula, also in the wide letters of East Asian keyboards, or hides one behind a
/// line's end.
const FORMULA: [char; 11] =
    ['=', '+', '-', '@', '\t', '\r', '\n', '\u{FF1D}', '\u{FF0B}', '\u{FF0D}', '\u{FF20}'];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formulas_are_disarmed() {
        for cell in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(harmless(cell.to_owned()), format!("'{cell}"));
        }
        assert_eq!(harmless("A=1".to_owned()), "A=1");
    }
}
