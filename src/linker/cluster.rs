//! Clusters under constraints: a union that would break one is not made.

use std::hint::black_box;

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
    sole: &'c (dyn Fn(RecordIx, RecordIx) -> bool + Sync),
    places: Vec<Place>,
}

/// A record's place in its cluster: together, since a union asks for all of it.
#[derive(Clone, Copy)]
struct Place {
    /// The cluster, named by its first member.
    root: RecordIx,
    /// The member after it; the last is followed by itself.
    next: RecordIx,
    /// For the name of a cluster, its last member and how many there are; elsewhere of no use.
    last: RecordIx,
    size: u32,
}

/// The members of a cluster.
#[derive(Clone)]
pub(super) struct Members<'m> {
    places: &'m [Place],
    at: Option<RecordIx>,
}

impl Iterator for Members<'_> {
    type Item = RecordIx;

    fn next(&mut self) -> Option<RecordIx> {
        let record = self.at?;
        self.at = Some(self.places[record.index()].next).filter(|next| *next != record);
        Some(record)
    }
}

impl<'c> Clusters<'c> {
    /// Every record alone.
    pub fn new(
        records: &'c Records,
        vetoes: &'c [Veto],
        visible: u32,
        sole: &'c (dyn Fn(RecordIx, RecordIx) -> bool + Sync),
    ) -> Self {
        let alone = |record| Place { root: record, next: record, last: record, size: 1 };
        let places = records.numbers().map(|record| alone(RecordIx(record))).collect();
        Self { records, vetoes, visible, sole, places }
    }

    /// The cluster of a record, named by its first member.
    pub fn of(&self, record: RecordIx) -> RecordIx {
        self.places[record.index()].root
    }

    /// Has the places of records that lie far apart, and of the members after them, brought near,
    /// all at once.
    pub fn fetch(&self, records: impl Iterator<Item = RecordIx>) {
        let touched = records.map(|record| self.of(self.places[record.index()].next).0);
        black_box(touched.fold(0, |all, one| all ^ one));
    }

    /// The members of the cluster of a record.
    pub fn members(&self, record: RecordIx) -> Members<'_> {
        Members { places: &self.places, at: Some(self.of(record)) }
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
        together: impl Fn(Members<'_>, Members<'_>) -> bool,
    ) -> Result<(), Conflict> {
        let (a, b) = (self.of(a), self.of(b));
        if a == b {
            return Ok(());
        }
        if let Some(conflict) = self.conflict(a, b) {
            return Err(conflict);
        }
        if !together(self.members(a), self.members(b)) {
            return Err(Conflict::Evidence);
        }
        let larger = self.places[a.index()].size >= self.places[b.index()].size;
        let (keep, give) = if larger { (a, b) } else { (b, a) };
        self.append(keep, give);
        Ok(())
    }

    /// Adds the members of one cluster to another, after its own.
    fn append(&mut self, keep: RecordIx, give: RecordIx) {
        let mut member = give;
        loop {
            let place = &mut self.places[member.index()];
            place.root = keep;
            if place.next == member {
                break;
            }
            member = place.next;
        }
        let more = self.places[give.index()].size;
        let kept = &mut self.places[keep.index()];
        let last = std::mem::replace(&mut kept.last, member);
        kept.size += more;
        self.places[last.index()].next = give;
    }

    /// Whether no constraint stands between the clusters of two records.
    pub fn compatible(&self, a: RecordIx, b: RecordIx) -> bool {
        self.conflict(self.of(a), self.of(b)).is_none()
    }

    fn conflict(&self, a: RecordIx, b: RecordIx) -> Option<Conflict> {
        let (left, right) = (self.members(a), self.members(b));
        if let Some(twice) = self.twice(left.clone(), &right) {
            return Some(Conflict::Duplicate(twice));
        }
        if self.vetoes.is_empty() {
            return None;
        }
        let pairs = left.flat_map(|a| right.clone().map(move |b| (a, b)));
        pairs.filter_map(|(a, b)| self.veto(a, b)).next()
    }

    /// The first dataset free of duplicates of which both clusters have a record.
    fn twice(&self, left: Members<'_>, right: &Members<'_>) -> Option<DatasetIx> {
        let datasets = left.map(|record| self.records.dataset_of(record));
        let single = datasets.filter(|d| self.records.dataset(*d).free_of_duplicates);
        let both = single.filter(|dataset| {
            right.clone().any(|other| self.records.dataset_of(other) == *dataset)
        });
        both.min()
    }

    /// The veto that stands between two records.
    fn veto(&self, a: RecordIx, b: RecordIx) -> Option<Conflict> {
        let pattern = pattern_of(self.records, a, b, self.visible);
        let stands = |veto: &Veto| pattern.vetoed(veto) && !(veto.unless_sole && (self.sole)(a, b));
        self.vetoes.iter().position(stands).map(Conflict::Veto)
    }
}
