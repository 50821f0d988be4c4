//! The attacker: holds no key, knows the recipes and how common names, places and birth dates are.
//!
//! Of each part of a recipe it makes the list of values with the share of people that have each,
//! and takes the parts for independent.

use std::collections::BTreeMap;

use super::frequencies::Frequencies;
use crate::agency::parts_of;
use crate::spec::{Choice, Derivation, Field, Kind, Part, Recipe};

/// Values of one part that have the same share. Most are one value with a text; an attacker may
/// also know that there are so many, alike, and not which.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    Text(String),
    /// Values without a text, by what they are.
    Nameless(&'static str),
}

/// A value, or nameless ones, of one part.
#[derive(Clone, Debug)]
pub(super) struct Atom {
    /// The text that goes into a token, if it is known.
    pub text: Option<String>,
    /// The place of its first value in the part's list.
    pub start: u64,
    /// How many values it stands for.
    pub count: u64,
}

/// Values of one share, which are in an order of chance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Run {
    /// The share of people who have a value, of each.
    pub share: f64,
    pub start: u64,
    pub count: u64,
}

/// One part of a recipe, as the attacker sees it.
#[derive(Clone, Debug)]
pub(super) struct PartValues {
    /// Commonest first.
    pub atoms: Vec<Atom>,
    /// The same, equal shares taken together.
    pub runs: Vec<Run>,
    /// For each choice, its atoms with running sums of shares: what is drawn from.
    pub choices: Vec<Vec<(usize, f64)>>,
}

type Shares = BTreeMap<Known, (f64, u64)>;

/// The parts of a recipe, or why the attacker can make nothing of it.
pub(super) fn parts(
    recipe: &Recipe,
    fields: &[Field],
    public: &Frequencies,
) -> Result<Vec<PartValues>, String> {
    recipe.parts.iter().map(|part| part_values(part, fields, public)).collect()
}

fn part_values(part: &Part, fields: &[Field], public: &Frequencies) -> Result<PartValues, String> {
    let mut choices = Vec::new();
    for choice in &part.choices {
        let field = &fields[usize::from(choice.field.0)];
        let shares = shares(*choice, field, public).ok_or_else(|| {
            format!("no public frequencies are known of the field `{}`", field.name)
        })?;
        choices.push(shares);
    }
    if choices.iter().all(BTreeMap::is_empty) {
        return Err("the public lists hold no value with such a part".to_owned());
    }
    Ok(PartValues::of(&choices))
}

impl PartValues {
    fn of(choices: &[Shares]) -> Self {
        let mut merged = Shares::new();
        for (known, (share, count)) in choices.iter().flatten() {
            merged.entry(known.clone()).or_insert((0.0, *count)).0 += share;
        }
        let mut ordered: Vec<(Known, (f64, u64))> = merged.into_iter().collect();
        ordered.sort_by(|(a, (share, _)), (b, (other, _))| other.total_cmp(share).then(a.cmp(b)));
        let (mut atoms, mut runs): (Vec<Atom>, Vec<Run>) = (Vec::new(), Vec::new());
        let (mut place_of, mut start) = (BTreeMap::new(), 0);
        for (known, (share, count)) in ordered {
            match runs.last_mut().filter(|run| run.share.to_bits() == share.to_bits()) {
                Some(run) => run.count += count,
                None => runs.push(Run { share, start, count }),
            }
            place_of.insert(known.clone(), atoms.len());
            let text = match known {
                Known::Text(text) => Some(text),
                Known::Nameless(_) => None,
            };
            atoms.push(Atom { text, start, count });
            start += count;
        }
        let running = |choice: &Shares| {
            let mut sum = 0.0;
            let each = choice.iter().map(|(known, (share, count))| {
                sum += share * super::column::float(*count);
                (place_of[known], sum)
            });
            each.collect()
        };
        let choices = choices.iter().filter(|c| !c.is_empty()).map(running).collect();
        Self { atoms, runs, choices }
    }

    /// How many values there are.
    pub fn size(&self) -> u64 {
        self.atoms.last().map_or(0, |atom| atom.start + atom.count)
    }

