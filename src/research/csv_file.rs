//! CSV for people who open extracts in a spreadsheet.

use std::path::{Path, PathBuf};

use arrow::array::{Array, ArrayRef};
use arrow::datatypes::SchemaRef;
use arrow::util::display::{ArrayFormatter, FormatOptions};

use crate::format::write::NewFile;
use crate::format::{FormatError, Problem};
use crate::reason::reason;

/// A table that is written as CSV. A cell that a spreadsheet would run as a formula is led by `'`.
pub(super) struct CsvFile {
    writer: csv::Writer<NewFile>,
    path: PathBuf,
}

impl CsvFile {
    /// Begins the file with its header.
    pub fn create(path: PathBuf, schema: &SchemaRef) -> Result<Self, FormatError> {
        let mut csv = Self { writer: csv::Writer::from_writer(NewFile::create(&path)?), path };
        let header = schema.fields().iter().map(|field| harmless(field.name().clone()));
        let written = csv.writer.write_record(header);
        written.map_err(|error| csv.disk(&error))?;
        Ok(csv)
    }

    /// Adds rows.
    pub fn write(&mut self, columns: &[ArrayRef]) -> Result<(), FormatError> {
        let options = FormatOptions::default();
        let formatters = columns.iter().map(|column| ArrayFormatter::try_new(column, &options));
        let formatters = formatters
            .collect::<Result<Vec<_>, _>>()
            .map_err(|_| self.failed("a column cannot be written as text; leave --csv out"))?;
        for row in 0..columns.first().map_or(0, |column| column.len()) {
            let cells = formatters.iter().map(|cells| harmless(cells.value(row).to_string()));
            let written = self.writer.write_record(cells);
            written.map_err(|error| self.disk(&error))?;
        }
        Ok(())
    }

    /// Ends the file. It still waits to be published.
    pub fn close(self) -> Result<NewFile, FormatError> {
        let Self { writer, path } = self;
        writer.into_inner().map_err(|error| failed(&path, &reason(error.error())))
    }

    fn disk(&self, error: &csv::Error) -> FormatError {
        match error.kind() {
            csv::ErrorKind::Io(error) => self.failed(&reason(error)),
            _ => self.failed("a row cannot be written as text; leave --csv out"),
        }
    }

    fn failed(&self, what: &str) -> FormatError {
        failed(&self.path, what)
    }
}

fn failed(path: &Path, what: &str) -> FormatError {
    FormatError { path: path.to_owned(), problem: Problem::Write(what.to_owned()) }
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
