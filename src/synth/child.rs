//! A child as it truly is: what every agency has written down, well or badly.

use super::births::{Birth, Births};
use super::calendar::{Date, Day, OLDEST, REFERENCE, age};
use super::draw::Draw;
use super::family::{Family, Hardship};
use super::name_list::COHORTS;
use super::names::{Names, Sex, is_honorific};
use super::tradition::Tradition;

/// A child.
#[derive(Debug)]
pub(super) struct Child {
    /// Its number among all children.
    pub number: u32,
    /// The number of the child nearest in its family, if it is not the only one.
    pub sibling: Option<u32>,
    pub is_twin: bool,
    pub sex: Sex,
    pub born: Day,
    pub forename: String,
    pub middle_names: Vec<String>,
    /// The forename it goes by, where that is another.
    pub known_as: Option<String>,
    pub surname: String,
    /// The surname it had before, if it changed.
    pub former_surname: Option<String>,
    /// The surname that some use for it: the other parent's.
    pub other_surname: String,
    /// Whether it came alone to the country, with a birth date that was estimated.
    pub came_alone: bool,
    /// Whether it has lived with foster carers or relatives.
    pub was_in_care: bool,
    /// Whether social care knows it.
    pub in_social_care: bool,
}

/// The children of a family in the order of their births, numbered from `first`.
pub(super) fn children(
    first: u32,
    births: &Births,
    family: &Family,
    names: &Names,
    draw: &mut Draw,
) -> Vec<Child> {
    let known = draw.percent(KNOWN_FAMILIES[family.hardship as usize]);
    let mut children: Vec<Child> = Vec::with_capacity(births.children() as usize);
    for birth in &births.events {
        let eldest = children.len();
        for _ in 0..birth.children {
            let twin = children.get(eldest);
            let mut child = named(birth, family, names, twin, &children, draw);
            child.number = first + u32::try_from(children.len()).expect("a family is small");
            child.in_social_care =
                child.came_alone || draw.percent(if known { KNOWN_CHILDREN } else { KNOWN_ALONE });
            child.was_in_care = child.in_social_care && draw.percent(IN_CARE);
            children.push(child);
        }
    }
    let numbers: Vec<u32> = children.iter().map(|child| child.number).collect();
    for (place, child) in children.iter_mut().enumerate() {
        child.sibling = if place > 0 { Some(numbers[place - 1]) } else { numbers.get(1).copied() };
    }
    children
}

/// Of 100 families in little, some and much hardship, how many social care has known; then of 100
/// children in such a family and in any other. Together one child in nine: on one day 3.3 % are
/// in need (Department for Education, *Children in need*, 2025), one in five is referred
/// before the age of five (Bilson and Martin, 2017).
const KNOWN_FAMILIES: [u32; 3] = [4, 30, 75];
const KNOWN_CHILDREN: u32 = 85;
const KNOWN_ALONE: u32 = 2;
const IN_CARE: u32 = 9;

/// Of 100 children, how many of several have the other parent's surname or a half-sibling's.
const OTHER_SURNAME: u32 = 9;

/// Of 1,000 children, how many have changed their surname: rather more than the 1.3 % of males
/// that Cardinal and others (2023) saw, for children's names change with their parents'.
const CHANGED_SURNAME: u32 = 22;

