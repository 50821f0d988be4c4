//! From counts of people to shares and their intervals.
//!
//! They are made from what is told of the counts, so that they give away no more: where a count is
//! told as a range, the interval covers all of it. The interval of a share is Wilson's (1927), at
//! 95 %.

use serde::Serialize;

use super::count::{Count, FEWEST};
use crate::interval::wilson;

/// A share with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Estimate {
    /// The share, 0 to 1; none if it would tell a small count.
    pub share: Option<f64>,
    /// The lower end of the interval.
    pub low: f64,
    /// The upper end of the interval.
    pub high: f64,
}

/// How far linked people agree.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Compared {
    /// People with records in both datasets.
    pub linked: Count,
    /// Those of whom both datasets say something.
    pub compared: Count,
    /// Those of whom all records of both datasets say the same. This and all that follows is
    /// there if [`FEWEST`] or more were compared.
    pub agreeing: Option<Count>,
    /// The share of those compared that agrees.
    pub agreement: Option<Estimate>,
    /// The share that would agree if the links were drawn at random, to three decimal places.
    pub random: Option<f64>,
    /// The share of links that are true; none if the column cannot tell.
    pub true_links: Option<Estimate>,
}

/// People of two datasets as they are compared.
pub(super) struct Tally {
    compared: u64,
    agreeing: u64,
    /// How many people have each answer, by its number, in either dataset.
    answers: [Vec<u64>; 2],
}

impl Tally {
    /// None yet, of so many different answers.
    pub fn new(different: usize) -> Self {
        Self { compared: 0, agreeing: 0, answers: [vec![0; different], vec![0; different]] }
    }

    /// A person of whom both datasets say something, and what, if each says one thing.
    pub fn add(&mut self, said: [Option<u32>; 2]) {
        self.compared += 1;
        self.agreeing += u64::from(said[0].is_some() && said[0] == said[1]);
        for (answers, number) in self.answers.iter_mut().zip(said) {
            if let Some(number) = number {
                answers[number as usize] += 1;
            }
        }
    }

    /// The same with counts of people rounded to multiples of `base`.
    pub fn rounded(self, base: u64) -> Self {
        let compared = round(self.compared, base);
        Self { compared, agreeing: round(self.agreeing, base).min(compared), ..self }
    }

    /// What may be told of them.
    pub fn judge(&self, linked: u64, error: f64) -> Compared {
        let (linked, compared) = (Count::of(linked), Count::of(self.compared));
        if self.compared < FEWEST {
            return Compared { linked, compared, ..Compared::nothing() };
        }
        let agreeing = Count::part(self.agreeing, self.compared);
        let [one, other] = &self.answers;
        let at_random: u64 = one.iter().zip(other).map(|(one, other)| one * other).sum();
        let random = rounded(share(at_random, self.compared * self.compared));
        let n = real(self.compared);
        Compared { linked, ..Compared::of(self.compared, agreeing, random, n, error) }
    }
}

/// A count to the nearest multiple; halves go up.
pub(super) const fn round(count: u64, base: u64) -> u64 {
    (count + base / 2) / base * base
}

/// Several pairs of datasets as one; those of which nothing is told are left out. `squares` is the
/// sum over people of the square of how often each is compared in them.
pub(super) fn together(pairs: &[&Compared], squares: u64, error: f64) -> Compared {
    let mut linked = Count::exact(0);
    let mut agreeing = Count::exact(0);
    let mut compared = 0;
    let mut random = 0.0;
    for pair in pairs {
        let (Some(part), Some(agree), Some(at_random)) =
            (pair.compared.known(), pair.agreeing, pair.random)
        else {
            continue;
        };
        linked = linked + pair.linked;
        agreeing = agreeing + agree;
        compared += part;
        random += at_random * real(part);
    }
    if compared == 0 {
        return Compared::nothing();
    }
    // Kish's number of independent comparisons, with his design effect in tenths, rounded up.
    let effect = real((10 * squares).div_ceil(compared)) / 10.0;
    let n = real(compared) / effect;
    Compared {
        linked,
        ..Compared::of(compared, agreeing, rounded(random / real(compared)), n, error)
    }
}

impl Compared {
    const fn nothing() -> Self {
        let none = Count::exact(0);
        Self {
            linked: none,
            compared: none,
            agreeing: None,
            agreement: None,
            random: None,
            true_links: None,
        }
    }

    /// So many of those compared agree, who tell as much as `n` independent ones.
    fn of(compared: u64, agreeing: Count, random: f64, n: f64, error: f64) -> Self {
        let interval = |agreeing| wilson(share(agreeing, compared), n);
        let agreement = Estimate {
            share: agreeing.known().map(|agreeing| share(agreeing, compared)),
            low: interval(agreeing.least).0,
            high: interval(agreeing.most).1,
        };
        let range = 1.0 - error - random;
        let is_true = |share: f64| ((share - random) / range).clamp(0.0, 1.0);
        let true_links = Estimate {
            share: agreement.share.map(is_true),
            low: is_true(agreement.low),
            high: is_true(agreement.high),
        };
        Self {
            compared: Count::exact(compared),
            agreeing: Some(agreeing),
            agreement: Some(agreement),
            random: Some(random),
            true_links: (range > 0.0).then_some(true_links),
            ..Self::nothing()
        }
    }
}

fn share(part: u64, whole: u64) -> f64 {
    real(part) / real(whole)
}

