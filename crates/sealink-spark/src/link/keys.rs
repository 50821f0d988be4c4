//! Which pairs are links by match keys: by patterns, of which there are far fewer than pairs.

use sealink::linker::LinkError;
use sealink::linker::engine::{Basis, Outcome, Pattern};

use super::Run;
use super::patterns::packed;
use crate::plan::SATISFYING;
use crate::session::Values;

impl Run<'_> {
    /// Finds the pairs that satisfy a match key.
    pub(super) fn find_links_by_keys(
        &self,
        basis: &Basis<'_>,
        outcome: &mut Outcome<'_>,
    ) -> Result<(), LinkError> {
        self.stage("decide");
        outcome.compared(self.number(&self.plan.compared(), "pairs")?);
        let numbered = (0u32..).zip(basis.patterns);
        let satisfying: Vec<(u32, &Pattern)> =
            numbered.filter(|(number, _)| basis.first_key(*number).is_some()).collect();
        let column = |of: &dyn Fn(&(u32, &Pattern)) -> i32| {
            Values::I32(satisfying.iter().map(|pattern| Some(of(pattern))).collect())
        };
        let columns = vec![
            ("agree", column(&|(_, pattern)| pattern.agree.cast_signed())),
            ("known", column(&|(_, pattern)| pattern.known.cast_signed())),
            ("names", column(&|(_, pattern)| packed(pattern.names))),
            ("p", column(&|(number, _)| number.cast_signed())),
        ];
        self.session.put(SATISFYING, columns)?;
        Ok(self.session.run(&self.plan.links_by_keys())?)
    }
}
