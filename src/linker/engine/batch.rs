//! Some components of the records, decided: who is one person.

use std::collections::BTreeMap;

use super::basis::{Basis, PairOf};
use super::outcome::{Doubt, doubt};
use super::scoring::Scoring;
use crate::linker::LinkError;
use crate::linker::cluster::Clusters;
use crate::linker::compare::Pattern;
use crate::linker::coverage::Coverage;
use crate::linker::decide::{ByKeys, KeyCount, OfKey};
use crate::linker::first_links::{FirstLinks, LinkedBy};
use crate::linker::pairs::{Pair, PatternNo};
use crate::linker::people::People;
use crate::linker::records::{DatasetIx, Member, RecordIx, Records};
use crate::linker::review::{self, Best, Reason, Side, by_reason, doubts};
use crate::linker::score::{Evidence, Known, Linking};
use crate::linker::weigh::Telling;
use crate::linker::weighed::Shares;
use crate::observe::Silent;
use crate::token::{Token, linker_person};

/// Records that no link ties to others, with the candidate pairs among them.
pub struct Batch<'b> {
    basis: Basis<'b>,
    members: Vec<(u64, Member)>,
    pairs: Vec<PairOf>,
    /// Records and datasets for which the best link is asked.
    asked: Vec<(u64, usize)>,
}

/// What was decided of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// The engine's number of the record.
    pub record: u64,
    /// The person that the record is of, in the linker's numbering.
    pub person: Token,
    /// The record's first and so its strongest link, if it has any.
    pub link: Option<LinkedBy>,
}

/// The best link of a record in a dataset.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BestLink {
    /// The engine's number of the record.
    pub record: u64,
    /// The place of the dataset.
    pub dataset: usize,
    /// The link's log2 odds.
    pub odds: f64,
}

/// What was decided of a batch.
pub struct Decided {
    /// Of each record.
    pub decisions: Vec<Decision>,
    /// The best links that were asked for, where there is one.
    pub best: Vec<BestLink>,
    /// The pairs worth a look.
    pub doubts: Vec<Doubt>,
    pub(super) coverage: Coverage,
    pub(super) keys: Vec<KeyCount>,
    pub(super) review: BTreeMap<Reason, u64>,
    pub(super) shares: Shares,
}

impl<'b> Batch<'b> {
    /// No records yet.
    #[must_use]
    pub const fn new(basis: Basis<'b>) -> Self {
        Self { basis, members: Vec::new(), pairs: Vec::new(), asked: Vec::new() }
    }

    /// Adds a record by its number, which rises with dataset and reference; with the place of its
    /// dataset and its tokens, each with the place of its recipe. 64 bits tell tokens apart.
    pub fn add(&mut self, record: u64, dataset: usize, record_ref: Token, tokens: Vec<(u8, u64)>) {
        self.members.push((record, Member { dataset, record_ref, tokens }));
    }

    /// Adds a candidate pair of two of the records.
    pub fn add_pair(&mut self, pair: PairOf) {
        self.pairs.push(pair);
    }

    /// Asks for the best link of a record in a dataset, by its place: in which it has a telling
    /// pair with a record of another component.
    pub fn ask(&mut self, record: u64, dataset: usize) {
        self.asked.push((record, dataset));
    }

