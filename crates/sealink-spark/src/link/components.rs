//! Components: which records a chain of links ties together.

use sealink::linker::LinkError;

use super::Run;

/// Linked records that are decided at once: they are in memory here.
const BUCKET: u64 = 100_000;

impl Run<'_> {
    /// Finds the components, and gives into how many buckets they were put.
    pub(super) fn find_components(&self) -> Result<u64, LinkError> {
        self.stage("components");
        self.session.run(&self.plan.first_labels())?;
        let mut round = 0;
        loop {
            round += 1;
            self.session.run(&self.plan.labels(round))?;
            if self.number(&self.plan.relabelled(round), "records")? == 0 {
                break;
            }
        }
        let linked = self.number(&self.plan.linked(), "records")?;
        let buckets = linked.div_ceil(BUCKET).max(1);
        self.session.run(&self.plan.components(round, buckets))?;
        Ok(buckets)
    }
}
