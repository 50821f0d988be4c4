//! Some components of the records, decided: who is one person.

use super::tables::Tables;
use crate::linker::LinkError;
use crate::linker::compare::Pattern;
use crate::linker::first_links::LinkedBy;
use crate::linker::pairs::{Pair, PatternNo};
use crate::linker::people::People;
use crate::linker::records::{Member, RecordIx, Records};
use crate::linker::score::{Evidence, Known, Linking};
use crate::linker::weigh::{Telling, Weight};
use crate::observe::Silent;
use crate::spec::Linkage;
use crate::token::{Token, linker_person};

/// Records that no link ties to others, with the candidate pairs among them.
pub struct Batch<'b> {
    linkage: &'b Linkage,
    tables: &'b Tables,
    patterns: &'b [Pattern],
    members: Vec<(u64, Member)>,
    pairs: Vec<PairOf>,
}

/// A candidate pair of two records, each by the engine's number of it.
#[derive(Clone, Copy, Debug)]
pub struct PairOf {
    /// The record that comes first.
    pub first: u64,
    /// The other.
    pub second: u64,
    /// The number of its pattern.
    pub pattern: u32,
    /// Its weight.
    pub weight: Weight,
}

/// What was decided of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Decision {
    /// The engine's number of the record.
    pub record: u64,
    /// The person that the record is of, in the linker's numbering.
    pub person: Token,
    /// The record's first and so its strongest link, if it has any: the place of the match key that
    /// it satisfies, and its log2 odds.
    pub link: Option<(Option<usize>, f64)>,
}

impl<'b> Batch<'b> {
    /// No records yet.
    #[must_use]
    pub const fn new(linkage: &'b Linkage, tables: &'b Tables, patterns: &'b [Pattern]) -> Self {
        Self { linkage, tables, patterns, members: Vec::new(), pairs: Vec::new() }
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

    /// Links the records, strongest links first.
    ///
    /// # Errors
    /// If there are too many records.
    pub fn decide(mut self) -> Result<Vec<Decision>, LinkError> {
        self.members.sort_unstable_by_key(|(record, _)| *record);
        let (numbers, members): (Vec<u64>, Vec<Member>) = self.members.into_iter().unzip();
        let datasets = self.tables.datasets.iter().map(|d| (d.name.clone(), d.free_of_duplicates));
        let records = Records::of_members(self.linkage, datasets, &members)?;
        let pairs = pairs_of(&numbers, &self.pairs);
        let given = Given(self.patterns);
        let evidence = Evidence::new(self.linkage, &records, &given, pairs, u32::MAX);
        let sole = |a, b| evidence.sole(a, b);
        let linking = Linking::of(&evidence, &sole, &Silent);
        let people = People::of(&records, &linking.clusters);
        let person = |first: RecordIx| {
            let dataset = records.dataset(records.dataset_of(first));
            linker_person(&dataset.name, records.refs[first.index()])
        };
        let found = numbers.iter().zip(people.first_of()).zip(linking.linked_by.iter());
        let decision = |((record, first), link): ((&u64, RecordIx), Option<LinkedBy>)| Decision {
            record: *record,
            person: person(first),
            link: link.map(|link| (link.key, link.weight.unwrap_or_default())),
        };
        Ok(found.map(decision).collect())
    }
}

/// The pairs in ascending order, given the records' numbers in ascending order.
fn pairs_of(numbers: &[u64], pairs: &[PairOf]) -> Vec<Telling> {
    let place = |record: u64| {
        let place = numbers.binary_search(&record).ok()?;
        Some(RecordIx(u32::try_from(place).ok()?))
    };
    let here = |of: &PairOf| {
        let pair = Pair::of(place(of.first)?, place(of.second)?);
        Some(Telling { pair, pattern: of.pattern, weight: of.weight })
    };
    let mut pairs: Vec<Telling> = pairs.iter().filter_map(here).collect();
    pairs.sort_unstable_by_key(|telling| telling.pair);
    pairs
}

/// The patterns of pairs whose weights are all given.
struct Given<'g>(&'g [Pattern]);

impl Known for Given<'_> {
    fn pattern(&self, pattern: PatternNo) -> Pattern {
        self.0[pattern as usize]
    }

    fn odds(&self, _: Pair) -> Option<f64> {
        None
    }
}
