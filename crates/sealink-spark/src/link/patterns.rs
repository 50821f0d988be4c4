//! The candidate pairs, and the different patterns that they have.

use sealink::linker::LinkError;
use sealink::linker::engine::{Names, Pattern};

use super::{Run, no_value};

impl Run<'_> {
    /// Finds the candidate pairs and compares them.
    pub(super) fn find_pairs(
        &self,
        several: &[bool],
        any_large: bool,
        any_sealed: bool,
    ) -> Result<(), LinkError> {
        self.session.run(&self.plan.found(any_large, any_sealed))?;
        self.stage("compare");
        Ok(self.session.run(&self.plan.pairs(several))?)
    }

    /// The different patterns of all pairs; each is numbered by its place.
    pub(super) fn patterns(&self) -> Result<Vec<Pattern>, LinkError> {
        let mut patterns = Vec::new();
        self.session.rows(&self.plan.patterns(), |batch| -> Result<(), LinkError> {
            let (agree, known) = (batch.i32("agree")?, batch.i32("known")?);
            let names = batch.i32("names")?;
            for row in 0..batch.rows() {
                let bits = |bits: Option<i32>, column| bits.ok_or_else(|| no_value(column));
                patterns.push(Pattern {
                    agree: bits(agree.get(row), "agree")?.cast_unsigned(),
                    known: bits(known.get(row), "known")?.cast_unsigned(),
                    names: unpacked(bits(names.get(row), "names")?),
                });
            }
            Ok(())
        })?;
        Ok(patterns)
    }
}

/// Names in common and how many there could be, as one number.
pub(super) fn packed(names: Names) -> i32 {
    i32::from(names.shared) * 4 + i32::from(names.possible)
}

fn unpacked(names: i32) -> Names {
    let part = |number: i32| u8::try_from(number).unwrap_or_default();
    Names { shared: part(names / 4), possible: part(names % 4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_packed_and_unpacked() {
        for shared in 0..4 {
            for possible in 0..4 {
                let names = Names { shared, possible };
                assert_eq!(unpacked(packed(names)), names);
            }
        }
    }
}
