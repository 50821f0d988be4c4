//! What one dataset says of each person in one column.

use std::collections::HashMap;

use arrow::array::StringArray;

use super::super::ExtractError;
use super::super::coarsen::{coarsen, text};
use super::super::payload::Payload;
use super::super::people::People;
use crate::spec::AgreementColumn;

/// What the records of one dataset say of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// Nothing.
    None,
    /// One and the same, by its number.
    One(u32),
    /// Different things: such a person agrees with no one.
    Several,
}

impl Answer {
    /// The number of the one answer.
    pub const fn one(self) -> Option<u32> {
        match self {
            Self::One(number) => Some(number),
            Self::None | Self::Several => None,
        }
    }

    /// The same answer by another number, given for each number the other.
    pub fn renumbered(self, numbers: &[u32]) -> Self {
        match self {
            Self::One(number) => Self::One(numbers[number as usize]),
            Self::None | Self::Several => self,
        }
    }

    const fn and(self, number: u32) -> Self {
        match self {
            Self::None => Self::One(number),
            Self::One(other) if other == number => self,
            Self::One(_) | Self::Several => Self::Several,
        }
    }
}

/// The answer of a payload's column about each person; `numbers` grows by new answers.
pub(super) fn of_people(
    payload: &Payload<'_>,
    column: &AgreementColumn,
    people: &People,
    numbers: &mut HashMap<String, u32>,
) -> Result<Vec<Answer>, ExtractError> {
    let cells = payload.column(&column.column).iter();
    let coarse = cells.map(|cells| coarsen(cells, column.coarsen, &column.format));
    let coarse = coarse.map(|coarse| text(&coarse?.0)).collect::<Option<Vec<StringArray>>>();
    let text = coarse.ok_or_else(|| payload.wanted.not_text(&column.column))?;
    let mut number = |cell: &str| Some(number_of(column.meaning(cell)?, numbers));
    let mut known: HashMap<&str, Option<u32>> = HashMap::new();
    let mut answers = vec![Answer::None; people.places()];
    for (person, cell) in payload.persons.iter().zip(text.iter().flatten()) {
        let said = cell.and_then(|cell| *known.entry(cell).or_insert_with(|| number(cell)));
        if let Some(number) = said {
            let answer = &mut answers[*person as usize];
            *answer = answer.and(number);
        }
    }
    Ok(answers)
}

/// The number of an answer, the next one if it is new.
pub(super) fn number_of(answer: String, numbers: &mut HashMap<String, u32>) -> u32 {
    let next = u32::try_from(numbers.len()).expect("a map has fewer than 2^32 records");
    *numbers.entry(answer).or_insert(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_of_whom_records_differ_has_no_one_answer() {
        assert_eq!(Answer::None.and(3), Answer::One(3));
        assert_eq!(Answer::None.and(3).and(3), Answer::One(3));
        for answers in [[3, 4, 3], [4, 3, 3], [3, 3, 4]] {
            let answer = answers.into_iter().fold(Answer::None, Answer::and);
            assert_eq!((answer, answer.one()), (Answer::Several, None));
        }
    }
}
