//! Record ids that stand twice though each is said to stand once.

use super::{Arranged, same_record};
use crate::agency::error::AgencyError;

/// What was found of them.
#[derive(Default)]
pub(super) struct Repeats {
    /// Rows that repeat an id.
    rows: u64,
    /// The first of them in the input and the row whose id it has, each an input and a row.
    first: Option<[(usize, u64); 2]>,
}

impl Repeats {
    /// Looks for repeats among the rows.
    pub fn look(&mut self, arranged: &Arranged) {
        let groups = arranged.rows.chunk_by(same_record).filter(|group| group.len() > 1);
        for group in groups {
            self.rows += group.len() as u64 - 1;
            let mut places: Vec<_> = group.iter().map(|at| arranged.source(*at)).collect();
            places.sort_unstable();
            let found = [places[1], places[0]];
            self.first = Some(self.first.map_or(found, |known| known.min(found)));
        }
    }

    /// Refuses the run if there are any.
    pub fn refuse(&self) -> Result<(), AgencyError> {
        let Some([(input, row), (first_input, first_row)]) = self.first else { return Ok(()) };
        Err(AgencyError::RepeatedRecord { rows: self.rows, row, input, first_row, first_input })
    }
}