    /// How many records there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.members.len()
    }

    /// Whether there is no record.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.members.is_empty()
    }

    /// Links the records as the spec says.
    ///
    /// # Errors
    /// If there are too many records.
    pub fn decide(mut self) -> Result<Decided, LinkError> {
        let Basis { linkage, tables, scoring, .. } = self.basis;
        self.members.sort_unstable_by_key(|(record, _)| *record);
        let (numbers, members): (Vec<u64>, Vec<Member>) =
            std::mem::take(&mut self.members).into_iter().unzip();
        let datasets = tables.datasets.iter().map(|d| (d.name.clone(), d.free_of_duplicates));
        let records = Records::of_members(linkage, datasets, &members)?;
        Ok(match scoring {
            Some(scoring) => self.decide_scored(scoring, &numbers, &records),
            None => self.decide_by_keys(&numbers, &records),
        })
    }

    /// Links the records by match keys.
    fn decide_by_keys(&self, numbers: &[u64], records: &Records) -> Decided {
        let linkage = self.basis.linkage;
        let key = |of: &PairOf| Some((pair(numbers, of)?, self.basis.first_key(of.pattern)?));
        let mut pairs: Vec<(Pair, usize)> = self.pairs.iter().filter_map(key).collect();
        pairs.sort_unstable();
        let mut by_key = vec![OfKey::default(); linkage.rules.match_keys.len()];
        pairs.into_iter().for_each(|(pair, key)| by_key[key].push(records, pair));
        let linked = ByKeys::of(linkage, records, &by_key, u32::MAX, &Silent);
        Decided::of(numbers, records, &linked.clusters, &linked.linked_by, linked.keys)
    }

    /// Links the records, strongest links first.
    fn decide_scored(&self, scoring: &Scoring, numbers: &[u64], records: &Records) -> Decided {
        let linkage = self.basis.linkage;
        let (telling, others) = self.pairs_of(scoring, numbers);
        let given = Given { patterns: self.basis.patterns, others };
        let evidence = Evidence::new(linkage, records, &given, telling, u32::MAX);
        let sole = |a, b| evidence.sole(a, b);
        let linking = Linking::of(&evidence, &sole, &Silent);
        let asked = self.asked(numbers);
        let sides = asked.iter().map(|(_, side)| *side);
        let best = Best::of_links(&evidence, &linking.clusters, sides);
        let doubts = doubts(&evidence, &linking.clusters, &linking.refused, &best);
        let names = self.basis.names();
        let number = |record: RecordIx| numbers[record.index()];
        let shown = |of: &review::Doubt| {
            let both = [number(of.pair.first), number(of.pair.second)];
            doubt(linkage, &names, both, of.pattern, of.reason, of.weight)
        };
        let best = asked.iter().filter_map(|((record, dataset), side)| {
            Some(BestLink { record: *record, dataset: *dataset, odds: best.of(*side)? })
        });
        let (clusters, linked_by) = (&linking.clusters, &linking.linked_by);
        Decided {
            best: best.collect(),
            doubts: doubts.iter().map(shown).collect(),
            shares: Shares::of(&evidence, &scoring.scale, clusters),
            review: by_reason(&doubts),
            ..Decided::of(numbers, records, clusters, linked_by, linking.keys.clone())
        }
    }

    /// The sides that are asked for, of records that are here.
    fn asked(&self, numbers: &[u64]) -> Vec<((u64, usize), Side)> {
        let side = |(record, dataset): &(u64, usize)| {
            let place = place(numbers, *record)?;
            Some(((*record, *dataset), (place, DatasetIx(u16::try_from(*dataset).ok()?))))
        };
        self.asked.iter().filter_map(side).collect()
    }

    /// The telling pairs, and the odds of the others, both in ascending order; given the records'
    /// numbers in ascending order.
    fn pairs_of(&self, scoring: &Scoring, numbers: &[u64]) -> (Vec<Telling>, Vec<(Pair, f64)>) {
        let here = |of: &PairOf| {
            Some(Telling { pair: pair(numbers, of)?, pattern: of.pattern, weight: of.weight? })
        };
        let mut pairs: Vec<Telling> = self.pairs.iter().filter_map(here).collect();
        pairs.sort_unstable_by_key(|telling| telling.pair);
        let (telling, others): (Vec<Telling>, Vec<Telling>) =
            pairs.into_iter().partition(|pair| scoring.is_telling(&pair.weight));
        (telling, others.iter().map(|other| (other.pair, other.weight.odds)).collect())
    }
}

impl Decided {
    /// What was decided by clusters alone.
    fn of(
        numbers: &[u64],
        records: &Records,
        clusters: &Clusters<'_>,
        linked_by: &FirstLinks,
        keys: Vec<KeyCount>,
    ) -> Self {
        let people = People::of(records, clusters);
        let person = |first: RecordIx| {
            let dataset = records.dataset(records.dataset_of(first));
            linker_person(&dataset.name, records.refs[first.index()])
        };
        let found = numbers.iter().zip(people.first_of()).zip(records.numbers().map(RecordIx));
        let decisions = found.map(|((number, first), record)| Decision {
            record: *number,
            person: person(first),
            link: linked_by.of(record),
        });
        Self {
            decisions: decisions.collect(),
            coverage: Coverage::of(records, &people),
            keys,
            best: Vec::new(),
            doubts: Vec::new(),
            review: BTreeMap::new(),
            shares: Shares::default(),
        }
    }
}

/// A pair of two records here, given the records' numbers in ascending order.
fn pair(numbers: &[u64], of: &PairOf) -> Option<Pair> {
    Some(Pair::of(place(numbers, of.first)?, place(numbers, of.second)?))
}

/// The place of a record here, by its number.
fn place(numbers: &[u64], record: u64) -> Option<RecordIx> {
    let place = numbers.binary_search(&record).ok()?;
    Some(RecordIx(u32::try_from(place).ok()?))
}

/// Pairs whose weights are all given.
struct Given<'g> {
    patterns: &'g [Pattern],
    /// The log2 odds of those that are not telling, in ascending order of pairs.
    others: Vec<(Pair, f64)>,
}

impl Known for Given<'_> {
    fn pattern(&self, pattern: PatternNo) -> Pattern {
        self.patterns[pattern as usize]
    }

    fn odds(&self, pair: Pair) -> Option<f64> {
        let place = self.others.binary_search_by_key(&pair, |(pair, _)| *pair).ok()?;
        Some(self.others[place].1)
    }
}
