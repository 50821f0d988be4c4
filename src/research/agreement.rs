//! Whether linked records say the same of a person: a check on the links that needs no truth.
//!
//! For two datasets, everyone who is linked and of whom both say something is compared once. How
//! often they would agree if the links were drawn at random among these people follows from how
//! common each answer is in either dataset. Where the share that agrees lies between that and the
//! share of true links that would agree, tells how many of the links are true; with no recording
//! errors it is Cohen's kappa (1960).

mod answer;
mod count;
mod estimate;

use std::collections::HashMap;

use serde::Serialize;

use answer::{Answer, number_of};
pub use count::{Count, FEWEST};
pub use estimate::{Compared, Estimate};
use estimate::{Tally, round, together};

use super::ExtractError;
use super::payload::Payload;
use super::people::People;
use crate::spec::{Extract, ExtractAgreement};

/// What the estimate of true links rests on.
pub const ASSUMPTIONS: &str = "The share of true links takes false links to agree as often as two \
    linked people taken at random, and true links always but for the stated recording errors: \
    errors beyond those make it too low; false links that are alike in the column, for being \
    twins or because the linkage itself compared it, make it too high.";

/// How far linked people agree, with what the figures rest on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agreements {
    /// [`ASSUMPTIONS`].
    pub assumptions: &'static str,
    /// [`FEWEST`]: counts of people from 1 to one less are not told.
    pub fewest: u64,
    /// One for each `[[agreement]]` of the extract.
    pub columns: Vec<Agreement>,
}

/// How far linked people agree in what some columns say alike.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Agreement {
    /// What the columns say.
    pub name: String,
    /// The share of true links that is taken to differ for a recording error.
    pub error: f64,
    /// Each two datasets that have such a column.
    pub pairs: Vec<PairOfDatasets>,
    /// The pairs of datasets with [`FEWEST`] or more compared, together: a person counts in each.
    /// Chance is taken as if all comparisons of one person came out alike.
    pub overall: Compared,
}

/// How far the people of two datasets agree.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PairOfDatasets {
    /// The two.
    pub datasets: [String; 2],
    /// Their people.
    #[serde(flatten)]
    pub people: Compared,
}

/// What the payloads say of each person in the columns to compare.
pub(super) struct Answers<'e> {
    to: Vec<AnswersTo<'e>>,
}

/// The answers in one agreement's columns.
struct AnswersTo<'e> {
    agreement: &'e ExtractAgreement,
    /// A number for each different answer.
    numbers: HashMap<String, u32>,
    /// Each column's dataset and its answer about each person.
    of: Vec<(&'e str, Vec<Answer>)>,
}

impl<'e> Answers<'e> {
    /// No answers.
    pub fn none(extract: &'e Extract) -> Self {
        let none = |agreement| AnswersTo { agreement, numbers: HashMap::new(), of: Vec::new() };
        Self { to: extract.agreements.iter().map(none).collect() }
    }

    /// The answers from a payload.
    pub fn of(
        extract: &'e Extract,
        payload: &Payload<'_>,
        people: &People,
    ) -> Result<Self, ExtractError> {
        let mut all = Self::none(extract);
        for answers in &mut all.to {
            let columns = answers.agreement.columns.iter();
            for column in columns.filter(|column| column.dataset == payload.wanted.name) {
                let said = answer::of_people(payload, column, people, &mut answers.numbers)?;
                answers.of.push((&column.dataset, said));
            }
        }
        Ok(all)
    }

    /// Adds the answers from another payload.
    pub fn add(&mut self, other: Self) {
        self.to.iter_mut().zip(other.to).for_each(|(answers, other)| answers.add(other));
    }

    /// How far the answers agree, from counts rounded to multiples of `base`; none if the extract
    /// asks for no agreement.
    pub fn agreements(self, people: &People, base: u64) -> Option<Agreements> {
        let columns: Vec<Agreement> =
            self.to.iter().map(|answers| answers.agree(people, base)).collect();
        let told = Agreements { assumptions: ASSUMPTIONS, fewest: FEWEST, columns };
        (!told.columns.is_empty()).then_some(told)
    }
}

impl AnswersTo<'_> {
    /// Adds answers that were numbered by themselves.
    fn add(&mut self, other: Self) {
        let mut numbers: Vec<(u32, String)> =
            other.numbers.into_iter().map(|(meaning, number)| (number, meaning)).collect();
        numbers.sort_unstable();
        let number = |(_, meaning)| number_of(meaning, &mut self.numbers);
        let numbers: Vec<u32> = numbers.into_iter().map(number).collect();
        for (dataset, mut answers) in other.of {
            answers.iter_mut().for_each(|answer| *answer = answer.renumbered(&numbers));
            self.of.push((dataset, answers));
        }
    }

    fn agree(&self, people: &People, base: u64) -> Agreement {
        let error = self.agreement.error.unwrap_or(0.0);
        let mut pairs = Vec::new();
        let mut both = Vec::new();
        for (place, (one, answers)) in self.of.iter().enumerate() {
            for (other, others) in &self.of[place + 1..] {
                let linked = people.in_both([*one, *other]);
                let tally = tally(answers, others, self.numbers.len());
                let compared = tally.rounded(base).judge(round(linked, base), error);
                if compared.agreement.is_some() {
                    both.push([answers.as_slice(), others.as_slice()]);
                }
                let datasets = [*one, *other].map(str::to_owned);
                pairs.push(PairOfDatasets { datasets, people: compared });
            }
        }
        let told: Vec<&Compared> = pairs.iter().map(|pair| &pair.people).collect();
        let overall = together(&told, comparisons(&both, people.places()), error);
        Agreement { name: self.agreement.name.clone(), error, pairs, overall }
    }
}

fn tally(answers: &[Answer], others: &[Answer], different: usize) -> Tally {
    let mut tally = Tally::new(different);
    for (answer, other) in answers.iter().zip(others) {
        if *answer != Answer::None && *other != Answer::None {
            tally.add([answer.one(), other.one()]);
        }
    }
    tally
}

/// How often each person is compared, squared, over all people.
fn comparisons(both: &[[&[Answer]; 2]], people: usize) -> u64 {
    let compared = |person: usize| {
        let answered = |pair: &&[&[Answer]; 2]| pair.iter().all(|a| a[person] != Answer::None);
        both.iter().filter(answered).count() as u64
    };
    (0..people).map(|person| compared(person).pow(2)).sum()
}
