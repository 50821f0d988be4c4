//! One record's values: a reading a column, and what the readings of each field give together.
//! The buffers are reused row by row.

use super::derive::derive;
use super::normalise::{Normalised, Refusal, normalise};
use super::reading::{Reading, Readings};
use super::tally::FieldTally;
use crate::spec::{Choice, Derivation, FieldIx, Kind, Linkage, SourceField};

/// What the recipes take of each field of the spec, once each.
#[derive(Clone)]
pub(super) struct Taken(Vec<Vec<Derivation>>);

impl Taken {
    /// Nothing: values alone are wanted.
    pub fn nothing(linkage: &Linkage) -> Self {
        Self(vec![Vec::new(); linkage.fields.len()])
    }

    /// What the spec's recipes take.
    pub fn by_recipes(linkage: &Linkage) -> Self {
        let mut taken = Self::nothing(linkage);
        let parts = linkage.recipes.iter().flat_map(|recipe| &recipe.parts);
        for choice in parts.flat_map(|part| &part.choices) {
            let of_field = &mut taken.0[usize::from(choice.field.0)];
            if !of_field.contains(&choice.derivation) {
                of_field.push(choice.derivation);
            }
        }
        taken
    }

    /// The number of a choice, when those of all fields are counted in turn.
    pub fn number(&self, choice: Choice) -> usize {
        let before = &self.0[..usize::from(choice.field.0)];
        let place = self.of(choice.field).iter().position(|known| *known == choice.derivation);
        before.iter().map(Vec::len).sum::<usize>() + place.expect("every choice is taken")
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
    /// Columns, and places of readings in them.
    ahead: Vec<(usize, usize)>,
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
            ahead: Vec::new(),
        }
    }

    /// Forgets the last record.
    pub fn clear(&mut self) {
        self.fields.iter_mut().for_each(|values| values.columns.clear());
    }

    /// Has what is known of cells brought near, all at once: they are taken in next, each with the
    /// number of its column.
    pub fn fetch<'c>(&mut self, cells: impl Iterator<Item = (usize, &'c str)>) {
        let columns = &self.columns;
        let places = cells.filter_map(|(column, cell)| Some((column, columns[column].find(cell)?)));
        self.ahead.clear();
        self.ahead.extend(places);
        self.ahead.iter().for_each(|(column, place)| columns[*column].fetch(*place));
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

    /// What each field gives, if it has a value, and how many choices there are of it.
    pub fn readings(&self) -> impl Iterator<Item = (Option<&Reading>, usize)> {
        let readings = self.fields.iter().map(|values| match *values.columns {
            [] => None,
            [column] => Some(self.columns[column].now()),
            _ => Some(&values.together),
        });
        readings.zip(self.taken.0.iter().map(Vec::len))
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
