//! Linking without the identifying numbers, judged by the numbers: what the other fields find of
//! the pairs that a number confirms, and how many of the pairs that they link a number contradicts
//! (as SAIL and CRATE were validated; Lyons 2009, Cardinal 2022).

use serde::Serialize;

use super::Validate;
use super::interval::Share;
use crate::format::FormatError;
use crate::linker::LinkError;
use crate::linker::block::block;
use crate::linker::compare::{Compared, Pattern, compare, pattern_of};
use crate::linker::make_links;
use crate::linker::pairs::Pair;
use crate::linker::people::People;
use crate::linker::records::{DatasetIx, RecordIx, Records};
use crate::linker::weigh::Frequencies;
use crate::observe::Observer;
use crate::spec::Linkage;

/// What is taken for granted when shares of confirmed pairs are read as recall.
const RECALL_ASSUMES: &str = "two records that share a number are of one person unless another of \
    their numbers differs; children with a number in both datasets are like those without; errors \
    in numbers and in the other fields are independent";

/// What is taken for granted when shares of contradicted pairs are read as false links.
const FALSE_ASSUMES: &str = "two records of which a number differs and none agrees are of two \
    people, so that every mistyped number counts as a false link and the share is an upper one; children with a number in both datasets are like those without";

/// What linking without the identifying numbers finds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Blind {
    /// The recipes that were hidden: all that take an identifying number.
    pub hidden: Vec<String>,
    /// People found without them.
    pub people: u64,
    /// Recall without numbers: of the pairs of records that a number confirms, how many are put
    /// together.
    pub recall: BlindShares,
    /// False links without numbers, at most: of the pairs that are put together and have a number
    /// of one kind, how many have different ones.
    pub false_links: BlindShares,
}

/// Shares of pairs, and what is taken for granted.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BlindShares {
    /// Over all pairs of datasets.
    pub all: Share,
    /// Between every two datasets.
    pub between: Vec<Between>,
    /// What is taken for granted.
    pub assumes: &'static str,
}

/// A share of the pairs of records of two datasets.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Between {
    /// The datasets, in the spec's order.
    pub datasets: [String; 2],
    /// The share.
    #[serde(flatten)]
    pub share: Share,
}

/// Links without the identifying numbers, with a model fitted anew, and judges by the numbers.
/// `people` is each record's person with them.
pub(super) fn blind(
    job: &Validate<'_>,
    people: &[u32],
    observer: &dyn Observer,
) -> Result<Option<Blind>, LinkError> {
    let Validate { compared, shared, sealed, .. } = *job;
    let Compared { linkage, records, room, .. } = *compared;
    let identifiers = linkage.identifiers();
    if identifiers == 0 {
        return Ok(None);
    }
    let hidden = taking_a_number(linkage);
    let visible = compared.visible & !hidden;
    let blocking = block(records, shared, &linkage.rules, sealed, visible)?;
    let candidates = &compare(blocking, shared, room, observer)?;
    let frequencies = &Frequencies::new(linkage, records, shared, visible)?;
    let masked = Compared { linkage, records, candidates, frequencies, room, visible };
    let found = make_links(&masked, None, observer)?.people;
    let numbers = Numbers { records, identifiers };
    let blind_people = found.person_of();
    let together =
        |pair: &Pair| blind_people[pair.first.index()] == blind_people[pair.second.index()];
    let recall = confirmed(job, &numbers)?.into_iter().map(|pair| Case {
        person: people[pair.first.index()],
        counts: together(&pair),
        datasets: numbers.datasets(pair),
    });
    let false_links = linked_with_numbers(&numbers, &found).into_iter().map(|pair| Case {
        person: blind_people[pair.first.index()],
        counts: numbers.of(pair).agree == 0,
        datasets: numbers.datasets(pair),
    });
    let ids = linkage.recipes.iter().enumerate();
    Ok(Some(Blind {
        hidden: ids.filter(|(r, _)| hidden & (1 << r) != 0).map(|(_, r)| r.id.clone()).collect(),
        people: found.len() as u64,
        recall: shares(records, recall.collect(), RECALL_ASSUMES),
        false_links: shares(records, false_links.collect(), FALSE_ASSUMES),
    }))
}