    /// The run of a value.
    pub fn run_of(&self, value: u64) -> usize {
        self.runs.partition_point(|run| run.start <= value) - 1
    }

    /// The text of a value, if it is known.
    pub fn text(&self, value: u64) -> Option<&str> {
        let atom = self.atoms.partition_point(|atom| atom.start <= value) - 1;
        self.atoms[atom].text.as_deref()
    }

    /// The same part without the values whose text is not known; none if none is left.
    pub fn named(&self) -> Option<Self> {
        let mut shares = Shares::new();
        for atom in &self.atoms {
            let share = self.runs[self.run_of(atom.start)].share;
            shares.extend(atom.text.clone().map(|text| (Known::Text(text), (share, 1))));
        }
        (!shares.is_empty()).then(|| Self::of(&[shares]))
    }
}

/// The shares of what a choice takes from its field's public values.
fn shares(choice: Choice, field: &Field, public: &Frequencies) -> Option<Shares> {
    let derivation = choice.derivation;
    let own = public.list(&field.name);
    match (field.kind, own) {
        (Kind::Name, own) => {
            let kind = if is_surname(&field.name) { "surname" } else { "forename" };
            let list = listed(field.kind, derivation, own.or_else(|| public.list(kind))?);
            Some(with_others(list, derivation, kind))
        }
        (kind, Some(list)) => Some(listed(kind, derivation, list)),
        (kind, None) => usual(kind, derivation, public),
    }
}

/// The shares of a kind of field of which no list is given by the field's name.
fn usual(kind: Kind, derivation: Derivation, public: &Frequencies) -> Option<Shares> {
    match kind {
        Kind::Date => Some(dates(derivation, public.list("birth_year")?)),
        Kind::Sex => Some(listed(kind, derivation, public.list("sex")?)),
        Kind::UkPostcode => Some(places(derivation, public.list("postcode_area")?)),
        kind => alike(kind).map(|(what, count)| nameless(what, count)),
    }
}

/// Whether a field of names holds surnames, by its own name.
fn is_surname(field: &str) -> bool {
    ["surname", "family", "last"].iter().any(|word| field.contains(word))
}

fn listed(kind: Kind, derivation: Derivation, list: &[(String, f64)]) -> Shares {
    let mut shares = Shares::new();
    for (value, share) in list {
        for part in parts_of(kind, derivation, value) {
            shares.entry(Known::Text(part)).or_insert((0.0, 1)).0 += share;
        }
    }
    shares
}

/// Adds the names that a public list leaves out. Whole names are others than those listed: taken
/// for as many as make each half as common as the rarest listed. Parts of names (sounds, letters)
/// are taken to be shared out as those of the listed names are.
fn with_others(mut shares: Shares, derivation: Derivation, kind: &str) -> Shares {
    let sum: f64 = shares.values().map(|(share, _)| share).sum();
    let rarest = shares.values().map(|(share, _)| *share).fold(1.0, f64::min);
    if sum <= 0.0 || sum >= 0.999 {
        return shares;
    }
    let whole = matches!(
        derivation,
        Derivation::Whole | Derivation::FirstWord | Derivation::EveryWord | Derivation::Nickname
    );
    if whole {
        let left = 1.0 - sum;
        let count = rounded_up(left / (rarest / 2.0));
        let what = if kind == "surname" { "other surnames" } else { "other forenames" };
        shares.insert(Known::Nameless(what), (left / super::column::float(count), count));
    } else {
        shares.values_mut().for_each(|(share, _)| *share /= sum);
    }
    shares
}

#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number of names is above 0 and small"
)]
fn rounded_up(number: f64) -> u64 {
    number.ceil().clamp(1.0, 1e9) as u64
}

/// Every day of the years, those of one year alike.
fn dates(derivation: Derivation, years: &[(String, f64)]) -> Shares {
    let mut days = Vec::new();
    for (year, share) in years {
        let of_year: Vec<String> = (1..=12)
            .flat_map(|month| (1..=31).map(move |day| format!("{year}-{month:02}-{day:02}")))
            .filter(|date| !parts_of(Kind::Date, Derivation::Whole, date).is_empty())
            .collect();
        let each = share / super::column::float(of_year.len().max(1) as u64);
        days.extend(of_year.into_iter().map(|date| (date, each)));
    }
    listed(Kind::Date, derivation, &days)
}

