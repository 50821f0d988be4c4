//! One record's values: a reading a column, and what the readings of each field give together.
//! The buffers are reused row by row.

use super::derive::derive;
use super::normalise::{Normalised, Refusal, normalise};
use super::reading::{Reading, Readings};
use super::tally::FieldTally;
use crate::spec::{Derivation, FieldIx, Kind, Linkage, SourceField};

/// What the recipes take of each field of the spec.
#[derive(Clone, Default)]
pub(super) struct Taken(Vec<Vec<Derivation>>);

/// Where the parts of a choice stand in a record.
#[derive(Clone, Copy)]
pub(super) struct ChoiceAt {
    pub field: FieldIx,
    /// Its place among what is taken of the field.
    pub place: usize,
}

impl Taken {
    /// Nothing: values alone are wanted.
    pub fn nothing(linkage: &Linkage) -> Self {
        Self(vec![Vec::new(); linkage.fields.len()])
    }

    /// What is taken of the field is taken once, whichever recipe asks for it.
    pub fn place(&mut self, field: FieldIx, derivation: Derivation) -> ChoiceAt {
        let taken = &mut self.0[usize::from(field.0)];
        let place = taken.iter().position(|known| *known == derivation).unwrap_or_else(|| {
            taken.push(derivation);
            taken.len() - 1
        });
        ChoiceAt { field, place }
    }

    fn of(&self, field: FieldIx) -> &[Derivation] {
        &self.0[usize::from(field.0)]
    }
}

/// The values of the record in hand.
pub(super) struct Record {
    taken: Taken,
    columns: Vec<Readings>,
    fields: Vec<Values>,
    scratch: String,
}

/// A field's values in the record in hand.
struct Values {
    /// The columns that gave them, each another value.
    columns: Vec<usize>,
    /// What several values give together.
    together: Reading,
}

impl Record {
    /// An empty record, of columns of these kinds.
    pub fn new(taken: Taken, kinds: impl Iterator<Item = Kind>) -> Self {
        let values = |_: &Vec<Derivation>| Values { columns: Vec::new(), together: Reading::new() };
        Self {
            fields: taken.0.iter().map(values).collect(),
            columns: kinds.map(Readings::new).collect(),
            taken,
            scratch: String::new(),
        }
    }

    /// Forgets the last record.
    pub fn clear(&mut self) {
        self.fields.iter_mut().for_each(|values| values.columns.clear());
    }

    /// Takes in the cell of a column, and counts what became of it.
    pub fn absorb(
        &mut self,
        column: usize,
        source: &SourceField,
        kind: Kind,
        cell: &str,
        tally: &mut FieldTally,
    ) {
        let (taken, scratch) = (self.taken.of(source.field), &mut self.scratch);
        let reading = self.columns[column].take(cell, |cell, reading| {
            reading.outcome = normalised(source, kind, cell, &mut reading.value);
            reading.clear_parts();
            let value = std::mem::take(&mut reading.value);
            for derivation in taken {
                reading.add_choice(|emit| derive(kind, *derivation, &value, scratch, emit));
            }
            reading.value = value;
        });
        match reading.outcome {
            Ok(warning) => {
                tally.accepted += 1;
                warning.into_iter().for_each(|warning| tally.warn(warning.code()));
                self.add(source.field, column);
            }
            Err(Refusal::Blank) => tally.blank += 1,
            Err(refusal) => tally.refuse(refusal.code()),
        }
    }

    /// Adds the value of a column to its field, unless the field has it already.
    fn add(&mut self, field: FieldIx, column: usize) {
        let values = &mut self.fields[usize::from(field.0)];
        let value = |column: usize| &self.columns[column].now().value;
        if values.columns.iter().any(|known| value(*known) == value(column)) {
            return;
        }
        values.columns.push(column);
        if values.columns.len() > 1 {
            let together = &mut values.together;
            together.clear_parts();
            for choice in 0..self.taken.of(field).len() {
                let readings = values.columns.iter().map(|column| self.columns[*column].now());
                together.merge_choice(choice, readings);
            }
        }
    }

    /// The first value of a field.
    pub fn first_value(&self, field: FieldIx) -> Option<&str> {
        let column = self.fields[usize::from(field.0)].columns.first()?;
        Some(&self.columns[*column].now().value)
    }

    /// How many parts there are of a choice.
    pub fn count(&self, choice: ChoiceAt) -> usize {
        self.reading(choice.field).map_or(0, |reading| reading.count(choice.place))
    }

    /// One of the parts of a choice, as it enters a message.
    pub fn part(&self, choice: ChoiceAt, place: usize) -> &[u8] {
        let reading = self.reading(choice.field).expect("a field with parts has a value");
        reading.part(choice.place, place)
    }

    fn reading(&self, field: FieldIx) -> Option<&Reading> {
        let values = &self.fields[usize::from(field.0)];
        match *values.columns {
            [] => None,
            [column] => Some(self.columns[column].now()),
            _ => Some(&values.together),
        }
    }
}

/// A cell's value; a source may name cells of its own that stand for none.
fn normalised(source: &SourceField, kind: Kind, cell: &str, out: &mut String) -> Normalised {
    out.clear();
    if !source.placeholders.is_empty() {
        let upper = cell.trim().to_uppercase();
        if source.placeholders.contains(&upper) {
            return Err(Refusal::Placeholder);
        }
    }
    normalise(kind, source, cell, out)
}
