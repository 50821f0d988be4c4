//! Who may be called what: the lists of each tradition and its customs.

use super::draw::Draw;
use super::name_list::{NameLists, Ranked, Shape};
use super::tradition::{FACTS, Tradition};

/// Boy or girl.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sex {
    Female,
    Male,
}

/// The names of every tradition.
#[derive(Debug)]
pub(super) struct Names(Vec<NameLists>);

impl Names {
    /// Reads the lists.
    pub(super) fn new() -> Self {
        Self(FACTS.iter().map(|facts| lists(facts.tradition)).collect())
    }

    /// A forename.
    pub(super) fn forename(
        &self,
        tradition: Tradition,
        sex: Sex,
        cohort: usize,
        draw: &mut Draw,
    ) -> String {
        // Of children of two traditions, more than half have a forename that is common to all.
        let tradition = match tradition {
            Tradition::Mixed if draw.percent(60) => Tradition::English,
            Tradition::Mixed => other_parent(draw),
            tradition => tradition,
        };
        let lists = &self.0[tradition as usize];
        let list = if sex == Sex::Female { &lists.girls } else { &lists.boys };
        list.draw(cohort, draw)
    }

    /// A family's surname.
    pub(super) fn surname(&self, tradition: Tradition, draw: &mut Draw) -> String {
        let tradition = match tradition {
            Tradition::Mixed if draw.percent(45) => Tradition::English,
            Tradition::Mixed => other_parent(draw),
            tradition => tradition,
        };
        self.0[tradition as usize].surnames.draw(0, draw)
    }

    /// The surname of a family's other parent: in a fifth of families of another tradition.
    pub(super) fn other_surname(&self, tradition: Tradition, draw: &mut Draw) -> String {
        let settled = draw.percent(20);
        self.surname(if settled { Tradition::English } else { tradition }, draw)
    }
}

/// The surname as a girl or a boy has it.
pub(super) fn by_sex(surname: &str, sex: Sex, declines: bool) -> String {
    let ends: &[(&str, &str)] = match (surname, sex) {
        ("Kaur", Sex::Male) => return "Singh".to_owned(),
        ("Singh", Sex::Female) => return "Kaur".to_owned(),
        (_, Sex::Female) if declines => &[
            ("ski", "ska"),
            ("cki", "cka"),
            ("dzki", "dzka"),
            ("auskas", "auskaitė"),
            ("ov", "ova"),
        ],
        _ => &[],
    };
    ends.iter()
        .find_map(|(end, female)| surname.strip_suffix(end).map(|stem| format!("{stem}{female}")))
        .unwrap_or_else(|| surname.to_owned())
}

/// Whether the forename is given in honour, so that many go by the name after it.
pub(super) fn is_honorific(forename: &str) -> bool {
    matches!(
        forename,
        "Muhammad" | "Mohammed" | "Mohammad" | "Mohamed" | "Mohamad" | "Abdul" | "Syed" | "Syeda"
    )
}

/// The tradition of the other parent of a child of two traditions.
fn other_parent(draw: &mut Draw) -> Tradition {
    use Tradition as T;
    let weights = [
        (T::BlackCaribbean, 30),
        (T::Nigerian, 12),
        (T::Ghanaian, 6),
        (T::SouthAsianMuslim, 14),
        (T::Hindu, 10),
        (T::Sikh, 5),
        (T::Arabic, 8),
        (T::Chinese, 7),
        (T::Turkish, 4),
        (T::Polish, 4),
    ];
    weights[draw.weighted(&weights.map(|(_, weight)| weight))].0
}