/// The recipes that take an identifying number, alone or with more, as bits.
fn taking_a_number(linkage: &Linkage) -> u32 {
    let bits = linkage.recipes.iter().enumerate().filter(|(_, recipe)| {
        let mut choices = recipe.parts.iter().flat_map(|part| &part.choices);
        choices.any(|choice| linkage.field_at(choice.field).kind.identifies_one_person())
    });
    bits.fold(0, |bits, (place, _)| bits | 1 << place)
}

/// What the identifying numbers say of pairs.
struct Numbers<'n> {
    records: &'n Records,
    /// The recipes that are an identifying number and nothing else, as bits.
    identifiers: u32,
}

impl Numbers<'_> {
    fn of(&self, pair: Pair) -> Pattern {
        pattern_of(self.records, pair.first, pair.second, self.identifiers)
    }

    fn datasets(&self, pair: Pair) -> [DatasetIx; 2] {
        [pair.first, pair.second].map(|record| self.records.dataset_of(record))
    }
}

/// The pairs across datasets that share a number, and of which no other number differs. A number
/// of more records than a block may have is nobody's.
fn confirmed(job: &Validate<'_>, numbers: &Numbers<'_>) -> Result<Vec<Pair>, FormatError> {
    let Validate { compared, shared, sealed, .. } = *job;
    let largest = compared.linkage.rules.largest_block as usize;
    let mut pairs = Vec::new();
    for recipe in (0..shared.len()).filter(|recipe| numbers.identifiers & (1 << recipe) != 0) {
        for group in shared.of(recipe)?.groups().filter(|group| group.len() <= largest) {
            across(compared.records, group, &mut pairs);
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs.retain(|pair| {
        let pattern = numbers.of(*pair);
        let sealed = sealed.contains(&pair.first) || sealed.contains(&pair.second);
        pattern.known == pattern.agree && !sealed
    });
    Ok(pairs)
}

/// The pairs across datasets that are linked, and of which both have a number of one kind.
fn linked_with_numbers(numbers: &Numbers<'_>, people: &People) -> Vec<Pair> {
    let mut pairs = Vec::new();
    people.iter().for_each(|person| across(numbers.records, person, &mut pairs));
    pairs.retain(|pair| numbers.of(*pair).known != 0);
    pairs
}

/// The pairs of these records that are of two datasets.
fn across(records: &Records, group: &[RecordIx], pairs: &mut Vec<Pair>) {
    for (place, first) in group.iter().enumerate() {
        let others = group[place + 1..].iter().filter(|other| !records.within(*first, **other));
        pairs.extend(others.map(|second| Pair { first: *first, second: *second }));
    }
}

/// A pair, and whether it counts.
struct Case {
    datasets: [DatasetIx; 2],
    /// Pairs of one person are no independent evidence.
    person: u32,
    counts: bool,
}

fn shares(records: &Records, mut cases: Vec<Case>, assumes: &'static str) -> BlindShares {
    cases.sort_by_key(|case| case.person);
    let share = |cases: &[&Case]| {
        let people = cases.chunk_by(|a, b| a.person == b.person).map(|pairs| {
            (pairs.iter().filter(|pair| pair.counts).count() as u64, pairs.len() as u64)
        });
        Share::of(&people.collect::<Vec<_>>())
    };
    let between = records.pairs_of_datasets().into_iter().map(|datasets| {
        let pairs: Vec<&Case> = cases.iter().filter(|case| case.datasets == datasets).collect();
        let name = |dataset| records.dataset(dataset).name.clone();
        Between { datasets: datasets.map(name), share: share(&pairs) }
    });
    let between = between.collect();
    BlindShares { all: share(&cases.iter().collect::<Vec<_>>()), between, assumes }
}
