//! Rank matching: the commonest token is taken for the commonest value, and so on down the list.
//!
//! Tokens of one count stand in an order of chance, and so do guesses of one share; what is told
//! is the expectation over that chance, computed exactly: a token and its value meet with the
//! chance (places that their spans have in common) / (product of the spans' lengths).

use std::collections::BTreeMap;

use serde::Serialize;

use super::attacker::PartValues;
use super::chance::Chance;
use super::column::{Column, Measured, float};
use super::counts::{Histogram, Values, distinct, mix};
use super::ranking::{Ranking, Runs, ix};
use super::span::Span;
use crate::agency::GuessTokens;
use crate::format::FormatError;

/// How many of the commonest tokens are looked at one by one.
const TOP: u64 = 20;

/// Simulations are repeated until so many records were drawn, so that small tables give steady
/// figures.
const FEWEST_DRAWN: u64 = 50_000;

/// The most guesses that are listed. Beyond the first million places counts are so small
/// that ranks say nothing.
const MOST_GUESSES: u64 = 1 << 20;

/// The most tokens that one record is given in a simulation.
const MOST_ALTERNATIVES: usize = 32;

/// What rank matching names rightly.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct RankMatch {
    /// Records that have a token whose value is rightly guessed, as a share of all records.
    pub share: f64,
    /// How many records that is; an expectation, and so no whole number.
    pub records: f64,
    /// How many of the twenty commonest tokens are rightly guessed.
    pub top20: f64,
}

/// The chance that a token and its guess meet, and the part of it within the first places.
fn meeting(token: Span, guess: Span) -> (f64, f64) {
    let common = token.common(guess);
    if common == 0 {
        return (0.0, 0.0);
    }
    let ways = float(token.len()) * float(guess.len());
    let top = token.before(TOP).common(guess);
    (float(common) / ways, float(top) / ways)
}

/// What the attacker would name in the best case: records are drawn from the attacker's own
/// distribution, so that it knows every value and the true share of each.
pub(super) fn best_case(
    parts: &[PartValues],
    column: u64,
    measured: &Measured,
) -> Result<RankMatch, String> {
    let number = measured.figures.records_with_token;
    let size = parts.iter().try_fold(1_u128, |size, part| size.checked_mul(part.size().into()));
    if size.is_none() {
        return Err("the recipe has more values than can be counted".to_owned());
    }
    if number == 0 {
        return Ok(RankMatch::default());
    }
    let repeats = FEWEST_DRAWN.div_ceil(number).min(20);
    let mut mean = RankMatch::default();
    for which in 0..repeats {
        let drawn = Drawn { parts, column, which, number };
        let one = drawn.matched().expect("no file is read");
        mean.records += one.records / float(repeats);
        mean.top20 += one.top20 / float(repeats);
    }
    mean.records = mean.records.min(float(number));
    mean.share = mean.records / float(measured.records.max(1));
    Ok(mean)
}

/// A made-up column: so many records, drawn from the attacker's distribution.
struct Drawn<'p> {
    parts: &'p [PartValues],
    column: u64,
    which: u64,
    number: u64,
}

impl Drawn<'_> {
    fn matched(&self) -> Result<RankMatch, FormatError> {
        let spans = Histogram::of(self, self.number)?.spans();
        let places = spans.values().map(|span| span.end).max().unwrap_or(0);
        let ranking = Ranking::new(self.parts, places.min(MOST_GUESSES));
        let mut found = RankMatch::default();
        distinct(self, self.number, |value, count| {
            if let Some(guess) = ranking.span(&self.runs_of(value)) {
                let (chance, top) = meeting(spans[&count], guess);
                found.records += chance * float(count);
                found.top20 += top;
            }
        })?;
        Ok(found)
    }

    fn runs_of(&self, mut value: u128) -> Runs {
        let run = |part: &PartValues| {
            let size = u128::from(part.size());
            let place = u64::try_from(value % size).expect("it is below the part's size");
            value /= size;
            u32::try_from(part.run_of(place)).expect("lists are short")
        };
        self.parts.iter().map(run).collect()
    }

    /// One record's tokens: of each part a value of each of its choices, in all combinations.
    fn draw(&self, chance: &mut Chance, values: &mut Vec<u128>) {
        values.clear();
        values.push(0);
        let mut unit = 1_u128;
        for part in self.parts {
            let mut drawn: Vec<u64> =
                part.choices.iter().map(|choice| draw_value(part, choice, chance)).collect();
            drawn.sort_unstable();
            drawn.dedup();
            let before = values.clone();
            values.clear();
            for place in drawn {
                values.extend(before.iter().map(|value| value + unit * u128::from(place)));
            }
            values.truncate(MOST_ALTERNATIVES);
            unit = unit.wrapping_mul(part.size().into());
        }
    }
}

