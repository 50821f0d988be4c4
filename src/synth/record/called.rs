//! How the child is called in a record.

use super::super::calendar::{REFERENCE, age};
use super::super::child::Child;
use super::super::draw::Draw;
use super::super::rates::Slip;
use super::super::slip;
use super::{Record, Writing};

impl Writing<'_> {
    pub(super) fn write_names(self, record: &mut Record, draw: &mut Draw) {
        let child = self.child;
        record.surname = self.surname(draw);
        record.forename = self.forename(draw);
        record.middle_names = self.middle_names(&record.forename, draw);
        self.hold_others(record, draw);
        if self.happens(Slip::MiddleWithForename, draw) && !record.middle_names.is_empty() {
            let middle = std::mem::take(&mut record.middle_names);
            record.forename = format!("{} {middle}", record.forename);
        }
        if self.happens_to_strangers(Slip::Swapped, draw) {
            std::mem::swap(&mut record.forename, &mut record.surname);
        }
        if age(child.born) < 1 && self.is_unnamed(draw) {
            record.forename = unnamed(child, draw);
            record.middle_names.clear();
            record.other_forename.clear();
            record.surname.clone_from(&self.family.other_surname);
        }
        if self.happens(Slip::ForenameMissing, draw) {
            record.forename = (*draw.one(&["", "", "", "UNKNOWN", "NOT KNOWN"])).to_owned();
        }
        if self.happens(Slip::SurnameMissing, draw) {
            record.surname = (*draw.one(&["", "", "UNKNOWN"])).to_owned();
        }
        for name in [&mut record.forename, &mut record.middle_names, &mut record.surname] {
            self.dress(name, draw);
        }
    }

    fn surname(&self, draw: &mut Draw) -> String {
        let child = self.child;
        let mut surname = match &child.former_surname {
            Some(former) if self.happens(Slip::FormerSurname, draw) => former.clone(),
            _ if self.happens(Slip::OtherSurname, draw) => child.other_surname.clone(),
            _ => child.surname.clone(),
        };
        if slip::is_double(&surname) {
            if self.happens(Slip::PartDropped, draw) {
                surname = slip::dropped(&surname, draw);
            } else if self.happens(Slip::PartsTurned, draw) {
                surname = slip::turned(&surname);
            }
            if self.happens(Slip::PartsJoined, draw) {
                surname = slip::joined_otherwise(&surname, draw);
            }
        }
        self.misspell(surname, [Slip::SurnameByEar, Slip::SurnameKeyed], draw)
    }

    fn forename(&self, draw: &mut Draw) -> String {
        let child = self.child;
        let mut forename = child.forename.clone();
        if let Some(known_as) = &child.known_as
            && self.happens(Slip::KnownAs, draw)
        {
            forename.clone_from(known_as);
        } else if let Some(middle) = child.middle_names.first()
            && self.happens(Slip::MiddleAsForename, draw)
        {
            forename.clone_from(middle);
        } else if self.happens(Slip::Nickname, draw)
            && let Some(short) = slip::nickname(&forename, draw)
        {
            forename = short;
        }
        self.misspell(forename, [Slip::ForenameByEar, Slip::ForenameKeyed], draw)
    }

    fn middle_names(&self, forename: &str, draw: &mut Draw) -> String {
        let names = &self.child.middle_names;
        if names.is_empty() || self.happens(Slip::MiddleLeftOut, draw) {
            return String::new();
        }
        if self.happens(Slip::MiddleInitial, draw) {
            return names.iter().filter_map(|name| name.chars().next()).take(1).collect();
        }
        // Who is written under a middle name has the forename beside it.
        let swapped = |name: &String| {
            if name == forename { self.child.forename.clone() } else { name.clone() }
        };
        let whole = names.iter().map(swapped).collect::<Vec<_>>().join(" ");
        self.misspell(whole, [Slip::ForenameByEar, Slip::ForenameKeyed], draw)
    }

    /// Names that the agency holds beside the first.
    fn hold_others(&self, record: &mut Record, draw: &mut Draw) {
        let child = self.child;
        if let Some(known_as) = &child.known_as
            && self.happens(Slip::OtherForenameHeld, draw)
        {
            let other = if record.forename == *known_as { &child.forename } else { known_as };
            record.other_forename.clone_from(other);
        }
        if let Some(former) = &child.former_surname
            && self.happens(Slip::OtherSurnameHeld, draw)
        {
            let other = if record.surname == *former { &child.surname } else { former };
            record.other_surname.clone_from(other);
        }
    }

    fn misspell(&self, name: String, [ear, key]: [Slip; 2], draw: &mut Draw) -> String {
        if self.happens_to_strangers(ear, draw) {
            slip::by_ear(&name, draw)
        } else if self.happens_to_strangers(key, draw) {
            slip::keyed(&name, draw)
        } else if self.happens(Slip::Scanned, draw) {
            slip::scanned(&name, draw)
        } else {
            name
        }
    }

    /// Names that clerks do not know are misheard and mistyped more often.
    fn happens_to_strangers(&self, slip: Slip, draw: &mut Draw) -> bool {
        let strangeness = self.family.tradition.facts().strangeness;
        self.rates.happens_at(slip, strangeness, draw)
    }

    /// In the first six weeks eight times as often as later.
    fn is_unnamed(&self, draw: &mut Draw) -> bool {
        let percent = if REFERENCE - self.child.born < 42 { 800 } else { 100 };
        self.rates.happens_at(Slip::UnnamedNewborn, percent, draw)
    }

    /// Case, accents and spaces.
    fn dress(&self, name: &mut String, draw: &mut Draw) {
        if !name.is_ascii() && self.happens(Slip::AccentsLost, draw) {
            *name = slip::without_accents(name);
        }
        if self.happens(Slip::UpperCase, draw) {
            *name = name.to_uppercase();
        } else if self.happens(Slip::LowerCase, draw) {
            *name = name.to_lowercase();
        }
        if !name.is_empty() && self.happens(Slip::StraySpace, draw) {
            name.insert(if draw.percent(75) { name.len() } else { 0 }, ' ');
        }
    }
}

/// What stands for the forename of a newborn child.
fn unnamed(child: &Child, draw: &mut Draw) -> String {
    use super::super::names::Sex;
    if child.is_twin && draw.percent(70) {
        return format!("TWIN {}", 1 + child.number % 2);
    }
    let of_sex = if child.sex == Sex::Female { "BABY GIRL" } else { "BABY BOY" };
    (*draw.one(&["BABY", "BABY", "Baby", of_sex, "INFANT"])).to_owned()
}
