//! CSV tables that say something of each record: the truth, and what groups it is in.

use std::path::Path;

use super::EvaluateError;
use crate::format::listed;

/// Agency and record id.
pub(super) type Name = (String, String);

/// Gives each row's record and its cell of one column; stops at the first trouble.
pub(super) fn each_record(
    path: &Path,
    column: &str,
    mut take: impl FnMut(Name, String) -> Result<(), String>,
) -> Result<(), EvaluateError> {
    let problem = |what: String| EvaluateError::Truth { path: path.to_owned(), what };
    let file = listed::open(path).map_err(|_| problem("cannot be read".to_owned()))?;
    let mut reader = csv::Reader::from_reader(file);
    let header = reader.headers().map_err(|_| problem("has no header".to_owned()))?.clone();
    let place = |name: &str| {
        let mut places = (0..header.len()).filter(|place| &header[*place] == name);
        match (places.next(), places.next()) {
            (Some(place), None) => Ok(place),
            (Some(_), Some(_)) => Err(problem(format!("has the column `{name}` twice"))),
            (None, _) => Err(problem(format!("has no column `{name}`"))),
        }
    };
    let places = [place("agency")?, place("record_id")?, place(column)?];
    for (row, record) in (2u64..).zip(reader.records()) {
        let record = record.map_err(|_| problem(format!("row {row} is malformed")))?;
        let [agency, id, cell] = places.map(|place| record[place].to_owned());
        take((agency, id), cell).map_err(|what| problem(format!("row {row} {what}")))?;
    }
    Ok(())
}

/// What is said of a record that stands in a table twice.
pub(super) const TWICE: &str = "names a record a second time";