fn draw_value(part: &PartValues, choice: &[(usize, f64)], chance: &mut Chance) -> u64 {
    let sum = choice.last().map_or(0.0, |(_, sum)| *sum);
    let drawn = chance.share() * sum;
    let place = choice.partition_point(|(_, running)| *running <= drawn).min(choice.len() - 1);
    let atom = &part.atoms[choice[place].0];
    atom.start + chance.below(atom.count)
}

impl Values for Drawn<'_> {
    fn each(&self, take: &mut dyn FnMut(u128)) -> Result<(), FormatError> {
        let mut chance = Chance::new(mix(self.column), self.which);
        let mut values = Vec::new();
        for _ in 0..self.number {
            self.draw(&mut chance, &mut values);
            values.iter().for_each(|value| take(*value));
        }
        Ok(())
    }
}

/// What the attacker names in this very column: the guesses are made tokens of and compared place
/// by place. None if no value of some part is known by its text.
pub(super) fn exact(
    parts: &[PartValues],
    tokens: &mut GuessTokens,
    column: &Column<'_>,
    measured: &Measured,
) -> Result<Option<RankMatch>, FormatError> {
    let Some(named) = parts.iter().map(PartValues::named).collect::<Option<Vec<_>>>() else {
        return Ok(None);
    };
    let spans = measured.counts.spans();
    let wanted = measured.counts.distinct().min(MOST_GUESSES);
    let guesses = guesses(&named, wanted, tokens);
    let (mut top20, mut chances) = (0.0, BTreeMap::new());
    distinct(column, measured.figures.tokens, |token, count| {
        if let Ok(place) = guesses.binary_search_by_key(&token, |(guess, _)| *guess) {
            let (chance, top) = meeting(spans[&count], guesses[place].1);
            top20 += top;
            if chance > 0.0 {
                chances.insert(token, chance);
            }
        }
    })?;
    let mut records = 0.0;
    column.each_record(|tokens| {
        let missed =
            tokens.iter().filter_map(|token| chances.get(token)).map(|chance| 1.0 - chance);
        records += 1.0 - missed.product::<f64>();
    })?;
    let share = records / float(measured.records.max(1));
    Ok(Some(RankMatch { share, records, top20 }))
}

/// The tokens of the first `wanted` guesses with their places, in the order of the tokens. Of the
/// last ones, as common as each other, the attacker takes as many as it needs.
fn guesses(parts: &[PartValues], wanted: u64, tokens: &mut GuessTokens) -> Vec<(u128, Span)> {
    let ranking = Ranking::new(parts, wanted);
    let mut made = Vec::new();
    for (runs, span) in &ranking.order {
        let span = span.before(wanted);
        let mut places: Vec<u64> =
            parts.iter().zip(runs).map(|(p, run)| p.runs[ix(*run)].start).collect();
        loop {
            if made.len() as u64 >= wanted {
                break;
            }
            let texts = parts
                .iter()
                .zip(&places)
                .map(|(part, place)| part.text(*place).expect("only values with a text are left"));
            made.push((u128::from_be_bytes(tokens.token(texts).0), span));
            if !step(&mut places, parts, runs) {
                break;
            }
        }
    }
    made.sort_unstable_by_key(|(token, _)| *token);
    made
}

/// Goes on to the next value of these runs; false after the last one.
fn step(places: &mut [u64], parts: &[PartValues], runs: &Runs) -> bool {
    for ((place, part), run) in places.iter_mut().zip(parts).zip(runs) {
        let run = &part.runs[ix(*run)];
        *place += 1;
        if *place < run.start + run.count {
            return true;
        }
        *place = run.start;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_and_its_guess_meet_where_their_places_do() {
        let span = |start, end| Span { start, end };
        let is =
            |a: (f64, f64), b: (f64, f64)| (a.0 - b.0).abs() < 1e-12 && (a.1 - b.1).abs() < 1e-12;
        assert!(is(meeting(span(0, 1), span(0, 1)), (1.0, 1.0)));
        assert!(is(meeting(span(0, 1), span(1, 2)), (0.0, 0.0)));
        assert!(is(meeting(span(0, 4), span(2, 8)), (2.0 / 24.0, 2.0 / 24.0)));
        assert!(is(meeting(span(10, 30), span(15, 25)), (10.0 / 200.0, 5.0 / 200.0)));
    }
}
