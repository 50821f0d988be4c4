//! The list of sealed records: of children whose records must be tied to nothing, such as those of
//! an adopted child's earlier name.

use std::path::Path;

use super::LinkError;
use crate::format::listed;
use crate::token::Token;

/// Reads a CSV file with the columns `dataset` and `record_ref` (32 hexadecimal digits).
///
/// # Errors
/// If the file cannot be read, lacks a column, or has a row that names no record.
pub fn read_sealed(path: &Path) -> Result<Vec<(String, Token)>, LinkError> {
    let problem = |what: String| LinkError::SealedList { path: path.to_owned(), what };
    let file = listed::open(path).map_err(|_| problem("cannot be read".to_owned()))?;
    let mut reader = csv::Reader::from_reader(file);
    let header = reader.headers().map_err(|_| problem("has no header".to_owned()))?.clone();
    let place = |name: &str| {
        let place = header.iter().position(|column| column == name);
        place.ok_or_else(|| problem(format!("has no column `{name}`")))
    };
    let (dataset, record_ref) = (place("dataset")?, place("record_ref")?);
    let mut sealed = Vec::new();
    for (row, record) in (2u64..).zip(reader.records()) {
        let record = record.map_err(|_| problem(format!("row {row} is malformed")))?;
        let token = Token::from_hex(&record[record_ref]).ok_or_else(|| {
            problem(format!("row {row} has no reference of 32 hexadecimal digits"))
        })?;
        sealed.push((record[dataset].to_owned(), token));
    }
    Ok(sealed)
}
