//! Clusters under constraints: a union that would break one is not made.

use std::collections::BTreeSet;

use super::compare::pattern_of;
use super::records::{DatasetIx, RecordIx, Records};
use crate::spec::Veto;

/// Why two clusters may not become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Conflict {
    /// A record of one and a record of the other are vetoed, by the veto at this place.
    Veto(usize),
    /// A dataset that is free of duplicates would hold the person twice.
    Duplicate(DatasetIx),
    /// The evidence of all their records together speaks against it.
    Evidence,
}

/// A partition of the records that grows by unions.
pub(super) struct Clusters<'c> {
    records: &'c Records,
    vetoes: &'c [Veto],
    /// The recipes that vetoes may look at, as bits.
    visible: u32,
    /// Whether two records are a probable link and neither has a better partner in the other's
    /// dataset.
    sole: &'c dyn Fn(RecordIx, RecordIx) -> bool,
    /// Each record's cluster, named by one of its records.
    root: Vec<u32>,
    /// The members of each cluster, under its root; empty elsewhere.
    members: Vec<Vec<RecordIx>>,
}

impl<'c> Clusters<'c> {
    /// Every record alone.
    pub fn new(
        records: &'c Records,
        vetoes: &'c [Veto],
        visible: u32,
        sole: &'c dyn Fn(RecordIx, RecordIx) -> bool,
    ) -> Self {
        let all = 0..u32::try_from(records.len()).expect("records have 32-bit numbers");
        Self {
            records,
            vetoes,
            visible,
            sole,
            root: all.clone().collect(),
            members: all.map(|record| vec![RecordIx(record)]).collect(),
        }
    }

    /// The cluster of a record, named by one of its records.
    pub fn of(&self, record: RecordIx) -> RecordIx {
        RecordIx(self.root[record.index()])
    }

    /// The members of the cluster of a record.
    pub fn members(&self, record: RecordIx) -> &[RecordIx] {
        &self.members[self.of(record).index()]
    }

    /// Makes one cluster of the clusters of two records, unless a constraint forbids it.
    pub fn join(&mut self, a: RecordIx, b: RecordIx) -> Result<(), Conflict> {
        self.join_if(a, b, |_, _| true)
    }

    /// As [`Clusters::join`], if moreover the two clusters' members are found to belong together.
    pub fn join_if(
        &mut self,
        a: RecordIx,
        b: RecordIx,
        together: impl Fn(&[RecordIx], &[RecordIx]) -> bool,
    ) -> Result<(), Conflict> {
        let (a, b) = (self.of(a), self.of(b));
        if a == b {
            return Ok(());
        }
        if let Some(conflict) = self.conflict(a, b) {
            return Err(conflict);
        }
        if !together(&self.members[a.index()], &self.members[b.index()]) {
            return Err(Conflict::Evidence);
        }
        let (keep, give) = if self.members[a.index()].len() >= self.members[b.index()].len() {
            (a, b)
        } else {
            (b, a)
        };
        let moved = std::mem::take(&mut self.members[give.index()]);
        for record in &moved {
            self.root[record.index()] = keep.0;
        }
        self.members[keep.index()].extend(moved);
        Ok(())
    }

    /// Whether no constraint stands between the clusters of two records.
    pub fn compatible(&self, a: RecordIx, b: RecordIx) -> bool {
        self.conflict(self.of(a), self.of(b)).is_none()
    }

    fn conflict(&self, a: RecordIx, b: RecordIx) -> Option<Conflict> {
        let (left, right) = (&self.members[a.index()], &self.members[b.index()]);
        let singles = |members: &[RecordIx]| -> BTreeSet<DatasetIx> {
            let datasets = members.iter().map(|record| self.records.dataset_of(*record));
            datasets.filter(|d| self.records.dataset(*d).free_of_duplicates).collect()
        };
        if let Some(twice) = singles(left).intersection(&singles(right)).next() {
            return Some(Conflict::Duplicate(*twice));
        }
        let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (*a, *b)));
        pairs.filter_map(|(a, b)| self.veto(a, b)).next()
    }

    /// The veto that stands between two records.
    fn veto(&self, a: RecordIx, b: RecordIx) -> Option<Conflict> {
        let pattern = pattern_of(self.records, a, b, self.visible);
        let stands = |veto: &Veto| pattern.vetoed(veto) && !(veto.unless_sole && (self.sole)(a, b));
        self.vetoes.iter().position(stands).map(Conflict::Veto)
    }
}
