//! Canaries: values that occur nowhere but in one cell.

use super::super::people::{Random, nhs_number, word};

/// Makes canaries, never two alike.
pub struct Aviary {
    random: Random,
    /// Everything that must not be found.
    pub hidden: Vec<String>,
}

/// One row's identifiers, each a canary.
pub struct Canary {
    pub id: String,
    pub nhs_number: String,
    pub upn: String,
    pub forename: String,
    pub alias: String,
    pub surname: String,
    pub born: String,
    pub postcode: String,
    pub note: String,
}

impl Aviary {
    pub const fn new(seed: u64) -> Self {
        Self { random: Random(seed), hidden: Vec::new() }
    }

    /// A person whose every value is hidden from now on, but not the id.
    pub fn person(&mut self) -> Canary {
        let random = &mut self.random;
        let name = |random: &mut Random, accent: &str| format!("Q{}{accent}", word(random, 4));
        let canary = Canary {
            id: format!("ID-{:010}", random.below(10_000_000_000)),
            nhs_number: nhs_number(100_000_000 + random.below(899_999_990)),
            upn: upn(random.below(1_000_000_000)),
            forename: name(random, "é"),
            alias: name(random, "x"),
            surname: format!("{}-O'{}", name(random, ""), name(random, "")),
            born: format!(
                "{:02}/{:02}/{}",
                2 + random.below(27),
                1 + random.below(12),
                2004 + random.below(20)
            ),
            postcode: format!(
                "AM{} {}{}{}",
                10 + random.below(90),
                random.below(10),
                letters(random),
                letters(random)
            ),
            note: format!("seen with {} {}", word(random, 3), word(random, 4)),
        };
        let values = [
            &canary.nhs_number,
            &canary.upn,
            &canary.forename,
            &canary.alias,
            &canary.surname,
            &canary.born,
            &canary.postcode,
            &canary.note,
        ];
        self.hidden.extend(values.map(Clone::clone));
        let (day, rest) = canary.born.split_once('/').expect("a day");
        let (month, year) = rest.split_once('/').expect("a month");
        self.hidden.push(format!("{year}-{month}-{day}"));
        self.hidden.push(format!("{year}{month}{day}"));
        canary
    }
}

impl Canary {
    /// The row of the leak tests' header.
    pub fn row(&self) -> Vec<String> {
        let cells = [
            &self.id,
            &self.nhs_number,
            &self.upn,
            &self.forename,
            &self.alias,
            &self.surname,
            &self.born,
        ];
        let mut cells: Vec<String> = cells.map(Clone::clone).to_vec();
        cells.extend(["1".to_owned(), self.postcode.clone(), "WBRI".to_owned(), self.note.clone()]);
        cells
    }
}

fn letters(random: &mut Random) -> char {
    char::from(b"ABDEFGHJLNPQRSTUWXYZ"[usize::try_from(random.below(20)).expect("small")])
}

/// A valid unique pupil number of the pseudo authority 001.
fn upn(serial: u64) -> String {
    let digits = format!("001{serial:09}");
    let sum: u32 =
        digits.chars().zip(2..).map(|(c, weight)| c.to_digit(10).expect("a digit") * weight).sum();
    let check = b"ABCDEFGHJKLMNPQRTUVWXYZ"[usize::try_from(sum % 23).expect("small")];
    format!("{}{digits}", char::from(check))
}