/// Areas by their shares; what is smaller is taken for alike, since no shares are known.
fn places(derivation: Derivation, areas: &[(String, f64)]) -> Shares {
    match derivation {
        Derivation::District => nameless("postcode districts", 2_950),
        Derivation::Sector => nameless("postcode sectors", 11_200),
        Derivation::Whole => nameless("postcodes", 1_750_000),
        _ => areas.iter().map(|(area, share)| (Known::Text(area.clone()), (*share, 1))).collect(),
    }
}

/// How many numbers of a kind there are to give to children, none commoner than another.
const fn alike(kind: Kind) -> Option<(&'static str, u64)> {
    match kind {
        Kind::NhsNumber => Some(("NHS numbers", super::VALID_NHS_NUMBERS)),
        Kind::ChiNumber => Some(("CHI numbers", 6_000_000)),
        Kind::HcNumber => Some(("H&C numbers", 70_000_000)),
        Kind::Upn => Some(("pupil numbers", 20_000_000)),
        Kind::Uln => Some(("learner numbers", 60_000_000)),
        Kind::Uprn => Some(("properties", 35_000_000)),
        _ => None,
    }
}

fn nameless(what: &'static str, count: u64) -> Shares {
    BTreeMap::from([(Known::Nameless(what), (1.0 / super::column::float(count), count))])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::FieldIx;

    fn values(kind: Kind, name: &str, derivation: Derivation) -> PartValues {
        let fields = [Field { name: name.to_owned(), kind }];
        let part = Part { choices: vec![Choice { field: FieldIx(0), derivation }] };
        part_values(&part, &fields, &Frequencies::shipped()).expect("frequencies are known")
    }

    fn whole(part: &PartValues) -> f64 {
        part.runs.iter().map(|run| run.share * super::super::column::float(run.count)).sum()
    }

    #[test]
    fn shares_sum_to_one_and_fall() {
        for (kind, name, derivation) in [
            (Kind::Name, "forename", Derivation::EveryWord),
            (Kind::Name, "family_name", Derivation::Soundex),
            (Kind::Date, "born", Derivation::Whole),
            (Kind::Date, "born", Derivation::MonthDay),
            (Kind::UkPostcode, "postcode", Derivation::Area),
            (Kind::UkPostcode, "postcode", Derivation::Sector),
            (Kind::NhsNumber, "nhs", Derivation::Whole),
        ] {
            let part = values(kind, name, derivation);
            assert!((whole(&part) - 1.0).abs() < 0.002, "{name}: {}", whole(&part));
            assert!(part.runs.windows(2).all(|pair| pair[0].share > pair[1].share));
            assert_eq!(part.size(), part.runs.iter().map(|run| run.count).sum::<u64>());
        }
    }

    #[test]
    fn days_of_a_year_are_alike_and_swapped_dates_are_few() {
        let days = values(Kind::Date, "born", Derivation::Whole);
        assert_eq!(days.size(), 18 * 365 + 4);
        assert!(days.runs.len() <= 18, "{} runs", days.runs.len());
        let swapped = whole(&values(Kind::Date, "born", Derivation::EitherOrder));
        assert!((swapped - 144.0 / 365.25).abs() < 0.01, "{swapped}");
    }

    #[test]
    fn of_what_has_no_public_frequency_nothing_is_guessed() {
        let fields = [Field { name: "local".to_owned(), kind: Kind::Code }];
        let choice = Choice { field: FieldIx(0), derivation: Derivation::Whole };
        let part = Part { choices: vec![choice] };
        let why = part_values(&part, &fields, &Frequencies::shipped()).expect_err("not known");
        assert!(why.contains("`local`"), "{why}");
        let own = Frequencies::with("f", "kind,value,share\nlocal,a1,0.5\n").expect("sound");
        let part = part_values(&part, &fields, &own).expect("known now");
        assert_eq!(part.text(0), Some("A1"));
        assert!(part.named().is_some_and(|named| named.size() == 1));
    }
}