/// The offsets of the three lists and, of 1,000 draws, the tails of forenames and of surnames. The
/// English offsets make Smith 1.1 % (Office for National Statistics' and Registrar General's name
/// counts) and the commonest forename 1.2 % of one sex.
#[rustfmt::skip]
fn lists(tradition: Tradition) -> NameLists {
    use Tradition as T;
    type Row = (&'static [&'static str], [u32; 3], [u32; 2]);
    let (texts, [girls, boys, surnames], [forename_tail, surname_tail]): Row = match tradition {
        T::English => (&[ENGLISH], [26, 26, 5], [30, 430]),
        T::Scottish => (&[SCOTTISH, ENGLISH], [20, 20, 14], [20, 200]),
        T::Welsh => (&[WELSH, ENGLISH], [20, 20, 4], [20, 120]),
        T::Irish => (&[IRISH, ENGLISH], [20, 20, 20], [15, 200]),
        T::SouthAsianMuslim => (&[MUSLIM], [9, 2, 5], [0, 120]),
        T::Sikh => (&[SIKH], [16, 16, 3], [550, 150]),
        T::Hindu => (&[HINDU], [14, 14, 4], [0, 120]),
        T::Tamil => (&[TAMIL], [14, 14, 12], [350, 720]),
        T::Polish => (&[POLISH], [8, 8, 25], [0, 620]),
        T::Romanian => (&[ROMANIAN], [7, 7, 9], [0, 450]),
        T::OtherEastEuropean => (&[EAST], [20, 20, 20], [0, 550]),
        T::Nigerian => (&[NIGERIAN], [18, 18, 14], [350, 600]),
        T::Ghanaian => (&[GHANAIAN], [12, 12, 8], [0, 200]),
        T::Somali => (&[SOMALI], [8, 5, 3], [0, 120]),
        T::BlackCaribbean => (&[CARIBBEAN, ENGLISH], [20, 20, 10], [150, 80]),
        T::Arabic => (&[ARABIC], [9, 4, 10], [0, 350]),
        T::Chinese => (&[CHINESE], [14, 14, 7], [520, 20]),
        T::Turkish => (&[TURKISH], [10, 8, 9], [0, 380]),
        T::Mixed => (&[ENGLISH], [26, 26, 8], [60, 400]),
    };
    let forename = |offset| Shape { offset, tail: forename_tail, fashion: true };
    NameLists {
        girls: Ranked::new(texts, "girls", "girl_ends", forename(girls)),
        boys: Ranked::new(texts, "boys", "boy_ends", forename(boys)),
        surnames: Ranked::new(
            texts,
            "surnames",
            "surname_ends",
            Shape { offset: surnames, tail: surname_tail, fashion: false },
        ),
    }
}

const ENGLISH: &str = include_str!("names/english.txt");
const SCOTTISH: &str = include_str!("names/scottish.txt");
const WELSH: &str = include_str!("names/welsh.txt");
const IRISH: &str = include_str!("names/irish.txt");
const MUSLIM: &str = include_str!("names/south_asian_muslim.txt");
const SIKH: &str = include_str!("names/sikh.txt");
const HINDU: &str = include_str!("names/hindu.txt");
const TAMIL: &str = include_str!("names/tamil.txt");
const POLISH: &str = include_str!("names/polish.txt");
const ROMANIAN: &str = include_str!("names/romanian.txt");
const EAST: &str = include_str!("names/east_european.txt");
const NIGERIAN: &str = include_str!("names/nigerian.txt");
const GHANAIAN: &str = include_str!("names/ghanaian.txt");
const SOMALI: &str = include_str!("names/somali.txt");
const CARIBBEAN: &str = include_str!("names/caribbean.txt");
const ARABIC: &str = include_str!("names/arabic.txt");
const CHINESE: &str = include_str!("names/chinese.txt");
const TURKISH: &str = include_str!("names/turkish.txt");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn surnames_follow_sex_where_custom_has_it() {
        assert_eq!(by_sex("Singh", Sex::Female, false), "Kaur");
        assert_eq!(by_sex("Kaur", Sex::Male, false), "Singh");
        assert_eq!(by_sex("Kowalski", Sex::Female, true), "Kowalska");
        assert_eq!(by_sex("Kowalski", Sex::Female, false), "Kowalski");
        assert_eq!(by_sex("Smith", Sex::Female, true), "Smith");
    }
}