/// So few places that nobody can tell how many people gave a rare answer.
fn rounded(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

#[expect(clippy::cast_precision_loss, reason = "a share needs a few digits")]
const fn real(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `compared` people, of whom all but `differ` agree; half of either dataset's say 0.
    fn tally(compared: u64, differ: u64) -> Tally {
        let mut tally = Tally::new(2);
        for person in 0..compared {
            let said = u32::from(person % 2 == 1);
            tally.add([Some(said), Some(if person < differ { 1 - said } else { said })]);
        }
        tally
    }

    #[track_caller]
    fn assert_is(estimate: Option<Estimate>, wanted: [f64; 3]) {
        let Estimate { share, low, high } = estimate.expect("an estimate");
        for (found, wanted) in [share.expect("a share"), low, high].into_iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-4, "{share:?} {low} {high}, not {wanted:?}");
        }
    }

    #[test]
    fn shares_have_wilsons_interval_and_true_links_are_on_its_scale() {
        let told = tally(200, 40).judge(250, 0.0);
        assert_eq!((told.linked, told.compared), (Count::exact(250), Count::exact(200)));
        assert_eq!((told.agreeing, told.random), (Some(Count::exact(160)), Some(0.5)));
        assert_is(told.agreement, [0.8, 0.7391, 0.8496]);
        assert_is(told.true_links, [0.6, 0.4783, 0.6991]);
        // One in ten of the true links differs for an error: the same agreement means more.
        assert_is(tally(200, 40).judge(250, 0.1).true_links, [0.75, 0.5978, 0.8739]);
        // Less agreement than chance would give, and more than the errors allow.
        assert_is(tally(200, 180).judge(250, 0.0).true_links, [0.0; 3]);
        assert_is(tally(200, 20).judge(250, 0.2).true_links, [1.0; 3]);
    }

    #[test]
    fn a_column_that_says_one_thing_of_everyone_tells_nothing() {
        let mut alike = Tally::new(1);
        (0..50).for_each(|_| alike.add([Some(0), Some(0)]));
        let told = alike.judge(50, 0.0);
        assert_eq!((told.random, told.true_links), (Some(1.0), None));
        assert_is(told.agreement, [1.0, 0.9287, 1.0]);
    }

    #[test]
    fn someone_with_several_answers_agrees_with_no_one_by_chance_either() {
        let mut tally = tally(20, 0);
        (0..20).for_each(|_| tally.add([None, Some(0)]));
        let told = tally.judge(40, 0.0);
        // 10 of 40 people say 0 here and 30 there; 10 say 1 here and 10 there.
        assert_eq!((told.agreeing, told.random), (Some(Count::exact(20)), Some(0.25)));
    }

    #[test]
    fn small_counts_are_not_told_nor_what_they_follow_from() {
        let told = tally(9, 0).judge(12, 0.0);
        assert_eq!((told.linked, told.compared), (Count::exact(12), Count { least: 1, most: 9 }));
        assert!(told.agreeing.is_none() && told.agreement.is_none() && told.random.is_none());

        // From one to nine people who differ: the same is told of all.
        let told = tally(200, 1).judge(300, 0.0);
        assert_eq!(told.agreeing, Some(Count { least: 191, most: 199 }));
        for differ in 2..10 {
            assert_eq!(tally(200, differ).judge(300, 0.0), told, "{differ}");
        }
        let estimate = told.agreement.expect("an interval");
        assert_eq!(estimate.share, None);
        let (low, high) = (wilson(0.955, 200.0).0, wilson(0.995, 200.0).1);
        assert!((estimate.low, estimate.high) == (low, high), "{estimate:?}");

        for (compared, differ) in [(10, 1), (10, 9), (15, 8), (18, 9), (40, 35), (40, 5)] {
            let tally = tally(compared, differ);
            let agreeing = tally.agreeing;
            let told = tally.judge(compared, 0.0).agreeing.expect("a range");
            assert!(told.least < told.most && (told.least..=told.most).contains(&agreeing));
        }
        // None is nobody's.
        assert_eq!(tally(10, 0).judge(10, 0.0).agreeing, Some(Count::exact(10)));
        assert_eq!(tally(10, 10).judge(10, 0.0).agreeing, Some(Count::exact(0)));
    }

    #[test]
    fn pairs_of_datasets_are_taken_together_from_what_is_told_of_each() {
        let pairs = [tally(200, 40).judge(250, 0.0), tally(100, 5).judge(120, 0.0)];
        let few = tally(9, 9).judge(30, 0.0);
        let told = together(&[&pairs[0], &few, &pairs[1]], 300, 0.0);
        assert_eq!((told.linked, told.compared), (Count::exact(370), Count::exact(300)));
        assert_eq!(told.agreeing, Some(Count { least: 160 + 91, most: 160 + 99 }));
        assert_eq!(told.random, Some(0.5));
        assert_eq!(together(&[&few], 0, 0.0), Compared::nothing());

        // 100 people, each compared in three pairs of datasets, tell as much as 100 comparisons.
        let one = tally(100, 20).judge(100, 0.0);
        let told = together(&[&one, &one, &one], 900, 0.0);
        assert_eq!(told.compared, Count::exact(300));
        let (wanted, found) = (one.agreement.expect("there"), told.agreement.expect("there"));
        assert!((wanted.low - found.low).abs() < 1e-9 && (wanted.high - found.high).abs() < 1e-9);
    }
}