fn named(
    birth: &Birth,
    family: &Family,
    names: &Names,
    twin: Option<&Child>,
    siblings: &[Child],
    draw: &mut Draw,
) -> Child {
    // Of twins 63 % are of one sex.
    let sex = match twin {
        Some(twin) if draw.percent(26) => twin.sex,
        _ => *draw.one(&[Sex::Female, Sex::Male]),
    };
    let tradition = family.tradition;
    let cohort = cohort(birth.day);
    let forename = forename(tradition, sex, cohort, names, twin, siblings, draw);
    let middle_names = middle_names(tradition, sex, cohort, &forename, names, draw);
    let goes_by_second = is_honorific(&forename) && draw.percent(45);
    let known_as = middle_names.first().filter(|_| goes_by_second || draw.percent(2)).cloned();
    let (given, other) = (family.surname_of(sex), family.other_surname.clone());
    let (mut surname, mut other_surname) = match twin {
        Some(twin) if draw.percent(97) => {
            (family_form(twin, sex, family), twin.other_surname.clone())
        }
        _ if twin.is_none() && !siblings.is_empty() && draw.percent(OTHER_SURNAME) => {
            (other, given)
        }
        _ => (given, other),
    };
    if tradition == Tradition::SouthAsianMuslim && sex == Sex::Female && draw.percent(5) {
        (surname, other_surname) = ((*draw.one(&["Begum", "Bibi", "Khatun"])).to_owned(), surname);
    }
    if tradition == Tradition::Sikh
        && !matches!(surname.as_str(), "Singh" | "Kaur")
        && draw.percent(12)
    {
        surname = if sex == Sex::Female { "Kaur".to_owned() } else { "Singh".to_owned() };
    }
    let changed = draw.below(1000)
        < if family.hardship == Hardship::Little { CHANGED_SURNAME } else { 2 * CHANGED_SURNAME };
    let former_surname = (changed && age(birth.day) > 0).then(|| other_surname.clone());
    let came_alone =
        family.is_new && siblings.is_empty() && age(birth.day) >= 14 && draw.percent(10);
    Child {
        number: 0,
        sibling: None,
        is_twin: birth.children > 1,
        sex,
        born: if came_alone { new_year(birth.day) } else { birth.day },
        forename,
        middle_names,
        known_as,
        surname,
        former_surname,
        other_surname,
        came_alone,
        was_in_care: false,
        in_social_care: false,
    }
}

/// A twin's surname, in the form of this child's sex.
fn family_form(twin: &Child, sex: Sex, family: &Family) -> String {
    if twin.sex == sex {
        twin.surname.clone()
    } else if twin.surname == family.surname_of(twin.sex) {
        family.surname_of(sex)
    } else {
        super::names::by_sex(&twin.surname, sex, false)
    }
}

/// A forename that no sibling has; of one twin in eight one that begins as the other's does.
fn forename(
    tradition: Tradition,
    sex: Sex,
    cohort: usize,
    names: &Names,
    twin: Option<&Child>,
    siblings: &[Child],
    draw: &mut Draw,
) -> String {
    let alike = twin.filter(|_| draw.percent(12)).map(|twin| twin.forename.chars().take(2));
    let mut best = names.forename(tradition, sex, cohort, draw);
    for _ in 0..40 {
        let taken = siblings.iter().any(|sibling| {
            sibling.forename == best
                && !(is_honorific(&best) && twin.is_none() && sibling.known_as.is_some())
        });
        let is_alike = alike.clone().is_none_or(|start| start.eq(best.chars().take(2)));
        if !taken && is_alike {
            break;
        }
        best = names.forename(tradition, sex, cohort, draw);
    }
    best
}

fn middle_names(
    tradition: Tradition,
    sex: Sex,
    cohort: usize,
    forename: &str,
    names: &Names,
    draw: &mut Draw,
) -> Vec<String> {
    let mut count = draw.weighted(&tradition.facts().middle_names);
    if is_honorific(forename) && count == 0 && draw.percent(70) {
        count = 1;
    }
    if tradition == Tradition::Sikh && count > 0 {
        return vec![if sex == Sex::Female { "Kaur" } else { "Singh" }.to_owned()];
    }
    // Among Somalis, Tamils and Arabs a father's or grandfather's name comes second.
    let paternal = matches!(tradition, Tradition::Somali | Tradition::Tamil | Tradition::Arabic);
    let of_sex = if paternal { Sex::Male } else { sex };
    let mut middle: Vec<String> = Vec::with_capacity(count);
    for _ in 0..count {
        let name = names.forename(tradition, of_sex, cohort, draw);
        if name != forename && !middle.contains(&name) {
            middle.push(name);
        }
    }
    middle
}

fn cohort(born: Day) -> usize {
    let years = COHORTS * usize::try_from(born - OLDEST).expect("no child is older");
    let span = usize::try_from(REFERENCE - OLDEST + 1).expect("years pass");
    years / span
}

fn new_year(born: Day) -> Day {
    let year = Date::of(born).year;
    let this = Date { year, month: 1, day: 1 }.as_day();
    if this < OLDEST { Date { year: year + 1, month: 1, day: 1 }.as_day() } else { this }
}
